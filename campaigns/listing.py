"""Which campaigns a list shows, and in what order: as its address asks, for REST and page alike."""

from django.db.models import F, Q
from django.http import QueryDict

from campaigns import serializers
from campaigns.models import Campaign, CampaignQuerySet, Making, place_in
from orchestrator import filters
from workspaces.access import Access

N8N_WORST_FIRST = ("error", "unknown", "syncing", "inactive", "active")
TRIGGERS = ("webhook", "schedule", "manual", "other")

ORDERINGS: filters.Orders = {
    "name": F("name"),
    "lastSyncAt": F("last_sync_at"),
    "nextRunAt": F("next_run_at"),
    "syncStatus": place_in("sync_status", Campaign.WORST_FIRST),
    "n8nStatus": place_in("n8n_status", N8N_WORST_FIRST),
}
FILTERS: filters.Filters = {
    "status": {
        "active": Q(archived_at=None, making="", enabled=True),
        "paused": Q(archived_at=None, making="", enabled=False),
        "archived": Q(archived_at__isnull=False),
        "provisioning": Q(archived_at=None, making=Making.PROVISIONING),
        "error": Q(archived_at=None, making=Making.FAILED),
    },
    "enabled": {"true": Q(enabled=True), "false": Q(enabled=False)},
    "n8nStatus": {value: Q(n8n_status=value) for value in N8N_WORST_FIRST},
    "syncStatus": {value: Q(sync_status=value) for value in Campaign.WORST_FIRST},
    "trigger": {value: Q(trigger=value) for value in TRIGGERS},
    "drift": {"true": Q(drift=True), "false": Q(drift=False)},
}


def listed(access: Access, query: QueryDict) -> CampaignQuerySet:
    """The worst first where no order is asked for, and unarchived where no status is.

    Raises the 400 of what cannot be asked for.
    """
    filters.refuse_hidden(query, serializers.hidden_from(access.codenames))
    condition, order = filters.asked(query, ORDERINGS, FILTERS)
    rows = Campaign.objects.filter(condition, workspace=access.workspace)
    if not filters.values_of(query, "status"):
        rows = rows.filter(archived_at=None)
    if search := filters.searched(query):
        rows = rows.filter(name__icontains=search)
    return (rows.order_by(*order) if order else rows.worst_first()).with_recent()


def possible(access: Access, query: QueryDict) -> QueryDict:
    hidden = serializers.hidden_from(access.codenames)
    return filters.possible(query, ORDERINGS, FILTERS, hidden)
