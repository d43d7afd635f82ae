"""Heartbeats a second, each durable before its 202, beside the statement and the server alone."""

from collections.abc import Iterator
from typing import Any

from bench import bare, cpu
from bench.product import Product, child
from bench.row import BenchError, Goal, Row, number, percent
from bench.seed import WORKSPACES, workflow_id

SECONDS = 3.0
WARM = 0.5
SLUG = "bench-thousand"
# Apart from those that the pages and sockets of other rows look at.
WORKFLOWS = [workflow_id(SLUG, n) for n in range(200, WORKSPACES[SLUG], 4)]

# senders, heartbeats in a body, requests made beforehand
LOADS = (
    (1, 1, 12_000),
    (8, 1, 40_000),
    (64, 1, 60_000),
    (1, 100, 1_600),
    (8, 100, 1_600),
    (64, 100, 1_920),
)
BARE = 2_000  # requests for uvicorn alone, sent again and again
# Of the bare statement, and heartbeats a second.
SHARE = {1: 0.6, 8: 0.9}
BATCHED = 20_000


def rows(product: Product, port: int) -> Iterator[Row]:
    web, command = product.web()
    for senders, size, made in LOADS:
        with bare.server(command, product.port, port):
            limit = _load(product, port, senders, size, BARE, again=True)
        alone = _statement(product, senders, size)
        measured = _watched(product, web, senders, size, made)
        yield _row(senders, size, measured, alone, limit)


def _row(
    senders: int, size: int, measured: dict[str, Any], alone: dict[str, Any], limit: dict[str, Any]
) -> Row:
    rate, latency = measured["heartbeats_per_second"], measured["latency_ms"]
    of = (alone["heartbeats_per_second"], limit["heartbeats_per_second"])
    plural = "s" if alone["connections"] > 1 else ""
    kind = "single" if size == 1 else f"bodies of {size}"
    load = f"{senders} sender{'s' if senders > 1 else ''}, {kind}"
    web, postgres = (number(measured[name]) for name in ("web_us", "postgres_us"))
    return Row(
        what="Heartbeats, durable",
        load=load,
        measured=f"{number(rate)}/s; answer p50 {number(latency['p50'])},"
        f" p99 {number(latency['p99'])} ms",
        limits=(
            (
                f"{number(of[0])}/s the statement on {alone['connections']} connection{plural}",
                percent(rate, of[0]),
            ),
            (f"{number(of[1])}/s uvicorn alone", percent(rate, of[1])),
        ),
        note=f"generator {measured['generator_busy']:.0%} of a core,"
        f" {limit['generator_busy']:.0%} against uvicorn alone",
        goals=_goals(senders, size, rate, of[0]),
        costs=((f"heartbeat ({load})", f"web {web} µs, PostgreSQL {postgres} µs"),),
        raw={"product": measured, "statement": alone, "uvicorn": limit},
    )


def _goals(senders: int, size: int, rate: float, statement: float) -> tuple[Goal, ...]:
    if size == 1 and senders in SHARE:
        share = SHARE[senders]
        return (Goal(f"≥ {share:.0%} of the statement", rate >= share * statement),)
    if size > 1 and senders > 1:
        return (Goal(f"≥ {BATCHED:,}/s", rate >= BATCHED),)
    return ()


def _load(
    product: Product, port: int, senders: int, size: int, made: int, *, again: bool = False
) -> dict[str, Any]:
    return child(
        "bench.load",
        {
            "port": port,
            "path": product.heartbeat_path,
            "secret": product.secret,
            "workflows": WORKFLOWS,
            "senders": senders,
            "seconds": SECONDS,
            "size": size,
            "made": made,
            "again": again,
            "warm": WARM,
        },
    )


def _watched(product: Product, web: int, senders: int, size: int, made: int) -> dict[str, Any]:
    """With what it cost the servers, and the proof that what was acknowledged is there."""
    postmaster = product.postmaster()
    keys = _keys(product)
    before = cpu.used(web), cpu.used(postmaster, with_children=True)
    done = _load(product, product.port, senders, size, made)
    after = cpu.used(web), cpu.used(postmaster, with_children=True)
    stored = done["stored"]
    if done["statuses"].keys() != {"202"} or done["lost"] or done["not_stored"]:
        raise BenchError(f"not every heartbeat was taken: {done}")
    if _keys(product) - keys < stored:
        raise BenchError(f"{stored} were acknowledged, {_keys(product) - keys} are there")
    done["web_us"] = round((after[0] - before[0]) / stored * 1e6, 1)
    done["postgres_us"] = round((after[1] - before[1]) / stored * 1e6, 1)
    return done


def _statement(product: Product, connections: int, size: int) -> dict[str, Any]:
    plan = {
        "workflows": WORKFLOWS,
        "connections": connections,
        "size": size,
        "seconds": SECONDS,
        "warm": WARM,
        "made": 2_000 if size > 1 else 8_000 if connections == 1 else 40_000,
    }
    done = child("bench.statement", plan, env=product.environ)
    if done["not_stored"]:
        raise BenchError(f"the statement refused rows: {done['not_stored']}")
    return done


def _keys(product: Product) -> int:
    with product.db() as db:
        row = db.execute("SELECT count(*) FROM campaigns_heartbeat_key").fetchone()
    assert row is not None
    count: int = row[0]
    return count
