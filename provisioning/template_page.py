"""`/w/{slug}/campaigns/{id}/template`: what of a campaign's workflow would be kept as a template,
what would not, and what each new campaign is asked for; by a plain form."""

import uuid
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST
from rest_framework.request import Request

from campaigns.models import Campaign
from orchestrator.problems import Problem
from provisioning import saving
from provisioning.leaks import Kind
from provisioning.models import Template
from provisioning.template_form import TemplateForm
from provisioning.templates_api import USE, refusing
from workspaces import bar
from workspaces.access import Access
from workspaces.actors import actor_of
from workspaces.door import workspace_view
from workspaces.models import User
from workspaces.rules import Invalid

KINDS = {
    Kind.CREDENTIAL: gettext_lazy("a credential: to be chosen again in n8n"),
    Kind.ID: gettext_lazy("an id of this n8n"),
    Kind.DATA: gettext_lazy("data of former calls"),
    Kind.WEBHOOK_AUTH: gettext_lazy("how the webhook asks who calls: the secret address does"),
    Kind.PRIVATE_KEY: gettext_lazy("a private key"),
    Kind.AUTHORIZATION: gettext_lazy("an authorization"),
    Kind.TOKEN: gettext_lazy("a token"),
    Kind.ADDRESS: gettext_lazy("a secret address"),
    Kind.NAMED: gettext_lazy("a value that is called like a secret"),
    Kind.RANDOM: gettext_lazy("what looks like a key or an id"),
}


@require_http_methods(["GET", "HEAD", "POST"])
@workspace_view(USE)
def save(request: HttpRequest, access: Access, id: uuid.UUID) -> HttpResponse:
    campaign = _campaign(request, access, id)
    try:
        with refusing(cast(Request, request), access, campaign):
            seen = saving.look(campaign)
    except Problem as problem:
        return _page(request, access, campaign, problem.status, problem=problem)
    if request.method != "POST":
        form = TemplateForm(access.workspace, seen, initial=_initial(access, campaign))
        return _page(request, access, campaign, seen=seen, form=form)
    form = TemplateForm(access.workspace, seen, request.POST)
    if form.is_valid() and (saved := _saved(request, access, campaign, seen, form)):
        words = _("“%(name)s” is in the gallery now, for this workspace.") % {"name": saved.name}
        messages.success(request, words)
        return redirect(_gallery(access))
    return _page(request, access, campaign, 422, seen=seen, form=form)


@require_POST
@workspace_view(USE)
def withdraw(request: HttpRequest, access: Access, template_id: uuid.UUID) -> HttpResponse:
    row = saving.own(access.workspace, template_id)
    if row is None:
        raise Http404
    saving.withdraw(row, actor=actor_of(request))
    words = _("“%(name)s” is withdrawn. Campaigns that were made of it stay.") % {"name": row.name}
    messages.success(request, words)
    return redirect(_gallery(access))


def _saved(
    request: HttpRequest,
    access: Access,
    campaign: Campaign,
    seen: saving.Look,
    form: TemplateForm,
) -> Template | None:
    user, actor = cast(User, request.user), actor_of(request)
    try:
        with refusing(cast(Request, request), access, campaign):
            try:
                return saving.save(seen, form.wish(), by=user, actor=actor)
            except Invalid as error:
                form.put_errors(error)
    except Problem as problem:
        field = {"name_taken": "name", "runs_for_real": "accepts_test"}.get(problem.code)
        form.add_error(field, str(problem.detail))
    return None


def _page(
    request: HttpRequest,
    access: Access,
    campaign: Campaign,
    status: int = 200,
    *,
    problem: Problem | None = None,
    seen: saving.Look | None = None,
    form: TemplateForm | None = None,
) -> HttpResponse:
    stripped = seen.stripped if seen else None
    context: dict[str, Any] = {
        **bar.page_of(access),
        "campaign": campaign,
        "problem": problem,
        "places": _worded(problem.extra.get("places", ())) if problem else [],
        "seen": seen,
        "form": form,
        "removed": _worded(saving.told(stripped.removed)) if stripped else [],
        "doubtful": _worded(saving.told(stripped.doubtful)) if stripped else [],
        "stuck": _worded(saving.told(stripped.stuck)) if stripped else [],
        "gallery": _gallery(access),
        "categories": Template.objects.offered_to(access.workspace)
        .exclude(category="")
        .values_list("category", flat=True)
        .distinct()
        .order_by("category"),
    }
    answer = render(request, "provisioning/save_template.html", context, status=status)
    answer["Cache-Control"] = "private, no-store"
    return answer


def _worded(found: Any) -> list[dict[str, Any]]:
    return [{**one, "word": KINDS[Kind(one["kind"])]} for one in found]


def _initial(access: Access, campaign: Campaign) -> dict[str, Any]:
    """Saved before: a new version of that is what is meant, as it seems."""
    rows = Template.objects.filter(
        workspace=access.workspace,
        withdrawn_at=None,
        n8n_template_id=campaign.n8n_workflow_id,
    )
    before = rows.order_by("-created_at").first()
    if before is None:
        return {"name": campaign.name[:100]}
    return {
        "name": before.name,
        "description": before.description,
        "category": before.category,
        "version_of": str(before.pk),
    }


def _gallery(access: Access) -> str:
    return f"/w/{access.workspace.slug}/templates"


def _campaign(request: HttpRequest, access: Access, id: uuid.UUID) -> Campaign:
    rows = Campaign.objects.visible_to(request.user).filter(workspace=access.workspace, pk=id)
    found = rows.select_related("workspace", "instance").first()
    if found is None:
        raise Http404
    return found
