"""One provision in the hands of a worker, and how its steps end."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from campaigns.models import Campaign
from orchestrator import crypto, n8n
from orchestrator.events import Actor, ActorType, acting
from provisioning import services
from provisioning.cloning import Purpose
from provisioning.models import Provision
from workspaces.connections import NotConnected, client_of

PATIENCE = 8.0  # seconds that all calls of one step may take


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
    lease: datetime

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
                pk=self.provision.pk, held_until=self.lease
            )
            row = mine.select_related("workspace", "campaign", "instance", "template").first()
            if row is None:
                raise Lost
            self.provision = row
            yield row

    @contextmanager
    def n8n(self) -> Iterator[n8n.Client]:
        """The provision's own n8n, with no transaction open. Raises Failed and Later."""
        assert not transaction.get_connection().in_atomic_block
        self._refuse_another()
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

    def _refuse_another(self) -> None:
        here = self.provision.instance_id
        if Provision.objects.filter(pk=self.provision.pk, workspace__instance=here).exists():
            return
        raise Failed(
            "connection_changed",
            "The workspace has moved to another n8n since this began. Cancel it and begin again.",
        )


_FINAL = (n8n.Refused, n8n.Conflict, n8n.Forbidden, n8n.Unauthorized, n8n.NotFound, n8n.NotN8n)


def _judged(error: n8n.N8nError) -> Exception:
    if isinstance(error, _FINAL):
        return Failed(f"n8n_{error.code}", str(error))
    return Later(f"n8n_{error.code}", str(error), error.retry_after)
