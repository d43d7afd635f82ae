"""What a caller may do how often: so many calls of the API a minute, in a bucket that refills; and
so many of what has a smaller bucket of its own besides.

Counted in Redis by one round trip, and in PostgreSQL by one statement while Redis is away; never
not at all. Both keep one time per caller, up to which the calls so far have used the bucket up
(GCRA): a call is taken if that time, one call later, is not more than a minute ahead. A caller who
was counted by one of them begins anew at the other.
"""

import math
import time
from functools import cache
from typing import Any

import redis
import structlog
from django.conf import settings
from django.db import connection
from django.utils.translation import gettext_lazy as _
from redis.commands.core import Script
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from orchestrator import direct
from orchestrator.caller import caller_of
from orchestrator.problems import Problem

WINDOW = 60  # seconds; so many calls as a bucket holds may come at once
TIMEOUT = 0.25  # seconds for which a call waits for Redis
AWAY = 2.0  # seconds for which nobody asks Redis again

log = structlog.get_logger(__name__)

_away_until = 0.0

# Microseconds, so that whole numbers stay whole in Lua.
_SPEND = """
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local used_to = math.max(tonumber(redis.call('GET', KEYS[1]) or 0), now) + tonumber(ARGV[1])
if used_to > now + tonumber(ARGV[2]) then return 0 end
redis.call('SET', KEYS[1], string.format('%.0f', used_to), 'PX', math.ceil((used_to - now) / 1000))
return 1
"""

_SPEND_SQL = """
INSERT INTO orchestrator_callerrate AS rate (caller, used_to)
VALUES (%(caller)s, clock_timestamp() + %(each)s * interval '1 s')
ON CONFLICT (caller) DO UPDATE
SET used_to = greatest(rate.used_to, clock_timestamp()) + %(each)s * interval '1 s'
WHERE greatest(rate.used_to, clock_timestamp()) + %(each)s * interval '1 s'
   <= clock_timestamp() + %(window)s * interval '1 s'
"""


class CallerLimit(BaseThrottle):
    """For views without a workspace. In the others the 404 of outsiders comes first, so that
    `workspace_view` spends by itself."""

    def allow_request(self, request: Request, view: Any) -> bool:
        method = getattr(view, str(request.method).lower(), None)
        if not hasattr(method, "permission"):
            spend(request.user)
        return True


def spend(user: Any) -> None:
    """Raises the 429 of a caller who has called too often."""
    if user.is_authenticated:
        _take(caller_of(user), settings.API_RATE_PER_MINUTE)


def spend_on(action: str, user: Any, per_minute: int) -> None:
    """Raises the 429 of a caller who has done this one thing too often; `action` is short."""
    _take(f"{action}:{caller_of(user)}", per_minute)


def _take(bucket: str, per_minute: int) -> None:
    each = WINDOW / per_minute
    if not _spend(bucket, each):
        raise Problem(
            429,
            "rate_limited",
            _("Too many calls. Please wait a little."),
            retry_after=math.ceil(each),  # the next one fits in then
        )


def forget() -> None:
    """Buckets that are full again."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM orchestrator_callerrate WHERE used_to < now()")


def _spend(caller: str, each: float) -> bool:
    global _away_until
    if time.monotonic() >= _away_until:
        try:
            taken = _script(settings.REDIS_URL)(
                keys=[f"orchestrator:rate:{caller}"], args=[round(each * 1e6), WINDOW * 1_000_000]
            )
            return bool(taken)
        except redis.RedisError as error:
            _away_until = time.monotonic() + AWAY
            log.warning("rate_limit_without_redis", error=type(error).__name__)
    with connection.cursor() as cursor:
        cursor.execute(_SPEND_SQL, {"caller": caller, "each": each, "window": WINDOW})
        return bool(cursor.rowcount)


@cache
def _script(url: str) -> Script:
    return direct.redis_within(TIMEOUT, url).register_script(_SPEND)
