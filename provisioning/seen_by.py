"""Who sees how far a provision is: its creator as long as they are owner, and super admins."""

import uuid
from typing import Any

from django.http import Http404

from provisioning.models import Provision
from workspaces.access import access_to

PERMISSION = "provisioning.provision_campaign"


def whole_for(user: Any, id: uuid.UUID) -> Provision:
    """All of it. Raises Http404."""
    row = Provision.objects.select_related("workspace", "campaign", "creator").filter(pk=id).first()
    if row is None:
        raise Http404
    if user.is_superuser and user.key is None:
        return row  # each look is an event, which the door writes
    access = access_to(user, row.workspace_id)
    if access is None or row.creator_id != user.pk or not access.can(PERMISSION):
        raise Http404
    return row


def is_orphaned(row: Provision) -> bool:
    """Its creator is no owner any more: another one may take it over."""
    if row.creator is None:
        return True
    access = access_to(row.creator, row.workspace_id)
    return access is None or not access.can(PERMISSION)
