"""A schedule that was read, and when it is due."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any, Self

from campaigns.schedules import cron, zones
from campaigns.schedules.gates import Gate


@dataclass(frozen=True, slots=True)
class Rule:
    cron: str
    gate: Gate | None = None

    def next_after(self, at: datetime, last_run: datetime | None, zone: tzinfo) -> datetime | None:
        """As `Schedule.next_after`, of this rule alone. `at` is in UTC."""
        times = cron.parse(self.cron)
        if self.gate is None:
            return times.next_after(at, zone)
        gate = self.gate.after_run(last_run, times, zone) if last_run else self.gate
        return gate.next_after(at, times, zone)


@dataclass(frozen=True, slots=True)
class Schedule:
    zone: str
    rules: tuple[Rule, ...]

    def next_after(self, at: datetime, last_run: datetime | None = None) -> datetime | None:
        """In UTC, strictly after. None: not within eight years.

        `last_run` is when n8n last started a run by this schedule, as far as known: of intervals
        like 5 hours n8n counts from there, and keeps it in memory only until it starts anew.
        """
        zone = zones.find(self.zone)
        if zone is None:
            return None
        at = at.astimezone(UTC)
        due = (rule.next_after(at, last_run, zone) for rule in self.rules)
        return min((one for one in due if one), default=None)

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
