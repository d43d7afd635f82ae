"""An ASGI application with views that are slow, endless or large, in Orchestrator's own handler."""

import itertools
import os
import threading
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import django
from asgiref.sync import sync_to_async
from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.urls import path
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "orchestrator.settings")

BIG = Path(os.environ.get("BIG_FILE", "/nonexistent"))
seen: dict[str, int] = {"open_streams": 0, "finished": 0}


def trivial(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


def slow(request: HttpRequest) -> HttpResponse:
    time.sleep(float(request.GET.get("seconds", "1")))
    seen["finished"] += 1
    return HttpResponse("at last")


@csrf_exempt
def size(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"size": len(request.body), "length": request.META.get("CONTENT_LENGTH")})


def state(request: HttpRequest) -> JsonResponse:
    return JsonResponse({**seen, "threads": threading.active_count()})


def language(request: HttpRequest) -> HttpResponse:
    """Answers the language that it found, and leaves another one behind."""
    found = translation.get_language()
    if request.GET.get("leave"):
        translation.activate(request.GET["leave"])
    return HttpResponse(found)


def stream(request: HttpRequest) -> StreamingHttpResponse:
    def parts() -> Iterator[bytes]:
        seen["open_streams"] += 1
        names = set()
        try:
            for n in itertools.count():
                names.add(threading.current_thread().name)
                yield f"{n} {len(names)}\n".encode()
                time.sleep(0.05)
        finally:
            seen["open_streams"] -= 1

    return StreamingHttpResponse(parts())


async def async_stream(request: HttpRequest) -> StreamingHttpResponse:
    async def parts() -> AsyncIterator[bytes]:
        seen["open_streams"] += 1
        try:
            for n in itertools.count():
                yield f"{n} {await sync_to_async(threading.get_ident)()}\n".encode()
                await sync_to_async(time.sleep)(0.05)
        finally:
            seen["open_streams"] -= 1

    return StreamingHttpResponse(parts())


def big(request: HttpRequest) -> FileResponse:
    return FileResponse(BIG.open("rb"))


def broken(request: HttpRequest) -> StreamingHttpResponse:
    def parts() -> Iterator[bytes]:
        yield b"a beginning"
        raise RuntimeError("no end")

    return StreamingHttpResponse(parts())


urlpatterns = [
    path("trivial", trivial),
    path("slow", slow),
    path("api/size", size),
    path("state", state),
    path("language", language),
    path("stream", stream),
    path("async-stream", async_stream),
    path("big", big),
    path("broken", broken),
]


def application() -> object:
    """For the servers' `--factory`; `OURS=0` gives Django's own handler, to compare."""
    django.setup()
    settings.ROOT_URLCONF = __name__
    if os.environ.get("OURS", "1") == "1":
        from orchestrator.handler import DjangoApplication  # noqa: PLC0415 -- after django.setup()

        return DjangoApplication()
    from django.core.handlers.asgi import ASGIHandler  # noqa: PLC0415

    return ASGIHandler()


def __getattr__(name: str) -> object:
    """For daphne, which knows no factories."""
    if name == "app":
        return application()
    raise AttributeError(name)
