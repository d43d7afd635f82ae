"""`python -m bench.load`: sends heartbeats as fast as they are answered, or at a rate.

A process of its own: a plan as JSON comes in, what happened goes out. The requests are made before
the clock runs, so that sending costs little and the product, not this process, is what is measured.
"""

import asyncio
import json
import sys
import time
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any, cast

import msgspec
import uvloop

from bench.beats import Counts, Post, Source, body_of
from bench.row import BenchError, Spread, thinned

MEANINGFUL = 1.0  # seconds that must have been counted


@dataclass
class Plan:
    port: int
    path: str
    secret: str
    workflows: list[str]
    senders: int
    seconds: float
    size: int = 1  # heartbeats in a body
    per_second: float = 0  # requests; 0: each sender sends when it has its answer
    made: int = 10_000  # requests made beforehand; when they are used up, it ends early,
    again: bool = False  # or begins with the first one again, where nobody minds
    warm: float = 0.5  # seconds before counting


@dataclass
class Outcome:
    begun: float = 0.0  # of the counting
    cpu: tuple[float, float] = (0.0, 0.0)  # processor time and time when the sending began
    answers: list[tuple[float, float]] = field(default_factory=list)  # (when, seconds)
    statuses: Counter[int] = field(default_factory=Counter)
    counts: Counts = field(default_factory=Counts)
    lost: int = 0


class Sender(asyncio.Protocol):
    """One kept connection, one request at a time."""

    def __init__(self, outcome: Outcome, done: "Done") -> None:
        self._outcome = outcome
        self._done = done
        self._buffer = b""
        self._since = 0.0
        self.busy = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's only looks like one

    def send(self, request: bytes, since: float) -> None:
        self._since = since
        self.busy = True
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head = self._buffer.find(b"\r\n\r\n")
        if head < 0:
            return
        at = self._buffer.lower().index(b"content-length:", 0, head) + 15
        end = head + 4 + int(self._buffer[at : self._buffer.index(b"\r\n", at)])
        if len(self._buffer) < end:
            return
        now = time.perf_counter()
        outcome = self._outcome
        status = int(self._buffer[9:12])
        outcome.statuses[status] += 1
        if status == 202:
            said = msgspec.json.decode(self._buffer[head + 4 : end], type=Counts)
            outcome.counts.accepted += said.accepted
            outcome.counts.stale += said.stale
            outcome.counts.duplicates += said.duplicates
            outcome.counts.unknown += said.unknown
            outcome.answers.append((now, now - self._since))
        self._buffer = b""
        self.busy = False
        self._done(self)

    def connection_lost(self, exc: Exception | None) -> None:
        if self.busy:
            self._outcome.lost += 1


class Done:
    """What a sender does once it has its answer."""

    def __call__(self, sender: Sender) -> None:
        raise NotImplementedError


class Closed(Done):
    """The next at once, until the time or the requests are over."""

    def __init__(self, requests: dict[Sender, Iterator[bytes]]) -> None:
        self.requests = requests
        self.until = 0.0
        self.over = asyncio.get_running_loop().create_future()
        self.ended_at = 0.0
        self._left = 0

    def begin(self, until: float) -> None:
        self.until = until
        self._left = len(self.requests)
        for sender in self.requests:
            self(sender)

    def __call__(self, sender: Sender) -> None:
        now = time.perf_counter()
        request = next(self.requests[sender], None) if now < self.until else None
        if request is not None:
            sender.send(request, now)
            return
        if not self.ended_at:
            self.ended_at = min(now, self.until)  # from here on not all of them send
        self._left -= 1
        if not self._left and not self.over.done():
            self.over.set_result(None)


class Open(Done):
    """At a rate, whatever becomes of the answers; who waits for a connection waits in the count."""

    def __init__(self) -> None:
        self.idle: deque[Sender] = deque()
        self.waiting: deque[tuple[bytes, float]] = deque()

    def __call__(self, sender: Sender) -> None:
        if self.waiting:
            sender.send(*self.waiting.popleft())
        else:
            self.idle.append(sender)

    def offer(self, request: bytes, due: float) -> None:
        if self.idle:
            self.idle.popleft().send(request, due)
        else:
            self.waiting.append((request, due))


async def closed(plan: Plan, outcome: Outcome) -> float:
    """The seconds that were counted."""
    post = Post(plan.port, plan.path, plan.secret)
    done = Closed({})
    for _ in range(plan.senders):
        source = Source(plan.workflows)
        made = [
            post.request(body_of(source.single(n) if plan.size == 1 else source.body(n, plan.size)))
            for n in range(plan.made // plan.senders)
        ]
        requests = cycle(made) if plan.again else iter(made)
        done.requests[await _connect(plan, outcome, done)] = requests
    outcome.cpu = time.process_time(), time.perf_counter()
    outcome.begun = outcome.cpu[1] + plan.warm
    done.begin(outcome.begun + plan.seconds)
    await asyncio.wait_for(done.over, plan.warm + plan.seconds + 30)
    return done.ended_at - outcome.begun


async def at_rate(plan: Plan, outcome: Outcome) -> float:
    post, source, done = Post(plan.port, plan.path, plan.secret), Source(plan.workflows), Open()
    for _ in range(plan.senders):
        done.idle.append(await _connect(plan, outcome, done))
    outcome.cpu = time.process_time(), time.perf_counter()
    gap, begun = 1 / plan.per_second, outcome.cpu[1]
    outcome.begun = begun + plan.warm
    for number in range(int((plan.warm + plan.seconds) * plan.per_second)):
        due = begun + number * gap
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        done.offer(post.request(body_of(source.single(number))), due)
    counted = time.perf_counter() - outcome.begun
    await asyncio.sleep(0.3)  # the last answers
    return counted


async def _connect(plan: Plan, outcome: Outcome, done: Done) -> Sender:
    loop = asyncio.get_running_loop()
    _, sender = await loop.create_connection(lambda: Sender(outcome, done), "127.0.0.1", plan.port)
    return sender


async def run(plan: Plan) -> dict[str, Any]:
    outcome = Outcome()
    counted = await (at_rate(plan, outcome) if plan.per_second else closed(plan, outcome))
    if counted < MEANINGFUL:
        raise BenchError(f"the requests were used up {counted:.1f} s after the counting began")
    ended = outcome.begun + counted
    latencies = [s * 1000 for at, s in outcome.answers if outcome.begun <= at <= ended]
    busy = (time.process_time() - outcome.cpu[0]) / (time.perf_counter() - outcome.cpu[1])
    return {
        "heartbeats_per_second": round(len(latencies) * plan.size / counted, 1),
        "seconds": round(counted, 3),
        "requests": sum(outcome.statuses.values()),
        "statuses": {str(status): n for status, n in outcome.statuses.items()},
        "lost": outcome.lost,
        "stored": outcome.counts.accepted + outcome.counts.stale,
        "not_stored": outcome.counts.duplicates + outcome.counts.unknown,
        "generator_busy": round(busy, 2),
        "latency_ms": vars(Spread.of(latencies)) if latencies else None,
        "latencies_ms": thinned(latencies),
    }


def main() -> None:
    plan = Plan(**json.load(sys.stdin))
    print(json.dumps(uvloop.run(run(plan))))


if __name__ == "__main__":
    main()
