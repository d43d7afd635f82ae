"""What a caller sends, whole before n8n hears of it: a slow sender holds no connection of n8n's,
and one who sends too much or breaks off starts nothing."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from tempfile import SpooledTemporaryFile
from typing import Any

from provisioning.front.headers import Headers
from provisioning.front.refusals import Refusal, too_large

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]

LIMIT = 5 * 1024 * 1024
IN_MEMORY = 256 * 1024  # bytes; the rest is in a file
WITHIN = 60.0  # seconds for all of it
FIRST_WITHIN = 0.05  # seconds; who sends later is not waited for before the token is looked up
PIECE = 64 * 1024
DISCARD = 16 * 1024 * 1024  # read and dropped of a body that is not wanted, so that its sender can
DISCARD_SECONDS = 5.0  # hear the answer instead of a reset connection


class Gone(Exception):
    """The caller went away in the middle of it."""


class Body:
    def __init__(self, headers: Headers, receive: Receive) -> None:
        self._receive = receive
        self._file: SpooledTemporaryFile[bytes] = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115
        self._is_whole = False
        self._first = b""
        self.size = 0
        self.announced = any(
            name in (b"content-length", b"transfer-encoding") for name, _ in headers
        )
        lengths = [value for name, value in headers if name == b"content-length"]
        self._length = int(lengths[0]) if lengths and lengths[0].isdigit() else 0

    async def begin(self) -> None:
        """With the first piece. Raises Gone."""
        if self._length <= LIMIT:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(FIRST_WITHIN):
                    self._first = await self._chunk()

    async def read(self) -> None:
        """Raises Refusal and Gone."""
        if self._length > LIMIT:
            raise too_large()
        try:
            async with asyncio.timeout(WITHIN):
                self._take(self._first)
                while not self._is_whole:
                    self._take(await self._chunk())
        except TimeoutError:
            text = "The body took too long to arrive."
            raise Refusal(408, "incomplete_body", text) from None

    async def discard(self) -> None:
        """What is left of it. Raises Gone."""
        seen = 0
        try:
            async with asyncio.timeout(DISCARD_SECONDS):
                while not self._is_whole and seen < DISCARD:
                    seen += len(await self._chunk())
        except TimeoutError:
            return

    def whole(self, most: int) -> bytes | None:
        """None where it is more."""
        if self.size > most:
            return None
        self._file.seek(0)
        return self._file.read()

    def for_n8n(self) -> AsyncIterator[bytes] | bytes:
        content = self.whole(IN_MEMORY)
        return self._pieces() if content is None else content

    def close(self) -> None:
        self._file.close()

    def _take(self, chunk: bytes) -> None:
        self.size += len(chunk)
        if self.size > LIMIT:
            raise too_large()
        self._file.write(chunk)

    async def _chunk(self) -> bytes:
        message = await self._receive()
        if message["type"] == "http.disconnect":
            raise Gone
        self._is_whole = not message.get("more_body", False)
        chunk: bytes = message.get("body", b"")
        return chunk

    async def _pieces(self) -> AsyncIterator[bytes]:
        self._file.seek(0)
        while piece := self._file.read(PIECE):
            yield piece
