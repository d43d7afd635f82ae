"""`python -m bench.crowd`: holds many sockets, and notes when each heard of which campaign.

A process of its own that does next to nothing for a frame, so that it is seldom what is waited for.
A plan as a line of JSON comes in; `ready` goes out once all are open and have what they subscribed
to; at the next line what was seen goes into a file, for it is much.
"""

import asyncio
import base64
import json
import os
import sys
from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import uvloop

from bench.eyes import clock

AT_ONCE = 50  # that are opening
PATIENCE = 60.0  # seconds for one to open
CHANGED = b'{"type":"campaign.changed","workspaceId":"'
SUBJECT = len(CHANGED) + 36 + len('","subject":"')
STATUS = b'"syncStatus":"'
TEXT, CLOSE, PING, PONG = 1, 8, 9, 10


@dataclass
class Plan:
    port: int
    sockets: list[dict[str, Any]]  # workspace, session, campaigns
    out: str  # the file


@dataclass
class Seen:
    """One place each: when (ms), which campaign, first letter of its syncStatus, whose socket."""

    at: "array[float]" = field(default_factory=lambda: array("d"))
    campaign: "array[int]" = field(default_factory=lambda: array("H"))
    status: "array[int]" = field(default_factory=lambda: array("B"))
    socket: "array[int]" = field(default_factory=lambda: array("H"))
    kinds: Counter[bytes] = field(default_factory=Counter)
    closed: Counter[int] = field(default_factory=Counter)
    bytes: int = 0  # of the frames about campaigns


class Socket(asyncio.Protocol):
    """A client of the socket that reads frames without copying them about."""

    def __init__(self, number: int, asked: dict[str, Any], index: dict[bytes, int], seen: Seen):
        self._number, self._asked, self._index, self._seen = number, asked, index, seen
        self._buffer = b""
        self._head = True
        self._missing = len(asked["campaigns"])
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        key = base64.b64encode(os.urandom(16)).decode()
        head = (
            f"GET /ws/workspaces/{self._asked['workspace']}/ HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Key: {key}\r\nX-Session-Token: {self._asked['session']}\r\n\r\n"
        )
        self._transport.write(head.encode())

    def data_received(self, data: bytes) -> None:
        at = clock()
        data = self._buffer + data if self._buffer else data
        place = 0
        if self._head:
            end = data.find(b"\r\n\r\n")
            if end < 0:
                self._buffer = data
                return
            if data[9:12] != b"101":
                self.fail(f"a socket was refused: {data[:200]!r}")
                return
            self._head, place = False, end + 4
        while (found := _frame(data, place)) is not None:
            kind, start, place = found
            self._hear(kind, data[start:place], at)
        self._buffer = data[place:]

    def _hear(self, kind: int, body: bytes, at: float) -> None:
        seen = self._seen
        if kind == TEXT and body.startswith(CHANGED):
            index = self._index.get(body[SUBJECT : SUBJECT + 36])
            status = body.find(STATUS)
            if index is None or status < 0:
                self.fail(f"a frame is not as expected: {body[:300]!r}")
                return
            seen.at.append(at)
            seen.campaign.append(index)
            seen.status.append(body[status + len(STATUS)])
            seen.socket.append(self._number)
            seen.bytes += len(body)
            self._missing -= 1
        elif kind == TEXT:
            word = body[9 : body.index(b'"', 9)]
            seen.kinds[word] += 1
            if word == b"snapshot" and self._asked["campaigns"]:
                self._send(TEXT, _subscribe(self._asked["campaigns"]))
        elif kind == PING:
            self._send(PONG, body)
        elif kind == CLOSE:
            seen.closed[int.from_bytes(body[:2])] += 1
            self.fail(f"a socket was closed with {int.from_bytes(body[:2])}")
        if self._missing <= 0 and seen.kinds and not self.ready.done():
            self.ready.set_result(None)

    def fail(self, why: str) -> None:
        if not self.ready.done():
            self.ready.set_exception(RuntimeError(why))

    def connection_lost(self, exc: Exception | None) -> None:
        self.fail("a connection was lost")

    def close(self) -> None:
        self._transport.abort()

    def _send(self, kind: int, body: bytes) -> None:
        """Masked with nothing, which changes nothing."""
        size = len(body)
        length = bytes([0x80 | size]) if size < 126 else b"\xfe" + size.to_bytes(2)
        self._transport.write(bytes([0x80 | kind]) + length + b"\0\0\0\0" + body)


def _frame(data: bytes, place: int) -> tuple[int, int, int] | None:
    """Its kind, where its body begins, and where the next one does; None: not all of it is here."""
    left = len(data) - place
    if left < 2:
        return None
    size, start = data[place + 1], place + 2
    if size == 126:
        if left < 4:
            return None
        size, start = int.from_bytes(data[start : start + 2]), start + 2
    elif size == 127:
        if left < 10:
            return None
        size, start = int.from_bytes(data[start : start + 8]), start + 8
    return (data[place] & 15, start, start + size) if start + size <= len(data) else None


def _subscribe(campaigns: Sequence[str]) -> bytes:
    return json.dumps({"type": "subscribe", "campaigns": list(campaigns)}).encode()


async def run(plan: Plan) -> dict[str, Any]:
    names = sorted({name for socket in plan.sockets for name in socket["campaigns"]})
    index = {name.encode(): number for number, name in enumerate(names)}
    seen, gate = Seen(), asyncio.Semaphore(AT_ONCE)
    loop = asyncio.get_running_loop()
    begun = clock()

    async def one(number: int, asked: dict[str, Any]) -> Socket:
        async with gate:
            _, socket = await loop.create_connection(
                lambda: Socket(number, asked, index, seen), "127.0.0.1", plan.port
            )
            async with asyncio.timeout(PATIENCE):
                await socket.ready
        return socket

    sockets = await asyncio.gather(*(one(n, asked) for n, asked in enumerate(plan.sockets)))
    opened, states = clock() - begun, len(seen.at)
    print("ready", flush=True)
    await loop.run_in_executor(None, sys.stdin.readline)  # until our starter has enough
    for socket in sockets:
        socket.close()
    return {
        "names": names,
        "opened_ms": round(opened),
        "states": states,
        "mean_bytes": round(seen.bytes / len(seen.at)) if seen.at else 0,
        "kinds": {kind.decode(): count for kind, count in seen.kinds.items()},
        "closed": seen.closed,
        **{
            name: base64.b64encode(getattr(seen, name).tobytes()).decode()
            for name in ("at", "campaign", "status", "socket")
        },
    }


def main() -> None:
    plan = Plan(**json.loads(sys.stdin.readline()))
    Path(plan.out).write_text(json.dumps(uvloop.run(run(plan))))


if __name__ == "__main__":
    main()
