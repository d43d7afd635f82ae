"""PostgreSQL and Redis for who asks how they are: past what the product keeps open to them, with a
deadline, and with no second try."""

from typing import Any

import psycopg
import redis
from django.conf import settings
from django.db import connection
from redis.backoff import NoBackoff
from redis.retry import Retry

SECONDS = 3

# Of Django's parameters those that psycopg does not know.
_DJANGOS = ("context", "cursor_factory", "prepare_threshold")


def postgres(*, connect_within: int, **options: Any) -> "psycopg.Connection[Any]":
    """The pool would wait, and then tell only that it waited. Raises psycopg.OperationalError."""
    given = connection.get_connection_params() | {"connect_timeout": connect_within} | options
    return psycopg.connect(**{name: given[name] for name in given if name not in _DJANGOS})


def why_no_database() -> str:
    """One line with host and port and without a password; nothing where there is one."""
    try:
        postgres(connect_within=SECONDS).close()
    except psycopg.OperationalError as error:
        # Of the several lines of libpq the first says it.
        return f"No database: {str(error).strip().splitlines()[0]} (DATABASE_URL)"
    return ""


def redis_within(seconds: float, url: str = "") -> redis.Redis:
    """Not yet connected."""
    return redis.Redis.from_url(
        url or settings.REDIS_URL,
        socket_connect_timeout=seconds,
        socket_timeout=seconds,
        retry=Retry(NoBackoff(), 0),
    )
