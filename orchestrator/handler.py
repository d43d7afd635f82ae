"""Django under ASGI with one thread hand-over per request instead of two per middleware.

Middleware, view and the return of the database connection run as one synchronous call in a thread
of their own; the thread is used again by a later request. Views stay ordinary Django views.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any, cast

from asgiref.sync import ThreadSensitiveContext, sync_to_async
from django.conf import settings
from django.core import signals
from django.core.handlers.asgi import ASGIHandler, ASGIRequest, get_script_prefix
from django.core.handlers.base import BaseHandler
from django.http import FileResponse, StreamingHttpResponse
from django.http.response import HttpResponse, HttpResponseBase
from django.urls import set_script_prefix
from django.utils.translation import gettext_lazy as _

from orchestrator.problems import Problem, too_large

Scope = Mapping[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]

BODY_SECONDS = 60  # for the whole body to arrive
DISCARD = 16 * 1024 * 1024  # read and dropped of a body that is too large, so that its sender can
DISCARD_SECONDS = 5  # hear the answer instead of a reset connection
AT_ONCE = 40  # requests in a thread; the rest wait in the loop, where waiting is cheap
IDLE_THREADS = AT_ONCE
SMALL_FILE = 256 * 1024  # is sent in one piece


class Disconnected(Exception):
    """The client went before its request was whole."""


class DjangoApplication(ASGIHandler):
    def __init__(self) -> None:
        BaseHandler.__init__(self)
        self.load_middleware(is_async=False)
        self._idle: list[ThreadPoolExecutor] = []
        self._at_once = asyncio.Semaphore(AT_ONCE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise ValueError(f"Django answers HTTP only, not {scope['type']}.")
        try:
            body, refused = await self._body(scope, receive)
        except Disconnected:
            return
        thread = self._idle.pop() if self._idle else ThreadPoolExecutor(max_workers=1)
        try:
            async with ThreadSensitiveContext(executor=thread):
                await self._answer(scope, body, refused, receive, send)
        except BaseException:
            # Cancelled, perhaps, with the view still running: nobody else may get this thread.
            thread.shutdown(wait=False)
            raise
        if len(self._idle) < IDLE_THREADS:
            self._idle.append(thread)
        else:
            thread.shutdown(wait=False)

    async def _answer(
        self,
        scope: Scope,
        body: bytes,
        refused: Problem | None,
        receive: Receive,
        send: Send,
    ) -> None:
        async with self._at_once:
            response = await sync_to_async(self._respond)(scope, body, refused)
        try:
            if response.streaming:
                await self._stream(cast(StreamingHttpResponse, response), receive, send)
            else:
                await self.send_response(response, send)
        except OSError:
            pass  # the client has gone
        finally:
            if response.streaming:
                await sync_to_async(response.close)()

    # --- in the thread -----------------------------------------------------------------------

    def _respond(self, scope: Scope, body: bytes, refused: Problem | None) -> HttpResponseBase:
        set_script_prefix(get_script_prefix(scope))
        signals.request_started.send(sender=self.__class__, scope=scope)
        request = self._request(scope, body, refused)
        response = self.get_response(request)
        response._handler_class = self.__class__  # type: ignore[attr-defined]
        if isinstance(response, FileResponse):
            response.block_size = self.chunk_size
            response = _whole(response)
        if not response.streaming:
            response.close()  # sends request_finished: the connection goes back here and now
        return response

    def _request(self, scope: Scope, body: bytes, refused: Problem | None) -> ASGIRequest:
        try:
            request = ASGIRequest(scope, BytesIO(body))
        except UnicodeDecodeError:  # bytes in the query string that are no text
            request = ASGIRequest({**scope, "query_string": b""}, BytesIO(b""))
            refused = Problem(400, "bad_request", _("The request could not be understood."))
        if body:
            request.META["CONTENT_LENGTH"] = str(len(body))  # a chunked body came without
        request.refused = refused  # type: ignore[attr-defined]
        return request

    # --- on the loop -------------------------------------------------------------------------

    async def _body(self, scope: Scope, receive: Receive) -> tuple[bytes, Problem | None]:
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        announced = dict(scope["headers"]).get(b"content-length", b"0")
        if announced.isdigit() and int(announced) > limit:
            await self._discard(receive)
            return b"", too_large()
        body = bytearray()
        try:
            async with asyncio.timeout(BODY_SECONDS):
                while True:
                    chunk, more = await _chunk(receive)
                    body += chunk
                    if len(body) > limit:
                        await self._discard(receive, more)
                        return b"", too_large()
                    if not more:
                        return bytes(body), None
        except TimeoutError:
            return b"", Problem(
                408,
                "incomplete_body",
                _("The body took too long to arrive."),
                headers={"Connection": "close"},
            )

    async def _discard(self, receive: Receive, more: bool = True) -> None:
        seen = 0
        try:
            async with asyncio.timeout(DISCARD_SECONDS):
                while more and seen < DISCARD:
                    chunk, more = await _chunk(receive)
                    seen += len(chunk)
        except TimeoutError:
            pass

    async def _stream(self, response: StreamingHttpResponse, receive: Receive, send: Send) -> None:
        """Ends with the client: a server takes what is sent to nobody, for ever."""
        if not response.is_async:
            response.streaming_content = _from_thread(iter(cast(Any, response.streaming_content)))
        gone = asyncio.create_task(_disconnected(receive))
        sending = asyncio.create_task(self.send_response(response, send))
        try:
            await asyncio.wait({gone, sending}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            gone.cancel()
            sending.cancel()
            _, failed = await asyncio.gather(gone, sending, return_exceptions=True)
        if isinstance(failed, Exception):
            raise failed


async def _from_thread(parts: Any) -> AsyncIterator[bytes]:
    """A synchronous iterator, asked in its thread piece by piece and never for all at once."""
    end = object()
    ask: Any = sync_to_async(next)
    while (part := await ask(parts, end)) is not end:
        yield part


async def _chunk(receive: Receive) -> tuple[bytes, bool]:
    message = await receive()
    if message["type"] == "http.disconnect":
        raise Disconnected
    return message.get("body", b""), message.get("more_body", False)


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _whole(response: FileResponse) -> HttpResponseBase:
    """A small file is read at once, in this thread, and needs no further hand-overs."""
    length = response.headers.get("Content-Length", "")
    if not length.isdecimal() or int(length) > SMALL_FILE or response.is_async:
        return response
    whole = HttpResponse(
        b"".join(cast(Any, response.streaming_content)), status=response.status_code
    )
    whole.headers = response.headers
    whole.cookies = response.cookies
    whole._resource_closers = response._resource_closers  # type: ignore[attr-defined]
    whole._handler_class = response._handler_class  # type: ignore[attr-defined]
    return whole
