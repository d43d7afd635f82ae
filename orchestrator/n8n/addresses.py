"""Where n8n may be: one spelling of its URL, and which addresses it may have.

Whoever connects an n8n makes this server send requests, so nothing that only this server can
reach may be reached that way. Each address is judged by itself, right before it is connected to,
and nothing is connected to that was not judged: of a name with several addresses the forbidden
ones are left out. That is as safe as refusing the name, and does not cut off networks whose
resolver adds a translated address (DNS64) to every name.
"""

import re
import socket
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import Any
from urllib.parse import quote

import idna
from requests.utils import unquote_unreserved

from orchestrator.n8n.errors import BlockedAddress

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
Found = tuple[socket.AddressFamily, tuple[Any, ...]]  # as `socket.connect` takes it

MOST_ADDRESSES = 8  # of one name

_URL = re.compile(r"([a-z][a-z0-9+.-]*)://([^/?#]*)([^?#]*)(\?[^#]*)?(#.*)?", re.I)
_AUTHORITY = re.compile(r"(?:\[([^\[\]]*)\]|([^:\[\]]*))(?::(.*))?")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_BROKEN_ESCAPE = re.compile(r"%(?![0-9a-fA-F]{2})")
_PORT = re.compile(r"[1-9][0-9]{0,4}")
_DEFAULT_PORTS = {"http": 80, "https": 443}

_LOOPBACK = [ip_network("127.0.0.0/8"), ip_network("::1/128")]
# Written out, because what Python calls global changes from one patch release to the next.
_FORBIDDEN = [
    ip_network(text)
    for text in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16"),
        *("172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16"),
        *("198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
        "168.63.129.16/32",  # public by its number, and yet Azure's metadata
        # Of IPv6 everything but 2000::/3, which leaves out loopback, private, link-local and
        # multicast, IPv4-mapped and -compatible addresses and NAT64; and within it:
        *("2001::/23", "2001:db8::/32"),  # Teredo, ORCHID and other protocols; documentation
        *("2002::/16", "3fff::/20"),  # 6to4; documentation
    )
]
_UNICAST = ip_network("2000::/3")


class BadAddress(ValueError):
    """No base URL of an n8n. `code` is stable; the message is for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"The base URL of n8n must be http(s)://host[:port][/path]: {message}")
        self.code = code


def normalised(base_url: str) -> str:
    """The one spelling of this base URL; raises BadAddress."""
    text = base_url.strip()
    if "\\" in text or not text.isprintable() or " " in text:
        raise BadAddress("invalid", "it holds a character that no URL has")
    if not (found := _URL.fullmatch(text)):
        raise BadAddress("invalid", "it is no URL")
    scheme, authority, path, query, fragment = found.groups()
    scheme = scheme.lower()
    if scheme not in _DEFAULT_PORTS:
        raise BadAddress("scheme_not_supported", "only http and https are known")
    if "@" in authority:
        raise BadAddress("userinfo_not_allowed", "no user or password in it")
    if query is not None:
        raise BadAddress("query_not_allowed", "no query in it")
    if fragment is not None:
        raise BadAddress("fragment_not_allowed", "no fragment in it")
    if not (parts := _AUTHORITY.fullmatch(authority)):
        raise BadAddress("invalid_host", "no such host")
    literal, name, port = parts.groups()
    host = f"[{_ipv6(literal)}]" if literal is not None else _host(name)
    return f"{scheme}://{host}{_port(port, scheme)}{_path(path)}"


def origin(base_url: str) -> str:
    """Of a normalised base URL, the part without its path."""
    return "/".join(base_url.split("/", 3)[:3])


@dataclass(frozen=True)
class Policy:
    """Which addresses may be connected to. ValueError where an allowed host is none.

    `allowed_hosts`: names, addresses and networks that are neither public nor https and yet
    allowed. `http_loopback`: the demo's n8n may be on loopback. `trusted`: the operator named it.
    """

    allowed_hosts: frozenset[str] = frozenset()
    http_loopback: bool = False
    trusted: bool = False
    _names: frozenset[str] = field(init=False, repr=False, compare=False)
    _networks: tuple[Network, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        names, networks = set(), []
        for entry in self.allowed_hosts:
            try:
                networks.append(ip_network(entry.strip().strip("[]")))
            except ValueError:
                try:
                    names.add(_host(entry.strip()))
                except BadAddress:
                    problem = f"{entry!r} is neither a host's name, an address nor a network"
                    raise ValueError(problem) from None
        object.__setattr__(self, "_names", frozenset(names))
        object.__setattr__(self, "_networks", tuple(networks))

    def permits(self, scheme: str, host: str, address: Address) -> bool:
        """`host` as `normalised` spells it, without brackets."""
        if self.trusted or host in self._names or _within(address, self._networks):
            return True
        if self.http_loopback and _is_loopback(host):
            return _within(address, _LOOPBACK)
        return scheme == "https" and _is_public(address)


TRUSTED = Policy(trusted=True)


def resolve(host: str, port: int) -> list[Found]:
    """Asks the system's resolver, which knows no time limit. OSError where there is no answer."""
    found = socket.getaddrinfo(host.encode("ascii"), port, type=socket.SOCK_STREAM)
    return [(family, address) for family, _, _, _, address in found]


