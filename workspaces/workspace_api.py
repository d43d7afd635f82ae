"""REST of one workspace."""

from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from orchestrator.problems import Problem
from workspaces import quotas, services, settings
from workspaces.access import Access
from workspaces.actors import actor_of
from workspaces.door import workspace_view
from workspaces.models import Workspace
from workspaces.serializers import refused
from workspaces.workspace_shapes import WorkspaceChanges, WorkspaceRow


class WorkspaceView(APIView):
    @extend_schema(
        operation_id="workspace", summary="One workspace, and its quotas", responses=WorkspaceRow
    )
    @workspace_view("workspaces.view_workspace")
    def get(self, request: Request, access: Access) -> Response:
        return Response(row(request, access))

    @extend_schema(
        operation_id="change_workspace",
        summary="Change a workspace's name, slug or time zone",
        description="The tag of its workflows in n8n stays as it was at the beginning.",
        request=WorkspaceChanges,
        responses=WorkspaceRow,
        examples=[OpenApiExample("rename", {"version": 1, "name": "Initech"}, request_only=True)],
    )
    @workspace_view("workspaces.change_workspace")
    def patch(self, request: Request, access: Access) -> Response:
        body = WorkspaceChanges(data=request.data)
        body.is_valid(raise_exception=True)
        changes = dict(body.validated_data)
        try:
            settings.change_workspace(
                access.workspace,
                changes,
                version=changes.pop("version"),
                actor=actor_of(request),
            )
        except settings.StaleVersion:
            raise stale(row(request, access)) from None
        except services.Invalid as error:
            raise refused(error) from None
        except services.SlugTaken:
            raise Problem(409, "slug_taken", _("Another workspace has this slug.")) from None
        return Response(row(request, access))


def present(request: Request, access: Access) -> Workspace:
    """As it is in the database now."""
    found = Workspace.objects.visible_to(request.user).select_related("health")
    workspace = found.filter(pk=access.workspace.pk).first()
    if workspace is None:
        raise Http404
    return workspace


def row(request: Request, access: Access) -> dict[str, Any]:
    workspace = present(request, access)
    return {
        "id": workspace.pk,
        "name": workspace.name,
        "slug": workspace.slug,
        "role": access.role,
        "status": workspace.health.status if hasattr(workspace, "health") else "stale",
        "timezone": workspace.timezone,
        "quota": quotas.used(workspace),
        "version": workspace.version,
    }


def stale(current: dict[str, Any]) -> Problem:
    return Problem(409, "stale_version", _("Somebody has changed it meanwhile."), current=current)
