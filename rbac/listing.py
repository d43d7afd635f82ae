"""The members of a workspace as a list's address asks for them, for REST and page alike."""

import time
import uuid
from collections.abc import Collection
from typing import Any

from allauth.mfa.models import Authenticator
from django.db import connection
from django.db.models import (
    Case,
    DateTimeField,
    Exists,
    F,
    IntegerField,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Lower
from django.http import QueryDict

from orchestrator import filters
from orchestrator.events import Actor, acting, emit
from rbac.events import MembersViewed
from rbac.models import Invitation
from workspaces.access import Access
from workspaces.models import Membership, Role, UserSession, Workspace

VIEWED_EVERY = 15 * 60  # seconds
KNOWN = 20_000  # viewers of whom a process remembers when they were written down
SECOND_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)

ORDERINGS: filters.Orders = {
    "name": Lower("user__name"),
    "email": Lower("user__email"),
    "role": Case(
        *(When(role=role, then=Value(place)) for place, role in enumerate(Role.values)),
        output_field=IntegerField(),
    ),
    "joinedAt": F("joined_at"),
    "secondFactor": F("second_factor"),
    "lastActiveAt": F("last_active_at"),
}
FILTERS: filters.Filters = {"role": {role: Q(role=role) for role in Role.values}}
DEFAULT = "name"

# Beside what every reader sees.
NEEDS = {
    "role": "workspaces.view_roles",
    "secondFactor": "workspaces.manage_members",
    "lastActiveAt": "workspaces.manage_members",
}

_written: dict[tuple[uuid.UUID, str], float] = {}  # by this process's own clock


def hidden_from(access: Access) -> set[str]:
    """The fields that this caller does not see; their own role they do."""
    return {field for field, permission in NEEDS.items() if not access.can(permission)}


def listed(access: Access, query: QueryDict) -> QuerySet[Membership]:
    """By name where no order is asked for. Raises the 400 of what cannot be asked for."""
    filters.refuse_hidden(query, hidden_from(access))
    condition, order = filters.asked(query, ORDERINGS, FILTERS)
    found = rows(access).filter(condition)
    for word in filters.searched(query).split():
        found = found.filter(Q(user__name__icontains=word) | Q(user__email__icontains=word))
    return found.order_by(*order) if order else found.order_by(*_by_name())


def rows(access: Access) -> QuerySet[Membership]:
    """With what `row` shows, in one query."""
    found = Membership.objects.filter(workspace=access.workspace).select_related("user")
    if "secondFactor" in hidden_from(access):
        return found
    factors = Authenticator.objects.filter(user=OuterRef("user"), type__in=SECOND_FACTORS)
    seen = UserSession.objects.filter(user=OuterRef("user")).order_by().values("user")
    return found.annotate(
        second_factor=Exists(factors),
        last_active_at=Subquery(
            seen.annotate(at=Max("last_seen_at")).values("at"), output_field=DateTimeField()
        ),
    )


def possible(access: Access, query: QueryDict) -> QueryDict:
    return filters.possible(query, ORDERINGS, FILTERS, hidden_from(access))


def row(member: Membership, access: Access) -> dict[str, Any]:
    """`WorkspaceMember`, of `rows`; a field that the caller may not see is not there."""
    shown: dict[str, Any] = {
        "userId": member.user_id,
        "email": member.user.email,
        "name": member.user.name,
        "role": member.role,
        "joinedAt": member.joined_at,
        "version": member.version,
    }
    hidden = hidden_from(access)
    if "role" in hidden and member.user_id != access.user_id:
        del shown["role"]
    if "secondFactor" not in hidden:
        shown["secondFactor"] = member.second_factor  # type: ignore[attr-defined]
        shown["lastActiveAt"] = member.last_active_at  # type: ignore[attr-defined]
    return shown


def one(access: Access, user_id: uuid.UUID) -> dict[str, Any] | None:
    """As it is in the database now."""
    return some(access, [user_id]).get(user_id)


def some(access: Access, user_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, dict[str, Any]]:
    """Likewise of many, in one query."""
    found = rows(access).filter(user__in=user_ids)
    return {member.user_id: row(member, access) for member in found}


def pending(workspace: Workspace) -> QuerySet[Invitation]:
    """Invitations without an answer, the newest first."""
    rows = Invitation.objects.pending().filter(workspace=workspace).select_related("inviter")
    return rows.order_by("-created_at", "id")


def viewed(access: Access, *, actor: Actor) -> None:
    """One event for each viewer, workspace and quarter of an hour."""
    who = (access.workspace.pk, str(actor))
    if time.monotonic() - _written.get(who, float("-inf")) < VIEWED_EVERY:
        return
    if len(_written) >= KNOWN:
        _written.clear()
    with acting(actor):
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO rbac_membersview AS seen (workspace_id, viewer, viewed_at)"
                " VALUES (%s, %s, now()) ON CONFLICT (workspace_id, viewer)"
                " DO UPDATE SET viewed_at = CASE"
                " WHEN seen.viewed_at < now() - make_interval(secs => %s) THEN now()"
                " ELSE seen.viewed_at END"
                " RETURNING extract(epoch FROM now() - viewed_at)::float",
                [*who, VIEWED_EVERY],
            )
            (age,) = cursor.fetchone()  # 0: written just now; else another process did
        if not age:
            emit(MembersViewed, access.workspace, actor=actor)
    _written[who] = time.monotonic() - age


def _by_name() -> list[Any]:
    """Who has not said a name stands by the address."""
    return [
        Case(When(user__name="", then=Lower("user__email")), default=Lower("user__name")),
        F("id"),
    ]
