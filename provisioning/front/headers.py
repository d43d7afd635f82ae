"""Which headers pass the front door, each way."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from orchestrator.client_address import client_address

Headers = list[tuple[bytes, bytes]]

PROBE = b"x-orchestrator-probe"  # by which a workflow knows a test of ours
HOP_BY_HOP = frozenset(
    b"connection keep-alive proxy-authenticate proxy-authorization proxy-connection te trailer"
    b" transfer-encoding upgrade".split()
)
# What says where a call comes from is ours to say.
FORWARDED = frozenset(b"forwarded x-real-ip x-client-ip x-original-url x-rewrite-url".split())
NOT_IN = HOP_BY_HOP | FORWARDED | frozenset(b"cookie host expect content-length".split())
# What could make the browser of a caller do or keep anything for our own origin; the server has a
# date of its own.
NOT_OUT = HOP_BY_HOP | frozenset(
    b"set-cookie set-cookie2 clear-site-data service-worker-allowed content-security-policy"
    b" content-security-policy-report-only x-content-type-options strict-transport-security"
    b" public-key-pins expect-ct alt-svc nel report-to reporting-endpoints accept-ch critical-ch"
    b" origin-agent-cluster origin-trial sourcemap x-sourcemap date server".split()
)
OURS: Headers = [
    (b"content-security-policy", b"sandbox"),
    (b"x-content-type-options", b"nosniff"),
]


def lowered(headers: Iterable[tuple[bytes, bytes]]) -> Headers:
    return [(bytes(name).lower(), bytes(value)) for name, value in headers]


def to_keep(headers: Headers) -> Headers:
    """Those with which the call could be sent again."""
    kept_back = NOT_IN | {PROBE}
    return [pair for pair in _passed(headers, kept_back) if not _is_forwarded(pair[0])]


def to_n8n(headers: Headers, scope: Mapping[str, Any], host: bytes, size: int | None) -> Headers:
    """`size` of the body; None: there is none."""
    pairs = to_keep(headers)
    if scope.get("orchestrator.inside"):  # which no server sets
        pairs += [(name, value) for name, value in headers if name == PROBE]
    else:
        pairs += _forwarded(headers, scope)
    if size is not None:
        pairs.append((b"content-length", str(size).encode()))
    return [(b"host", host), *pairs]


def to_caller(headers: Headers) -> Headers:
    return [*_passed(lowered(headers), NOT_OUT), *OURS]


def size_of(headers: Headers) -> int:
    return sum(len(name) + len(value) for name, value in headers)


def _forwarded(headers: Headers, scope: Mapping[str, Any]) -> Headers:
    said = b",".join(value for name, value in headers if name == b"x-forwarded-for")
    peer = (scope.get("client") or ("",))[0]
    meta = {"REMOTE_ADDR": peer, "HTTP_X_FORWARDED_FOR": said.decode("latin-1")}
    public = urlsplit(settings.PUBLIC_URL)
    return [
        (b"x-forwarded-for", client_address(meta).encode()),
        (b"x-forwarded-proto", public.scheme.encode()),
        (b"x-forwarded-host", public.netloc.encode()),
    ]


def _is_forwarded(name: bytes) -> bool:
    # As n8n's own server and proxies before it read them, `_` is as good as `-`.
    return name.replace(b"_", b"-").startswith(b"x-forwarded-")


def _passed(headers: Headers, kept_back: frozenset[bytes]) -> Headers:
    named = {  # `Connection: x` makes x one of the hop's own
        name.strip().lower()
        for key, value in headers
        if key == b"connection"
        for name in value.split(b",")
    }
    return [(name, value) for name, value in headers if name not in kept_back | named]
