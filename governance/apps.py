from django.apps import AppConfig

from orchestrator import partitions


class GovernanceConfig(AppConfig):
    name = "governance"

    def ready(self) -> None:
        from governance import recorder  # noqa: F401, PLC0415 -- enters itself at the floor's events

        partitions.register(
            partitions.Partitioned("audit_event", "month", keep_days=0, append_only=True)
        )
