"""Tells sockets what a sync or a person changed. What is lost here the hub's comparison finds."""

import logging
import uuid
from collections.abc import Collection

from campaigns import serializers
from campaigns.live import frame, health_frame, refresh_health
from campaigns.models import Campaign, SyncRun
from campaigns.sync import Outcome
from orchestrator import realtime
from workspaces.models import Health

log = logging.getLogger(__name__)

CHUNK = 200


def synced(run: SyncRun, outcome: Outcome) -> None:
    campaigns = Campaign.objects.filter(workspace_id=run.workspace_id, archived_at=None)
    frames = [
        frame(c, realtime.Reach.WORKSPACE if c.pk in outcome.adopted else realtime.Reach.VIEW)
        for c in campaigns
    ]
    refresh_health([run.workspace_id])
    frames += [health_frame(h) for h in _health([run.workspace_id])]
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


def _health(workspace_ids: Collection[uuid.UUID]) -> list[Health]:
    return list(Health.objects.filter(pk__in=list(workspace_ids)).select_related("workspace"))


def _publish(workspace_id: uuid.UUID, frames: list[realtime.Frame]) -> None:
    try:
        for start in range(0, len(frames), CHUNK):
            realtime.publish_sync(workspace_id, frames[start : start + CHUNK])
    except Exception as error:  # noqa: BLE001 -- whatever Redis does
        log.warning("sockets hear of it by their comparison: %s", type(error).__name__)
