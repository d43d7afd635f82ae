"""The bar over all workspaces, for super admins: in the shape of one's own workspaces' bar."""

from collections.abc import Mapping
from typing import Any

from django.db import connection

from workspaces.models import Health

_COUNTS = """
SELECT coalesce(h.status, 'stale'), count(*),
       count(*) FILTER (WHERE coalesce(h.n8n, 'unreachable') = 'ok')
FROM workspaces_workspace w LEFT JOIN workspaces_health h ON h.workspace_id = w.id
GROUP BY 1
"""


def page_of() -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS)
        rows = cursor.fetchall()
    return {
        "health": of({status: n for status, n, _ in rows}, sum(reached for _, _, reached in rows))
    }


def of(by_status: Mapping[str, int], reached: int) -> dict[str, Any]:
    """No `status` where there is no workspace; `reached`: those whose n8n is."""
    total = sum(by_status.values())
    found: dict[str, Any] = {
        "campaigns": {
            "total": total,
            "byStatus": {status: by_status.get(status, 0) for status in Health.WORST_FIRST},
        },
        "connections": {"n8n": _n8n(reached, total)},
    }
    there = [status for status in Health.WORST_FIRST if by_status.get(status)]
    if there:
        found["status"] = there[0]
    return found


def _n8n(reached: int, total: int) -> str:
    if not total:
        return "unknown"
    if reached in (0, total):
        return "ok" if reached else "unreachable"
    return "partly"
