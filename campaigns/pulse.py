"""From commit to socket: what heartbeats changed is read once, rendered, and published.

Off the path of the sender's answer. What changes while a publish is under way goes in the next;
what a kill or an absent Redis loses here is made good by the hub's comparison with the database.
"""

import asyncio
import logging
import time
import uuid
import weakref
from collections import defaultdict
from collections.abc import Awaitable, Collection, Iterable
from typing import Any

import psycopg
from asgiref.sync import sync_to_async
from django.db import connection

from campaigns import present
from campaigns.live import frame, health_frame
from orchestrator import realtime
from orchestrator.own_connection import OwnConnection
from orchestrator.realtime.socket import HEALTH_GAP
from workspaces.access import codenames_of

log = logging.getLogger(__name__)

# A pulse and the commits share the cores: it rests for as long as it took, a quick one for longer,
# and what changes meanwhile goes in the next one. The first after a quiet time never waits.
QUICK_REST = 3.0, 0.006  # times what it took; seconds at most
LONGEST_REST = 0.1  # seconds; a socket hears no oftener of one campaign anyway
SLICE = 20  # campaigns that are rendered before the loop gets a turn
BAR_GAP = HEALTH_GAP  # between two looks at one bar: no socket hears of it more often
LOOK = 0.02  # seconds; how often it is seen whose turn has come

Frames = dict[uuid.UUID, list[realtime.Frame]]  # by workspace


class Pulse:
    """Of one event loop."""

    def __init__(self) -> None:
        self._changed: set[uuid.UUID] = set()
        self._task: asyncio.Task[None] | None = None
        self._bars: dict[uuid.UUID, float] = {}  # workspace → when its bar may be looked at
        self._looked: dict[uuid.UUID, float] = {}  # when it was, not long ago
        self._bar_task: asyncio.Task[None] | None = None
        self._own = OwnConnection()
        self._opening = asyncio.Lock()
        self._trouble = ""

    def beat(self, changed: Iterable[tuple[uuid.UUID, uuid.UUID]]) -> None:
        """(workspace, campaign) pairs."""
        now = time.monotonic()
        for workspace_id, campaign_id in changed:
            self._changed.add(campaign_id)
            self._bars.setdefault(workspace_id, max(now, self._looked.get(workspace_id, 0.0)))
        if self._changed and self._task is None:
            self._task = asyncio.create_task(self._drain())
        if self._bars and self._bar_task is None:
            self._bar_task = asyncio.create_task(self._drain_bars())

    async def _drain(self) -> None:
        try:
            while self._changed:
                changed, self._changed = self._changed, set()
                begun = time.monotonic()
                await self._publish(self._rows(changed))
                await asyncio.sleep(_rest(time.monotonic() - begun))
        finally:
            self._task = None

    async def _drain_bars(self) -> None:
        try:
            while self._bars:
                now = time.monotonic()
                due = [id for id, at in self._bars.items() if at <= now]
                if due:
                    for id in due:
                        del self._bars[id]
                    await self._publish(self._moved(due))
                    self._looked = {id: at for id, at in self._looked.items() if at > now}
                    self._looked |= dict.fromkeys(due, time.monotonic() + BAR_GAP)
                else:
                    await asyncio.sleep(LOOK)
        finally:
            self._bar_task = None

    async def _publish(self, reading: Awaitable[Frames]) -> None:
        try:
            await realtime.publish_all(await reading)
        except Exception as error:  # noqa: BLE001 -- no sender waits here
            if isinstance(error, psycopg.Error):
                await self._own.drop()
            self._tell(type(error).__name__)
        else:
            self._tell("")

    def _tell(self, trouble: str) -> None:
        """Once, and not of each heartbeat that comes meanwhile."""
        if trouble != self._trouble:
            if trouble:
                text = "heartbeats reach no page (%s) but by the hubs' comparison, every 5 s"
                log.warning(text, trouble)
            else:
                log.info("heartbeats reach pages at once again")
        self._trouble = trouble

    async def _rows(self, ids: Collection[uuid.UUID]) -> Frames:
        found: Frames = defaultdict(list)
        rows = await present.campaigns(await self._opened(), ids)
        for number, campaign in enumerate(rows, 1):
            found[campaign.workspace_id].append(frame(campaign))
            if number % SLICE == 0:
                await asyncio.sleep(0)
        return found

    async def _moved(self, ids: Collection[uuid.UUID]) -> Frames:
        bars = await present.moved_bars(await self._opened(), ids)
        return {bar.workspace_id: [health_frame(bar)] for bar in bars}

    async def _opened(self) -> psycopg.AsyncConnection[Any]:
        async with self._opening:
            if codenames_of.cache_info().currsize < len(realtime.AUDIENCES):
                await sync_to_async(_know_roles, thread_sensitive=False)()
            return await self._own.opened()


def _rest(took: float) -> float:
    """Seconds after a pulse that took so many."""
    times, most = QUICK_REST
    return min(LONGEST_REST, max(took, min(most, times * took)))


def _know_roles() -> None:
    """What frames are rendered for: kept in the process, and read from the database before that."""
    try:
        for audience in realtime.AUDIENCES:
            codenames_of(audience)
    finally:
        connection.close()  # back to the pool: no request ends here


_pulses: "weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, Pulse]" = weakref.WeakKeyDictionary()


def beat(changed: Iterable[tuple[uuid.UUID, uuid.UUID]]) -> None:
    loop = asyncio.get_running_loop()
    found = _pulses.get(loop)
    if found is None:
        found = _pulses[loop] = Pulse()
    found.beat(changed)
