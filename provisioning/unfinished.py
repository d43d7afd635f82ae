"""Provisions that are not at their end: those of whoever looks, and those that nobody owns now."""

import uuid
from dataclasses import dataclass

from django.urls import reverse

from provisioning import log
from provisioning.models import Provision
from provisioning.progress import Progress
from provisioning.seen_by import PERMISSION, is_orphaned
from provisioning.shapes import status_of
from workspaces.access import Access

MOST = 20


@dataclass(frozen=True, slots=True)
class Unfinished:
    provision: Provision
    status: str
    orphaned: bool

    @property
    def url(self) -> str:
        return progress_url(self.provision)


def unfinished(access: Access) -> list[Unfinished]:
    """The newest first."""
    if not access.can(PERMISSION):
        return []
    rows = Provision.objects.filter(workspace=access.workspace, ended="")
    rows = rows.select_related("creator", "workspace").order_by("-created_at")
    left: dict[uuid.UUID | None, bool] = {access.user_id: False}  # by creator
    found: list[Unfinished] = []
    for row in rows[: 10 * MOST]:
        if row.creator_id not in left:
            left[row.creator_id] = is_orphaned(row)
        if (row.creator_id == access.user_id or left[row.creator_id]) and len(found) < MOST:
            status = status_of(row, Progress.of(log.events(row.pk)))
            found.append(Unfinished(row, status, left[row.creator_id]))
    return found


def progress_url(provision: Provision) -> str:
    names = {"slug": provision.workspace.slug, "provision_id": provision.pk}
    return reverse("provision-page", kwargs=names)
