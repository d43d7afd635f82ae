"""What runs (Campaign), each time it ran (Run) and was said to do otherwise (StateChange), and each
time n8n was asked (SyncRun)."""

from campaigns.models.campaigns import (
    RECENT,
    RECENT_RUNS,
    Campaign,
    CampaignQuerySet,
    Making,
    Reported,
    place_in,
)
from campaigns.models.runs import Run, StateChange
from campaigns.models.syncs import SyncRun, WorkspaceClock

__all__ = [
    "RECENT",
    "RECENT_RUNS",
    "Campaign",
    "CampaignQuerySet",
    "Making",
    "Reported",
    "Run",
    "StateChange",
    "SyncRun",
    "WorkspaceClock",
    "place_in",
]
