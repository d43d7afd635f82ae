"""Light, dark or as the system says: a cookie, so that the first byte of a page knows it."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

COOKIE = "theme"
THEMES = ("light", "dark", "system")
A_YEAR = 365 * 24 * 3600


def theme_of(request: HttpRequest) -> str:
    theme = request.COOKIES.get(COOKIE, "")
    return theme if theme in THEMES else "system"


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    theme = request.POST.get("theme", "")
    response = HttpResponseRedirect(_back(request))
    response.set_cookie(
        COOKIE,
        theme if theme in THEMES else "system",
        max_age=A_YEAR,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
    )
    return response


def _back(request: HttpRequest) -> str:
    """To the page that asked, by its path alone: never to another site."""
    wanted = request.POST.get("next", "")
    if wanted and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        return wanted
    referer = urlsplit(request.headers.get("Referer", ""))
    if f"{referer.scheme}://{referer.netloc}" in settings.ORIGINS:
        path = referer._replace(scheme="", netloc="", fragment="").geturl()
        if url_has_allowed_host_and_scheme(path, allowed_hosts=None):
            return path
    return "/"
