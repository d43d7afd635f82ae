"""Whose a provision is: its creator's as long as they are owner."""

import uuid

from django.db.models import Exists, OuterRef, Q

from provisioning.models import Provision
from provisioning.models.provisions import ProvisionQuerySet
from workspaces.access import access_to
from workspaces.models import Membership, Role

PERMISSION = "provisioning.provision_campaign"


def is_orphaned(row: Provision) -> bool:
    """Its creator is no owner any more: another one may take it over."""
    if row.creator is None or not row.creator.is_active:
        return True
    access = access_to(row.creator, row.workspace_id)
    return access is None or not access.can(PERMISSION)


def shown_to(user_id: uuid.UUID, workspace_id: uuid.UUID) -> ProvisionQuerySet:
    """Of this workspace, to one of its owners: the own ones, and those that nobody owns."""
    owns = Membership.objects.filter(
        workspace=workspace_id,
        user=OuterRef("creator"),
        role=Role.OWNER,
        user__is_active=True,
    )
    rows = Provision.objects.filter(workspace=workspace_id)
    return rows.filter(Q(creator=user_id) | ~Exists(owns))
