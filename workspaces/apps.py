from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in

from orchestrator import partitions


class WorkspacesConfig(AppConfig):
    name = "workspaces"

    def ready(self) -> None:
        partitions.register(
            partitions.Partitioned("role_audit_log", "month", keep_days=0, append_only=True)
        )
        from workspaces import connections, sessions  # noqa: PLC0415 -- needs the models

        user_logged_in.connect(sessions.signed_in, dispatch_uid="workspaces.sessions")
        connections.outside()  # a word of N8N_ALLOWED_HOSTS that means nothing is said at the start
