"""What the time alone changes: decided by the database (campaigns/sql/5_clock.sql), told here.

Ticks once a second (campaigns.tasks.tick). Two at once share the work. Who reads while no clock
goes does its work first, so that what is read is true all the same.
"""

import uuid
from collections.abc import Collection
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from campaigns import announce, expectations
from campaigns.models import Campaign
from workspaces.models import Health

NOT_MINE = 1.5  # seconds; what has been due for less: the clock is at it
SCHEDULES_LIMIT = 500  # in one tick

_BARS = """
SELECT (b.bar).*, b.turned, b.changed, b.changed_of
FROM campaigns_bars(%s, make_interval(secs => %s)) b
"""


def tick() -> None:
    """Everything that is due."""
    _turn(None, 0)
    if moved := _expect_next():
        announce.changed(moved)


def catch_up(workspace_ids: Collection[uuid.UUID]) -> None:
    """What a clock that goes would have done by now for these workspaces."""
    if workspace_ids:
        _turn(list(workspace_ids), NOT_MINE)


def bars(workspace_ids: Collection[uuid.UUID]) -> list[Health]:
    """Likewise, and their bars as they are then; one query."""
    if not workspace_ids:
        return []
    rows: list[Any] = list(Health.objects.raw(_BARS, [list(workspace_ids), NOT_MINE]))
    if rows:
        _tell(rows[0].turned, rows[0].changed, rows[0].changed_of)
    return rows


def _turn(only: list[uuid.UUID] | None, behind: float) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT turned, changed, workspaces FROM campaigns_tick(%s, make_interval(secs => %s))",
            [only, behind],
        )
        _tell(*cursor.fetchone())


def _tell(
    turned: Collection[uuid.UUID],
    changed: Collection[uuid.UUID],
    workspaces: Collection[uuid.UUID],
) -> None:
    singly = [
        (workspace, campaign)
        for workspace, campaign in zip(workspaces, changed, strict=True)
        if workspace not in turned
    ]
    for workspace_id in turned:
        announce.turned(workspace_id)
    if singly:
        announce.changed(singly)


def _expect_next() -> list[tuple[uuid.UUID, uuid.UUID]]:
    """Schedules whose next run is now: which one is next, and which is waited for."""
    now = timezone.now()
    with transaction.atomic():
        rows = list(
            Campaign.objects.filter(next_run_at__lte=now, archived_at=None)
            .order_by("id")
            .select_for_update(skip_locked=True, no_key=True)[:SCHEDULES_LIMIT]
        )
        for campaign in rows:
            expectations.move_on(campaign, now)
        Campaign.objects.bulk_update(rows, ["expected_at", "next_run_at", "late_at"])
    return [(campaign.workspace_id, campaign.pk) for campaign in rows]
