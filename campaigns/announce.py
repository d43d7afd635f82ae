"""Tells sockets what a sync, a person or the clock changed.

What is lost here the hub's comparison with the database finds.
"""

import logging
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable

from campaigns import serializers
from campaigns.live import frame, health_frame, refresh_health, removed
from campaigns.models import Campaign, SyncRun
from campaigns.sync import Outcome
from orchestrator import realtime
from workspaces.models import Health

log = logging.getLogger(__name__)

CHUNK = 200


def synced(run: SyncRun, outcome: Outcome) -> None:
    frames = _all(run.workspace_id, outcome.adopted) + _bar(run.workspace_id)
    shown = serializers.sync(run)
    frames.append(
        realtime.Frame.of(
            "sync.finished",
            run.workspace_id,
            run.pk,
            {"admin": shown, "owner": shown},
            version=None,
            needs="campaigns.view_sync",
            at=run.ended_at,
        )
    )
    _publish(run.workspace_id, frames)


def turned(workspace_id: uuid.UUID) -> None:
    """Something around all its campaigns changed, as its n8n went away or came back."""
    _publish(workspace_id, _all(workspace_id) + _bar(workspace_id))


def bar(workspace_id: uuid.UUID) -> None:
    """Its bar alone."""
    _publish(workspace_id, _bar(workspace_id))


def changed(pairs: Iterable[tuple[uuid.UUID, uuid.UUID]]) -> None:
    """(workspace, campaign)."""
    by_workspace: dict[uuid.UUID, list[uuid.UUID]] = defaultdict(list)
    for workspace_id, campaign_id in pairs:
        by_workspace[workspace_id].append(campaign_id)
    for workspace_id, ids in by_workspace.items():
        rows = Campaign.objects.filter(pk__in=ids, archived_at=None).with_recent()
        _publish(workspace_id, [frame(row) for row in rows] + _bar(workspace_id))


def edited(row: Campaign) -> None:
    """By somebody: all who have the list open see it, in view or not."""
    shown = removed(row) if row.archived_at else frame(row, realtime.Reach.WORKSPACE)
    _publish(row.workspace_id, [shown, *_bar(row.workspace_id)])


def gone(row: Campaign) -> None:
    """It was taken back; `row` is what it was."""
    _publish(row.workspace_id, [removed(row), *_bar(row.workspace_id)])


def _all(workspace_id: uuid.UUID, new: Collection[uuid.UUID] = ()) -> list[realtime.Frame]:
    rows = Campaign.objects.filter(workspace_id=workspace_id, archived_at=None).with_recent()
    reach = realtime.Reach
    return [frame(row, reach.WORKSPACE if row.pk in new else reach.VIEW) for row in rows]


def _bar(workspace_id: uuid.UUID) -> list[realtime.Frame]:
    refresh_health([workspace_id])
    found = Health.objects.filter(pk=workspace_id).select_related("workspace")
    return [health_frame(row) for row in found]


def _publish(workspace_id: uuid.UUID, frames: list[realtime.Frame]) -> None:
    try:
        for start in range(0, len(frames), CHUNK):
            realtime.publish_sync(workspace_id, frames[start : start + CHUNK])
    except Exception as error:  # noqa: BLE001 -- whatever Redis does
        log.warning("sockets hear of it by their comparison: %s", type(error).__name__)
