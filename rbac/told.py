"""What open pages are told after a commit; what is lost here their hub finds by comparing."""

from campaigns import announce
from orchestrator import outbox
from orchestrator.models import Outbox
from rbac.events import WorkspaceResumed, WorkspaceSuspended


def suspension_changed(row: Outbox) -> None:
    if row.workspace_id is not None:
        announce.bar(row.workspace_id)


for fact in (WorkspaceSuspended, WorkspaceResumed):
    outbox.on_hand_over(fact.name, suspension_changed)
