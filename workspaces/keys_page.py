"""`/w/{slug}/keys`: the API keys of a workspace, and what each was used for, by plain forms.

A key is shown once: the session holds it, sealed, for the page that follows.
"""

import uuid
from collections.abc import Callable
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from orchestrator import crypto
from workspaces import bar, key_requests, keys, quotas, reauthentication
from workspaces.access import Access
from workspaces.actors import actor_of
from workspaces.door import workspace_view
from workspaces.key_forms import NewKeyForm, RotationForm
from workspaces.models import ApiKey, User

SHOWN = "keys.shown"  # in the session


@require_http_methods(["GET", "HEAD", "POST"])
@workspace_view(keys.MANAGE)
def show_all(request: HttpRequest, access: Access) -> HttpResponse:
    form = NewKeyForm(access.role, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        asked = reauthentication.ask(request)
        if asked is not None:
            return asked
        if form.is_valid() and (made := _made(request, access, form)):
            return made
    rows = ApiKey.objects.visible_to(request.user).filter(workspace=access.workspace)
    found = rows.select_related("membership__user").order_by("-created_at", "id")
    context = {
        "rows": found,
        "form": form,
        "now": timezone.now(),
        "shown": _shown(request, access),
    }
    return _render(request, access, "workspaces/keys.html", context, 422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@workspace_view(keys.MANAGE)
def show_one(request: HttpRequest, access: Access, key_id: uuid.UUID) -> HttpResponse:
    row = _row(request, access, key_id)
    if request.method == "POST":
        act = ACTS.get(request.POST.get("what", ""))
        if act is None:
            raise BadRequest
        return act(request, access, row)
    context = {
        "key": row,
        "mine": row.membership.user_id == request.user.pk,
        "ended": row.expires_at is not None and row.expires_at <= timezone.now(),
        "now": timezone.now(),
        "form": RotationForm(),
        "requests": list(key_requests.of(row)[: key_requests.KEPT]),
    }
    return _render(request, access, "workspaces/key.html", context)


# --- what owners do --------------------------------------------------------------------------


def _made(request: HttpRequest, access: Access, form: NewKeyForm) -> HttpResponse | None:
    try:
        shown = keys.create(
            access.workspace,
            cast(User, request.user),
            name=form.cleaned_data["name"],
            role=form.cleaned_data["role"],
            expires_at=form.expires_at(),
            actor=actor_of(request),
        )
    except keys.RoleTooHigh:
        form.add_error("role", _("A key has at most the role of who makes it."))
    except quotas.Exceeded as error:
        form.add_error(None, str(error.detail))
    else:
        return _show_next(request, access, shown)
    return None


def _rotate(request: HttpRequest, access: Access, row: ApiKey) -> HttpResponse:
    asked = reauthentication.ask(request)
    if asked is not None:
        return asked
    form = RotationForm(request.POST)
    if not form.is_valid():
        raise BadRequest
    try:
        shown = keys.rotate(
            access.workspace,
            cast(User, request.user),
            row.pk,
            grace=int(form.cleaned_data["grace"]),
            actor=actor_of(request),
        )
    except keys.NotItsMaker:
        messages.error(request, _("Only who made a key can rotate it. Revoke it instead."))
    except keys.Expired:
        messages.error(request, _("This key has expired. Make a new one."))
    else:
        return _show_next(request, access, shown)
    return redirect("api-key", slug=access.workspace.slug, key_id=row.pk)


def _revoke(request: HttpRequest, access: Access, row: ApiKey) -> HttpResponse:
    keys.revoke(access.workspace, cast(User, request.user), row.pk, actor=actor_of(request))
    messages.success(request, _("The key “%(name)s” is revoked.") % {"name": row.name})
    return redirect("api-keys", slug=access.workspace.slug)


ACTS: dict[str, Callable[[HttpRequest, Access, ApiKey], HttpResponse]] = {
    "rotate": _rotate,
    "revoke": _revoke,
}


# --- shown -----------------------------------------------------------------------------------


def _show_next(request: HttpRequest, access: Access, shown: keys.Shown) -> HttpResponse:
    sealed = crypto.encrypt(shown.token, owner=str(access.workspace.pk), field=SHOWN)
    request.session[SHOWN] = sealed
    return redirect("api-keys", slug=access.workspace.slug)


def _shown(request: HttpRequest, access: Access) -> dict[str, str] | None:
    kept = request.session.pop(SHOWN, None) if request.method == "GET" else None
    if kept is None:
        return None
    try:
        token = crypto.decrypt(kept, owner=str(access.workspace.pk), field=SHOWN)
    except crypto.Undecryptable:  # it is another workspace's
        return None
    path = f"{settings.PUBLIC_URL}/api/workspaces/{access.workspace.pk}/campaigns"
    return {"token": token, "curl": f'curl -H "Authorization: Bearer {token}" {path}'}


def _row(request: HttpRequest, access: Access, key_id: uuid.UUID) -> ApiKey:
    rows = ApiKey.objects.visible_to(request.user).filter(workspace=access.workspace)
    row = rows.select_related("membership__user").filter(pk=key_id).first()
    if row is None:
        raise Http404
    return row


def _render(
    request: HttpRequest, access: Access, name: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    answer = render(request, name, {**bar.page_of(access), **context}, status=status)
    answer["Cache-Control"] = "private, no-store"
    return answer
