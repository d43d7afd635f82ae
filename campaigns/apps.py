from django.apps import AppConfig

from orchestrator import partitions, realtime


class CampaignsConfig(AppConfig):
    name = "campaigns"

    def ready(self) -> None:
        partitions.register(
            partitions.Partitioned("campaigns_run", "day"),
            partitions.Partitioned("campaigns_heartbeat_key", "day", keep_days=7),
        )
        from campaigns import live  # noqa: PLC0415 -- needs the models

        realtime.register(live.CampaignSource())
