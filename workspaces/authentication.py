"""Who calls the API: by an API key, by allauth's session token, or by the browser's session cookie.

Pages know the cookie alone.
"""

import re
from typing import Any

import structlog
from allauth.headless.internal.sessionkit import authenticate_by_x_session_token
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication, CSRFCheck, SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from orchestrator.problems import WWW_AUTHENTICATE, csrf_problem
from workspaces import keys, sessions
from workspaces.models import ApiKey, User

_TOKEN = re.compile(r"[A-Za-z0-9]{8,64}")


class KeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer ork_…`. Who sends one is asked by it alone; it needs no CSRF token."""

    def authenticate(self, request: Request) -> tuple[User, ApiKey] | None:
        token = keys.bearer(request.headers.get("Authorization", ""))
        if token is None:
            return None
        key = keys.opened_by(token)
        if key is None:
            raise AuthenticationFailed(_("This key is not known."), code="invalid_key")
        structlog.contextvars.bind_contextvars(key_id=str(key.pk))
        request._request.api_key = key  # type: ignore[attr-defined] # workspaces.key_requests
        user = key.membership.user
        user.key = key
        user.is_superuser = user.is_staff = False  # such powers are the person's alone
        return user, key

    def authenticate_header(self, request: Request) -> str:
        """The first of the classes says it for all."""
        if keys.bearer(request.headers.get("Authorization", "")) is None:
            return WWW_AUTHENTICATE
        return 'Bearer realm="Orchestrator", error="invalid_token"'


class HeadlessSessionAuthentication(BaseAuthentication):
    """`X-Session-Token`. Who sends one is asked by it alone: a cookie beside it does not help."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        token = request.headers.get("X-Session-Token")
        if token is None:
            return None
        found = authenticate_by_x_session_token(token) if _TOKEN.fullmatch(token) else None
        if found is None:
            raise AuthenticationFailed(_("This session has ended."), code="session_expired")
        user_and_session: tuple[Any, Any] = found
        sessions.seen(found[1].session_key, found[0], request.META)
        return user_and_session

    def authenticate_header(self, request: Request) -> str:
        return WWW_AUTHENTICATE


class CookieSessionAuthentication(SessionAuthentication):
    """With CSRF enforced; who is signed out gets 401 and not 403."""

    def authenticate_header(self, request: Request) -> str:
        return WWW_AUTHENTICATE

    def enforce_csrf(self, request: Request) -> None:
        check = CSRFCheck(lambda _: HttpResponse())
        check.process_request(request._request)
        reason = check.process_view(request._request, HttpResponse, (), {})
        if reason:
            raise csrf_problem(str(reason))
