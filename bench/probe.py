"""`python -m bench.probe`: sends a heartbeat, and waits for somebody to see the change.

At a fixed rate, whatever the answers do, over campaigns of its own, so that each probe is the first
change of its campaign for a while and nothing holds it back. Both clocks are of this machine.
"""

import asyncio
import json
import sys
from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import uvloop

from bench.beats import Post, Source, body_of
from bench.eyes import Eye, FrameEye, PixelEye, Sight, Target, clock
from bench.row import Spread, thinned

POSTERS = 8  # connections: one that waits for its answer holds up no other
PATIENCE = 2000.0  # ms after which a change counts as not seen


@dataclass
class Plan:
    eye: str  # frame or pixel
    port: int
    path: str
    secret: str
    session: str
    workspace: str
    slug: str
    campaigns: list[str]  # on the page; those of `workflows` come first
    workflows: list[str]  # that are probed
    per_second: float
    seconds: float
    warm: float


@dataclass(frozen=True)
class Sent:
    campaign: str
    status: str
    at: float  # when the POST was handed to the system
    answered: float


class Poster:
    """Heartbeats over one kept connection."""

    def __init__(self, port: int) -> None:
        self._port = port

    async def open(self) -> None:
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)

    async def send(self, request: bytes) -> tuple[float, float]:
        at = clock()
        self._writer.write(request)
        head = await self._reader.readuntil(b"\r\n\r\n")
        answered = clock()
        if head[9:12] != b"202":
            raise RuntimeError(head.decode())
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
        await self._reader.readexactly(length)
        return at, answered

    def close(self) -> None:
        self._writer.close()


async def send(plan: Plan) -> list[Sent]:
    post, source = Post(plan.port, plan.path, plan.secret), Source(plan.workflows)
    posters: asyncio.Queue[Poster] = asyncio.Queue()
    for _ in range(POSTERS):
        poster = Poster(plan.port)
        await poster.open()
        posters.put_nowait(poster)
    count = len(plan.workflows)
    found: list[Sent] = []
    tasks: set[asyncio.Task[None]] = set()

    async def probe(number: int, poster: Poster) -> None:
        # Round by round, each campaign is told of a start, then of its end, then of a start …
        turn, which = divmod(number, count)
        run = turn // 2 * count + which
        beat = source.end(run) if turn % 2 else source.start(run)
        at, answered = await poster.send(post.request(body_of([beat])))
        posters.put_nowait(poster)
        status = "live" if turn % 2 else "syncing"
        found.append(Sent(plan.campaigns[which], status, at, answered))

    # Whole rounds, so that every run has its end and the next measurement begins as this one.
    rounds = round((plan.warm + plan.seconds) * plan.per_second / count / 2) * 2
    begun = clock()
    for number in range(rounds * count):
        due = begun + number * 1000 / plan.per_second
        await asyncio.sleep(max(0.0, (due - clock()) / 1000))
        tasks.add(asyncio.create_task(probe(number, await posters.get())))
    await asyncio.gather(*tasks)
    while not posters.empty():
        posters.get_nowait().close()
    return [each for each in found if each.at >= begun + plan.warm * 1000]


def matched(sent: list[Sent], sights: list[Sight]) -> tuple[list[tuple[Sent, Sight]], int]:
    """Each probe with the first sight of its state after it; and how many were never seen."""
    seen: defaultdict[tuple[str, str], list[Sight]] = defaultdict(list)
    for sight in sights:
        seen[sight.campaign, sight.status].append(sight)
    pairs, missing = [], 0
    for probe in sent:
        some = seen[probe.campaign, probe.status]
        at = bisect_left([sight.at for sight in some], probe.at)
        if at < len(some) and some[at].at - probe.at < PATIENCE:
            pairs.append((probe, some[at]))
        else:
            missing += 1
    return pairs, missing


async def run(plan: Plan) -> dict[str, Any]:
    eye: Eye = FrameEye() if plan.eye == "frame" else PixelEye()
    probed = plan.campaigns[: len(plan.workflows)]
    await eye.open(
        Target(plan.port, plan.session, plan.workspace, plan.slug, plan.campaigns, probed)
    )
    try:
        sent = await send(plan)
        await asyncio.sleep(0.5)
        pairs, missing = matched(sent, await eye.sights())
    finally:
        await eye.close()
    taken = [sight.at - probe.at for probe, sight in pairs]
    drawn = [sight.painted - probe.at for probe, sight in pairs if sight.painted is not None]
    answers = [probe.answered - probe.at for probe in sent]
    return {
        "probes": len(sent),
        "missing": missing,
        "seen_ms": vars(Spread.of(taken)),
        "drawn_ms": vars(Spread.of(drawn)) if drawn else None,
        "answer_ms": vars(Spread.of(answers)),
        "samples_ms": thinned(taken, 200),
        "drawn_samples_ms": thinned(drawn, 200),
        **eye.report(),
    }


def main() -> None:
    plan = Plan(**json.load(sys.stdin))
    print(json.dumps(uvloop.run(run(plan))))


if __name__ == "__main__":
    main()
