"""A campaign's row and a workspace's health: one shape for REST, page and socket.

What the caller may not see is absent. `can` are permission names, as in `Access.codenames`.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from campaigns.models import Campaign, SyncRun
from orchestrator import realtime
from workspaces.models import Health, Workspace


def row(campaign: Campaign, can: Collection[str]) -> dict[str, Any]:
    times = "campaigns.view_times" in can
    shown: dict[str, Any] = {
        "id": campaign.id,
        "workspaceId": campaign.workspace_id,
        "name": campaign.name,
        "status": campaign.status,
        "enabled": campaign.enabled,
        "n8nStatus": campaign.n8n_status,
        "syncStatus": campaign.sync_status,
    }
    if campaign.reason:
        shown["reason"] = campaign.reason
    desired = "enabled" if campaign.enabled else "disabled"
    shown["desired"] = _truth(desired, "orchestrator", None, times)
    shown["reported"] = _truth(campaign.reported, "sync", campaign.reported_at, times)
    shown["observed"] = _truth(campaign.observed, "heartbeat", campaign.observed_at, times)
    shown["trigger"] = campaign.trigger or None
    if "campaigns.open_in_n8n" in can:
        shown["n8nWorkflowId"] = campaign.n8n_workflow_id
    if times:
        shown["lastSyncAt"] = campaign.last_sync_at
    shown["version"] = campaign.version
    shown["stateVersion"] = campaign.state_version
    return shown


def health(
    found: Health, workspace: Workspace, permissions: dict[str, Any], can: Collection[str]
) -> dict[str, Any]:
    """The socket's snapshot, `health.changed`, and what is polled where there is no socket."""
    connections: dict[str, Any] = {
        "realtime": "ok" if realtime.is_up() else "error",
        "n8n": found.n8n,
        "session": "authenticated",
        "sandbox": found.sandbox,
    }
    if "campaigns.view_times" in can:
        connections["lastSyncAt"] = found.last_sync_at
    return {
        "status": found.status,
        "stateVersion": found.state_version,
        "campaigns": {
            "total": found.total,
            "byStatus": {
                "live": found.live,
                "syncing": found.syncing,
                "stale": found.stale,
                "error": found.error,
            },
        },
        "connections": connections,
        "permissions": permissions,
    }


def sync(run: SyncRun) -> dict[str, Any]:
    duration = None
    if run.started_at and run.ended_at:
        duration = round((run.ended_at - run.started_at).total_seconds() * 1000)
    return {
        "id": run.id,
        "trigger": run.trigger,
        "startedAt": run.started_at,
        "durationMs": duration,
        "synced": run.synced,
        "changed": run.changed,
        "errors": run.errors,
    }


def _truth(value: str, source: str, at: datetime | None, times: bool) -> dict[str, Any]:
    truth: dict[str, Any] = {"value": value, "source": source}
    if times and at is not None:
        truth["at"] = at
    return truth
