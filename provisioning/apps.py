"""Makes campaigns of templates, in n8n."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ProvisioningConfig(AppConfig):
    name = "provisioning"

    def ready(self) -> None:
        from provisioning import announce, library  # noqa: PLC0415 -- needs the models
        from workspaces import quotas  # noqa: PLC0415 -- as well

        quotas.counted_by(
            quotas.Name.HOOKS,
            "SELECT calls FROM provisioning_hookmeter"
            " WHERE workspace_id = %s AND minute = date_trunc('minute', now())",
        )
        post_migrate.connect(library.after_migrate, sender=self)
        announce.listen()
