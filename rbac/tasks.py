"""The worker's door: mails to those whose roles change."""

import uuid

from celery import Task, shared_task

from orchestrator.events import after
from rbac import invitations, mails
from rbac.events import (
    InvitationResent,
    MemberInvited,
    MemberRemoved,
    OwnershipOffered,
    RoleChanged,
)
from rbac.models import OwnershipTransfer
from workspaces.models import Membership, User, Workspace

UNDONE_WITHIN = 15  # seconds: who undoes a change has meant nothing by it
MAIL = {"autoretry_for": (OSError,), "retry_backoff": 10, "max_retries": 8}  # of smtplib as well


@after(MemberInvited)
@after(InvitationResent)
@shared_task(**MAIL)
def send_invitation(invitation_id: str) -> None:
    invitations.send(uuid.UUID(invitation_id))


@after(RoleChanged)
@shared_task(bind=True, **MAIL)
def tell_of_role(
    self: Task,
    workspace_id: str,
    user_id: str,
    old_role: str,
    new_role: str,
    by: str,
    waited: bool = False,
) -> None:
    """Later, and only if it is still so. Who changes the own role knows."""
    if by == user_id:
        return
    if not waited:
        args = [workspace_id, user_id, old_role, new_role, by, True]
        self.apply_async(args, countdown=UNDONE_WITHIN)
        return
    rows = Membership.objects.filter(
        workspace=uuid.UUID(workspace_id), user=uuid.UUID(user_id), role=new_role
    )
    row = rows.select_related("workspace", "user").first()
    if row is not None:
        mails.role_changed(row.workspace, row.user, old_role, new_role)


@after(MemberRemoved)
@shared_task(**MAIL)
def tell_of_removal(workspace_id: str, user_id: str) -> None:
    workspace = Workspace.objects.filter(pk=uuid.UUID(workspace_id)).first()
    user = User.objects.filter(pk=uuid.UUID(user_id), is_active=True).first()
    if workspace is None or user is None:
        return
    if not Membership.objects.filter(workspace=workspace, user=user).exists():
        mails.removed(workspace, user)


@after(OwnershipOffered)
@shared_task(**MAIL)
def tell_of_offer(workspace_id: str, receiver_id: str) -> None:
    rows = OwnershipTransfer.objects.filter(
        workspace=uuid.UUID(workspace_id), receiver=uuid.UUID(receiver_id)
    )
    row = rows.select_related("workspace", "giver", "receiver").first()
    if row is not None:
        mails.ownership_offered(row)
