"""A campaign's row and a workspace's health: one shape for REST, page and socket.

What the caller may not see is absent. `can` are permission names, as in `Access.codenames`.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.conf import settings

from campaigns.models import Campaign, SyncRun
from orchestrator import crypto, realtime
from workspaces.models import Health, Workspace

WEBHOOK_TOKEN = "campaign.webhook_token"  # noqa: S105 -- what the encrypted column is bound to

# Fields of a campaign's row that not everybody sees, by the right to see them.
_NEEDED = {
    "campaigns.view_times": frozenset(
        {"lastSyncAt", "nextRunAt", "nextRunUnknown", "desired.at", "reported.at", "observed.at"}
    ),
    "campaigns.open_in_n8n": frozenset({"n8nWorkflowId"}),
    "campaigns.manage_campaign": frozenset({"reportUrl", "webhookUrl"}),
}


def hidden_from(can: Collection[str]) -> frozenset[str]:
    """Fields of the row that are absent for whoever has these rights."""
    lacking = (fields for right, fields in _NEEDED.items() if right not in can)
    return frozenset[str]().union(*lacking)


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
    observed_by = campaign.observed_source or "heartbeat"
    shown["desired"] = _truth(desired, "orchestrator", campaign.enabled_at, times)
    shown["reported"] = _truth(campaign.reported, "sync", campaign.reported_at, times)
    shown["observed"] = _truth(campaign.observed, observed_by, campaign.observed_at, times)
    if hasattr(campaign, "recent"):
        shown["recent"] = campaign.recent
    shown["drift"] = campaign.drift
    shown["trigger"] = campaign.trigger or None
    if times and campaign.next_run_at:
        shown["nextRunAt"] = campaign.next_run_at
    if times and campaign.schedule_unknown:
        shown["nextRunUnknown"] = campaign.schedule_unknown
    if "campaigns.manage_campaign" in can:
        urls = {"reportUrl": report_url(campaign), "webhookUrl": webhook_url(campaign)}
        shown |= {name: url for name, url in urls.items() if url}
    if "campaigns.open_in_n8n" in can and not campaign.making:
        shown["n8nWorkflowId"] = campaign.n8n_workflow_id
    if times:
        shown["lastSyncAt"] = campaign.last_sync_at
    shown["version"] = campaign.version
    shown["stateVersion"] = campaign.state_version
    return shown


def report_url(campaign: Campaign) -> str | None:
    """Where a node of its workflow can say how it went; to know it is the right to say it."""
    token = _token(campaign, campaign.report_token_encrypted, "campaign.report_token")
    return token and f"{settings.PUBLIC_URL}/api/webhooks/c/{token}"


def webhook_url(campaign: Campaign) -> str | None:
    """Where its workflow is called from outside; likewise."""
    token = _token(campaign, campaign.webhook_token_encrypted, WEBHOOK_TOKEN)
    return token and f"{settings.PUBLIC_URL}/hook/{token}"


def _token(campaign: Campaign, sealed: str, field: str) -> str | None:
    try:
        owner = str(campaign.workspace_id)
        return crypto.decrypt(sealed, owner=owner, field=field) if sealed else None
    except crypto.Undecryptable:  # a page without it is better than none; `doctor` names the key
        return None


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
        "suspendedAt": workspace.suspended_at,
        "suspensionReason": workspace.suspension_reason or None,
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
