"""The person's own time zone and language, for pages and mails."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

WITHOUT_PEOPLE = ("/healthz", "/readyz")  # asked when the database may be away


class PreferencesMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        known = settings.SESSION_COOKIE_NAME in request.COOKIES
        if not known or request.path_info in WITHOUT_PEOPLE or not request.user.is_authenticated:
            return self.get_response(request)
        _speak(request, request.user.language)
        with _zone(request.user.timezone):
            return self.get_response(request)


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
