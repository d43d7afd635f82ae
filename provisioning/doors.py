"""Front doors: made and rotated. The campaign keeps the present token, encrypted, to show it; the
front door a digest, to find whose it is."""

import hashlib
import secrets
import uuid
from datetime import timedelta

from django.utils import timezone

from campaigns.models import Campaign
from campaigns.serializers import WEBHOOK_TOKEN
from orchestrator import crypto
from orchestrator.events import Actor, acting, emit
from provisioning.events import FrontDoorLinked, FrontDoorRotated
from provisioning.models import FrontDoor

GRACE = 86_400  # seconds for which a rotated address still works, where nothing else is said


class AlreadyLinked(Exception):
    """The campaign's address leads to another workflow."""


def link(campaign: Campaign, workflow_id: str, path: str, *, actor: Actor) -> FrontDoor:
    """The same pair has the same address. Raises AlreadyLinked."""
    with acting(actor):
        Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
        found = present(campaign.pk)
        if found is not None:
            if found.workflow_id != workflow_id:
                raise AlreadyLinked
            return found
        door = _new(campaign, workflow_id, path)
        emit(FrontDoorLinked, campaign, actor=actor, after={"workflowId": workflow_id})
    return door


def rotate(campaign: Campaign, grace_seconds: int = GRACE, *, actor: Actor) -> FrontDoor | None:
    """A new address; the former is valid for the grace period. None: there was none."""
    with acting(actor):
        Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
        former = present(campaign.pk)
        if former is None:
            return None
        former.ends_at = timezone.now() + timedelta(seconds=grace_seconds)
        former.save(update_fields=["ends_at"])
        door = _new(campaign, former.workflow_id, former.path)
        emit(FrontDoorRotated, campaign, actor=actor, after={"graceSeconds": grace_seconds})
    return door


def revoke(campaign: Campaign) -> None:
    """In the transaction of whoever takes the campaign back."""
    FrontDoor.objects.filter(campaign=campaign).delete()
    Campaign.objects.filter(pk=campaign.pk).update(webhook_token_encrypted="")


def present(campaign_id: uuid.UUID) -> FrontDoor | None:
    found = FrontDoor.objects.filter(campaign=campaign_id, ends_at=None)
    return found.select_related("campaign").first()


def _new(campaign: Campaign, workflow_id: str, path: str) -> FrontDoor:
    token = secrets.token_urlsafe(32)  # 256 bit
    sealed = crypto.encrypt(token, owner=str(campaign.workspace_id), field=WEBHOOK_TOKEN)
    campaign.webhook_token_encrypted = sealed
    Campaign.objects.filter(pk=campaign.pk).update(webhook_token_encrypted=sealed)
    return FrontDoor.objects.create(
        campaign=campaign,
        workflow_id=workflow_id,
        path=path,
        token_digest=hashlib.sha256(token.encode()).hexdigest(),
    )
