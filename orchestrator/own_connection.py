"""A connection to PostgreSQL that one event loop keeps for itself, outside of Django's pool."""

from typing import Any

import psycopg
from asgiref.sync import sync_to_async
from django.db import connection as django_connection

CONNECT = 3  # seconds
NAMES = ("host", "port", "user", "password", "dbname", "sslmode", "sslrootcert")


class OwnConnection:
    """Opened when it is first needed, and again after `drop`. Each statement is its own
    transaction."""

    def __init__(self, **settings: str) -> None:
        self._options = " ".join(f"-c {name}={value}" for name, value in settings.items())
        self._connection: psycopg.AsyncConnection[Any] | None = None

    async def opened(self) -> psycopg.AsyncConnection[Any]:
        """Raises psycopg.OperationalError."""
        if self._connection is None or self._connection.closed:
            params = await sync_to_async(_params, thread_sensitive=False)()
            self._connection = await psycopg.AsyncConnection.connect(
                **params, autocommit=True, connect_timeout=CONNECT, options=self._options
            )
        return self._connection

    async def drop(self) -> None:
        if self._connection is not None:
            former, self._connection = self._connection, None
            await former.close()


def _params() -> dict[str, Any]:
    params = django_connection.get_connection_params()
    return {name: params[name] for name in NAMES if name in params}
