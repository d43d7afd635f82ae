"""Functions and triggers of the database: code, not schema.

They live as `<app>/sql/*.sql`, written so that they can be run again (`CREATE OR REPLACE`), and
are installed after every migrate when they differ from what is there. A migration that read such
a file would break as soon as the file names a column that is younger than the migration.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.apps import apps
from django.db import connection, transaction

from orchestrator import partitions

KEY = "sql"


@dataclass(frozen=True)
class Content:
    """Rows that are code as well, as the table of roles: installed after the files."""

    digest: Callable[[], str]
    install: Callable[[], None]


_contents: list[Content] = []


def also(content: Content) -> None:
    _contents.append(content)


def files() -> list[Path]:
    """In the order of INSTALLED_APPS, then by name: a file may use what an earlier one made."""
    return [
        path
        for config in apps.get_app_configs()
        for path in sorted((Path(config.path) / "sql").glob("*.sql"))
    ]


def digest() -> str:
    total = hashlib.sha256()
    for path in files():
        total.update(path.read_bytes())
    for content in _contents:
        total.update(content.digest().encode())
    return total.hexdigest()


def _installed() -> str | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('orchestrator_installed') IS NOT NULL")
        if not cursor.fetchone()[0]:
            return None
        cursor.execute("SELECT digest FROM orchestrator_installed WHERE key = %s", [KEY])
        row = cursor.fetchone()
    return row[0] if row else None


def outdated() -> bool:
    """Whether `migrate` has work even where no migration is due."""
    return _installed() != digest()


def install(**_: object) -> None:
    """Bring functions and triggers up to date: the last step of every migrate."""
    wanted = digest()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('orchestrator.sql'))")
        if _installed() == wanted:
            return
        for path in files():
            # No parameters, so that a % in a function's body is left alone.
            cursor.execute(path.read_text())
        partitions.ensure()
        for content in _contents:
            content.install()
        cursor.execute(
            "INSERT INTO orchestrator_installed (key, digest) VALUES (%s, %s)"
            " ON CONFLICT (key) DO UPDATE SET digest = excluded.digest",
            [KEY, wanted],
        )
