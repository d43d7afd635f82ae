"""Webhook secrets: made here, shown once, replaced with an overlap."""

from datetime import datetime, timedelta

from django.utils import timezone

from orchestrator import crypto
from orchestrator.events import Actor, acting, emit
from workspaces.connections.door import WEBHOOK_SECRETS, new_secret, owner_of, webhook_secrets
from workspaces.connections.services import locked_own
from workspaces.events import WebhookSecretRotated
from workspaces.models import Workspace

OVERLAP = timedelta(days=1)  # for which the former webhook secret stays valid
MOST_SECRETS = 3  # valid at once


def rotate_webhook_secret(
    workspace: Workspace, overlap: timedelta = OVERLAP, *, actor: Actor, mark: str | None = None
) -> tuple[str, datetime]:
    """The new secret, and until when the former one is valid beside it. Raises Shared, and Changed
    where it is not (any more) the connection of this `mark`."""
    with acting(actor):
        workspace, own = locked_own(workspace, mark)
        try:
            former = webhook_secrets(own)
        except crypto.Undecryptable:
            former = []  # a new one is the way out
        secret = new_secret()
        valid = [secret, *(former if overlap else [])][:MOST_SECRETS]
        own.webhook_secrets_encrypted = crypto.encrypt(
            " ".join(valid), owner=owner_of(own), field=WEBHOOK_SECRETS
        )
        own.old_secrets_until = timezone.now() + overlap
        own.version += 1
        own.save(update_fields=["webhook_secrets_encrypted", "old_secrets_until", "version"])
        emit(WebhookSecretRotated, workspace, actor=actor)
    return secret, own.old_secrets_until
