"""A row of the table, and the numbers that it is made of."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any


class BenchError(Exception):
    """What was measured is not what was meant to be; there is no row for it."""


@dataclass(frozen=True)
class Goal:
    """What a row should reach, and whether it did in this run."""

    what: str
    met: bool

    def __str__(self) -> str:
        return f"{self.what}: {'met' if self.met else '**missed**'}"


@dataclass(frozen=True)
class Row:
    what: str
    load: str
    measured: str
    limits: tuple[tuple[str, str], ...] = ()  # (what and how much, ratio)
    note: str = ""
    goals: tuple[Goal, ...] = ()
    costs: tuple[tuple[str, str], ...] = ()  # (one of what, how much of what)
    raw: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Spread:
    """Of samples in milliseconds."""

    p50: float
    p95: float
    p99: float

    @classmethod
    def of(cls, samples: Sequence[float]) -> "Spread":
        if not samples:
            raise BenchError("nothing was measured")
        ordered = sorted(samples)

        def at(share: float) -> float:
            return ordered[min(len(ordered) - 1, int(share * len(ordered)))]

        return cls(statistics.median(ordered), at(0.95), at(0.99))

    def __str__(self) -> str:
        return f"{number(self.p50)} / {number(self.p95)} / {number(self.p99)} ms"


def number(value: float) -> str:
    """Three digits are more than is known."""
    if value >= 100:
        return f"{round(value, -1 if value >= 1000 else 0):,.0f}"
    return f"{value:.1f}" if value >= 1 else f"{value:.2f}"


def percent(part: float, whole: float) -> str:
    return f"{part / whole:.0%}" if whole else "—"


def times(part: float, whole: float) -> str:
    """For what takes time: how often the limit would fit into it."""
    return f"{number(part / whole)} x" if whole else "—"


def thinned(samples: Sequence[float], most: int = 400) -> list[float]:
    """Evenly spread over the order in which they came, so that a file stays small."""
    step = max(1, len(samples) / most)
    return [round(samples[int(n * step)], 3) for n in range(min(len(samples), most))]
