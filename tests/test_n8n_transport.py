"""The client against servers that misbehave in every way that one on the internet can."""

import gzip
import logging
import socket
import time
import traceback
import tracemalloc
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler

import pytest

from orchestrator import n8n as api
from orchestrator.n8n import TRUSTED, Client, transport
from tests.http_server import Server, answer, serving

KEY = "n8n-key-that-nobody-may-see"
DISCOVERED = b'{"data": {"scopes": ["workflow:list"]}}'
WORKFLOW = (
    b'{"id": "a", "name": "a", "active": true, "nodes": [],'
    b' "createdAt": "2026-01-01T00:00:00.000Z", "updatedAt": "2026-01-01T00:00:00.000Z"}'
)


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    server.respond = lambda handler: answer(handler, 200, DISCOVERED)
    with serving(server):
        yield server


def answers(server: Server, *statuses: int, **headers: str) -> None:
    """These, one after the other, and then what n8n would say."""
    left = list(statuses)

    def respond(handler: BaseHTTPRequestHandler) -> None:
        if left:
            answer(handler, left.pop(0), b'{"message": "no"}', **headers)
        else:
            answer(handler, 200, WORKFLOW if handler.command == "POST" else DISCOVERED)

    server.respond = respond


def test_reading_is_tried_again_and_writing_never(server: Server) -> None:
    with Client(server.url, KEY, policy=TRUSTED) as calls:
        answers(server, 503, 502)
        assert calls.discover().scopes == ["workflow:list"]
        assert len(server.requests) == 3

        answers(server, 503)
        with pytest.raises(api.ServerError):
            calls.activate("a")
        assert len(server.requests) == 4


def test_after_three_tries_it_is_over(server: Server) -> None:
    answers(server, *[500] * 9)
    with Client(server.url, KEY, policy=TRUSTED) as calls, pytest.raises(api.ServerError):
        calls.discover()
    assert len(server.requests) == 3


def test_nobody_there_is_unreachable() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and does not listen
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with Client(url, KEY, policy=TRUSTED) as calls, pytest.raises(api.Unreachable):
            calls.discover()


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b"<!doctype html><title>Welcome</title>"),
        (200, b'{"data": []}'),
        (200, b"[1, 2"),
        (200, b"\xff\xfe"),
        (404, b"<!doctype html><title>Not found</title>"),
        (401, b"Unauthorized"),
        (200, b'{"x": ' + b"[" * 100_000),
        (400, b'{"x": ' + b"[" * 100_000),
        (404, b'["not", "n8n"]'),
        (418, b'{"message": "teapot"}'),
    ],
)
def test_what_is_not_n8n_is_named_as_such(server: Server, status: int, body: bytes) -> None:
    server.respond = lambda handler: answer(handler, status, body)
    with Client(server.url, KEY, policy=TRUSTED) as calls, pytest.raises(api.NotN8n):
        calls.discover()
    assert len(server.requests) == 1


def test_redirects_are_not_followed_and_take_no_key_along(server: Server) -> None:
    with serving(Server()) as elsewhere:
        server.respond = lambda handler: answer(handler, 307, Location=f"{elsewhere.url}/x")
        with Client(server.url, KEY, policy=TRUSTED) as calls, pytest.raises(api.NotN8n):
            calls.discover()
        assert elsewhere.requests == []
    assert len(server.requests) == 1


def test_a_list_that_pages_in_a_circle_ends(server: Server) -> None:
    server.respond = lambda handler: answer(handler, 200, b'{"data": [], "nextCursor": "x"}')
    with Client(server.url, KEY, policy=TRUSTED) as calls, pytest.raises(api.NotN8n):
        list(calls.workflows())


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
@pytest.mark.parametrize("status", [200, 302, 400, 500])
def test_an_answer_over_16_mib_is_cut_off(server: Server, status: int, encoding: str) -> None:
    body = b" " * (transport.ANSWER_LIMIT + 1)
    if encoding == "gzip":
        body = gzip.compress(body)
    there = {"Location": f"{server.url}/x", "Content_Encoding": encoding}
    server.respond = lambda handler: answer(handler, status, body, **there)
    with Client(server.url, KEY, policy=TRUSTED) as calls, pytest.raises(api.TooLarge):
        calls.discover()
    assert len(server.requests) == 1


