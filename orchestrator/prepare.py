"""What has to be so before the product serves: database, static files, the demo.

`manage.py up` runs it in one process, and each part looks first whether it is due.
"""

import hashlib
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import django
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from orchestrator import direct, wrongly_set_up
from orchestrator.production import refuse_unsafe

# What no page of ours uses: a half of what the administration brings is a picker, and of the API's
# own pages we have none.
UNUSED = ["select2", "rest_framework", "guardian"]


def main() -> None:
    django.setup()
    refuse_unsafe()
    if why := direct.why_no_database():  # at once: the pool would wait for long
        sys.exit(why)
    migrate()
    collect_static()
    if settings.DEMO:
        with step("Demo"):
            call_command("seed_demo", verbosity=0)
    if os.environ.get("CONNECT_SANDBOX"):
        call_command("connect_default", verbosity=0)  # reads CONNECT_… of the environment


def migrate() -> None:
    from orchestrator import sql  # noqa: PLC0415 -- needs django.setup()

    executor = MigrationExecutor(connection)
    due = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if due or sql.outdated():
        with step(f"Database: {due} migrations, functions and triggers"):
            call_command("migrate", verbosity=0, interactive=False)


def collect_static() -> None:
    """Into STATIC_ROOT, if a source differs from last time."""
    sources = hashlib.sha256(str(settings.STORAGES["staticfiles"]).encode())
    for finder in get_finders():
        for path, storage in finder.list([]):
            found = os.stat(storage.path(path))
            sources.update(f"{path} {found.st_size} {found.st_mtime_ns}\n".encode())
    mark = settings.RUN_DIR / "static.digest"
    if mark.is_file() and mark.read_text() == sources.hexdigest():
        return
    with step("Static files"):
        call_command(
            "collectstatic", verbosity=0, interactive=False, clear=True, ignore_patterns=UNUSED
        )
    mark.write_text(sources.hexdigest())


@contextmanager
def step(what: str) -> Iterator[None]:
    begun = time.monotonic()
    print(f"{what} …", flush=True)
    yield
    print(f"{what}: {time.monotonic() - begun:.1f} s", flush=True)


if __name__ == "__main__":
    with wrongly_set_up.said():
        main()
