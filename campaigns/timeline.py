"""How long a campaign's runs took, against what is usual: as bars, one for each finished run."""

import statistics
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from campaigns.history import OPEN, runs_of

SLOTS = 60  # bars side by side; where there are fewer, the oldest places stay empty
STEP = 10  # units of the drawing from one bar to the next
WIDTH = 7
HEIGHT = 100
LEAST = 4  # so that the shortest is seen
USUAL_AT = 40  # the height of what is usual: whatever takes 2.5 times as long is cut
SAMPLE = 50  # successful runs of which the median is the usual one
STANDS_OUT = 2  # times the usual


@dataclass(frozen=True, slots=True)
class Bar:
    run: Mapping[str, Any]  # as of history.run_row
    x: int
    height: int
    cut: bool

    @property
    def y(self) -> int:
        return HEIGHT - self.height


@dataclass(frozen=True, slots=True)
class Timeline:
    bars: list[Bar]
    usual: float | None  # ms; None: nothing has succeeded yet, or times are not for the caller

    @property
    def width(self) -> int:
        return SLOTS * STEP - (STEP - WIDTH)

    @property
    def usual_y(self) -> int:
        return HEIGHT - USUAL_AT

    @property
    def results(self) -> list[str]:
        """What is in it, for the key beneath."""
        there = {bar.run["result"] for bar in self.bars}
        return [r for r in ("success", "error", "crashed", "canceled") if r in there]


def usual_duration(campaign_id: uuid.UUID) -> float | None:
    """Milliseconds: the median of the last successful runs."""
    ended = runs_of(campaign_id).filter(
        result="success", started_at__isnull=False, stopped_at__isnull=False
    )
    times = ended.order_by("-shown_at", "-id").values_list("started_at", "stopped_at")[:SAMPLE]
    took = [max(0.0, (end - start).total_seconds() * 1000) for start, end in times]
    return statistics.median(took) if took else None


def times_usual(duration: float | None, usual: float | None) -> float | None:
    """None where it does not stand out."""
    if not duration or not usual or duration < STANDS_OUT * usual:
        return None
    return duration / usual


def timeline(rows: Sequence[Mapping[str, Any]], usual: float | None) -> Timeline:
    """Of rows as a page has them, newest first; drawn the newest last."""
    ended = [row for row in rows if row["result"] not in OPEN][:SLOTS]
    longest = max((row.get("durationMs") or 0 for row in ended), default=0)
    # Without a usual one the longest of them is the measure; without any, all are alike.
    full = usual * HEIGHT / USUAL_AT if usual else longest
    bars = []
    for place, row in enumerate(reversed(ended), start=SLOTS - len(ended)):
        height = _height(row, full)
        bars.append(Bar(row, place * STEP, min(height, HEIGHT), height > HEIGHT))
    return Timeline(bars, usual)


def _height(row: Mapping[str, Any], full: float) -> int:
    if "durationMs" not in row:  # not for the caller
        return HEIGHT
    duration: int | None = row["durationMs"]
    if not full:
        return USUAL_AT
    if duration is None:
        return LEAST
    return max(LEAST, round(duration / full * HEIGHT))
