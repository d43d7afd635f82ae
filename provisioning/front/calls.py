"""What came through a front door, written down after the answer; nobody's call fails for it."""

from typing import Protocol

import structlog
from django.db import DatabaseError, connection

from provisioning.front.entry import Entry
from provisioning.models import HookCall

log = structlog.get_logger(__name__)


class Told(Protocol):
    method: str
    status: int
    code: str
    size: int
    probe: bool


def note(entry: Entry, call: Told, took_ms: int) -> None:
    try:
        HookCall.objects.create(
            campaign_id=entry.door.campaign_id,
            method=call.method[:10],
            status=call.status,
            code=call.code,
            duration_ms=took_ms,
            size=call.size,
            probe=call.probe,
        )
    except DatabaseError as error:
        log.warning("hook_call_not_noted", error=type(error).__name__)
    finally:
        connection.close()
