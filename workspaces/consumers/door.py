"""`/ws/workspaces/{id}/` and `/ws/me/`: plain ASGI callables, two tasks and no channel per socket.

Only a foreign origin is refused before the socket is accepted; a browser shows the code of
whatever is closed later, and of nothing else.
"""

import asyncio
import contextlib
import logging
import time
import uuid
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from django.conf import settings

from orchestrator.realtime import Close, hub, in_thread
from workspaces import key_requests
from workspaces.consumers import client_frames
from workspaces.consumers.mine import Mine
from workspaces.consumers.standing import Claim, Standing, cookie_claim, token_claim
from workspaces.consumers.watch import Member, access_of, watch

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Headers = dict[bytes, bytes]

log = logging.getLogger(__name__)

SOCKETS = 10  # of one user
FRAMES = 20  # of a client, in a second
NOWHERE = uuid.UUID(int=0)  # nobody's workspace
BROKEN = 1011  # ours: the client comes again


class Refused(Exception):
    """`args[0]` is the code to close with."""


async def workspace_socket(scope: Scope, receive: Receive, send: Send) -> None:
    try:
        workspace_id = uuid.UUID(scope["url_route"]["kwargs"]["workspace_id"])
    except ValueError:
        workspace_id = NOWHERE
    await _serve(scope, receive, send, lambda headers: _enter(headers, workspace_id))


async def my_socket(scope: Scope, receive: Receive, send: Send) -> None:
    await _serve(scope, receive, send, _enter_mine)


async def _serve(
    scope: Scope, receive: Receive, send: Send, enter: Callable[[Headers], Awaitable[Member]]
) -> None:
    headers = {bytes(name).lower(): bytes(value) for name, value in scope["headers"]}
    if not await _accept(headers, receive, send):
        return
    try:
        member = await enter(headers)
    except Refused as refusal:
        await _close(send, refusal.args[0])
        return
    except Exception:
        log.exception("a socket could not be let in")
        await _close(send, BROKEN)
        return
    if member.key is not None:
        await in_thread(key_requests.note, member.key.pk, *_asked(scope, headers))
    reader = asyncio.create_task(_read(member, receive))
    try:
        await member.socket.write(send)
    finally:
        reader.cancel()
        await asyncio.gather(reader, return_exceptions=True)
        hub().leave(member.socket)
        watch().remove(member)


def _asked(scope: Scope, headers: Headers) -> tuple[str, str, int, dict[str, str]]:
    """Method, path, status and whence, as the log of a key's requests has them."""
    forwarded = headers.get(b"x-forwarded-for", b"").decode("latin-1")
    client = scope.get("client") or ("",)
    meta = {"REMOTE_ADDR": str(client[0]), "HTTP_X_FORWARDED_FOR": forwarded}
    return "GET", scope["path"], key_requests.OPENED, meta


async def nowhere(scope: Scope, receive: Receive, send: Send) -> None:
    """No socket has this address."""
    headers = {bytes(name).lower(): bytes(value) for name, value in scope["headers"]}
    if await _accept(headers, receive, send):
        await _close(send, Close.NO_MEMBER)


async def _close(send: Send, code: int) -> None:
    with contextlib.suppress(OSError):  # the client has gone
        await send({"type": "websocket.close", "code": int(code)})  # daphne takes a plain int only


async def _accept(headers: Headers, receive: Receive, send: Send) -> bool:
    await receive()  # websocket.connect
    if _foreign(headers):
        await send({"type": "websocket.close"})  # HTTP 403
        return False
    await send({"type": "websocket.accept"})
    return True


def _foreign(headers: Headers) -> bool:
    """A page of another site, or a cookie that comes from who knows where."""
    if token_claim(headers, NOWHERE) is not None:
        return False
    origin = headers.get(b"origin")
    if origin is None:
        return cookie_claim(headers, NOWHERE) is not None
    return origin.decode("latin-1") not in settings.ORIGINS


async def _enter(headers: Headers, workspace_id: uuid.UUID) -> Member:
    claim, standing = await _standing(headers, workspace_id)
    if standing.rights is None:
        raise Refused(Close.NO_MEMBER)
    # From the answer on nothing is awaited until this socket is counted as well.
    if await watch().is_full(workspace_id):
        raise Refused(Close.TOO_MANY)
    member = Member(hub().socket(workspace_id), claim, standing)
    _count(member, standing)
    try:
        access = await access_of(member)
        if access is None:
            raise Refused(Close.NO_MEMBER)
        if access.lacks_second_factor:
            raise Refused(Close.NO_SECOND_FACTOR)
        if member.access is None:  # else it changed meanwhile, and this is the older one
            member.access = access
            member.socket.allow(access)
    except BaseException:
        watch().remove(member)
        raise
    return member


async def _enter_mine(headers: Headers) -> Member:
    claim, standing = await _standing(headers, NOWHERE)
    member = Mine(hub().bars(), claim, standing)
    _count(member, standing)
    return member


async def _standing(headers: Headers, workspace_id: uuid.UUID) -> tuple[Claim, Standing]:
    claim = token_claim(headers, workspace_id) or cookie_claim(headers, workspace_id)
    standing = await watch().standing(claim) if claim is not None else None
    if claim is None or standing is None:
        raise Refused(Close.NOT_SIGNED_IN)
    return claim, standing


def _count(member: Member, standing: Standing) -> None:
    if watch().sockets_of(standing.user_id) >= SOCKETS:
        raise Refused(Close.TOO_MANY)
    watch().add(member, standing)


async def _read(member: Member, receive: Receive) -> None:
    """Until the client leaves; then the writer ends too."""
    code = 0
    try:
        await member.begin()
        budget, before = float(FRAMES), time.monotonic()
        while (message := await receive())["type"] == "websocket.receive":
            now = time.monotonic()
            budget = min(FRAMES, budget + (now - before) * FRAMES) - 1
            before = now
            if budget < 0:
                code = Close.TOO_MANY
                break
            await client_frames.answer(member, message.get("text"))
    except Exception:
        log.exception("a socket broke")
        code = BROKEN
    finally:
        member.socket.close(code)
