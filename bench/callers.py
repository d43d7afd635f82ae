"""`python -m bench.callers`: calls one address, each caller again as soon as it has its answer.

A process of its own: a plan as JSON comes in, what happened goes out.
"""

import asyncio
import json
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import uvloop

WARM = 0.5  # seconds before counting
PATIENCE = 35.0  # seconds for an answer


@dataclass
class Plan:
    url: str
    callers: int
    seconds: float
    body: str


@dataclass
class Outcome:
    begun: float = 0.0
    ms: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    answered: int = 0  # also before the counting


async def run(plan: Plan) -> dict[str, Any]:
    outcome = Outcome(time.perf_counter() + WARM)
    until = outcome.begun + plan.seconds
    async with asyncio.TaskGroup() as group:
        for _ in range(plan.callers):
            group.create_task(_call(plan, outcome, until))
    return {
        "ms": outcome.ms,
        "statuses": outcome.statuses,
        "seconds": plan.seconds,
        "answered": outcome.answered,
    }


async def _call(plan: Plan, outcome: Outcome, until: float) -> None:
    parts = urlsplit(plan.url)
    content = plan.body.encode()
    request = (
        f"POST {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(content)}\r\n\r\n"
    ).encode() + content
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    while (begun := time.perf_counter()) < until:
        writer.write(request)
        status = await asyncio.wait_for(_answer(reader), PATIENCE)
        now = time.perf_counter()
        outcome.answered += 1
        if begun >= outcome.begun and now <= until:
            outcome.ms.append((now - begun) * 1000)
            outcome.statuses[status] += 1
    writer.close()


async def _answer(reader: asyncio.StreamReader) -> int:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    if b"transfer-encoding: chunked" in head:
        while size := int(await reader.readline(), 16):
            await reader.readexactly(size + 2)
        await reader.readline()
    else:
        at = head.index(b"content-length:") + 15
        await reader.readexactly(int(head[at : head.index(b"\r\n", at)]))
    return int(head[9:12])


def main() -> None:
    print(json.dumps(uvloop.run(run(Plan(**json.load(sys.stdin))))))


if __name__ == "__main__":
    main()
