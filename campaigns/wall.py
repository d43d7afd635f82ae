"""The n8n wall: a key reaches everything on its n8n, so before each write we look at the workflow.

On an own instance all workflows are the workspace's; on a shared one those that carry its tag and
no other workspace's.
"""

from collections.abc import Callable
from typing import TypeVar

from campaigns.models import Campaign
from orchestrator import n8n
from workspaces.models import Instance, Workspace

TAG_PREFIX = "ork:"

Read = TypeVar("Read")


class TenantMismatch(Exception):
    """The workflow is not the campaign's workspace's (any more). `reason`: workflow_missing,
    tag_missing, tag_conflict, other_instance."""

    def __init__(self, reason: str, workflow: n8n.Workflow | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.workflow = workflow


def refusal(workflow: n8n.Workflow, workspace: Workspace, instance: Instance) -> str:
    """Why this workflow of the instance is not the workspace's; empty: it is."""
    if not is_at(workspace, instance):
        return "other_instance"
    if instance.kind == Instance.Kind.OWN:
        return ""
    tags = {name for name in workflow.tag_names if name.startswith(TAG_PREFIX)}
    if workspace.tag not in tags:
        return "tag_missing"
    return "tag_conflict" if len(tags) > 1 else ""


def is_at(workspace: Workspace, instance: Instance) -> bool:
    own = instance.kind == Instance.Kind.OWN
    return workspace.instance_id == instance.pk and (not own or instance.owner_id == workspace.pk)


def fetch(client: n8n.Client, campaign: Campaign) -> tuple[n8n.Workflow, n8n.Body]:
    """What n8n has, if it may be written to; else TenantMismatch. Goes before every write."""
    return _checked(client.editable, campaign)


def fetch_whole(client: n8n.Client, campaign: Campaign) -> tuple[n8n.Workflow, n8n.Whole]:
    """All that n8n has of it, if it is the workspace's; else TenantMismatch."""
    return _checked(client.whole, campaign)


def _checked(
    read: Callable[[str], tuple[n8n.Workflow, Read]], campaign: Campaign
) -> tuple[n8n.Workflow, Read]:
    if not is_at(campaign.workspace, campaign.instance):
        raise TenantMismatch("other_instance")
    try:
        workflow, found = read(campaign.n8n_workflow_id)
    except n8n.NotFound:
        raise TenantMismatch("workflow_missing") from None
    if reason := refusal(workflow, campaign.workspace, campaign.instance):
        raise TenantMismatch(reason, workflow)
    return workflow, found
