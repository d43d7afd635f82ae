"""`/watch/`: all workspaces, for super admins; each opens and shows who is in it and its quotas."""

import uuid
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from orchestrator import filters
from rbac import watch, watch_bar
from rbac.events import AllWorkspacesViewed, WorkspaceMembersInspected
from rbac.watch_api import asked, workspace_of
from rbac.watched import spend, tell
from workspaces.models import Health
from workspaces.settings_page import QUOTAS
from workspaces.superadmin import superadmin_view

PAGE = 30  # rows: what a first load may weigh; the API's lists have 50
MEMBERS = 50
NEARLY = 90  # percent

# What can be chosen, in words; the values are the API's.
ORDERS = {
    "": _("The worst first"),
    "name": _("Name"),
    "ownerEmail": _("Owner"),
    "-memberCount": _("Most members"),
    "-campaigns": _("Most campaigns"),
    "aliveAt": _("Longest silent"),
    "-createdAt": _("Newest"),
}


@require_safe
@superadmin_view
def of_all(request: HttpRequest) -> HttpResponse:
    spend(request, "workspaces")
    query = watch.possible(request.GET)
    seen, number = _page(query, request.GET.get("page", ""))
    tell(request, AllWorkspacesViewed, asked=asked(query))
    pages = max(1, -(-seen.count // PAGE))
    context = {
        "health": watch_bar.of(seen.by_status, seen.reached),
        "as_of": seen.as_of,
        "rows": [_shown(row) for row in seen.rows],
        "count": seen.count,
        "suspended": seen.suspended,
        "query": query,
        "narrowed": any(name != filters.ORDERING for name in query),
        "orders": [
            {"value": value, "word": word, "chosen": query.get(filters.ORDERING, "") == value}
            for value, word in ORDERS.items()
        ],
        "statuses": [
            {"value": status, "n": seen.by_status.get(status, 0)} for status in Health.WORST_FIRST
        ],
        "number": number,
        "pages": pages,
        "before": number - 1 if number > 1 else None,
        "after": number + 1 if number < pages else None,
    }
    return _answer(request, "rbac/_watch.html", "rbac/watch.html", context)


@require_safe
@superadmin_view
def of_one(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    workspace = workspace_of(id)
    spend(request, "members")
    query = QueryDict(mutable=True)
    if search := request.GET.get("search", "").strip():
        query["search"] = search
    page = Paginator(watch.members(id, query), MEMBERS).get_page(request.GET.get("page"))
    row = watch.one(id)
    if row is None:
        raise Http404
    tell(request, WorkspaceMembersInspected, workspace)
    context = {
        **watch_bar.page_of(),
        "row": _shown(row),
        "quotas": _quotas(row),
        "page_obj": page,
        "members": list(page),
        "query": query,
    }
    return _answer(request, "rbac/_watch_workspace.html", "rbac/watch_workspace.html", context)


def _page(query: QueryDict, asked_page: str) -> tuple[watch.Seen, int]:
    """Beyond the last page is the last one: rows vanish while somebody turns pages."""
    number = max(1, int(asked_page)) if asked_page.isdecimal() and len(asked_page) < 10 else 1
    seen = watch.look(query, limit=PAGE, offset=(number - 1) * PAGE)
    last = max(1, -(-seen.count // PAGE))
    if number > last:
        number, seen = last, watch.look(query, limit=PAGE, offset=(last - 1) * PAGE)
    return seen, number


def _answer(request: HttpRequest, part: str, whole: str, context: dict[str, Any]) -> HttpResponse:
    fragment = request.headers.get("HX-Request") == "true"
    answer = render(request, part if fragment else whole, context | {"fragment": fragment})
    answer["Vary"] = "HX-Request, Cookie"
    answer["Cache-Control"] = "private, no-store"
    return answer


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    name, percent = watch.fullest(row["quota"])
    return row | {
        "counts": [(status, row["campaigns"][status]) for status in Health.WORST_FIRST],
        "fullest": {
            "label": _label(name),
            "percent": percent,
            "face": _face(percent),
        },
    }


def _quotas(row: dict[str, Any]) -> list[dict[str, Any]]:
    found = []
    for name, each in row["quota"].items():
        limit, used = each["limit"], each["used"]
        percent = min(100, round(100 * used / limit)) if limit else 100
        found.append(
            {"name": name, "label": _label(name), "percent": percent, "face": _face(percent)}
            | {"used": used, "limit": limit}
        )
    return found


def _label(name: str) -> Any:
    return dict(QUOTAS).get(name, name)  # type: ignore[call-overload] # by the name's value


def _face(percent: int) -> str:
    return "error" if percent >= 100 else "syncing" if percent >= NEARLY else "live"
