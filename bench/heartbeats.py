"""Heartbeats a second, each durable before its 202, beside the statement and the server alone."""

from typing import Any

from bench import bare, cpu
from bench.product import Product, child
from bench.row import BenchError, Row, number, percent
from bench.seed import WORKSPACES, workflow_id

SECONDS = 3.0
WARM = 0.5
SLUG = "bench-thousand"
# Apart from those that the pages and sockets of other rows look at.
WORKFLOWS = [workflow_id(SLUG, n) for n in range(200, WORKSPACES[SLUG], 4)]

# senders, heartbeats in a body, connections of the statement beside it, requests made beforehand
LOADS = ((1, 1, 1, 12_000), (8, 1, 8, 40_000), (64, 1, 8, 60_000), (8, 100, 1, 1_600))
BARE = 2_000  # requests for uvicorn alone, sent again and again


def rows(product: Product, port: int) -> list[Row]:
    web, command = product.web()
    statements: dict[tuple[int, int], dict[str, Any]] = {}
    found = []
    for senders, size, connections, made in LOADS:
        with bare.server(command, product.port, port):
            limit = _load(product, port, senders, size, BARE, again=True)
        if (connections, size) not in statements:
            statements[connections, size] = _statement(product, connections, size)
        alone = statements[connections, size]
        measured = _watched(product, web, senders, size, made)
        found.append(_row(senders, size, measured, alone, limit))
    found.append(_more_connections(statements, _statement(product, 8, 100)))
    return found


def _row(
    senders: int, size: int, measured: dict[str, Any], alone: dict[str, Any], limit: dict[str, Any]
) -> Row:
    rate, latency = measured["heartbeats_per_second"], measured["latency_ms"]
    of = (alone["heartbeats_per_second"], limit["heartbeats_per_second"])
    plural = "s" if alone["connections"] > 1 else ""
    return Row(
        what="Heartbeats, durable",
        load=f"{senders} sender{'s' if senders > 1 else ''}, "
        + ("single" if size == 1 else f"bodies of {size}"),
        measured=f"{number(rate)}/s; answer p50 {number(latency['p50'])},"
        f" p99 {number(latency['p99'])} ms",
        limits=(
            (
                f"{number(of[0])}/s the statement on {alone['connections']} connection{plural}",
                percent(rate, of[0]),
            ),
            (f"{number(of[1])}/s uvicorn alone", percent(rate, of[1])),
        ),
        note=f"per heartbeat: web {number(measured['web_us'])} µs, PostgreSQL"
        f" {number(measured['postgres_us'])} µs of processor time; generator"
        f" {measured['generator_busy']:.0%} of a core, {limit['generator_busy']:.0%} against"
        " uvicorn alone",
        raw={"product": measured, "statement": alone, "uvicorn": limit},
    )


def _more_connections(
    statements: dict[tuple[int, int], dict[str, Any]], eight: dict[str, Any]
) -> Row:
    one = statements[1, 100]["heartbeats_per_second"]
    rate = eight["heartbeats_per_second"]
    return Row(
        what="The statement alone",
        load="8 connections, 100 rows a call",
        measured=f"{number(rate)}/s",
        limits=((f"{number(one)}/s on 1 connection", percent(rate, one)),),
        raw={"statement": eight},
    )


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
        "made": 1_200 if size > 1 else 8_000 * connections if connections == 1 else 40_000,
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
