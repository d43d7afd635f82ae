"""Tells sockets what changed of a workspace's members and invitations, and its suspension."""

import uuid
from collections.abc import Callable
from typing import Any

from campaigns.announce import bar
from orchestrator import outbox, realtime
from orchestrator.events import Fact
from orchestrator.models import Outbox
from orchestrator.realtime.frames import AUDIENCES, Frame
from rbac import listing
from rbac.events import (
    InvitationAccepted,
    InvitationResent,
    InvitationRevoked,
    MemberInvited,
    MemberLeft,
    MemberRemoved,
    RoleChanged,
    WorkspaceResumed,
    WorkspaceSuspended,
)
from rbac.models import Invitation
from rbac.shapes import InvitationRow
from workspaces.access import Access, codenames_of
from workspaces.events import MemberAdded
from workspaces.models import Membership

NOBODY = uuid.UUID(int=0)  # whose eyes an audience has: nobody's own row is special
MANAGERS = ("admin", "owner")


def listen() -> None:
    for facts, tell in LISTENED.items():
        for fact in facts:
            outbox.on_hand_over(fact.name, tell)


def _changed(row: Outbox) -> None:
    found = Membership.objects.filter(pk=row.subject_id).select_related("workspace").first()
    if found is None:
        return
    bodies = {}
    for audience in AUDIENCES:
        eyes = Access(found.workspace, NOBODY, audience, 0, codenames_of(audience))
        bodies[audience] = listing.one(eyes, found.user_id)
    frame = Frame.of(
        "member.changed",
        found.workspace_id,
        found.user_id,
        {audience: body for audience, body in bodies.items() if body is not None},
        version=None,
        needs="workspaces.view_workspace",
    )
    realtime.publish_sync(found.workspace_id, [frame])


def _removed(row: Outbox) -> None:
    user_id = uuid.UUID(row.data["user_id"])
    _publish(row, "member.removed", user_id, {"userId": str(user_id)}, AUDIENCES)


def _invitation(row: Outbox) -> None:
    found = Invitation.objects.filter(pk=row.subject_id).first()
    if found is None:
        return
    shown = dict(InvitationRow(found).data) | {"pending": found.ended_at is None}
    _publish(row, "invitation.changed", found.pk, shown, MANAGERS)


def _publish(
    row: Outbox, kind: str, subject: uuid.UUID, body: dict[str, Any], audiences: tuple[str, ...]
) -> None:
    assert row.workspace_id is not None
    needs = "workspaces.view_workspace" if audiences == AUDIENCES else "workspaces.manage_members"
    bodies = dict.fromkeys(audiences, body)
    frame = Frame.of(kind, row.workspace_id, subject, bodies, version=None, needs=needs)
    realtime.publish_sync(row.workspace_id, [frame])


def _suspension(row: Outbox) -> None:
    if row.workspace_id is not None:
        bar(row.workspace_id)


LISTENED: dict[tuple[type[Fact], ...], Callable[[Outbox], None]] = {
    (MemberAdded, RoleChanged): _changed,
    (MemberRemoved, MemberLeft): _removed,
    (MemberInvited, InvitationResent, InvitationRevoked, InvitationAccepted): _invitation,
    (WorkspaceSuspended, WorkspaceResumed): _suspension,
}
