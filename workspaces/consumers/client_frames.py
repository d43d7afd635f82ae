"""What a client may say over its socket. One entry each; the wall's table is held against it."""

import logging
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import msgspec

from orchestrator.realtime import hub
from workspaces.consumers.watch import Member

log = logging.getLogger(__name__)

SIZE = 64 * 1024  # bytes of a frame
IDS = 200  # of one frame
VIEW = 1000  # campaigns in view of one socket


class Invalid(Exception):
    """The frame is not understood. `args[0]` is the code."""


@dataclass(frozen=True, slots=True)
class ClientFrame:
    """`permission`: without it the answer is the error `forbidden`."""

    answer: "Answer"
    permission: str | None


Answer = Callable[[Member, dict[str, Any]], Awaitable[None]]

CLIENT_FRAMES: dict[str, ClientFrame] = {}


def client_frame(kind: str, permission: str | None = None) -> Callable[[Answer], Answer]:
    def mark(answer: Answer) -> Answer:
        CLIENT_FRAMES[kind] = ClientFrame(answer, permission)
        return answer

    return mark


async def answer(member: Member, text: str | None) -> None:
    """`text` None: a binary frame. Whatever is wrong with a frame, the socket lives on."""
    try:
        frame = _read(text)
        known = CLIENT_FRAMES.get(frame["type"])
        if known is None:
            raise Invalid("unknown_type")
        if known.permission is not None and not member.can(known.permission):
            raise Invalid("forbidden")
        await known.answer(member, frame)
    except Invalid as error:
        member.socket.say("error", {"code": error.args[0]})
    except Exception:
        log.exception("a client frame could not be answered")
        member.socket.say("error", {"code": "unavailable"})


@client_frame("ping")
async def ping(member: Member, frame: dict[str, Any]) -> None:
    member.socket.say("pong", {})


@client_frame("subscribe", "campaigns.view_campaign")
async def subscribe(member: Member, frame: dict[str, Any]) -> None:
    """Into view; the present states follow at once. What is not there is named in an error."""
    asked = _campaigns(frame)
    if len(member.socket.view | set(asked)) > VIEW:
        raise Invalid("too_many")
    ids = [subject for subject in asked.values() if subject is not None]
    foreign = await hub().subscribe(member.socket, set(ids))
    missing = [name for name, subject in asked.items() if subject is None or subject in foreign]
    if missing:
        member.socket.say("error", {"code": "not_found", "campaigns": missing})


@client_frame("unsubscribe")
async def unsubscribe(member: Member, frame: dict[str, Any]) -> None:
    hub().unsubscribe(member.socket, [subject for subject in _campaigns(frame).values() if subject])


def _read(text: str | None) -> dict[str, Any]:
    if text is None:
        raise Invalid("binary")
    if len(text) > SIZE or len(text.encode()) > SIZE:
        raise Invalid("too_large")
    try:
        frame = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Invalid("invalid_json") from None
    if not isinstance(frame, dict) or not isinstance(frame.get("type"), str):
        raise Invalid("invalid")
    return frame


def _campaigns(frame: dict[str, Any]) -> dict[str, str | None]:
    """As the client wrote them → as we do; None: no id at all, and so of nobody's campaign."""
    names = frame.get("campaigns")
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise Invalid("invalid")
    if len(names) > IDS:
        raise Invalid("too_many")
    return {name: _id(name) for name in names}


def _id(name: str) -> str | None:
    try:
        return str(uuid.UUID(name))
    except ValueError:
        return None
