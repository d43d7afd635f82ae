"""The same work with ten times the rows: what heartbeats, pages, the tick and the god view cost."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from bench import pages, quiet, watch
from bench.growth_seed import CAMPAIGNS, ENTRIES, KEYS, MEMBERS, RUNS, SLUG
from bench.product import Product, child
from bench.row import Goal, Row, Spread, number, thinned, times

TIMES = 10
TICKS, WARM = 60, 5
SAME = 1.5  # times the cost with a tenth of the rows still counts as the same
WATCHER = "watch-growth@bench.test"
_TICK = "SELECT cardinality(changed), cardinality(turned) FROM campaigns_tick(NULL, '0 s')"


@dataclass
class Costs:
    """In ms each, of the kinds of work."""

    of: dict[str, list[float]] = field(default_factory=dict)


def rows(product: Product) -> Iterator[Row]:
    seeded = product.manage("bench.growth_seed", "1", timeout=600)
    product.manage("bench.clients", "50", WATCHER)
    few = _costs(product, seeded)
    grown = product.manage("bench.growth_seed", str(TIMES), timeout=900)
    many = _costs(product, seeded)
    for what in few.of:
        yield _row(what, Spread.of(few.of[what]), Spread.of(many.of[what]), many.of[what])
    yield _disk(grown["disk"])


def _costs(product: Product, seeded: dict[str, Any]) -> Costs:
    """What is measured is the same work, on what has grown."""
    session = product.sign_in()
    _settled(product)
    page, members = f"/w/{SLUG}/", f"/w/{SLUG}/members"
    kinds: dict[str, Callable[[], list[float]]] = {
        "A heartbeat, 8 senders": lambda: _heartbeats(product, seeded["secret"], 1),
        "A body of 100 heartbeats, 8 senders": lambda: _heartbeats(product, seeded["secret"], 100),
        "Campaign list, page": lambda: _page(product, page, session),
        "List of members, page": lambda: _page(product, members, session),
        "History of a campaign, API": lambda: _page(product, _history(product, seeded), session),
        "Home, page": lambda: _page(product, "/", session),
        "Tick of the clock, nothing is due": lambda: _ticks(product),
        "God view": lambda: _god_view(product),
    }
    return Costs({what: measure() for what, measure in kinds.items()})


def _row(what: str, few: Spread, many: Spread, raw: list[float]) -> Row:
    goals: tuple[Goal, ...] = ()
    if "page" in what:
        goals = (Goal(f"≤ {SAME} x", many.p50 <= SAME * few.p50),)
    return Row(
        what=f"Growth: {what}",
        load=f"{TIMES} x the rows",
        measured=str(many),
        limits=((f"{few} with a tenth of them", times(many.p50, few.p50)),),
        goals=goals,
        raw={"ms": thinned(raw, 100), "few_ms": vars(few)},
    )


def _disk(disk: dict[str, dict[str, int]]) -> Row:
    kib = {what: found["bytes"] / found["rows"] * 1000 / 1024 for what, found in disk.items()}
    said = ", ".join(f"1,000 {what} {number(each)} KiB" for what, each in kib.items())
    return Row(
        what="Disk",
        load=f"{TIMES * CAMPAIGNS:,} campaigns, {TIMES * RUNS:,} runs, {TIMES * KEYS:,} heartbeat"
        f" ids, {TIMES * ENTRIES:,} ledger entries, {TIMES * MEMBERS:,} members",
        measured=said,
        note="with their indexes, as they were written, nothing vacuumed",
        costs=tuple((f"1,000 {what}", f"{number(each)} KiB of disk") for what, each in kib.items()),
        raw={"disk": disk},
    )


def _heartbeats(product: Product, secret: str, size: int) -> list[float]:
    plan = {
        "port": product.port,
        "path": quiet.PATH,
        "secret": secret,
        "workflows": [quiet.workflow_id(SLUG, n) for n in range(200)],
        "senders": 8,
        "seconds": 3.0,
        "size": size,
        "made": 40_000 if size == 1 else 1_600,
        "warm": 0.5,
    }
    samples: list[float] = child("bench.load", plan)["latencies_ms"]
    return samples


def _page(product: Product, path: str, session: str) -> list[float]:
    pages.asked(product, path, session)
    return pages.of_the_log(product, path)[-pages.TIMES :]


def _history(product: Product, seeded: dict[str, Any]) -> str:
    with product.db() as db:
        row = db.execute(
            "SELECT id FROM campaigns_campaign WHERE workspace_id = %s ORDER BY name LIMIT 1",
            [seeded["id"]],
        ).fetchone()
    assert row is not None
    return f"/api/campaigns/{row[0]}/history"


def _ticks(product: Product) -> list[float]:
    taken = []
    with product.db() as db:
        for turn in range(WARM + TICKS):
            begun = time.perf_counter()
            db.execute(_TICK)
            if turn >= WARM:
                taken.append((time.perf_counter() - begun) * 1000)
    return taken


def _god_view(product: Product) -> list[float]:
    # Fifty are asked for in all, twice: a super admin may ask for sixty in a minute.
    time.sleep(0 if not _god_view_asked else 61 - min(60, time.monotonic() - _god_view_asked[-1]))
    _god_view_asked.append(time.monotonic())
    session = product.sign_in(WATCHER)
    return pages.asked(product, watch.PATH, session, warm=watch.WARM, count=watch.TIMES)[0]


_god_view_asked: list[float] = []


def _settled(product: Product) -> None:
    """What the clock makes of new campaigns is over."""
    end = time.monotonic() + 60
    with product.db() as db:
        while time.monotonic() < end:
            row = db.execute(
                "SELECT count(*) FROM campaigns_campaign"
                " WHERE instance_id = %s AND sync_status = 'stale'",
                [quiet.INSTANCE],
            ).fetchone()
            if row == (0,):
                return
            time.sleep(0.3)
