"""`/healthz`: the process answers. `/readyz`: so does all that it stands on."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from threading import Lock

import psycopg
import redis
import structlog
from django.conf import settings
from django.db.migrations.loader import MigrationLoader
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import resolve
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from orchestrator import direct
from orchestrator.problems import CONTENT_TYPE, Problem

SECONDS = 1.0  # for each part
KEPT = 1.0  # seconds that an answer stands, however often it is asked for
PATHS = {"/healthz", "/readyz", "/metrics"}

log = structlog.get_logger(__name__)

# Of their own, so that a part that hangs keeps no request waiting.
_threads = ThreadPoolExecutor(max_workers=6, thread_name_prefix="readyz")
_lock = Lock()
_kept: tuple[float, dict[str, str]] = (0.0, {})


def _applied() -> set[tuple[str, str]]:
    """Past the pool, whose connections may all be busy or may wait for one another."""
    # Two seconds are the least that libpq takes.
    slow = "-c statement_timeout=1000"
    with direct.postgres(connect_within=2, options=slow, autocommit=True) as fresh:
        rows = fresh.execute("SELECT app, name FROM django_migrations").fetchall()
    return {(app, name) for app, name in rows}


@cache
def _wanted() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None).graph.nodes)


def _database() -> str:
    try:
        missing = _wanted() - _applied()
    except psycopg.errors.UndefinedTable:
        return "migrations"
    return "migrations" if missing else ""


@cache
def _redis_client(url: str) -> redis.Redis:
    return direct.redis_within(SECONDS, url)


def _redis() -> str:
    _redis_client(settings.REDIS_URL).ping()
    return ""


PARTS: dict[str, Callable[[], str]] = {"database": _database, "redis": _redis}


def _ask() -> dict[str, str]:
    deadline = time.monotonic() + SECONDS
    asked = {name: _threads.submit(part) for name, part in PARTS.items()}
    state = dict.fromkeys((*PARTS, "migrations"), "ok")
    for name, answer in asked.items():
        try:
            failed = answer.result(timeout=max(0.0, deadline - time.monotonic()))
        except Exception as error:  # noqa: BLE001 -- whatever it is, this part is not ready
            log.warning("not_ready", part=name, error=str(error) or type(error).__name__)
            state[name] = "error"
            if name == "database":
                state["migrations"] = "unknown"  # nobody to ask
        else:
            if failed:
                state[failed] = "error"
    return state


def _state() -> dict[str, str]:
    global _kept
    with _lock:
        at, state = _kept
        if not state or time.monotonic() - at > KEPT:
            state = _ask()
            _kept = (time.monotonic(), state)
        return state


@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    state = _state()
    failed = [part for part, value in state.items() if value == "error"]
    if not failed:
        return JsonResponse({"status": "ok", "parts": state})
    problem = Problem(
        503,
        "not_ready",
        f"Not ready: {', '.join(failed)}.",
        retry_after=5,
        failed=failed,
        parts=state,
    )
    return JsonResponse(
        problem.body(), status=503, content_type=CONTENT_TYPE, headers=problem.headers
    )


class ProbesMiddleware:
    """Whoever watches a process calls it by an address of its own, which ALLOWED_HOSTS does not
    have; so these are answered before anything looks at the host. No answer has a link in it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info not in PATHS:
            return self.get_response(request)
        view, args, kwargs = resolve(request.path_info)
        answer: HttpResponse = view(request, *args, **kwargs)
        return answer
