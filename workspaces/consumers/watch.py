"""Rights end while sockets are open: each process listens for it, and looks again by itself.

The database's triggers notify on the channel `access` whenever a session, key, user, membership or
grant changes, by whatever door. Besides, all sockets are checked by one query every 15 s, and each
when its session or key runs out.
"""

import asyncio
import logging
import uuid
import weakref
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

import msgspec
import psycopg

from orchestrator import realtime
from orchestrator.realtime import Close, Merged, Socket
from workspaces import quotas
from workspaces.access import Access, access_to, accesses_of, codenames_of
from workspaces.consumers.standing import Claim, Standing, standings
from workspaces.models import User

log = logging.getLogger(__name__)

K = TypeVar("K")

CHECK = 15.0  # seconds between two looks at everybody
RETRY = 1.0  # seconds, where the database did not answer
LATE = 0.05  # seconds after its end at which a session or key is looked at
PATIENCE = 5.0  # seconds of silence on the line before it is asked whether it lives


class Notice(msgspec.Struct):
    """Whom a change concerns; what is null is anybody."""

    workspace: uuid.UUID | None = None
    user: uuid.UUID | None = None
    session: str | None = None
    key: str | None = None


class Member:
    """One open socket and who holds it."""

    def __init__(self, socket: Socket, claim: Claim, standing: Standing) -> None:
        self.socket = socket
        self.claim = replace(claim, user_id=standing.user_id)
        self.proof = standing.proof
        self.key = standing.key
        self.user_id = standing.user_id
        self.rights = standing.rights
        self.access: Access | None = None

    def can(self, permission: str) -> bool:
        return self.access is not None and self.access.can(permission)

    def concerned_by(self, workspace_id: uuid.UUID | None) -> bool:
        return workspace_id in (None, self.claim.workspace_id)

    async def begin(self) -> None:
        assert self.access is not None
        await realtime.hub().enter(self.socket, self.access)

    async def renew(self, standing: Standing) -> None:
        """Tell it what it may now, where that has changed; close it where that is nothing."""
        if standing.rights is None:
            self.socket.close(Close.NO_MEMBER)
        elif standing.rights != self.rights:
            self.key = standing.key
            access = await access_of(self)
            if access is None:
                self.socket.close(Close.NO_MEMBER)
                return
            if access.lacks_second_factor:
                self.socket.close(Close.NO_SECOND_FACTOR)
                return
            self.rights, self.access = standing.rights, access
            self.socket.allow(access)
            self.socket.say("permissions.changed", access.permissions_state())