def test_a_bomb_is_not_unpacked_beyond_the_limit(server: Server) -> None:
    bomb = gzip.compress(gzip.compress(bytes(128 * 1024**2), 1))
    server.respond = lambda handler: answer(handler, 200, bomb, Content_Encoding="gzip, gzip")
    tracemalloc.start()
    try:
        with Client(server.url, KEY, policy=TRUSTED) as calls, pytest.raises(api.TooLarge):
            calls.discover()
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 4 * transport.ANSWER_LIMIT


def test_gzip_is_asked_for_and_understood(server: Server) -> None:
    body = gzip.compress(DISCOVERED)
    server.respond = lambda handler: answer(handler, 200, body, Content_Encoding="gzip")
    with Client(server.url, KEY, policy=TRUSTED) as calls:
        assert calls.discover().scopes == ["workflow:list"]
    assert "gzip" in server.requests[0][1]["Accept-Encoding"]


def test_no_answer_in_time_is_a_timeout(server: Server) -> None:
    server.respond = lambda handler: time.sleep(1)
    with (
        Client(server.url, KEY, policy=TRUSTED, read_timeout=0.1) as calls,
        pytest.raises(api.Timeout),
    ):
        calls.activate("a")


def test_the_deadline_holds_for_all_tries_together(server: Server) -> None:
    server.respond = lambda handler: time.sleep(2)
    begun = time.monotonic()
    with Client(server.url, KEY, policy=TRUSTED, deadline=0.5) as calls, pytest.raises(api.Timeout):
        calls.discover()
    assert time.monotonic() - begun < 1.8


def test_the_deadline_holds_where_an_answer_drips(server: Server) -> None:
    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        for _ in range(100):
            handler.wfile.write(b" ")
            time.sleep(0.05)

    server.respond = drip
    begun = time.monotonic()
    with Client(server.url, KEY, policy=TRUSTED, deadline=0.5) as calls, pytest.raises(api.Timeout):
        calls.discover()
    assert time.monotonic() - begun < 3


def test_an_answer_that_breaks_off_is_not_taken_for_whole(server: Server) -> None:
    def break_off(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(WORKFLOW) + 10))
        handler.end_headers()
        handler.wfile.write(WORKFLOW)
        handler.close_connection = True

    server.respond = break_off
    with Client(server.url, KEY, policy=TRUSTED) as calls, pytest.raises(api.Unreachable):
        calls.activate("a")


def test_a_short_retry_after_is_waited_for_and_a_long_one_is_told(server: Server) -> None:
    with Client(server.url, KEY, policy=TRUSTED) as calls:
        answers(server, 429, Retry_After="1")
        begun = time.monotonic()
        calls.discover()
        assert time.monotonic() - begun >= 1

        answers(server, 429, Retry_After="60")
        with pytest.raises(api.RateLimited) as limited:
            calls.discover()
        assert limited.value.retry_after == 60


def test_one_connection_serves_many_calls(server: Server) -> None:
    with Client(server.url, KEY, policy=TRUSTED) as calls:
        for _ in range(5):
            calls.discover()
    assert len(server.connections) == 1


