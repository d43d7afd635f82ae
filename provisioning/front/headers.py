"""Which headers pass the front door, each way."""

from collections.abc import Iterable

Headers = list[tuple[bytes, bytes]]

HOP_BY_HOP = frozenset(
    b"connection keep-alive proxy-authenticate proxy-authorization proxy-connection te trailer"
    b" transfer-encoding upgrade".split()
)
NOT_IN = HOP_BY_HOP | {b"cookie", b"host", b"expect"}
# What could make the browser of a caller do or keep anything for our own origin.
NOT_OUT = HOP_BY_HOP | frozenset(
    b"set-cookie set-cookie2 clear-site-data service-worker-allowed content-security-policy"
    b" x-content-type-options strict-transport-security".split()
)
OURS: Headers = [
    (b"content-security-policy", b"sandbox"),
    (b"x-content-type-options", b"nosniff"),
]


def to_n8n(headers: Iterable[tuple[bytes, bytes]], host: bytes) -> Headers:
    return [(b"host", host), *_passed(headers, NOT_IN)]


def to_caller(headers: Iterable[tuple[bytes, bytes]]) -> Headers:
    return [*_passed(headers, NOT_OUT), *OURS]


def _passed(headers: Iterable[tuple[bytes, bytes]], kept_back: frozenset[bytes]) -> Headers:
    pairs = [(name.lower(), value) for name, value in headers]
    named = {  # `Connection: x` makes x one of the hop's own
        name.strip().lower()
        for key, value in pairs
        if key == b"connection"
        for name in value.split(b",")
    }
    return [(name, value) for name, value in pairs if name not in kept_back | named]