class Watch:
    """Of one event loop."""

    def __init__(self) -> None:
        self._standings: Merged[Claim, None, Standing] = Merged(_read_standings)
        self._limits: Merged[uuid.UUID, None, int] = Merged(_read_limits)
        self._accesses: Merged[uuid.UUID, None, list[Access]] = Merged(_read_accesses)
        self._by_user: defaultdict[uuid.UUID, set[Member]] = defaultdict(set)
        self._by_proof: defaultdict[str, set[Member]] = defaultdict(set)
        self._by_workspace: defaultdict[uuid.UUID, set[Member]] = defaultdict(set)
        self._concerned: set[Member] = set()
        self._wake = asyncio.Event()
        self._listening = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    async def standing(self, claim: Claim) -> Standing | None:
        """None: not signed in. From the first one on, nothing that changes later is missed."""
        if not self._tasks:
            loops = (self._keep_listening(), self._keep_checking(), self._keep_looking())
            self._tasks = [asyncio.create_task(loop) for loop in loops]
        if not self._listening.is_set():
            try:
                async with asyncio.timeout(RETRY):
                    await self._listening.wait()
            except TimeoutError:
                pass  # once it listens, everybody is checked
        return await self._standings.one(claim, None)

    async def accesses_of(self, user_id: uuid.UUID) -> list[Access]:
        """Wherever they are a member, by name; not yet narrowed to what a key may."""
        return await self._accesses.one(user_id, None) or []

    def sockets_of(self, user_id: uuid.UUID) -> int:
        return len(self._by_user.get(user_id, ()))

    async def is_full(self, workspace_id: uuid.UUID) -> bool:
        """By the workspace's quota, of which each process has the whole."""
        limit = await self._limits.one(workspace_id, None)
        return limit is None or len(self._by_workspace.get(workspace_id, ())) >= limit

    def add(self, member: Member, standing: Standing) -> None:
        self._by_user[member.user_id].add(member)
        self._by_proof[member.proof].add(member)
        self._by_workspace[member.claim.workspace_id].add(member)
        self._look_at_its_end(member, standing)

    def remove(self, member: Member) -> None:
        self._concerned.discard(member)
        _take(self._by_user, member.user_id, member)
        _take(self._by_proof, member.proof, member)
        _take(self._by_workspace, member.claim.workspace_id, member)

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []

    def _look_at(self, members: Iterable[Member]) -> None:
        self._concerned.update(members)
        if self._concerned:
            self._wake.set()

    def _look_at_all(self) -> None:
        self._look_at([member for members in self._by_user.values() for member in members])

    def _hear(self, payload: str) -> None:
        try:
            notice = msgspec.json.decode(payload, type=Notice)
        except msgspec.DecodeError:
            self._look_at_all()
            return
        proof = notice.session or notice.key
        if proof is not None:
            self._look_at(self._by_proof.get(proof, ()))
        elif notice.user is not None:
            for member in self._by_user.get(notice.user, ()):
                if member.concerned_by(notice.workspace):
                    self._look_at([member])
        else:
            self._look_at_all()

    async def _keep_listening(self) -> None:
        while True:
            try:
                async with await realtime.connect() as connection:
                    await connection.execute("LISTEN access")
                    self._listening.set()
                    self._look_at_all()  # what was said meanwhile was not heard
                    while True:
                        async for heard in connection.notifies(timeout=PATIENCE):
                            self._hear(heard.payload)
                        await connection.execute("SELECT 1")
            except (psycopg.Error, OSError) as error:
                log.warning("not listening for changes of rights: %s", type(error).__name__)
            self._listening.clear()
            await asyncio.sleep(RETRY)

    async def _keep_looking(self) -> None:
        while True:
            await asyncio.sleep(CHECK)
            self._look_at_all()

    async def _keep_checking(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            members, self._concerned = self._concerned, set()
            try:
                await self._check(members)
            except Exception:
                log.exception("sockets could not be checked")
                await asyncio.sleep(RETRY)
                self._look_at(m for m in members if m.socket.closed is None)

    async def _check(self, members: set[Member]) -> None:
        found = await self._standings.ask({member.claim: None for member in members})
        changes = []
        for member in members:
            standing = found.get(member.claim)
            if standing is None:
                member.socket.close(Close.NOT_SIGNED_IN)
            else:
                self._look_at_its_end(member, standing)
                changes.append(member.renew(standing))
        await asyncio.gather(*changes)

    def _look_at_its_end(self, member: Member, standing: Standing) -> None:
        """Where it comes before everybody is looked at again."""

        def look() -> None:
            if member.socket.closed is None:
                self._look_at([member])

        if standing.seconds is not None and standing.seconds <= 2 * CHECK:
            asyncio.get_running_loop().call_later(max(0.0, standing.seconds) + LATE, look)


def _take(index: dict[K, set[Member]], key: K, member: Member) -> None:
    index[key].discard(member)
    if not index[key]:
        del index[key]


async def access_of(member: Member) -> Access | None:
    """Asked anew, whatever was known; None also for a member who may not see the workspace."""

    def read() -> Access | None:
        user = User(pk=member.user_id)
        user.key = member.key
        access = access_to(user, member.claim.workspace_id)
        if access is None or not access.is_readable:
            return None
        codenames_of(access.role)  # kept from here on: the loop may not ask the database
        return access

    return await realtime.in_thread(read)


async def _read_limits(asked: dict[uuid.UUID, None]) -> Mapping[uuid.UUID, int]:
    return await realtime.in_thread(quotas.limits_of, list(asked), quotas.Name.SOCKETS)


async def _read_accesses(asked: dict[uuid.UUID, None]) -> Mapping[uuid.UUID, list[Access]]:
    def read() -> dict[uuid.UUID, list[Access]]:
        found = accesses_of(list(asked))
        for some in found.values():
            some.sort(key=lambda access: (access.workspace.name, str(access.workspace.pk)))
            _ = [codenames_of(access.role) for access in some]  # kept: the loop may not ask
        return found

    return await realtime.in_thread(read)


async def _read_standings(asked: dict[Claim, None]) -> Mapping[Claim, Standing]:
    return await realtime.in_thread(standings, list(asked))


_watches: "weakref.WeakKeyDictionary[Any, Watch]" = weakref.WeakKeyDictionary()


def watch() -> Watch:
    """The one of the running event loop."""
    loop = asyncio.get_running_loop()
    found = _watches.get(loop)
    if found is None:
        found = _watches[loop] = Watch()
    return found


async def close() -> None:
    """The end of the process."""
    found = _watches.pop(asyncio.get_running_loop(), None)
    if found is not None:
        await found.close()
