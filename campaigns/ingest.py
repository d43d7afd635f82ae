"""Where heartbeats arrive, n8n's and those of a reportUrl: a plain ASGI callable, chosen by its
path before Django.

Read (limited), verify, parse, commit, answer. The answer 202 is sent only after the commit, so an
acknowledged heartbeat outlives any process. Commits are grouped: while one runs, callers queue, and
then all of them go in one statement on the process's one connection.
"""

import hashlib
import logging
import re
import time
import uuid
from collections import Counter
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import msgspec

from campaigns import signatures
from campaigns.heartbeats import Alive, Beat, Rejected, read, read_report
from campaigns.writer import Overloaded, Unavailable, Writer, writer
from orchestrator import metrics

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

log = logging.getLogger(__name__)

PATH = re.compile(
    r"^/api/webhooks/(?:n8n/(?P<instance>[A-Za-z0-9_-]{1,40})/heartbeat"
    r"|c/(?P<token>[A-Za-z0-9_-]{20,100}))$"
)
BODY_LIMIT = 1024 * 1024
ITEM_LIMIT = 500


class Refusal(Exception):
    """An answer that is not 202: RFC 9457's status, our code, a sentence."""

    def __init__(self, status: int, code: str, detail: str, **headers: str) -> None:
        super().__init__(code)
        self.status, self.code, self.detail, self.headers = status, code, detail, headers


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    request_id = uuid.uuid4().hex
    began = time.perf_counter()
    try:
        answer = await _take(scope, receive)
    except Refusal as refusal:
        metrics.answered("heartbeat", refusal.status, time.perf_counter() - began)
        await _refuse(send, refusal, request_id)
        return
    metrics.answered("heartbeat", 202, time.perf_counter() - began)
    await _send(send, 202, "application/json", msgspec.json.encode(answer), {}, request_id)


async def _take(scope: Scope, receive: Receive) -> dict[str, Any]:
    found = PATH.match(scope["path"])
    if found is None:
        raise Refusal(404, "not_found", "There is nothing at this address.")
    if scope["method"] != "POST":
        raise Refusal(405, "method_not_allowed", "Heartbeats are sent by POST.", Allow="POST")
    headers = {bytes(k).lower(): bytes(v) for k, v in scope["headers"]}
    body = await _body(headers, receive)
    if found["token"]:
        return await _report(found["token"], body)
    instance_id = found["instance"]
    current = writer()
    try:
        secrets = await current.secrets(instance_id)
        signatures.verify(headers, body, secrets)
    except signatures.Invalid as error:
        raise Refusal(401, error.code, str(error), **{"WWW-Authenticate": "Signature"}) from None
    except Unavailable:
        raise _later() from None
    items = _items(body)
    beats: list[Beat] = []
    alives: list[Alive] = []
    rejected: list[Rejected] = []
    positions: list[int] = []
    for index, item in enumerate(items):
        heard = read(item, index)
        if isinstance(heard, Rejected):
            rejected.append(heard)
        elif isinstance(heard, Alive):
            alives.append(heard)
        else:
            beats.append(heard)
            positions.append(index)
    return await _commit(current, instance_id, beats, positions, alives, rejected)


async def _report(token: str, body: bytes) -> dict[str, Any]:
    """One heartbeat of the campaign that has this token: to know it is the right to report."""
    current = writer()
    digest = hashlib.sha256(token.encode()).hexdigest()
    try:
        campaign = await current.campaign_of(digest)
    except Unavailable:
        raise _later() from None
    if campaign is None:
        raise Refusal(404, "not_found", "There is nothing at this address.")
    _items(body)  # an object, or 400
    heard = read_report(body, campaign.workflow_id, f"c:{digest[:16]}")
    if isinstance(heard, Rejected):
        return await _commit(current, campaign.instance_id, [], [], [], [heard])
    return await _commit(current, campaign.instance_id, [heard], [0], [], [])


async def _commit(
    current: Writer,
    instance_id: str,
    beats: list[Beat],
    positions: list[int],
    alives: list[Alive],
    rejected: list[Rejected],
) -> dict[str, Any]:
    try:
        verdicts = await current.add(instance_id, beats) if beats else []
        verdicts_alive = await current.alive(instance_id, alives) if alives else []
    except (Unavailable, Overloaded):
        raise _later() from None
    rejected += [
        Rejected(index=positions[n], code=verdict)
        for n, verdict in enumerate(verdicts)
        if verdict in ("refused", "quota_exceeded")
    ]
    every = [*verdicts, *verdicts_alive]
    for verdict, count in Counter(every).items():
        metrics.heard(verdict, count)
    return {
        "accepted": every.count("accepted"),
        "duplicates": every.count("duplicate"),
        "stale": every.count("stale"),
        "unknown": every.count("unknown"),
        "rejected": sorted(rejected, key=lambda entry: entry.index),
    }


def _items(body: bytes) -> list[msgspec.Raw]:
    try:
        envelope = msgspec.json.decode(body, type=dict[str, msgspec.Raw])
        many = envelope.get("heartbeats")
        items = (
            [msgspec.Raw(body)]
            if many is None
            else msgspec.json.decode(many, type=list[msgspec.Raw])
        )
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Refusal(
            400, "invalid", "Send one heartbeat as a JSON object, or {heartbeats: [...]}."
        ) from None
    if len(items) > ITEM_LIMIT:
        raise Refusal(413, "too_large", f"At most {ITEM_LIMIT} heartbeats at once.")
    return items


async def _body(headers: dict[bytes, bytes], receive: Receive) -> bytes:
    too_large = Refusal(413, "too_large", f"At most {BODY_LIMIT} bytes at once.")
    length = headers.get(b"content-length", b"0")
    if length.isdigit() and int(length) > BODY_LIMIT:
        raise too_large
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Refusal(400, "invalid", "The body ended early.")
        chunk: bytes = message.get("body", b"")
        size += len(chunk)
        if size > BODY_LIMIT:
            raise too_large
        chunks.append(chunk)
        if not message.get("more_body"):
            return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def _later() -> Refusal:
    return Refusal(503, "unavailable", "Nothing was stored. Send it again.", **{"Retry-After": "1"})


async def _refuse(send: Send, refusal: Refusal, request_id: str) -> None:
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": refusal.code.replace("_", " ").capitalize(),
        "status": refusal.status,
        "detail": refusal.detail,
        "code": refusal.code,
        "requestId": request_id,
    }
    if "Retry-After" in refusal.headers:
        body["retry_after"] = int(refusal.headers["Retry-After"])
    log.info("heartbeats refused", extra={"status": refusal.status, "code": refusal.code})
    content = msgspec.json.encode(body)
    kind = "application/problem+json"
    await _send(send, refusal.status, kind, content, refusal.headers, request_id)


async def _send(
    send: Send, status: int, kind: str, body: bytes, headers: dict[str, str], request_id: str
) -> None:
    pairs = {
        "content-type": kind,
        "content-length": str(len(body)),
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
        "x-request-id": request_id,
        **headers,
    }
    start = {
        "type": "http.response.start",
        "status": status,
        "headers": [(k.lower().encode(), v.encode()) for k, v in pairs.items()],
    }
    await send(start)
    await send({"type": "http.response.body", "body": body})
