"""One per process: joins a workspace's group once, and hands its frames to the sockets here."""

import asyncio
import logging
import uuid
import weakref
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from orchestrator.realtime import publishing, source
from orchestrator.realtime.bars import Bars
from orchestrator.realtime.clock import Clock, Slots
from orchestrator.realtime.crowds import CROWD, Crowds
from orchestrator.realtime.frames import Frame, Reach, text
from orchestrator.realtime.line import Line
from orchestrator.realtime.reads import Merged, Row, in_thread, read_rows, read_snapshots
from orchestrator.realtime.socket import BURST, Socket
from orchestrator.realtime.source import Caller

log = logging.getLogger(__name__)

COMPARE = 5.0  # seconds between two comparisons with the database
REPEAT = 30.0  # seconds between two repeats of `health.changed`


class Room:
    """The sockets of one workspace."""

    def __init__(self) -> None:
        self.sockets: set[Socket] = set()
        self.viewers: defaultdict[str, set[Socket]] = defaultdict(set)
        self.versions: dict[str, int] = {}  # newest told, of what is in view and of the health


class Hub:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._rooms: dict[str, Room] = {}
        self._line = Line(self.receive, self._compare_now)
        self._rows: Merged[Row, None, Frame] = Merged(read_rows)
        self._snapshots: Merged[tuple[str, str], Any, tuple[str, int]] = Merged(read_snapshots)
        self._tasks: list[asyncio.Task[None]] = []
        self._missed = asyncio.Event()
        self._crowds = Crowds(clock, self._sockets_of)

    @property
    def up(self) -> bool:
        """Whether it hears what is published; before its first socket it has not listened."""
        return publishing.reachable() if self._line.up is None else self._line.up

    def socket(self, workspace_id: uuid.UUID) -> Socket:
        """Of nobody yet."""
        return Socket(str(workspace_id), self._clock)

    def bars(self) -> Bars:
        return Bars(self._clock)  # in no workspace yet

    async def enter(self, socket: Socket, access: Caller) -> None:
        """Joins first, then reads: nothing that happens in between is missed."""
        self._begin()
        self._rooms.setdefault(socket.workspace_id, Room()).sockets.add(socket)
        await self._line.join(socket.workspace_id)
        alone = access.audience or f"{id(socket)}"
        found = await self._snapshots.one((socket.workspace_id, alone), access)
        if found is not None and socket.closed is None:
            socket.start(*found)
            self._note(socket.workspace_id, socket.workspace_id, found[1])

    async def enter_all(self, socket: Bars, accesses: Mapping[uuid.UUID, Caller]) -> None:
        """Likewise into several at once, beside those that it is in."""
        self._begin()
        for id, access in accesses.items():
            socket.admit(str(id), access)
            self._rooms.setdefault(str(id), Room()).sockets.add(socket)
        await asyncio.gather(*(self._line.join(str(id)) for id in accesses))
        read = source.registered().snapshots
        found = await in_thread(read, list(accesses.values())) if accesses else {}
        for number, (id, data) in enumerate(found.items(), 1):
            version: int = data["stateVersion"]
            socket.show(str(id), text("snapshot", id, data, subject=id, version=version), version)
            self._note(str(id), str(id), version)
            if number % BURST == 0:
                await asyncio.sleep(0)  # the writer's turn

    def leave(self, socket: Socket) -> None:
        self.unsubscribe(socket, list(socket.view))
        for workspace_id in socket.rooms:
            self._go(socket, workspace_id)

    def leave_one(self, socket: Bars, workspace_id: str) -> None:
        socket.dismiss(workspace_id)
        self._go(socket, workspace_id)

    def _begin(self) -> None:
        if not self._tasks:
            loops = (self._keep_comparing(), self._keep_repeating())
            self._tasks = [asyncio.create_task(loop) for loop in loops]

    def _go(self, socket: Socket, workspace_id: str) -> None:
        room = self._rooms.get(workspace_id)
        if room is None:
            return
        room.sockets.discard(socket)
        if not room.sockets:
            del self._rooms[workspace_id]
            self._line.leave(workspace_id)

    def sockets_in(self, workspace_id: uuid.UUID | None) -> int:
        ids = self._rooms if workspace_id is None else {str(workspace_id)} & self._rooms.keys()
        return len({socket for id in list(ids) for socket in self._rooms[id].sockets})

    async def subscribe(self, socket: Socket, ids: Collection[str]) -> set[str]:
        """Into view, and their present states at once. The answer: those that are not there."""
        room = self._rooms[socket.workspace_id]
        for subject in ids:
            room.viewers[subject].add(socket)
            socket.view.add(subject)
        try:
            found = await self._rows.ask({(socket.workspace_id, i): None for i in ids})
        except Exception:
            self.unsubscribe(socket, ids)
            raise
        frames = {subject: frame for (_, subject), frame in found.items()}
        foreign = set(ids) - frames.keys()
        self.unsubscribe(socket, foreign)
        now = self._clock.time()
        for frame in frames.values():
            socket.offer(frame, now, again=True)
        await self.receive(frames.values())
        return foreign

    def unsubscribe(self, socket: Socket, ids: Iterable[str]) -> None:
        room = self._rooms.get(socket.workspace_id)
        for subject in ids:
            socket.forget(subject)
            if room is not None and subject in room.viewers:
                room.viewers[subject].discard(socket)
                if not room.viewers[subject]:
                    del room.viewers[subject]
                    room.versions.pop(subject, None)

    async def receive(self, frames: Iterable[Frame], *, again: bool = False) -> None:
        """To whom it concerns here. Gives others a turn, and the writers before an outbox fills."""
        told = 0
        for frame in frames:
            told += max(1, self._hand_out(frame, again))
            if told >= BURST:
                told = 0
                await asyncio.sleep(0)

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []
        await self._crowds.close()
        await self._line.close()

    def _hand_out(self, frame: Frame, again: bool) -> int:
        """How many sockets were told by this."""
        room = self._rooms.get(frame.workspace_id)
        if room is None:
            return 0
        if frame.reach is Reach.VIEW:
            known = room.versions.get(frame.subject, -1)
            if not again and frame.version is not None and frame.version <= known:
                return 0
        sockets = self._sockets_of(frame)
        self._note(frame.workspace_id, frame.subject, frame.version)
        if len(sockets) > CROWD and frame.version is not None:
            self._crowds.tell(frame, again=again)
            return 0
        now = self._clock.time()
        for socket in sockets:
            socket.offer(frame, now, again=again)
        return len(sockets)

    def _sockets_of(self, frame: Frame) -> Collection[Socket]:
        room = self._rooms.get(frame.workspace_id)
        if room is None:
            return ()
        return room.viewers.get(frame.subject, ()) if frame.reach is Reach.VIEW else room.sockets

    def _note(self, workspace_id: str, subject: str, version: int | None) -> None:
        room = self._rooms.get(workspace_id)
        if room is None or version is None:
            return
        if subject == workspace_id or subject in room.viewers:
            room.versions[subject] = max(version, room.versions.get(subject, -1))

    # A publish can be lost, with Redis or with who sent it. The database cannot.

    def _compare_now(self) -> None:
        self._missed.set()

    async def _keep_comparing(self) -> None:
        while True:
            try:
                async with asyncio.timeout(COMPARE):
                    await self._missed.wait()
            except TimeoutError:
                pass
            self._missed.clear()
            try:
                await self.compare()
            except Exception:
                log.exception("could not compare with the database")

    async def compare(self) -> None:
        """Send what differs from the database."""
        if not self._rooms:
            return
        view = {
            uuid.UUID(workspace_id): [uuid.UUID(subject) for subject in room.viewers]
            for workspace_id, room in self._rooms.items()
        }
        known = await in_thread(source.registered().versions, view)
        present = {str(subject): version for subject, version in known.items()}
        rows: dict[Row, None] = {}
        ill: list[uuid.UUID] = []
        for workspace_id, room in self._rooms.items():
            for subject in room.viewers:
                if subject in present and present[subject] > room.versions.get(subject, -1):
                    rows[workspace_id, subject] = None
            if present.get(workspace_id, -1) > room.versions.get(workspace_id, -1):
                ill.append(uuid.UUID(workspace_id))
        if rows:
            await self.receive((await self._rows.ask(rows)).values())
        if ill:
            await self.receive(await in_thread(source.registered().health, ill))

    async def _keep_repeating(self) -> None:
        while True:
            await asyncio.sleep(REPEAT)
            try:
                await self.repeat_health()
            except Exception:
                log.exception("could not read the health")

    async def repeat_health(self) -> None:
        """To everybody, changed or not: who hears it knows that the line is alive."""
        if self._rooms:
            ids = [uuid.UUID(workspace_id) for workspace_id in self._rooms]
            await self.receive(await in_thread(source.registered().health, ids), again=True)


_hubs: "weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, Hub]" = weakref.WeakKeyDictionary()
_of_process: "weakref.ref[Hub] | None" = None


def hub() -> Hub:
    """The one of the running event loop."""
    global _of_process
    loop = asyncio.get_running_loop()
    found = _hubs.get(loop)
    if found is None:
        found = _hubs[loop] = Hub(Slots(loop))
        _of_process = weakref.ref(found)
    return found


async def close() -> None:
    """The end of the process: of the hub's tasks, and of this loop's connections to Redis."""
    found = _hubs.pop(asyncio.get_running_loop(), None)
    if found is not None:
        await found.close()
    await publishing.close()


def sockets_in(workspace_id: uuid.UUID | None = None) -> int:
    """Of this process, in this workspace or in any, at about this moment. From any thread."""
    found = _of_process() if _of_process is not None else None
    return 0 if found is None else found.sockets_in(workspace_id)


def is_up() -> bool:
    """Whether changes travel by Redis: heard by this process's hub, or, where no socket is open
    here, not failed in the last publish. From any thread."""
    found = _of_process() if _of_process is not None else None
    return found.up if found is not None else publishing.reachable()
