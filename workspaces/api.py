"""REST of people and workspaces: the same guards and services as the pages."""

from typing import Any, cast

from django.conf import settings
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import generics
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from orchestrator.idempotency import idempotent
from orchestrator.problems import Problem
from workspaces import second_factor, services
from workspaces.access import Access, refuse_keys
from workspaces.actors import actor_of
from workspaces.door import workspace_view
from workspaces.models import User, Workspace
from workspaces.overview import matching, rows_of
from workspaces.serializers import (
    Me,
    MyWorkspace,
    MyWorkspaceAndHealth,
    NewWorkspace,
    PermissionsState,
    ProfileChanges,
    refused,
)


def may_create_workspaces(request: Request) -> None:
    refuse_keys(request.user)
    if settings.ALLOW_SIGNUP:
        return
    if not request.user.is_superuser:
        raise PermissionDenied
    if second_factor.superuser_lacks_one(request.user):
        raise second_factor.mfa_required()


def signed_in(request: Request) -> User:
    """The caller, whom the permission class has let in."""
    return cast(User, request.user)


class MeView(APIView):
    @extend_schema(operation_id="me", responses=Me, summary="Who I am, and my workspaces")
    def get(self, request: Request) -> Response:
        return Response(Me(signed_in(request)).data)

    @extend_schema(
        operation_id="change_me",
        request=ProfileChanges,
        responses=Me,
        summary="Change my name, time zone or language",
        examples=[
            OpenApiExample("name", {"name": "Ada", "timezone": "Europe/Berlin"}, request_only=True)
        ],
    )
    @idempotent(rights=lambda request: refuse_keys(request.user))
    def patch(self, request: Request) -> Response:
        changes = ProfileChanges(data=request.data)
        changes.is_valid(raise_exception=True)
        try:
            user = services.change_profile(
                signed_in(request), changes.validated_data, actor=actor_of(request)
            )
        except services.Invalid as error:
            raise refused(error) from None
        return Response(Me(user).data)


class WorkspacesView(generics.ListAPIView[Workspace]):
    """Mine, the worst first."""

    serializer_class = MyWorkspaceAndHealth

    @extend_schema(
        operation_id="workspaces",
        summary="My workspaces, the worst first",
        parameters=[OpenApiParameter("search", str, description="Words that the name has.")],
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        rows = matching(rows_of(request.user), request.query_params.get("search", ""))
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(
        operation_id="create_workspace",
        request=NewWorkspace,
        responses={201: MyWorkspace},
        summary="Create a workspace (super admins, or anybody where sign-up is open)",
        examples=[OpenApiExample("new", {"name": "Initech"}, request_only=True)],
    )
    @idempotent(rights=may_create_workspaces)
    def post(self, request: Request) -> Response:
        new = NewWorkspace(data=request.data)
        new.is_valid(raise_exception=True)
        try:
            workspace = services.create_workspace(
                **new.validated_data, owner=signed_in(request), actor=actor_of(request)
            )
        except services.Invalid as error:
            raise refused(error) from None
        except services.SlugTaken:
            raise Problem(409, "slug_taken", "Another workspace has this slug.") from None
        (row,) = (row for row in rows_of(request.user) if row["id"] == workspace.pk)
        return Response(MyWorkspace(row).data, status=201)


class PermissionsView(APIView):
    @extend_schema(
        operation_id="permissions",
        responses=PermissionsState,
        summary="What I may do in this workspace",
    )
    @workspace_view("workspaces.view_workspace")
    def get(self, request: Request, access: Access) -> Response:
        answer = Response(access.permissions_state())
        answer["Cache-Control"] = "private, max-age=300"
        return answer
