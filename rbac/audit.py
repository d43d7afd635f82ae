"""Who became what, and by whose hand: reads of `role_audit_log`, for owners and super admins."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import F, Q, QuerySet
from django.http import QueryDict
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.timezone import get_current_timezone, is_naive, make_aware
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import ErrorDetail, ValidationError

from orchestrator import filters
from orchestrator.events import ActorType
from workspaces.models import ApiKey, Role, RoleAuditLog, User, Workspace

LOOKED_BACK = 128  # changes of one member, where those that came together are sought

KINDS = {
    "joined": Q(old_role=None),
    "changed": Q(old_role__isnull=False, new_role__isnull=False),
    "removed": Q(new_role=None),
}
FILTERS: filters.Filters = {
    "role": {role: Q(old_role=role) | Q(new_role=role) for role in Role.values},
    "kind": KINDS,
}
PARAMETERS = [
    OpenApiParameter("userId", uuid.UUID, description="Whose role it is about."),
    OpenApiParameter("changedBy", str, description="As in the rows."),
    OpenApiParameter("search", str, description="In the name or address of whom it is about."),
    *filters.parameters({}, FILTERS)[1:],
    OpenApiParameter("since", str, description="A day, or a time; of it and later."),
    OpenApiParameter("until", str, description="A day, all of it included; or up to a time."),
]
NAMES = ("userId", "changedBy", "search", "role", "kind", "since", "until")


@dataclass(frozen=True, slots=True)
class Known:
    """What is still known of those whom some rows name."""

    people: dict[uuid.UUID, User]
    keys: dict[uuid.UUID, str]
    workspaces: dict[uuid.UUID, Workspace]


def listed(workspace_id: uuid.UUID | None, query: QueryDict) -> QuerySet[RoleAuditLog]:
    """Of one workspace, or of all. Raises the 400 of what cannot be asked for."""
    condition, _order = filters.asked(query, {}, FILTERS)
    rows = RoleAuditLog.objects.filter(condition)
    if workspace_id is not None:
        rows = rows.filter(workspace_id=workspace_id)
    if query.get("userId"):
        rows = rows.filter(target_user=_id(query, "userId"))
    if query.get("changedBy"):
        rows = rows.filter(changed_by=query["changedBy"])
    if since := query.get("since"):
        rows = rows.filter(created_at__gte=_moment("since", since))
    if until := query.get("until"):
        rows = rows.filter(created_at__lt=_moment("until", until, end=True))
    if search := filters.searched(query):
        who = Q(email__icontains=search) | Q(name__icontains=search)
        rows = rows.filter(target_user__in=User.objects.filter(who).values("pk"))
    return rows


def possible(query: QueryDict) -> QueryDict:
    """What is left of an address that people keep and edit: values that are none are dropped."""
    kept = QueryDict(mutable=True)
    for name in NAMES:
        value = query.get(name, "").strip()
        if not value:
            continue
        alone = QueryDict(mutable=True)
        alone[name] = value
        try:
            listed(None, alone)
        except ValidationError:
            continue
        kept[name] = value
    return kept


def known(rows: Sequence[RoleAuditLog]) -> Known:
    """Three queries, however many rows."""
    ids = {row.target_user for row in rows} | _named(rows, ActorType.USER)
    people = User.objects.filter(pk__in=ids).only("email", "name")
    keys = ApiKey.objects.filter(pk__in=_named(rows, ActorType.KEY)).values_list("pk", "name")
    workspaces = Workspace.objects.filter(pk__in={row.workspace_id for row in rows})
    return Known(
        {person.pk: person for person in people},
        dict(keys),
        {workspace.pk: workspace for workspace in workspaces.only("name", "slug")},
    )


def entry(row: RoleAuditLog, known: Known) -> dict[str, Any]:
    """`RoleAuditEntry` of the manifesto, with the names of whoever is still there."""
    target = known.people.get(row.target_user)
    workspace = known.workspaces.get(row.workspace_id)
    return {
        "id": row.id,
        "workspaceId": row.workspace_id,
        "workspaceName": workspace.name if workspace else None,
        "changedBy": row.changed_by,
        "changedByType": row.changed_by_type,
        "changedByName": _changer(row, known),
        "targetUser": row.target_user,
        "targetEmail": target.email if target else None,
        "targetName": target.name if target else None,
        "oldRole": row.old_role,
        "newRole": row.new_role,
        "createdAt": row.created_at,
    }


def kind_of(row: RoleAuditLog) -> str:
    if row.old_role is None:
        return "joined"
    return "changed" if row.new_role is not None else "removed"


def entries(rows: Sequence[RoleAuditLog]) -> list[dict[str, Any]]:
    found = known(rows)
    return [entry(row, found) for row in rows]


def role_before(workspace_id: uuid.UUID, user_id: uuid.UUID, pause: timedelta) -> str | None:
    """What a member was before the last changes that came one after the other, each within
    `pause`."""
    rows = RoleAuditLog.objects.filter(workspace_id=workspace_id, target_user=user_id)
    first: RoleAuditLog | None = None
    for row in after(rows, None, LOOKED_BACK):
        if row.old_role is None or (first and first.created_at - row.created_at > pause):
            break
        first = row
    return first.old_role if first is not None else None


def _changer(row: RoleAuditLog, known: Known) -> str | None:
    """An address or a key's name, where there is one; of others the log itself has the name."""
    id = _uuid(row.changed_by)
    if row.changed_by_type == ActorType.USER:
        person = known.people.get(id) if id else None
        return person.email if person else None
    if row.changed_by_type == ActorType.KEY:
        return known.keys.get(id) if id else None
    return row.changed_by


def _named(rows: Collection[RoleAuditLog], kind: ActorType) -> set[uuid.UUID]:
    ids = (_uuid(row.changed_by) for row in rows if row.changed_by_type == kind)
    return {id for id in ids if id is not None}


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _id(query: QueryDict, name: str) -> uuid.UUID:
    id = _uuid(query.get(name) or "")
    if id is None:
        raise _wrong(name, _("Not a UUID."))
    return id


def _moment(name: str, text: str, *, end: bool = False) -> datetime:
    """A day is that of the caller's own zone; on pages, of the workspace's where there is none."""
    try:
        found: datetime | date | None = parse_date(text) or parse_datetime(text)
    except ValueError:
        found = None
    if found is None:
        raise _wrong(name, _("Not a day or time."))
    try:
        if not isinstance(found, datetime):
            found = datetime.combine(found + timedelta(days=1 if end else 0), time.min)
        aware = make_aware(found, get_current_timezone()) if is_naive(found) else found
        aware.astimezone(get_current_timezone())
    except OverflowError:
        raise _wrong(name, _("Not a day or time.")) from None
    return aware


def _wrong(name: str, message: str) -> ValidationError:
    return ValidationError({name: ErrorDetail(message, code="invalid")})


PLACE = ("created_at", "id")


def after(rows: QuerySet[RoleAuditLog], last: RoleAuditLog | None, most: int) -> list[RoleAuditLog]:
    """The next so many, newest first, below one that is known."""
    if last is not None:
        rows = rows.filter(created_at__lte=last.created_at).filter(
            Q(created_at__lt=last.created_at) | Q(id__lt=last.id)
        )
    return list(rows.order_by(*(F(name).desc() for name in PLACE))[:most])
