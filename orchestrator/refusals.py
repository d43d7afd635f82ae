"""Refuses, before any view, what no view could answer well: too large, unreadable, unstorable."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _

from orchestrator import json_body
from orchestrator.problems import Problem, problem_of, respond, too_large, too_many, wants_json

CHARSETS = {"utf-8", "utf8", "us-ascii", "ascii"}
ALLAUTH = "/_allauth/"


class ProblemMiddleware:
    """Outside of sessions, whose look-up would be the first to stumble; `process_exception` and
    the way out make one language of what views, Django and allauth say."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        refusal = _refusal(request)
        if refusal is not None:
            return respond(request, refusal)
        response = self.get_response(request)
        if response.status_code >= 400 and not response.streaming and wants_json(request):
            return _translated(request, response)
        return response

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponseBase | None:
        problem = problem_of(exception)
        return None if problem is None else respond(request, problem)


def _refusal(request: HttpRequest) -> Problem | None:
    early: Problem | None = getattr(request, "refused", None)  # by orchestrator.handler
    if early is not None:
        return early
    length = request.META.get("CONTENT_LENGTH") or "0"
    if length.isdecimal() and int(length) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        return too_large()
    if (
        request.content_params
        and request.content_params.get("charset", "utf-8").lower() not in CHARSETS
    ):
        return Problem(415, "unsupported_charset", _("Text must be UTF-8."))
    if "\0" in request.path_info:
        return Problem(404, "not_found", _("There is nothing here, or not for you."))
    if _has_nul(request):
        return Problem(400, "nul_character", _("A NUL character cannot be taken."))
    if request.path_info.startswith(ALLAUTH) and request.body:
        try:
            json_body.parse(request.body)
        except json_body.Unacceptable as error:
            return Problem(400, "parse_error", f"The body was not accepted: {error}.")
    return None


def _has_nul(request: HttpRequest) -> bool:
    query = request.META.get("QUERY_STRING", "")
    if "%00" in query or "\0" in query:
        return True
    # A quoted cookie may spell it as `\\000`.
    if any("\0" in value for value in request.COOKIES.values()):
        return True
    if any("\0" in value for name, value in request.META.items() if name.startswith("HTTP_")):
        return True
    form = request.content_type == "application/x-www-form-urlencoded"
    return form and (b"%00" in request.body or b"\0" in request.body)


def _translated(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """allauth's and Django's own refusals without a body, and limits without a `Retry-After`."""
    kind = response.get("Content-Type", "")
    if response.status_code == 429 and "Retry-After" not in response:
        return too_many(request)
    if "json" in kind:
        return response
    code = {
        400: "bad_request",
        403: "permission_denied",
        404: "not_found",
        405: "method_not_allowed",
    }.get(response.status_code, "refused")
    problem = Problem(response.status_code, code)
    if "Allow" in response:
        problem.headers["Allow"] = response["Allow"]
    return respond(request, problem)
