"""`python -m bench`: see the package."""

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench import (
    clock,
    fanout,
    front_door,
    growth,
    heartbeats,
    hooks,
    live,
    members,
    memory,
    pages,
    product,
    provisioning,
    report,
    seed,
    start,
    sync,
    watch,
)
from bench.machine import ROOT, Machine
from bench.row import BenchError, Row
from orchestrator.embedded.server import free_port

# In this order: what comes later finds what came before it in the database.
GROUPS = (
    "install",
    "start",
    "memory",
    "pages",
    "members",
    "fanout",
    "live",
    "heartbeats",
    "clock",
    "watch",
    "growth",
    "sync",
    "hooks",
    "front_door",
    "provisioning",
)


class Run:
    """The product that most groups share: started by the first that needs it."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port = folder, port
        self._running: product.Product | None = None
        self._seeded: dict[str, Any] = {}
        self._crowd: dict[str, Any] = {}

    @property
    def other_port(self) -> int:
        """Free now: one that was chosen at the start may be somebody's by then."""
        return free_port()

    def product(self) -> product.Product:
        if self._running is None:
            run_dir = product.fresh(self.folder / "product")
            seed.workflows(run_dir)
            self._running = product.start(run_dir, self.port)
            self._seeded = self._running.manage("bench.seed")
        return self._running

    def seeded(self) -> dict[str, Any]:
        self.product()
        return self._seeded

    def crowd(self) -> dict[str, Any]:
        """Who holds sockets, and what they look at."""
        self._crowd = self._crowd or self.product().manage("bench.crowd_seed")
        return self._crowd

    def stop(self) -> None:
        if self._running is not None:
            self._running.stop()

    def group(self, name: str) -> Iterable[Row]:
        measure: dict[str, Callable[[], Iterable[Row]]] = {
            "install": lambda: start.installation(self.folder / "install"),
            "start": lambda: start.rows(self.folder / "start", self.port),
            "memory": lambda: memory.rows(self.product(), self.crowd()),
            "pages": lambda: pages.rows(self.product()),
            "members": lambda: members.rows(self.product()),
            "watch": lambda: watch.rows(self.product()),
            "fanout": lambda: fanout.rows(self.product(), self.crowd()),
            "live": lambda: live.rows(self.product(), self.seeded()),
            "heartbeats": lambda: heartbeats.rows(self.product(), self.other_port),
            "clock": lambda: clock.rows(self.product()),
            "growth": lambda: growth.rows(self.product()),
            "hooks": lambda: hooks.rows(),
            "provisioning": lambda: provisioning.rows(
                self.folder / "provisioning", self.other_port
            ),
            "front_door": lambda: front_door.rows(self.folder / "front_door", self.other_port),
            "sync": lambda: sync.rows(self.folder / "sync", self.other_port),
        }
        return measure[name]()


@contextmanager
def prepared(folder: Path, port: int) -> Iterator[Run]:
    run = Run(folder, port)
    try:
        yield run
    finally:
        run.stop()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("--only", nargs="+", choices=GROUPS, metavar="GROUP", help=" ".join(GROUPS))
    parser.add_argument("--keep", action="store_true", help="put these groups into the table")
    parser.add_argument("--port", type=int, help="of the product (default: a free one)")
    options = parser.parse_args()
    names = [name for name in GROUPS if name in (options.only or GROUPS)]
    folder = Path(os.environ.get("RUN_DIR") or ROOT / ".run").resolve() / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    machine = Machine.here(folder)
    begun = time.monotonic()
    groups: dict[str, list[Row]] = {}
    try:
        with prepared(folder, options.port or free_port()) as run:
            for name in names:
                groups[name] = []
                for row in run.group(name):
                    groups[name].append(row)
                    print(report.plain(row), flush=True)
    except BenchError as error:
        print(error, file=sys.stderr)
        return 1
    seconds = time.monotonic() - begun
    kept = options.keep or not options.only
    path = report.keep("all" if kept else "-".join(names), machine, groups, seconds)
    if kept:
        report.write(path, GROUPS)
    print(f"{machine}\n{seconds:.0f} s, samples in {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
