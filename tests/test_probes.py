"""`/healthz` answers whatever is away; `/readyz` names what is, within its second."""

import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.test import Client
from pytest_django import Settings

from orchestrator import probes
from orchestrator.embedded.server import free_port

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probes, "_kept", (0.0, {}))


@pytest.fixture(params=["refuses", "hangs"])
def deaf_port(request: pytest.FixtureRequest) -> Iterator[int]:
    """A port that refuses connections, or one that takes them and says nothing."""
    if request.param == "refuses":
        yield free_port()
        return
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield int(listener.getsockname()[1])


def ready(client: Client) -> tuple[int, dict[str, Any]]:
    started = time.monotonic()
    answer = client.get("/readyz")
    assert time.monotonic() - started < 4
    return answer.status_code, answer.json()


def test_it_works(client: Client) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    parts = {"database": "ok", "redis": "ok", "migrations": "ok"}
    assert ready(client) == (200, {"status": "ok", "parts": parts})
    assert client.get("/readyz")["Cache-Control"]
    assert client.post("/readyz").status_code == 405


def test_who_watches_calls_by_any_address(client: Client) -> None:
    """A health check, a proxy, Prometheus: none of them knows a name of ALLOWED_HOSTS."""
    for path in probes.PATHS:
        answer = client.get(path, headers={"Host": "10.0.0.3:8000"})
        assert answer.status_code == 200
        assert answer["X-Request-ID"]
        assert answer["Content-Security-Policy"]
    assert client.get("/healthz/", headers={"Host": "10.0.0.3:8000"}).status_code == 400


def test_without_a_database_it_says_so(
    client: Client, deaf_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(connection.settings_dict, "PORT", str(deaf_port))
    client.cookies["sessionid"] = "a" * 32
    status, body = ready(client)
    assert (status, body["failed"], body["code"]) == (503, ["database"], "not_ready")
    assert body["parts"] == {"database": "error", "redis": "ok", "migrations": "unknown"}
    answer = client.get("/readyz")
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["Retry-After"] == "5"
    assert connection.settings_dict["PASSWORD"] not in answer.content.decode()
    assert client.get("/healthz").status_code == 200


def test_without_redis_it_says_so(client: Client, deaf_port: int, settings: Settings) -> None:
    settings.REDIS_URL = f"redis://:hunter2@127.0.0.1:{deaf_port}/0"
    status, body = ready(client)
    assert (status, body["failed"]) == (503, ["redis"])
    assert "hunter2" not in str(body)
    assert client.get("/healthz").status_code == 200


def test_with_a_migration_that_is_due_it_says_so(client: Client) -> None:
    url = connection.get_connection_params()
    reach = {key: url[key] for key in ("dbname", "user", "password", "host", "port")}
    with psycopg.connect(**reach, autocommit=True) as db:
        db.execute("UPDATE django_migrations SET name = name || '.gone' WHERE app = 'workspaces'")
        try:
            status, body = ready(client)
        finally:
            db.execute("UPDATE django_migrations SET name = replace(name, '.gone', '')")
    assert (status, body["failed"]) == (503, ["migrations"])


def test_who_asks_often_costs_little(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[float] = []
    real = probes.PARTS["database"]

    def database() -> str:
        asked.append(time.monotonic())
        return real()

    monkeypatch.setitem(probes.PARTS, "database", database)
    callers = [threading.Thread(target=Client().get, args=("/readyz",)) for _ in range(10)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    assert len(asked) == 1
