"""`python -m bench`: see the package."""

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench import (
    clock,
    front_door,
    heartbeats,
    hooks,
    live,
    members,
    pages,
    product,
    report,
    seed,
    start,
    sync,
    watch,
)
from bench.machine import ROOT, Machine
from bench.row import BenchError, Row
from orchestrator.embedded.server import free_port

GROUPS = (
    "install",
    "start",
    "pages",
    "members",
    "watch",
    "live",
    "heartbeats",
    "clock",
    "sync",
    "hooks",
    "front_door",
)


class Run:
    """The product that most groups share: started by the first that needs it."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port, self.other_port = folder, port, port + 1
        self._running: product.Product | None = None
        self._seeded: dict[str, Any] = {}

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

    def stop(self) -> None:
        if self._running is not None:
            self._running.stop()

    def group(self, name: str) -> list[Row]:
        measure: dict[str, Callable[[], list[Row]]] = {
            "install": lambda: start.installation(self.folder / "install"),
            "start": lambda: start.rows(self.folder / "start", self.port),
            "pages": lambda: pages.rows(self.product()),
            "members": lambda: members.rows(self.product()),
            "watch": lambda: watch.rows(self.product()),
            "live": lambda: live.rows(self.product(), self.seeded()),
            "heartbeats": lambda: heartbeats.rows(self.product(), self.other_port),
            "clock": lambda: clock.rows(self.product()),
            "hooks": lambda: hooks.rows(),
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
    parser.add_argument("--port", type=int, help="this one and the next (default: free ones)")
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
                groups[name] = run.group(name)
                for row in groups[name]:
                    print(report.plain(row), flush=True)
    except BenchError as error:
        print(error, file=sys.stderr)
        return 1
    seconds = time.monotonic() - begun
    complete = not options.only
    path = report.keep("all" if complete else "-".join(names), machine, groups, seconds)
    if complete:
        report.write(machine, [row for rows in groups.values() for row in rows], seconds)
    print(f"{machine}\n{seconds:.0f} s, samples in {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
