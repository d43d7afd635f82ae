"""`/w/{slug}/`: the campaigns of a workspace, as the address asks for them."""

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from campaigns import listing, serializers
from campaigns.connect_steps import checklist_of
from campaigns.templatetags.campaign_words import TRIGGERS
from orchestrator.paging import Pages
from workspaces import bar
from workspaces.access import Access
from workspaces.door import workspace_view

PAGE = 30  # cards: what a first load may weigh; lists of the API have 50

# What can be chosen, in words; the names and values are those of the API.
SORTS = {
    "": _("The worst first"),
    "name": _("Name"),
    "nextRunAt": _("Next run"),
    "-lastSyncAt": _("Last synced"),
}
STATUSES = {
    "": _("All but archived"),
    "active": _("Enabled"),
    "paused": _("Paused"),
    "archived": _("Archived"),
}
ANY_TRIGGER = {"": _("Any trigger")} | {name: TRIGGERS[name] for name in listing.TRIGGERS}
CHOICES = {"status": STATUSES, "trigger": ANY_TRIGGER, "ordering": SORTS}
LABELS = {"status": _("Which ones"), "trigger": _("Trigger"), "ordering": _("Order")}


@workspace_view("campaigns.view_campaign")
def campaign_list(request: HttpRequest, access: Access) -> HttpResponse:
    context = bar.page_of(access)  # first: it brings up to date what the clock changes
    query = listing.possible(access, request.GET)
    narrowed = any(name != "page" and name != "ordering" for name in query)
    pages = Pages(listing.listed(access, query), PAGE)
    if not narrowed:
        pages.count = context["health"]["campaigns"]["total"]  # just counted, for the bar
    page = pages.get_page(query.get("page"))
    context |= {
        "campaigns": [serializers.row(campaign, access.codenames) for campaign in page],
        "from_template": {campaign.pk for campaign in page if campaign.from_template},
        "page_obj": page,
        "query": query,
        "narrowed": narrowed,
    }
    fragment = request.headers.get("HX-Request") == "true"
    if fragment:
        answer = render(request, "campaigns/_list.html", context)
    else:
        context |= {"choices": _choices(access, query), "checklist": checklist_of(access)}
        answer = render(request, "campaigns/list.html", context)
    answer["Vary"] = "HX-Request, Cookie"
    return answer


def _choices(access: Access, query: QueryDict) -> list[dict[str, Any]]:
    """The lists to choose from, without what this caller may not ask by."""
    hidden = serializers.hidden_from(access.codenames)
    return [
        {
            "name": name,
            "label": LABELS[name],
            "options": [
                {"value": value, "word": word, "chosen": query.get(name, "") == value}
                for value, word in words.items()
                if value.removeprefix("-") not in hidden
            ],
        }
        for name, words in CHOICES.items()
    ]
