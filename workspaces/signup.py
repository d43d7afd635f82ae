"""Sign-up is an address only where it is allowed."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase


def where_open(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    @wraps(view)  # keeps `csrf_exempt` of allauth's app client
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not settings.ALLOW_SIGNUP:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded
