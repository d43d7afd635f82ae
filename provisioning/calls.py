"""Calls of front doors: sent again, and forgotten."""

import threading
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.utils import timezone

from orchestrator import crypto
from orchestrator.events import Actor, acting, emit
from provisioning import front
from provisioning.events import HookCallResent
from provisioning.models import HookCall

AT_ONCE = 5  # each may hold a thread of this process for half a minute
CHUNK = 10_000  # rows in one statement

_free = threading.BoundedSemaphore(AT_ONCE)


class NotKept(Exception):
    """What was sent is not there, any more or at all."""


class Busy(Exception):
    """Others are being sent just now."""


def send_again(call: HookCall, *, actor: Actor) -> front.Answer:
    """Through the front door that the campaign has now. Raises NotKept, front.NoAddress, Busy."""
    try:
        sent = front.Sent.opened(call.kept_encrypted, call.campaign.workspace_id)
    except (crypto.Undecryptable, ValueError):
        raise NotKept from None
    if not _free.acquire(blocking=False):
        raise Busy
    try:
        with acting(actor):
            emit(HookCallResent, call.campaign, actor=actor, after={"call": str(call.pk)})
        return front.send(call.campaign, sent)
    finally:
        _free.release()


def forget_old() -> None:
    _in_chunks(
        "DELETE FROM provisioning_hookcall WHERE id IN"
        " (SELECT id FROM provisioning_hookcall WHERE at < %s LIMIT %s)",
        timezone.now() - timedelta(days=settings.RETENTION_DAYS),
    )


def forget_kept() -> None:
    """What was sent, where the workspace does not say (any more) that it is to be kept."""
    _in_chunks(
        "UPDATE provisioning_hookcall SET kept_encrypted = '' WHERE id IN ("
        " SELECT h.id FROM provisioning_hookcall h"
        " JOIN campaigns_campaign c ON c.id = h.campaign_id"
        " JOIN workspaces_workspace w ON w.id = c.workspace_id"
        " WHERE h.kept_encrypted <> '' AND NOT w.store_hook_bodies LIMIT %s)",
    )


def _in_chunks(statement: str, *which: datetime) -> None:
    with connection.cursor() as cursor:
        while True:
            cursor.execute(statement, [*which, CHUNK])
            if cursor.rowcount < CHUNK:
                return
