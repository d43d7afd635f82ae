"""Where somebody lands whose way on needs a second factor: why, and how to set one up."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe

from workspaces import second_factor
from workspaces.access import access_by_slug


@require_safe
@login_required
def needed(request: HttpRequest) -> HttpResponse:
    way_on = _way_on(request)
    if second_factor.has_one(request.user):
        return redirect(way_on)
    access = access_by_slug(request.user, request.GET.get("workspace", ""))
    context = {"workspace": access.workspace if access else None, "way_on": way_on}
    answer = render(request, "account/second_factor_needed.html", context)
    answer["Cache-Control"] = "private, no-store"
    return answer


def _way_on(request: HttpRequest) -> str:
    """A path of ours, or home."""
    wanted = request.GET.get("next", "")
    return wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) else "/"
