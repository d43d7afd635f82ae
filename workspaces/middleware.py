"""The person's own time zone and language, for pages and mails. The API speaks UTC."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from workspaces import sessions
from workspaces.zones import in_zone

PROGRAMS = "/api/"
WITHOUT_PEOPLE = ("/healthz", "/readyz")  # asked when the database may be away


class PreferencesMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        zone = ""
        if _asks_for_people(request) and request.user.is_authenticated:
            _speak(request, request.user.language)
            zone = request.user.timezone
            sessions.seen(request.session.session_key, request.user, request.META)
        if request.path_info.startswith(PROGRAMS):
            zone = "UTC"  # of the times that come in without a zone, and of all that go out
        with in_zone(zone):
            return self.get_response(request)


def _asks_for_people(request: HttpRequest) -> bool:
    known = settings.SESSION_COOKIE_NAME in request.COOKIES
    return known and request.path_info not in WITHOUT_PEOPLE


def _speak(request: HttpRequest, code: str) -> None:
    """Not put back: the locale middleware, outside of this one, sets it for each request."""
    if code in dict(settings.LANGUAGES):
        translation.activate(code)
        request.LANGUAGE_CODE = code
