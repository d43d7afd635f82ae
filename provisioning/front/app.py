"""A plain ASGI callable, chosen by its path before Django: look up, pass on, give the answer back,
write the call down."""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import structlog

from orchestrator import metrics
from orchestrator.n8n.errors import N8nError, Timeout
from orchestrator.n8n.passage import Passed, Unsendable
from provisioning.front import headers, notes
from provisioning.front.body import Body, Gone, Receive
from provisioning.front.entrance import Entry, Found
from provisioning.front.place import Place, here
from provisioning.front.refusals import Refusal

Scope = MutableMapping[str, Any]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

PATH = re.compile(r"^/hook/(?P<token>[A-Za-z0-9_-]{20,100})$")
HEADERS_LIMIT = 64 * 1024
ANSWERS_WITHIN = 30.0  # seconds
TAKEN_WITHIN = 30.0  # seconds for each piece of an answer by whoever called
AT_ONCE = 200  # calls of one workspace in one process, so that a slow one leaves room for others

log = structlog.get_logger(__name__)


class _Stalled(Exception):
    """The caller takes nothing more of its answer."""


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    found = PATH.match(scope["path"])
    assert found is not None
    call = _Call(scope, receive, send)
    try:
        await call.serve(found["token"])
    finally:
        call.end()


class _Call:
    """One call on its way through; what of it is written down."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._scope, self._receive, self._send = scope, receive, send
        self._began = time.monotonic()
        self._headers = headers.lowered(scope["headers"])
        self._body = Body(self._headers, receive)
        self._found: Found | None = None
        self._gone: asyncio.Task[None] | None = None
        self._begun = False
        self._status = 0
        self._code = ""
        self._kept = ""

    async def serve(self, token: str) -> None:
        place = here()
        try:
            # At once: a server forgets what it has of a call whose sender does not wait.
            await self._body.begin()
            try:
                self._found = found = await place.entrance.look_up(token)
                await self._enter(place, found.entry())
            except Refusal as refusal:
                await self._refuse(refusal)
        except (Gone, _Stalled):
            self._code = "caller_gone"

    def end(self) -> None:
        if self._gone is not None:
            self._gone.cancel()
        self._body.close()
        metrics.answered("hook", self._status, time.monotonic() - self._began)
        # Of the many that come over the quota the first in a minute tells enough.
        if self._found is None or self._found.over > 1:
            return
        took = time.monotonic() - self._began
        note = notes.Note(
            self._found.campaign_id,
            notes.ago(took),
            self._scope["method"][:10],
            self._status,
            self._code or ("" if self._status else "caller_gone"),
            round(took * 1000),
            self._body.size,
            self._scope.get("orchestrator.inside") == "probe",
            self._kept,
        )
        here().notebook.write(note)

    async def _enter(self, place: Place, entry: Entry) -> None:
        if place.under_way[entry.workspace_id] >= AT_ONCE:
            text = "Too many calls of this workspace are under way."
            raise Refusal(429, "too_many_at_once", text, retry_after=1)
        place.under_way[entry.workspace_id] += 1
        try:
            if headers.size_of(self._headers) > HEADERS_LIMIT:
                raise Refusal(431, "headers_too_large", "At most 64 KiB of headers.")
            await self._body.read()
            self._keep(entry)
            await self._pass_on(place, entry)
        finally:
            place.under_way[entry.workspace_id] -= 1
            if not place.under_way[entry.workspace_id]:
                del place.under_way[entry.workspace_id]

    def _keep(self, entry: Entry) -> None:
        body = self._body.whole(notes.KEPT) if entry.keeps else None
        if body is not None and not self._scope.get("orchestrator.inside"):
            query = self._scope.get("query_string", b"")
            pairs = headers.to_keep(self._headers)
            sent = notes.Sent(self._scope["method"], query, pairs, body)
            self._kept = sent.sealed(entry.workspace_id)

    async def _pass_on(self, place: Place, entry: Entry) -> None:
        passage = await place.passage(entry)
        size = self._body.size if self._body.announced or self._body.size else None
        try:
            async with passage.call(
                self._scope["method"],
                entry.path,
                self._scope.get("query_string", b""),
                headers.to_n8n(self._headers, self._scope, entry.host, size),
                None if size is None else self._body.for_n8n(),
                seconds=ANSWERS_WITHIN,
            ) as answer:
                await self._give(answer)
        except Unsendable:
            raise Refusal(400, "bad_request", "The request could not be understood.") from None
        except Timeout:
            text = f"n8n did not answer within {ANSWERS_WITHIN:g} s."
            raise Refusal(504, "n8n_timeout", text) from None
        except N8nError as error:
            raise Refusal(502, f"n8n_{error.code}", "n8n cannot be reached just now.") from None

    async def _give(self, answer: Passed) -> None:
        await self._start(answer.status, headers.to_caller(answer.headers))
        async for chunk in answer.body:
            self._see_whether_gone()
            try:
                async with asyncio.timeout(TAKEN_WITHIN):
                    await self._send(
                        {"type": "http.response.body", "body": chunk, "more_body": True}
                    )
            except TimeoutError:
                raise _Stalled from None
        await self._send({"type": "http.response.body", "body": b""})

    def _see_whether_gone(self) -> None:
        """A server takes what is sent to nobody, for ever. Most answers are one piece."""
        if self._gone is None:
            self._gone = asyncio.create_task(_disconnected(self._receive))
        elif self._gone.done():
            raise Gone

    async def _refuse(self, refusal: Refusal) -> None:
        self._code = refusal.code
        if self._begun:  # what is not ended tells the server to break off, and so the caller
            log.info("front_door_broke_off", code=refusal.code)
            _break_off(self._send)
            return
        if refusal.status != 408:
            await self._body.discard()
        content = refusal.content()
        await self._start(refusal.status, refusal.headers(content))
        await self._send({"type": "http.response.body", "body": content})

    async def _start(self, status: int, pairs: headers.Headers) -> None:
        self._begun, self._status = True, status
        await self._send({"type": "http.response.start", "status": status, "headers": pairs})


def _break_off(send: Send) -> None:
    """uvicorn sees by itself that an answer was not ended; daphne would let its caller wait, and
    ASGI has no word for it."""
    for protocol in getattr(send, "args", ()):
        if hasattr(protocol, "loseConnection"):
            protocol.loseConnection()


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
