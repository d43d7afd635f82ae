"""Asks n8n for its executions: fills in what no heartbeat told, and corrects what one told wrongly.

n8n lists ended and waiting runs, newest first; running ones only under their status; queued ones,
and those of a worker that died, nowhere. So a round asks, in this order: the newest id; what runs;
the list, down to where it was read before; what waits; and each run still open here by its id.

Nothing falls between two rounds: what existed when the newest id was asked for either ran when the
running ones were asked for (and is followed by its id from then on), or is in the list that is read
after that. What a round leaves out of the list is kept as a gap, to be read by the next. All of it
may be done twice: a run that is known already changes nothing.
"""

import logging
import time
import uuid
from dataclasses import dataclass, field
from datetime import timedelta

import msgspec
from django.db import connection
from django.utils import timezone

from campaigns.executions import CHUNK, Executions, canceled
from campaigns.heartbeats import Beat
from orchestrator import n8n
from orchestrator.crypto import Undecryptable
from workspaces.connections import NotConnected, client_of
from workspaces.models import Instance

log = logging.getLogger(__name__)

LEASE = "60 s"
SECONDS = 30.0  # after which a round begins nothing new
PAGE = 250  # n8n's most; also how far back it is looked in an n8n that was never polled
PAGES = 20  # of the list in one round
SHORT = 4  # pages of what runs, and of what waits
ASKED = 40  # runs by their id in one round
GAPS = 20
SETTLED = "3 s"  # a run that was seen just now is not asked for
LOST = timedelta(hours=24)  # an open run that n8n does not know for so long has ended


class _Gap(msgspec.Struct):
    """A part of the list that is still to be read: from `cursor` (n8n's) down to the id `to`."""

    cursor: str = ""
    to: int | None = None  # None: one page


class _Superseded(Exception):
    """The lease ran out, and another process polls."""


@dataclass(frozen=True)
class Polled:
    """Of one round."""

    rows: int  # that told something new
    changed: int  # campaigns
    complete: bool
    error: str = ""


def poll(instance: Instance) -> Polled | None:
    """One round; None if another process is at it. A round that fails has done what it has done."""
    lease = uuid.uuid4()
    taken = _take(instance, lease)
    if taken is None:
        return None
    executions = Executions(instance)
    complete, error = False, ""
    try:
        with client_of(instance) as client:
            complete = _Round(instance, client, lease, *taken, executions).run()
    except n8n.N8nError as failure:
        error = failure.code
    except NotConnected:
        error = "not_connected"
    except Undecryptable:
        error = "wrong_keys"
    except _Superseded:
        error = "superseded"
    finally:
        Instance.objects.filter(pk=instance.pk, poller=lease).update(poller=None, poller_until=None)
    if error:
        log.warning("the poll of %s ended early: %s", instance.pk, error)
    return Polled(executions.rows, executions.changed, complete, error)


def _take(instance: Instance, lease: uuid.UUID) -> tuple[int | None, list[_Gap]] | None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE workspaces_instance SET poller = %s,"
            " poller_until = clock_timestamp() + %s::interval WHERE id = %s"
            "   AND (poller_until IS NULL OR poller_until < clock_timestamp())"
            " RETURNING polled_to, poll_gaps::text",
            [lease, LEASE, instance.pk],
        )
        row = cursor.fetchone()
    if row is None:
        return None
    return row[0], msgspec.json.decode(row[1], type=list[_Gap])


