"""The process's line to Redis: one channel, joined to the group of each workspace it serves.

What the loop itself publishes does not travel: it is heard here before it is sent.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Any

from channels.layers import get_channel_layer
from redis.exceptions import RedisError

from orchestrator.realtime.frames import Frame
from orchestrator.realtime.publishing import (
    EVERY,
    Ear,
    decode_frames,
    group_of,
    listen,
    stop_listening,
)

log = logging.getLogger(__name__)

TIMEOUT = 1.0  # seconds for one command
BEAT = 1.0  # seconds between two pings to oneself
DOWN_AFTER = 3  # of them that did not come back

AWAY = (RedisError, OSError, TimeoutError)


class Line:
    """Tells `receive` what is published, and `back` when something may have been missed.

    Nothing here raises when Redis is away: the process pings itself over the line every second,
    knows by that whether it hears, and joins again what it could not.
    """

    def __init__(self, receive: Callable[[Sequence[Frame]], Any], back: Callable[[], None]) -> None:
        self._receive = receive
        self._back = back
        self._ear = Ear(self._hand_on)
        self._wanted: set[str] = {EVERY}
        self._joined: set[str] = set()
        self._channel: str | None = None
        self._keeping: asyncio.Task[bool] | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._unanswered = 0  # counted, not timed: a busy loop is late on both ends
        self.up: bool | None = None  # None: nobody has tried yet

    async def join(self, workspace_id: str) -> None:
        """Joined when it returns, or, where Redis is away, with the beat that finds it back."""
        self._wanted.add(workspace_id)
        if not self._tasks:
            listen(self._ear)
            self._tasks = [asyncio.create_task(self._beat())]
        while self.up is not False and workspace_id in self._wanted - self._joined:
            try:
                await asyncio.shield(self._keep())
            except AWAY:
                self._lost()

    def leave(self, workspace_id: str) -> None:
        """With the next beat: who reloads a page is back by then."""
        self._wanted.discard(workspace_id)

    async def close(self) -> None:
        stop_listening(self._ear)
        tasks = [*self._tasks, *([self._keeping] if self._keeping else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._tasks = []

    def _keep(self) -> asyncio.Task[bool]:
        """Make the groups those that are wanted; whoever asks meanwhile waits with the others."""
        if self._keeping is None or self._keeping.done():
            self._keeping = asyncio.create_task(self._join_wanted())
        return self._keeping

    async def _join_wanted(self) -> bool:
        """True where one was joined."""
        layer = get_channel_layer()
        joined = False
        if self._channel is None:
            async with asyncio.timeout(TIMEOUT):
                self._channel = await layer.new_channel()
            self._tasks.append(asyncio.create_task(self._listen(self._channel)))
            self._unanswered = 0
            self.up = True
        for workspace_id in self._wanted - self._joined:
            async with asyncio.timeout(TIMEOUT):
                await layer.group_add(group_of(workspace_id), self._channel)
            self._joined.add(workspace_id)
            joined = True
        for workspace_id in self._joined - self._wanted:
            self._joined.discard(workspace_id)
            async with asyncio.timeout(TIMEOUT):
                await layer.group_discard(group_of(workspace_id), self._channel)
        return joined

    def _lost(self) -> None:
        if self.up is not False:
            self.up = False
            log.warning("the line to Redis is down")

    async def _beat(self) -> None:
        layer = get_channel_layer()
        while True:
            await asyncio.sleep(BEAT)
            try:
                if await self._keep():
                    self._back()
                async with asyncio.timeout(TIMEOUT):
                    await layer.send(self._channel, {"type": "hub.ping"})
            except AWAY:
                pass
            self._unanswered += 1
            if self._unanswered > DOWN_AFTER:
                self._lost()

    async def _listen(self, channel: str) -> None:
        layer = get_channel_layer()
        while True:
            message = await layer.receive(channel)
            self._unanswered = 0
            if not self.up:
                self.up = True
                log.info("the line to Redis is up again")
                self._back()
            if message["type"] == "hub.frames" and message.get("by") != self._ear.id:
                await self._hand_on(decode_frames(message["frames"]))

    async def _hand_on(self, frames: Sequence[Frame]) -> None:
        try:
            await self._receive(frames)
        except Exception:
            log.exception("a publish could not be handed on")
