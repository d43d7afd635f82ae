"""The clock's tick over 10,000 campaigns, beside a bare UPDATE of as many rows.

All in one transaction that is rolled back: the product's own clock does not see them, and what it
does meanwhile is not counted.
"""

import time
from typing import Any

from bench.product import Product
from bench.row import BenchError, Row, Spread, times

CAMPAIGNS = 10_000
LATE = 1_000
TICKS = 30

_SEED = """
INSERT INTO campaigns_campaign (id, workspace_id, instance_id, n8n_workflow_id, name, trigger,
    enabled, set_aside, created_at, version, state_version, reported, running, waiting,
    last_result, counted_result, n8n_status, sync_status, reason, expected_at, late_at)
SELECT gen_random_uuid(), w.id, w.instance_id, 'clock-' || n, 'Clock ' || n, 'schedule',
    true, false, now(), 1, 1, 'active', 0, 0, '', '', '', '', '',
    now() - interval '1 h', now() + interval '1 h'
FROM workspaces_workspace w, generate_series(1, %s) n WHERE w.slug = 'bench-six'
"""
_NOT_DUE = """
UPDATE campaigns_campaign SET late_at = now() + interval '1 h' WHERE n8n_workflow_id LIKE 'clock-%'
"""
_TICK = "SELECT cardinality(changed), cardinality(turned) FROM campaigns_tick(NULL, '0 s')"


def rows(product: Product) -> list[Row]:
    with product.db() as db, db.transaction(force_rollback=True):
        db.execute(_SEED, [CAMPAIGNS])
        db.execute("ANALYZE campaigns_campaign")
        db.execute("CREATE TEMP TABLE bare AS SELECT id, sync_status FROM campaigns_campaign")
        db.execute("CREATE UNIQUE INDEX ON bare (id)")
        idle = _timed(db, TICKS, lambda: db.execute(_TICK))
        trip = _timed(db, TICKS, lambda: db.execute("SELECT 1"))
        late, bare_late = [], []
        for _ in range(5):
            db.execute("UPDATE campaigns_campaign SET late_at = NULL WHERE late_at <= now()")
            db.execute(_NOT_DUE)
            _become_late(db)
            begun = time.perf_counter()
            changed = db.execute(_TICK).fetchone()
            late.append((time.perf_counter() - begun) * 1000)
            if changed is None or changed[0] < LATE:
                raise BenchError(f"the tick changed {changed}")
            bare_late.append(_bare(db, LATE))
        db.execute(_NOT_DUE)
        silent, bare_all = [], []
        for ago in ("1 h", "1 s") * 3:
            db.execute(
                "UPDATE workspaces_instance SET alive_at = now() - %s::interval,"
                " last_ok_at = now() - %s::interval",
                [ago, ago],
            )
            begun = time.perf_counter()
            db.execute(_TICK)
            silent.append((time.perf_counter() - begun) * 1000)
            bare_all.append(_bare(db, CAMPAIGNS))
    return [
        _row("nothing is due", Spread.of(idle), ("a bare SELECT 1", Spread.of(trip))),
        _row(
            f"{LATE:,} become late",
            Spread.of(late),
            (f"a bare UPDATE of {LATE:,} rows", Spread.of(bare_late)),
        ),
        _row(
            "their n8n falls silent or speaks again",
            Spread.of(silent),
            (f"a bare UPDATE of {CAMPAIGNS:,} rows", Spread.of(bare_all)),
        ),
    ]


def _timed(db: Any, often: int, call: Any) -> list[float]:
    taken = []
    for _ in range(often):
        begun = time.perf_counter()
        call()
        taken.append((time.perf_counter() - begun) * 1000)
    return taken


def _become_late(db: Any) -> None:
    """Their time comes, and nothing has looked yet: as if it had come just now."""
    db.execute(
        "UPDATE campaigns_campaign SET late_at = clock_timestamp() + interval '400 ms'"
        " WHERE id IN (SELECT id FROM campaigns_campaign"
        "              WHERE n8n_workflow_id LIKE 'clock-%%' LIMIT %s)",
        [LATE],
    )
    time.sleep(0.6)


def _bare(db: Any, count: int) -> float:
    begun = time.perf_counter()
    db.execute(
        "UPDATE bare SET sync_status = 'stale' WHERE id IN (SELECT id FROM bare LIMIT %s)", [count]
    )
    return (time.perf_counter() - begun) * 1000


def _row(load: str, measured: Spread, limit: tuple[str, Spread]) -> Row:
    return Row(
        what="Tick of the clock",
        load=f"{CAMPAIGNS:,} campaigns, {load}",
        measured=str(measured),
        limits=((f"{limit[1]} {limit[0]}", times(measured.p50, limit[1].p50)),),
        raw={"measured_ms": vars(measured), "limit_ms": vars(limit[1])},
    )
