"""`/w/{slug}/role-audit` and `/watch/role-audit`: who became what and by whose hand, by day."""

import uuid
from collections.abc import Iterator
from datetime import date
from itertools import groupby
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from orchestrator.templatetags.status_words import ROLES
from rbac import audit, watch_bar
from rbac.audit_api import pages_of, told
from rbac.watched import spend
from workspaces import bar
from workspaces.access import Access
from workspaces.door import workspace_view
from workspaces.models import RoleAuditLog, Workspace
from workspaces.superadmin import superadmin_view

PAGE = 40  # entries: what a first load may weigh; the API's lists have 50

KINDS = {
    "": gettext_lazy("Any change"),
    "joined": gettext_lazy("Joined"),
    "changed": gettext_lazy("Role changed"),
    "removed": gettext_lazy("Removed"),
}


@require_safe
@workspace_view("workspaces.view_role_audit")
def of_workspace(request: HttpRequest, access: Access) -> HttpResponse:
    context = bar.page_of(access)
    return _answer(request, access.workspace.pk, access.role, context, "rbac/role_audit.html")


@require_safe
@superadmin_view
def of_all(request: HttpRequest) -> HttpResponse:
    spend(request, "audit")
    workspace_id = workspace_asked(request.GET)
    context = watch_bar.page_of() | {
        "everywhere": True,
        "only": Workspace.objects.filter(pk=workspace_id).first() if workspace_id else None,
        "workspace_id": workspace_id,
    }
    told(request, workspace_id)
    return _answer(request, workspace_id, "superuser", context, "rbac/all_role_audits.html")


def workspace_asked(query: QueryDict) -> uuid.UUID | None:
    try:
        return uuid.UUID(query.get("workspaceId", ""))
    except ValueError:
        return None


def _answer(
    request: HttpRequest,
    workspace_id: uuid.UUID | None,
    audience: str,
    context: dict[str, Any],
    template: str,
) -> HttpResponse:
    query = audit.possible(request.GET)
    if workspace_id is not None and context.get("everywhere"):
        query["workspaceId"] = str(workspace_id)
    pages = pages_of(Request(request), workspace_id, audience)
    try:
        rows = pages.page(audit.listed(workspace_id, query), PAGE)
    except ValidationError:  # somebody else's cursor, or of other filters
        return redirect(f"{request.path}?{query.urlencode()}" if query else request.path)
    context |= {
        "days": list(_by_day(rows)),
        "query": query,
        "narrowed": bool(query),
        "newest": "cursor" not in request.GET,
        "kinds": _choices(KINDS, query.get("kind", "")),
        "roles": _choices({"": gettext_lazy("Any role"), **ROLES}, query.get("role", "")),
        "person": _person(query.get("userId", "")),
        "by": _by(rows, query.get("changedBy") or ""),
        **_links(pages.links()),
    }
    fragment = request.headers.get("HX-Request") == "true"
    answer = render(request, "rbac/_audit.html" if fragment else template, context)
    answer["Vary"] = "HX-Request, Cookie"
    return answer


def _by_day(rows: list[RoleAuditLog]) -> Iterator[dict[str, Any]]:
    known = audit.known(rows)
    for day, some in groupby(rows, lambda row: timezone.localtime(row.created_at).date()):
        yield {
            "title": _day(day),
            "iso": day.isoformat(),
            "rows": [
                audit.entry(row, known)
                | {
                    "kind": audit.kind_of(row),
                    "workspaceSlug": getattr(known.workspaces.get(row.workspace_id), "slug", ""),
                }
                for row in some
            ],
        }


def _day(day: date) -> str:
    ago = (timezone.localdate() - day).days
    if ago in (0, 1):
        return _("Yesterday") if ago else _("Today")
    return str(formats.date_format(day, "DATE_FORMAT"))


def _choices(words: dict[str, Any], chosen: str) -> list[dict[str, Any]]:
    return [
        {"value": value, "word": word, "chosen": value == chosen} for value, word in words.items()
    ]


def _person(id: str) -> str:
    """Whom the list is narrowed to, in a word."""
    if not id:
        return ""
    found = audit.known([RoleAuditLog(target_user=uuid.UUID(id), workspace_id=uuid.UUID(int=0))])
    person = found.people.get(uuid.UUID(id))
    return (person.name or person.email) if person else id


def _by(rows: list[RoleAuditLog], changed_by: str) -> str:
    """Likewise by whose hand: the rows that are left have the name."""
    for row in rows[:1] if changed_by else ():
        name = audit.entry(row, audit.known([row]))["changedByName"]
        return str(name or changed_by)
    return changed_by


def _links(links: dict[str, str | None]) -> dict[str, str]:
    return {
        name: f"?{urlsplit(link).query}" if (link := links[way]) else ""
        for name, way in (("older", "next"), ("newer", "previous"))
    }
