"""Who keeps the front door waiting, on either side of it: each wait ends, is said and written down,
and holds nothing afterwards. A second stands for the half minute and the minute of the real one."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler
from typing import Any

import httpx
import pytest

from provisioning.front.app import ANSWERS_WITHIN, TAKEN_WITHIN
from provisioning.front.body import WITHIN
from tests.cast import Cast
from tests.front_door import Place, front_door, head_and_body, problem
from tests.processes import wait_until

SOON = 8.0  # seconds: far more than the one, far less than thirty
PIECE = 256 * 1024


@pytest.fixture(scope="module")
def opened_once(stage: Cast, tmp_path_factory: Any) -> Iterator[Callable[[str], Place]]:
    started: dict[str, Place] = {}
    with ExitStack() as stack:

        def by(server: str) -> Place:
            if server not in started:
                folder = tmp_path_factory.mktemp(server)
                opened = front_door(folder, stage, server, application="tests.impatient")
                started[server] = stack.enter_context(opened)
            return started[server].another()

        yield by


@pytest.fixture
def stalled() -> Iterator[threading.Event]:
    """Set at the end, so that a server that stalls for a test outlives it by nothing."""
    event = threading.Event()
    yield event
    event.set()


def passes(place: Place) -> None:
    """Whoever was kept waiting keeps nobody else waiting."""
    place.n8n.respond = hello
    assert place.call().status_code == 204


def hello(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(204)
    handler.end_headers()


def test_the_real_one_waits_as_the_documents_say() -> None:
    assert (ANSWERS_WITHIN, TAKEN_WITHIN, WITHIN) == (30, 30, 60)


def test_n8n_that_never_answers_is_504(either: Place, stalled: threading.Event) -> None:
    def stall(_handler: BaseHTTPRequestHandler) -> None:
        stalled.wait(SOON * 2)

    either.n8n.respond = stall
    began = time.monotonic()
    assert problem(either.call()) == (504, "n8n_timeout")
    assert time.monotonic() - began < SOON
    (call,) = either.calls(1)
    assert (call.status, call.code) == (504, "n8n_timeout")
    assert 900 <= call.duration_ms < SOON * 1000
    passes(either)


def test_n8n_that_drips_its_headers_is_504_all_the_same(
    place: Place, stalled: threading.Event
) -> None:
    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        for n in range(40):
            handler.send_header(f"X-{n}", "slow")
            handler.flush_headers()
            if stalled.wait(0.25):
                break
        handler.close_connection = True

    place.n8n.respond = drip
    began = time.monotonic()
    assert problem(place.call()) == (504, "n8n_timeout")
    assert time.monotonic() - began < SOON
    stalled.set()
    passes(place)


def test_n8n_that_stalls_in_its_answer_breaks_the_callers_off(
    either: Place, stalled: threading.Event
) -> None:
    def half(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "100")
        handler.end_headers()
        handler.wfile.write(b"half")
        stalled.wait(SOON * 2)
        handler.close_connection = True

    either.n8n.respond = half
    with pytest.raises(httpx.RemoteProtocolError):
        either.call(timeout=SOON)
    (call,) = either.calls(1)
    assert (call.status, call.code) == (200, "n8n_timeout")
    passes(either)


def test_a_body_that_does_not_come_is_408_and_n8n_hears_nothing(place: Place) -> None:
    """daphne waits for all of it before anybody hears of the call."""
    began = time.monotonic()
    answer = place.raw(
        f"POST /hook/{place.token} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        "Content-Length: 100\r\n\r\nhalf".encode()
    )
    assert time.monotonic() - began < SOON
    status, _head, told = head_and_body(answer)
    assert (status, told["code"]) == (408, "incomplete_body")
    assert place.n8n.got == []
    (call,) = place.calls(1)
    assert (call.status, call.code) == (408, "incomplete_body")
    passes(place)


def test_a_body_that_drips_is_408_all_the_same(place: Place) -> None:
    def drip(connection: Any) -> None:
        for _ in range(12):
            time.sleep(0.25)
            try:
                connection.sendall(b"x")
            except OSError:
                break

    answer = place.raw(
        f"POST /hook/{place.token} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        "Content-Length: 100\r\n\r\nx".encode(),
        more=drip,
    )
    assert not answer or head_and_body(answer)[0] == 408
    (call,) = place.calls(1)
    assert (call.status, call.code) == (408, "incomplete_body")
    passes(place)


def test_a_caller_who_takes_nothing_of_the_answer_lets_go_of_n8n(place: Place) -> None:
    let_go = threading.Event()

    def endless(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        piece = b"%x\r\n" % PIECE + bytes(PIECE) + b"\r\n"
        try:
            while True:
                handler.wfile.write(piece)
        except OSError:
            let_go.set()
        handler.close_connection = True

    place.n8n.respond = endless

    def wait(_connection: Any) -> None:
        assert wait_until(let_go.is_set, SOON)

    place.raw(f"POST /hook/{place.token} HTTP/1.1\r\nHost: x\r\n\r\n".encode(), more=wait)
    (call,) = place.calls(1)
    assert (call.status, call.code) == (200, "caller_gone")
    passes(place)
