"""Campaign list and home, signed in: the time in the server, and the questions to the database."""

import http.client
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bench import cpu
from bench.page_seed import CAMPAIGNS_EACH, SIZES, WORKSPACES
from bench.product import HOST, Product
from bench.row import BenchError, Goal, Row, Spread, number, thinned, times

TIMES = 150
WARM = 15
FLOOR = "/healthz"  # of the product: the outer half of the middleware, and no database
QUERIES, SLOWEST = 5, 50.0  # of a page, and its p99 in ms
SAME = 1.3  # times the cost with few rows still counts as the same


@dataclass(frozen=True)
class Asked:
    """What it took to answer a page often."""

    server: Spread
    client: Spread
    queries: int
    kib: float
    web_ms: float  # of processor time, each
    postgres_ms: float
    raw: dict[str, Any]


def rows(product: Product) -> Iterator[Row]:
    seeded = product.manage("bench.page_seed")
    reader = seeded[str(SIZES[0])]
    floor = Spread.of(asked(product, FLOOR, reader["session"])[0])
    for what, path in (
        ("Campaign list, page", "/w/{slug}/"),
        ("Campaign list, API", "/api/workspaces/{id}/campaigns"),
        ("Home, page", "/"),
        ("Home, API", "/api/workspaces"),
    ):
        few = None
        for size in SIZES:
            found = measured(product, path.format(**seeded[str(size)]), seeded[str(size)])
            few = few or found
            yield _row(what, f"{size:,} campaigns", found, floor, few)
        if what.startswith("Home"):
            found = measured(product, path, seeded["workspaces"])
            load = f"{WORKSPACES} workspaces with {CAMPAIGNS_EACH} campaigns"
            yield _row(what, load, found, floor, None)


def _row(what: str, load: str, found: Asked, floor: Spread, few: Asked | None) -> Row:
    limits = [(f"{floor} `{FLOOR}` to the client", times(found.client.p50, floor.p50))]
    goals = [
        Goal(f"≤ {QUERIES} queries", found.queries <= QUERIES),
        Goal(f"p99 < {SLOWEST:.0f} ms", found.server.p99 < SLOWEST),
    ]
    if few is not None and few is not found:
        limits.append((f"{few.server} with {SIZES[0]}", times(found.server.p50, few.server.p50)))
        same = found.server.p50 <= SAME * few.server.p50
        goals.append(Goal(f"as with {SIZES[0]}: ≤ {SAME} x", same))
    return Row(
        what=what,
        load=f"{load}, one reader",
        measured=f"{found.server} in the server, {found.queries} queries",
        limits=tuple(limits),
        note=f"to the client {found.client}, {found.kib:.0f} KiB",
        goals=tuple(goals),
        costs=((f"{what}, {load}", cost(found)),),
        raw=found.raw | {"floor_ms": vars(floor)},
    )


def cost(found: Asked) -> str:
    return f"web {number(found.web_ms)} ms, PostgreSQL {number(found.postgres_ms)} ms"


def measured(product: Product, path: str, reader: dict[str, str]) -> Asked:
    """`reader`: email, and the session that asks."""
    (web, _), postmaster = product.web(), product.postmaster()
    queries = product.manage("bench.queries", reader["email"], path)[path]
    asked(product, path, reader["session"], count=1)
    before = cpu.used(web), cpu.used(postmaster, with_children=True)
    taken, size = asked(product, path, reader["session"], warm=0)
    after = cpu.used(web), cpu.used(postmaster, with_children=True)
    server = of_the_log(product, path)[-TIMES:]
    spent = [(late - early) / TIMES * 1000 for early, late in zip(before, after, strict=True)]
    return Asked(
        server=Spread.of(server),
        client=Spread.of(taken),
        queries=queries["count"],
        kib=size / 1024,
        web_ms=spent[0],
        postgres_ms=spent[1],
        raw={
            "server_ms": thinned(server, 150),
            "client_ms": thinned(taken, 150),
            "queries": queries,
            "bytes": size,
            "processor_ms": spent,
        },
    )


def asked(
    product: Product, path: str, session: str, *, warm: int = WARM, count: int = TIMES
) -> tuple[list[float], int]:
    """Milliseconds to the whole answer, over one kept connection, and its size."""
    connection = http.client.HTTPConnection(HOST, product.port, timeout=15)
    taken, size = [], 0
    for turn in range(warm + count):
        begun = time.perf_counter()
        connection.request("GET", path, headers={"Cookie": f"sessionid={session}"})
        answer = connection.getresponse()
        size = len(answer.read())
        if answer.status != 200:
            raise BenchError(f"{path} answers {answer.status}")
        if turn >= warm:
            taken.append((time.perf_counter() - begun) * 1000)
    connection.close()
    return taken, size


def of_the_log(product: Product, path: str) -> list[float]:
    """The milliseconds that the product itself wrote down, all middleware included."""
    time.sleep(0.3)  # the supervisor hands the lines on
    found = []
    for line in product.log().splitlines():
        if '"request_finished"' in line and f'"GET {path}"' in line:
            entry: dict[str, Any] = json.loads(line[line.index("{") :])
            found.append(float(entry["ms"]))
    if len(found) < TIMES:
        raise BenchError(f"the log has {len(found)} lines for {path}")
    return found
