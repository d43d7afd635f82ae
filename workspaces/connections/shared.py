"""The shared instance, where the environment does not name it."""

from django.db import IntegrityError

from orchestrator import crypto, n8n
from orchestrator.events import Actor, acting, emit
from workspaces.connections.door import API_KEY, WEBHOOK_SECRETS, fingerprint, owner_of
from workspaces.connections.knowledge import forget
from workspaces.connections.services import InstanceTaken
from workspaces.events import InstanceConnected
from workspaces.models import Instance
from workspaces.services import default_instance


def connect(
    base_url: str, api_key: str, accepted: list[str], *, sandbox: bool, actor: Actor
) -> Instance:
    """Point the instance `default` at an n8n, where the environment does not name one.

    `accepted`: its webhook secrets. Raises InstanceTaken, BadAddress.
    """
    base_url = n8n.normalised(base_url)
    try:
        with acting(actor):
            instance = Instance.objects.select_for_update().get(pk=default_instance().pk)
            before = {"baseUrl": instance.base_url, "sandbox": instance.sandbox}
            if instance.base_url != base_url:
                forget(instance)
                instance.polled_to, instance.poll_gaps = None, []
            instance.base_url = base_url
            instance.api_key_encrypted = crypto.encrypt(
                api_key, owner=owner_of(instance), field=API_KEY
            )
            instance.key_fingerprint = fingerprint(api_key)
            instance.webhook_secrets_encrypted = crypto.encrypt(
                " ".join(accepted), owner=owner_of(instance), field=WEBHOOK_SECRETS
            )
            instance.sandbox = sandbox
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
    except IntegrityError as error:
        if "instance_one_per_url" in str(error):
            raise InstanceTaken(base_url) from None
        raise
    return instance
