"""Pages of campaigns: guard, one query, render."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from campaigns import clock, serializers
from campaigns.listing import searched
from campaigns.live import health_of
from workspaces.access import Access, workspace_view

PAGE = 50


@workspace_view("campaigns.view_campaign")
def campaign_list(request: HttpRequest, access: Access) -> HttpResponse:
    clock.catch_up([access.workspace.pk])
    search = request.GET.get("search", "")
    page = Paginator(searched(access, search), PAGE).get_page(request.GET.get("page"))
    context = {
        "workspace": access.workspace,
        "access": access,
        "campaigns": [serializers.row(campaign, access.codenames) for campaign in page],
        "page_obj": page,
        "search": search,
        "health": health_of(access),
    }
    fragment = request.headers.get("HX-Request") == "true"
    answer = render(request, "campaigns/_list.html" if fragment else "campaigns/list.html", context)
    answer["Vary"] = "HX-Request, Cookie"
    return answer
