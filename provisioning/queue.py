"""Who is next: fair between workspaces, at most two at once on one n8n, and none held twice.

A claim is a lease: whoever is killed with one loses it, and somebody else goes on with the step.
"""

import uuid
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from provisioning.models import Provision

AT_ONCE = 2  # calls on one n8n: it is one thread, and more of them only wait longer
LEASE = timedelta(seconds=30)
_LOCK = 0x6F726B01  # claims are made one after the other; each takes a millisecond

# The first that each workspace waits for comes before anybody's second; who has one under way has
# had a turn.
_CLAIM = """
WITH held AS (
    SELECT instance_id, workspace_id, count(*) AS n FROM provisioning_provision
    WHERE held_until > now() GROUP BY 1, 2
), busy AS (
    SELECT instance_id FROM held GROUP BY 1 HAVING sum(n) >= %(at_once)s
), waiting AS (
    SELECT p.id, p.created_at,
           row_number() OVER (PARTITION BY p.workspace_id ORDER BY p.due_at, p.created_at, p.id)
               + coalesce(h.n, 0) AS turn
    FROM provisioning_provision p
    LEFT JOIN held h USING (instance_id, workspace_id)
    WHERE p.due_at <= now() AND (p.held_until IS NULL OR p.held_until <= now())
      AND p.instance_id NOT IN (SELECT instance_id FROM busy)
)
UPDATE provisioning_provision SET held_until = now() + make_interval(secs => %(lease)s)
WHERE id = (SELECT id FROM waiting ORDER BY turn, created_at, id LIMIT 1)
RETURNING id, held_until
"""


def claim() -> tuple[uuid.UUID, datetime] | None:
    """The next one, and the lease by which its holder knows that it is still theirs."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        cursor.execute(_CLAIM, {"at_once": AT_ONCE, "lease": LEASE.total_seconds()})
        row: tuple[uuid.UUID, datetime] | None = cursor.fetchone()
        return row


def is_anything_due() -> bool:
    due = Provision.objects.filter(due_at__lte=timezone.now())
    return due.exclude(held_until__gt=timezone.now()).exists()
