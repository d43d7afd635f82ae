"""Who is next: fair between workspaces, at most two at once on one n8n, and none held twice.

A claim is a lease, renewed while its holder works: whoever is killed loses it within seconds, and
somebody else goes on with the step.
"""

import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import structlog
from django.db import DatabaseError, connection, transaction
from django.db.models.functions import Now
from django.utils import timezone

from provisioning.models import Provision

AT_ONCE = 2  # steps on one n8n: it is one thread, and more of them only wait longer
LEASE = timedelta(seconds=6)
RENEWED_EVERY = 2.0  # seconds
_LOCK = 0x6F726B01  # claims are made one after the other; each takes a millisecond

log = structlog.get_logger(__name__)

# Workspaces take turns: whose last is longest ago is next, after those that have none under way.
# Within a workspace the oldest goes on, so that one is whole before the next.
_CLAIM = """
WITH held AS (
    SELECT instance_id, workspace_id, count(*) AS n FROM provisioning_provision
    WHERE held_until > now() GROUP BY 1, 2
), busy AS (
    SELECT instance_id FROM held GROUP BY 1 HAVING sum(n) >= %(at_once)s
), next AS (
    SELECT p.id, p.workspace_id FROM provisioning_provision p
    LEFT JOIN held h USING (instance_id, workspace_id)
    LEFT JOIN provisioning_turn t USING (workspace_id)
    WHERE p.due_at <= now() AND (p.held_until IS NULL OR p.held_until <= now())
      AND p.instance_id NOT IN (SELECT instance_id FROM busy)
    ORDER BY coalesce(h.n, 0), t.at NULLS FIRST, p.created_at, p.id LIMIT 1
), turn AS (
    INSERT INTO provisioning_turn (workspace_id, at)
    SELECT workspace_id, clock_timestamp() FROM next
    ON CONFLICT (workspace_id) DO UPDATE SET at = excluded.at
)
UPDATE provisioning_provision p
SET holder = gen_random_uuid(), held_until = now() + make_interval(secs => %(lease)s)
FROM next WHERE p.id = next.id
RETURNING p.id, p.holder
"""


def claim() -> tuple[uuid.UUID, uuid.UUID] | None:
    """The next one, and by what its holder knows that it is still theirs."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        cursor.execute(_CLAIM, {"at_once": AT_ONCE, "lease": LEASE.total_seconds()})
        row: tuple[uuid.UUID, uuid.UUID] | None = cursor.fetchone()
        return row


@contextmanager
def renewed(id: uuid.UUID, holder: uuid.UUID) -> Iterator[None]:
    """As long as the process lives and the step goes on, nobody else takes it up."""
    done = threading.Event()

    def renew() -> None:
        asked = False
        while not done.wait(RENEWED_EVERY):
            asked = True
            try:
                rows = Provision.objects.filter(pk=id, holder=holder)
                rows.exclude(held_until=None).update(held_until=Now() + LEASE)
            except DatabaseError as error:
                log.warning("lease_not_renewed", error=type(error).__name__)
        if asked:
            connection.close()

    threading.Thread(target=renew, name="lease", daemon=True).start()
    try:
        yield
    finally:
        done.set()


def is_anything_due() -> bool:
    due = Provision.objects.filter(due_at__lte=timezone.now())
    return due.exclude(held_until__gt=timezone.now()).exists()
