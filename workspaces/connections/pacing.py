"""How the calls of all processes to one n8n are paced: by its row, so that they all obey."""

import time

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from orchestrator import n8n
from workspaces.models import Instance

# Of all processes together. n8n is one thread: more at once only makes every call longer.
CALLS_PER_SECOND = 50
BURST = 300  # a sync of 250 workflows asks for each webhook, once
LONGEST_WAIT = 2.0  # seconds; who would wait longer is told to come back

_TAKE = """
UPDATE workspaces_instance SET next_call_at =
    greatest(next_call_at, now() - make_interval(secs => %s)) + make_interval(secs => %s)
WHERE id = %s RETURNING extract(epoch FROM next_call_at - now())
"""
_GIVE_BACK = """
UPDATE workspaces_instance SET next_call_at = next_call_at - make_interval(secs => %s)
WHERE id = %s
"""
_ONE = 1 / CALLS_PER_SECOND  # seconds


class Pacer:
    """Of the calls of one client."""

    def __init__(self, instance: Instance) -> None:
        self._id = instance.pk
        self._row = Instance.objects.filter(pk=instance.pk)
        self._pace = n8n.Pace()

    def before_call(self) -> None:
        """Raises RateLimited or Unreachable where n8n is to be left alone."""
        while True:
            pace = self._pace = self._read()
            wanted = n8n.admit(pace, timezone.now())
            if wanted == pace:
                break
            # The one call that tries whether it is back; of two at once the second reads again.
            seen = self._row.filter(retry_at=pace.retry_at, breaker_failures=pace.failures)
            if self._write(seen, wanted):
                self._pace = wanted
                break
        wait = self._take_turn()
        if not connection.in_atomic_block:
            connection.close()  # back to the pool: an n8n that hangs must not empty it
        if wait > 0:
            time.sleep(wait)

    def _take_turn(self) -> float:
        """Seconds to wait for it. Raises RateLimited where that is too long."""
        with connection.cursor() as cursor:
            cursor.execute(_TAKE, [_ONE * BURST, _ONE, self._id])
            found = cursor.fetchone()
            wait = float(found[0]) if found else 0.0
            if wait > LONGEST_WAIT:
                cursor.execute(_GIVE_BACK, [_ONE, self._id])
                raise n8n.RateLimited("Too many calls to this n8n at once", wait)
        return wait

    def on_outcome(self, error: n8n.N8nError | None) -> None:
        if n8n.after(self._pace, error, timezone.now()) != self._pace:
            self.settle(error)

    def settle(self, error: n8n.N8nError | None) -> None:
        """What a call that ended so says of the row as it is now, by whomever it was made."""
        with transaction.atomic():
            pace = self._read(lock=True)
            then = n8n.after(pace, error, timezone.now())
            if then != pace:
                self._write(self._row, then)
            self._pace = then

    def _read(self, *, lock: bool = False) -> n8n.Pace:
        rows = self._row.select_for_update(no_key=True) if lock else self._row
        found = rows.values_list("retry_at", "breaker_failures").first()
        return n8n.Pace(*found) if found else n8n.Pace()

    def _write(self, rows: QuerySet[Instance], pace: n8n.Pace) -> int:
        return rows.update(retry_at=pace.retry_at, breaker_failures=pace.failures)
