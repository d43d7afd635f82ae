"""What of a workflow could be asked for anew in each campaign, and how it is put in. Pure.

Offered are literals that recur, addresses, and what was taken out; chosen is by the caller, and
any literal may be: `places` say where. Expressions and programs are their author's, and stay.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from provisioning import parameters
from provisioning.cloning import OURS
from provisioning.stripping import PROGRAMS, Blank, Ref, Stripped, dotted, leaves
from workspaces.rules import Invalid

MOST = 32  # parameters of a template
_LONG = 200  # characters, from which a text has a field of several lines
_SHORTEST = 3
_URL = re.compile(r"https?://\S+")
_EMAIL = re.compile(r"[^\s@<>]{1,64}@[^\s@<>]+\.[A-Za-z]{2,}")
_WORD = re.compile(r"[a-z][A-Za-z0-9_]*")  # of n8n's own vocabulary, as it seems
_SAYS = frozenset("value rightValue text message subject channel chatId title body".split())
_PEOPLES = frozenset("chatId channelId channel toEmail fromEmail sendTo phoneNumber".split())
_STRUCTURE = frozenset(
    "operation resource httpMethod method mode type responseMode respondWith responseData"
    " authentication nodeCredentialType genericAuthType contentType specifyBody specifyHeaders"
    " specifyQuery combinator version id name typeValidation unit resumeUnit resume path"
    " responseCode statusCode combineBy options field leftValue outputKey interval"
    " triggerAtHour triggerAtMinute".split()
)
_GENERIC = {"number": "number", "boolean": "choice", "url": "address", "email": "email"}


@dataclass(slots=True)
class Offer:
    name: str
    kind: str
    label: str
    refs: list[Ref] = field(default_factory=list)
    default: Any = None  # none, of what was taken out
    more: dict[str, Any] = field(default_factory=dict)  # help, options, … of the first template

    def as_json(self, stripped: Stripped) -> dict[str, Any]:
        shown = {"name": self.name, "kind": self.kind, "label": self.label, **self.more}
        shown["required"] = self.more.get("required", self.default is None)
        if self.default is not None:
            shown["default"] = self.default
        shown["places"] = [place(stripped, ref) for ref in self.refs]
        return shown


def place(stripped: Stripped, ref: Ref) -> dict[str, str]:
    return {"node": stripped.nodes[int(ref[0])]["name"], "path": dotted(ref[1:])}


def offered(stripped: Stripped, known: Sequence[Mapping[str, Any]] = ()) -> list[Offer]:
    """`known`: what the template asked for that the workflow was made of; by it they are called."""
    by_name = {one["name"]: one for one in known}
    same: dict[tuple[str, Any, str], list[tuple[Ref, str]]] = defaultdict(list)
    for ref, value, called in _literals(stripped):
        if value != "" or called in by_name:
            apart = called if called in by_name else ""
            same[(type(value).__name__, value, apart)].append((ref, called))
    found: list[Offer] = []
    for (_type, value, _apart), where in same.items():
        blank = stripped.blanks.get(where[0][0])
        if blank or _is_worth_it(value, where, stripped, by_name):
            found.append(_offer(value, where, blank is not None, by_name, found))
    return found[:MOST]


def literal_at(stripped: Stripped) -> dict[tuple[str, str], tuple[Ref, Any]]:
    """All places that a parameter may stand in, as a caller names them."""
    at: dict[tuple[str, str], tuple[Ref, Any]] = {}
    for ref, value, _called in _literals(stripped):
        named = place(stripped, ref)
        at.setdefault((named["node"], named["path"]), (ref, value))
    return at


def put(stripped: Stripped, refs: Iterable[Ref], name: str) -> None:
    for ref in refs:
        blank = stripped.blanks.get(ref)
        part: Any = stripped.nodes[int(ref[0])]["parameters"]
        for key in ref[1:-1]:
            part = part[key]
        part[ref[-1]] = f"{blank.before if blank else ''}[[{name}]]"


def _literals(stripped: Stripped) -> Iterable[tuple[Ref, Any, str]]:
    """With what stood there, where it was taken out: the same secret twice is one parameter."""
    for ref, value, called in leaves(stripped.nodes):
        blank: Blank | None = stripped.blanks.get(ref)
        if blank is not None:
            yield ref, blank.was, called
        elif _is_literal(ref, value):
            yield ref, value, called


def _is_literal(ref: Ref, value: Any) -> bool:
    if not PROGRAMS.isdisjoint(ref[1:]):
        return False
    if isinstance(value, str):
        return not value.startswith("=") and "[[" not in value
    return isinstance(value, bool | int | float)


def _is_worth_it(
    value: Any, where: list[tuple[Ref, str]], stripped: Stripped, known: Mapping[str, Any]
) -> bool:
    if any(called in known or _is_setting(stripped, ref) for ref, called in where):
        return True
    if isinstance(value, bool):
        return False
    where = [(ref, called) for ref, called in where if called not in _STRUCTURE]
    if not where:
        return False
    if not isinstance(value, str):
        return len(where) > 1
    if _URL.fullmatch(value) or _EMAIL.fullmatch(value):
        return True
    if any(called in _PEOPLES for _ref, called in where):
        return True
    says = any(ref[-1] in _SAYS for ref, _called in where)
    return len(where) > 1 and len(value) >= _SHORTEST and (says or not _WORD.fullmatch(value))


def _is_setting(stripped: Stripped, ref: Ref) -> bool:
    """An assignment of the node that our own templates keep their parameters in."""
    return stripped.nodes[int(ref[0])]["name"] == "Settings" and ref[-1] == "value"


def _offer(
    value: Any,
    where: list[tuple[Ref, str]],
    secret: bool,
    known: Mapping[str, Any],
    others: Sequence[Offer],
) -> Offer:
    refs = [ref for ref, _called in where]
    called = next((called for _ref, called in where if called in known), where[0][1])
    kind = kind_of_value(value)
    if called in known and called not in {one.name for one in others}:
        one = known[called]
        more = {k: v for k, v in one.items() if k not in ("name", "kind", "label", "default")}
        default = None if secret or value == "" else value
        offer = Offer(called, one["kind"], one["label"], refs, default, more)
        if secret or default_fits(_raw(offer)):
            return offer
    name = _name(called, kind, {one.name for one in others})
    label = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[_\-.]+", " ", called).strip() or name
    label = label[:1].upper() + label[1:].lower() if label.isascii() else label
    return Offer(name, kind, label[:100], refs, None if secret else value)


def _raw(offer: Offer) -> dict[str, Any]:
    found = {"name": offer.name, "kind": offer.kind, "label": offer.label, **offer.more}
    return found if offer.default is None else {**found, "default": offer.default}


def default_fits(raw: Mapping[str, Any]) -> bool:
    if raw.get("default") is None:
        return True
    one = parameters.read([raw])
    try:
        return bool(parameters.checked(one, {raw["name"]: raw["default"]})[raw["name"]] is not None)
    except Invalid:
        return False


def kind_of_value(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    if not isinstance(value, str):
        return "number"
    if _URL.fullmatch(value):
        return "url"
    if _EMAIL.fullmatch(value):
        return "email"
    return "longtext" if len(value) > _LONG or "\n" in value else "text"


def _name(called: str, kind: str, taken: set[str]) -> str:
    """camelCase, as parameters are called."""
    words = re.findall(r"[A-Za-z0-9]+", called)
    name = "".join(word[:1].upper() + word[1:] for word in words)[:32]
    if called in _SAYS | {"url", "uri"} or not name or not name[0].isalpha():
        name = _GENERIC.get(kind, "text")
    name = name[:1].lower() + name[1:]
    found, number = name, 1
    while found in taken or found in OURS:
        number += 1
        found = f"{name}{number}"
    return found
