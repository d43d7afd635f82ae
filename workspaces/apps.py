from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.db.models.signals import post_delete, post_init, post_save

from orchestrator import partitions


class WorkspacesConfig(AppConfig):
    name = "workspaces"

    def ready(self) -> None:
        partitions.register(
            partitions.Partitioned("role_audit_log", "month", keep_days=0, append_only=True)
        )
        from workspaces import connections, factors, sessions  # noqa: PLC0415 -- needs the models

        user_logged_in.connect(sessions.signed_in, dispatch_uid="workspaces.sessions")
        for signal, heard in (
            (post_init, factors.checked),
            (post_save, factors.added),
            (post_delete, factors.removed),
        ):
            signal.connect(heard, sender="mfa.Authenticator", dispatch_uid="workspaces.factors")
        connections.outside()  # a word of N8N_ALLOWED_HOSTS that means nothing is said at the start
