"""The limit of the fan-out: a server that writes a frame as long as the product's to each socket
that has the campaign in view as soon as it has the POST, and knows nothing of anything.

`BENCH_LIVE` is a file: workflow → campaign, and how long a frame is.
"""

import asyncio
import json
import os
from collections import defaultdict
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

import msgspec

from bench import bare
from bench.crowd import CHANGED

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

WORKSPACE = "0" * 36
_plan: dict[str, Any] = {"campaigns": {}, "bytes": 0}
if "BENCH_LIVE" in os.environ:
    _plan = json.loads(Path(os.environ["BENCH_LIVE"]).read_text())
_viewers: defaultdict[str, set[Send]] = defaultdict(set)
_tasks: set[asyncio.Task[None]] = set()


async def app(scope: Message, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await _socket(receive, send)
    elif scope["type"] == "http":
        await _post(receive, send)
    else:
        raise ValueError("HTTP and sockets only")


async def _socket(receive: Receive, send: Send) -> None:
    await receive()
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.send", "text": '{"type":"snapshot"}'})
    view: list[str] = []
    try:
        while (message := await receive())["type"] == "websocket.receive":
            view = json.loads(message["text"])["campaigns"]
            for campaign in view:
                _viewers[campaign].add(send)
                await send({"type": "websocket.send", "text": _text(campaign, "live")})
    finally:
        for campaign in view:
            _viewers[campaign].discard(send)


async def _post(receive: Receive, send: Send) -> None:
    body, more = b"", True
    while more:
        message = await receive()
        body, more = body + message.get("body", b""), message.get("more_body", False)
    await send({"type": "http.response.start", "status": 202, "headers": bare.HEADERS})
    await send({"type": "http.response.body", "body": bare.BODY})
    for beat in _beats(body):
        campaign = _plan["campaigns"].get(beat["workflowId"])
        task = asyncio.create_task(_tell(campaign, beat["status"]))
        _tasks.add(task)
        task.add_done_callback(_tasks.discard)


async def _tell(campaign: str, status: str) -> None:
    text = _text(campaign, "syncing" if status == "running" else "live")
    for send in list(_viewers[campaign]):
        await send({"type": "websocket.send", "text": text})


def _beats(body: bytes) -> list[dict[str, Any]]:
    try:
        found = msgspec.json.decode(body)
    except msgspec.DecodeError:
        return []
    beats: list[dict[str, Any]] = found.get("heartbeats", [found])
    return beats


def _text(campaign: str, status: str) -> str:
    text = f'{CHANGED.decode()}{WORKSPACE}","subject":"{campaign}","data":{{"syncStatus":"{status}"'
    missing: int = _plan["bytes"] - len(text) - 9
    return text + ',"x":"' + "x" * missing + '"}}'
