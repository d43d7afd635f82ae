"""Does n8n answer? Asked once in 30 s for everybody who wants to know; two failures flip it.

Nobody waits longer than BUDGET: what takes longer goes on in its thread, and is in the row for the
next one who asks.
"""

import logging
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection
from django.db.models import F, Q
from django.utils import timezone

from orchestrator import n8n
from orchestrator.crypto import Undecryptable
from workspaces.connections.door import NotConnected, connection_to, policy_of
from workspaces.connections.knowledge import learn
from workspaces.models import Instance

log = logging.getLogger(__name__)

EVERY = timedelta(seconds=30)
BUDGET = 0.7  # seconds
PATIENCE = 5.0  # seconds, for n8n
FLIPPED_BY = 2  # failures in a row

_threads = ThreadPoolExecutor(max_workers=4, thread_name_prefix="n8n-check")


@dataclass(frozen=True, slots=True)
class Reachability:
    reachable: bool
    code: str  # why not


def reachability_of(instance: Instance) -> Reachability:
    try:
        found = connection_to(instance)
    except NotConnected:
        return Reachability(False, "not_connected")
    except Undecryptable:
        return Reachability(False, "wrong_keys")
    if _is_my_turn(instance):
        asking = _threads.submit(_check, instance, found.base_url, found.api_key)
        with suppress(TimeoutError):
            asking.result(BUDGET)
        instance.refresh_from_db(
            fields=["check_failures", "check_failure", "failed_at", "failure", "last_ok_at"]
        )
    return _told(instance)


def _told(instance: Instance) -> Reachability:
    if instance.failed_at is not None:  # the syncs say so
        return Reachability(False, instance.failure)
    # Of an n8n that never worked there is nothing to flip.
    most = FLIPPED_BY if instance.last_ok_at is not None else 1
    if instance.check_failures >= most:
        return Reachability(False, instance.check_failure)
    return Reachability(True, "")


def _is_my_turn(instance: Instance) -> bool:
    now = timezone.now()
    if instance.retry_at is not None and instance.retry_at > now and not instance.breaker_failures:
        return False  # it answers: it asked for fewer calls
    due = Q(checked_at=None) | Q(checked_at__lte=now - EVERY)
    return bool(Instance.objects.filter(due, pk=instance.pk).update(checked_at=now))


def _check(instance: Instance, base_url: str, api_key: str) -> None:
    """Past pacing and breaker: it is rare, and what tells that n8n is back."""
    try:
        # Once, whatever the key may do: that and patience are other questions.
        found = n8n.probe(
            base_url, api_key, policy=policy_of(instance), needed=(), seconds=PATIENCE, tries=1
        )
        if found.result == "ok":
            learn(instance, found.scopes)
        else:
            Instance.objects.filter(pk=instance.pk).update(
                check_failures=F("check_failures") + 1, check_failure=found.result
            )
    except Exception:
        log.exception("n8n could not be checked")
    finally:
        connection.close()  # back to the pool: no request ends here
