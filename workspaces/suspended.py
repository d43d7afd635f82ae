"""What a super admin has suspended is read, and nothing is written: said here, for every door."""

from django.utils.translation import gettext_lazy as _

from orchestrator.problems import Problem
from workspaces.models import Workspace

SAFE = ("GET", "HEAD", "OPTIONS")


def refuse_suspended(workspace: Workspace) -> None:
    """`workspace_view` asks; and so does who writes into one by another way."""
    if workspace.suspended_at is not None:
        raise Problem(
            409,
            "workspace_suspended",
            _("This workspace is suspended: %(reason)s") % {"reason": workspace.suspension_reason},
            suspendedAt=workspace.suspended_at,
            reason=workspace.suspension_reason,
        )
