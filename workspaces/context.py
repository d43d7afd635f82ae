"""What the shell of every page needs."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from orchestrator.theme import theme_of
from workspaces import factors
from workspaces.models import Workspace


def shell(request: HttpRequest) -> dict[str, Any]:
    return {
        "theme": theme_of(request),
        "demo": settings.DEMO,
        "signup_open": settings.ALLOW_SIGNUP,
        "passkeys": SimpleLazyObject(lambda: factors.passkeys_at(request)),
        "my_workspaces": SimpleLazyObject(lambda: _workspaces(request)),  # asked where shown
    }


def _workspaces(request: HttpRequest) -> list[Workspace]:
    user = getattr(request, "user", None)
    return [] if user is None else list(Workspace.objects.visible_to(user).order_by("name", "id"))
