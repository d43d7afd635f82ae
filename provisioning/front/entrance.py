"""Where tokens lead, and whether they may be gone through now.

Nothing is remembered: a front door that was revoked a moment ago is closed. What keeps that cheap
is that callers who come while a look-up runs go together in the next one.
"""

import asyncio
import hashlib
import time
from dataclasses import dataclass
from urllib.parse import quote, urlsplit
from uuid import UUID

import psycopg
import structlog

from orchestrator import n8n
from orchestrator.own_connection import OwnConnection
from provisioning.front.refusals import Refusal, not_found, unavailable
from workspaces.connections import NotConnected, address_of, policy_of
from workspaces.models import Instance

TOGETHER = 500  # look-ups in one statement
LOOK_UP = (
    "SELECT place, campaign, workspace, instance, base_url, path, keeps, refused, over"
    " FROM provisioning_enter(%s)"
)
REFUSED = {
    "archived": "This campaign is archived.",
    "paused": "This campaign is paused.",
    "suspended": "This workspace is suspended.",
    "tenant_mismatch": "The workflow does not belong to this workspace any more.",
}

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Entry:
    campaign_id: UUID
    workspace_id: UUID
    keeps: bool  # what is sent, to send it again
    base_url: str
    policy: n8n.Policy
    path: str  # after the base URL, encoded

    @property
    def host(self) -> bytes:
        return urlsplit(self.base_url).netloc.encode()


@dataclass(frozen=True, slots=True)
class Found:
    """A front door: who stands behind it, and why it is closed, if it is."""

    campaign_id: UUID
    workspace_id: UUID
    instance: Instance
    path: str
    keeps: bool
    refused: str
    over: int

    def entry(self) -> Entry:
        """Raises Refusal."""
        if self.refused:
            raise Refusal(409, self.refused, REFUSED[self.refused])
        if self.over:
            text = "More calls in this minute than the workspace may have."
            left = 60 - int(time.time()) % 60
            raise Refusal(429, "quota_exceeded", text, retry_after=left)
        try:
            base_url = address_of(self.instance)
        except NotConnected:
            raise Refusal(502, "not_connected", "No n8n is connected.") from None
        return Entry(
            self.campaign_id,
            self.workspace_id,
            self.keeps,
            base_url,
            policy_of(self.instance),
            f"/webhook/{quote(self.path, safe='/')}",
        )


@dataclass(slots=True)
class _Asked:
    digest: str
    answer: "asyncio.Future[Found | None]"


class Entrance:
    """Of one event loop."""

    def __init__(self) -> None:
        # The count of a minute may be lost in a crash of PostgreSQL; a caller would wait for it.
        self._own = OwnConnection(synchronous_commit="off", statement_timeout="5000")
        self._waiting: list[_Asked] = []
        self._task: asyncio.Task[None] | None = None

    async def look_up(self, token: str) -> Found:
        """Raises Refusal."""
        digest = hashlib.sha256(token.encode()).hexdigest()
        asked = _Asked(digest, asyncio.get_running_loop().create_future())
        self._waiting.append(asked)
        if self._task is None:
            self._task = asyncio.create_task(self._drain())
        found = await asked.answer
        if found is None:
            raise not_found()
        return found

    async def close(self) -> None:
        await self._own.drop()

    async def _drain(self) -> None:
        try:
            while self._waiting:
                group, self._waiting = self._waiting[:TOGETHER], self._waiting[TOGETHER:]
                await self._answer(group)
        finally:
            self._task = None

    async def _answer(self, group: list[_Asked]) -> None:
        try:
            found = await self._found([asked.digest for asked in group])
        except Exception as error:  # noqa: BLE001 -- whatever it is, nobody waits for ever
            log.error("front_doors_not_looked_up", error=type(error).__name__)
            for asked in group:
                if not asked.answer.done():
                    asked.answer.set_exception(unavailable())
            return
        for place, asked in enumerate(group, 1):
            if not asked.answer.done():  # its caller may have gone away
                asked.answer.set_result(found.get(place))

    async def _found(self, digests: list[str]) -> dict[int, Found]:
        try:
            rows = await self._rows(digests)
        except psycopg.OperationalError:  # PostgreSQL was started again since
            await self._own.drop()
            rows = await self._rows(digests)
        return {
            place: Found(
                campaign, workspace, Instance(pk=instance, base_url=base), path, keeps, why, over
            )
            for place, campaign, workspace, instance, base, path, keeps, why, over in rows
        }

    async def _rows(self, digests: list[str]) -> list[tuple]:  # type: ignore[type-arg]
        connection = await self._own.opened()
        cursor = await connection.execute(LOOK_UP, [digests], prepare=True)
        return await cursor.fetchall()