def test_an_idle_connection_is_not_trusted_with_a_write(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers(server)
    monkeypatch.setattr(transport, "REUSE_WITHIN", 0.05)
    with Client(server.url, KEY, policy=TRUSTED) as calls:
        calls.discover()
        time.sleep(0.1)
        assert calls.activate("a").active
    assert len(server.connections) == 2


def test_the_proxy_of_the_environment_is_not_used(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    with Client(server.url, KEY, policy=TRUSTED) as calls:
        assert calls.discover().scopes


def test_a_reason_is_cut_and_holds_no_key(server: Server) -> None:
    message = f"Bad credential {KEY} and password=hunter2 " + "long " * 200
    body = b'{"message": "%s"}' % message.encode()
    server.respond = lambda handler: answer(handler, 400, body)
    with Client(server.url, KEY, policy=TRUSTED) as calls, pytest.raises(api.Refused) as refused:
        calls.activate("a")
    said = str(refused.value)
    assert said.startswith("Bad credential *** and password=***")
    assert len(said) == 500


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 429, 500, 302, 200, 0])
def test_the_key_shows_nowhere(
    server: Server, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    if status:
        server.respond = lambda handler: answer(handler, status, b"%s" % KEY.encode())
    else:
        server.respond = lambda handler: handler.connection.shutdown(socket.SHUT_RDWR)
    calls = Client(server.url, KEY, policy=TRUSTED)
    with calls, pytest.raises(api.N8nError) as failed:
        calls.activate("a")

    error: BaseException | None = failed.value
    assert error
    assert error.__context__ is None
    assert error.__cause__ is None
    shown = "".join(
        traceback.TracebackException.from_exception(error, capture_locals=True).format()
    )
    for text in (repr(calls), str(error), repr(error), caplog.text):
        assert KEY not in text
    assert KEY not in shown.replace(repr(KEY.encode()), "")  # what the server sent us


@pytest.mark.parametrize(
    "url", ["", "n8n.example.com", "ftp://n8n", "http://", "https://u:p@n8n", "https://n8n/?a=b"]
)
def test_an_address_that_is_none_is_refused_at_once(url: str) -> None:
    with pytest.raises(ValueError, match="base URL"):
        Client(url, KEY, policy=TRUSTED)


def test_n8n_under_a_path_is_asked_there(server: Server) -> None:
    with Client(f"{server.url}/automation/", KEY, policy=TRUSTED) as calls:
        calls.discover()
    assert server.requests[0][0] == "/automation/api/v1/discover"


def test_a_webhook_is_asked_without_the_key_and_any_answer_is_one(server: Server) -> None:
    def respond(handler: BaseHTTPRequestHandler) -> None:
        answer(handler, 503, b"x" * 5000, Access_Control_Allow_Methods="OPTIONS, POST")

    server.respond = respond
    with Client(f"{server.url}/automation", KEY, policy=TRUSTED) as calls:
        answered = calls.webhook_options("/news letter/:id", "POST")

    assert answered == (503, "OPTIONS, POST", b"x" * 2048)
    [(path, headers)] = server.requests
    assert path == "/automation/webhook/news%20letter/%3Aid"
    assert headers["Access-Control-Request-Method"] == "POST"
    assert headers["Origin"] == server.url
    assert KEY not in str(headers)


def test_before_each_try_is_asked_and_after_it_told(server: Server) -> None:
    told: list[str] = []
    answers(server, 503, 429, 404, Retry_After="0")
    with Client(
        server.url,
        KEY,
        policy=TRUSTED,
        before_call=lambda: told.append("may I?"),
        on_outcome=lambda error: told.append(error.code if error else "ok"),
    ) as calls:
        with pytest.raises(api.NotFound):
            calls.discover()
        calls.discover()
    may = "may I?"
    assert told == [may, "server_error", may, "rate_limited", may, "not_found", may, "ok"]


def test_who_may_not_call_sends_nothing_and_waits_for_nothing(server: Server) -> None:
    def refuse() -> None:
        raise api.RateLimited("not now", 10)

    told: list[api.N8nError | None] = []
    begun = time.monotonic()
    with Client(
        server.url, KEY, policy=TRUSTED, before_call=refuse, on_outcome=told.append
    ) as calls:
        with pytest.raises(api.RateLimited):
            calls.discover()
    assert time.monotonic() - begun < 5
    assert (server.requests, told) == ([], [])


def test_an_execution_whose_id_is_no_number_is_not_n8ns(server: Server) -> None:
    for id_ in (b"abc", b"1e3", b"-1", b"1\\n", b"9" * 19):
        row = b'{"id": "%s", "workflowId": "a", "status": "success", "mode": "webhook"}' % id_
        body = b'{"data": [%s]}' % row
        server.respond = lambda handler, body=body: answer(handler, 200, body)  # type: ignore[misc]
        with Client(server.url, KEY, policy=TRUSTED) as calls, pytest.raises(api.NotN8n):
            calls.executions()


def test_a_name_with_a_nul_does_not_get_as_far_as_a_database(server: Server) -> None:
    body = WORKFLOW.replace(b'"name": "a"', b'"name": "a\\u0000b"')
    server.respond = lambda handler: answer(handler, 200, body)
    with Client(server.url, KEY, policy=TRUSTED) as calls:
        assert calls.workflow("a").name == "ab"


@pytest.mark.parametrize(
    ("said", "instead"),
    [
        (b'"id": "a"', b'"id": "a\\u0000"'),
        (b'"id": "a"', b'"id": ""'),
        (b"00.000Z", b"00.000"),  # of which zone?
    ],
)
def test_what_n8n_never_says_is_not_n8ns(server: Server, said: bytes, instead: bytes) -> None:
    server.respond = lambda handler: answer(handler, 200, WORKFLOW.replace(said, instead))
    with Client(server.url, KEY, policy=TRUSTED) as calls, pytest.raises(api.NotN8n):
        calls.workflow("a")
