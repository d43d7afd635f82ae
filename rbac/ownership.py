"""A way out for a sole owner: a member is offered the ownership, and takes it or not."""

import uuid
from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.timezone import now

from orchestrator.events import Actor, acting, emit
from rbac.events import OwnershipOffered, OwnershipOfferEnded, OwnershipTransferred
from rbac.models import OwnershipTransfer
from rbac.refusals import Refused
from rbac.services import OWN, locked, present, set_role
from workspaces import services
from workspaces.access import access_to
from workspaces.models import Role, User, Workspace

VALID = timedelta(days=7)


def offer(workspace: Workspace, user_id: uuid.UUID, *, by: User, actor: Actor) -> OwnershipTransfer:
    """Raises Refused, PermissionDenied and Http404."""
    with acting(actor):
        receiver = locked(workspace, [user_id]).get(user_id)
        if not present(workspace, by).can(OWN):
            raise PermissionDenied
        if receiver is None or not receiver.user.is_active:
            raise Http404
        if receiver.role == Role.OWNER:
            raise Refused("already_owner")
        if open_in(workspace) is not None:
            raise Refused("already_offered")
        row, _ = OwnershipTransfer.objects.update_or_create(
            workspace=workspace,
            defaults={
                "giver": by,
                "receiver": receiver.user,
                "created_at": now(),
                "expires_at": now() + VALID,
            },
        )
        emit(
            OwnershipOffered,
            row,
            actor=actor,
            after={"userId": str(user_id)},
            workspace_id=workspace.pk,
            receiver_id=user_id,
        )
    return row


def accept(workspace: Workspace, *, by: User, actor: Actor) -> None:
    """The receiver is owner then, and the giver admin. Raises Refused and Http404."""
    with acting(actor):
        seen = open_in(workspace)
        rows = locked(workspace, [seen.receiver_id, seen.giver_id] if seen else [])
        present(workspace, by)
        row = open_in(workspace)
        if row is None or row.receiver_id != by.pk or row.giver_id not in rows:
            raise Refused("not_offered")
        if rows[row.receiver_id].role != Role.OWNER:  # not made owner meanwhile
            set_role(rows[row.receiver_id], Role.OWNER, actor)
        set_role(rows[row.giver_id], Role.ADMIN, actor)
        emit(
            OwnershipTransferred,
            row,
            actor=actor,
            before={"owner": str(row.giver_id)},
            after={"owner": str(row.receiver_id)},
        )
        row.delete()
        services.check_now()


def end(workspace: Workspace, *, by: User, actor: Actor) -> None:
    """Taken back by an owner, or declined by the receiver. Raises Refused and Http404."""
    with acting(actor):
        mine = present(workspace, by)
        row = open_in(workspace)
        if row is None or (row.receiver_id != by.pk and not mine.can(OWN)):
            raise Refused("not_offered")
        emit(OwnershipOfferEnded, row, actor=actor, before={"userId": str(row.receiver_id)})
        row.delete()


def open_in(workspace: Workspace) -> OwnershipTransfer | None:
    """The offer that can still be taken: the giver is an owner, the receiver a member."""
    rows = OwnershipTransfer.objects.filter(workspace=workspace, expires_at__gt=now())
    row = rows.select_related("giver", "receiver").first()
    if row is None:
        return None
    giver, receiver = (access_to(user, workspace.pk) for user in (row.giver, row.receiver))
    return row if giver and giver.can(OWN) and receiver else None
