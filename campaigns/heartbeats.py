"""What a heartbeat may say: parsed and checked one by one, so that a bad one spoils no other."""

import uuid
from datetime import UTC, datetime
from typing import Literal

import msgspec

from orchestrator.masking import mask

MESSAGE_LIMIT = 500
NODE_LIMIT = 200
ID_LIMIT = 200

Status = Literal["running", "waiting", "success", "error", "crashed", "canceled"]


class Failure(msgspec.Struct):
    message: str | None = None
    node: str | None = None


class _Told(msgspec.Struct, rename="camel", kw_only=True):
    """Of one end of one execution."""

    status: Status
    execution_id: str | None = None
    run_id: str | None = None
    mode: str | None = None
    started_at: datetime | None = None
    stopped_at: datetime | None = None
    wait_till: datetime | None = None
    sent_at: datetime | None = None
    error: Failure | None = None


class Beat(_Told, kw_only=True):
    """As n8n's hooks file saw it."""

    heartbeat_id: str
    workflow_id: str
    # Not for the sender to say: pushed, reported (by a reportUrl) or polled.
    source: Literal["pushed", "reported", "polled"] = msgspec.field(default="pushed", name="_")


class Report(_Told, kw_only=True):
    """Sent by a node of the campaign's own workflow to its reportUrl."""

    heartbeat_id: str | None = None


class Alive(msgspec.Struct, rename="camel"):
    """Every 30 s from n8n's main process: the instance lives, and what it is."""

    heartbeat_id: str
    kind: Literal["alive"]
    sent_at: datetime | None = None
    dropped: int = 0
    hooks_version: str = ""
    n8n_version: str = msgspec.field(default="", name="n8nVersion")
    mode: str = ""
    timezone: str = ""
    publication_service: bool | None = None


class Rejected(msgspec.Struct):
    index: int
    code: str


class _Kind(msgspec.Struct):
    kind: str | None = None


_kind = msgspec.json.Decoder(_Kind)
_beat = msgspec.json.Decoder(Beat)
_alive = msgspec.json.Decoder(Alive)
_report = msgspec.json.Decoder(Report)


def read(item: msgspec.Raw, index: int) -> Beat | Alive | Rejected:
    try:
        if _kind.decode(item).kind is not None:
            alive = _alive.decode(item)
            return alive if _texts_fit(alive) else Rejected(index, "too_long")
        beat = _beat.decode(item)
    except (msgspec.ValidationError, msgspec.DecodeError, RecursionError) as error:
        return Rejected(index, _code(str(error)))
    except UnicodeDecodeError:
        return Rejected(index, "invalid")
    if not _texts_fit(beat):
        return Rejected(index, "too_long")
    beat.source = "pushed"
    return _normal(beat, index)


def read_report(body: bytes, workflow_id: str, scope: str) -> Beat | Rejected:
    """`scope` goes before its heartbeat id, so that it is in nobody else's way.

    Without an id of its own it is known by its execution and status, else it is one of a kind.
    """
    try:
        report = _report.decode(body)
    except (msgspec.ValidationError, msgspec.DecodeError, RecursionError) as error:
        return Rejected(0, _code(str(error)))
    except UnicodeDecodeError:
        return Rejected(0, "invalid")
    known = report.heartbeat_id or (
        f"{report.execution_id}:{report.status}" if report.execution_id else uuid.uuid4().hex
    )
    given = msgspec.structs.asdict(report) | {
        "heartbeat_id": known,
        "workflow_id": workflow_id,
        "source": "reported",
    }
    beat = Beat(**given)
    if not _texts_fit(beat):
        return Rejected(0, "too_long")
    beat.heartbeat_id = f"{scope}:{known}"
    return _normal(beat, 0)


def _normal(beat: Beat, index: int) -> Beat | Rejected:
    if not beat.heartbeat_id or not beat.workflow_id:
        return Rejected(index, "required")
    beat.execution_id = beat.execution_id or None
    beat.run_id = beat.run_id or None
    try:
        beat.started_at = _utc(beat.started_at)
        beat.stopped_at = _utc(beat.stopped_at)
        beat.wait_till = _utc(beat.wait_till)
        beat.sent_at = _utc(beat.sent_at)
    except (OverflowError, ValueError):
        return Rejected(index, "invalid_time")
    if beat.error is not None:
        beat.error.message = mask(_clean(beat.error.message or ""), limit=MESSAGE_LIMIT)
        beat.error.node = _clean(beat.error.node or "")[:NODE_LIMIT]
    return beat


def _clean(text: str) -> str:
    return text.replace("\x00", "")


def _utc(value: datetime | None) -> datetime | None:
    """A time without a zone is UTC; before 1970 or after 9000 it is nobody's time."""
    if value is None:
        return None
    value = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    if not 1970 <= value.year < 9000:
        raise ValueError(value)
    return value


def _texts_fit(item: Beat | Alive) -> bool:
    texts: list[tuple[str | None, int]] = [(item.heartbeat_id, ID_LIMIT), (item.mode, 20)]
    if isinstance(item, Beat):
        texts += [(item.workflow_id, 64), (item.execution_id, 64), (item.run_id, ID_LIMIT)]
    else:
        texts += [(item.hooks_version, 40), (item.n8n_version, 40), (item.timezone, 64)]
    return all(text is None or (len(text) <= most and "\x00" not in text) for text, most in texts)


def _code(error: str) -> str:
    if "missing required field" in error:
        return "required"
    if "Invalid enum value" in error:
        return "invalid_status" if "status" in error else "invalid_kind"
    if "RFC3339" in error or "datetime" in error or "timezone" in error:
        return "invalid_time"
    return "invalid"
