"""Where the client really connects to: real servers, real TLS, and a resolver that lies."""

import ipaddress
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from orchestrator import n8n as api
from orchestrator.n8n import TRUSTED, BlockedAddress, Client, Policy, addresses
from tests.http_server import Server, answer, serving

KEY = "n8n-key-that-nobody-may-see"
DISCOVERED = b'{"data": {"scopes": ["workflow:list"]}}'
NAME = "n8n.example.test"
HERE = Policy(frozenset({"127.0.0.1"}))
DEMO = Policy(http_loopback=True)


class Resolver:
    """Answers each question with the next of what it was told; the last one stays."""

    def __init__(self) -> None:
        self.answers: list[list[str]] = []
        self.asked: list[tuple[str, int]] = []

    def __call__(self, host: str, port: int) -> list[addresses.Found]:
        self.asked.append((host, port))
        found = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return [
            (socket.AF_INET6 if ":" in text else socket.AF_INET, (text, port)) for text in found
        ]


@pytest.fixture
def resolver(monkeypatch: pytest.MonkeyPatch) -> Resolver:
    resolver = Resolver()
    monkeypatch.setattr(addresses, "resolve", resolver)
    return resolver


Serve = Callable[..., Server]


@pytest.fixture
def serve() -> Iterator[Serve]:
    with ExitStack() as stack:

        def serve(
            host: str = "127.0.0.1", port: int = 0, tls: ssl.SSLContext | None = None
        ) -> Server:
            server = Server(host, port)
            server.respond = lambda handler: answer(handler, 200, DISCOVERED)
            if tls:
                server.use_tls(tls)
            return stack.enter_context(serving(server))

        yield serve


