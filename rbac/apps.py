from django.apps import AppConfig

from orchestrator import sql


class RbacConfig(AppConfig):
    name = "rbac"

    def ready(self) -> None:
        from rbac import grants, told  # noqa: F401, PLC0415 -- needs the models; hears of facts

        sql.also(sql.Content(grants.digest, grants.install))
