"""The door of what only super admins reach: `/api/admin/*`, the watch page, the administration.

    @superadmin_view                       of a page
    def watch(request: HttpRequest) -> HttpResponse: ...

    @superadmin_view                       of a method of an API view
    def get(self, request: Request) -> Response: ...

Signed out: 401, on pages the way to sign in. No superuser, or by an API key: 404. Without a second
factor where `REQUIRE_ADMIN_MFA` says so: 403 `mfa_required`, on pages the way to set one up. Then
the caller's general limit, and the stored answer of an `Idempotency-Key`. The mark `permission` is
read by the test that walks all URLs.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request

from orchestrator import idempotency, rate_limit
from workspaces import second_factor

View = TypeVar("View", bound=Callable[..., Any])

PERMISSION = "superadmin"


def require_superadmin(request: Any) -> None:
    """Raises what a program is told: 401, 404 or 403 `mfa_required`."""
    user = request.user
    if not user.is_authenticated:
        raise NotAuthenticated
    if user.key is not None or not user.is_superuser:
        raise Http404
    if second_factor.superuser_lacks_one(user):
        raise second_factor.mfa_required()


def superadmin_view(view: View) -> View:
    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        request = next(a for a in args if hasattr(a, "user"))
        if isinstance(request, Request):
            require_superadmin(request)
            rate_limit.spend(request.user)
            return idempotency.once(request, lambda: view(*args, **kwargs))
        return _of_page(request) or view(*args, **kwargs)

    guarded.permission = PERMISSION  # type: ignore[attr-defined]
    return cast(View, guarded)


def _of_page(request: HttpRequest) -> Any:
    """Where somebody is sent who may not see it yet; None: they may."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    if not request.user.is_superuser:
        raise Http404
    if second_factor.superuser_lacks_one(request.user):
        return second_factor.lead_to_setup(request)
    return None
