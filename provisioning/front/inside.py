"""Calls of our own: through the same front door as everybody's, by the same code, in a loop of
their own."""

import asyncio
from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import Any

from campaigns.models import Campaign
from campaigns.serializers import webhook_url
from provisioning.front import place
from provisioning.front.app import app as door
from provisioning.front.headers import HOP_BY_HOP
from provisioning.front.notes import Sent

SHOWN = 2048  # bytes of an answer


class NoAddress(Exception):
    """The campaign has none, or it does not open with the keys there are."""


@dataclass(frozen=True, slots=True)
class Answer:
    """n8n's, or the door's own; of its body the beginning. Status 0: it broke off."""

    status: int
    body: bytes


def send(campaign: Campaign, sent: Sent, *, probe: bool = False) -> Answer:
    """Not on an event loop. Raises NoAddress."""
    url = webhook_url(campaign)
    if url is None:
        raise NoAddress
    return asyncio.run(_send("/hook/" + url.rpartition("/")[2], sent, probe))


async def _send(path: str, sent: Sent, probe: bool) -> Answer:
    status = 0
    answered = bytearray()
    body = [{"type": "http.request", "body": sent.body}]

    async def receive() -> MutableMapping[str, Any]:
        if not body:
            await asyncio.Event().wait()  # we stay until the answer is there
        return body.pop()

    async def take(message: MutableMapping[str, Any]) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
        elif len(answered) < SHOWN:
            answered.extend(message["body"])

    pairs = [(name, value) for name, value in sent.headers if name not in HOP_BY_HOP]
    if sent.body:
        pairs.append((b"content-length", str(len(sent.body)).encode()))
    scope = {
        "type": "http",
        "method": sent.method,
        "path": path,
        "query_string": sent.query,
        "headers": pairs,
        "orchestrator.inside": "probe" if probe else "again",
    }
    try:
        await door(scope, receive, take)
    finally:
        await place.close()
    return Answer(status, bytes(answered[:SHOWN]))
