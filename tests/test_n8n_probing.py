"""The connection test against a real n8n, the sandbox, and whatever else people connect."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from http.server import BaseHTTPRequestHandler

import pytest

from n8n.owner import Editor
from n8n.server import OWNER_EMAIL, OWNER_PASSWORD
from orchestrator.n8n import NEEDED, BadAddress, Policy, probe
from tests.http_server import Respond, Server, answer, serving
from tests.n8n_server import N8n

HERE = Policy(frozenset({"127.0.0.1"}))
MESSAGE = b'{"message": "no"}'
SCOPES = b'{"data": {"scopes": [%s]}}' % b", ".join(b'"%s"' % name.encode() for name in NEEDED)


@pytest.fixture
def server() -> Iterator[Server]:
    with serving(Server()) as server:
        yield server


def by_path(**answers: tuple[int, bytes]) -> Respond:
    """The answers by the last part of the path, else a 404 as n8n has it."""

    def respond(handler: BaseHTTPRequestHandler) -> None:
        name = handler.path.split("?")[0].rsplit("/", 1)[-1]
        answer(handler, *answers.get(name, (404, b'{"message": "not found"}')))

    return respond


def test_a_good_connection_is_ok(n8n: N8n) -> None:
    # One that has just booted takes seconds for its first answer on a busy machine.
    result, scopes, missing = probe(n8n.url, n8n.api_key, policy=HERE, seconds=30)
    assert (result, missing) == ("ok", [])
    assert set(scopes) >= NEEDED


@pytest.mark.parametrize("key", ["wrong", "", "schlüssel", "two\nlines"])
def test_a_wrong_key_is_named(n8n: N8n, key: str) -> None:
    assert probe(n8n.url, key, policy=HERE) == ("wrong_key", [], [])


@pytest.mark.n8n
def test_a_key_that_may_too_little_is_named_with_what_is_missing(real_n8n: N8n) -> None:
    editor = Editor(real_n8n.url)
    editor.call("/rest/login", {"emailOrLdapLoginId": OWNER_EMAIL, "password": OWNER_PASSWORD})
    some = sorted(NEEDED - {"execution:read", "workflow:activate"})
    body = {"label": "little", "scopes": some, "expiresAt": None}
    key = editor.call("/rest/api-keys", body)["data"]["rawApiKey"]

    assert probe(real_n8n.url, key, policy=HERE, seconds=30) == (
        "missing_scope",
        some,
        ["execution:read", "workflow:activate"],
    )


@pytest.mark.parametrize(
    ("respond", "result"),
    [
        (by_path(discover=(200, SCOPES)), "ok"),
        (by_path(discover=(200, b'{"data": {"scopes": []}}')), "missing_scope"),
        (by_path(discover=(403, MESSAGE)), "missing_scope"),
        (by_path(executions=(200, b'{"data": []}')), "too_old"),
        (by_path(executions=(403, MESSAGE)), "too_old"),
        (by_path(executions=(401, MESSAGE)), "wrong_key"),
        (by_path(executions=(200, b"<!doctype html>")), "not_n8n"),
        (by_path(), "not_n8n"),
        (by_path(discover=(200, b"<!doctype html>")), "not_n8n"),
        (by_path(discover=(401, b"<!doctype html>")), "not_n8n"),
        (by_path(discover=(302, b"")), "not_n8n"),
        (by_path(discover=(400, MESSAGE)), "not_n8n"),
        (by_path(discover=(502, b"Bad Gateway")), "unreachable"),
        (by_path(discover=(429, b"")), "slow"),
    ],
)
def test_what_is_wrong_has_one_name(server: Server, respond: Respond, result: str) -> None:
    server.respond = respond
    assert probe(server.url, "key", policy=HERE).result == result


def test_nobody_there_is_unreachable() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and does not listen
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        assert probe(url, "key", policy=HERE).result == "unreachable"
    assert probe("https://nobody.invalid", "key", policy=HERE).result == "unreachable"


def test_a_forbidden_address_is_blocked_and_not_asked(server: Server) -> None:
    assert probe(server.url, "key", policy=Policy()).result == "blocked_address"
    assert server.connections == set()


def test_what_is_no_base_url_is_told_apart() -> None:
    with pytest.raises(BadAddress):
        probe("ftp://n8n", "key", policy=HERE)


@pytest.mark.parametrize("talks", [True, False])
def test_what_takes_its_time_is_slow_and_takes_no_longer_than_allowed(talks: bool) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:

        def take_time() -> None:
            connection, _ = listener.accept()
            with connection, suppress(OSError):
                while talks or connection.recv(4096):
                    connection.sendall(b"H" if talks else b"")
                    time.sleep(0.02)

        server = threading.Thread(target=take_time)
        server.start()
        begun = time.monotonic()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        assert probe(url, "key", policy=HERE, seconds=0.5).result == "slow"
        assert time.monotonic() - begun < 5
        server.join()