def connected(scheme: str, host: str, port: int, policy: Policy, seconds: float) -> socket.socket:
    """A socket to the first permitted address that answers.

    Raises BlockedAddress where none is permitted, OSError (of it TimeoutError) where none answers.
    """
    ends_at = time.monotonic() + seconds
    permitted = [
        found
        for found in _resolved_within(seconds, host, port)
        if policy.permits(scheme, host, ip_address(str(found[1][0]).partition("%")[0]))
    ][:MOST_ADDRESSES]
    if not permitted:
        raise BlockedAddress("n8n's address is not one that may be connected to")
    failure: OSError = TimeoutError()
    for untried, (family, address) in zip(range(len(permitted), 0, -1), permitted, strict=True):
        left = ends_at - time.monotonic()
        if left <= 0:
            break
        connection = socket.socket(family, socket.SOCK_STREAM)
        try:
            connection.settimeout(left / untried)  # one that is silent leaves time for the next
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection.connect(address)
        except OSError as error:
            connection.close()
            failure = error
        else:
            connection.settimeout(seconds)
            return connection
    raise failure


def _resolved_within(seconds: float, host: str, port: int) -> list[Found]:
    if _literal(host):
        return resolve(host, port)
    answers: list[list[Found] | OSError] = []

    def ask() -> None:
        try:
            answers.append(resolve(host, port))
        except OSError as error:
            answers.append(error)

    asking = threading.Thread(target=ask, name="resolver", daemon=True)
    asking.start()
    asking.join(seconds)
    if not answers:
        raise TimeoutError
    if isinstance(answers[0], OSError):
        raise answers[0]
    return answers[0]


def _host(name: str) -> str:
    """Refuses every spelling of an IPv4 address but the usual one: 127.1, 0x7f.1, 2130706433."""
    host = name.lower()
    if not host.isascii():
        try:
            host = idna.encode(host, uts46=True, std3_rules=True).decode("ascii")
        except idna.IDNAError:
            raise BadAddress("invalid_host", "no such host") from None
    host = host.removesuffix(".")
    labels = host.split(".")
    if _NUMBER.fullmatch(labels[-1]):
        try:
            return str(IPv4Address(host))
        except ValueError:
            raise BadAddress("invalid_host", "an IPv4 address has four numbers") from None
    if len(host) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise BadAddress("invalid_host", "no such host")
    return host


def _ipv6(literal: str) -> str:
    try:
        if "%" in literal:  # a zone: only means something on this machine
            raise ValueError
        return IPv6Address(literal).compressed
    except ValueError:
        raise BadAddress("invalid_host", "no such IPv6 address") from None


def _port(digits: str | None, scheme: str) -> str:
    if not digits:
        return ""
    port = digits.lstrip("0")
    if not _PORT.fullmatch(port) or int(port) > 65535:
        raise BadAddress("invalid_port", "no such port")
    return "" if int(port) == _DEFAULT_PORTS[scheme] else f":{port}"


def _path(path: str) -> str:
    kept: list[str] = []
    if _BROKEN_ESCAPE.search(path):
        raise BadAddress("invalid", "its path is not percent-encoded")
    unquoted = re.sub("%..", lambda escape: escape.group().upper(), unquote_unreserved(path))
    for segment in quote(unquoted, safe="!$%&'()*+,;=:@/~").split("/")[1:]:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    return "".join(f"/{segment}" for segment in kept).rstrip("/")


def _literal(host: str) -> Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _is_loopback(host: str) -> bool:
    address = _literal(host)
    return host == "localhost" if address is None else _within(address, _LOOPBACK)


def _is_public(address: Address) -> bool:
    if address.version == 6 and address not in _UNICAST:
        return False
    return not _within(address, _FORBIDDEN)


def _within(address: Address, networks: Iterable[Network]) -> bool:
    return any(address in network for network in networks)
