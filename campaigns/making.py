"""Campaigns that begin here: first a row, later a workflow of n8n.

All of it is called inside the transaction of whoever makes it (provisioning/), which emits the
fact. As long as there is no workflow the row has an id that n8n never gives.
"""

import re
import uuid
from datetime import timedelta

from django.utils import timezone

from campaigns import written
from campaigns.adoption import report_token, reported_of
from campaigns.models import Campaign, Making
from orchestrator import n8n
from orchestrator.events import Actor
from workspaces import quotas
from workspaces.models import Workspace

IN_FLIGHT = timedelta(seconds=60)
MARK = re.compile(r"\bork-[0-9a-f]{32}\b")  # in the name of a workflow that is being made


def begin(workspace: Workspace, name: str, trigger: str) -> Campaign:
    """Raises quotas.Exceeded. The workspace's row is locked from here on."""
    quotas.check(workspace, quotas.Name.CAMPAIGNS)
    id = uuid.uuid4()
    return Campaign.objects.create(
        id=id,
        workspace=workspace,
        instance=workspace.instance,
        n8n_workflow_id=f"making:{id.hex}",  # of no workflow
        name=name,
        trigger=trigger,
        enabled=False,
        making=Making.PROVISIONING,
        making_until=timezone.now() + IN_FLIGHT,
        **report_token(workspace),
    )


def go_on(campaign_id: uuid.UUID) -> None:
    """It is worked on: in flight for the next minute."""
    Campaign.objects.filter(pk=campaign_id).exclude(making="").update(
        making=Making.PROVISIONING, making_until=timezone.now() + IN_FLIGHT
    )


def fail(campaign_id: uuid.UUID) -> None:
    Campaign.objects.filter(pk=campaign_id).exclude(making="").update(
        making=Making.FAILED, making_until=None
    )


def take(campaign: Campaign, workflow: n8n.Workflow) -> None:
    """The workflow is its own from now on; nobody else adopts it."""
    Campaign.objects.filter(pk=campaign.pk).update(
        n8n_workflow_id=workflow.id,
        reported=reported_of(workflow),
        reported_at=timezone.now(),
        active_version_id=workflow.active_version_id or "",
    )
    campaign.refresh_from_db()


def finish(campaign: Campaign, workflow: n8n.Workflow, *, actor: Actor) -> None:
    """It is a campaign like others: n8n runs it."""
    Campaign.objects.filter(pk=campaign.pk).update(
        making="",
        making_until=None,
        from_template=True,
        enabled=workflow.active,
        last_sync_at=timezone.now(),
    )
    campaign.refresh_from_db()
    written.write_one(campaign, workflow, actor=actor)
    campaign.refresh_from_db()


def undo(campaign: Campaign) -> None:
    """There was none; its runs, if it had any, go with it."""
    campaign.delete()


def is_being_made(workflow: n8n.Workflow) -> bool:
    """Of a provision that has not yet said so here: a sync leaves it alone."""
    return bool(MARK.search(workflow.name))
