"""Writes of memberships: under the workspace's lock, where every right is asked again.

    with acting(actor):
        row = locked(workspace, [user_id]).get(user_id)
        mine = present(workspace, by)  # locks the workspace: what `by` may now
        ...

The database refuses besides, whatever door: workspaces/sql/membership.sql.
"""

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.http import Http404

from orchestrator.events import Actor, acting, emit
from rbac.events import MemberLeft, MemberRemoved, RoleChanged
from rbac.refusals import Refused, bulk_refused
from workspaces import quotas, services
from workspaces.access import Access, access_to, forget
from workspaces.models import Membership, Role, User, Workspace

MANAGE = "workspaces.manage_members"
OWN = "workspaces.change_workspace"
OWNERS_OWN = frozenset({Role.OWNER, Role.ADMIN})  # roles that owners alone give and take


@dataclass(frozen=True, slots=True)
class Change:
    """What is wanted of one member; `version` as whoever wants it has seen the row."""

    user_id: uuid.UUID
    role: str
    version: int


def present(workspace: Workspace, by: User) -> Access:
    """What they may now, asked under the workspace's lock: it may have ended since the door."""
    quotas.lock(workspace)
    forget(by)
    access = access_to(by, workspace.pk)
    if access is None:
        raise Http404
    return access


def gives(mine: Access, *roles: str) -> bool:
    """Whether these roles are theirs to give, and to take."""
    return mine.can(OWN if OWNERS_OWN.intersection(roles) else MANAGE)


def may_give(mine: Access, *roles: str) -> None:
    """Raises Refused or PermissionDenied where `gives` says no."""
    if gives(mine, *roles):
        return
    raise Refused("owner_only") if OWNERS_OWN.intersection(roles) else PermissionDenied()


def change_role(workspace: Workspace, change: Change, *, by: User, actor: Actor) -> Membership:
    """Gives the row as it then is. Raises Refused, PermissionDenied and Http404."""
    if change.user_id == by.pk:
        raise Refused("own_role")
    with acting(actor), _keeping_an_owner():
        row = locked(workspace, [change.user_id]).get(change.user_id)
        mine = present(workspace, by)
        if row is None:
            raise Http404
        may_give(mine, row.role, change.role)
        if row.role != change.role:
            if row.version != change.version:
                raise Refused("stale_version", current=row)
            set_role(row, change.role, actor)
    return row


def change_roles(
    workspace: Workspace, changes: Sequence[Change], *, by: User, actor: Actor, dry: bool = False
) -> list[tuple[Membership, str]]:
    """All or nothing, judged on the end state; gives each row and the role of before.

    `dry`: judged and not kept. Raises the Problem `bulk_refused`, which names who stands in the
    way, and what `change_role` raises.
    """
    done: list[tuple[Membership, str]] = []
    with acting(actor):
        rows = locked(workspace, [change.user_id for change in changes])
        mine = present(workspace, by)
        errors = {
            str(change.user_id): code
            for change in changes
            if (code := _code(mine, by, rows.get(change.user_id), change))
        }
        if errors:
            raise bulk_refused(errors)
        if _without_owner(workspace, changes):
            raise bulk_refused(
                {
                    str(change.user_id): "last_owner"
                    for change in changes
                    if rows[change.user_id].role == Role.OWNER != change.role
                }
            )
        for change in changes:
            row = rows[change.user_id]
            done.append((row, row.role))
            if not dry and row.role != change.role:
                set_role(row, change.role, actor)
        services.check_now()
    return done


def remove(workspace: Workspace, user_id: uuid.UUID, *, by: User, actor: Actor) -> None:
    """Or leave, when it is oneself. Raises Refused, PermissionDenied and Http404."""
    with acting(actor), _keeping_an_owner():
        row = locked(workspace, [user_id]).get(user_id)
        mine = present(workspace, by)
        if user_id != by.pk and not mine.can(MANAGE):
            raise PermissionDenied
        if row is None:
            raise Http404
        if user_id != by.pk:
            may_give(mine, row.role)
        if row.role == Role.OWNER and not _owners(workspace) - {user_id}:
            raise Refused("last_owner")  # also of who is alone: nobody could ever come in again
        fact = MemberLeft if user_id == by.pk else MemberRemoved
        if row.role == Role.OWNER and _without_owner(workspace, [Change(user_id, "", 0)]):
            raise Refused("last_owner")  # the database lets the last member of all go
        before = {"userId": str(user_id), "role": row.role}
        emit(fact, row, actor=actor, before=before, workspace_id=workspace.pk, user_id=user_id)
        row.delete()


def set_role(row: Membership, role: str, actor: Actor) -> None:
    old = row.role
    row.role, row.version = role, row.version + 1
    row.save(update_fields=["role", "version"])
    emit(
        RoleChanged,
        row,
        actor=actor,
        before={"userId": str(row.user_id), "role": old},
        after={"userId": str(row.user_id), "role": role},
        workspace_id=row.workspace_id,
        user_id=row.user_id,
        old_role=old,
        new_role=role,
        version=row.version,
        by=actor.id,
    )


def _code(mine: Access, by: User, row: Membership | None, change: Change) -> str | None:
    """Why not, of one of many."""
    if change.user_id == by.pk:
        return "own_role"
    if row is None:
        return "not_found"
    if not gives(mine, row.role, change.role):
        return "owner_only"
    stale = row.role != change.role and row.version != change.version
    return "stale_version" if stale else None


def _without_owner(workspace: Workspace, changes: Sequence[Change]) -> bool:
    """Whether no active owner would be left."""
    owners = _owners(workspace)
    for change in changes:
        if change.role == Role.OWNER:
            return False  # the database looks at whether they are active
        owners.discard(change.user_id)
    return not owners


def _owners(workspace: Workspace) -> set[uuid.UUID]:
    """Those who are active."""
    rows = Membership.objects.filter(workspace=workspace, role=Role.OWNER, user__is_active=True)
    return set(rows.values_list("user_id", flat=True))


def locked(workspace: Workspace, user_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Membership]:
    """Before `present`: SQL by hand takes the row first as well, and the workspace at its commit.
    The other way round the two would wait for each other."""
    rows = Membership.objects.select_for_update(of=("self",)).filter(
        workspace=workspace, user__in=user_ids
    )
    return {row.user_id: row for row in rows.select_related("user").order_by("id")}


@contextmanager
def _keeping_an_owner() -> Iterator[None]:
    """The database's refusal, as an answer."""
    try:
        yield
        services.check_now()
    except IntegrityError as error:
        if services.is_last_owner(error):
            raise Refused("last_owner") from None
        raise
