"""Refusals, as `application/problem+json` (RFC 9457) to programs and as pages to people.

raise Problem(409, "stale_version", _("Somebody else changed it."), current=row)
"""

import sys
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

import structlog
from django.core import exceptions as core
from django.db import DataError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.template.loader import select_template
from django.utils.html import escape
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions as drf
from rest_framework.renderers import JSONRenderer

from orchestrator.request_log import request_id

CONTENT_TYPE = "application/problem+json"
WWW_AUTHENTICATE = 'Session realm="Orchestrator"'
RETRY_AFTER = {429: 60, 503: 30}  # seconds, where who refuses knows no better
PROGRAMS = ("/api/", "/_allauth/")

log = structlog.get_logger(__name__)


class Problem(drf.APIException):
    """A refusal with a stable `code`. `extra` and other keywords are further members of it."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: Any = "",
        *,
        title: str = "",
        errors: list[dict[str, str]] | None = None,
        headers: Mapping[str, str] | None = None,
        retry_after: int | None = None,
        extra: Mapping[str, Any] | None = None,
        **members: Any,
    ) -> None:
        self.status_code = self.status = status
        self.code = code
        self.title = title or HTTPStatus(status).phrase
        self.errors = errors
        self.headers = dict(headers or {})
        self.extra = {**(extra or {}), **members}
        if status in RETRY_AFTER:
            seconds = retry_after if retry_after is not None else RETRY_AFTER[status]
            self.extra["retry_after"] = seconds
            self.headers["Retry-After"] = str(seconds)
        if status == 401:
            self.headers["WWW-Authenticate"] = WWW_AUTHENTICATE
        super().__init__(detail or self.title, code)

    def body(self) -> dict[str, Any]:
        body = {
            "type": "about:blank",
            "title": self.title,
            "status": self.status,
            "detail": str(self.detail),
            "code": self.code,
            "requestId": request_id(),
        }
        if self.errors is not None:
            body["errors"] = self.errors
        return {**body, **self.extra}


# --- from exceptions -------------------------------------------------------------------------


def _flat(detail: Any, path: str = "") -> Iterator[dict[str, str]]:
    """DRF's tree of errors as `[{field, code, message}]`; the field of a nested one is `a.0.b`."""
    if isinstance(detail, dict):
        for key, value in detail.items():
            whole = key in ("non_field_errors", "nonFieldErrors")
            yield from _flat(value, path if whole else f"{path}.{key}".lstrip("."))
    elif isinstance(detail, list):
        for index, value in enumerate(detail):
            deeper = isinstance(value, dict | list)
            yield from _flat(value, f"{path}.{index}".lstrip(".") if deeper else path)
    else:
        yield {
            "field": path,
            "code": getattr(detail, "code", None) or "invalid",
            "message": str(detail),
        }


def _invalid(exc: drf.ValidationError) -> Problem:
    errors = list(_flat(exc.detail))
    codes = {error["code"] for error in errors}
    code = codes.pop() if len(codes) == 1 else "invalid"
    return Problem(400, code, _("The input was not accepted."), errors=errors)


def problem_of(exc: BaseException | None) -> Problem | None:
    """What to answer to this exception; None if it is a mistake of ours."""
    match exc:
        case Problem():
            return exc
        case Http404() | drf.NotFound():
            return Problem(404, "not_found", _("There is nothing here, or not for you."))
        case core.PermissionDenied():
            return Problem(403, "permission_denied", _("You may not do this."))
        case drf.ValidationError():
            return _invalid(exc)
        case drf.APIException():
            return _of_drf(exc)
        case core.RequestDataTooBig():
            return too_large()
        case core.SuspiciousOperation() | core.BadRequest() | MultiPartParserError():
            return Problem(400, "bad_request", _("The request could not be understood."))
        case UnreadablePostError():
            return Problem(400, "incomplete_body", _("The request ended too early."))
        case DataError():
            log.warning("data_error", exc_info=exc)  # a check is missing where it came in
            return Problem(400, "invalid", _("A value is out of range."))
        case OperationalError() | InterfaceError():
            log.error("database_unavailable", exc_info=exc)
            return Problem(503, "unavailable", _("The database does not answer."), retry_after=5)
    return None


def _of_drf(exc: drf.APIException) -> Problem:
    detail = exc.detail if isinstance(exc.detail, str) else exc.default_detail
    wait = getattr(exc, "wait", None)
    problem = Problem(
        exc.status_code,
        getattr(detail, "code", None) or exc.default_code,
        detail,
        retry_after=None if wait is None else int(wait),
    )
    if header := getattr(exc, "auth_header", None):
        problem.headers["WWW-Authenticate"] = header
    return problem


def too_large() -> Problem:
    return Problem(413, "too_large", _("The body is too large."), headers={"Connection": "close"})


# --- to answers ------------------------------------------------------------------------------


def wants_json(request: HttpRequest) -> bool:
    """Programs' paths always; elsewhere who says so."""
    if request.path_info.startswith(PROGRAMS):
        return True
    preferred = request.get_preferred_type(["text/html", "application/json", CONTENT_TYPE])
    return preferred is not None and preferred != "text/html"


def respond(request: HttpRequest, problem: Problem) -> HttpResponse:
    if wants_json(request):
        content: bytes | str = JSONRenderer().render(problem.body())
        response = HttpResponse(content, content_type=CONTENT_TYPE, status=problem.status)
    else:
        response = HttpResponse(_page(request, problem), status=problem.status)
    for name, value in problem.headers.items():
        response[name] = value
    response["Cache-Control"] = "no-store"
    return response


def _page(request: HttpRequest, problem: Problem) -> str:
    name = "403_csrf" if problem.code == "csrf_failed" else str(problem.status)
    context = {"problem": problem, "request_id": request_id()}
    # Of a failure of ours the page asks nobody: what failed may be the database.
    asks = None if problem.status >= 500 else request
    try:
        return str(select_template([f"{name}.html", "problem.html"]).render(context, asks))
    except Exception:
        log.exception("problem_page_failed")
        return (
            f"<!doctype html><title>{problem.title}</title><h1>{problem.title}</h1>"
            f"<p>{escape(problem.detail)}</p><p>{escape(request_id())}</p>"
        )


def exception_handler(exc: Exception, context: dict[str, Any]) -> HttpResponse | None:
    """DRF's EXCEPTION_HANDLER."""
    problem = problem_of(exc)
    return None if problem is None else respond(context["request"]._request, problem)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return respond(request, csrf_problem(reason))


def csrf_problem(reason: str) -> Problem:
    log.info("csrf_failed", reason=reason)
    return Problem(
        403, "csrf_failed", _("The form was not sent from a page of ours, or is too old.")
    )


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return respond(request, problem_of(exception) or Problem(400, "bad_request"))


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return respond(request, problem_of(exception) or Problem(403, "permission_denied"))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return respond(request, problem_of(Http404()) or Problem(404, "not_found"))


def too_many(request: HttpRequest) -> HttpResponse:
    return respond(
        request, Problem(429, "rate_limited", _("Too many tries. Please wait a little."))
    )


def server_error(request: HttpRequest) -> HttpResponse:
    problem = problem_of(sys.exc_info()[1])
    if problem is None or problem.status < 500:
        problem = Problem(500, "server_error", _("Something went wrong on our side."))
    return respond(request, problem)
