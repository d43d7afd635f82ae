"""Tells the creator's sockets how far a provision is, and everybody's what the campaign's row says.

What is lost here the page's own asking finds.
"""

import structlog

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


def listen() -> None:
    for fact in (
        ProvisionRequested,
        ProvisionRetried,
        ProvisionCancelRequested,
        ProvisionTakenOver,
    ):
        outbox.on_hand_over(fact.name, _asked)


def told(provision: Provision, campaign: Campaign | None = None) -> None:
    """After each commit that moves it; `campaign`: that which may be gone now."""
    try:
        _progress(provision)
    except Exception as error:  # noqa: BLE001 -- whatever Redis does
        log.warning("provision_not_told", error=type(error).__name__)
    present = Campaign.objects.filter(pk=provision.campaign_was).first()
    if present is not None:
        announce.edited(present)
    elif campaign is not None:
        announce.gone(campaign)


def _asked(row: Outbox) -> None:
    found = Provision.objects.filter(pk=row.subject_id).first()
    if found is not None:
        told(found)


def _progress(provision: Provision) -> None:
    provision.refresh_from_db()
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
