"""The limit of the web server: its flags, and an application that reads the body and says 202."""

import os
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator, MutableMapping, Sequence
from contextlib import contextmanager
from typing import Any

from bench.product import ROOT, ask
from bench.row import BenchError

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

# As long as the product's answer, with as many headers.
BODY = b'{"accepted":1,"duplicates":0,"stale":0,"unknown":0,"rejected":[]}'
HEADERS = [
    (b"content-type", b"application/json"),
    (b"content-length", str(len(BODY)).encode()),
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-request-id", b"0" * 32),
]


async def app(scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
    if scope["type"] != "http":
        raise ValueError("HTTP only")
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 202, "headers": HEADERS})
    await send({"type": "http.response.body", "body": BODY})


@contextmanager
def server(
    command: Sequence[str], before: int, port: int, *, app: str = "bench.bare:app", **env: str
) -> Iterator[int]:
    """`command` is the product's own, from `uvicorn` on, but for what it serves, and where."""
    swapped = {"orchestrator.asgi:application": app, str(before): str(port)}
    words = [sys.executable, "-m", *(swapped.get(word, word) for word in command)]
    process = subprocess.Popen(words, cwd=ROOT, stdin=subprocess.DEVNULL, env=os.environ | env)
    try:
        deadline = time.monotonic() + 20
        while not _answers(port):
            if process.poll() is not None or time.monotonic() > deadline:
                raise BenchError("the bare server does not answer")
            time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait(10)


def _answers(port: int) -> bool:
    try:
        return ask(port, "POST", "/", "x")[0] == 202
    except OSError:
        return False
