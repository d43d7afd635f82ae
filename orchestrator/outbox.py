"""Facts on their way out: one row each, deleted when sockets and tasks have heard them."""

import logging
import uuid
from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from orchestrator.models import Outbox

log = logging.getLogger(__name__)

SWEEP_AFTER = timedelta(seconds=5)

_listeners: dict[str, list[Callable[[Outbox], Any]]] = defaultdict(list)
_everything: list[Callable[[Outbox], Any]] = []


def on_hand_over(fact: str | None, listener: Callable[[Outbox], Any]) -> None:
    """`listener` hears `fact` (None: all) after its commit, at least once."""
    (_everything if fact is None else _listeners[fact]).append(listener)


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
    transaction.on_commit(lambda: _hand_over_quietly(row), robust=True)


def _hand_over_quietly(row: Outbox) -> None:
    try:
        hand_over(row)
    except Exception as error:  # the change is committed; the sweep tells it later
        log.warning("hand-over of %s waits for the sweep: %s", row, type(error).__name__)


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
            except Exception as error:  # one that cannot be told must not hold up the others
                log.error("hand-over of %s failed again: %s", row, type(error).__name__)
    return done
