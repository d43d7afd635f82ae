"""Tables that grow by time: parts made ahead, dropped when their time is over.

A partition is named `<table>_p20261123` (day) or `<table>_p202611` (month), its bounds are UTC.
A DEFAULT partition stands behind them, so that a missing part never loses a row.
"""

import logging
from dataclasses import dataclass
from typing import Literal

from django.conf import settings
from django.db import connection

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Partitioned:
    table: str
    unit: Literal["day", "month"]
    keep_days: int | None = None  # None: RETENTION_DAYS; 0: for ever
    append_only: bool = False
    fillfactor: int = 100  # %; less leaves room in a row's page for what becomes of it


_tables: list[Partitioned] = []


def register(*tables: Partitioned) -> None:
    _tables.extend(tables)


def ensure() -> None:
    """Make the parts of the next 7 days (2 months) and drop those past their retention."""
    with connection.cursor() as cursor:
        for entry in _tables:
            keep = settings.RETENTION_DAYS if entry.keep_days is None else entry.keep_days
            cursor.execute(
                "SELECT made, dropped FROM orchestrator_partitions(%s, %s, %s, %s)",
                [entry.table, entry.unit, keep or None, entry.fillfactor],
            )
            made, dropped = cursor.fetchone()
            if entry.append_only and made:
                cursor.execute("SELECT orchestrator_append_only(%s)", [entry.table])
            if made or dropped:
                log.info("partitions of %s: %s made, %s dropped", entry.table, made, dropped)