class Authority:
    """One that issues certificates, and is trusted for the time of a test."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Test CA")])
        self.file = folder / "ca.pem"
        self.file.write_bytes(self._issue(self._name, self._key, None))

    def server_context(self, name: str) -> ssl.SSLContext:
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "n8n")])
        chain = self._folder / f"{name.replace(':', '-')}.pem"
        private = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        chain.write_bytes(self._issue(subject, key, name) + private)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(chain)
        return context

    def _issue(
        self, subject: x509.Name, key: ec.EllipticCurvePrivateKey, name: str | None
    ) -> bytes:
        now = datetime.now(UTC)
        own = self._key.public_key()
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=name is None, path_length=None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(own), False)
        )
        if name is None:
            usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
            builder = builder.add_extension(usage, critical=True)
        else:
            try:
                alternative: x509.GeneralName = x509.IPAddress(ipaddress.ip_address(name))
            except ValueError:
                alternative = x509.DNSName(name)
            builder = builder.add_extension(x509.SubjectAlternativeName([alternative]), False)
        certificate = builder.sign(self._key, hashes.SHA256())
        return certificate.public_bytes(serialization.Encoding.PEM)


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    authority = Authority(tmp_path)
    monkeypatch.setattr(requests.adapters, "DEFAULT_CA_BUNDLE_PATH", str(authority.file))
    return authority


def test_tls_is_verified_against_the_name_while_its_address_is_connected_to(
    authority: Authority, resolver: Resolver, serve: Serve
) -> None:
    server = serve(tls=authority.server_context(NAME))
    resolver.answers = [["127.0.0.1"]]

    with Client(f"https://{NAME}:{server.server_port}", KEY, policy=HERE) as calls:
        assert calls.discover().scopes

    assert resolver.asked == [(NAME, server.server_port)]
    assert server.names == [NAME]
    [(_, headers)] = server.requests
    assert headers["Host"] == f"{NAME}:{server.server_port}"
    assert headers["X-N8N-API-KEY"] == KEY


@pytest.mark.parametrize("certified", ["other.example.test", "127.0.0.1"])
def test_a_certificate_for_another_name_or_for_the_address_is_not_accepted(
    authority: Authority, resolver: Resolver, serve: Serve, certified: str
) -> None:
    server = serve(tls=authority.server_context(certified))
    resolver.answers = [["127.0.0.1"]]
    with Client(f"https://{NAME}:{server.server_port}", KEY, policy=HERE) as calls:
        with pytest.raises(api.Unreachable):
            calls.activate("a")
    assert server.requests == []


def test_a_certificate_of_an_unknown_authority_is_not_accepted(
    tmp_path: Path, resolver: Resolver, serve: Serve
) -> None:
    server = serve(tls=Authority(tmp_path).server_context(NAME))
    resolver.answers = [["127.0.0.1"]]
    for policy in (HERE, TRUSTED):
        with Client(f"https://{NAME}:{server.server_port}", KEY, policy=policy) as calls:
            with pytest.raises(api.Unreachable):
                calls.activate("a")
    assert server.requests == []


def test_an_address_in_the_url_is_verified_as_such(authority: Authority, serve: Serve) -> None:
    server = serve(tls=authority.server_context("127.0.0.1"))
    with Client(f"https://127.0.0.1:{server.server_port}", KEY, policy=HERE) as calls:
        assert calls.discover().scopes


def test_a_name_that_is_bound_to_another_address_meanwhile_is_not_followed_there(
    resolver: Resolver, serve: Serve
) -> None:
    allowed = serve("127.0.0.1")
    other = serve("127.0.0.2", allowed.server_port)
    url = f"http://{NAME}:{allowed.server_port}"
    resolver.answers = [["127.0.0.1"], ["127.0.0.2"]]

    with Client(url, KEY, policy=HERE) as calls:
        assert calls.discover().scopes
    assert len(resolver.asked) == 1  # what was judged is what was connected to

    with Client(url, KEY, policy=HERE) as calls, pytest.raises(BlockedAddress):
        calls.discover()
    assert len(allowed.requests) == 1
    assert other.connections == set()


def test_each_new_connection_is_judged_again(
    resolver: Resolver, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("orchestrator.n8n.transport.REUSE_WITHIN", 0.0)
    server = serve()
    resolver.answers = [["127.0.0.1"], ["127.0.0.1"], ["10.0.0.1"]]
    with Client(f"http://{NAME}:{server.server_port}", KEY, policy=HERE) as calls:
        calls.discover()
        calls.discover()
        with pytest.raises(BlockedAddress):
            calls.discover()
    assert len(server.requests) == 2


def test_of_several_addresses_only_permitted_ones_are_connected_to(
    resolver: Resolver, serve: Serve
) -> None:
    allowed = serve("127.0.0.1")
    forbidden = serve("127.0.0.2", allowed.server_port)
    resolver.answers = [["127.0.0.2", "10.0.0.1", "::1", "127.0.0.1"]]
    with Client(f"http://{NAME}:{allowed.server_port}", KEY, policy=HERE) as calls:
        assert calls.discover().scopes
    assert forbidden.connections == set()


def test_if_one_address_does_not_answer_the_next_one_is_tried(
    resolver: Resolver, serve: Serve
) -> None:
    server = serve("127.0.0.3")
    with socket.socket() as silent:
        silent.bind(("127.0.0.2", server.server_port))  # and does not listen
        resolver.answers = [["127.0.0.2", "127.0.0.3"]]
        policy = Policy(frozenset({"127.0.0.0/8"}))
        with Client(f"http://{NAME}:{server.server_port}", KEY, policy=policy) as calls:
            assert calls.discover().scopes


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("address", ["127.0.0.1", "169.254.169.254", "10.0.0.1", "::1", "fe80::1"])
def test_a_name_of_a_forbidden_address_is_blocked_at_once(
    resolver: Resolver, scheme: str, address: str
) -> None:
    resolver.answers = [[address]]
    begun = time.monotonic()
    with Client(f"{scheme}://{NAME}", KEY, policy=DEMO) as calls:
        with pytest.raises(BlockedAddress) as blocked:
            calls.discover()
    assert len(resolver.asked) == 1  # not tried again
    assert time.monotonic() - begun < 5
    assert blocked.value.code == "blocked_address"
    assert address not in str(blocked.value)
    assert blocked.value.__context__ is None


def test_plain_http_to_a_public_address_is_blocked(resolver: Resolver) -> None:
    resolver.answers = [["1.1.1.1"]]
    with Client(f"http://{NAME}", KEY, policy=Policy()) as calls, pytest.raises(BlockedAddress):
        calls.discover()


def test_without_being_allowed_nothing_on_loopback_is_reached(serve: Serve) -> None:
    server = serve()
    for host in ("127.0.0.1", "localhost", "[::1]", "0.0.0.0", "[::]", "[::ffff:127.0.0.1]"):  # noqa: S104
        for scheme in ("http", "https"):
            with Client(f"{scheme}://{host}:{server.server_port}", KEY, policy=Policy()) as calls:
                with pytest.raises(BlockedAddress):
                    calls.discover()
    assert server.connections == set()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_the_demo_reaches_loopback(serve: Serve, host: str) -> None:
    server = serve()
    with Client(f"http://{host}:{server.server_port}", KEY, policy=DEMO) as calls:
        assert calls.discover().scopes


def test_ipv6_is_spoken(serve: Serve) -> None:
    try:
        server = serve("::1")
    except OSError:
        pytest.skip("no IPv6 here")
    with Client(f"http://[::1]:{server.server_port}", KEY, policy=DEMO) as calls:
        assert calls.discover().scopes
    assert server.requests[0][1]["Host"] == f"[::1]:{server.server_port}"


def test_a_redirect_to_a_forbidden_address_leads_nowhere(serve: Serve) -> None:
    elsewhere = serve("127.0.0.2")
    server = serve()
    there = f"http://127.0.0.2:{elsewhere.server_port}/"
    server.respond = lambda handler: answer(handler, 302, Location=there)
    with Client(server.url, KEY, policy=HERE) as calls:
        with pytest.raises(api.NotN8n):
            calls.discover()
        assert calls.webhook_options("x", "POST").status == 302
    assert elsewhere.connections == set()


def test_no_proxy_of_the_environment_stands_between(
    authority: Authority, resolver: Resolver, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = serve()
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, proxy.url)
        monkeypatch.setenv(name.lower(), proxy.url)
    server = serve(tls=authority.server_context(NAME))
    resolver.answers = [["127.0.0.1"]]
    with Client(f"https://{NAME}:{server.server_port}", KEY, policy=HERE) as calls:
        assert calls.discover().scopes
    assert proxy.connections == set()


def test_a_name_that_nobody_knows_is_unreachable() -> None:
    with Client("https://nobody.invalid", KEY, policy=Policy()) as calls:
        with pytest.raises(api.Unreachable):
            calls.activate("a")


def test_a_resolver_that_hangs_takes_no_longer_than_connecting_may(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def hang(host: str, port: int) -> list[addresses.Found]:
        time.sleep(4)
        return []

    monkeypatch.setattr(addresses, "resolve", hang)
    begun = time.monotonic()
    with Client(f"https://{NAME}", KEY, policy=Policy(), connect_timeout=0.2) as calls:
        with pytest.raises(api.Unreachable):
            calls.activate("a")
    assert time.monotonic() - begun < 2.5


@contextmanager
def full() -> Iterator[int]:
    """The port of a server that takes no more connections, and does not say so."""
    with ExitStack() as stack:
        server = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(server.getsockname())
        yield server.getsockname()[1]


def test_a_silent_address_takes_no_longer_than_connecting_may(resolver: Resolver) -> None:
    resolver.answers = [["127.0.0.1"] * 5]
    with full() as port:
        begun = time.monotonic()
        with Client(f"http://{NAME}:{port}", KEY, policy=HERE, connect_timeout=0.5) as calls:
            with pytest.raises(api.Unreachable):
                calls.activate("a")
    assert 0.4 < time.monotonic() - begun < 2


def test_what_cannot_be_connected_to_is_unreachable_and_not_slow() -> None:
    with full() as port:
        for _ in range(3):
            with Client(f"http://127.0.0.1:{port}", KEY, policy=HERE, deadline=0.1) as calls:
                with pytest.raises(api.Unreachable):
                    calls.activate("a")


@pytest.mark.parametrize("part", ["status", "headers", "chunks", "body"])
@pytest.mark.parametrize("tls", [False, True])
def test_an_answer_that_drips_is_cut_off_wherever_it_drips(
    authority: Authority, serve: Serve, part: str, tls: bool
) -> None:
    server = serve(tls=authority.server_context("127.0.0.1") if tls else None)
    begun = {
        "status": b"",
        "headers": b"HTTP/1.1 200 OK\r\nX-Long: ",
        "chunks": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;",
        "body": b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n",
    }[part]

    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(begun)
        for _ in range(60):
            handler.wfile.write(b"a")
            time.sleep(0.05)

    server.respond = drip
    scheme = "https" if tls else "http"
    url = f"{scheme}://127.0.0.1:{server.server_port}"
    started = time.monotonic()
    with Client(url, KEY, policy=HERE, deadline=0.5) as calls, pytest.raises(api.Timeout):
        calls.activate("a")
    assert 0.4 < time.monotonic() - started < 2


def test_without_a_deadline_one_call_still_ends(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("orchestrator.n8n.transport.LONGEST_CALL", 0.4)

    def drip(handler: BaseHTTPRequestHandler) -> None:
        for _ in range(60):
            handler.wfile.write(b"H")
            time.sleep(0.05)

    server = serve()
    server.respond = drip
    started = time.monotonic()
    with Client(server.url, KEY, policy=HERE) as calls, pytest.raises(api.Timeout):
        calls.activate("a")
    assert time.monotonic() - started < 2
