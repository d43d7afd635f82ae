"""Very many sockets, as a process of their own: `python -m tests.crowd`, a plan as JSON on stdin.

Says `ready` when all have their snapshot and what is in view; then, for each line with a version,
how many have heard of it and when the last of them did.
"""

import asyncio
import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.n8n_server import ROOT

AT_ONCE = 50  # that come in at the same time
HEARS_WITHIN = 30.0  # seconds


@dataclass
class Plan:
    url: str  # of the workspace's socket
    campaign: str
    tokens: list[str]  # one for each socket
    slow: int = 0  # of them, that read nothing after their first frames


@dataclass
class Told:
    heard: int
    last_at: float  # monotonic, the same for all processes of a machine
    closed: list[int | None]  # codes


@dataclass
class _Crowd:
    plan: Plan
    versions: dict[int, tuple[int, float]] = field(default_factory=dict)  # newest, by socket
    closed: list[int | None] = field(default_factory=list)
    sockets: list[ClientConnection] = field(default_factory=list)

    async def come(self, number: int, room: asyncio.Semaphore) -> None:
        headers = {"X-Session-Token": self.plan.tokens[number]}
        async with room:
            socket = await connect(
                self.plan.url,
                additional_headers=headers,
                compression=None,
                open_timeout=60,
                ping_interval=None,
            )
            view = {"type": "subscribe", "campaigns": [self.plan.campaign]}
            await socket.send(json.dumps(view))
            while not self._hear(number, await socket.recv()):
                pass
        self.sockets.append(socket)

    def _hear(self, number: int, text: str | bytes) -> bool:
        frame = json.loads(text)
        if frame["type"] != "campaign.changed":
            return False
        self.versions[number] = frame["version"], time.monotonic()
        return True

    async def listen(self, number: int) -> None:
        try:
            async for text in self.sockets[number]:
                self._hear(number, text)
        except ConnectionClosed:
            pass
        self.closed.append(self.sockets[number].close_code)

    async def told(self, version: int) -> Told:
        end = time.monotonic() + HEARS_WITHIN
        count = len(self.sockets) - self.plan.slow
        while time.monotonic() < end:
            at = [at for newest, at in self.versions.values() if newest >= version]
            if len(at) >= count:
                break
            await asyncio.sleep(0.02)
        return Told(len(at), max(at, default=0.0), self.closed)


async def main() -> None:
    reader = asyncio.StreamReader()
    protocol = asyncio.StreamReaderProtocol(reader)
    await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, sys.stdin)
    crowd = _Crowd(Plan(**json.loads(await reader.readline())))
    room = asyncio.Semaphore(AT_ONCE)
    await asyncio.gather(*(crowd.come(n, room) for n in range(len(crowd.plan.tokens))))
    listening = [
        asyncio.create_task(crowd.listen(n)) for n in range(crowd.plan.slow, len(crowd.sockets))
    ]
    print("ready", flush=True)
    while line := await reader.readline():
        print(json.dumps(asdict(await crowd.told(int(line)))), flush=True)
    for task in listening:
        task.cancel()


class Crowd:
    """From the outside."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def told(self, version: int) -> Told:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{version}\n")
        self._process.stdin.flush()
        return Told(**json.loads(self._line()))

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline()


@contextmanager
def crowd(plan: Plan) -> Iterator[Crowd]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.crowd"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    there = Crowd(process)
    try:
        assert process.stdin is not None
        process.stdin.write(json.dumps(asdict(plan)) + "\n")
        process.stdin.flush()
        assert there._line() == "ready\n"
        yield there
    finally:
        process.kill()
        process.communicate()


def raise_limit(files: int) -> None:
    """What is started from here on may have so many open."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < files:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(files, hard), hard))


if __name__ == "__main__":
    asyncio.run(main())
