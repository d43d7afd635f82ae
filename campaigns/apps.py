from django.apps import AppConfig

from orchestrator import partitions, realtime


class CampaignsConfig(AppConfig):
    name = "campaigns"

    def ready(self) -> None:
        partitions.register(
            # Each row is written twice, at its run's start and at its end.
            partitions.Partitioned("campaigns_run", "day", fillfactor=60),
            partitions.Partitioned("campaigns_heartbeat_key", "day", keep_days=7),
            partitions.Partitioned("campaigns_statechange", "month"),
        )
        from campaigns import services, source  # noqa: PLC0415 -- needs the models
        from workspaces import connections, quotas  # noqa: PLC0415 -- as well

        realtime.register(source.CampaignSource())
        connections.on_move(services.leave)
        quotas.counted_by(
            quotas.Name.CAMPAIGNS,
            "SELECT count(*) FROM campaigns_campaign"
            " WHERE workspace_id = %s AND archived_at IS NULL",
        )
        quotas.counted_by(
            quotas.Name.HEARTBEATS,
            "SELECT beats FROM campaigns_workspaceclock"
            " WHERE workspace_id = %s AND beats_minute = date_trunc('minute', now())",
        )
