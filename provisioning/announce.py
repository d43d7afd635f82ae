"""Tells the creator's sockets how far a provision is, and everybody's what the campaign's row says.

By one thread of the process, in order: the steps do not wait for it. What is lost here the page's
own asking finds.
"""

import uuid
from concurrent.futures import ThreadPoolExecutor

import structlog
from django.db import connection

from campaigns import announce
from campaigns.models import Campaign
from orchestrator import outbox, realtime
from orchestrator.models import Outbox
from orchestrator.realtime.frames import Frame
from provisioning import log as history
from provisioning.events import (
    ProvisionCancelRequested,
    ProvisionRequested,
    ProvisionRetried,
    ProvisionTakenOver,
)
from provisioning.models import Provision
from provisioning.seen_by import PERMISSION
from provisioning.shapes import provision_row

log = structlog.get_logger(__name__)

_teller = ThreadPoolExecutor(1, thread_name_prefix="provisions")


def listen() -> None:
    for fact in (
        ProvisionRequested,
        ProvisionRetried,
        ProvisionCancelRequested,
        ProvisionTakenOver,
    ):
        outbox.on_hand_over(fact.name, _asked)


def moved(provision: Provision) -> None:
    """After each commit that moves it."""
    _teller.submit(_tell, provision.pk, None)


def turned(provision: Provision, campaign: Campaign | None) -> None:
    """After one that changes its campaign's row as well, or takes it away."""
    _teller.submit(_tell, provision.pk, campaign)


def _asked(row: Outbox) -> None:
    found = Provision.objects.select_related("campaign").filter(pk=row.subject_id).first()
    if found is not None:
        _progress(found)
        _row(found.campaign)


def _tell(id: uuid.UUID, campaign: Campaign | None) -> None:
    try:
        _progress(Provision.objects.get(pk=id))
        _row(campaign)
    except Exception as error:  # noqa: BLE001 -- whatever Redis does
        log.warning("provision_not_told", error=type(error).__name__)
    finally:
        connection.close()


def _row(campaign: Campaign | None) -> None:
    if campaign is None:
        return
    present = Campaign.objects.filter(pk=campaign.pk).first()
    announce.gone(campaign) if present is None else announce.edited(present)


def _progress(provision: Provision) -> None:
    if provision.creator_id is None:
        return
    shown = provision_row(provision, list(history.events(provision.pk)))
    frame = Frame.of(
        "provisioning.changed",
        provision.workspace_id,
        provision.pk,
        {"owner": shown},
        version=provision.version,
        needs=PERMISSION,
        user_id=provision.creator_id,
    )
    realtime.publish_sync(provision.workspace_id, [frame])
