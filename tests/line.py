"""The network to an n8n, as bytes: it can be cut, silent or slow, and counts what arrives there."""

import asyncio
import re
import threading
import time
from collections import Counter
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

PIECE = 65_536
HOST = "127.0.0.1"
CALL = re.compile(rb"^POST /webhook/\S*[?&]call=(\w+)", re.MULTILINE)
ASKED = re.compile(rb"^(?:GET|POST|PUT|DELETE) /api/v1/\S*", re.MULTILINE)


@dataclass
class Asked:
    """A call of n8n's API on its way: where it came from, and when."""

    what: str
    connection: int
    began: float
    ended: float = 0.0


class Line:
    """`silent`: nothing passes and nobody is told, as where a cable was pulled. `slow`: so many
    seconds for each piece, in each direction."""

    def __init__(self, target: str) -> None:
        self._target = int(target.rpartition(":")[2])
        self._loop = asyncio.new_event_loop()
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._port = 0
        self.silent = False
        self.slow = 0.0
        self.passed_by = (0.0, 0.0)  # from when until when calls went past it
        self.calls: Counter[str] = Counter()  # of webhooks that arrived, by the name they bear
        self.asked: list[Asked] = []

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self._port}"

    def cut(self) -> None:
        """What is open breaks off, and whoever connects is refused."""
        self._do(self._close())

    def mend(self) -> None:
        self.silent, self.slow = False, 0.0
        self._do(self._listen())

    def _do(self, what: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(what, self._loop).result(10)

    async def _listen(self) -> None:
        if self._server is None:
            self._server = await asyncio.start_server(self._serve, HOST, self._port)
            self._port = self._server.sockets[0].getsockname()[1]

    async def _close(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        for writer in list(self._writers):
            writer.transport.abort()

    async def _end(self) -> None:
        self.silent, self.slow = False, 0.0
        await self._close()
        if going := asyncio.all_tasks() - {asyncio.current_task()}:
            await asyncio.wait(going, timeout=5)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there, out = await asyncio.open_connection(HOST, self._target)
        except OSError:
            writer.transport.abort()
            return
        self._writers |= {writer, out}
        going: list[Asked] = []
        there_and_back = (self._to_n8n(reader, out, going), self._back(there, writer, going))
        with suppress(OSError):
            await asyncio.gather(*there_and_back)
        for end in (writer, out):
            self._writers.discard(end)
            end.transport.abort()

    async def _to_n8n(
        self, caller: asyncio.StreamReader, n8n: asyncio.StreamWriter, going: list[Asked]
    ) -> None:
        while piece := await caller.read(PIECE):
            for what in ASKED.findall(piece):  # a request's head is one piece
                going.append(Asked(what.decode(), id(caller), time.monotonic()))
                self.asked.append(going[-1])
            await self._network()
            self.calls.update(name.decode() for name in CALL.findall(piece))
            n8n.write(piece)
            await n8n.drain()
        n8n.write_eof()

    async def _back(
        self, n8n: asyncio.StreamReader, caller: asyncio.StreamWriter, going: list[Asked]
    ) -> None:
        while piece := await n8n.read(PIECE):
            await self._network()
            if going:
                going.pop(0).ended = time.monotonic()
            caller.write(piece)
            await caller.drain()
        caller.write_eof()

    async def _network(self) -> None:
        await asyncio.sleep(self.slow)
        while self.silent:  # noqa: ASYNC110 -- set by another thread
            await asyncio.sleep(0.02)


@contextmanager
def line_to(target: str) -> Iterator[Line]:
    line = Line(target)
    thread = threading.Thread(target=line._loop.run_forever)
    thread.start()
    try:
        line.mend()
        yield line
    finally:
        line._do(line._end())
        line._loop.call_soon_threadsafe(line._loop.stop)
        thread.join()
        line._loop.close()
