"""Where somebody lands whose way on needs a second factor: why, and how to set one up."""

from typing import Any

from allauth.mfa.recovery_codes.views import ViewRecoveryCodesView
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from workspaces import second_factor
from workspaces.access import access_by_slug

WAY_ON = "second_factor_way_on"  # in the session: where somebody goes once they have one


@require_safe
@login_required
def needed(request: HttpRequest) -> HttpResponse:
    way_on = _way_on(request)
    if second_factor.has_one(request.user):
        return redirect(way_on)
    request.session[WAY_ON] = way_on
    access = access_by_slug(request.user, request.GET.get("workspace", ""))
    context = {"workspace": access.workspace if access else None, "way_on": way_on}
    answer = render(request, "account/second_factor_needed.html", context)
    answer["Cache-Control"] = "private, no-store"
    return answer


@require_safe
@login_required
def overview(request: HttpRequest) -> HttpResponse:
    """allauth's pages lead here: what somebody has is on their account's page."""
    return redirect(f"{reverse('account')}#second-factor-title")


class RecoveryCodes(ViewRecoveryCodesView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found: dict[str, Any] = super().get_context_data(**kwargs)
        return found | {"way_on": self.request.session.get(WAY_ON, "")}


recovery_codes = never_cache(RecoveryCodes.as_view())


def _way_on(request: HttpRequest) -> str:
    """A path of ours, or home."""
    wanted = request.GET.get("next", "")
    return wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) else "/"
