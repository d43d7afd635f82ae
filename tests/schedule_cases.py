"""Random schedule triggers, and what n8n's own compiled code makes of them."""

import json
import random
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from n8n.install import app_folder, node
from orchestrator.n8n.rows import Node

PROGRAM = Path(__file__).with_name("n8n_schedules.cjs")

# Both halves of the world, half an hour, twice a year, none, a permanent change, minus in winter.
ZONES = (
    "Europe/Berlin America/New_York Australia/Lord_Howe America/Santiago Africa/Casablanca"
    " Asia/Kolkata Europe/Dublin Antarctica/Troll Pacific/Auckland America/St_Johns Asia/Tehran"
    " Atlantic/Azores Africa/Cairo Pacific/Chatham Asia/Beirut UTC utc+5:30 -03:00"
).split()


class Case(NamedTuple):
    node: Node
    zone: str
    start: datetime
    static: dict[str, Any] | None = None


def scheduled(*intervals: dict[str, Any], version: float = 1.3) -> Node:
    return Node(
        name="Schedule",
        type="n8n-nodes-base.scheduleTrigger",
        parameters={"rule": {"interval": list(intervals)}},
        id="n1",
        type_version=version,
    )


def old(kind: str, **parameters: Any) -> Node:
    return Node(name="Old", type=f"n8n-nodes-base.{kind}", parameters=parameters, id="n1")


def ask_n8n(cases: Sequence[Case], ticks: int) -> list[dict[str, Any]]:
    """Of each case {crons, timers, due} or {error}."""
    questions = [
        {
            "node": {
                "id": case.node.id,
                "name": case.node.name,
                "type": case.node.type,
                "typeVersion": case.node.type_version,
                "position": [0, 0],
                "parameters": case.node.parameters,
            },
            "zone": case.zone,
            "staticData": case.static,
            "start": case.start.timestamp() * 1000,
            "ticks": ticks,
        }
        for case in cases
    ]
    done = subprocess.run(
        [node(), str(PROGRAM), str(app_folder())],
        input=json.dumps(questions),
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    answers: list[dict[str, Any]] = json.loads(done.stdout)
    return answers


class Dice:
    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 -- cases of a test

    def case(self, kind: str) -> Case:
        zone = self._random.choice(ZONES)
        start = self._start(zone)
        if kind == "custom":
            return Case(
                scheduled({"field": "cronExpression", "expression": self.cron()}), zone, start
            )
        if kind == "old":
            return Case(old("cron", triggerTimes={"item": [self._old_time()]}), zone, start)
        count = self._random.choice((1, 1, 1, 2, 3))
        intervals = [self._interval(kind) for _ in range(count)]
        version = self._random.choice((1.1, 1.2, 1.3, 1.4))
        return Case(scheduled(*intervals, version=version), zone, start, self._static(intervals))

    def cron(self) -> str:
        r = self._random
        if r.random() < 0.05:
            return r.choice(("@daily", "@Hourly", "@weekends", "@yearly", " @daily", "@never", ""))
        bounds = ((0, 59), (0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
        wild = (0.3, 0.3, 0.4, 0.6, 0.7, 0.6)
        fields = [self._field(*b, w) for b, w in zip(bounds, wild, strict=True)]
        if r.random() < 0.2:
            fields[5] = r.choice(("mon", "SUN", "mon-fri", "sat,sun", "7", "5-7", "x"))
        if r.random() < 0.5:
            fields[0] = "0"
        return r.choice((" ", "  ")).join(fields[r.choice((0, 0, 1)) :])

    def _field(self, low: int, high: int, wild: float) -> str:
        r = self._random
        if r.random() < wild:
            return r.choice(("*", "*", f"*/{r.randint(1, high)}"))
        parts = []
        for _ in range(r.choice((1, 1, 2, 3))):
            a, b = sorted((r.randint(low, high), r.randint(low, high)))
            odd = (f"{b}-{a}", f"{high + 1}", f"{a}/0", "", "*5") if r.random() < 0.03 else ()
            parts.append(r.choice(odd or (f"{a}", f"{a}", f"{a}-{b}", f"{a}-{b}/3", f"{a}/7")))
        return ",".join(parts)

    def _interval(self, kind: str) -> dict[str, Any]:
        r = self._random
        most = {"seconds": 59, "minutes": 59, "hours": 23, "days": 31, "weeks": 60, "months": 30}
        given: dict[str, Any] = {"field": kind}
        if r.random() < 0.9:
            given[f"{kind}Interval"] = r.randint(1, most[kind])
        if r.random() < 0.05:
            given[f"{kind}Interval"] = r.choice((0, -1, 100, 2.5, "7", None, 1000))
        for name, low, high in (
            ("triggerAtHour", 0, 23),
            ("triggerAtMinute", 0, 59),
            ("triggerAtDayOfMonth", 1, 31),
        ):
            if r.random() < 0.7:
                given[name] = r.choice((None, *[r.randint(low, high)] * 5))
        if r.random() < 0.6:
            given["triggerAtDay"] = r.sample(range(7), r.randint(0, 4))
        return given

    def _static(self, intervals: list[dict[str, Any]]) -> dict[str, Any] | None:
        r = self._random
        if r.random() < 0.3:
            return None
        values = [r.choice((None, r.randint(0, 30), 29_600_000)) for _ in intervals]
        signatures = [
            r.choice((None, f"{i['field']}:{i.get(i['field'] + 'Interval')}")) for i in intervals
        ]
        static: dict[str, Any] = {"recurrenceRules": values}
        if r.random() < 0.7:  # an older n8n wrote none
            static["recurrenceRuleSignatures"] = signatures
        return {"node:Schedule": static}

    def _old_time(self) -> dict[str, Any]:
        r = self._random
        mode = r.choice(("everyHour", "everyDay", "everyWeek", "everyMonth", "everyX", "custom"))
        given: dict[str, Any] = {"mode": mode, "cronExpression": self.cron(), "unit": "minutes"}
        for name, most in (("hour", 23), ("minute", 59), ("dayOfMonth", 31), ("value", 70)):
            if r.random() < 0.7:
                given[name] = r.randint(0, most)
        return given

    def _start(self, zone: str) -> datetime:
        """Anywhere in some years, but mostly near a change of the clocks."""
        r = self._random
        start = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=r.randrange(6 * 365 * 86400))
        changes = clock_changes(zone, start.year)
        if changes and r.random() < 0.7:
            near = r.choice((r.randint(-30 * 3600, 4 * 3600), r.randint(-7200, 7200)))
            start = r.choice(changes) + timedelta(seconds=near)
        return start.replace(microsecond=0)


@cache
def clock_changes(zone: str, year: int) -> list[datetime]:
    if "/" not in zone:
        return []
    local, hour = ZoneInfo(zone), timedelta(hours=1)
    hours = [datetime(year, 1, 1, tzinfo=UTC) + hour * n for n in range(365 * 24)]
    offsets = [at.astimezone(local).utcoffset() for at in hours]
    return [at for at, a, b in zip(hours[1:], offsets, offsets[1:], strict=False) if a != b]
