"""Group commit: one connection per process; what queues while a commit runs goes in the next."""

import asyncio
import logging
import time
import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from asgiref.sync import sync_to_async
from django.db import connection as django_connection
from psycopg.types.json import Jsonb

from campaigns import pulse, signatures
from campaigns.heartbeats import Alive, Beat
from campaigns.statement import INGEST, columns, once
from orchestrator.own_connection import OwnConnection
from workspaces.connections import webhook_secrets
from workspaces.models import Instance
from workspaces.zones import ZONES

log = logging.getLogger(__name__)

GROUP_LIMIT = 500  # heartbeats in one commit
QUEUE_LIMIT = 20_000  # heartbeats that wait for theirs
SECRETS_AGE = 2.0  # seconds for which an instance's secrets are kept


class Unavailable(Exception):
    """The database is away. Nothing was stored."""


class Overloaded(Exception):
    """More waits than is good. Nothing was stored."""


@dataclass(frozen=True, slots=True)
class Reporter:
    """A campaign, as heartbeats name it."""

    instance_id: str
    workflow_id: str


@dataclass(slots=True)
class _Call:
    instance_id: str
    beats: list[Beat]
    answer: "asyncio.Future[list[str]]"


class Writer:
    """Of one event loop."""

    def __init__(self) -> None:
        self._calls: list[_Call] = []
        self._waiting = 0
        self._own = OwnConnection()
        self._task: asyncio.Task[None] | None = None
        self._secrets: dict[str, tuple[float, list[bytes]]] = {}

    async def secrets(self, instance_id: str) -> list[bytes]:
        """Empty for an instance that does not exist."""
        known = self._secrets.get(instance_id)
        if known is None or time.monotonic() - known[0] > SECRETS_AGE:
            try:
                keys = await sync_to_async(_keys_of, thread_sensitive=False)(instance_id)
            except Exception as error:
                log.error("webhook secrets could not be read", exc_info=error)
                raise Unavailable from None
            if len(self._secrets) > 1000:  # names are the caller's choice
                self._secrets.clear()
            known = self._secrets[instance_id] = (time.monotonic(), keys)
        return known[1]

    async def add(self, instance_id: str, beats: list[Beat]) -> list[str]:
        """The verdict of each, after its commit: accepted, duplicate, stale, unknown, refused or
        quota_exceeded."""
        if self._waiting > QUEUE_LIMIT:
            raise Overloaded
        call = _Call(instance_id, beats, asyncio.get_running_loop().create_future())
        self._calls.append(call)
        self._waiting += len(beats)
        if self._task is None:
            self._task = asyncio.create_task(self._drain())
        return await call.answer

    async def campaign_of(self, digest: str) -> "Reporter | None":
        """Whose reportUrl has the token of this SHA-256."""
        try:
            connection = await self._own.opened()
            cursor = await connection.execute(
                "SELECT instance_id, n8n_workflow_id FROM campaigns_campaign"
                " WHERE report_token_digest = %s AND archived_at IS NULL",
                [digest],
            )
            found = await cursor.fetchone()
        except psycopg.Error as error:
            raise Unavailable from error
        return Reporter(*found) if found else None

    async def alive(self, instance_id: str, alives: list[Alive]) -> list[str]:
        rows = [
            (instance_id, alive.heartbeat_id, alive.sent_at, Jsonb(_about(alive)))
            for alive in alives
        ]
        try:
            connection = await self._own.opened()
            verdicts = []
            for row in rows:
                cursor = await connection.execute("SELECT campaigns_alive(%s, %s, %s, %s)", row)
                found = await cursor.fetchone()
                verdicts.append(found[0] if found else "unknown")
            return verdicts
        except psycopg.Error as error:
            raise Unavailable from error

    async def _drain(self) -> None:
        try:
            while self._calls:
                group: list[_Call] = []
                size = 0
                while self._calls and (
                    not group or size + len(self._calls[0].beats) <= GROUP_LIMIT
                ):
                    call = self._calls.pop(0)
                    group.append(call)
                    size += len(call.beats)
                self._waiting -= size
                await self._commit(group)
        finally:
            self._task = None

    async def _commit(self, group: list[_Call]) -> None:
        try:
            verdicts, changed = await self._write(
                [(call.instance_id, beat) for call in group for beat in call.beats]
            )
        except psycopg.OperationalError as error:
            await self._fail(group, error)
            return
        except psycopg.Error as error:
            await self._singly(group, error)
            return
        start = 0
        for call in group:
            if not call.answer.done():  # its sender may have gone away
                call.answer.set_result(verdicts[start : start + len(call.beats)])
            start += len(call.beats)
        pulse.beat(changed)

    async def _singly(self, group: list[_Call], error: psycopg.Error) -> None:
        """One that the database refuses must not fail the others of its group."""
        if len(group) > 1:
            for call in group:
                await self._commit([call])
            return
        call = group[0]
        if len(call.beats) == 1:
            log.error("a heartbeat was refused by the database", exc_info=error)
            call.answer.set_result(["refused"])
            return
        answers: list[str] = []
        for beat in call.beats:
            single = _Call(call.instance_id, [beat], asyncio.get_running_loop().create_future())
            await self._commit([single])
            if single.answer.exception() is not None:
                call.answer.set_exception(Unavailable())
                return
            answers += single.answer.result()
        call.answer.set_result(answers)

    async def _fail(self, group: list[_Call], error: psycopg.Error) -> None:
        # Whether the last statement was committed is unknown; the sender's retry is deduplicated.
        log.error("heartbeats could not be stored: %s", type(error).__name__)
        await self._own.drop()
        for call in group:
            if not call.answer.done():
                call.answer.set_exception(Unavailable())

    async def _write(
        self, rows: Sequence[tuple[str, Beat]]
    ) -> tuple[list[str], list[tuple[Any, Any]]]:
        connection = await self._own.opened()
        distinct, positions = once(rows)
        cursor = await connection.execute(INGEST, columns(distinct), prepare=True)
        found = await cursor.fetchone()
        assert found is not None
        verdicts, changed, workspaces = found
        answers = [
            # The second of two with one id, in one call: as if the first had come before.
            verdicts[at] if first or verdicts[at] == "unknown" else "duplicate"
            for at, first in positions
        ]
        return answers, list(zip(workspaces, changed, strict=True))


def _keys_of(instance_id: str) -> list[bytes]:
    try:
        instance = Instance.objects.filter(pk=instance_id).first()
        return [signatures.key_of(s) for s in webhook_secrets(instance)] if instance else []
    finally:
        django_connection.close()  # back to the pool: no request ends here


def _about(alive: Alive) -> dict[str, Any]:
    return {
        "hooksVersion": alive.hooks_version,
        "n8nVersion": alive.n8n_version,
        "mode": alive.mode,
        "timezone": alive.timezone if alive.timezone in ZONES else "",
        "publicationService": alive.publication_service,
        "dropped": max(0, min(alive.dropped, 2**53)),
    }


_writers: "weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, Writer]" = (
    weakref.WeakKeyDictionary()
)


def writer() -> Writer:
    """The one of the running event loop."""
    loop = asyncio.get_running_loop()
    found = _writers.get(loop)
    if found is None:
        found = _writers[loop] = Writer()
    return found
