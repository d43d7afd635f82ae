"""Cron expressions as the `cron` package of n8n (4.4, on luxon) reads them.

It is no library's reading: with a day and a weekday given either is enough, a time that the clocks
skip fires when they go forward (north) or an hour later (south), and when they go back `30 2 * * *`
fires twice in New York, at the second 01:30 too.
"""

import re
from bisect import bisect_left
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache

FIELDS = {
    "second": (0, 59),
    "minute": (0, 59),
    "hour": (0, 23),
    "day of the month": (1, 31),
    "month": (1, 12),
    "weekday": (0, 7),
}
PRESETS = {
    "@yearly": "0 0 0 1 1 *",
    "@monthly": "0 0 0 1 * *",
    "@weekly": "0 0 0 * * 0",
    "@daily": "0 0 0 * * *",
    "@hourly": "0 0 * * * *",
    "@minutely": "0 * * * * *",
    "@secondly": "* * * * * *",
    "@weekdays": "0 0 0 * * 1-5",
    "@weekends": "0 0 0 * * 0,6",
}
NAMES = {
    name: str(number)
    for names, first in (
        ("jan feb mar apr may jun jul aug sep oct nov dec", 1),
        ("sun mon tue wed thu fri sat", 0),
    )
    for number, name in enumerate(names.split(), first)
}
LONGEST_WAIT = timedelta(days=8 * 366)  # where the package gives up
LONGEST_GAP = 24 * 60  # minutes; a country once skipped a day

_NAME = re.compile(r"[a-z]{1,3}")
_RANGE = re.compile(r"(\d+)(?:-(\d+))?(?:/(\d+))?", re.ASCII)
_SPACE = "\t\n\v\f\r \xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_SPACES = re.compile(f"[{_SPACE}]+")


class BadCron(ValueError):
    """The text says what is wrong with the expression."""


@dataclass(frozen=True, slots=True)
class Cron:
    seconds: tuple[int, ...]
    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]  # 0 is Sunday

    def next_after(self, start: datetime, zone: tzinfo) -> datetime | None:
        """In UTC. None: not within eight years."""
        local = start.astimezone(zone)
        after = self._next_on_clock(local.replace(tzinfo=None, microsecond=0))
        return after and _instant(after, start.astimezone(UTC), zone)

    def _next_on_clock(self, start: datetime) -> datetime | None:
        """As if no clock were ever changed."""
        earliest = start + timedelta(seconds=1)
        day, floor = earliest.date(), earliest.time()
        last = day + LONGEST_WAIT
        while day <= last:
            if day.month not in self.months:
                day, floor = _next_month(day), time.min
                continue
            if self._is_day(day) and (at := self._first_time(floor)):
                return datetime.combine(day, at)
            day, floor = day + timedelta(days=1), time.min
        return None

    def _is_day(self, day: date) -> bool:
        by_day, by_weekday = len(self.days) < 31, len(self.weekdays) < 7
        of_days, of_weekdays = day.day in self.days, day.isoweekday() % 7 in self.weekdays
        if by_day and by_weekday:
            return of_days or of_weekdays
        return of_days and of_weekdays

    def _first_time(self, floor: time) -> time | None:
        """The first one of a day that is not before `floor`."""
        hour, minute, second = floor.hour, floor.minute, floor.second
        if hour in self.hours:
            if minute in self.minutes and (found := _from(self.seconds, second)) is not None:
                return time(hour, minute, found)
            if (found := _from(self.minutes, minute + 1)) is not None:
                return time(hour, found, self.seconds[0])
        if (found := _from(self.hours, hour + 1)) is not None:
            return time(found, self.minutes[0], self.seconds[0])
        return None


