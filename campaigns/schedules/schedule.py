"""A schedule that was read, and when it is due."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any, Self

from campaigns.schedules import cron, zones
from campaigns.schedules.gates import Gate


@dataclass(frozen=True, slots=True)
class Rule:
    cron: str
    gate: Gate | None = None


@dataclass(frozen=True, slots=True)
class Schedule:
    zone: str
    rules: tuple[Rule, ...]

    def next_after(self, at: datetime, last_run: datetime | None = None) -> datetime | None:
        """In UTC, strictly after. None: not within eight years.

        `last_run` is when n8n last started a run by this schedule, as far as known: of intervals
        like 5 hours n8n counts from there, and keeps it in memory only until it starts anew.
        """
        return next(self._due(at, last_run), None)

    def period_after(self, at: datetime, last_run: datetime | None = None) -> float | None:
        """Seconds between the next two."""
        due = self._due(at, last_run)
        first, second = next(due, None), next(due, None)
        return (second - first).total_seconds() if first and second else None

    def to_json(self) -> dict[str, Any]:
        rules: list[dict[str, Any]] = []
        for rule in self.rules:
            rules.append({"cron": rule.cron})
            if gate := rule.gate:
                rules[-1]["every"] = {"unit": gate.unit, "size": gate.size, "last": gate.last}
        return {"zone": self.zone, "rules": rules}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        return cls(
            data["zone"],
            tuple(
                Rule(rule["cron"], Gate(**rule["every"]) if "every" in rule else None)
                for rule in data["rules"]
            ),
        )

    def _due(self, at: datetime, last_run: datetime | None) -> Iterator[datetime]:
        zone = zones.find(self.zone)
        if zone is None:
            return
        waiting = [_Waiting(rule, at, last_run, zone) for rule in self.rules]
        while due := min((w.due for w in waiting if w.due), default=None):
            yield due
            for one in waiting:
                if one.due == due:
                    one.run()


class _Waiting:
    def __init__(self, rule: Rule, at: datetime, last_run: datetime | None, zone: tzinfo) -> None:
        self._cron = cron.parse(rule.cron)
        self._gate = rule.gate
        self._zone = zone
        if self._gate and last_run:
            self._gate = self._gate.after_run(last_run, self._cron, zone)
        self.due = self._next(at.astimezone(UTC))

    def run(self) -> None:
        assert self.due
        if self._gate:
            self._gate = self._gate.after(self.due, self._zone)
        self.due = self._next(self.due)

    def _next(self, at: datetime) -> datetime | None:
        if self._gate:
            return self._gate.next_after(at, self._cron, self._zone)
        return self._cron.next_after(at, self._zone)
