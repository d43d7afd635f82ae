"""One provision in the hands of a worker, and how its steps end."""

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import transaction

from campaigns.models import Campaign
from orchestrator import crypto, n8n
from orchestrator.events import Actor, ActorType, acting
from provisioning import services
from provisioning.cloning import Purpose
from provisioning.models import Provision, Step
from provisioning.seen_by import is_orphaned
from workspaces.connections import NotConnected, client_of
from workspaces.models import Workspace

PATIENCE = 8.0  # seconds that all calls of one step may take
WHOLE = ("workspace", "campaign", "instance", "template", "creator")


class Lost(Exception):
    """The lease has run out, and somebody else goes on."""


class Failed(Exception):
    """It will not work by itself: a person has to see it."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Later(Exception):
    """It did not work now and may in a moment; `after` in seconds, where somebody said so."""

    def __init__(self, code: str, message: str, after: float | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.after = after


@dataclass(slots=True)
class Job:
    provision: Provision
    holder: uuid.UUID
    tries: Mapping[Step, int]  # which try of each step this is, or was, from 1

    @property
    def campaign(self) -> Campaign:
        assert self.provision.campaign is not None
        return self.provision.campaign

    @property
    def actor(self) -> Actor:
        said = self.provision.actor
        return Actor(ActorType(said["type"]), said["id"], said["label"])

    @property
    def purpose(self) -> Purpose:
        private = services.secrets_of(self.provision)
        return Purpose(
            self.provision.pk,
            self.provision.name,
            private["path"],
            private["probe"],
            self.provision.workspace.timezone,
        )

    @contextmanager
    def holding(self) -> Iterator[Provision]:
        """One transaction that is ours only as long as the lease is. Raises Lost."""
        with acting(self.actor):
            mine = Provision.objects.select_for_update(of=("self",)).filter(
                pk=self.provision.pk, holder=self.holder
            )
            row = mine.select_related(*WHOLE).first()
            if row is None:
                raise Lost
            self.provision = row
            yield row

    def refuse_if_stopped(self) -> None:
        """What was asked may not be gone on with any more. Raises Failed."""
        workspace = Workspace.objects.get(pk=self.provision.workspace_id)
        if workspace.suspended_at is not None:
            raise Failed("workspace_suspended", "The workspace is suspended.")
        if workspace.instance_id != self.provision.instance_id:
            raise Failed(
                "connection_changed",
                "The workspace has moved to another n8n since this began. Cancel, and begin again.",
            )
        if is_orphaned(self.provision):
            raise Failed(
                "creator_not_owner",
                "Who began this is no owner any more. Another owner may take it over.",
            )

    @contextmanager
    def n8n(self) -> Iterator[n8n.Client]:
        """The provision's own n8n, with no transaction open. Raises Failed and Later."""
        assert not transaction.get_connection().in_atomic_block
        try:
            with client_of(
                self.provision.instance, read_timeout=PATIENCE, deadline=PATIENCE
            ) as client:
                yield client
        except NotConnected:
            raise Failed("not_connected", "No n8n is connected.") from None
        except crypto.Undecryptable:
            raise Failed("wrong_keys", "The key of this n8n does not open here.") from None
        except n8n.N8nError as error:
            raise _judged(error) from error


_FINAL = (n8n.Refused, n8n.Conflict, n8n.Forbidden, n8n.Unauthorized, n8n.NotFound, n8n.NotN8n)


def _judged(error: n8n.N8nError) -> Exception:
    if isinstance(error, _FINAL):
        return Failed(f"n8n_{error.code}", str(error))
    return Later(f"n8n_{error.code}", str(error), error.retry_after)
