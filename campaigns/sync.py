"""Asks n8n what its workflows are, and writes down what it said.

A list proves what is in it, never what is not: a workflow that is not listed is asked for by its
own id. Nothing is written to a campaign that a person changed since n8n was asked.
"""

import logging
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection
from django.utils import timezone

from campaigns.events import CampaignAdopted
from campaigns.models import Campaign, Reported
from orchestrator import n8n
from orchestrator.crypto import Undecryptable
from orchestrator.events import Actor, acting, emit
from workspaces.connections import NotConnected, client_of
from workspaces.models import Instance, Workspace

log = logging.getLogger(__name__)

TAG_PREFIX = "ork:"


class SyncFailed(Exception):
    """n8n could not be asked. `code`: of orchestrator.n8n, or not_connected, wrong_keys."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass
class Outcome:
    """Of one workspace."""

    synced: int = 0
    changed: set[uuid.UUID] = field(default_factory=set)
    adopted: set[uuid.UUID] = field(default_factory=set)
    errors: list[dict[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Known:
    """A campaign as it was before n8n was asked."""

    id: uuid.UUID
    workspace_id: uuid.UUID
    version: int
    name: str
    reported: str
    trigger: str
    archived: bool
    set_aside: bool


def sync_instance(
    instance: Instance, workspaces: Iterable[Workspace], *, actor: Actor, read_timeout: float = 10.0
) -> dict[uuid.UUID, Outcome]:
    """The outcome for each of these workspaces of the instance; all or SyncFailed."""
    wanted = {workspace.tag: workspace for workspace in workspaces}
    known = _known(instance)
    try:
        with client_of(instance, read_timeout=read_timeout) as client:
            # One workspace is asked for by its tag; of many, all workflows come in fewer calls.
            listed = list(client.workflows(tags=wanted if len(wanted) == 1 else ()))
            mine = {w.id for w in wanted.values()}
            found = {workflow.id: workflow for workflow in listed}
            absent = [
                id
                for id, c in known.items()
                if c.workspace_id in mine and id not in found and not c.archived
            ]
            asked = {id: _ask(client, id) for id in absent}
    except n8n.N8nError as error:
        raise SyncFailed(error.code, str(error)) from error
    except NotConnected:
        raise SyncFailed("not_connected", "No n8n is connected yet.") from None
    except Undecryptable as error:
        raise SyncFailed("wrong_keys", str(error)) from None
    outcomes = {workspace.pk: Outcome() for workspace in wanted.values()}
    at = timezone.now()
    with acting(actor):
        for workspace in wanted.values():
            outcome = outcomes[workspace.pk]
            seen = [workflow for workflow in listed if workspace.tag in workflow.tag_names]
            _adopt(instance, workspace, seen, known, outcome, actor)
        _write_down(known, {**asked, **found}, outcomes, at)
    return outcomes


def _known(instance: Instance) -> dict[str, _Known]:
    rows = Campaign.objects.filter(instance=instance)
    return {
        c.n8n_workflow_id: _Known(
            c.id,
            c.workspace_id,
            c.version,
            c.name,
            c.reported,
            c.trigger,
            c.archived_at is not None and not c.set_aside,
            c.set_aside,
        )
        for c in rows
    }


def _ask(client: n8n.Client, workflow_id: str) -> n8n.Workflow | None:
    try:
        return client.workflow(workflow_id)
    except n8n.NotFound:
        return None


def _adopt(
    instance: Instance,
    workspace: Workspace,
    workflows: list[n8n.Workflow],
    known: dict[str, _Known],
    outcome: Outcome,
    actor: Actor,
) -> None:
    for workflow in workflows:
        ours = {name for name in workflow.tag_names if name.startswith(TAG_PREFIX)}
        if len(ours) > 1:
            outcome.errors.append({"code": "tag_conflict", "message": _named(workflow)})
            continue
        if workflow.id in known:
            if known[workflow.id].workspace_id != workspace.pk:
                outcome.errors.append({"code": "tenant_mismatch", "message": _named(workflow)})
            continue
        if workflow.is_archived:
            continue
        campaign, new = Campaign.objects.get_or_create(
            instance=instance,
            n8n_workflow_id=workflow.id,
            defaults={
                "workspace": workspace,
                "name": workflow.name[:128],
                "trigger": workflow.trigger or "",
                "enabled": workflow.active,
                "reported": _reported(workflow),
                "reported_at": timezone.now(),
                "last_sync_at": timezone.now(),
            },
        )
        if new:
            emit(CampaignAdopted, campaign, actor=actor, after={"name": campaign.name})
            outcome.adopted.add(campaign.pk)
            outcome.synced += 1


def _write_down(
    known: dict[str, _Known],
    answers: dict[str, n8n.Workflow | None],
    outcomes: dict[uuid.UUID, Outcome],
    at: datetime,
) -> None:
    rows: list[tuple[uuid.UUID, int, str, str, str, bool]] = []
    for workflow_id, answer in answers.items():
        campaign = known.get(workflow_id)
        if campaign is None or campaign.archived or campaign.workspace_id not in outcomes:
            continue
        if campaign.set_aside and answer is None:
            continue  # still away with its n8n
        outcome = outcomes[campaign.workspace_id]
        name, reported, trigger = campaign.name, str(Reported.MISSING), campaign.trigger
        if answer is not None:
            name, reported = answer.name[:128], _reported(answer)
            trigger = answer.trigger or ""
        outcome.synced += 1
        if campaign.set_aside or (name, reported, trigger) != (
            campaign.name,
            campaign.reported,
            campaign.trigger,
        ):
            outcome.changed.add(campaign.id)
        rows.append((campaign.id, campaign.version, name, reported, trigger, campaign.set_aside))
    if not rows:
        return
    ids, versions, names, reports, triggers, aside = (list(c) for c in zip(*rows, strict=True))
    with connection.cursor() as cursor:
        # In the order in which heartbeats lock them, so that neither waits for the other for ever.
        cursor.execute(
            "SELECT 1 FROM campaigns_campaign WHERE id = ANY (%s) ORDER BY id FOR NO KEY UPDATE",
            [ids],
        )
        cursor.execute(
            "UPDATE campaigns_campaign c SET name = u.name, reported = u.reported,"
            " reported_at = %s, last_sync_at = %s, trigger = u.trigger,"
            " archived_at = CASE WHEN u.aside THEN NULL ELSE c.archived_at END,"
            " set_aside = c.set_aside AND NOT u.aside"
            " FROM unnest(%s::uuid[], %s::int[], %s::text[], %s::text[], %s::text[], %s::bool[])"
            "   AS u (id, version, name, reported, trigger, aside)"
            " WHERE c.id = u.id AND c.version = u.version",
            [at, at, ids, versions, names, reports, triggers, aside],
        )


def _reported(workflow: n8n.Workflow) -> str:
    if workflow.is_archived:
        return str(Reported.ARCHIVED)
    return str(Reported.ACTIVE if workflow.active else Reported.INACTIVE)


def _named(workflow: n8n.Workflow) -> str:
    return f"{workflow.name[:128]} ({workflow.id})"
