"""What the hooks file costs an execution: two n8ns, one with it and one without, called in turn."""

import http.client
import shutil
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from bench import cpu
from bench.product import HOST, ROOT, ask
from bench.row import BenchError, Row, Spread, number, thinned, times
from n8n.install import installed
from n8n.server import HOOKS, Server, boot, stop
from orchestrator.embedded.server import free_port
from orchestrator.n8n import TRUSTED, Client

CALLS = 300
WARM = 40
PATIENCE = 20.0  # seconds for what is small
WHAT, LOAD = "An execution with the hooks file", "webhook with two nodes, one caller"
PATH = "bench"
NODES = [
    {
        "id": "1",
        "name": "Webhook",
        "type": "n8n-nodes-base.webhook",
        "typeVersion": 2,
        "position": [0, 0],
        "webhookId": "2d0d2f1e-6f3c-4a53-9d0e-3f1c5b6a7d88",
        "parameters": {
            "httpMethod": "POST",
            "path": PATH,
            "responseMode": "lastNode",
            "options": {},
        },
    },
    {
        "id": "2",
        "name": "Done",
        "type": "n8n-nodes-base.noOp",
        "typeVersion": 1,
        "position": [200, 0],
        "parameters": {},
    },
]
JSON = {"Content-Type": "application/json"}
CONNECTIONS = {"Webhook": {"main": [[{"node": "Done", "type": "main", "index": 0}]]}}

_heard: set[str] = set()  # in the receiver's own process


def rows() -> list[Row]:
    if not installed():
        return [Row(WHAT, LOAD, "not measured: n8n is not installed (n8n/n8n.sh install)")]
    port = free_port()
    reporting = {
        "EXTERNAL_HOOK_FILES": str(HOOKS),
        "ORCHESTRATOR_URL": f"http://{HOST}:{port}",
        "ORCHESTRATOR_SECRET": "whsec_" + "A" * 32,
    }
    with _receiver(port), _n8n(reporting) as with_it, _n8n({}) as without:
        _call_in_turn(with_it, without, WARM)
        before = cpu.used(with_it.process.pid), cpu.used(without.process.pid)
        heard = _heard_by(port)
        taken = _call_in_turn(with_it, without, CALLS)
        after = cpu.used(with_it.process.pid), cpu.used(without.process.pid)
        _until_heard(port, heard + 2 * CALLS)
    spent = [(late - early) / CALLS * 1e3 for late, early in zip(after, before, strict=True)]
    measured, limit = Spread.of(taken[0]), Spread.of(taken[1])
    return [
        Row(
            what=WHAT,
            load=LOAD,
            measured=str(measured),
            limits=((f"{limit} without it, in turn", times(measured.p50, limit.p50)),),
            note=f"{number(spent[0])} ms of n8n's processor time, {number(spent[1])} ms without it",
            raw={
                "with_ms": thinned(taken[0]),
                "without_ms": thinned(taken[1]),
                "processor_ms": spent,
            },
        )
    ]


def _call_in_turn(one: Server, other: Server, calls: int) -> list[list[float]]:
    """Milliseconds until the answer, which n8n gives at the end of the execution."""
    taken: list[list[float]] = [[], []]
    connections = [http.client.HTTPConnection(urlsplit(n8n.url).netloc) for n8n in (one, other)]
    try:
        for turn in range(calls):
            first = turn % 2  # so that none is always the second
            for which in (first, 1 - first):
                begun = time.perf_counter()
                connections[which].request("POST", f"/webhook/{PATH}", "{}", JSON)
                answer = connections[which].getresponse()
                answer.read()
                taken[which].append((time.perf_counter() - begun) * 1e3)
                if answer.status != 200:
                    raise BenchError(f"n8n answered {answer.status}")
    finally:
        for connection in connections:
            connection.close()
    return taken


@contextmanager
def _n8n(env: dict[str, str]) -> Iterator[Server]:
    server = boot(env)
    try:
        with Client(server.url, server.api_key, policy=TRUSTED) as client:
            made = client.create_workflow(
                name="Bench", nodes=NODES, connections=CONNECTIONS, settings={}
            )
            client.activate(made.id)
        yield server
    finally:
        stop(server.process)
        shutil.rmtree(server.data, ignore_errors=True)


# ---- a receiver that takes everything and counts it


async def app(
    scope: MutableMapping[str, Any],
    receive: Callable[[], Awaitable[MutableMapping[str, Any]]],
    send: Callable[[MutableMapping[str, Any]], Awaitable[None]],
) -> None:
    if scope["type"] != "http":
        raise ValueError("HTTP only")
    body, more = b"", True
    while more:
        message = await receive()
        body, more = body + message.get("body", b""), message.get("more_body", False)
    if scope["method"] == "POST":
        _heard.update(
            part.split(b'"', 1)[0].decode() for part in body.split(b'"heartbeatId":"')[1:]
        )
    answer = b'{"accepted":1,"duplicates":0,"stale":0,"unknown":0,"rejected":[]}'
    if scope["method"] == "GET":
        answer = str(sum(":alive:" not in heartbeat for heartbeat in _heard)).encode()
    headers = [(b"content-length", str(len(answer)).encode())]
    await send({"type": "http.response.start", "status": 202, "headers": headers})
    await send({"type": "http.response.body", "body": answer})


@contextmanager
def _receiver(port: int) -> Iterator[None]:
    words = ["uvicorn", "bench.hooks:app", "--port", str(port), "--log-level", "warning"]
    process = subprocess.Popen([sys.executable, "-m", *words], cwd=ROOT, stdin=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                _heard_by(port)
                break
            except OSError:
                if process.poll() is not None or time.monotonic() > deadline:
                    raise BenchError("the receiver does not answer") from None
                time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait(10)


def _heard_by(port: int) -> int:
    return int(ask(port, "GET", "/")[1])


def _until_heard(port: int, heartbeats: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while _heard_by(port) < heartbeats:
        if time.monotonic() > deadline:
            raise BenchError(f"{_heard_by(port)} of {heartbeats} heartbeats came")
        time.sleep(0.05)
