"""Writes of connections: one transaction, a named actor, one event.

A workspace is on the shared instance or on one of its own. Who moves leaves the campaigns of the
former n8n behind: what is above is told in the same transaction (`on_move`).
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from django.conf import settings
from django.db import IntegrityError

from orchestrator import crypto, n8n
from orchestrator.events import Actor, acting, emit
from workspaces.connections.door import (
    API_KEY,
    WEBHOOK_SECRETS,
    connection_to,
    fingerprint,
    new_secret,
    owner_of,
)
from workspaces.connections.knowledge import forget
from workspaces.events import ConnectionChanged, ConnectionRemoved
from workspaces.models import Instance, Workspace
from workspaces.services import default_instance


class InstanceTaken(Exception):
    """This n8n is connected as somebody else's or as the shared one."""


class KeyNeeded(Exception):
    """Another base URL without its own API key: the stored key is not for strangers."""


class Shared(Exception):
    """The workspace has no n8n of its own."""


class Changed(Exception):
    """Somebody else changed the connection meanwhile."""


class Move(Protocol):
    def __call__(self, workspace: Workspace, former: Instance, *, actor: Actor) -> None: ...


_movers: list[Move] = []


def on_move(react: Move) -> Move:
    """`react` runs in the transaction in which a workspace leaves `former`, and can fail it."""
    _movers.append(react)
    return react


@dataclass(frozen=True, slots=True)
class Plan:
    """What a PUT is about to do, to what it found. `api_key` None: the stored one stays."""

    workspace: Workspace
    base_url: str
    api_key: str | None
    timezone: str | None
    own: Instance | None
    settled: bool  # it is so already


@dataclass(frozen=True, slots=True)
class Connected:
    instance: Instance
    secret: str | None  # of a new instance: shown once


def plan(workspace: Workspace, base_url: str, api_key: str | None, timezone: str | None) -> Plan:
    """`base_url` in its one spelling. Raises KeyNeeded, InstanceTaken."""
    own = Instance.objects.filter(owner=workspace).first()
    known = own is not None and own.base_url == base_url
    if not known:
        if api_key is None:
            raise KeyNeeded
        _refuse_taken(base_url)
    elif own is not None and api_key == _stored_key(own):
        api_key = None
    settled = own is not None and known and api_key is None and timezone in (None, own.timezone)
    return Plan(workspace, base_url, api_key, timezone, own, settled)


def connect_own(
    planned: Plan, scopes: list[str], *, actor: Actor, last: Callable[[Connected], None]
) -> Connected:
    """Does what was planned, once n8n has been tried; `last` runs in the same transaction.

    Raises InstanceTaken, Changed.
    """
    try:
        with acting(actor):
            connected = _connect_own(planned, scopes, actor)
            last(connected)
            return connected
    except IntegrityError as error:
        if "instance_one_per_url" in str(error):
            raise InstanceTaken(planned.base_url) from None
        raise


def _connect_own(planned: Plan, scopes: list[str], actor: Actor) -> Connected:
    workspace, own = _locked(planned.workspace)
    seen = planned.own
    if (own and (own.pk, own.version)) != (seen and (seen.pk, seen.version)):
        raise Changed
    before = _told(own)
    secret = None
    if own is None or own.base_url != planned.base_url:
        _refuse_taken(planned.base_url)
        secret = new_secret()
        own = _move(workspace, _new_own(workspace, planned.base_url, secret), actor)
    if planned.api_key is not None:
        own.api_key_encrypted = crypto.encrypt(planned.api_key, owner=owner_of(own), field=API_KEY)
        own.key_fingerprint = fingerprint(planned.api_key)
        own.capabilities = scopes
        # The other key may have been the trouble.
        own.checked_at, own.check_failures, own.check_failure = None, 0, ""
        own.retry_at, own.breaker_failures = None, 0
    if planned.timezone is not None:
        own.timezone = planned.timezone
    own.version += 1
    own.save()
    emit(
        ConnectionChanged,
        workspace,
        actor=actor,
        before=before,
        after=_told(own),
        instance_id=own.pk,
    )
    return Connected(own, secret)


def mark_of(own: Instance | None) -> str:
    """Which connection somebody has before them, and as of when."""
    return f"{own.pk}:{own.version}" if own and own.owner_id else ""


def disconnect(workspace: Workspace, *, actor: Actor, mark: str | None = None) -> None:
    """Back to the shared instance; the key and the secrets are gone. Raises Shared, and Changed
    where it is not (any more) the connection of this `mark`."""
    with acting(actor):
        workspace, own = locked_own(workspace, mark)
        before = _told(own)
        shared = _move(workspace, default_instance(), actor)
        emit(
            ConnectionRemoved,
            workspace,
            actor=actor,
            before=before,
            after=_told(None),
            instance_id=shared.pk,
        )


def _stored_key(own: Instance) -> str | None:
    try:
        return connection_to(own).api_key
    except crypto.Undecryptable:
        return None


def locked_own(workspace: Workspace, mark: str | None) -> tuple[Workspace, Instance]:
    """With its own n8n. Raises Shared, and Changed where that is not (any more) of this `mark`;
    None: whichever it is."""
    workspace, own = _locked(workspace)
    if mark is not None and mark != mark_of(own):
        raise Changed
    if own is None:
        raise Shared
    return workspace, own


def _locked(workspace: Workspace) -> tuple[Workspace, Instance | None]:
    found = Workspace.objects.select_for_update(no_key=True).get(pk=workspace.pk)
    own = Instance.objects.select_for_update(no_key=True).filter(owner=found).first()
    return found, own


def _refuse_taken(base_url: str) -> None:
    if Instance.objects.filter(base_url=base_url).exists() or base_url == _of_environment():
        raise InstanceTaken(base_url)


def _of_environment() -> str:
    try:
        return n8n.normalised(settings.N8N_BASE_URL)
    except n8n.BadAddress:
        return ""  # none, or none that could be called


def _new_own(workspace: Workspace, base_url: str, secret: str) -> Instance:
    """With the campaigns of before, where this workspace had this n8n before."""
    left = Instance.objects.filter(left_by=workspace, left_url=base_url)
    own = left.select_for_update(no_key=True).first()
    if own is None:
        own = Instance(pk=secrets.token_hex(12), kind=Instance.Kind.OWN)
    own.owner, own.left_by, own.left_url = workspace, None, ""
    own.base_url = base_url
    own.webhook_secrets_encrypted = crypto.encrypt(
        secret, owner=owner_of(own), field=WEBHOOK_SECRETS
    )
    return own


def _move(workspace: Workspace, to: Instance, actor: Actor) -> Instance:
    former = workspace.instance
    for react in _movers:
        react(workspace, former, actor=actor)
    if former.owner_id is not None:  # before `to` is saved: a workspace owns one
        former.left_by, former.left_url = workspace, former.base_url
        former.owner, former.base_url = None, ""
        former.api_key_encrypted = former.key_fingerprint = former.webhook_secrets_encrypted = ""
        former.old_secrets_until = None
        former.version += 1
        forget(former)
        former.save()
    if to.owner_id is not None:
        to.save()
    workspace.instance = to
    workspace.save(update_fields=["instance"])
    return to


def _told(own: Instance | None) -> dict[str, str]:
    """For the ledger."""
    if own is None:
        return {"kind": str(Instance.Kind.SHARED)}
    return {
        "kind": str(own.kind),
        "baseUrl": own.base_url,
        "keyFingerprint": own.key_fingerprint,
        "timezone": own.timezone,
    }
