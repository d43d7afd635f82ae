"""Intervals that cron cannot say: n8n fires finer, and lets a run through by what it remembers."""

import math
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any

from campaigns.schedules.cron import LONGEST_WAIT, Cron
from campaigns.schedules.javascript import number

MOST_TRIES = 100  # the slowest, once in the same week of each year, needs 54

# How late a run may start and still be taken for that one; n8n needs 3-90 ms.
LATE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Gate:
    unit: str
    size: float
    last: int | None = None  # of the last run, as n8n's static data has it; None: it runs next time

    def after_run(self, started: datetime, cron: Cron, zone: tzinfo) -> "Gate":
        """What n8n remembers once it started a run then; this if that was none of this schedule."""
        due = cron.next_after(started - LATE, zone)
        if due is None or due > started + timedelta(seconds=1):
            return self
        return replace(self, last=self.value(due, zone))

    def value(self, at: datetime, zone: tzinfo) -> int:
        local = at.astimezone(_zone_of_moment(zone))
        match self.unit:
            case "minutes":
                return int(at.timestamp() // 60)
            case "hours":
                return local.hour
            case "days":
                return _day_of_year(local)
            case "weeks":
                return _week(local)
            case _:
                return local.year * 12 + local.month - 1

    def next_after(self, at: datetime, cron: Cron, zone: tzinfo) -> datetime | None:
        limit = at + LONGEST_WAIT
        for _ in range(MOST_TRIES):
            due = cron.next_after(at, zone)
            if due is None or due > limit:
                return None
            if self.last is None:
                return due
            missing = self._missing(self.value(due, zone), self.last)
            if missing <= 0:
                return due
            at = max(due, self._not_before(due, missing, zone) - timedelta(seconds=1))
        return None

    def _missing(self, value: int, last: int) -> float:
        """How much has to pass yet, in units."""
        if self.unit == "weeks" and value == last:
            return 0  # the same week's other days
        whole = {"hours": 24, "days": 365, "weeks": 52}.get(self.unit)
        passed = value - last
        # As in JavaScript: a stored number that is too large blocks it for ever.
        return self.size - (math.fmod(passed + whole, whole) if whole else passed)

    def _not_before(self, due: datetime, missing: float, zone: tzinfo) -> datetime:
        """A moment before which it is certainly not due: bounds the number of tries."""
        local = due.astimezone(_zone_of_moment(zone))
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
        units = int(min(missing, 1200))
        match self.unit:
            case "minutes":
                return datetime.fromtimestamp((due.timestamp() // 60 + units) * 60, UTC)
            case "days":
                return (midnight + timedelta(days=units)).astimezone(UTC)
            case "weeks":
                return (midnight + timedelta(days=7 - local.isoweekday() % 7)).astimezone(UTC)
            case "months":
                month = local.year * 12 + local.month - 1 + units
                first = midnight.replace(year=month // 12, month=month % 12 + 1, day=1)
                return first.astimezone(UTC)
            case _:
                return due


def remembered(static: Any, index: int, unit: str, signature: str) -> int | None:
    """The last run of an interval, where n8n would still take it after reading it again."""
    static = static if isinstance(static, dict) else {}
    value = _item(static.get("recurrenceRules"), index)
    if isinstance(value, bool) or not isinstance(value, int | float) or number(value) % 1 != 0:
        return None
    signatures = static.get("recurrenceRuleSignatures", [])
    if isinstance(signatures, list) and index >= len(signatures):  # written by an older n8n
        low, high = {"hours": (0, 23), "days": (1, 366), "weeks": (1, 53)}.get(unit, (1, 0))
        return int(value) if low <= value <= high else None
    return int(value) if _item(signatures, index) == signature else None


def never_opens(unit: str, size: Any) -> bool:
    """No second run would ever pass."""
    units = number(size)
    most = {"hours": 23, "days": 364}.get(unit, float("inf"))
    return not units <= most or units == 0


def _item(items: Any, index: int) -> Any:
    return items[index] if isinstance(items, list) and index < len(items) else None


def _zone_of_moment(zone: tzinfo) -> tzinfo:
    """n8n counts with another library, which knows no offsets and falls back to UTC."""
    return zone if hasattr(zone, "key") else UTC


def _day_of_year(day: date) -> int:
    return day.timetuple().tm_yday


def _week(day: date) -> int:
    """As in the United States: weeks begin on Sunday, the first is the one with 1 January."""
    if day.month == 12 and day.day + (6 - day.isoweekday() % 7) > 31:
        return 1
    first = date(day.year, 1, 1).isoweekday() % 7
    return (_day_of_year(day) - 1 + first) // 7 + 1
