"""What came through front doors, written down after the answers, many at once. Nobody's call fails
or waits for it."""

import asyncio
import base64
import json
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from uuid import UUID

import psycopg
import structlog

from orchestrator import crypto
from orchestrator.own_connection import OwnConnection
from provisioning.front.headers import Headers

WAIT = 0.01  # seconds in which others join
TOGETHER = 500
MOST = 5000  # that wait while PostgreSQL is away; more are lost
AGAIN = 1.0  # seconds
KEPT = 64 * 1024  # bytes of what was sent; of more nothing is kept, for half a call is none
FIELD = "hook_call.kept"  # what the encrypted column is bound to

_COLUMNS = "u.at, u.method, u.status, u.code, u.duration_ms, u.size, u.probe"
_NOTE = f"""
INSERT INTO provisioning_hookcall
    (id, campaign_id, at, method, status, code, duration_ms, size, probe, kept_encrypted)
SELECT gen_random_uuid(), c.id, {_COLUMNS},
    CASE WHEN w.store_hook_bodies THEN u.kept ELSE '' END
FROM unnest(%s::uuid[], %s::timestamptz[], %s::text[], %s::int[], %s::text[], %s::int[],
            %s::int[], %s::bool[], %s::text[])
    AS u (campaign, at, method, status, code, duration_ms, size, probe, kept)
JOIN campaigns_campaign c ON c.id = u.campaign
JOIN workspaces_workspace w ON w.id = c.workspace_id
"""  # noqa: S608 -- a constant
# With what is kept: only as long as the workspace says so.
_LOCK = "FOR SHARE OF w"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Note:
    """In the order of the columns of _NOTE."""

    campaign_id: UUID
    at: datetime
    method: str
    status: int
    code: str
    duration_ms: int
    size: int
    probe: bool
    kept: str


@dataclass(frozen=True, slots=True)
class Sent:
    """A call, as it is sent again."""

    method: str
    query: bytes
    headers: Headers
    body: bytes

    def sealed(self, workspace_id: UUID) -> str:
        """Empty where it is too much to be kept."""
        size = len(self.body) + sum(len(name) + len(value) for name, value in self.headers)
        if size + len(self.query) > KEPT:
            return ""
        said = {
            "method": self.method,
            "query": self.query.decode("latin-1"),
            "headers": [[n.decode("latin-1"), v.decode("latin-1")] for n, v in self.headers],
            "body": base64.b64encode(self.body).decode(),
        }
        return crypto.encrypt(json.dumps(said), owner=str(workspace_id), field=FIELD)

    @classmethod
    def opened(cls, sealed: str, workspace_id: UUID) -> "Sent":
        """Raises crypto.Undecryptable."""
        said = json.loads(crypto.decrypt(sealed, owner=str(workspace_id), field=FIELD))
        return cls(
            said["method"],
            said["query"].encode("latin-1"),
            [(n.encode("latin-1"), v.encode("latin-1")) for n, v in said["headers"]],
            base64.b64decode(said["body"]),
        )


def ago(seconds: float) -> datetime:
    return datetime.now(UTC) - timedelta(seconds=seconds)


class Notebook:
    """Of one event loop."""

    def __init__(self) -> None:
        self._own = OwnConnection(statement_timeout="10000")
        self._notes: list[Note] = []
        self._task: asyncio.Task[None] | None = None

    def write(self, note: Note) -> None:
        if len(self._notes) >= MOST:
            log.warning("hook_call_not_noted", campaign=str(note.campaign_id))
            return
        self._notes.append(note)
        if self._task is None:
            self._task = asyncio.create_task(self._drain())

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
        if self._notes:
            try:
                await self._flush()
            except psycopg.Error as error:
                log.warning("hook_calls_not_noted", error=type(error).__name__)
        await self._own.drop()

    async def _drain(self) -> None:
        try:
            while self._notes:
                await asyncio.sleep(WAIT)
                try:
                    await self._flush()
                except psycopg.Error as error:
                    log.warning("hook_calls_wait", error=type(error).__name__)
                    await self._own.drop()
                    await asyncio.sleep(AGAIN)
        finally:
            self._task = None

    async def _flush(self) -> None:
        group = self._notes[:TOGETHER]
        columns = [[getattr(note, field.name) for note in group] for field in fields(Note)]
        kept = any(note.kept for note in group)
        connection = await self._own.opened()
        await connection.execute(_NOTE + _LOCK if kept else _NOTE, columns, prepare=True)
        del self._notes[: len(group)]
