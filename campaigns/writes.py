"""Writes of campaigns that reach into n8n: pause, resume, rename, archive, restore, adopt.

n8n is called with no transaction open. What n8n refuses, or is not there for, changes nothing;
where it broke off in the middle it is asked how it ended.
"""

from django.db import transaction
from django.db.models import F

from campaigns import adoption, announce, calls, intentions, wall, written
from campaigns.events import CampaignArchived
from campaigns.intentions import Last, Pending, Target
from campaigns.models import Campaign, Reported
from orchestrator import n8n
from orchestrator.crypto import Undecryptable
from orchestrator.events import Actor, acting, emit
from workspaces import quotas
from workspaces.connections import NotConnected, client_of
from workspaces.models import Instance, Workspace


class Archived(Exception):
    """The campaign is archived; what is asked needs it restored first."""

    def __init__(self, campaign: Campaign) -> None:
        super().__init__(str(campaign.pk))
        self.campaign = campaign


class BeingMade(Exception):
    """A provision makes it; that can be canceled, and this asked for when it is done."""


class NoSuchWorkflow(Exception):
    """n8n has none of this id, or it is not for this workspace."""


class WorkflowArchived(Exception):
    """n8n has put it away; it cannot be activated there."""


# --- what people ask ---------------------------------------------------------------------------


def change(
    campaign: Campaign,
    version: int,
    *,
    actor: Actor,
    name: str | None = None,
    enabled: bool | None = None,
    last: Last | None = None,
) -> Campaign:
    if campaign.version != version:
        raise intentions.Stale
    _refuse_making(campaign)
    if campaign.archived_at is not None:
        raise Archived(campaign)
    if campaign.intended_until is not None:
        raise intentions.UnderWay
    target = Target(
        enabled=None if _is_so(campaign, enabled) else enabled,
        name=None if name == campaign.name else name,
    )
    if target == Target():
        return campaign
    return _carry_out(intentions.begin(campaign, target, actor=actor), actor, last)


def archive(campaign: Campaign, *, actor: Actor, last: Last | None = None) -> Campaign:
    """Its workflow is paused and stays in n8n; its history stays here."""
    _refuse_making(campaign)
    if campaign.set_aside and not wall.is_at(campaign.workspace, campaign.instance):
        return _keep_archived(campaign, actor, last)
    if campaign.archived_at is not None and not campaign.set_aside:
        return campaign
    target = Target(archived=True)
    pending = intentions.begin(campaign, target, actor=actor)
    return _carry_out(pending, actor, last)


def restore(campaign: Campaign, *, actor: Actor, last: Last | None = None) -> Campaign:
    """It stays paused until somebody resumes it."""
    if campaign.archived_at is None:
        return campaign
    with transaction.atomic():
        quotas.check(campaign.workspace, quotas.Name.CAMPAIGNS)
    target = Target(archived=False)
    pending = intentions.begin(campaign, target, actor=actor)
    return _carry_out(pending, actor, last)


def adopt(workspace: Workspace, workflow_id: str, *, actor: Actor) -> tuple[Campaign, bool]:
    """The campaign, and whether it is new."""
    instance = workspace.instance
    found = adoption.existing(instance, workflow_id)
    if found is None:
        with transaction.atomic():
            quotas.check(workspace, quotas.Name.CAMPAIGNS)
        workflow = _adoptable(instance, workspace, workflow_id)
        found, new = adoption.adopt(instance, workspace, workflow, actor=actor)
        if new:
            written.write_one(found, workflow, actor=actor)
            found.refresh_from_db()
            announce.edited(found)
            return found, True
    if found.workspace_id != workspace.pk:
        raise NoSuchWorkflow
    _refuse_making(found)
    if found.archived_at is not None:
        raise Archived(found)
    return found, False


def _refuse_making(campaign: Campaign) -> None:
    if campaign.making:
        raise BeingMade


def _keep_archived(campaign: Campaign, actor: Actor, last: Last | None) -> Campaign:
    """Its n8n is not connected: nothing can be done there, and it does not come back with it."""
    with acting(actor):
        left = Campaign.objects.filter(pk=campaign.pk, version=campaign.version, set_aside=True)
        away = left.filter(intended_until=None).exclude(instance=F("workspace__instance"))
        if not away.update(set_aside=False, enabled=False, version=F("version") + 1):
            raise intentions.refusal(campaign)
        row = Campaign.objects.get(pk=campaign.pk)
        emit(
            CampaignArchived,
            row,
            actor=actor,
            before={"setAside": True, "enabled": campaign.enabled},
            after={"setAside": False, "enabled": False},
        )
        if last is not None:
            last(row)
    return row


def _is_so(campaign: Campaign, enabled: bool | None) -> bool:
    """Also in n8n, as far as is known: to put back what drifted is a change."""
    if enabled is None or enabled != campaign.enabled:
        return enabled is None
    resting = (Reported.INACTIVE, Reported.ARCHIVED, Reported.MISSING)
    differs = campaign.reported in resting if enabled else campaign.reported == Reported.ACTIVE
    return not differs


def _adoptable(instance: Instance, workspace: Workspace, workflow_id: str) -> n8n.Workflow:
    try:
        with client_of(instance, read_timeout=calls.PATIENCE, deadline=calls.PATIENCE) as client:
            workflow = client.workflow(workflow_id)
    except n8n.NotFound:
        raise NoSuchWorkflow from None
    except (n8n.N8nError, NotConnected, Undecryptable) as error:
        raise calls.judged(error) from error
    if wall.refusal(workflow, workspace, instance):
        raise NoSuchWorkflow
    if workflow.is_archived:
        raise WorkflowArchived
    return workflow


# --- carrying it out ---------------------------------------------------------------------------


def _carry_out(pending: Pending, actor: Actor, last: Last | None) -> Campaign:
    _announce(pending)
    try:
        said = calls.carry_out(pending)
        row = intentions.settle(pending, said, actor=actor, last=last)
    except intentions.Lost:
        raise intentions.Stale from None  # held up for so long that the sweep has settled it
    except (wall.TenantMismatch, calls.DraftPending, calls.Refused, quotas.Exceeded):
        _withdraw(pending)
        raise
    except calls.Away as error:
        if error.known:
            _withdraw(pending)
        raise  # what is not known the sweep finds out
    announce.edited(row)
    return row


def _withdraw(pending: Pending) -> None:
    intentions.withdraw(pending)
    _announce(pending)


def _announce(pending: Pending) -> None:
    row = Campaign.objects.filter(pk=pending.campaign.pk).first()
    if row is not None:
        announce.edited(row)
