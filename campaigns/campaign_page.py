"""`/w/{slug}/campaigns/{id}`: how one campaign is and why, when it runs next, how its runs went,
and what was said of it before.

Live: words and colours change in place by frames; what needs more the page fetches, rendered by the
same templates, as `_live.html`.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from campaigns import history, next_run, serializers, timeline
from campaigns.models import Campaign, Run, StateChange
from workspaces import bar
from workspaces.access import Access
from workspaces.door import workspace_view
from workspaces.models import Instance

RUNS = timeline.SLOTS  # on a page: each bar has its row
CHANGES = 30
FILTERS = {
    "": (_("All"), ()),
    "success": (_("Succeeded"), ("success",)),
    "failed": (_("Failed"), ("error", "crashed")),
    "canceled": (_("Canceled"), ("canceled",)),
    "open": (_("Running"), ("running", "waiting")),
}


@dataclass(frozen=True, slots=True)
class Editor:
    """Where the workspace's own n8n shows the workflow and its runs."""

    workflow: str

    def run(self, execution_id: str | None) -> str:
        return f"{self.workflow}/executions/{quote(execution_id, safe='')}" if execution_id else ""


@require_safe
@workspace_view("campaigns.view_campaign")
def show(request: HttpRequest, access: Access, id: uuid.UUID) -> HttpResponse:
    context = bar.page_of(access)  # which also does what a clock would have done by now
    row = Campaign.objects.visible_to(request.user).select_related("instance")
    campaign = row.filter(pk=id, workspace=access.workspace).first()
    if campaign is None:
        raise Http404
    wanted = request.GET.get("result", "")
    wanted = wanted if wanted in FILTERS else ""
    try:
        runs, links = _runs(request, access, campaign, wanted)
    except ValidationError:  # somebody else's cursor, or of another role
        return redirect(
            f"{request.path}?{urlencode({'result': wanted})}" if wanted else request.path
        )
    full = access.can("campaigns.view_times")
    usual = timeline.usual_duration(campaign.pk) if full else None
    editor = _editor(access, campaign)
    shown = [_shown(run, full, usual, editor) for run in runs]
    context |= {
        "campaign": campaign,
        "row": serializers.row(campaign, access.codenames),
        "from_template": {campaign.pk} if campaign.from_template else (),
        "full": full,
        "editor": editor,
        "next_run": next_run.of(campaign) if full else None,
        "runs": shown,
        "timeline": timeline.timeline(shown, usual),
        "filters": [(value, label) for value, (label, _results) in FILTERS.items()],
        "wanted": wanted,
        "newest": "cursor" not in request.GET,
        **links,
        "changes": _changes(campaign),
        "can_link": campaign.webhook_path != "" and campaign.archived_at is None,
    }
    fragment = request.headers.get("HX-Request") == "true"
    name = "campaigns/_campaign_live.html" if fragment else "campaigns/campaign.html"
    answer = render(request, name, context)
    answer["Vary"] = "HX-Request, Cookie"
    return answer


def _runs(
    request: HttpRequest, access: Access, campaign: Campaign, wanted: str
) -> tuple[list[Run], dict[str, str]]:
    pages = history.pages_of(Request(request), access, campaign)
    rows = history.runs_of(campaign.pk)
    if results := FILTERS[wanted][1]:
        rows = rows.filter(result__in=results)
    found = pages.page(rows, RUNS)
    links = pages.links()
    return found, {
        name: f"?{urlsplit(link).query}" if (link := links[way]) else ""
        for name, way in (("older", "next"), ("newer", "previous"))
    }


def _shown(run: Run, full: bool, usual: float | None, editor: Editor | None) -> Mapping[str, Any]:
    row = history.run_row(run, full)
    if not full:
        return row
    return row | {
        "shownAt": run.shown_at,  # type: ignore[attr-defined] # of runs_of
        "timesUsual": timeline.times_usual(row["durationMs"], usual),
        "url": editor.run(run.execution_id) if editor else "",
    }


def _changes(campaign: Campaign) -> Sequence[StateChange]:
    since = timezone.now() - timedelta(days=settings.RETENTION_DAYS)
    kept = StateChange.objects.filter(campaign_id=campaign.pk, at__gte=since)
    return list(kept.order_by("-at", "-id")[:CHANGES])


def _editor(access: Access, campaign: Campaign) -> Editor | None:
    """Where a shared n8n is is not for its workspaces to know."""
    instance = campaign.instance
    own = instance.kind == Instance.Kind.OWN and instance.base_url
    if not own or not access.can("campaigns.open_in_n8n"):
        return None
    workflow = quote(campaign.n8n_workflow_id, safe="")
    return Editor(f"{instance.base_url.rstrip('/')}/workflow/{workflow}")
