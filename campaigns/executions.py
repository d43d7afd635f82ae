"""Executions as n8n lists them, into the database: by the same door as heartbeats."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import connection

from campaigns import announce
from campaigns.heartbeats import Beat
from campaigns.models import Campaign
from campaigns.statement import INGEST, columns
from orchestrator import n8n
from workspaces.models import Instance

CHUNK = 500  # rows in one statement

ENDS = {"success", "error", "crashed", "canceled"}
STATUSES = ENDS | {"running", "waiting"}  # n8n's others, `new` and `unknown`, say nothing


class Executions:
    """Of one instance; what is of no campaign of its is left out."""

    def __init__(self, instance: Instance) -> None:
        self.instance_id = instance.pk
        rows = Campaign.objects.filter(instance=instance)
        self.campaigns = dict(rows.values_list("n8n_workflow_id", "id"))
        self.rows = 0  # that told something new
        self.changed = 0  # campaigns

    def store(self, rows: Iterable[n8n.Execution]) -> None:
        ours = [r for r in rows if r.workflow_id in self.campaigns and r.status in STATUSES]
        self.ingest([_beat(row) for row in self._news(ours)])

    def _news(self, rows: Sequence[n8n.Execution]) -> list[n8n.Execution]:
        """Without the ends that are known; what is open is seen anew."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT k.campaign_id, k.execution_id, k.result"
                " FROM unnest(%s::uuid[], %s::text[]) AS u (campaign, execution)"
                " JOIN campaigns_run_key k"
                "   ON k.campaign_id = u.campaign AND k.execution_id = u.execution",
                [[self.campaigns[row.workflow_id] for row in rows], [row.id for row in rows]],
            )
            known = {(campaign, id): result for campaign, id, result in cursor.fetchall()}

        def told(row: n8n.Execution) -> bool:
            result = known.get((self.campaigns[row.workflow_id], row.id))
            return result == row.status and result in ENDS

        return [row for row in rows if not told(row)]

    def ingest(self, beats: list[Beat]) -> None:
        remaining = iter(beats)
        while chunk := list(islice(remaining, CHUNK)):
            with connection.cursor() as cursor:
                cursor.execute(INGEST, columns([(self.instance_id, beat) for beat in chunk]))
                _, changed, workspaces = cursor.fetchone()
            self.rows += len(chunk)
            self.changed += len(changed)
            announce.changed(zip(workspaces, changed, strict=True))


def _beat(row: n8n.Execution) -> Beat:
    return Beat(
        heartbeat_id="",
        workflow_id=row.workflow_id,
        execution_id=row.id,
        status=row.status,  # type: ignore[arg-type] # one of STATUSES
        mode=row.mode.replace("\x00", "")[:20],
        started_at=row.started_at,
        stopped_at=None if row.status == "running" else row.stopped_at,
        wait_till=row.wait_till,
        sent_at=row.started_at if row.status == "running" else row.stopped_at or row.started_at,
        source="polled",
    )


def canceled(workflow_id: str, at: datetime, **which: Any) -> Beat:
    return Beat(
        heartbeat_id="",
        workflow_id=workflow_id,
        status="canceled",
        stopped_at=at,
        sent_at=at,
        source="polled",
        **which,
    )
