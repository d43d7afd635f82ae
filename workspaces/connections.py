"""The tenant's door to n8n: which address, which key, which webhook secrets.

What the environment names wins over the row for the instance `default`; a row's own values are
encrypted.
"""

from dataclasses import dataclass, field

from django.conf import settings

from orchestrator import crypto, n8n
from orchestrator.events import Actor, acting, emit
from workspaces.events import InstanceConnected
from workspaces.models import Instance
from workspaces.services import default_instance


class NotConnected(Exception):
    """Nobody has said yet where this instance is."""


@dataclass(frozen=True, slots=True)
class Connection:
    base_url: str
    api_key: str = field(repr=False)


def connection_to(instance: Instance) -> Connection:
    if _named_by_environment(instance):
        return Connection(settings.N8N_BASE_URL, settings.N8N_API_KEY)
    if not instance.base_url:
        raise NotConnected(instance.pk)
    return Connection(instance.base_url, crypto.decrypt(instance.api_key_encrypted))


def client_of(instance: Instance, *, read_timeout: float = 10.0) -> n8n.Client:
    """Raises NotConnected, or crypto.Undecryptable where the keys have changed."""
    found = connection_to(instance)
    return n8n.Client(found.base_url, found.api_key, read_timeout=read_timeout)


def webhook_secrets(instance: Instance) -> list[str]:
    """`whsec_…`, newest first; all of them are valid."""
    secrets: list[str] = []
    if instance.pk == Instance.DEFAULT:
        secrets += settings.N8N_WEBHOOK_SECRETS
    if instance.webhook_secrets_encrypted and not _named_by_environment(instance):
        secrets += crypto.decrypt(instance.webhook_secrets_encrypted).split()
    return secrets


def is_sandbox(instance: Instance) -> bool:
    return instance.sandbox and not _named_by_environment(instance)


def connect(
    base_url: str, api_key: str, webhook_secrets: list[str], *, sandbox: bool, actor: Actor
) -> Instance:
    """Point the instance `default` at an n8n, where the environment does not name one."""
    with acting(actor):
        instance = Instance.objects.select_for_update().get(pk=default_instance().pk)
        before = {"baseUrl": instance.base_url, "sandbox": instance.sandbox}
        moved = instance.base_url != base_url
        instance.base_url = base_url
        instance.api_key_encrypted = crypto.encrypt(api_key)
        instance.webhook_secrets_encrypted = crypto.encrypt(" ".join(webhook_secrets))
        instance.sandbox = sandbox
        if moved:  # what was known of the other n8n says nothing of this one
            instance.alive_at = instance.last_ok_at = instance.failed_at = None
            instance.failures, instance.failure, instance.about = 0, "", {}
        instance.save()
        after = {"baseUrl": base_url, "sandbox": sandbox}
        if before != after:
            emit(
                InstanceConnected,
                instance,
                actor=actor,
                before=before,
                after=after,
                instance_id=instance.pk,
            )
    return instance


def _named_by_environment(instance: Instance) -> bool:
    return instance.pk == Instance.DEFAULT and bool(settings.N8N_BASE_URL)
