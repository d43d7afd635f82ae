"""How much processor time processes have used; nothing where there is no /proc."""

import os
import threading
import time
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping
from pathlib import Path

from bench.row import number

TICK = os.sysconf("SC_CLK_TCK")


def used(pid: int, *, with_children: bool = False) -> float:
    """Seconds, user and system; 0 for a process that is gone or on a system without /proc."""
    return sum(_of(each) for each in [pid, *(_children(pid) if with_children else [])])


def _of(pid: int) -> float:
    fields = _stat(pid)
    # utime, stime, and those of children that were waited for
    return sum(int(field) for field in fields[11:15]) / TICK if fields else 0.0


def _children(parent: int) -> list[int]:
    proc = Path("/proc")
    pids = [int(entry.name) for entry in proc.glob("[0-9]*")] if proc.is_dir() else []
    return [pid for pid in pids if (fields := _stat(pid)) and int(fields[1]) == parent]


def _stat(pid: int) -> list[str]:
    """The fields behind the command's name: state, parent, …"""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


class Spent:
    """Of the web process and of PostgreSQL, added up over what is measured."""

    def __init__(self, web: int, postmaster: int, *others: int) -> None:
        self._web, self._postmaster, self._others = web, postmaster, others
        self.web = self.postgres = self.others = 0.0

    def now(self) -> tuple[float, float, float]:
        others = sum(used(pid) for pid in self._others)
        return used(self._web), used(self._postmaster, with_children=True), others

    def add(self, before: tuple[float, float, float]) -> None:
        """What was spent since `before`."""
        after = self.now()
        self.web += after[0] - before[0]
        self.postgres += after[1] - before[1]
        self.others += after[2] - before[2]

    def each(self, count: int) -> str:
        web, postgres, others = (
            _ms(seconds, count) for seconds in (self.web, self.postgres, self.others)
        )
        said = f"web {web}, PostgreSQL {postgres}"
        return f"{said}, workers {others}" if self._others else said


def _ms(seconds: float, count: int) -> str:
    """Of processor time, as the table writes it."""
    return f"{number(seconds / count * 1000)} ms"


class Watched:
    """Notes beside what is measured how much each has used: how busy it was is asked afterwards."""

    EVERY = 0.2  # seconds

    def __init__(self, used: Mapping[str, Callable[[], float]]) -> None:
        self._used = used
        self._at: list[float] = []
        self._seconds: dict[str, list[float]] = {name: [] for name in used}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> "Watched":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def busy(self, begun: float, ended: float) -> dict[str, float]:
        """Of each, how many cores between these two times (`time.perf_counter`)."""
        first = bisect_left(self._at, begun)
        last = bisect_right(self._at, ended) - 1
        if last <= first:
            return {}
        span = self._at[last] - self._at[first]
        return {
            name: round((seconds[last] - seconds[first]) / span, 2)
            for name, seconds in self._seconds.items()
        }

    def _watch(self) -> None:
        while not self._over.wait(self.EVERY):
            at = time.perf_counter()
            for name, used in self._used.items():
                self._seconds[name].append(used())
            self._at.append(at)
