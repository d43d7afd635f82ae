"""One socket: what it was told, what waits for it, and the one writer that tells it.

Per subject at most one frame every 100 ms: a first change goes at once, of what follows within the
pause only the newest is kept and goes at its end. A frame is sent by who has it for us; where the
reader does not take it at once the writer goes on with it, and what comes meanwhile waits in an
outbox. A reader that lets 256 frames wait is closed, and never holds anybody up.
"""

import asyncio
import uuid
from collections import deque
from collections.abc import Awaitable, Callable, MutableMapping
from enum import IntEnum
from typing import Any

from orchestrator.realtime.clock import Clock
from orchestrator.realtime.eager import Begun, begin
from orchestrator.realtime.frames import Frame, text
from orchestrator.realtime.source import Caller

GAP = 0.1  # seconds between two frames of one subject
HEALTH_GAP = 0.25  # likewise of the workspace's own: any campaign moves it, and all hear it
EARLY = 0.001  # seconds by which a loop's timer may be ahead of its clock
OUTBOX = 256  # frames that may wait for a slow reader
BURST = 64  # frames that are handed out before the loop does other things
LINGER = 10.0  # seconds that a reader who is too slow has to read that it was

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class Close(IntEnum):
    NOT_SIGNED_IN = 4401
    NO_SECOND_FACTOR = 4403
    NO_MEMBER = 4404
    TOO_SLOW = 4408
    TOO_MANY = 4429


