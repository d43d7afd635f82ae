"""Orchestrator's ASGI handler under the real servers: bodies, streams, and clients that go away."""

import http.client
import json
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from orchestrator.embedded.server import free_port
from tests.processes import wait_until

MIB = 1024 * 1024
ROOT = Path(__file__).parent.parent


def command(server: str, port: int) -> list[str]:
    if server == "uvicorn":
        return [
            "uvicorn",
            "tests.handler_app:application",
            "--factory",
            "--no-access-log",
            "--host",
            "127.0.0.1",
            "--port",
            str(port),
        ]
    return ["daphne", "-b", "127.0.0.1", "-p", str(port), "tests.handler_app:app"]


@pytest.fixture(scope="module", params=["uvicorn", "daphne"])
def port(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    folder = tmp_path_factory.mktemp("handler")
    big = folder / "big"
    big.write_bytes(bytes(range(256)) * 4 * 4096)  # 4 MiB
    port = free_port()
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", *command(request.param, port)],
            cwd=ROOT,
            env={**os.environ, "BIG_FILE": str(big)},
            stdout=log,
            stderr=log,
        )
        try:
            assert wait_until(lambda: listens(port), 20), (folder / "log").read_text()
            yield port
        finally:
            process.terminate()
            process.wait(20)


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def get(port: int, path: str, headers: dict[str, str] | None = None, timeout: float = 10) -> bytes:
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=headers or {})
    with urllib.request.urlopen(request, timeout=timeout) as answer:
        body: bytes = answer.read()
    return body


def state(port: int) -> dict[str, int]:
    parsed: dict[str, int] = json.loads(get(port, "/state"))
    return parsed


def post(port: int, path: str, body: Any, **headers: str) -> tuple[int, dict[str, Any]]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    chunked = not isinstance(body, bytes)
    connection.request("POST", path, body, headers, encode_chunked=chunked)
    answer = connection.getresponse()
    parsed: dict[str, Any] = json.loads(answer.read())
    connection.close()
    return answer.status, parsed


def test_it_works(port: int) -> None:
    assert get(port, "/trivial") == b"ok"


def test_a_body_of_one_mebibyte_is_read_whole(port: int) -> None:
    status, body = post(port, "/api/size", b"x" * MIB)
    assert (status, body["size"]) == (200, MIB)


def test_a_chunked_body_has_a_length(port: int) -> None:
    status, body = post(port, "/api/size", iter([b"abc"] * 100), **{"Transfer-Encoding": "chunked"})
    assert (status, body) == (200, {"size": 300, "length": "300"})


@pytest.mark.parametrize("size", [MIB + 1, 12 * MIB])
def test_who_sends_too_much_hears_413_and_no_reset(port: int, size: int) -> None:
    status, body = post(port, "/api/size", b"x" * size)
    assert (status, body["code"]) == (413, "too_large")
    assert body["requestId"]


def test_who_does_not_say_how_much_is_stopped_as_well(port: int) -> None:
    chunks = (b"x" * 65536 for _ in range(3 * MIB // 65536))
    status, body = post(port, "/api/size", chunks, **{"Transfer-Encoding": "chunked"})
    assert (status, body["code"]) == (413, "too_large")


def test_bytes_in_the_query_that_are_no_text_are_400(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=5) as raw:
        raw.sendall(
            b"GET /api/size?a=\xff\xfe HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
        )
        answer = b""
        while chunk := raw.recv(65536):
            answer += chunk
    assert answer.startswith(b"HTTP/1.1 400")
    assert b"traceback" not in answer.lower()


def test_requests_in_the_same_thread_share_nothing(port: int) -> None:
    assert get(port, "/language", {"Accept-Language": "de"}) == b"de"
    get(port, "/language?leave=de")
    assert get(port, "/language") == b"en"


def test_twenty_slow_requests_take_as_long_as_one(port: int) -> None:
    started = time.monotonic()
    calls = [threading.Thread(target=get, args=(port, "/slow?seconds=1")) for _ in range(20)]
    for call in calls:
        call.start()
    for call in calls:
        call.join()
    assert time.monotonic() - started < 4
    assert state(port)["threads"] < 70


def test_a_client_that_goes_away_holds_nobody_up(port: int) -> None:
    before = state(port)["finished"]
    with socket.create_connection(("127.0.0.1", port)) as gone:
        gone.sendall(b"GET /slow?seconds=4 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        time.sleep(0.3)
    started = time.monotonic()
    assert get(port, "/trivial") == b"ok"
    assert time.monotonic() - started < 3
    assert wait_until(lambda: state(port)["finished"] > before, 5)  # what it began is ended


@pytest.mark.parametrize("path", ["/stream", "/async-stream"])
def test_an_endless_stream_arrives_piece_by_piece_and_ends_with_its_client(
    port: int, path: str
) -> None:
    before = state(port)["open_streams"]
    with socket.create_connection(("127.0.0.1", port), timeout=5) as raw:
        raw.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        answer = b""
        while b"\n5 " not in answer:
            answer += raw.recv(65536)
        assert state(port)["open_streams"] == before + 1
    pieces = [line.split() for line in answer.split(b"\n") if line[:1].isdigit() and b" " in line]
    assert len({thread for _, thread in pieces if len(thread) < 18}) == 1  # one thread throughout
    assert wait_until(lambda: state(port)["open_streams"] == before, 5)


def test_a_stream_is_no_burden_for_others(port: int) -> None:
    streams = [socket.create_connection(("127.0.0.1", port)) for _ in range(60)]
    for stream in streams:
        stream.sendall(b"GET /stream HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    assert wait_until(lambda: state(port)["open_streams"] >= 60, 10)
    assert get(port, "/trivial") == b"ok"
    for stream in streams:
        stream.close()
    assert wait_until(lambda: state(port)["open_streams"] == 0, 10)


def test_a_large_file_arrives_whole(port: int) -> None:
    assert get(port, "/big") == bytes(range(256)) * 4 * 4096


def test_a_stream_that_breaks_is_cut_and_the_next_request_works(port: int) -> None:
    # uvicorn cuts the connection, daphne leaves it open: neither makes it look whole.
    with pytest.raises((http.client.HTTPException, ConnectionError, TimeoutError)):
        get(port, "/broken", timeout=2)
    assert get(port, "/trivial") == b"ok"


def test_a_body_that_never_comes_holds_nobody_up(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as raw:
        raw.sendall(b"POST /api/size HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9\r\n\r\nab")
        assert get(port, "/trivial") == b"ok"
    assert get(port, "/trivial") == b"ok"
