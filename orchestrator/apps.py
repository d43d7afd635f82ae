from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate


class OrchestratorConfig(AppConfig):
    name = "orchestrator"

    def ready(self) -> None:
        from orchestrator import sql  # noqa: PLC0415 -- needs the models
        from orchestrator.celery import app  # noqa: PLC0415 -- needs the settings

        # Whichever process a fact is committed in, the tasks that follow it must be known there.
        app.autodiscover_tasks(force=True)

        # After the last app's own work (permissions are made app by app), so that all is there.
        last = [config for config in apps.get_app_configs() if config.models_module][-1]
        post_migrate.connect(sql.install, sender=last, dispatch_uid="orchestrator.sql")