class Socket:
    def __init__(self, workspace_id: str, clock: Clock) -> None:
        self.workspace_id = workspace_id
        self.view: set[str] = set()
        self.closed: int | None = None  # the code, 0 where the client left
        self._clock = clock
        self._audience: str | None = None
        self._codenames: frozenset[str] = frozenset()
        self._unheard: frozenset[str] = frozenset()
        self._user_id: uuid.UUID | None = None
        self._started = False
        self._early: list[Frame | str] = []  # before the snapshot
        self._told: dict[str, tuple[int, float]] = {}  # subject → version, when the next may go
        self._pending: dict[str, Frame] = {}
        self._next: float | None = None  # when something pending may go
        self._outbox: deque[Frame | str] = deque()
        self._send: Send | None = None
        self._unsent: Begun | None = None  # for the writer to go on with
        self._wake: asyncio.Future[None] | None = None  # not done: it has nothing to do
        self._writer: asyncio.Task[Any] | None = None

    @property
    def rooms(self) -> set[str]:
        """The workspaces whose frames it hears."""
        return {self.workspace_id}

    def allow(self, caller: Caller) -> None:
        """From now on, also for what waits already, this one's frames."""
        self._audience = caller.audience
        self._codenames = caller.codenames
        self._unheard = caller.unheard
        self._user_id = caller.user_id

    def start(self, snapshot: str, version: int) -> None:
        """The first frame; what came while it was read follows where it is newer."""
        self._started = True
        self._told[self.workspace_id] = (version, self._clock.time() + HEALTH_GAP)
        for frame in (snapshot, *self._early):
            self.put(frame)
        self._early = []
        if self._pending:
            self._schedule(self._clock.time())

    def offer(self, frame: Frame, now: float, *, again: bool = False) -> None:
        """A state or a fact; `again`: also if this state was told before."""
        if frame.version is None:
            self.put(frame)
            return
        version, due = self._told.get(frame.subject, (-1, 0.0))
        if frame.version < version or (frame.version == version and not again):
            return
        if self._started and now >= due:
            self._pending.pop(frame.subject, None)
            self._tell(frame, now)
            return
        waiting = self._pending.get(frame.subject)
        if waiting is None or waiting.version is None or waiting.version <= frame.version:
            self._pending[frame.subject] = frame
            if self._started:
                self._schedule(due)

    def forget(self, subject: str) -> None:
        """Out of view."""
        self.view.discard(subject)
        self._pending.pop(subject, None)

    def put(self, frame: Frame | str) -> None:
        """As it is; into the outbox where others wait."""
        if self.closed is not None:
            return
        if not self._started:
            self._early.append(frame)
            return
        body = frame if isinstance(frame, str) else self._text(frame)
        if body is None:
            return
        if self._wake is not None and not self._wake.done():
            self._send_now(body, self._wake)
            return
        if len(self._outbox) >= OUTBOX:
            self.close(Close.TOO_SLOW)
            return
        self._outbox.append(frame)

    def say(self, kind: str, data: Any, *, version: int | None = None) -> None:
        """To this socket alone."""
        self.put(text(kind, self.workspace_id or None, data, version=version))

    def close(self, code: int) -> None:
        """With `code`, or 0 where there is nobody to tell. What waits is dropped."""
        if self.closed is not None:
            return
        self.closed = code
        self._outbox.clear()
        self._pending.clear()
        self._wake_writer()
        if self._writer is not None:
            # It may be stuck in a send that never ends.
            self._clock.call_at(self._clock.time() + (LINGER if code else 0), self._give_up)

    async def write(self, send: Send) -> None:
        """The writer: runs until the socket is closed, by whichever side."""
        self._writer, self._send = asyncio.current_task(), send
        try:
            while self.closed is None:
                while self._outbox:
                    frame = self._outbox.popleft()
                    body = frame if isinstance(frame, str) else self._text(frame)
                    if body is not None:
                        await send({"type": "websocket.send", "text": body})
                if self.closed is None:
                    self._wake = asyncio.get_running_loop().create_future()
                    await self._wake
                if self._unsent is not None:
                    unsent, self._unsent = self._unsent, None
                    await unsent
            if self.closed:
                # A plain int: daphne takes no other.
                await send({"type": "websocket.close", "code": int(self.closed)})
        except asyncio.CancelledError:
            if self.closed is None:
                raise
        except OSError:
            pass  # the client has gone
        finally:
            self._writer = self._send = None
            self.close(0)

    def _send_now(self, body: str, wake: "asyncio.Future[None]") -> None:
        """The writer has nothing to do, and hears of what is left to do, or went wrong."""
        assert self._send is not None
        try:
            self._unsent = begin(self._send({"type": "websocket.send", "text": body}))
        except Exception as error:  # noqa: BLE001 -- the writer's to tell
            wake.set_exception(error)
        else:
            if self._unsent is not None:
                wake.set_result(None)

    def _tell(self, frame: Frame, now: float) -> None:
        assert frame.version is not None
        if len(self._told) > 2 * len(self.view) + BURST:
            self._told = {
                subject: told
                for subject, told in self._told.items()
                if subject in self.view or subject == self.workspace_id or told[1] > now
            }
        gap = HEALTH_GAP if frame.subject == frame.workspace_id else GAP
        self._told[frame.subject] = (frame.version, now + gap)
        self.put(frame)

    def _schedule(self, due: float) -> None:
        if self._next is None or due < self._next:
            self._next = due
            self._clock.call_at(due, self._release)

    def _release(self) -> None:
        now = self._clock.time()
        if self._next is None or now + EARLY < self._next:
            return  # another was due earlier, and saw to it
        self._next = None
        ready = 0
        soonest: float | None = None
        for subject, frame in list(self._pending.items()):
            version, due = self._told.get(subject, (-1, 0.0))
            if due > now + EARLY or ready == BURST:
                soonest = max(due, now) if soonest is None else min(soonest, max(due, now))
                continue
            del self._pending[subject]
            assert frame.version is not None
            if frame.version >= version:
                self._tell(frame, now)
                ready += 1
        if soonest is not None and self.closed is None:
            self._schedule(soonest)

    def _text(self, frame: Frame) -> str | None:
        if frame.kind in self._unheard:
            return None
        return frame.text_for(self._audience, self._codenames, self._user_id)

    def _wake_writer(self) -> None:
        if self._wake is not None and not self._wake.done():
            self._wake.set_result(None)

    def _give_up(self) -> None:
        if self._writer is not None:
            self._writer.cancel()
