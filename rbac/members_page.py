"""`/w/{slug}/members`: who is in the workspace and as what, and who is invited."""

from typing import Any

from django.db.models import Count, Exists, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from orchestrator import filters
from orchestrator.paging import Pages
from rbac import listing, ownership, services
from rbac.models import Invitation, OwnershipTransfer
from workspaces import bar
from workspaces.access import Access
from workspaces.actors import actor_of
from workspaces.door import workspace_view
from workspaces.models import Membership, Role, Workspace

PAGE = 50
INVITED = 50  # shown of those who have not answered

# The columns, in their order, by the names that REST knows.
COLUMNS = {
    "name": _("Member"),
    "role": _("Role"),
    "secondFactor": _("Second factor"),
    "lastActiveAt": _("Last active"),
    "joinedAt": _("Joined"),
}


@require_safe
@workspace_view("workspaces.view_workspace")
def show(request: HttpRequest, access: Access) -> HttpResponse:
    query = listing.possible(access, request.GET)
    rows = listing.listed(access, query)
    around = _around(access, rows)
    pages = Pages(rows, PAGE)
    pages.count = around["members"]
    page = pages.get_page(query.get("page"))
    listing.viewed(access, actor=actor_of(request))
    manages = access.can(services.MANAGE)
    sole = access.role == Role.OWNER and not around["other_owners"]
    context = {
        **bar.page_of(access),
        "members": [_row(member, access, sole) for member in page],
        "page_obj": page,
        "query": query,
        "narrowed": any(name not in ("page", "ordering") for name in query),
        "columns": _columns(access, query),
        "roles": Role.choices,
        "manages": manages,
        "giveable": [(role, word) for role, word in Role.choices if services.gives(access, role)],
        "owns": access.can(services.OWN),
        "sole_owner": sole,
        "invited": (_invited(access, query, page.number) if manages and around["invited"] else []),
    }
    fragment = request.headers.get("HX-Request") == "true"
    if not fragment:
        context["offer"] = _offer(access) if around["offered"] else None
    answer = render(request, f"rbac/{'_members' if fragment else 'members'}.html", context)
    answer["Vary"] = "HX-Request, Cookie"
    return answer


def _row(member: Membership, access: Access, sole: bool) -> dict[str, Any]:
    row = listing.row(member, access)
    itself = member.user_id == access.user_id
    role = row.get("role")
    return row | {
        "shown": row["name"] or row["email"],
        "initial": (row["name"] or row["email"])[:1],
        "itself": itself,
        "refused": _refused(access, role, itself, sole),
        "removable": not itself and services.gives(access, role or Role.OWNER),
    }


def _refused(access: Access, role: str | None, itself: bool, sole: bool) -> str:
    """Why this row's role is not theirs to change; `""`: it is."""
    if itself:
        return "last_owner" if sole else "own_role"
    if role is None or not access.can(services.MANAGE):
        return "forbidden"
    return "" if services.gives(access, role) else "owner_only"


def _around(access: Access, rows: QuerySet[Membership]) -> dict[str, Any]:
    """In one query: how many `members` these are, whether the workspace has active `other_owners`
    than this one, and whether there is anybody `invited` or the ownership `offered`."""
    mine = {"workspace": access.workspace}
    owners = Membership.objects.filter(**mine, role=Role.OWNER, user__is_active=True)
    of_them = Membership.objects.filter(**mine, pk__in=rows.order_by().values("pk"))
    counted = of_them.order_by().values("workspace").annotate(n=Count("*")).values("n")
    found = Workspace.objects.filter(pk=access.workspace.pk).values(
        members=Coalesce(Subquery(counted), 0),
        other_owners=Exists(owners.exclude(user=access.user_id)),
        invited=Exists(Invitation.objects.pending().filter(**mine)),
        offered=Exists(OwnershipTransfer.objects.filter(**mine)),
    )
    return dict(found.get())


def _columns(access: Access, query: QueryDict) -> list[dict[str, Any]]:
    """Their own role everybody sees, so its column is always there; who sees no other's cannot
    sort by it."""
    hidden = listing.hidden_from(access)
    asked = query.get("ordering") or listing.DEFAULT
    return [
        {
            "name": name,
            "word": word,
            "sorts": name not in hidden,
            "sorted": {name: "ascending", f"-{name}": "descending"}.get(asked, ""),
            "next": f"-{name}" if asked == name else name,
        }
        for name, word in COLUMNS.items()
        if name not in hidden or name == "role"
    ]


def _invited(access: Access, query: QueryDict, page: int) -> list[dict[str, Any]]:
    """Above the first page, where they match what was asked for."""
    if page != 1:
        return []
    rows = listing.pending(access.workspace)
    if query.get("role"):
        rows = rows.filter(role__in=query.get("role", "").split(","))
    for word in filters.searched(query).split():
        rows = rows.filter(email__icontains=word)
    return [_invitation(row, access) for row in rows[:INVITED]]


def _invitation(row: Invitation, access: Access) -> dict[str, Any]:
    return {
        "id": row.pk,
        "email": row.email,
        "role": row.role,
        "asked_at": row.asked_at,
        "sent": row.sent_at is not None,
        "expired": row.expires_at <= now(),
        "mine": services.gives(access, row.role),
    }


def _offer(access: Access) -> dict[str, Any] | None:
    row = ownership.open_in(access.workspace)
    if row is None or not (row.receiver_id == access.user_id or access.can(services.OWN)):
        return None
    return {"giver": row.giver, "receiver": row.receiver, "mine": row.receiver_id == access.user_id}
