"""The second factor: who has one, and what happens to who needs one and has none."""

from typing import Any
from urllib.parse import urlencode

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from orchestrator.problems import Problem, wants_json

# Recovery codes are none by themselves: they stand in for one of these.
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def has_one(user: Any) -> bool:
    return bool(_of(user).exists())


def count(user: Any) -> int:
    return int(_of(user).count())


def superuser_lacks_one(user: Any) -> bool:
    """Asked of the database, and only where it matters."""
    return bool(settings.REQUIRE_ADMIN_MFA and user.is_superuser and not has_one(user))


def _of(user: Any) -> Any:
    return Authenticator.objects.filter(user_id=user.pk, type__in=FACTORS)


def mfa_required() -> Problem:
    return Problem(
        403, "mfa_required", _("This needs a second factor. Set one up on your account page.")
    )


def lead_to_setup(request: HttpRequest, **why: str) -> HttpResponse:
    """A person who opens a page gets there; a script that fetches a part of one is refused."""
    if request.method not in ("GET", "HEAD") or request.headers.get("HX-Request"):
        raise mfa_required()
    if wants_json(request):
        raise mfa_required()
    asked = urlencode({**why, "next": request.get_full_path()})
    return redirect(f"{reverse('second-factor-needed')}?{asked}")
