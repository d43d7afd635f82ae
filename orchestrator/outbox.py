"""Facts on their way out: one row each, deleted when sockets and tasks have heard them."""

import logging
import os
import time
import uuid
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from orchestrator.models import Outbox

log = logging.getLogger(__name__)

SWEEP_AFTER = timedelta(seconds=5)
AWAY = 2.0  # seconds for which nobody asks Redis again

_listeners: dict[str, list[Callable[[Outbox], Any]]] = defaultdict(list)
_everything: list[Callable[[Outbox], Any]] = []


def on_hand_over(
    fact: str | None, listener: Callable[[Outbox], Any], *, first: bool = False
) -> None:
    """`listener` hears `fact` (None: all) after its commit, at least once. `first`: before those
    that have more to do."""
    listeners = _everything if fact is None else _listeners[fact]
    listeners.insert(0 if first else len(listeners), listener)


def put(
    fact: str,
    *,
    workspace_id: uuid.UUID | None,
    subject_type: str,
    subject_id: str,
    data: dict[str, Any],
) -> None:
    row = Outbox.objects.create(
        fact=fact,
        workspace_id=workspace_id,
        subject_type=subject_type,
        subject_id=subject_id,
        data=data,
    )
    transaction.on_commit(lambda: _soon(row), robust=True)


class _Messenger:
    """One thread of this process hands over, in order: whoever made the change never waits for
    Redis. Where it is away, what comes within the next seconds is left to the sweep."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="outbox")
        self._pid = os.getpid()
        self._away_until = 0.0

    @property
    def is_ours(self) -> bool:
        return self._pid == os.getpid()  # threads do not survive a fork

    def take(self, row: Outbox) -> None:
        self._thread.submit(self._tell, row)

    def _tell(self, row: Outbox) -> None:
        try:
            if time.monotonic() >= self._away_until:
                hand_over(row)
        except Exception as error:  # noqa: BLE001 -- committed all the same; the sweep tells it
            self._away_until = time.monotonic() + AWAY
            log.warning("hand-over of %s waits for the sweep: %s", row, type(error).__name__)
        finally:
            connection.close()  # back to the pool: no request ends here


_messenger: _Messenger | None = None


def _soon(row: Outbox) -> None:
    global _messenger
    if _messenger is None or not _messenger.is_ours:
        _messenger = _Messenger()
    _messenger.take(row)


def hand_over(row: Outbox) -> None:
    for listener in [*_everything, *_listeners[row.fact]]:
        listener(row)
    Outbox.objects.filter(pk=row.pk).delete()


def sweep(limit: int = 500) -> int:
    """Hand over what a kill or an absent Redis left behind. Harmless if it runs twice at once."""
    done = 0
    with transaction.atomic():
        rows = (
            Outbox.objects.filter(created_at__lt=timezone.now() - SWEEP_AFTER)
            .order_by("created_at")
            .select_for_update(skip_locked=True)[:limit]
        )
        for row in rows:
            try:
                with transaction.atomic():
                    hand_over(row)
                done += 1
            except Exception as error:  # noqa: BLE001 -- one that cannot be told must not hold up the others
                log.error("hand-over of %s failed again: %s", row, type(error).__name__)
    return done