@lru_cache(maxsize=1000)
def parse(expression: str) -> Cron:
    """Five or six fields, names, ranges, steps and presets; BadCron if n8n would refuse it."""
    lowered = expression.lower()
    named = _NAME.sub(_number_of, PRESETS.get(lowered, lowered))
    fields = _SPACES.split(re.sub(f"^[{_SPACE}]+|[{_SPACE}]+$", "", named))
    if not 5 <= len(fields) <= 6:
        raise BadCron(f"The cron expression has too {'few' if len(fields) < 5 else 'many'} fields.")
    if len(fields) == 5:
        fields.insert(0, "0")
    sets = [_numbers(text, name) for text, name in zip(fields, FIELDS, strict=True)]
    seconds, minutes, hours = (tuple(sorted(numbers)) for numbers in sets[:3])
    days, months = sets[3:5]
    weekdays = {number % 7 for number in sets[5]}
    # With a weekday given too, either of the two is enough.
    if len(weekdays) == 7 and all(min(days) > monthrange(2000, month)[1] for month in months):
        raise BadCron("The cron expression names a date that no year has.")
    return Cron(seconds, minutes, hours, frozenset(days), frozenset(months), frozenset(weekdays))


def _number_of(name: re.Match[str]) -> str:
    try:
        return NAMES[name[0]]
    except KeyError:
        raise BadCron("The cron expression has an unknown word.") from None


def _numbers(text: str, name: str) -> set[int]:
    low, high = FIELDS[name]
    parts = text.split(",")
    if any("*" in part[1:] for part in parts):
        raise BadCron(f"The cron expression has a misplaced * in its {name}.")
    numbers: set[int] = set()
    for part in parts:
        match = _RANGE.fullmatch(part.replace("*", f"{low}-{high}"))
        if not match:
            raise BadCron(f"The cron expression has a {name} that is none.")
        lower = int(match[1])
        upper = int(match[2]) if match[2] else high if match[3] else lower
        step = int(match[3] or 1)
        if step == 0 or lower > upper or lower < low or upper > high:
            raise BadCron(f"The cron expression has a {name} out of range.")
        numbers.update(range(lower, upper + 1, step))
    return numbers


def _from(numbers: tuple[int, ...], least: int) -> int | None:
    index = bisect_left(numbers, least)
    return numbers[index] if index < len(numbers) else None


def _next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def _offset(at: datetime, zone: tzinfo) -> timedelta:
    offset = at.astimezone(zone).utcoffset()
    assert offset is not None
    return offset


def _luxon(clock: datetime, guess: timedelta, zone: tzinfo) -> datetime:
    """The instant that luxon takes for a local time, from an offset to begin with."""
    at = clock.replace(tzinfo=UTC)
    second = _offset(at - guess, zone)
    if second == guess:
        return at - guess
    third = _offset(at - second, zone)
    return at - min(second, third)


def _instant(clock: datetime, start: datetime, zone: tzinfo) -> datetime:
    """When a job that waits since `start` fires, for what its expression gives by the clock."""
    minute, hour = timedelta(minutes=1), timedelta(hours=1)
    now = _offset(start, zone)  # luxon begins with the present offset
    at = _luxon(clock, now, zone)
    offset, local = _offset(at, zone), at.astimezone(zone)
    on_time = (local.hour, local.minute) == (clock.hour, clock.minute)
    if on_time and all(_offset(at - n * hour / 2, zone) == offset for n in (1, 2, 4)):
        return at  # no clock was changed near
    new_year = clock.replace(month=1, day=1, hour=0, minute=0, second=0)
    winter = _offset(_luxon(new_year, now, zone), zone)
    if not on_time and offset != winter:
        for _ in range(LONGEST_GAP):
            if _offset(at - minute, zone) == winter:
                break
            at -= minute
        return at
    back, further = ((at - ago).astimezone(zone) for ago in (hour, 2 * hour))
    if back.hour in (local.hour, further.hour) and back > start:
        at, local = at - hour, back
    half = (at - hour / 2).astimezone(zone)
    if half.minute in (local.minute, back.minute) and half > start:
        at -= hour / 2
    return at
