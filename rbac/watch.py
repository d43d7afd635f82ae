"""All workspaces at one point in time: the page that was asked for, and the counts over them all.

One statement, whatever the order and however many: what it says of one workspace and of the next
was true at the same moment.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from rest_framework.exceptions import ErrorDetail, ValidationError

from orchestrator import filters, realtime
from workspaces import quotas
from workspaces.models import Health, Membership

_WORST = "array_position(ARRAY['error', 'stale', 'syncing', 'live'], status)"
ORDERS = {
    "status": _WORST,
    "name": "lower(name)",
    "ownerEmail": "owner_email",
    "memberCount": "members",
    "campaigns": "total",
    "aliveAt": "alive_at",
    "lastSyncAt": "last_sync_at",
    "createdAt": "created_at",
    "suspendedAt": "suspended_at",
}
SUSPENDED = {"true": "suspended_at IS NOT NULL", "false": "suspended_at IS NULL"}

_STATEMENT = """
WITH everything AS MATERIALIZED (
    SELECT w.id, w.name, w.slug, w.created_at, w.suspended_at, w.suspension_reason, w.version,
           coalesce(h.status, 'stale') AS status, coalesce(h.n8n, 'unreachable') AS n8n,
           coalesce(h.total, 0) AS total, coalesce(h.live, 0) AS live,
           coalesce(h.syncing, 0) AS syncing, coalesce(h.stale, 0) AS stale,
           coalesce(h.error, 0) AS error, h.last_sync_at,
           i.id AS instance_id, i.kind, greatest(i.alive_at, i.last_ok_at) AS alive_at, i.silent,
           coalesce(m.members, 0) AS members, coalesce(m.owners, 0) AS owners,
           coalesce(m.emails[1], '') AS owner_email, coalesce(m.emails, '{{}}') AS owner_emails
    FROM workspaces_workspace w
    JOIN workspaces_instance i ON i.id = w.instance_id
    LEFT JOIN workspaces_health h ON h.workspace_id = w.id
    LEFT JOIN (
        SELECT s.workspace_id, count(*) AS members,
               count(*) FILTER (WHERE s.role = 'owner' AND u.is_active) AS owners,
               array_agg(u.email::text ORDER BY s.joined_at, s.id)
                   FILTER (WHERE s.role = 'owner' AND u.is_active) AS emails
        FROM workspaces_membership s JOIN workspaces_user u ON u.id = s.user_id
        GROUP BY s.workspace_id
    ) m ON m.workspace_id = w.id
), found AS (
    SELECT * FROM everything WHERE {where}
), page AS (
    SELECT found.*, row_number() OVER (ORDER BY {order}) AS place
    FROM found ORDER BY {order} LIMIT %(limit)s OFFSET %(offset)s
), counted AS (
    SELECT statement_timestamp() AS as_of, (SELECT count(*) FROM found) AS count,
           (SELECT json_object_agg(status, n) FROM (
               SELECT status, count(*) AS n FROM everything GROUP BY status) s) AS by_status,
           (SELECT count(*) FROM everything WHERE n8n = 'ok') AS reached,
           (SELECT count(*) FROM everything WHERE suspended_at IS NOT NULL) AS suspended
)
SELECT counted.as_of, counted.count, counted.by_status, counted.reached, counted.suspended, page.*,
       (SELECT json_object_agg(q.name, q."limit") FROM workspaces_quota q
        WHERE q.workspace_id = page.id) AS limits,
       {counts}
