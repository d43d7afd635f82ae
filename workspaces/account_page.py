"""`/account/`: somebody's own name, language, zone, password and sessions, as plain forms."""

import uuid
from collections.abc import Callable
from typing import Any, cast
from urllib.parse import urlsplit

from allauth.account.internal.flows import password_change
from allauth.core import ratelimit
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from workspaces import factors, services, sessions
from workspaces.actors import actor_of
from workspaces.devices import device, kind
from workspaces.models import User
from workspaces.page_forms import PasswordForm, ProfileForm, put_errors

SHOWN = 20  # sessions
PROFILE = ("name", "language", "timezone")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@sensitive_post_parameters()
def account(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _page(request)
    act = ACTS.get(request.POST.get("what", ""))
    if act is None:
        raise BadRequest
    return act(request, cast(User, request.user))


def _page(request: HttpRequest, status: int = 200, **forms: Any) -> HttpResponse:
    user = cast(User, request.user)
    rows = sessions.of(user)
    here = request.session.session_key
    rows.sort(key=lambda row: row.session_key != here)  # this one first
    context = {
        "profile": ProfileForm(initial={name: getattr(user, name) for name in PROFILE}),
        "password": PasswordForm(user=user),
        "sessions": [
            {
                "id": row.pk,
                "device": device(row.user_agent),
                "icon": kind(row.user_agent),
                "ip": row.ip,
                "signed_in_at": row.signed_in_at,
                "last_seen_at": row.last_seen_at,
                "this": row.session_key == here,
            }
            for row in rows[:SHOWN]
        ],
        "more": max(0, len(rows) - SHOWN),
        "others": sum(row.session_key != here for row in rows),
        **_of_factors(request, user),
        **forms,
    }
    answer = render(request, "account/account.html", context, status=status)
    answer["Cache-Control"] = "private, no-store"
    return answer


def _of_factors(request: HttpRequest, user: User) -> dict[str, Any]:
    rows = list(Authenticator.objects.filter(user_id=user.pk).order_by("pk"))
    by_type = {row.type: row for row in rows}
    at, here = factors.place(), urlsplit(settings.PUBLIC_URL)
    origin = here._replace(netloc=f"{at}:{here.port}" if here.port else at).geturl()
    return {
        "factors": {
            "totp": by_type.get(Authenticator.Type.TOTP),
            "passkeys": [row for row in rows if row.type == Authenticator.Type.WEBAUTHN],
            "codes": by_type.get(Authenticator.Type.RECOVERY_CODES),
        },
        "passkeys_here": factors.passkeys_at(request),
        "passkeys_at": f"{origin}/account/" if at else "",
    }


def _change_profile(request: HttpRequest, user: User) -> HttpResponse:
    form = ProfileForm(request.POST)
    if form.is_valid():
        try:
            services.change_profile(user, form.cleaned_data, actor=actor_of(request))
        except services.Invalid as error:
            put_errors(form, error)
        else:
            speaks = user.language or translation.get_language_from_request(request)
            with translation.override(speaks):  # as the next page does
                messages.success(request, _("Saved."))
            return redirect("account")
    return _page(request, 422, profile=form)


def _change_password(request: HttpRequest, user: User) -> HttpResponse:
    if not ratelimit.consume(request, action="change_password", user=user):
        messages.error(request, _("Too many tries. Please wait a little."))
        return redirect("account")
    form = PasswordForm(user=user, data=request.POST)
    if not form.is_valid():
        return _page(request, 422, password=form)
    began = sessions.began(request)
    form.save()  # ends the other sessions
    password_change.finalize_password_change(request, user)  # a mail, and a new key for this one
    sessions.renewed(request, user, began)
    return redirect("account")


def _end_sessions(request: HttpRequest, user: User) -> HttpResponse:
    here, actor = request.session.session_key, actor_of(request)
    chosen = request.POST.get("session", "")
    if chosen == "others":
        ended = sessions.end_others(user, but=here, actor=actor)
    else:
        ended = sessions.end(user, _id(chosen), but=here, actor=actor)
    words = ngettext("%(n)s session signed out.", "%(n)s sessions signed out.", ended)
    if ended:
        messages.success(request, words % {"n": ended})
    else:
        messages.info(request, _("It had ended already."))
    return redirect("account")


def _id(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise BadRequest from None


ACTS: dict[str, Callable[[HttpRequest, User], HttpResponse]] = {
    "profile": _change_profile,
    "password": _change_password,
    "sessions": _end_sessions,
}
