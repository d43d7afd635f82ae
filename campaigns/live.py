"""The campaigns' states for sockets: read once, encoded once per audience."""

import uuid
from collections.abc import Collection, Mapping
from typing import Any

from django.db import connection

from campaigns import serializers
from campaigns.models import Campaign
from orchestrator.realtime.frames import AUDIENCES, Frame, Reach
from workspaces.access import Access, codenames_of, permissions_of_role
from workspaces.models import Health

NEEDS = "campaigns.view_campaign"


class CampaignSource:
    """`orchestrator.realtime.Source`."""

    def snapshot(self, access: Access) -> Mapping[str, Any]:
        return health_of(access)

    def rows(self, workspace_id: uuid.UUID, ids: Collection[uuid.UUID]) -> list[Frame]:
        found = Campaign.objects.filter(workspace_id=workspace_id, pk__in=list(ids))
        return [frame(campaign) for campaign in found]

    def versions(self, view: Mapping[uuid.UUID, Collection[uuid.UUID]]) -> Mapping[uuid.UUID, int]:
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


def frame(campaign: Campaign, reach: Reach = Reach.VIEW) -> Frame:
    return Frame.of(
        "campaign.changed",
        campaign.workspace_id,
        campaign.id,
        {audience: serializers.row(campaign, codenames_of(audience)) for audience in AUDIENCES},
        version=campaign.state_version,
        needs=NEEDS,
        reach=reach,
        at=campaign.observed_at,
    )


def health_frame(found: Health) -> Frame:
    return Frame.of(
        "health.changed",
        found.workspace_id,
        found.workspace_id,
        {
            audience: serializers.health(
                found, found.workspace, permissions_of_role(audience), codenames_of(audience)
            )
            for audience in AUDIENCES
        },
        version=found.state_version,
        needs="workspaces.view_workspace",
    )


def health_of(access: Access) -> dict[str, Any]:
    """As this caller may see it, brought up to date first."""
    refresh_health([access.workspace.pk])
    found = Health.objects.get(pk=access.workspace.pk)
    return serializers.health(found, access.workspace, access.permissions_state(), access.codenames)


def refresh_health(workspace_ids: Collection[uuid.UUID]) -> list[uuid.UUID]:
    """Recompute the bars; gives those that changed. Writes nothing where nothing did."""
    if not workspace_ids:
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT campaigns_refresh_health(%s)", [list(workspace_ids)])
        return [id for (id,) in cursor.fetchall()]
