"""From a heartbeat's POST to the page in a real browser, beside the frame in a client."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from bench import load
from bench.product import ROOT, Product, child
from bench.row import Goal, Row, Spread, number, times
from bench.seed import workflow_id

SLUG = "bench-thousand"
ON_PAGE = 50  # the client has all of them in view, the browser what fits its window
PROBED = 8
PER_SECOND = 20.0  # probes: each probed campaign changes every 0.4 s
SECONDS = 8.0
SEEN_WITHIN = 500  # ms, from n8n's event to the pixel
WARM = 1.5
RATES = (50, 200, 500)  # heartbeats a second; those that are not probes go to the others in view


def rows(product: Product, seeded: dict[str, Any]) -> Iterator[Row]:
    session = product.sign_in()
    for rate in RATES:
        beside = rate - int(PER_SECOND)
        frame = _measured(product, seeded[SLUG], session, "frame", beside)
        pixel = _measured(product, seeded[SLUG], session, "pixel", beside)
        yield _row(rate, pixel, frame)


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


def _row(rate: int, pixel: dict[str, Any], frame: dict[str, Any]) -> Row:
    seen, limit = Spread(**pixel["seen_ms"]), Spread(**frame["seen_ms"])
    text = f"{seen}, drawn {Spread(**pixel['drawn_ms'])}"
    if pixel["missing"]:
        text += f"; {pixel['missing']} of {pixel['probes']} not seen in 2 s"
    return Row(
        what="Heartbeat → pixel",
        load=f"{rate}/s, one page open, {PER_SECOND:.0f}/s of them measured",
        measured=text,
        limits=((f"{limit} to the frame of a client", times(seen.p50, limit.p50)),),
        note=f"clocks agree within {number(pixel['clock_error_ms'])} ms",
        goals=(Goal(f"< {SEEN_WITHIN} ms", seen.p99 < SEEN_WITHIN and not pixel["missing"]),),
        raw={"pixel": pixel, "frame": frame},
    )
