"""`python -m bench.statement`: the limit of ingestion, which is its SQL function alone.

The same call with the same rows as the product's, prepared and durable, on some connections: a
process each, which waits for one answer before it asks again. No HTTP, no JSON, no grouping.
"""

import json
import multiprocessing
import os
import sys
import time
from collections.abc import Sequence
from multiprocessing.synchronize import Barrier
from typing import Any

import django
import msgspec

from bench.beats import Source, body_of
from bench.row import Spread, thinned

Calls = list[list[str]]


def calls(workflows: Sequence[str], size: int, made: int) -> Calls:
    """What the product would hand to the function for these bodies."""
    from campaigns.heartbeats import Beat, read  # noqa: PLC0415 -- need django.setup()
    from campaigns.statement import columns  # noqa: PLC0415

    source = Source(workflows)
    found = []
    for number in range(made):
        beats = source.single(number) if size == 1 else source.body(number, size)
        rows = []
        for index, beat in enumerate(beats):
            heard = read(msgspec.Raw(body_of([beat])), index)
            assert isinstance(heard, Beat)
            rows.append(("default", heard))
        found.append(columns(rows))
    return found


def connection(
    plan: dict[str, Any], barrier: Barrier, answers: "multiprocessing.Queue[Any]"
) -> None:
    import psycopg  # noqa: PLC0415 -- after the fork

    from campaigns.statement import INGEST  # noqa: PLC0415 -- needs django.setup()

    made = calls(plan["workflows"], plan["size"], plan["made"] // plan["connections"])
    taken: list[float] = []
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as db:
        todo = iter(made)
        db.execute(INGEST, next(todo), prepare=True)
        barrier.wait(60)
        begun = time.perf_counter()
        counting, until = begun + plan["warm"], begun + plan["warm"] + plan["seconds"]
        cpu = time.process_time()
        now, refused = begun, 0
        for call in todo:
            before = now
            row = db.execute(INGEST, call, prepare=True).fetchone()
            assert row is not None
            refused += row[0].count("unknown") + row[0].count("duplicate")
            now = time.perf_counter()
            if before >= counting:
                taken.append((now - before) * 1000)
            if now > until:
                break
    busy = (time.process_time() - cpu) / (now - begun)
    answers.put((taken, now - counting, busy, refused))


def main() -> None:
    django.setup()
    plan = json.load(sys.stdin)
    context = multiprocessing.get_context("fork")
    barrier = context.Barrier(plan["connections"])
    answers: multiprocessing.Queue[Any] = context.Queue()
    workers = [
        context.Process(target=connection, args=(plan, barrier, answers), daemon=True)
        for _ in range(plan["connections"])
    ]
    for worker in workers:
        worker.start()
    found = [answers.get(timeout=plan["warm"] + plan["seconds"] + 60) for _ in workers]
    taken = [ms for some, *_ in found for ms in some]
    print(
        json.dumps(
            {
                "heartbeats_per_second": round(
                    sum(len(some) * plan["size"] / seconds for some, seconds, *_ in found), 1
                ),
                "connections": plan["connections"],
                "size": plan["size"],
                "generator_busy": round(sum(busy for _, _, busy, _ in found), 2),
                "not_stored": sum(refused for *_, refused in found),
                "latency_ms": vars(Spread.of(taken)),
                "latencies_ms": thinned(taken),
            }
        )
    )


if __name__ == "__main__":
    main()
