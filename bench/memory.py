"""What the processes hold at rest, and the web process for each socket."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench import crowds
from bench.processes import of
from bench.product import Product
from bench.row import Row, number
from bench.scenes import IN_VIEW, views

SOCKETS = (500, 2000)
SETTLED = 2.0  # seconds


def rows(product: Product, found: dict[str, Any]) -> Iterator[Row]:
    time.sleep(SETTLED)
    if not Path("/proc/self/smaps_rollup").exists():
        yield Row("Memory at rest", "", "not measured: there is no /proc")
        return
    yield _at_rest(product)
    yield _per_socket(product, found)


def _at_rest(product: Product) -> Row:
    held = {name: _mib(pids) for name, pids in of(product).items()}
    said = ", ".join(f"{name} {number(mib)}" for name, mib in held.items())
    return Row(
        what="Memory at rest",
        load="after its start, 6,000 campaigns, nobody looks",
        measured=f"{number(sum(held.values()))} MiB in all",
        note=f"MiB: {said}; what processes share is shared out among them",
        costs=(("process at rest", f"MiB: {said}"),),
        raw={"mib": held},
    )


def _per_socket(product: Product, found: dict[str, Any]) -> Row:
    web, _ = product.web()
    held = {0: _rss(web)}
    for sockets in SOCKETS:
        with crowds.holding(product.port, views(found["together"], found["sessions"], sockets)):
            time.sleep(SETTLED)
            held[sockets] = _rss(web)
    few, many = SOCKETS
    each = (held[many] - held[few]) / (many - few) * 1024
    first = (held[few] - held[0]) / few * 1024
    said = ", ".join(f"{number(mib)} MiB with {count:,}" for count, mib in held.items())
    return Row(
        what="Memory of a socket",
        load=f"{IN_VIEW} campaigns in view of each",
        measured=f"{number(each)} KiB, from {few:,} to {many:,} sockets",
        note=f"web process: {said}; the first {few:,} cost {number(first)} KiB each,"
        " what the process needs once included",
        costs=(("socket", f"{number(each)} KiB of the web process"),),
        raw={"mib": held},
    )


def _mib(pids: list[int]) -> float:
    return sum(_kib(Path(f"/proc/{pid}/smaps_rollup"), "Pss:") for pid in pids) / 1024


def _rss(pid: int) -> float:
    return _kib(Path(f"/proc/{pid}/status"), "VmRSS:") / 1024


def _kib(path: Path, name: str) -> int:
    try:
        text = path.read_text()
    except OSError:
        return 0  # one that has just ended
    return next((int(line.split()[1]) for line in text.splitlines() if line.startswith(name)), 0)
