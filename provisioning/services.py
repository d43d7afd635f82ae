"""What people ask of provisions: begin, retry, cancel, take over. n8n is never called here; the
worker does (provisioning/runner.py)."""

import hashlib
import json
import secrets
import uuid
from dataclasses import asdict, dataclass
from typing import Any

from django.db import IntegrityError
from django.db.models import F
from django.utils import timezone

from campaigns import making
from orchestrator import crypto
from orchestrator.events import Actor, acting, emit
from provisioning import log, parameters
from provisioning.events import (
    ProvisionCancelRequested,
    ProvisionRequested,
    ProvisionRetried,
    ProvisionTakenOver,
)
from provisioning.models import Provision, Step, StepStatus, Template, TemplateVersion
from provisioning.progress import Progress
from workspaces.models import User, Workspace

VALUES = "provision.parameters"  # what the encrypted columns are bound to
SECRETS = "provision.secrets"


class IdUsed(Exception):
    """Something else was asked under this id, by whomever."""


class TemplateMissing(Exception):
    """It was withdrawn, or never was there for this workspace."""


class NotFailed(Exception):
    """There is nothing to try again."""


class AlreadyDone(Exception):
    """What is done is not canceled; the campaign can be archived."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked: the same wish under the same id is the same provision."""

    provision_id: uuid.UUID
    template_id: uuid.UUID
    name: str
    parameters: dict[str, Any]

    def digest(self, workspace: Workspace) -> str:
        said = [str(workspace.pk), str(self.template_id), self.name, self.parameters]
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def begin(
    workspace: Workspace, wish: Wish, *, creator: User, actor: Actor
) -> tuple[Provision, bool]:
    """The provision, and whether it is new. Raises IdUsed, TemplateMissing, rules.Invalid and
    quotas.Exceeded."""
    digest = wish.digest(workspace)
    if (found := _same(wish.provision_id, digest)) is not None:
        return found, False
    version = _version(workspace, wish.template_id)
    values = parameters.checked(parameters.read(version.parameters), wish.parameters)
    try:
        with acting(actor):
            row = _create(workspace, wish, version, values, digest, creator, actor)
    except IntegrityError:
        found = _same(wish.provision_id, digest)  # two at once: the other was first
        if found is None:
            raise
        return found, False
    return row, True


def retry(provision: Provision, step: Step, *, actor: Actor) -> Provision:
    """Raises NotFailed."""
    with acting(actor):
        row = _locked(provision)
        state = Progress.of(log.events(row.pk)).steps[step]
        if row.ended or state.status != StepStatus.ERROR:
            raise NotFailed
        row.attempt, row.due_at = 0, timezone.now()
        row.save(update_fields=["attempt", "due_at"])
        log.write(row, step, StepStatus.PENDING, attempt=state.attempt)
        if row.campaign_id is not None:
            making.go_on(row.campaign_id)
        emit(ProvisionRetried, row, actor=actor, after={"step": step}, provision_id=row.pk)
    return row


def cancel(provision: Provision, *, actor: Actor) -> Provision:
    """Raises AlreadyDone. What was begun is taken back by the worker, the last first. Where that
    has failed it is tried again."""
    with acting(actor):
        row = _locked(provision)
        if row.ended == Provision.Ended.DONE:
            raise AlreadyDone
        if row.ended or (row.canceling and row.due_at is not None):
            return row
        row.canceling, row.attempt, row.due_at = True, 0, timezone.now()
        row.save(update_fields=["canceling", "attempt", "due_at"])
        emit(ProvisionCancelRequested, row, actor=actor, provision_id=row.pk)
    return row


def take_over(provision: Provision, *, by: User, actor: Actor) -> Provision:
    with acting(actor):
        row = _locked(provision)
        before, row.creator = row.creator_id, by
        row.save(update_fields=["creator"])
        emit(
            ProvisionTakenOver,
            row,
            actor=actor,
            before={"creator": str(before) if before else None},
            after={"creator": str(by.pk)},
            provision_id=row.pk,
        )
    return row


def values_of(provision: Provision) -> dict[str, Any]:
    """Raises crypto.Undecryptable."""
    return _opened(provision, provision.parameters_encrypted, VALUES)


def secrets_of(provision: Provision) -> dict[str, str]:
    """`path` of its webhook and `probe`, by which the workflow knows the test. Likewise."""
    return _opened(provision, provision.secrets_encrypted, SECRETS)


def _same(id: uuid.UUID, digest: str) -> Provision | None:
    row = Provision.objects.filter(pk=id).first()
    if row is not None and row.digest != digest:
        raise IdUsed
    return row


def _version(workspace: Workspace, template_id: uuid.UUID) -> TemplateVersion:
    template = Template.objects.offered_to(workspace).filter(pk=template_id).first()
    if template is None:
        raise TemplateMissing
    found = TemplateVersion.objects.filter(template=template, number=template.version).first()
    if found is None:
        raise TemplateMissing
    return found


def _create(
    workspace: Workspace,
    wish: Wish,
    version: TemplateVersion,
    values: dict[str, Any],
    digest: str,
    creator: User,
    actor: Actor,
) -> Provision:
    campaign = making.begin(workspace, wish.name, version.trigger)
    private = {"path": secrets.token_urlsafe(24), "probe": secrets.token_urlsafe(24)}
    row = Provision.objects.create(
        id=wish.provision_id,
        workspace=workspace,
        campaign=campaign,
        campaign_was=campaign.pk,
        template=version,
        instance=workspace.instance,
        name=wish.name,
        parameters_encrypted=_sealed(workspace, values, VALUES),
        secrets_encrypted=_sealed(workspace, private, SECRETS),
        digest=digest,
        creator=creator,
        actor=asdict(actor),
        step=Step.N8N,
    )
    log.write(row, Step.DB, StepStatus.RUNNING)
    log.write(row, Step.DB, StepStatus.DONE)
    Template.objects.filter(pk=version.template_id).update(usage_count=F("usage_count") + 1)
    emit(
        ProvisionRequested,
        row,
        actor=actor,
        after={"name": wish.name, "templateId": str(version.template_id)},
        provision_id=row.pk,
    )
    return row


def _locked(provision: Provision) -> Provision:
    return Provision.objects.select_for_update(of=("self",)).get(pk=provision.pk)


def _sealed(workspace: Workspace, what: dict[str, Any], field: str) -> str:
    return crypto.encrypt(json.dumps(what), owner=str(workspace.pk), field=field)


def _opened(provision: Provision, sealed: str, field: str) -> dict[str, Any]:
    text = crypto.decrypt(sealed, owner=str(provision.workspace_id), field=field)
    found: dict[str, Any] = json.loads(text)
    return found
