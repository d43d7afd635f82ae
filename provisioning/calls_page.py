"""`/w/{slug}/campaigns/{id}/calls`: what came to a campaign's webhook address; and that address,
by plain forms."""

import uuid
from urllib.parse import urlsplit

from django import forms
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from campaigns.models import Campaign
from orchestrator.cursors import Cursors
from orchestrator.problems import Problem
from provisioning import calls, front, links_api
from provisioning.models import HookCall
from workspaces import bar
from workspaces.access import Access
from workspaces.actors import actor_of
from workspaces.door import workspace_view
from workspaces.models import Workspace

PAGE = 40  # calls: what a first load may weigh
REFUSED = 400  # from here on


class Rotation(forms.Form):
    grace = forms.IntegerField(min_value=0, max_value=links_api.LONGEST_GRACE)


@require_safe
@workspace_view(links_api.MANAGE)
def show(request: HttpRequest, access: Access, id: uuid.UUID) -> HttpResponse:
    campaign = _campaign(request, access, id)
    pages = Cursors(
        Request(request), name="hook-calls", list_of=campaign.pk, audience=access.role, at="at"
    )
    try:
        found = pages.page(HookCall.objects.filter(campaign=campaign), PAGE)
    except ValidationError:  # somebody else's cursor
        return redirect(request.path)
    context = {
        **bar.page_of(access),
        "campaign": campaign,
        "keeps": Workspace.objects.get(pk=access.workspace.pk).store_hook_bodies,
        "calls": found,
        "newest": "cursor" not in request.GET,
        **_links(pages.links()),
    }
    answer = render(request, "provisioning/calls.html", context)
    answer["Cache-Control"] = "private, no-store"
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@workspace_view(links_api.MANAGE)
def again(request: HttpRequest, access: Access, id: uuid.UUID, call_id: uuid.UUID) -> HttpResponse:
    campaign = _campaign(request, access, id)
    if request.method != "POST":  # somebody who reloads the answer
        return redirect("hook-calls", slug=access.workspace.slug, id=campaign.pk)
    rows = HookCall.objects.filter(campaign=campaign).select_related("campaign")
    call = rows.filter(pk=call_id).first()
    if call is None:
        raise Http404
    try:
        answer = calls.send_again(call, actor=actor_of(request))
    except calls.NotKept:
        messages.error(request, _("What was sent is not kept any more."))
    except calls.Busy:
        messages.error(request, _("Other calls are being sent just now. Try it in a moment."))
    except front.NoAddress:
        messages.error(request, _("This campaign has no webhook address."))
    else:
        text = _("Sent again: the answer was %(status)s.") % {"status": answer.status}
        tell = messages.success if 0 < answer.status < REFUSED else messages.error
        tell(request, text)
    return redirect("hook-calls", slug=access.workspace.slug, id=campaign.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@workspace_view(links_api.MANAGE)
def address(request: HttpRequest, access: Access, id: uuid.UUID) -> HttpResponse:
    campaign = _campaign(request, access, id)
    if request.method != "POST":  # likewise
        return redirect("campaign-page", slug=access.workspace.slug, id=campaign.pk)
    what, actor = request.POST.get("what"), actor_of(request)
    try:
        if what == "link":
            links_api.link(campaign, campaign.n8n_workflow_id, actor)
            messages.success(request, _("It has a webhook address now."))
        elif what == "rotate":
            form = Rotation(request.POST)
            if not form.is_valid():
                raise BadRequest
            links_api.rotate(campaign, form.cleaned_data["grace"], actor)
            messages.success(request, _("It has a new webhook address."))
        else:
            raise BadRequest
    except Problem as problem:
        messages.error(request, str(problem.detail))
    return redirect("campaign-page", slug=access.workspace.slug, id=campaign.pk)


def _campaign(request: HttpRequest, access: Access, id: uuid.UUID) -> Campaign:
    rows = Campaign.objects.visible_to(request.user).filter(workspace=access.workspace, pk=id)
    campaign = rows.first()
    if campaign is None:
        raise Http404
    return campaign


def _links(links: dict[str, str | None]) -> dict[str, str]:
    return {
        name: f"?{urlsplit(link).query}" if (link := links[way]) else ""
        for name, way in (("older", "next"), ("newer", "previous"))
    }
