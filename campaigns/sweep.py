"""Intentions that nobody settled: n8n is asked how they ended."""

import logging
from datetime import timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from campaigns import announce, intentions, wall
from campaigns.intentions import Pending
from campaigns.models import Campaign
from orchestrator import n8n
from orchestrator.crypto import Undecryptable
from orchestrator.events import Actor, ActorType
from workspaces import quotas
from workspaces.connections import NotConnected, client_of

log = logging.getLogger(__name__)

CLAIM = timedelta(seconds=20)  # while n8n is asked; if it does not answer, until it is asked again
PATIENCE = 5.0
LIMIT = 200


def settle_overdue() -> int:
    """How many were settled. Two at once share them: each is claimed by a compare-and-set."""
    settled, away = 0, set()
    for campaign in _overdue():
        if campaign.instance_id in away or not _claim(campaign):
            continue
        pending = Pending.left_on(campaign)
        try:
            said = None if _past(pending) else _ask(campaign)
        except (n8n.N8nError, NotConnected, Undecryptable) as error:
            away.add(campaign.instance_id)
            log.warning(
                "the intention of campaign %s waits for n8n: %s", campaign.pk, type(error).__name__
            )
            continue
        try:
            row = _settle(pending, said)
        except intentions.Lost:
            continue
        announce.edited(row)
        settled += 1
    return settled


def _overdue() -> QuerySet[Campaign]:
    now = timezone.now()
    unclaimed = Q(settling_until=None) | Q(settling_until__lt=now)
    late = Campaign.objects.filter(unclaimed, intended_until__lt=now)
    return late.select_related("workspace", "instance").order_by("intended_until")[:LIMIT]


def _claim(campaign: Campaign) -> bool:
    mine = Campaign.objects.filter(
        pk=campaign.pk,
        intended_until=campaign.intended_until,
        settling_until=campaign.settling_until,
    )
    return bool(mine.update(settling_until=timezone.now() + CLAIM))


def _past(pending: Pending) -> bool:
    """The campaign was put away meanwhile, or its workspace has gone to another n8n."""
    campaign = pending.campaign
    put_away = campaign.archived_at is not None and pending.target.archived is None
    return put_away or not wall.is_at(campaign.workspace, campaign.instance)


def _ask(campaign: Campaign) -> n8n.Workflow | None:
    with client_of(campaign.instance, read_timeout=PATIENCE, deadline=PATIENCE) as client:
        try:
            return client.workflow(campaign.n8n_workflow_id)
        except n8n.NotFound:
            return None


def _settle(pending: Pending, said: n8n.Workflow | None) -> Campaign:
    campaign = pending.campaign
    foreign = said is not None and wall.refusal(said, campaign.workspace, campaign.instance)
    if not foreign and not _past(pending):
        try:
            return intentions.settle(pending, said, actor=_actor(campaign))
        except quotas.Exceeded:
            pass  # it stays in the archive
    intentions.withdraw(pending)
    row = Campaign.objects.filter(pk=campaign.pk).first()
    if row is None:
        raise intentions.Lost
    return row


def _actor(campaign: Campaign) -> Actor:
    by = campaign.intended_by or {}
    return Actor(
        ActorType.SYSTEM,
        "intentions",
        "intentions",
        on_behalf_of=f"{by.get('type', '')}:{by.get('id', '')}",
        request_id=by.get("request_id", ""),
    )
