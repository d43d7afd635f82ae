"""One line in the log for each request, and its id in the answer."""

import logging
import re
import time
from typing import Any

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.functional import LazyObject, empty
from django_structlog.middlewares import RequestMiddleware

from orchestrator import metrics
from orchestrator.client_address import client_address

log = structlog.get_logger(__name__)

# Asked all the time; worth a line on failure.
QUIET = (settings.STATIC_URL, "/healthz", "/readyz", "/metrics")

# Addresses whose last part is a key: of an invitation, of a new password.
KEYS = re.compile(r"( (?:/api)?/invitations/| /accounts/password/reset/key/)[^/?\s]+")


def request_id() -> str:
    """Of the request being served; empty outside of one."""
    return str(structlog.contextvars.get_contextvars().get("request_id", ""))


class RequestLogMiddleware(RequestMiddleware):
    def prepare(self, request: HttpRequest) -> None:
        request.started = time.perf_counter()  # type: ignore[attr-defined]
        structlog.contextvars.clear_contextvars()
        super().prepare(request)

    def handle_response(self, request: HttpRequest, response: HttpResponse) -> None:
        response["X-Request-ID"] = request_id()
        elapsed = time.perf_counter() - request.started  # type: ignore[attr-defined]
        metrics.answered(_kind(request.path_info), response.status_code, elapsed)
        if hasattr(request, "_raised_exception"):
            del request._raised_exception  # is in the log as `request_failed`, with its traceback
        else:
            self.bind_user_id(request)
            log.log(
                self._level(request, response.status_code),
                "request_finished",
                request=self.format_request(request),
                code=response.status_code,
                ms=round(elapsed * 1000, 1),
            )
        structlog.contextvars.clear_contextvars()

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        return KEYS.sub(r"\1***", str(RequestMiddleware.format_request(request)))

    @staticmethod
    def _level(request: HttpRequest, code: int) -> int:
        if code >= 500:
            return logging.ERROR
        quiet = request.path_info.startswith(QUIET) and code < 400
        return logging.DEBUG if quiet else logging.INFO

    @classmethod
    def bind_ip(cls, request: HttpRequest) -> None:
        structlog.contextvars.bind_contextvars(ip=client_address(request.META))

    @staticmethod
    def bind_user_id(request: HttpRequest) -> None:
        """Only of a user that was looked up anyway: a log line asks the database nothing."""
        user: Any = getattr(request, "user", None)
        if isinstance(user, LazyObject) and user._wrapped is empty:
            return
        if user is not None and user.pk is not None:
            structlog.contextvars.bind_contextvars(user_id=str(user.pk))


def _kind(path: str) -> str:
    if path.startswith(("/api/", "/_allauth/")):
        return "api"
    return "watching" if path.startswith(QUIET) else "page"
