"""`python -m bench.volley`: sends heartbeats at some rates, whatever becomes of the answers, and
says when each was sent.

Each campaign is told of a start, at its next turn of the end, and so on, so that each heartbeat
changes what is shown. Of some campaigns the end follows the start at once: a repeat, which the
product may hold back for a moment. What is open at the end is ended.
"""

import asyncio
import json
import sys
import time
from dataclasses import dataclass
from typing import Any

import uvloop

from bench.beats import Beat, Post, Source, body_of
from bench.probe import Poster
from bench.row import BenchError, Spread

POSTERS = 32  # connections: one that waits for its answer holds up no other
AGAIN = 0.04  # seconds from a start to its end, where that is a repeat
PAIRED = 10  # of so many campaigns one
REST = 0.7  # seconds between two rates


@dataclass
class Phase:
    per_second: float
    seconds: float
    told: int  # the first so many of the campaigns
    warm: float


@dataclass
class Plan:
    port: int
    path: str
    secret: str
    workflows: list[str]
    phases: list[dict[str, Any]]


class Volley:
    def __init__(self, plan: Plan) -> None:
        self._post = Post(plan.port, plan.path, plan.secret)
        self._source = Source(plan.workflows)
        self._turns = [0] * len(plan.workflows)
        self._place = 0
        self._posters: asyncio.Queue[Poster] = asyncio.Queue()
        self._sent: list[tuple[int, str, float, float, str]] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._plan = plan

    async def run(self) -> dict[str, Any]:
        for _ in range(POSTERS):
            poster = Poster(self._plan.port)
            await poster.open()
            self._posters.put_nowait(poster)
        phases = [await self._phase(Phase(**phase)) for phase in self._plan.phases]
        await self._end_what_is_open()
        return {"phases": phases}

    async def _phase(self, phase: Phase) -> dict[str, Any]:
        self._sent, self._place = [], 0
        cpu, gap, begun = time.process_time(), 1 / phase.per_second, time.perf_counter()
        slots, slot = int((phase.warm + phase.seconds) * phase.per_second), 0
        while slot < slots:
            due = begun + slot * gap
            if (wait := due - time.perf_counter()) > 0:
                await asyncio.sleep(wait)
            slot += self._next(phase.told)
        ended = time.perf_counter()
        busy = (time.process_time() - cpu) / (ended - begun)
        await asyncio.gather(*self._tasks)
        await asyncio.sleep(REST)
        counted = [each for each in self._sent if each[2] >= (begun + phase.warm) * 1000]
        if not counted:
            raise BenchError("nothing was sent")
        return {
            "per_second": phase.per_second,
            "reached": round(len(self._sent) / (ended - begun), 1),
            "begun": begun,
            "ended": ended,
            "busy": round(busy, 2),
            "answer_ms": vars(Spread.of([answered - at for _, _, at, answered, _ in counted])),
            "sent": [(index, status, at, kind) for index, status, at, _, kind in counted],
        }

    def _next(self, told: int) -> int:
        """How many heartbeats it was."""
        index, self._place = self._place, (self._place + 1) % told
        turn = self._turns[index]
        if index % PAIRED == PAIRED - 1 and turn % 2 == 0:
            self._turns[index] += 2
            self._begin(index, turn, "lead", 0)
            self._begin(index, turn + 1, "repeat", AGAIN)
            return 2
        self._turns[index] += 1
        self._begin(index, turn, "first", 0)
        return 1

    def _begin(self, index: int, turn: int, kind: str, after: float) -> None:
        task = asyncio.create_task(self._tell(index, turn, kind, after))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _tell(self, index: int, turn: int, kind: str, after: float) -> None:
        if after:
            await asyncio.sleep(after)
        poster = await self._posters.get()
        beat = self._beat(index, turn)
        at, answered = await poster.send(self._post.request(body_of([beat])))
        self._posters.put_nowait(poster)
        self._sent.append((index, "l" if turn % 2 else "s", at, answered, kind))

    def _beat(self, index: int, turn: int) -> Beat:
        run = turn // 2 * len(self._turns) + index
        return self._source.end(run) if turn % 2 else self._source.start(run)

    async def _end_what_is_open(self) -> None:
        open = [self._beat(i, turn) for i, turn in enumerate(self._turns) if turn % 2]
        poster = self._posters.get_nowait()
        for start in range(0, len(open), 500):
            await poster.send(self._post.request(body_of(open[start : start + 500])))
        await asyncio.sleep(REST)


def main() -> None:
    plan = Plan(**json.load(sys.stdin))
    print(json.dumps(uvloop.run(Volley(plan).run())))


if __name__ == "__main__":
    main()
