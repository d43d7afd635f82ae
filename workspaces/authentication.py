"""Who calls the API: by allauth's session token, or by the browser's session cookie."""

import re
from typing import Any

from allauth.headless.internal.sessionkit import authenticate_by_x_session_token
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication, CSRFCheck, SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from orchestrator.problems import WWW_AUTHENTICATE, csrf_problem

_TOKEN = re.compile(r"[A-Za-z0-9]{8,64}")


class HeadlessSessionAuthentication(BaseAuthentication):
    """`X-Session-Token`. Who sends one is asked by it alone: a cookie beside it does not help."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        if request.headers.get("Authorization", "").lower().startswith("bearer "):
            raise AuthenticationFailed(_("This key is not known."), code="invalid_key")
        token = request.headers.get("X-Session-Token")
        if token is None:
            return None
        found = authenticate_by_x_session_token(token) if _TOKEN.fullmatch(token) else None
        if found is None:
            raise AuthenticationFailed(_("This session has ended."), code="session_expired")
        user_and_session: tuple[Any, Any] = found
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
