"""A super admin suspends a workspace, and says why: it is read, and nothing is written there.

Its heartbeats and n8n's own runs go on: this stops people and keys, and no workflow.
"""

import uuid

from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from orchestrator.events import Actor, acting, emit
from rbac.events import WorkspaceResumed, WorkspaceSuspended
from workspaces.models import Workspace
from workspaces.rules import refuse

REASON = (3, 500)  # characters, least and most


def suspend(workspace_id: uuid.UUID, reason: str, *, actor: Actor) -> Workspace:
    """Once more with another reason changes that alone. Raises rules.Invalid."""
    reason = _checked(reason, least=REASON[0])
    with acting(actor):
        row = _locked(workspace_id)
        before = _state(row)
        if row.suspended_at is not None and row.suspension_reason == reason:
            return row
        row.suspended_at = row.suspended_at or now()
        row.suspension_reason = reason
        _save(row)
        emit(
            WorkspaceSuspended,
            row,
            actor=actor,
            before=before,
            after=_state(row),
            reason=reason,
            workspace_id=row.pk,
        )
    return row


def resume(workspace_id: uuid.UUID, reason: str = "", *, actor: Actor) -> Workspace:
    reason = _checked(reason, least=0)
    with acting(actor):
        row = _locked(workspace_id)
        if row.suspended_at is None:
            return row
        before = _state(row)
        row.suspended_at, row.suspension_reason = None, ""
        _save(row)
        emit(
            WorkspaceResumed,
            row,
            actor=actor,
            before=before,
            after=_state(row),
            reason=reason,
            workspace_id=row.pk,
        )
    return row


def _checked(reason: str, least: int) -> str:
    reason = reason.strip()
    if not least <= len(reason) <= REASON[1]:
        message = _("Say why, in %(least)s to %(most)s characters.")
        code = "max_length" if reason and len(reason) > REASON[1] else "required"
        refuse("reason", message % {"least": REASON[0], "most": REASON[1]}, code)
    return reason


def _locked(id: uuid.UUID) -> Workspace:
    """Raises Workspace.DoesNotExist."""
    return Workspace.objects.select_for_update(no_key=True).get(pk=id)


def _save(row: Workspace) -> None:
    row.version += 1
    row.save(update_fields=["suspended_at", "suspension_reason", "version"])


def _state(row: Workspace) -> dict[str, str | None]:
    at = row.suspended_at
    return {"suspendedAt": at.isoformat() if at else None, "reason": row.suspension_reason}
