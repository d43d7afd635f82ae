"""What the command palette offers, and the sheet of shortcuts: fetched when first asked for."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from workspaces import second_factor
from workspaces.access import access_by_slug
from workspaces.models import Workspace

MOST = 200  # workspaces in it; who has more searches them on the home page


@require_safe
@login_required
def palette(request: HttpRequest) -> HttpResponse:
    """`?workspace=slug`: of the page that asks; one that is not theirs is as none."""
    access = access_by_slug(request.user, request.GET.get("workspace", ""))
    if access is not None and access.lacks_second_factor:
        access = None
    context = {
        "access": access,
        "workspace": access.workspace if access else None,
        "workspaces": Workspace.objects.mine(request.user)[:MOST],
        "without_factor": not second_factor.has_one(request.user),
    }
    answer = render(request, "palette.html", context)
    answer["Cache-Control"] = "private, no-store"
    return answer
