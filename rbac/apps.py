from django.apps import AppConfig

from orchestrator import sql


class RbacConfig(AppConfig):
    name = "rbac"

    def ready(self) -> None:
        from rbac import announce, grants  # noqa: PLC0415 -- needs the models

        announce.listen()
        sql.also(sql.Content(grants.digest, grants.install))
