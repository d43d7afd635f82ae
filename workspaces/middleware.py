"""The person's own time zone and language, for pages and mails. The API speaks UTC."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

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
        if request.path_info.startswith(PROGRAMS):
            zone = "UTC"  # of the times that come in without a zone, and of all that go out
        with _zone(zone):
            return self.get_response(request)


def _asks_for_people(request: HttpRequest) -> bool:
    known = settings.SESSION_COOKIE_NAME in request.COOKIES
    return known and request.path_info not in WITHOUT_PEOPLE


@contextmanager
def _zone(name: str) -> Iterator[None]:
    try:
        zone = ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError):
        zone = None  # a zone that this machine's tables have not, or no more
    if zone is None:
        yield
    else:
        with timezone.override(zone):
            yield


def _speak(request: HttpRequest, code: str) -> None:
    """Not put back: the locale middleware, outside of this one, sets it for each request."""
    if code in dict(settings.LANGUAGES):
        translation.activate(code)
        request.LANGUAGE_CODE = code
