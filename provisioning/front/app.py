"""A plain ASGI callable, chosen by its path before Django: look up, pass on, give the answer back,
write the call down."""

import asyncio
import re
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from typing import Any

import msgspec
import structlog

from orchestrator.n8n.errors import N8nError, Timeout
from orchestrator.n8n.passage import Passage
from provisioning.front import headers
from provisioning.front.calls import note
from provisioning.front.entry import Entry, Refusal, entry_by

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

PATH = re.compile(r"^/hook/(?P<token>[A-Za-z0-9_-]{20,100})$")
BODY_LIMIT = 5 * 1024 * 1024
ANSWERS_WITHIN = 30.0  # seconds

log = structlog.get_logger(__name__)

_passages: dict[tuple[str, Any], Passage] = {}


class _TooLarge(Exception):
    pass


class _Gone(Exception):
    """The caller went away in the middle of the body."""


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    began = time.monotonic()
    found = PATH.match(scope["path"])
    assert found is not None
    call = _Call(scope, receive, send)
    entry: Entry | None = None
    try:
        entry = await asyncio.to_thread(entry_by, found["token"])
        await call.pass_on(entry)
    except Refusal as refusal:
        await call.refuse(refusal)
    except _Gone:
        call.code = "caller_gone"
    finally:
        if entry is not None:
            took = round((time.monotonic() - began) * 1000)
            await asyncio.to_thread(note, entry, call, took)


async def close() -> None:
    while _passages:
        await _passages.popitem()[1].close()


class _Call:
    """One call on its way through; what of it is written down."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._scope, self._receive, self._send = scope, receive, send
        self._begun = False
        self.method: str = scope["method"]
        self.probe = any(name.lower() == b"x-orchestrator-probe" for name, _ in scope["headers"])
        self.status = 0
        self.code = ""
        self.size = 0

    async def pass_on(self, entry: Entry) -> None:
        self._refuse_too_large()
        query = self._scope.get("query_string", b"").decode("latin-1")
        path = entry.path + (f"?{query}" if query else "")
        passage = _passage(entry)
        sent = headers.to_n8n(self._scope["headers"], entry.host)
        try:
            async with passage.call(
                self.method, path, sent, self._body(), seconds=ANSWERS_WITHIN
            ) as answer:
                await self._start(answer.status, headers.to_caller(answer.headers))
                async for chunk in answer.body:
                    await self._send(
                        {"type": "http.response.body", "body": chunk, "more_body": True}
                    )
                await self._send({"type": "http.response.body", "body": b""})
        except _TooLarge:
            raise _too_large() from None
        except Timeout:
            raise Refusal(504, "n8n_timeout", "n8n did not answer within 30 s.") from None
        except N8nError as error:
            raise Refusal(502, f"n8n_{error.code}", "n8n cannot be reached just now.") from None

    async def refuse(self, refusal: Refusal) -> None:
        self.code = refusal.code
        if self._begun:
            log.warning("front_door_broke_off", code=refusal.code)
            return
        body = {
            "type": "about:blank",
            "title": refusal.code.replace("_", " ").capitalize(),
            "status": refusal.status,
            "detail": refusal.detail,
            "code": refusal.code,
            "requestId": uuid.uuid4().hex,
        }
        content = msgspec.json.encode(body)
        pairs = [
            (b"content-type", b"application/problem+json"),
            (b"content-length", str(len(content)).encode()),
            (b"cache-control", b"no-store"),
            *headers.OURS,
            *refusal.headers,
        ]
        await self._start(refusal.status, pairs)
        await self._send({"type": "http.response.body", "body": content})

    async def _start(self, status: int, pairs: headers.Headers) -> None:
        self._begun, self.status = True, status
        await self._send({"type": "http.response.start", "status": status, "headers": pairs})

    def _refuse_too_large(self) -> None:
        for name, value in self._scope["headers"]:
            if name.lower() == b"content-length" and value.isdigit() and int(value) > BODY_LIMIT:
                raise _too_large()

    async def _body(self) -> AsyncIterator[bytes]:
        while True:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise _Gone
            chunk: bytes = message.get("body", b"")
            self.size += len(chunk)
            if self.size > BODY_LIMIT:
                raise _TooLarge
            if chunk:
                yield chunk
            if not message.get("more_body"):
                return


def _too_large() -> Refusal:
    return Refusal(413, "too_large", "At most 5 MiB at once.")


def _passage(entry: Entry) -> Passage:
    key = (entry.base_url, entry.policy)
    if key not in _passages:
        _passages[key] = Passage(*key)
    return _passages[key]
