"""Pages of tenancy."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from workspaces.models import Health
from workspaces.overview import NEEDS_ONE, bar_of, matching, rows_of

# What the script fills in for a workspace that comes while somebody is looking.
BLANK: dict[str, Any] = {
    "health": {
        "status": "stale",
        "campaigns": {"total": 0, "byStatus": dict.fromkeys(Health.WORST_FIRST, 0)},
        "connections": {"n8n": "ok", "sandbox": False},
    }
}


def home(request: HttpRequest) -> HttpResponse:
    """All my workspaces, the worst first; signed out: what this is."""
    if not request.user.is_authenticated:
        return render(request, "landing.html")
    every = rows_of(request.user)
    rows = [row for row in every if "health" in row]
    search = request.GET.get("search", "").strip()
    shown = matching(rows, search)
    fine = [row for row in shown if row["health"]["status"] not in NEEDS_ONE]
    context = {
        "rows": shown,
        "closed": [row for row in every if "health" not in row],
        "parted_at": fine[0] if 0 < len(fine) < len(shown) else None,
        "blank": BLANK,
        "search": search,
        "health": bar_of(rows),
    }
    return render(request, "home.html", context)
