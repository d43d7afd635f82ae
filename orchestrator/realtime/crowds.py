"""What a crowd hears, handed out some sockets at a time: others' news need not wait behind it."""

import asyncio
import logging
from collections.abc import Callable, Collection

from orchestrator.realtime.clock import Clock
from orchestrator.realtime.frames import Frame, Reach
from orchestrator.realtime.socket import Socket

log = logging.getLogger(__name__)

CROWD = 16  # sockets that are told at once: half a millisecond of the loop
BREATH = 0.002  # seconds between so many, where it is not about what they look at


class Crowds:
    """`sockets_of`: whom a frame concerns now; who leaves meanwhile is out of it."""

    def __init__(self, clock: Clock, sockets_of: Callable[[Frame], Collection[Socket]]) -> None:
        self._clock = clock
        self._sockets_of = sockets_of
        self._newest: dict[str, tuple[Frame, bool]] = {}  # by subject
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def tell(self, frame: Frame, *, again: bool) -> None:
        """A state; it overtakes an older one of its subject that is still being handed out."""
        waiting, waiting_again = self._newest.get(frame.subject, (frame, again))
        newest = max(frame, waiting, key=lambda one: one.version or 0)
        self._newest[frame.subject] = (newest, again or waiting_again)
        if frame.subject not in self._tasks:
            self._tasks[frame.subject] = asyncio.create_task(self._spread(frame.subject))

    async def close(self) -> None:
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _spread(self, subject: str) -> None:
        try:
            while found := self._newest.pop(subject, None):
                try:
                    await self._hand_out(*found)
                except Exception:
                    # Nobody awaits this task, and a newer state may wait behind this one.
                    log.exception("could not tell a crowd")
        finally:
            del self._tasks[subject]

    async def _hand_out(self, frame: Frame, again: bool) -> None:
        pause = 0 if frame.reach is Reach.VIEW else BREATH
        for number, socket in enumerate(list(self._sockets_of(frame)), 1):
            if number % CROWD == 0:
                await asyncio.sleep(pause)
            if socket in self._sockets_of(frame):
                socket.offer(frame, self._clock.time(), again=again)
