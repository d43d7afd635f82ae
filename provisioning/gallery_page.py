"""`/w/{slug}/templates`: what campaigns can be made of, as the address asks for it."""

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from provisioning import gallery
from provisioning.models import Template
from workspaces import bar
from workspaces.access import Access
from workspaces.door import workspace_view
from workspaces.models import Workspace

PAGE = 60  # cards


@require_safe
@workspace_view("provisioning.view_gallery")
def show(request: HttpRequest, access: Access) -> HttpResponse:
    pages = Paginator(gallery.listed(access.workspace, request.GET), PAGE)
    page = pages.get_page(request.GET.get("page"))
    context = {
        "workspace": access.workspace,
        "access": access,
        "templates": gallery.cards(list(page)),
        "page_obj": page,
        "query": request.GET,
        "narrowed": any(request.GET.get(name) for name in ("search", "category")),
        "categories": categories(access.workspace),
    }
    fragment = request.headers.get("HX-Request") == "true"
    if not fragment:
        context |= bar.page_of(access)
    name = "provisioning/_gallery.html" if fragment else "provisioning/gallery.html"
    answer = render(request, name, context)
    answer["Vary"] = "HX-Request, Cookie"
    return answer


def categories(workspace: Workspace) -> list[tuple[str, int]]:
    """Those that are there, with how many of each."""
    offered = Template.objects.offered_to(workspace).exclude(category="")
    counted = offered.values("category").annotate(n=Count("id")).order_by("category")
    return list(counted.values_list("category", "n"))
