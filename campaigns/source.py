"""What sockets get of campaigns: `orchestrator.realtime.Source`."""

import uuid
from collections.abc import Collection, Mapping
from typing import Any

from django.db import connection

from campaigns import clock
from campaigns.live import frame, health_frame, refresh_health, shown_health
from campaigns.models import Campaign
from orchestrator.realtime.frames import Frame
from workspaces.access import Access
from workspaces.models import Health


class CampaignSource:
    def snapshot(self, access: Access) -> Mapping[str, Any]:
        return self.snapshots([access])[access.workspace.pk]

    def snapshots(self, accesses: Collection[Access]) -> Mapping[uuid.UUID, Mapping[str, Any]]:
        by_workspace = {access.workspace.pk: access for access in accesses}
        found = clock.bars(by_workspace)
        return {row.pk: shown_health(row, by_workspace[row.pk]) for row in found}

    def rows(self, workspace_id: uuid.UUID, ids: Collection[uuid.UUID]) -> list[Frame]:
        found = Campaign.objects.filter(workspace_id=workspace_id, pk__in=list(ids)).with_recent()
        return [frame(campaign) for campaign in found]

    def versions(self, view: Mapping[uuid.UUID, Collection[uuid.UUID]]) -> Mapping[uuid.UUID, int]:
        clock.catch_up(view)
        refresh_health(list(view))
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT c.id, c.state_version FROM campaigns_campaign c"
                " WHERE c.id = ANY (%s) AND c.workspace_id = ANY (%s)"
                " UNION ALL SELECT workspace_id, state_version FROM workspaces_health"
                " WHERE workspace_id = ANY (%s)",
                [[id for ids in view.values() for id in ids], list(view), list(view)],
            )
            return dict(cursor.fetchall())

    def health(self, workspace_ids: Collection[uuid.UUID]) -> list[Frame]:
        refresh_health(workspace_ids)
        found = Health.objects.filter(pk__in=list(workspace_ids)).select_related("workspace")
        return [health_frame(row) for row in found]
