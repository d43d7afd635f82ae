"""The test request: through the same front door as everybody's, by the same code."""

import asyncio
import json
from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import Any

from asgiref.sync import async_to_sync

from orchestrator.crypto import Undecryptable
from provisioning import doors, front
from provisioning.job import Failed
from provisioning.models import FrontDoor

HEADER = b"x-orchestrator-probe"
BODY = json.dumps({"test": True}).encode()
SHOWN = 2048  # bytes of an answer


@dataclass(frozen=True, slots=True)
class Answer:
    """n8n's, or the door's own; of its body the beginning."""

    status: int
    body: bytes


def send(door: FrontDoor, secret: str) -> Answer:
    """From a worker, which has no loop of its own."""
    return asyncio.run(_alone(_path(door), secret))


def send_from_page(door: FrontDoor, secret: str) -> Answer:
    """From a request: on the server's loop, whose connections to n8n stay."""
    return async_to_sync(_send)(_path(door), secret)


def _path(door: FrontDoor) -> str:
    try:
        return "/hook/" + doors.url(door).rpartition("/")[2]
    except Undecryptable:
        raise Failed("wrong_keys", "The campaign's address does not open here.") from None


async def _alone(path: str, secret: str) -> Answer:
    try:
        return await _send(path, secret)
    finally:
        await front.close()  # its connections are this loop's


async def _send(path: str, secret: str) -> Answer:
    said: list[int] = []
    answered = bytearray()
    body = [{"type": "http.request", "body": BODY}]

    async def receive() -> MutableMapping[str, Any]:
        return body.pop() if body else {"type": "http.disconnect"}

    async def answer(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            said.append(message["status"])
        elif len(answered) < SHOWN:
            answered.extend(message.get("body", b""))

    scope = {
        "type": "http",
        "method": "POST",
        "path": path,
        "query_string": b"",
        "headers": [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(BODY)).encode()),
            (HEADER, secret.encode()),
        ],
    }
    await front.app(scope, receive, answer)
    return Answer(said[0] if said else 502, bytes(answered[:SHOWN]))