@dataclass
class _Round:
    instance: Instance
    client: n8n.Client
    lease: uuid.UUID
    mark: int | None  # the list was read down to here, but for the gaps
    gaps: list[_Gap]  # newest first
    executions: Executions
    pages: int = 0
    complete: bool = True
    open: set[str] = field(default_factory=set)  # executions that n8n listed as open
    began: float = field(default_factory=time.monotonic)

    def run(self) -> bool:
        """Whether all of it was done."""
        if not self.executions.campaigns:
            return True
        newest = self.client.executions(limit=1).data
        self._store_open("running")
        self._note(int(newest[0].id) if newest else 0)
        self._read_gaps()
        self._store_open("waiting")
        self._follow()
        self._close_lost()
        return self.complete

    # --- the list --------------------------------------------------------------------------------

    def _note(self, newest: int) -> None:
        """From here on what is not read yet is a gap, whatever becomes of this round."""
        to = self.mark
        if to is not None and newest < to:
            to = None  # another n8n, or one that was set back; or its newest runs were deleted
        if self.gaps and not self.gaps[0].cursor and self.gaps[0].to is not None:
            to = None if to is None else min(to, self.gaps.pop(0).to or 0)
        self.gaps.insert(0, _Gap(to=to))
        while len(self.gaps) > GAPS:  # what lies between the two is read again
            older = self.gaps.pop()
            self.gaps[-1].to = older.to
        self.mark = newest
        self._save()

    def _read_gaps(self) -> None:
        while self.gaps:
            gap = self.gaps[0] if self.pages == 0 else self.gaps[-1]
            while not self._read(gap):
                self._save()
                if self.pages >= PAGES or self._over():
                    self.complete = False
                    return
            self.gaps.remove(gap)
            self._save()

    def _read(self, gap: _Gap) -> bool:
        """One page of it; whether it is closed now."""
        try:
            page = self.client.executions(limit=PAGE, cursor=gap.cursor)
        except n8n.Refused:
            if not gap.cursor:
                raise
            gap.cursor = ""  # of an n8n that pages in another way: from the top again
            return False
        self.pages += 1
        self.executions.store(page.data)
        gap.cursor = page.next_cursor or ""
        return not gap.cursor or gap.to is None or int(page.data[-1].id) <= gap.to

    def _save(self) -> None:
        """What was read is stored before; also lengthens the lease."""
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE workspaces_instance SET polled_to = %s, poll_gaps = %s::jsonb,"
                " poller_until = clock_timestamp() + %s::interval WHERE id = %s AND poller = %s",
                [
                    self.mark,
                    msgspec.json.encode(self.gaps).decode(),
                    LEASE,
                    self.instance.pk,
                    self.lease,
                ],
            )
            if not cursor.rowcount:
                raise _Superseded

    def _over(self) -> bool:
        return time.monotonic() - self.began > SECONDS

    # --- what is open ----------------------------------------------------------------------------

    def _store_open(self, status: str) -> None:
        cursor = ""
        for _ in range(SHORT):
            page = self.client.executions(status=status, limit=PAGE, cursor=cursor)
            self.open |= {row.id for row in page.data}
            self.executions.store(page.data)
            cursor = page.next_cursor or ""
            if not cursor:
                return

    def _follow(self) -> None:
        """Asks for runs that are open here and in none of the lists, in turn."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT k.run_id, c.n8n_workflow_id, k.execution_id, greatest(k.sent_at, k.seen_at)"
                " FROM campaigns_run_key k JOIN campaigns_campaign c ON c.id = k.campaign_id"
                " WHERE c.instance_id = %s AND k.end_at IS NULL AND k.execution_id IS NOT NULL"
                "   AND k.seen_at < clock_timestamp() - %s::interval AND k.execution_id <> ALL (%s)"
                " ORDER BY k.asked_at NULLS FIRST, k.seen_at LIMIT %s",
                [self.instance.pk, SETTLED, list(self.open), ASKED],
            )
            due = cursor.fetchall()
        found: list[n8n.Execution] = []
        lost: list[Beat] = []
        asked: list[uuid.UUID] = []
        try:
            for run_id, workflow_id, execution_id, seen_at in due:
                if self._over():
                    break
                asked.append(run_id)
                row = self._execution(execution_id, workflow_id)
                if row is not None:
                    found.append(row)
                elif seen_at < timezone.now() - LOST:
                    lost.append(canceled(workflow_id, seen_at, execution_id=execution_id))
        finally:
            self.executions.store(found)
            self.executions.ingest(lost)
            with connection.cursor() as cursor:
                # Never waits, so that it cannot stand in the way of a heartbeat that waits for it.
                cursor.execute(
                    "UPDATE campaigns_run_key SET asked_at = clock_timestamp()"
                    " WHERE run_id IN (SELECT run_id FROM campaigns_run_key"
                    "   WHERE run_id = ANY (%s) FOR NO KEY UPDATE SKIP LOCKED)",
                    [asked],
                )

    def _execution(self, execution_id: str, workflow_id: str) -> n8n.Execution | None:
        """None proves nothing yet: pruned, or a success that is not kept."""
        try:
            row = self.client.execution(execution_id)
        except n8n.NotFound:
            return None
        return row if row.workflow_id == workflow_id else None

    def _close_lost(self) -> None:
        """Starts whose end never came, and of which n8n never told the execution's id."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT c.n8n_workflow_id, greatest(k.sent_at, k.seen_at), k.token"
                " FROM campaigns_run_key k JOIN campaigns_campaign c ON c.id = k.campaign_id"
                " WHERE c.instance_id = %s AND k.end_at IS NULL AND k.execution_id IS NULL"
                "   AND k.token IS NOT NULL AND greatest(k.sent_at, k.seen_at) < %s LIMIT %s",
                [self.instance.pk, timezone.now() - LOST, CHUNK],
            )
            rows = cursor.fetchall()
        self.executions.ingest(
            [canceled(workflow, seen_at, run_id=token) for workflow, seen_at, token in rows]
        )
