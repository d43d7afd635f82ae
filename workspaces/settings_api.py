"""REST of a workspace's settings."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from workspaces import rules, settings
from workspaces.access import Access
from workspaces.actors import actor_of
from workspaces.door import workspace_view
from workspaces.models import Workspace
from workspaces.serializers import refused
from workspaces.workspace_api import present, stale
from workspaces.workspace_shapes import SettingsChanges, SettingsRow


class SettingsView(APIView):
    @extend_schema(
        operation_id="settings", summary="The settings of a workspace", responses=SettingsRow
    )
    @workspace_view("workspaces.view_settings")
    def get(self, request: Request, access: Access) -> Response:
        return Response(row(present(request, access)))

    @extend_schema(
        operation_id="change_settings",
        summary="Change settings of a workspace",
        request=SettingsChanges,
        responses=SettingsRow,
        examples=[
            OpenApiExample(
                "patience",
                {"version": 1, "changes": {"staleAfterSeconds": 600}},
                request_only=True,
            )
        ],
    )
    @workspace_view("workspaces.change_workspace")
    def patch(self, request: Request, access: Access) -> Response:
        body = SettingsChanges(data=request.data)
        body.is_valid(raise_exception=True)
        try:
            changed = settings.change_settings(
                access.workspace,
                body.validated_data["changes"],
                version=body.validated_data["version"],
                actor=actor_of(request),
            )
        except rules.Invalid as error:
            raise refused(error, "changes") from None
        except settings.StaleVersion as error:
            raise stale(row(error.current)) from None
        return Response(row(changed))


def row(workspace: Workspace) -> dict[str, Any]:
    return {
        "version": workspace.version,
        "settings": settings.settings_of(workspace),
        "schema": settings.schema(),
    }
