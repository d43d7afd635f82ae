"""uvicorn's WebSocket protocol, for what many sockets are told alike: a text is framed once, to
whomever it goes, and what a socket gets in one turn of the loop is one write to the system.

    uvicorn --ws orchestrator.socket_protocol:Protocol
"""

import asyncio
from collections.abc import MutableMapping
from functools import lru_cache
from typing import Any, cast

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame, Opcode
from websockets.protocol import State

REMEMBERED = 256  # texts, of a few hundred bytes mostly
GATHERED = 65_536  # bytes that wait at most: who sends on and on is told to wait by the transport


class Protocol(WebSocketsSansIOProtocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        gathering = Gathering(cast(asyncio.Transport, transport), self.loop)
        super().connection_made(cast(asyncio.Transport, gathering))

    async def send(self, message: MutableMapping[str, Any]) -> None:  # type: ignore[override]
        text = message.get("text")
        if text is not None:
            await self.writable.wait()
            if self._takes_texts():
                self.transport.write(_framed(text))
                return
        await super().send(message)  # type: ignore[arg-type]

    def _takes_texts(self) -> bool:
        """Open, and with nothing to do to a text but to frame it."""
        return (
            self.handshake_complete
            and not self.disconnected
            and not self.close_sent
            and self.initial_response is None
            and self.conn.state is State.OPEN
            and not self.conn.extensions
        )


class Gathering:
    """A transport that writes at the loop's next turn what it was given until then."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._parts: list[bytes] = []
        self._size = 0

    def write(self, data: bytes) -> None:
        if not self._parts:
            self._loop.call_soon(self._flush)
        self._parts.append(data)
        self._size += len(data)
        if self._size > GATHERED:
            self._flush()

    def close(self) -> None:
        self._flush()
        self._transport.close()

    def _flush(self) -> None:
        if self._parts:
            data = b"".join(self._parts)
            self._parts, self._size = [], 0
            self._transport.write(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


@lru_cache(REMEMBERED)
def _framed(text: str) -> bytes:
    return bytes(Frame(Opcode.TEXT, text.encode()).serialize(mask=False))
