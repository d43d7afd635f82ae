"""What making a campaign would do, and what stands in its way: nothing is done here."""

from dataclasses import dataclass

from campaigns.models import Campaign
from orchestrator.crypto import Undecryptable
from orchestrator.n8n.rows import Trigger
from provisioning.models import TemplateVersion
from workspaces import quotas
from workspaces.connections import NotConnected, connection_to
from workspaces.models import Instance, Workspace


@dataclass(frozen=True, slots=True)
class DryRun:
    steps: int  # of the workflow
    trigger: str
    used: int
    limit: int
    connected: bool
    answers: bool  # n8n, as the last syncs found it
    name_taken: bool  # allowed: names are for people

    @property
    def after(self) -> int:
        return self.used + 1

    @property
    def is_full(self) -> bool:
        return self.after > self.limit

    @property
    def is_possible(self) -> bool:
        return self.connected and not self.is_full

    @property
    def percent(self) -> int:
        return min(100, round(100 * self.after / self.limit)) if self.limit else 100


def of(workspace: Workspace, version: TemplateVersion, name: str) -> DryRun:
    quota = quotas.used(workspace)[quotas.Name.CAMPAIGNS]
    instance = workspace.instance
    present = Campaign.objects.filter(workspace=workspace, archived_at=None)
    return DryRun(
        steps=len(version.steps),
        trigger=Trigger(version.trigger),
        used=quota["used"],
        limit=quota["limit"],
        connected=_is_connected(instance),
        answers=instance.failed_at is None,
        name_taken=present.filter(name__iexact=name).exists(),
    )


def _is_connected(instance: Instance) -> bool:
    try:
        connection_to(instance)
    except (NotConnected, Undecryptable):
        return False
    return True
