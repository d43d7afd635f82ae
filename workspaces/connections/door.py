"""Which address, which key, which webhook secrets an instance has, and the client that uses them.

What the environment names wins over the row for the instance `default`; a row's own values are
encrypted.
"""

import base64
import hashlib
import secrets
from dataclasses import dataclass, field
from functools import lru_cache

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from orchestrator import crypto, n8n
from workspaces.connections.pacing import Pacer
from workspaces.models import Instance

API_KEY, WEBHOOK_SECRETS = "instance.api_key", "instance.webhook_secrets"  # what they are bound to


class NotConnected(Exception):
    """Nobody has said yet where this instance is."""


@dataclass(frozen=True, slots=True)
class Connection:
    base_url: str
    api_key: str = field(repr=False)


def address_of(instance: Instance) -> str:
    """Its base URL."""
    if named_by_environment(instance):
        return str(settings.N8N_BASE_URL)
    if not instance.base_url:
        raise NotConnected(instance.pk)
    return instance.base_url


def connection_to(instance: Instance) -> Connection:
    if named_by_environment(instance):
        return Connection(settings.N8N_BASE_URL, settings.N8N_API_KEY)
    return Connection(
        address_of(instance),
        crypto.decrypt(instance.api_key_encrypted, owner=owner_of(instance), field=API_KEY),
    )


def client_of(
    instance: Instance, *, read_timeout: float = 10.0, deadline: float | None = None
) -> n8n.Client:
    """Raises NotConnected, or crypto.Undecryptable where the keys have changed.

    While n8n asks for fewer calls, or has not answered the last ones, its calls raise RateLimited
    or Unreachable at once.
    """
    found = connection_to(instance)
    pacer = Pacer(instance)
    return n8n.Client(
        found.base_url,
        found.api_key,
        policy=policy_of(instance),
        read_timeout=read_timeout,
        deadline=deadline,
        before_call=pacer.before_call,
        on_outcome=pacer.on_outcome,
    )


def policy_of(instance: Instance) -> n8n.Policy:
    """The shared instance is the operator's word; what an owner brings may not lead inside."""
    return n8n.TRUSTED if instance.pk == Instance.DEFAULT else outside()


def outside() -> n8n.Policy:
    """Where an n8n may be that an owner names."""
    return _policy(frozenset(settings.N8N_ALLOWED_HOSTS), settings.DEMO)


@lru_cache(maxsize=4)
def _policy(allowed_hosts: frozenset[str], http_loopback: bool) -> n8n.Policy:
    try:
        return n8n.Policy(allowed_hosts, http_loopback=http_loopback)
    except ValueError as error:
        raise ImproperlyConfigured(f"N8N_ALLOWED_HOSTS: {error}") from None


def webhook_secrets(instance: Instance) -> list[str]:
    """`whsec_…`, newest first; all of them are valid now."""
    valid: list[str] = []
    if instance.pk == Instance.DEFAULT:
        valid += settings.N8N_WEBHOOK_SECRETS
    if instance.webhook_secrets_encrypted and not named_by_environment(instance):
        stored = crypto.decrypt(
            instance.webhook_secrets_encrypted, owner=owner_of(instance), field=WEBHOOK_SECRETS
        ).split()
        until = instance.old_secrets_until
        valid += stored if until is None or until > timezone.now() else stored[:1]
    return valid


def fingerprint(api_key: str) -> str:
    """Tells one key from another and nothing of either."""
    return hashlib.sha256(api_key.encode()).hexdigest()[:16]


def new_secret() -> str:
    """As Standard Webhooks writes them."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


def owner_of(instance: Instance) -> str:
    """Whose its secrets are, as orchestrator.crypto binds them."""
    return "shared" if instance.owner_id is None else str(instance.owner_id)


def is_sandbox(instance: Instance) -> bool:
    return instance.sandbox and not named_by_environment(instance)


def named_by_environment(instance: Instance) -> bool:
    return instance.pk == Instance.DEFAULT and bool(settings.N8N_BASE_URL)
