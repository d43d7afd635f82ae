"""Front doors: made and rotated. The campaign keeps the present token, encrypted, to show it; the
front door a digest, to find whose it is."""

import hashlib
import secrets
import uuid
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from campaigns.models import Campaign
from campaigns.serializers import WEBHOOK_TOKEN
from orchestrator import crypto
from orchestrator.events import Actor, acting, emit
from provisioning.events import FrontDoorLinked, FrontDoorRotated
from provisioning.models import FrontDoor

GRACE = 86_400  # seconds for which a rotated address still works, where nothing else is said
KEPT = 20  # former addresses that are valid at once; more end earlier


class AlreadyLinked(Exception):
    """The campaign's address leads to another workflow."""


class WrongWorkflow(Exception):
    """The campaign is made of another one."""


class NoWebhook(Exception):
    """Nobody knows a webhook of it that an address could lead to."""


class NotLinked(Exception):
    """There is no address."""


class Archived(Exception):
    """It takes no calls."""


def link(campaign: Campaign, workflow_id: str, *, actor: Actor) -> Campaign:
    """Of a campaign that n8n runs: its own workflow, where the last sync saw a webhook. The same
    pair has the same address. Raises AlreadyLinked, Archived, WrongWorkflow and NoWebhook."""
    with acting(actor):
        row = _locked(campaign)
        if _is_linked(row, workflow_id):
            return row
        if row.archived_at is not None:
            raise Archived
        if row.n8n_workflow_id != workflow_id:
            raise WrongWorkflow
        if not row.webhook_path:
            raise NoWebhook
        row.version += 1
        _open(row, workflow_id, row.webhook_path, actor)
    return row


def link_made(campaign: Campaign, workflow_id: str, path: str, *, actor: Actor) -> Campaign:
    """Of a campaign that is being made, whose path is known beforehand. Raises AlreadyLinked."""
    with acting(actor):
        row = _locked(campaign)
        if not _is_linked(row, workflow_id):
            _open(row, workflow_id, path, actor)
    return row


def rotate(
    campaign: Campaign, grace_seconds: int = GRACE, *, actor: Actor
) -> tuple[Campaign, datetime]:
    """With a new address, and until when the former is valid. Raises NotLinked."""
    with acting(actor):
        row = _locked(campaign)
        former = present(row.pk)
        if former is None:
            raise NotLinked
        former.ends_at = timezone.now() + timedelta(seconds=grace_seconds)
        former.save(update_fields=["ends_at"])
        _forget(row)
        row.version += 1
        _write(row, former.workflow_id, former.path)
        emit(FrontDoorRotated, row, actor=actor, after={"graceSeconds": grace_seconds})
    return row, former.ends_at


def revoke(campaign: Campaign) -> None:
    """In the transaction of whoever takes the campaign back."""
    FrontDoor.objects.filter(campaign=campaign).delete()
    Campaign.objects.filter(pk=campaign.pk).update(webhook_token_encrypted="")


def present(campaign_id: uuid.UUID) -> FrontDoor | None:
    found = FrontDoor.objects.filter(campaign=campaign_id, ends_at=None)
    return found.select_related("campaign").first()


def _locked(campaign: Campaign) -> Campaign:
    return Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)


def _is_linked(campaign: Campaign, workflow_id: str) -> bool:
    found = present(campaign.pk)
    if found is not None and found.workflow_id != workflow_id:
        raise AlreadyLinked
    return found is not None


def _open(campaign: Campaign, workflow_id: str, path: str, actor: Actor) -> None:
    _write(campaign, workflow_id, path)
    emit(FrontDoorLinked, campaign, actor=actor, after={"workflowId": workflow_id})


def _write(campaign: Campaign, workflow_id: str, path: str) -> None:
    token = secrets.token_urlsafe(32)  # 256 bit
    owner = str(campaign.workspace_id)
    campaign.webhook_token_encrypted = crypto.encrypt(token, owner=owner, field=WEBHOOK_TOKEN)
    campaign.save(update_fields=["webhook_token_encrypted", "version"])
    campaign.refresh_from_db(fields=["state_version"])
    FrontDoor.objects.create(
        campaign=campaign,
        workflow_id=workflow_id,
        path=path,
        token_digest=hashlib.sha256(token.encode()).hexdigest(),
    )


def _forget(campaign: Campaign) -> None:
    """What has ended, and of those that have not all but the youngest."""
    former = FrontDoor.objects.filter(campaign=campaign).exclude(ends_at=None)
    young = former.order_by("-created_at").values("pk")[:KEPT]
    former.filter(Q(ends_at__lte=timezone.now()) | ~Q(pk__in=young)).delete()
