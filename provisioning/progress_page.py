"""`/w/{slug}/new/{provision_id}`: how far the making of a campaign is, live, for whoever began it.

Owners see of one that a former owner left that it is there, and may take it over; to all others
there is nothing at this address.
"""

import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from typing import Any, cast

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from orchestrator import rate_limit
from orchestrator.crypto import Undecryptable
from orchestrator.problems import Problem
from provisioning import doors, probe, services
from provisioning.front.inside import SHOWN
from provisioning.job import Failed
from provisioning.models import Provision, Step
from provisioning.progress_shown import shown
from provisioning.seen_by import PERMISSION, is_orphaned
from workspaces import bar
from workspaces.access import Access
from workspaces.actors import actor_of
from workspaces.door import workspace_view
from workspaces.models import User

TESTS_PER_MINUTE = 20


@require_http_methods(["GET", "HEAD", "POST"])
@workspace_view("provisioning.view_gallery")
def progress(request: HttpRequest, access: Access, provision_id: uuid.UUID) -> HttpResponse:
    row = _visible(access, provision_id)
    if row.creator_id != access.user_id:
        return _orphan(request, access, row)
    if request.method != "POST":
        return _page(request, access, row)
    act = ACTS.get(request.POST.get("what", ""))
    if act is None:
        raise BadRequest
    return act(request, access, row)


def _visible(access: Access, id: uuid.UUID) -> Provision:
    """Raises Http404, also for members who may not: to them it is as if there were none."""
    rows = Provision.objects.select_related("workspace", "campaign__instance", "creator")
    rows = rows.select_related("template__template").defer("template__body")
    row = rows.filter(pk=id, workspace=access.workspace).first()
    if row is None or not access.can(PERMISSION):
        raise Http404
    if row.creator_id != access.user_id and not is_orphaned(row):
        raise Http404
    return row


# --- what people do --------------------------------------------------------------------------


def _retry(request: HttpRequest, access: Access, row: Provision) -> HttpResponse:
    step = request.POST.get("step", "")
    if step not in Step.values:
        raise BadRequest
    with suppress(services.NotFailed):  # somebody was faster; how it is now is shown
        services.retry(row, Step(step), actor=actor_of(request))
    return _next(request, access, row)


def _cancel(request: HttpRequest, access: Access, row: Provision) -> HttpResponse:
    with suppress(services.AlreadyDone):  # likewise
        services.cancel(row, actor=actor_of(request))
    return _next(request, access, row)


def _test(request: HttpRequest, access: Access, row: Provision) -> HttpResponse:
    answer = _tested(request, row)
    if _is_fragment(request):
        return render(request, "provisioning/_answer.html", {"answer": answer})
    return _page(request, access, row, answer=answer)


def _tested(request: HttpRequest, row: Provision) -> dict[str, Any]:
    door = doors.present(row.campaign.pk) if row.campaign else None
    if door is None or not row.ended:
        return {"error": _("The campaign has no webhook address.")}
    try:
        rate_limit.spend_on("test-request", request.user, TESTS_PER_MINUTE)
    except Problem:
        return {"error": _("Too many tries. Please wait a little.")}
    began = time.monotonic()
    try:
        found = probe.send(door, services.secrets_of(row)["probe"])
    except (Failed, Undecryptable):
        return {"error": _("What is stored encrypted does not open here.")}
    return {
        "status": found.status,
        "ok": 200 <= found.status < 300,
        "body": found.body.decode(errors="replace").strip(),
        "cut": len(found.body) >= SHOWN,
        "ms": round((time.monotonic() - began) * 1000),
    }


ACTS: dict[str, Callable[[HttpRequest, Access, Provision], HttpResponse]] = {
    "retry": _retry,
    "cancel": _cancel,
    "test": _test,
}


def _orphan(request: HttpRequest, access: Access, row: Provision) -> HttpResponse:
    if request.method != "POST":
        context = {**bar.page_of(access), "provision": row, "status": shown(row)["status"]}
        return render(request, "provisioning/orphan.html", context)
    if request.POST.get("what") != "take-over":
        raise BadRequest
    services.take_over(row, by=cast(User, request.user), actor=actor_of(request))
    return redirect("provision-page", slug=access.workspace.slug, provision_id=row.pk)


# --- what is shown ---------------------------------------------------------------------------


def _next(request: HttpRequest, access: Access, row: Provision) -> HttpResponse:
    if _is_fragment(request):
        return _page(request, access, _visible(access, row.pk))
    return redirect("provision-page", slug=access.workspace.slug, provision_id=row.pk)


def _page(request: HttpRequest, access: Access, row: Provision, **more: Any) -> HttpResponse:
    context = {"workspace": access.workspace, "access": access, **shown(row), **more}
    context["asks"] = request.GET.get("ask") == "cancel"
    fragment = _is_fragment(request)
    if not fragment:
        context |= bar.page_of(access)
    name = f"provisioning/{'_progress' if fragment else 'progress'}.html"
    answer = render(request, name, context)
    answer["Vary"] = "HX-Request, Cookie"
    return answer


def _is_fragment(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"
