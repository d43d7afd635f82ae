"""Calls of our own: through the same front door as everybody's, by the same code, in a loop of
their own."""

import asyncio
import os
import threading
from collections.abc import Coroutine, MutableMapping
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
    call = _send("/hook/" + url.rpartition("/")[2], sent, probe)
    if _kept is None:
        return asyncio.run(_alone(call))
    return asyncio.run_coroutine_threadsafe(call, _kept.loop()).result()


def keep_loop() -> None:
    """For a process that makes many such calls: all in one loop, which keeps its connections."""
    global _kept
    _kept = _kept or _Kept()


class _Kept:
    """A loop in a thread of its own, from the first call on."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._pid = 0

    def loop(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None or self._pid != os.getpid():  # threads do not survive a fork
                self._loop, self._pid = asyncio.new_event_loop(), os.getpid()
                run = self._loop.run_forever
                threading.Thread(target=run, name="front-door", daemon=True).start()
            return self._loop


_kept: _Kept | None = None


async def _alone(call: Coroutine[Any, Any, Answer]) -> Answer:
    try:
        return await call
    finally:
        await place.close()


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
    await door(scope, receive, take)
    return Answer(status, bytes(answered[:SHOWN]))
