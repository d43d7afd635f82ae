"""From a heartbeat's POST to the frames at many sockets, beside a server that only writes them."""

import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from bench import bare, cpu, crowds, quiet, scenes
from bench.product import HOST, ROOT, Product, ask, child
from bench.row import BenchError, Goal, Row, Spread, percent, thinned, times
from bench.scenes import Scene
from bench.told import Seen, Told
from orchestrator.embedded.server import free_port

SECONDS, WARM = 4.0, 0.7


@dataclass(frozen=True)
class Place:
    """A server that is measured."""

    port: int
    path: str
    secret: str
    used: Mapping[str, Callable[[], float]]


def rows(product: Product, found: dict[str, Any]) -> Iterator[Row]:
    _until_live(product)
    web, command = product.web()
    here = Place(
        product.port,
        quiet.PATH,
        found["secret"],
        {"web": lambda: cpu.used(web), "PostgreSQL": lambda: _postgres(product)},
    )
    for scene in scenes.scenes(found):
        yield from _measured(scene, here, command, product.port)
    scene, port = scenes.with_daphne(found), free_port()
    with daphne(product, port) as process:
        there = Place(
            port,
            quiet.PATH,
            found["secret"],
            {"web": lambda: cpu.used(process.pid), "PostgreSQL": here.used["PostgreSQL"]},
        )
        outcome = _run(scene, there)
    yield from _rows(scene, outcome, None)


@dataclass
class Outcome:
    phases: list[dict[str, Any]]
    told: list[Told]
    busy: list[dict[str, float]]
    crowds: list[dict[str, Any]]


def _measured(scene: Scene, here: Place, command: Sequence[str], before: int) -> Iterator[Row]:
    outcome = _run(scene, here)
    plan = ROOT / "bench" / "results" / "bare-live.json"
    size = max(crowd["mean_bytes"] for crowd in outcome.crowds)
    campaigns = dict(zip(scene.workflows, scene.campaigns, strict=True))
    port = free_port()
    plan.write_text(json.dumps({"campaigns": campaigns, "bytes": size}))
    try:
        with bare.server(command, before, port, app="bench.bare_live:app", BENCH_LIVE=str(plan)):
            limit = _run(scene, Place(port, "/", here.secret, {}))
    finally:
        plan.unlink()
    return _rows(scene, outcome, limit)


def _run(scene: Scene, place: Place) -> Outcome:
    with crowds.holding(place.port, scene.views) as held:
        used = {**place.used}
        for number, crowd in enumerate(held):
            used[f"client {number + 1}"] = lambda pid=crowd.pid: cpu.used(pid)  # type: ignore[misc]
        with cpu.Watched(used) as watched:
            phases = _volley(scene, place)
        seen = [crowds.said(crowd) for crowd in held]
    sights = Seen(seen)
    viewers = Counter(name for view in scene.views for name in view["campaigns"])
    told = [sights.told(phase.pop("sent"), scene.campaigns, viewers) for phase in phases]
    busy = [watched.busy(phase["begun"], phase["ended"]) for phase in phases]
    kept = ("opened_ms", "states", "mean_bytes", "kinds", "closed")
    return Outcome(phases, told, busy, [{name: crowd[name] for name in kept} for crowd in seen])


def _volley(scene: Scene, place: Place) -> list[dict[str, Any]]:
    plan = {
        "port": place.port,
        "path": place.path,
        "secret": place.secret,
        "workflows": scene.workflows,
        "phases": [
            {"per_second": rate, "seconds": SECONDS, "told": scene.told(rate), "warm": WARM}
            for rate in scene.rates
        ],
    }
    phases: list[dict[str, Any]] = child("bench.volley", plan)["phases"]
    return phases


def _rows(scene: Scene, outcome: Outcome, limit: Outcome | None) -> Iterator[Row]:
    for number, rate in enumerate(scene.rates):
        told, phase = outcome.told[number], outcome.phases[number]
        spread = Spread.of(told.first) if told.first else None
        repeat = Spread.of(told.repeat) if told.repeat else None
        answer = Spread(**phase["answer_ms"])
        limits = [(f"{answer} to its own 202", _ratio(spread, answer))]
        if limit is not None and limit.told[number].first:
            bare_spread = Spread.of(limit.told[number].first)
            limits.append((f"{bare_spread} a server that only writes", _ratio(spread, bare_spread)))
        goals: tuple[Goal, ...] = ()
        if scene.goal is not None and rate == 500:
            met = spread is not None and spread.p99 < scene.goal and told.heard == told.due
            goals = (Goal(f"p99 < {scene.goal:.0f} ms", met),)
        yield Row(
            what="Heartbeat → frame",
            load=f"{rate}/s, {scene.load}",
            measured=(f"{spread}" if spread else "not seen within 2 s")
            + (f"; repeats {repeat}" if repeat else ""),
            limits=tuple(limits),
            note=_note(told, phase, outcome.busy[number]),
            goals=goals,
            raw={
                "first_ms": thinned(told.first, 200),
                "repeat_ms": thinned(told.repeat, 100),
                "due": told.due,
                "heard": told.heard,
                "phase": phase,
                "busy": outcome.busy[number],
                "crowds": outcome.crowds,
                "limit": _kept(limit, number),
            },
        )


def _ratio(spread: Spread | None, limit: Spread) -> str:
    return times(spread.p50, limit.p50) if spread else "—"


def _note(told: Told, phase: dict[str, Any], busy: dict[str, float]) -> str:
    parts = [f"{name} {cores:.0%}" for name, cores in busy.items()]
    said = "of a core: " + ", ".join(parts) if parts else ""
    if told.heard < told.due:
        said += f"; {percent(told.due - told.heard, told.due)} of {told.due:,} not seen as such"
    if phase["reached"] < 0.95 * phase["per_second"]:
        said += f"; only {phase['reached']:.0f}/s could be sent"
    return said


def _kept(limit: Outcome | None, number: int) -> dict[str, Any]:
    if limit is None:
        return {}
    told = limit.told[number]
    return {
        "first_ms": thinned(told.first, 100),
        "due": told.due,
        "heard": told.heard,
        "busy": limit.busy[number],
        "answer_ms": limit.phases[number]["answer_ms"],
    }


def _postgres(product: Product) -> float:
    return cpu.used(product.postmaster(), with_children=True)


def _until_live(product: Product) -> None:
    """The clock has seen that their n8n lives."""
    end = time.monotonic() + 30
    with product.db() as db:
        while True:
            row = db.execute(
                "SELECT count(*) FROM campaigns_campaign"
                " WHERE instance_id = %s AND sync_status <> 'live'",
                [quiet.INSTANCE],
            ).fetchone()
            if row == (0,):
                return
            if time.monotonic() > end:
                raise BenchError(f"{row} campaigns do not become live")
            time.sleep(0.2)


@contextmanager
def daphne(product: Product, port: int) -> Iterator["subprocess.Popen[bytes]"]:
    """A web process as `up --server daphne` starts it, on the product's database and Redis."""
    flags = f"daphne -b {HOST} -p {port} --no-server-name --verbosity 0"
    with (product.run_dir / "daphne.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", *flags.split(), "orchestrator.asgi:application"],
            cwd=ROOT,
            env=product.environ,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    try:
        end = time.monotonic() + 30
        while not _healthy(port):
            if process.poll() is not None or time.monotonic() > end:
                raise BenchError("daphne does not answer")
            time.sleep(0.1)
        yield process
    finally:
        process.terminate()
        process.wait(15)


def _healthy(port: int) -> bool:
    try:
        return ask(port, "GET", "/healthz")[0] == 200
    except OSError:
        return False
