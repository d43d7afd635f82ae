"""A workflow of n8n becomes a campaign."""

import hashlib
import secrets
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone

from campaigns import served, wall
from campaigns.events import CampaignAdopted, CampaignRestored
from campaigns.models import Campaign, Reported
from orchestrator import crypto, n8n
from orchestrator.events import Actor, acting, emit
from workspaces import quotas
from workspaces.models import Instance, Workspace

TOKEN_FIELD = "campaign.report_token"  # noqa: S105 -- a name
TOKEN_BYTES = 32


def adopt(
    instance: Instance, workspace: Workspace, workflow: n8n.Workflow, *, actor: Actor
) -> tuple[Campaign, bool]:
    """The campaign of this workflow, and whether it is new; it may be another workspace's.

    Whether the workflow may be adopted the caller has judged. Raises quotas.Exceeded, and
    wall.TenantMismatch where the workspace went to another n8n while this one was asked.
    """
    with acting(actor):
        # First the workspace's row, as whoever adds to a quota does: two at once wait here.
        quotas.lock(workspace)
        if not _is_there(workspace, instance):
            raise wall.TenantMismatch("other_instance")
        found = existing(instance, workflow.id)
        if found is not None:
            return found, False
        quotas.check(workspace, quotas.Name.CAMPAIGNS)
        campaign, new = Campaign.objects.get_or_create(
            instance=instance,
            n8n_workflow_id=workflow.id,
            defaults={"workspace": workspace, **_columns(workspace, workflow)},
        )
        if new:
            emit(CampaignAdopted, campaign, actor=actor, after={"name": campaign.name})
        return campaign, new


def adopt_many(
    instance: Instance, workspace: Workspace, workflows: Sequence[n8n.Workflow], *, actor: Actor
) -> tuple[list[Campaign], int]:
    """The new campaigns, as many as the quota allows, and how many it left out."""
    with acting(actor):
        quotas.lock(workspace)
        if not _is_there(workspace, instance):
            return [], 0
        ids = [workflow.id for workflow in workflows]
        known = Campaign.objects.filter(instance=instance, n8n_workflow_id__in=ids)
        taken = set(known.values_list("n8n_workflow_id", flat=True))
        free = [workflow for workflow in workflows if workflow.id not in taken]
        rows = [
            Campaign(
                instance=instance,
                workspace=workspace,
                n8n_workflow_id=workflow.id,
                **_columns(workspace, workflow),
            )
            for workflow in free[: _room(workspace)]
        ]
        # One that another workspace adopts just now stays its.
        Campaign.objects.bulk_create(rows, ignore_conflicts=True)
        made = Campaign.objects.filter(pk__in=[row.pk for row in rows])
        there = set(made.values_list("pk", flat=True))
        new = [row for row in rows if row.pk in there]
        for campaign in new:
            emit(CampaignAdopted, campaign, actor=actor, after={"name": campaign.name})
    return new, len(free) - len(rows)


def take_back(
    instance: Instance,
    workspace: Workspace,
    versions: Mapping[uuid.UUID, int],
    *,
    actor: Actor,
) -> tuple[set[uuid.UUID], int]:
    """Of these, which were set aside with the n8n that has them again, as many as the quota allows,
    and how many it leaves aside. Only of the `versions` that they had before n8n was asked."""
    with acting(actor):
        quotas.lock(workspace)
        if not _is_there(workspace, instance):
            return set(), 0
        aside = Campaign.objects.filter(
            pk__in=versions, workspace=workspace, instance=instance, set_aside=True
        )
        free = aside.filter(intended_until=None).select_for_update(no_key=True).order_by("pk")
        found = [row for row in free if row.version == versions[row.pk]]
        found.sort(key=lambda row: row.created_at)
        back = found[: _room(workspace)]
        ids = {row.pk for row in back}
        Campaign.objects.filter(pk__in=ids).update(archived_at=None, set_aside=False)
        told: dict[str, Any] = {"before": {"archived": True}, "after": {"archived": False}}
        for row in back:
            emit(CampaignRestored, row, actor=actor, **told)
    return ids, len(found) - len(back)


def _is_there(workspace: Workspace, instance: Instance) -> bool:
    """Whether it has not gone to another n8n while this one was asked."""
    return Workspace.objects.filter(pk=workspace.pk, instance=instance).exists()


def _room(workspace: Workspace) -> int:
    usage = quotas.used(workspace)[quotas.Name.CAMPAIGNS.value]
    return max(0, usage["limit"] - usage["used"])


def _columns(workspace: Workspace, workflow: n8n.Workflow) -> dict[str, Any]:
    return {
        "name": workflow.name[:128],
        "trigger": workflow.trigger or "",
        "enabled": workflow.active,
        "reported": reported_of(workflow),
        "reported_at": timezone.now(),
        "last_sync_at": timezone.now(),
        "active_version_id": workflow.active_version_id or "",
        "webhook_path": served.webhook_path(workflow),
        **report_token(workspace),
    }


def report_token(workspace: Workspace) -> dict[str, str]:
    """The columns of a new one: to show it, and to find whose it is."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    return {
        "report_token_encrypted": crypto.encrypt(token, owner=str(workspace.pk), field=TOKEN_FIELD),
        "report_token_digest": hashlib.sha256(token.encode()).hexdigest(),
    }


def give_missing_tokens(workspace: Workspace) -> None:
    """To campaigns that are older than reportUrl."""
    for campaign in Campaign.objects.filter(workspace=workspace, report_token_digest=None)[:500]:
        unchanged = Campaign.objects.filter(pk=campaign.pk, report_token_digest=None)
        unchanged.update(**report_token(workspace))


def existing(instance: Instance, workflow_id: str) -> Campaign | None:
    return Campaign.objects.filter(instance=instance, n8n_workflow_id=workflow_id).first()


def reported_of(workflow: n8n.Workflow) -> str:
    if workflow.is_archived:
        return str(Reported.ARCHIVED)
    return str(Reported.ACTIVE if workflow.active else Reported.INACTIVE)
