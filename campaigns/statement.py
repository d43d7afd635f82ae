"""The call of campaigns_ingest (campaigns/sql/3_ingest.sql): its rows as arrays."""

from collections.abc import Sequence
from datetime import datetime

from campaigns.heartbeats import Beat

_KINDS = ["text[]"] * 7 + ["timestamptz[]"] * 4 + ["text[]"] * 3
INGEST = "SELECT verdicts, changed, workspaces FROM campaigns_ingest({})".format(  # noqa: S608 -- ours
    ", ".join(f"%s::{kind}" for kind in _KINDS)
)


def once(
    rows: Sequence[tuple[str, Beat]],
) -> tuple[list[tuple[str, Beat]], list[tuple[int, bool]]]:
    """Each heartbeat id once; for each of `rows` the place of its like, and whether it is that."""
    places: dict[tuple[str, str], int] = {}
    distinct: list[tuple[str, Beat]] = []
    positions: list[tuple[int, bool]] = []
    for row in rows:
        key = (row[0], row[1].heartbeat_id)
        first = key not in places
        if first:
            places[key] = len(distinct)
            distinct.append(row)
        positions.append((places[key], first))
    return distinct, positions


def columns(rows: Sequence[tuple[str, Beat]]) -> list[str]:
    """The arguments, with token and execution linked within the call.

    As PostgreSQL's own text for arrays: psycopg would need more time for these lists than all the
    rest of the process for the heartbeats in them.
    """
    executions: dict[tuple[str, str, str], str] = {}
    tokens: dict[tuple[str, str, str], str] = {}
    for instance, beat in rows:
        if beat.run_id and beat.execution_id:
            executions.setdefault((instance, beat.workflow_id, beat.run_id), beat.execution_id)
            tokens.setdefault((instance, beat.workflow_id, beat.execution_id), beat.run_id)
    beats = [beat for _, beat in rows]
    return [
        _texts([instance for instance, _ in rows]),
        _texts([beat.heartbeat_id for beat in beats]),
        _texts([beat.workflow_id for beat in beats]),
        _texts(
            [
                beat.execution_id or executions.get((instance, beat.workflow_id, beat.run_id or ""))
                for instance, beat in rows
            ]
        ),
        _texts(
            [
                beat.run_id or tokens.get((instance, beat.workflow_id, beat.execution_id or ""))
                for instance, beat in rows
            ]
        ),
        _texts([beat.status for beat in beats]),
        _texts([beat.mode or "" for beat in beats]),
        _times([beat.started_at for beat in beats]),
        _times([beat.stopped_at for beat in beats]),
        _times([beat.wait_till for beat in beats]),
        _times([beat.sent_at for beat in beats]),
        _texts([(beat.error and beat.error.message) or "" for beat in beats]),
        _texts([(beat.error and beat.error.node) or "" for beat in beats]),
        _texts([beat.source for beat in beats]),
    ]


def _texts(values: Sequence[str | None]) -> str:
    quoted = [
        "NULL" if value is None else '"' + value.replace("\\", r"\\").replace('"', r"\"") + '"'
        for value in values
    ]
    return "{" + ",".join(quoted) + "}"


def _times(values: Sequence[datetime | None]) -> str:
    return "{" + ",".join(["NULL" if at is None else at.isoformat() for at in values]) + "}"
