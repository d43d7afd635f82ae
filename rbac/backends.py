"""Answers `user.has_perm("campaigns.trigger_sync", row)`, and nothing else."""

from typing import Any

from django.contrib.auth.backends import BaseBackend

from workspaces.access import access_to
from workspaces.models import Workspace


class WorkspaceBackend(BaseBackend):
    """Membership and its grant rows, in one query. No member, no answer; no superuser either."""

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        if obj is None or not user_obj.is_active:
            return False
        workspace_id = obj.pk if isinstance(obj, Workspace) else obj.workspace_id
        access = access_to(user_obj, workspace_id)
        return access is not None and access.can(perm)
