"""All of somebody's workspaces at one look: how each is doing, the worst first; and all of them."""

import unicodedata
from collections import Counter
from collections.abc import Sequence
from typing import Any

from orchestrator import realtime
from workspaces.access import accesses
from workspaces.models import Health

NEEDS_ONE = ("error", "stale")  # where somebody should look

Row = dict[str, Any]


def rows_of(user: Any) -> list[Row]:
    """What this caller may see of each, brought up to date first; as many queries for one as for
    hundreds. Where a second factor is lacking it is named, last, and how it is doing is not said.
    """
    mine = {id: access for id, access in accesses(user).items() if access.is_readable}
    open = [access for access in mine.values() if not access.lacks_second_factor]
    healths = realtime.registered().snapshots(open)
    rows = [
        {
            "id": id,
            "name": access.workspace.name,
            "slug": access.workspace.slug,
            "role": access.role,
            **({"needsSecondFactor": True} if access.lacks_second_factor else {}),
            **({"health": healths[id]} if id in healths else {}),
        }
        for id, access in mine.items()
        if id in healths or access.lacks_second_factor  # else it has gone meanwhile
    ]
    return sorted(rows, key=_place)


def _place(row: Row) -> tuple[int, str, str]:
    """As home.js has it."""
    order = Health.WORST_FIRST
    rank = order.index(row["health"]["status"]) if "health" in row else len(order)
    return rank, unicodedata.normalize("NFKD", row["name"]).lower(), str(row["id"])


def bar_of(rows: Sequence[Row]) -> dict[str, Any]:
    """Of these, in the shape of the bar of one, but that it counts workspaces; no `status` where
    there are none."""
    counted = Counter(row["health"]["status"] for row in rows)
    bar: dict[str, Any] = {
        "campaigns": {
            "total": len(rows),
            "byStatus": {status: counted[status] for status in Health.WORST_FIRST},
        },
        "connections": {"n8n": _n8n({row["health"]["connections"]["n8n"] for row in rows})},
    }
    if rows:
        bar["status"] = min(counted, key=Health.WORST_FIRST.index)
    return bar


def _n8n(found: set[str]) -> str:
    if not found:
        return "unknown"
    return found.pop() if len(found) == 1 else "partly"


def matching(rows: Sequence[Row], search: str) -> list[Row]:
    """Whose name has each word of it somewhere."""
    words = _plain(search).split()
    return [row for row in rows if all(word in _plain(row["name"]) for word in words)]


def _plain(text: str) -> str:
    """So that who types `muller` finds Müller."""
    apart = unicodedata.normalize("NFKD", text)
    return "".join(c for c in apart if not unicodedata.category(c).startswith("M")).lower()
