"""`/invitations/{token}`: where the mail leads. Looking accepts nothing; a button does."""

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from orchestrator.problems import Problem
from rbac import invitations
from rbac.forms import NewPersonForm
from rbac.invitations import NewPerson
from rbac.models import Invitation
from rbac.refusals import Refused
from workspaces import rules
from workspaces.access import access_to
from workspaces.actors import actor_of
from workspaces.models import Membership, Role
from workspaces.page_forms import put_errors

BACKEND = "workspaces.identity.Backend"


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
def show(request: HttpRequest, token: str) -> HttpResponse:
    try:
        row = invitations.opened_by(token)
        if request.method == "POST":
            return _accept(request, token, row)
    except Refused as refused:
        return _refused(request, token, refused)
    return _page(request, row=row, form=NewPersonForm())


def _refused(request: HttpRequest, token: str, refused: Refused) -> HttpResponse:
    """Who opens the mail again comes to where it led; signed out, they are told how."""
    gone = refused.code == "invitation_expired"
    workspace = invitations.accepted_into(token) if gone else None
    if workspace is not None and access_to(request.user, workspace.pk) is not None:
        return redirect("campaign-list", slug=workspace.slug)
    used = workspace is not None and not request.user.is_authenticated
    return _page(request, refused.status, refused=refused, used=used)


def _accept(request: HttpRequest, token: str, row: Invitation) -> HttpResponse:
    if request.user.is_authenticated:
        return _welcome(request, invitations.accept(token, request.user, actor=actor_of(request)))
    form = NewPersonForm(request.POST)
    if not form.is_valid():
        return _page(request, 422, row=row, form=form)
    try:
        member = invitations.accept(token, NewPerson(**form.cleaned_data))
    except rules.Invalid as error:
        put_errors(form, error)
    except Problem as problem:
        if problem.code == "invitation_expired":
            raise
        form.add_error(None, str(problem.detail))
    else:
        login(request, member.user, backend=BACKEND)
        record_authentication(request, member.user, method="password", email=member.user.email)
        return _welcome(request, member)
    return _page(request, 422, row=row, form=form)


def _welcome(request: HttpRequest, member: Membership) -> HttpResponse:
    messages.success(request, _("Welcome to %(name)s.") % {"name": member.workspace.name})
    return redirect("campaign-list", slug=member.workspace.slug)


def _page(request: HttpRequest, status: int = 200, **context: Any) -> HttpResponse:
    row: Invitation | None = context.get("row")
    if row is not None:
        mine = request.user.is_authenticated and request.user.email.lower() == row.email.lower()
        context |= {"role": Role(row.role).label, "mine": mine}
    answer = render(request, "rbac/invitation.html", context, status=status)
    answer["Cache-Control"] = "private, no-store"
    answer["Referrer-Policy"] = "same-origin"  # the address is the key; forms need an origin
    return answer
