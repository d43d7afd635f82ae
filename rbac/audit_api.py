"""REST of the role audit: an owner's of their workspace, a super admin's of all."""

import uuid
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers as s
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from orchestrator import cursors
from orchestrator.cursors import Cursors, CursorSchema
from rbac import audit
from rbac.events import AllRoleAuditsViewed, RoleAuditViewed
from rbac.watched import spend, tell
from workspaces.access import Access
from workspaces.door import workspace_view
from workspaces.models import Role, Workspace
from workspaces.superadmin import superadmin_view

EVERYWHERE = uuid.UUID(int=0)  # of which no workspace is the list


class RoleAuditEntry(s.Serializer[Any]):
    id = s.UUIDField()
    workspaceId = s.UUIDField()
    workspaceName = s.CharField(allow_null=True, help_text="Null: it is gone.")
    changedBy = s.CharField(help_text="An id, a command's name, or the database's user.")
    changedByType = s.ChoiceField(["user", "key", "system", "command", "database"])
    changedByName = s.CharField(allow_null=True, help_text="Null: whoever it was is gone.")
    targetUser = s.UUIDField()
    targetEmail = s.EmailField(allow_null=True, help_text="Null: they are gone.")
    targetName = s.CharField(allow_null=True, allow_blank=True)
    oldRole = s.ChoiceField(Role.choices, allow_null=True, help_text="Null: joined.")
    newRole = s.ChoiceField(Role.choices, allow_null=True, help_text="Null: removed.")
    createdAt = s.DateTimeField()


class RoleAuditView(APIView):
    pagination_class = CursorSchema

    @extend_schema(
        operation_id="role_audit",
        summary="Every change of a role in a workspace, newest first",
        description="Written by the database itself: what raw SQL changes is in it as well.",
        parameters=[*cursors.PARAMETERS, *audit.PARAMETERS],
        responses=RoleAuditEntry(many=True),
    )
    @workspace_view("workspaces.view_role_audit")
    def get(self, request: Request, access: Access) -> Response:
        return answer(request, access.workspace.pk, access.role)


class AllRoleAuditsView(APIView):
    pagination_class = CursorSchema

    @extend_schema(
        operation_id="all_role_audits",
        summary="Super admins: every change of a role in any workspace, newest first",
        description="Each call is an event in the ledger; 60 a minute.",
        parameters=[
            OpenApiParameter("workspaceId", uuid.UUID, description="Of this one alone."),
            *cursors.PARAMETERS,
            *audit.PARAMETERS,
        ],
        responses=RoleAuditEntry(many=True),
    )
    @superadmin_view
    def get(self, request: Request) -> Response:
        id = _workspace_id(request)
        spend(request, "audit")
        found = answer(request, id, "superuser")  # a 400 is no look
        told(request, id)
        return found


def answer(request: Request, workspace_id: uuid.UUID | None, audience: str) -> Response:
    pages = pages_of(request, workspace_id, audience)
    rows = pages.page(audit.listed(workspace_id, request.query_params))
    return pages.response(audit.entries(rows))


def pages_of(request: Request, workspace_id: uuid.UUID | None, audience: str) -> Cursors:
    return Cursors(
        request,
        name="role-audit",
        list_of=workspace_id or EVERYWHERE,
        audience=audience,
        at="created_at",
    )


def told(request: Any, workspace_id: uuid.UUID | None) -> None:
    """A super admin's look; one that is gone has no ledger to tell it in."""
    workspace = Workspace.objects.filter(pk=workspace_id).first() if workspace_id else None
    if workspace is not None:
        tell(request, RoleAuditViewed, workspace)
    else:
        asked = {"workspaceId": str(workspace_id)} if workspace_id else None
        tell(request, AllRoleAuditsViewed, asked=asked)


def _workspace_id(request: Request) -> uuid.UUID | None:
    """Also of one that is gone: its audit outlives it."""
    text = request.query_params.get("workspaceId")
    if not text:
        return None
    try:
        return uuid.UUID(text)
    except ValueError:
        raise ValidationError({"workspaceId": ErrorDetail("Not a UUID.", code="invalid")}) from None
