"""`/w/{slug}/campaigns/{id}/how`: what opens behind a card of the list: how its state is known, and
what can be done. Read when somebody wants it: on every card it would be half of the page."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from campaigns import clock, serializers
from campaigns.models import Campaign
from workspaces.access import Access
from workspaces.door import workspace_view


@require_safe
@workspace_view("campaigns.view_campaign")
def show(request: HttpRequest, access: Access, id: uuid.UUID) -> HttpResponse:
    clock.catch_up([access.workspace.pk])
    rows = Campaign.objects.visible_to(request.user)
    campaign = rows.filter(pk=id, workspace=access.workspace).first()
    if campaign is None:
        raise Http404
    context = {
        "workspace": access.workspace,
        "access": access,
        "row": serializers.row(campaign, access.codenames),
        "from_template": {campaign.pk} if campaign.from_template else (),
    }
    return render(request, "campaigns/_how.html", context)
