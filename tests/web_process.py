"""A real web process, on a database of its own: a copy of the migrated one, so that what its tests
commit is nobody else's, and a kill or a cut harms nobody else's either."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection
from psycopg import sql
from pytest_django.plugin import DjangoDbBlocker

from orchestrator import state
from orchestrator.embedded.valkey import _binary
from tests.n8n_server import free_port

ROOT = Path(__file__).parent.parent
SECRET = state.webhook_secret()  # of the instance `default`
SERVERS = {
    "uvicorn": "uvicorn --host 127.0.0.1 --port {port} --loop uvloop --http httptools"
    " --ws orchestrator.socket_protocol:Protocol --ws-per-message-deflate false"
    " --no-access-log --no-proxy-headers"
    " --timeout-graceful-shutdown 2 --log-level warning"
    " {application}:application",
    "daphne": "daphne -b 127.0.0.1 -p {port} --verbosity 0 {application}:application",
}


class WebProcess:
    """Started as the supervisor does it, and stopped at the end of `with`."""

    def __init__(
        self,
        log: Path,
        server: str = "uvicorn",
        *,
        application: str = "orchestrator.asgi",
        **env: str,
    ) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = log
        self._command = SERVERS[server].format(port=self.port, application=application)
        self._env = {
            **os.environ,
            "DATABASE_URL": database_url(),
            "DEMO": "1",
            "PORT": str(self.port),
            "PUBLIC_URL": self.url,
            "N8N_WEBHOOK_SECRET": SECRET,
            "DJANGO_SETTINGS_MODULE": "orchestrator.settings",
            **env,
        }
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        module, *arguments = self._command.split()
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "orchestrator.child", str(os.getpid()), module, *arguments],
                cwd=ROOT,
                env=self._env,
                stderr=log,
                stdout=log,
            )
        deadline = time.monotonic() + 60
        while True:
            try:
                urllib.request.urlopen(f"{self.url}/healthz", timeout=5).close()
                return
            except urllib.error.HTTPError:
                return  # it answers
            except OSError:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    raise AssertionError(self.log.read_text()[-4000:]) from None
            time.sleep(0.05)

    def stop(self, number: int = signal.SIGTERM) -> None:
        if self.process is not None:
            self.process.send_signal(number)
            self.process.wait(20)
            self.process = None

    def __enter__(self) -> "WebProcess":
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


class Redis:
    """One that may be killed and come back at the same address."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        arguments = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir"]
        self._process = subprocess.Popen(
            [str(_binary()), *arguments, str(self._folder)], stdout=subprocess.DEVNULL
        )

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


def database_url() -> str:
    """Of the database that this process's connection uses, whose name the tests change."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    return urlunsplit(parts._replace(path="/" + connection.settings_dict["NAME"]))


@pytest.fixture
def committed(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """For a test that commits: what cannot be taken back (the ledger, the audit of roles) would
    otherwise be there for all that count it later."""
    with django_db_blocker.unblock(), own_database("test_committed"):
        yield


@contextmanager
def own_database(name: str) -> Iterator[None]:
    """While it lasts, this process's connection and every WebProcess use a copy."""
    migrated = connection.settings_dict["NAME"]
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as admin:
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
        admin.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                sql.Identifier(name), sql.Identifier(migrated)
            )
        )
        connection.settings_dict["NAME"] = name
        try:
            if not connection.introspection.table_names():
                # pytest-django migrates where a test of the session asks for the database.
                call_command("migrate", verbosity=0)
            yield
        finally:
            connection.close()
            connection.close_pool()  # type: ignore[attr-defined]
            connection.settings_dict["NAME"] = migrated
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
