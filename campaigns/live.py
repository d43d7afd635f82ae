"""Frames of the campaigns' states: read once, encoded once per audience; and the bars."""

import uuid
from collections.abc import Collection
from typing import Any

from django.db import connection

from campaigns import serializers
from campaigns.models import Campaign
from orchestrator.realtime.frames import AUDIENCES, Frame, Reach
from workspaces.access import Access, codenames_of, permissions_of_role
from workspaces.models import Health

NEEDS = "campaigns.view_campaign"


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


def removed(campaign: Campaign) -> Frame:
    """It is no longer in the list."""
    return Frame.of(
        "campaign.removed",
        campaign.workspace_id,
        campaign.id,
        {audience: {"id": campaign.id} for audience in AUDIENCES},
        version=campaign.state_version,
        needs=NEEDS,
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


def shown_health(found: Health, access: Access) -> dict[str, Any]:
    """As this caller may see it."""
    return serializers.health(found, access.workspace, access.permissions_state(), access.codenames)


def refresh_health(workspace_ids: Collection[uuid.UUID]) -> list[uuid.UUID]:
    """Recompute the bars; gives those that changed. Writes nothing where nothing did."""
    if not workspace_ids:
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT campaigns_refresh_health(%s)", [list(workspace_ids)])
        return [id for (id,) in cursor.fetchall()]
