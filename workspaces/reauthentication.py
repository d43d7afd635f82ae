"""Before what a stolen open session must not do: somebody has to have proved again who they are.

A fresh sign-in counts, and for ten minutes (`ACCOUNT_REAUTHENTICATION_TIMEOUT`) whatever proves it:
password, a code of the second factor, or a passkey.

    @workspace_view("workspaces.manage_keys", reauthenticated=True)     of a method of the API
    reauthentication.require(request)                                   likewise, within one
    if asked := reauthentication.ask(request): return asked             of a page, before it acts
"""

import time
from types import SimpleNamespace
from typing import Any, cast
from urllib.parse import urlencode

from allauth.account import app_settings
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.flows.reauthentication import STATE_SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request

from orchestrator import crypto
from orchestrator.problems import Problem
from workspaces.models import ApiKey

RESUMED = "workspaces.reauthentication.resumed"


def is_recent(request: HttpRequest | Request) -> bool:
    session = _session_of(request)
    if session is None:
        return False
    holder = cast(HttpRequest, SimpleNamespace(session=session))
    records = get_authentication_records(holder, request.user)
    newest = max((float(record["at"]) for record in records), default=0.0)
    return bool(time.time() - newest < app_settings.REAUTHENTICATION_TIMEOUT)


def require(request: HttpRequest | Request) -> None:
    """Raises the 403 of the API. A script of a page goes to `way(here)`, and comes back."""
    if not is_recent(request):
        raise _required()


def way(back: str) -> str:
    """To the page that asks, and then on to `back`, a path of ours."""
    return f"{reverse('account_reauthenticate')}?{urlencode({'next': back})}"


def ask(request: HttpRequest) -> HttpResponse | None:
    """The way to the page that asks; what was sent is kept, sealed, and done when they come back.
    A script is refused, with the way in `Link`. None: they have proved it recently."""
    if is_recent(request):
        return None
    there = way(request.get_full_path())
    if request.method == "POST":
        sent = crypto.encrypt(request.POST.urlencode(), **_bound(request))
        state = {"sent": sent, "path": request.path, "at": time.time()}
        request.session[STATE_SESSION_KEY] = {"callback": RESUMED, "state": state}
    if request.headers.get("HX-Request"):
        raise _required({"Link": f'<{there}>; rel="authenticate"'})
    return redirect(there)


def resumed(request: HttpRequest, state: dict[str, Any]) -> HttpResponse:
    """allauth's call after they have proved it: what was sent is done now, as if it came again. Not
    where they came by another way, or too late."""
    back = request.POST.get("next") or request.GET.get("next") or "/"
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = "/"
    late = time.time() - float(state["at"]) > app_settings.REAUTHENTICATION_TIMEOUT
    if late or back.partition("?")[0] != state["path"]:
        return redirect(back)
    request.POST = QueryDict(crypto.decrypt(state["sent"], **_bound(request)))
    request.path = request.path_info = state["path"]
    found = resolve(state["path"])
    return cast(HttpResponse, found.func(request, *found.args, **found.kwargs))


def _required(headers: dict[str, str] | None = None) -> Problem:
    words = _("Confirm that it is you, and try again.")
    return Problem(403, "reauthentication_required", words, headers=headers)


def _bound(request: HttpRequest) -> dict[str, str]:
    return {"owner": str(request.user.pk), "field": "session.suspended_request"}


def _session_of(request: HttpRequest | Request) -> SessionBase | None:
    """That of `X-Session-Token`, else of the cookie. A key has none."""
    if isinstance(request, Request):
        if isinstance(request.auth, SessionBase):
            return request.auth
        return None if isinstance(request.auth, ApiKey) else request._request.session
    return request.session
