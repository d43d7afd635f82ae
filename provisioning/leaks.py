"""What looks like a secret in a text: where it stands in it and of what kind. Pure.

It is read for people who share a workflow: what is found is told by its place, never by its value.
"""

import re
from bisect import bisect
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    CREDENTIAL = "credential"
    ID = "id"
    DATA = "data"  # pinned or static: somebody's calls
    WEBHOOK_AUTH = "webhook_authentication"
    PRIVATE_KEY = "private_key"
    AUTHORIZATION = "authorization"
    TOKEN = "token"  # noqa: S105 -- the name of a kind
    ADDRESS = "secret_address"
    NAMED = "named_secret"
    RANDOM = "looks_random"


@dataclass(frozen=True, slots=True)
class Span:
    start: int
    end: int
    kind: Kind

    @property
    def is_sure(self) -> bool:
        return self.kind != Kind.RANDOM


_NAMES = (
    "password passwd pwd secret apikey accesskey privatekey accesstoken authtoken refreshtoken"
    " token authorization signature cookie passphrase bearer"
).split()
_NAME = (
    r"(?:api[-_ ]?key|access[-_ ]?key|private[-_ ]?key|secret|token|passwor[dt]|passwd|pwd"
    r"|passphrase|authorization|signature|cookie)"
)
_URL = re.compile(r"https?://[^\s\"'<>{}|\\^`]+", re.IGNORECASE)
_QUERY = re.compile(
    r"[?&;](?:[\w-]*(?:sig|signature|token|secret|password|passwd|auth|credential)|(?:api|access)?"
    r"[-_]?key|code)=[^&#\s]{4,}",
    re.IGNORECASE,
)
_HOOKS = re.compile(
    r"//(?:hooks\.slack\.com/|(?:\w+\.)?discord(?:app)?\.com/api/webhooks/|hooks\.zapier\.com/"
    r"|hook\.[\w.]*(?:make|integromat)\.com/|[\w.-]*webhook\.office\.com/|chat\.googleapis\.com/"
    r"|api\.telegram\.org/bot|maker\.ifttt\.com/|[^/]+/hook/)",
    re.IGNORECASE,
)
_USER = re.compile(r"//[^/\s@]+@")
_RANDOM = (
    re.compile(r"(?<![0-9a-zA-Z])[0-9a-fA-F]{32,}(?![0-9a-zA-Z])"),
    re.compile(r"\b(?=[a-z0-9]*\d)(?=[a-z0-9]*[a-z])[a-z0-9]{24,}\b"),
    re.compile(r"(?<![\w+-])(?=[\w+-]*\d)(?=[\w+-]*[a-z])(?=[\w+-]*[A-Z])[\w+-]{24,}={0,2}"),
)
# The last group is what is secret.
_SURE = (
    (
        re.compile(r"(-----BEGIN [^-]{0,40}KEY-----(?:.*?-----END [^-]{0,40}-----|.*))", re.DOTALL),
        Kind.PRIVATE_KEY,
    ),
    (re.compile(r"\b(eyJ[\w-]{5,}\.[\w-]+(?:\.[\w-]*)?)"), Kind.TOKEN),
    (
        re.compile(
            r"\b((?:sk|pk|rk|gh[oprsu]|github_pat|glpat|xox[a-z]|whsec|ork|ya29|hf|npm|SG|pat"
            r"|shp[a-z]{2}|EAA)[-_.][\w.+/=-]{8,})"
        ),
        Kind.TOKEN,
    ),
    (re.compile(r"\b((?:AKIA|ASIA|AIza)[\w-]{12,})"), Kind.TOKEN),
    (re.compile(r"(?<!\d)(\d{8,10}:[\w-]{30,})"), Kind.TOKEN),  # of a bot
    (
        re.compile(
            r"\b(?:bearer|basic|token|bot|apikey)[ ]{1,3}((?=[\w.~+/=-]*[\d=])[\w.~+/=-]{8,})",
            re.IGNORECASE,
        ),
        Kind.AUTHORIZATION,
    ),
    (
        re.compile(
            _NAME + r"[\"']?\s{0,9}[:=]\s{0,9}[\"']((?!\{\{|\$|=)[^\"'\s\\]{4,200})", re.IGNORECASE
        ),
        Kind.NAMED,
    ),
)


def is_secret_name(name: str) -> bool:
    """Of a field, a header or a query parameter whose value is nobody's business."""
    plain = re.sub(r"[^a-z0-9]", "", name.lower())
    return plain.endswith(tuple(_NAMES))


def spans(text: str) -> list[Span]:
    """In order, none over another; what is sure goes before what only looks random."""
    found = [
        Span(*match.span(), Kind.ADDRESS)
        for match in _URL.finditer(text)
        if _is_secret_address(match[0])
    ]
    for pattern, kind in _SURE:
        found += [Span(*match.span(1), kind) for match in pattern.finditer(text)]
    for pattern in _RANDOM:
        found += [Span(*match.span(), Kind.RANDOM) for match in pattern.finditer(text)]
    return _apart(found)


def looks_secret(text: str) -> bool:
    return any(span.is_sure for span in spans(text))


def _is_secret_address(url: str) -> bool:
    return bool(_USER.search(url) or _HOOKS.search(url) or _QUERY.search(url)) or any(
        pattern.search(url) for pattern in _RANDOM
    )


def _apart(found: list[Span]) -> list[Span]:
    """Longest first among those that begin together."""
    kept: list[Span] = []
    for span in sorted(found, key=lambda one: (not one.is_sure, one.start, -one.end)):
        at = bisect(kept, span.start, key=lambda one: one.start)
        free_before = at == 0 or kept[at - 1].end <= span.start
        if free_before and (at == len(kept) or span.end <= kept[at].start):
            kept.insert(at, span)
    return kept
