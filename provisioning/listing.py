"""The provisions of a workspace, for REST and pages."""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db.models import Q

from orchestrator import filters
from provisioning.models import Provision, ProvisioningStatus, Step
from provisioning.progress import Progress
from provisioning.shapes import brief_row, provision_row

OPEN = Q(ended="")
WAITS = Q(due_at=None)  # for a person
UNTOUCHED = Q(step=Step.N8N, attempt=0, held_until=None, canceling=False)

FILTERS: filters.Filters = {
    "status": {
        "queued": OPEN & UNTOUCHED & ~WAITS,
        "running": OPEN & ~UNTOUCHED & ~WAITS & Q(canceling=False),
        "error": OPEN & WAITS,
        "canceling": OPEN & ~WAITS & Q(canceling=True),
        "canceled": Q(ended=Provision.Ended.CANCELED),
        "done": Q(ended=Provision.Ended.DONE),
    }
}


def rows(provisions: Sequence[Provision], user_id: uuid.UUID) -> list[dict[str, Any]]:
    """With their steps, in one query more; of those that are not this person's own what may be
    known of them."""
    logs: dict[uuid.UUID, list[ProvisioningStatus]] = defaultdict(list)
    ids = [row.pk for row in provisions]
    for event in ProvisioningStatus.objects.filter(provision_id__in=ids).order_by("number"):
        logs[event.provision_id].append(event)
    return [
        provision_row(row, logs[row.pk])
        if row.creator_id == user_id
        else brief_row(row, Progress.of(logs[row.pk]))
        for row in provisions
    ]
