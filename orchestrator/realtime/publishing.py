"""Sending: one message per publish, over the channel layer, to the group of the workspace, or, with
news of many workspaces at once, to that of all processes."""

import asyncio
import contextlib
import os
import threading
import time
import uuid
import weakref
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

import msgspec
from channels.layers import get_channel_layer
from redis.exceptions import RedisError

from orchestrator.realtime.frames import Frame

TIMEOUT = 1.0  # seconds that a publish may take
EVERY = "every"  # in place of a workspace's id: all processes that have sockets
FEW = 3  # workspaces that get a message each
REMEMBER_DOWN = 2.0  # seconds for which nobody else waits for a Redis that is away

encode_frames = msgspec.msgpack.Encoder().encode
decode_frames = msgspec.msgpack.Decoder(list[Frame]).decode


class Unavailable(Exception):
    """Redis is away. Nothing is lost for good: every hub compares itself with the database."""


_down_until = 0.0


@dataclass(frozen=True)
class Ear:
    """Who hears at once what its own loop publishes; it knows it by `id` when it comes back."""

    hear: Callable[[Sequence[Frame]], Awaitable[None]]
    id: str = field(default_factory=lambda: uuid.uuid4().hex)


_ears: "weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, Ear]" = weakref.WeakKeyDictionary()


def listen(ear: Ear) -> None:
    """From now on, to the running loop."""
    _ears[asyncio.get_running_loop()] = ear


def stop_listening(ear: Ear) -> None:
    if _ears.get(asyncio.get_running_loop()) is ear:
        del _ears[asyncio.get_running_loop()]


def group_of(workspace_id: uuid.UUID | str) -> str:
    return f"workspace.{workspace_id}"


async def publish(workspace_id: uuid.UUID, frames: Sequence[Frame]) -> None:
    """To every process that has sockets of this workspace. Raises Unavailable within a second."""
    if frames:
        await _send(group_of(workspace_id), frames)


async def publish_all(frames: Mapping[uuid.UUID, Sequence[Frame]]) -> None:
    """Likewise, of several. A message is waited for: for many workspaces there is one, and who has
    no sockets of them drops it."""
    if len(frames) > FEW:
        await _send(group_of(EVERY), list(chain.from_iterable(frames.values())))
        return
    for workspace_id, some in frames.items():
        await publish(workspace_id, some)


async def _send(group: str, frames: Sequence[Frame]) -> None:
    global _down_until
    ear = _ears.get(asyncio.get_running_loop())
    if ear is not None:
        await ear.hear(frames)
    if time.monotonic() < _down_until:
        raise Unavailable
    message = {"type": "hub.frames", "frames": encode_frames(frames), "by": ear.id if ear else ""}
    layer = get_channel_layer()
    try:
        async with asyncio.timeout(TIMEOUT):
            await layer.group_send(group, message)
    except (RedisError, OSError, TimeoutError) as error:
        _down_until = time.monotonic() + REMEMBER_DOWN
        raise Unavailable from error


def publish_sync(workspace_id: uuid.UUID, frames: Sequence[Frame]) -> None:
    """`publish` for threads without an event loop: Django's, workers', commands'."""
    if not frames:
        return
    sending = asyncio.run_coroutine_threadsafe(publish(workspace_id, frames), _loop_of_process())
    try:
        sending.result(TIMEOUT + 1)
    except TimeoutError as error:
        raise Unavailable from error


async def close() -> None:
    """The running loop's connections."""
    with contextlib.suppress(RedisError, OSError, TimeoutError):
        async with asyncio.timeout(TIMEOUT):
            await get_channel_layer().flush()


def reachable() -> bool:
    """False within two seconds after a publish of this process failed."""
    return time.monotonic() >= _down_until


# One loop on one thread serves all synchronous callers of a process over one connection. A forked
# worker makes its own: threads do not survive a fork.
_lock = threading.Lock()
_loops: dict[int, asyncio.AbstractEventLoop] = {}


def _loop_of_process() -> asyncio.AbstractEventLoop:
    pid = os.getpid()
    with _lock:
        loop = _loops.get(pid)
        if loop is None:
            _loops.clear()
            loop = _loops[pid] = asyncio.new_event_loop()
            threading.Thread(target=loop.run_forever, name="realtime-publish", daemon=True).start()
    return loop


os.register_at_fork(after_in_child=lambda: globals().__setitem__("_lock", threading.Lock()))
