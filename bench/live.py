"""From a heartbeat's POST to the frame in a client, and to the page in a real browser."""

import json
import subprocess
import sys
from dataclasses import asdict
from typing import Any

from bench import load
from bench.product import ROOT, Product, child
from bench.row import Row, Spread, number, times
from bench.seed import workflow_id

SLUG = "bench-thousand"
ON_PAGE = 50  # the client has all of them in view, the browser what fits its window
PROBED = 8
PER_SECOND = 20.0  # probes: each probed campaign changes every 0.4 s
SECONDS = 12.0
WARM = 1.5
BACKGROUND = (0, 50, 200)  # heartbeats a second to the other campaigns in view


def rows(product: Product, seeded: dict[str, Any]) -> list[Row]:
    session = product.sign_in()
    found = []
    for rate in BACKGROUND:
        frame = _measured(product, seeded[SLUG], session, "frame", rate)
        pixel = _measured(product, seeded[SLUG], session, "pixel", rate)
        seen, answer = Spread(**frame["seen_ms"]), Spread(**frame["answer_ms"])
        found.append(_row("frame", rate, frame, (f"{answer} to its own 202", answer)))
        found.append(_row("pixel", rate, pixel, (f"{seen} to the frame", seen)))
    return sorted(found, key=lambda row: row.what)


def _measured(
    product: Product, workspace: dict[str, Any], session: str, eye: str, rate: int
) -> dict[str, Any]:
    plan = {
        "eye": eye,
        "port": product.port,
        "path": product.heartbeat_path,
        "secret": product.secret,
        "session": session,
        "workspace": workspace["id"],
        "slug": SLUG,
        "campaigns": workspace["campaigns"][:ON_PAGE],
        "workflows": [workflow_id(SLUG, n) for n in range(PROBED)],
        "per_second": PER_SECOND,
        "seconds": SECONDS,
        "warm": WARM,
    }
    if not rate:
        return child("bench.probe", plan)
    others = load.Plan(
        port=product.port,
        path=product.heartbeat_path,
        secret=product.secret,
        workflows=[workflow_id(SLUG, n) for n in range(PROBED, ON_PAGE)],
        senders=8,
        seconds=SECONDS + WARM + 10,  # it is ended when the probe is
        per_second=rate,
    )
    background = subprocess.Popen(
        [sys.executable, "-m", "bench.load"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
    )
    try:
        assert background.stdin is not None
        background.stdin.write(json.dumps(asdict(others)).encode())
        background.stdin.close()
        return child("bench.probe", plan)
    finally:
        background.kill()
        background.wait()


def _row(eye: str, rate: int, measured: dict[str, Any], limit: tuple[str, Spread]) -> Row:
    seen = Spread(**measured["seen_ms"])
    text = f"{seen}, drawn {Spread(**measured['drawn_ms'])}" if measured["drawn_ms"] else str(seen)
    if measured["missing"]:
        text += f"; {measured['missing']} of {measured['probes']} not seen in 2 s"
    note = f"clocks agree within {number(measured['clock_error_ms'])} ms" if eye == "pixel" else ""
    return Row(
        what=f"Heartbeat → {eye}",
        load=f"{PER_SECOND:.0f}/s that are measured" + (f" and {rate}/s beside" if rate else ""),
        measured=text,
        limits=((limit[0], times(seen.p50, limit[1].p50)),),
        note=note,
        raw=measured,
    )
