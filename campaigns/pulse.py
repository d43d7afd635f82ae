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
from collections.abc import Iterable

from asgiref.sync import sync_to_async
from django.db import connection

from campaigns.live import frame, health_frame, refresh_health
from campaigns.models import Campaign
from orchestrator import realtime
from workspaces.models import Health

log = logging.getLogger(__name__)

MANY = 5  # campaigns in one pulse: from here on it is load, and gathering more of them pays
REST = 3.0  # times as long as that pulse took, until the next one
LONGEST_REST = 0.1  # seconds; a socket hears no oftener of one campaign anyway


class Pulse:
    """Of one event loop."""

    def __init__(self) -> None:
        self._changed: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
        self._task: asyncio.Task[None] | None = None
        self._trouble = ""

    def beat(self, changed: Iterable[tuple[uuid.UUID, uuid.UUID]]) -> None:
        """(workspace, campaign) pairs."""
        for workspace_id, campaign_id in changed:
            self._changed[workspace_id].add(campaign_id)
        if self._changed and self._task is None:
            self._task = asyncio.create_task(self._drain())

    def _tell(self, trouble: str) -> None:
        """Once, and not of each heartbeat that comes meanwhile."""
        if trouble != self._trouble:
            if trouble:
                text = "heartbeats reach no page (%s) but by the hubs' comparison, every 5 s"
                log.warning(text, trouble)
            else:
                log.info("heartbeats reach pages at once again")
        self._trouble = trouble

    async def _drain(self) -> None:
        try:
            while self._changed:
                changed, self._changed = self._changed, defaultdict(set)
                begun = time.monotonic()
                try:
                    frames = await sync_to_async(read, thread_sensitive=False)(changed)
                    for workspace_id, some in frames.items():
                        await realtime.publish(workspace_id, some)
                except Exception as error:  # noqa: BLE001 -- no sender waits here
                    self._tell(type(error).__name__)
                else:
                    self._tell("")
                if sum(map(len, changed.values())) >= MANY:  # most of the time is the senders'
                    await asyncio.sleep(min(LONGEST_REST, REST * (time.monotonic() - begun)))
        finally:
            self._task = None


def read(changed: dict[uuid.UUID, set[uuid.UUID]]) -> dict[uuid.UUID, list[realtime.Frame]]:
    """The frames of these campaigns, and the bars that moved with them."""
    try:
        frames: dict[uuid.UUID, list[realtime.Frame]] = defaultdict(list)
        ids = [id for some in changed.values() for id in some]
        for campaign in Campaign.objects.filter(pk__in=ids).with_recent():
            frames[campaign.workspace_id].append(frame(campaign))
        moved = refresh_health(list(changed))
        for found in Health.objects.filter(pk__in=moved).select_related("workspace"):
            frames[found.workspace_id].append(health_frame(found))
        return frames
    finally:
        connection.close()  # back to the pool: no request ends here


_pulses: "weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, Pulse]" = weakref.WeakKeyDictionary()


def beat(changed: Iterable[tuple[uuid.UUID, uuid.UUID]]) -> None:
    loop = asyncio.get_running_loop()
    found = _pulses.get(loop)
    if found is None:
        found = _pulses[loop] = Pulse()
    found.beat(changed)
