"""The worker's door: what is told by mail."""

import uuid
from datetime import timedelta

from celery import Task, shared_task

from orchestrator.events import after
from rbac import audit, invitations, mails
from rbac.events import (
    InvitationResent,
    MemberInvited,
    MemberRemoved,
    OwnershipOffered,
    RoleChanged,
    WorkspaceResumed,
    WorkspaceSuspended,
)
from rbac.models import OwnershipTransfer
from workspaces.mails import TRIED_AGAIN
from workspaces.models import Membership, Role, User, Workspace

UNDONE_WITHIN = timedelta(seconds=15)  # who undoes a change has meant nothing by it


@after(MemberInvited)
@after(InvitationResent)
@shared_task(**TRIED_AGAIN)
def send_invitation(invitation_id: str) -> None:
    invitations.send(uuid.UUID(invitation_id))


@after(RoleChanged)
@shared_task(bind=True, **TRIED_AGAIN)
def tell_of_role(
    self: Task,
    workspace_id: str,
    user_id: str,
    old_role: str,
    new_role: str,
    version: int,
    by: str,
    waited: bool = False,
) -> None:
    """Later: of several changes one after the other the last tells, and of what was undone none.
    Who changes the own role knows."""
    if by == user_id:
        return
    if not waited:
        args = [workspace_id, user_id, old_role, new_role, version, by, True]
        self.apply_async(args, countdown=UNDONE_WITHIN.total_seconds())
        return
    rows = Membership.objects.filter(
        workspace=uuid.UUID(workspace_id), user=uuid.UUID(user_id), version=version
    )
    row = rows.select_related("workspace", "user").first()
    if row is None:
        return
    before = audit.role_before(row.workspace_id, row.user_id, UNDONE_WITHIN) or old_role
    if before != new_role:
        mails.role_changed(row.workspace, row.user, before, new_role)


@after(MemberRemoved)
@shared_task(**TRIED_AGAIN)
def tell_of_removal(workspace_id: str, user_id: str) -> None:
    workspace = Workspace.objects.filter(pk=uuid.UUID(workspace_id)).first()
    user = User.objects.filter(pk=uuid.UUID(user_id), is_active=True).first()
    if workspace is None or user is None:
        return
    if not Membership.objects.filter(workspace=workspace, user=user).exists():
        mails.removed(workspace, user)


@after(OwnershipOffered)
@shared_task(**TRIED_AGAIN)
def tell_of_offer(workspace_id: str, receiver_id: str) -> None:
    rows = OwnershipTransfer.objects.filter(
        workspace=uuid.UUID(workspace_id), receiver=uuid.UUID(receiver_id)
    )
    row = rows.select_related("workspace", "giver", "receiver").first()
    if row is not None:
        mails.ownership_offered(row)


@after(WorkspaceSuspended)
@after(WorkspaceResumed)
@shared_task
def mail_suspension(workspace_id: str) -> None:
    """To each of its active owners by themselves."""
    owners = User.objects.filter(
        memberships__workspace=uuid.UUID(workspace_id),
        memberships__role=Role.OWNER,
        is_active=True,
    )
    for owner_id in owners.order_by("email").values_list("pk", flat=True):
        mail_owner_of_suspension.delay(workspace_id, str(owner_id))


@shared_task(**TRIED_AGAIN)
def mail_owner_of_suspension(workspace_id: str, owner_id: str) -> None:
    workspace = Workspace.objects.filter(pk=uuid.UUID(workspace_id)).first()
    owner = User.objects.filter(pk=uuid.UUID(owner_id)).first()
    if workspace is not None and owner is not None:
        mails.suspension(workspace, owner)