FROM counted LEFT JOIN page ON true
ORDER BY page.place
"""


@dataclass(frozen=True, slots=True)
class Seen:
    as_of: datetime
    count: int  # that match, on all pages
    rows: list[dict[str, Any]]
    by_status: Mapping[str, int]  # of them all, whatever was asked for
    reached: int  # whose n8n answers
    suspended: int


def one(id: uuid.UUID) -> dict[str, Any] | None:
    found = _seen("id = %(id)s", {"id": id}, "id", limit=1, offset=0)
    return found.rows[0] if found.rows else None


def look(query: QueryDict, *, limit: int, offset: int) -> Seen:
    """The worst first where no order is asked for. Raises the 400 of what cannot be asked for."""
    where, values = _where(query)
    return _seen(where, values, _order(query), limit=limit, offset=offset)


def _seen(where: str, values: dict[str, Any], order: str, *, limit: int, offset: int) -> Seen:
    counts = ", ".join(
        f'coalesce(({counted}), 0) AS "used {name.value}"'
        for name, counted in quotas.counts("page.id").items()
    )
    statement = _STATEMENT.format(where=where, order=order, counts=counts)
    with connection.cursor() as cursor:
        cursor.execute(statement, {**values, "limit": limit, "offset": offset})
        names = [column.name for column in cursor.description or ()]
        found = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    first = found[0]
    return Seen(
        as_of=first["as_of"],
        count=first["count"],
        rows=[_summary(row) for row in found if row["id"] is not None],
        by_status=first["by_status"] or {},
        reached=first["reached"],
        suspended=first["suspended"],
    )


def possible(query: QueryDict) -> QueryDict:
    """What is left of an address that people keep and edit: what cannot be is dropped."""
    kept = QueryDict(mutable=True)
    statuses = filters.values_of(query, "status") & set(Health.WORST_FIRST)
    if statuses:
        kept["status"] = ",".join(sorted(statuses))
    if query.get("suspended") in SUSPENDED:
        kept["suspended"] = query.get("suspended") or ""
    order = query.get(filters.ORDERING) or ""
    if order.removeprefix("-") in ORDERS:
        kept[filters.ORDERING] = order
    if search := query.get("search", "").strip():
        kept["search"] = search
    return kept


def members(workspace_id: uuid.UUID, query: QueryDict) -> QuerySet[Membership]:
    """Owners first, then by name. Raises the 400 of what cannot be asked for."""
    rows = Membership.objects.filter(workspace_id=workspace_id).select_related("user")
    if search := filters.searched(query):
        rows = rows.filter(Q(user__email__icontains=search) | Q(user__name__icontains=search))
    rank = "array_position(ARRAY['owner', 'admin', 'member', 'viewer'], role::text)"
    return rows.extra(select={"rank": rank}).order_by("rank", "user__email", "id")  # noqa: S610


def _where(query: QueryDict) -> tuple[str, dict[str, Any]]:
    conditions = ["true"]
    values: dict[str, Any] = {}
    statuses = filters.values_of(query, "status")
    suspended = query.get("suspended")
    wrong = {
        "status": not statuses <= set(Health.WORST_FIRST),
        "suspended": bool(suspended) and suspended not in SUSPENDED,
    }
    _refuse(name for name, is_wrong in wrong.items() if is_wrong)
    if statuses:
        conditions.append("status = ANY (%(statuses)s)")
        values["statuses"] = sorted(statuses)
    if suspended:
        conditions.append(SUSPENDED[suspended])
    if search := filters.searched(query):
        conditions.append(
            "(strpos(lower(name), lower(%(search)s)) > 0 OR strpos(slug, lower(%(search)s)) > 0"
            " OR EXISTS (SELECT 1 FROM unnest(owner_emails) e"
            " WHERE strpos(lower(e), lower(%(search)s)) > 0))"
        )
        values["search"] = search
    return " AND ".join(conditions), values


def _order(query: QueryDict) -> str:
    asked = query.get(filters.ORDERING, "")
    field = asked.removeprefix("-") or "status"
    if field not in ORDERS:
        _refuse([filters.ORDERING])
    way = "DESC" if asked.startswith("-") else "ASC"
    return f"{ORDERS[field]} {way} NULLS LAST, lower(name), id"


def _refuse(names: Any) -> None:
    detail = ErrorDetail(_("There is no such value to choose."), code="invalid")
    wrong = {name: [detail] for name in names}
    if wrong:
        raise ValidationError(wrong)


def _summary(row: Mapping[str, Any]) -> dict[str, Any]:
    """`AdminWorkspaceSummary` of the manifesto, and more."""
    return {
        "id": row["id"],
        "name": row["name"],
        "slug": row["slug"],
        "ownerEmail": row["owner_email"] or None,
        "owners": row["owners"],
        "memberCount": row["members"],
        "status": row["status"],
        "campaigns": {name: row[name] for name in ("total", *Health.WORST_FIRST)},
        "quota": _quota(row),
        "instance": {
            "id": row["instance_id"],
            "kind": row["kind"],
            "aliveAt": row["alive_at"],
            "silent": row["silent"],
        },
        "lastSyncAt": row["last_sync_at"],
        "createdAt": row["created_at"],
        "suspendedAt": row["suspended_at"],
        "suspensionReason": row["suspension_reason"] or None,
    }


def _quota(row: Mapping[str, Any]) -> dict[str, dict[str, int]]:
    """Of sockets those of this process: it knows no others."""
    limits = {name.value: limit for name, limit in quotas.DEFAULTS.items()} | (row["limits"] or {})
    used = {name: row.get(f"used {name}", 0) for name in limits}
    used[quotas.Name.SOCKETS.value] = realtime.sockets_in(row["id"])
    return {name: {"limit": limit, "used": used[name]} for name, limit in limits.items()}


def fullest(quota: Mapping[str, Mapping[str, int]]) -> tuple[str, int]:
    """Which of them is nearest to its limit, and how near, in percent."""
    shares: Sequence[tuple[int, str]] = [
        (min(100, round(100 * each["used"] / each["limit"])) if each["limit"] else 100, name)
        for name, each in quota.items()
        if each["limit"] or each["used"]
    ]
    share, name = max(shares, key=lambda pair: pair[0], default=(0, ""))
    return name, share
