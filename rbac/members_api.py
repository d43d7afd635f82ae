"""REST of members: who is in a workspace, as what, and the changes of it."""

import uuid
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from orchestrator import filters
from orchestrator.paging import PageNumbers
from rbac import listing, services, words
from rbac.refusals import Refused
from rbac.services import Change
from rbac.shapes import BulkAnswer, BulkChange, MemberRow, RoleChange
from workspaces.access import Access, refuse_keys
from workspaces.actors import actor_of
from workspaces.api import signed_in
from workspaces.door import workspace_view
from workspaces.models import Membership, Workspace
from workspaces.suspended import refuse_suspended

READ = "workspaces.view_workspace"
SOMEBODY = "7f5d2a4e-6a3c-4a59-9a57-0a7f6f2c4b11"


def _is_member(workspace: Workspace, user_id: uuid.UUID) -> bool:
    return Membership.objects.filter(workspace=workspace, user=user_id).exists()


class MembersView(APIView):
    pagination_class = PageNumbers

    @extend_schema(
        operation_id="members",
        summary="The members of a workspace, by name",
        description=(
            "Order and filters are for those who see the field: else 400 `field_forbidden`."
            " Looking is an event, once in 15 minutes."
        ),
        parameters=[
            OpenApiParameter("search", str, description="Words of the name or the address."),
            *filters.parameters(listing.ORDERINGS, listing.FILTERS),
            OpenApiParameter("page", int),
            OpenApiParameter("pageSize", int, description="At most 200."),
        ],
        responses=MemberRow(many=True),
    )
    @workspace_view(READ)
    def get(self, request: Request, access: Access) -> Response:
        refuse_keys(request.user)
        pager = PageNumbers()
        rows = listing.listed(access, request.query_params)
        page = pager.paginate_queryset(rows, request, view=self) or []
        listing.viewed(access, actor=actor_of(request))
        return pager.get_paginated_response([listing.row(member, access) for member in page])


class MemberView(APIView):
    @extend_schema(
        operation_id="change_role",
        summary="Change somebody's role",
        request=RoleChange,
        responses=MemberRow,
        examples=[
            OpenApiExample("promote", {"newRole": "member", "version": 1}, request_only=True)
        ],
    )
    @workspace_view(services.MANAGE, inside=_is_member)
    def patch(self, request: Request, access: Access, user_id: uuid.UUID) -> Response:
        if user_id == access.user_id:
            raise Refused("own_role")
        body = RoleChange(data=request.data)
        body.is_valid(raise_exception=True)
        asked = body.validated_data
        if asked.get("targetUserId", user_id) != user_id:
            detail = ErrorDetail(str(_("Not whom the address names.")), code="user_mismatch")
            raise ValidationError({"targetUserId": detail})
        change = Change(user_id, asked["newRole"], asked["version"])
        try:
            services.change_role(
                access.workspace, change, by=signed_in(request), actor=actor_of(request)
            )
        except Refused as refused:
            if refused.code == "stale_version":
                raise Refused("stale_version", current=listing.one(access, user_id)) from None
            raise
        return Response(listing.one(access, user_id))

    @extend_schema(
        operation_id="remove_member",
        summary="Remove somebody, or leave",
        responses={204: None},
    )
    @workspace_view(READ, inside=_is_member, while_suspended=True)
    def delete(self, request: Request, access: Access, user_id: uuid.UUID) -> Response:
        refuse_keys(request.user)
        if user_id != access.user_id:
            refuse_suspended(access.workspace)
        services.remove(access.workspace, user_id, by=signed_in(request), actor=actor_of(request))
        return Response(status=204)


class BulkView(APIView):
    @extend_schema(
        operation_id="change_roles",
        summary="Change many roles, all or none",
        description="Judged on what would be in the end. 409 `bulk_refused` says who and why.",
        request=BulkChange,
        responses=BulkAnswer,
        examples=[
            OpenApiExample(
                "two",
                {"changes": [{"userId": SOMEBODY, "newRole": "member", "version": 1}]},
                request_only=True,
            )
        ],
    )
    @workspace_view(services.MANAGE)
    def post(self, request: Request, access: Access) -> Response:
        body = BulkChange(data=request.data)
        body.is_valid(raise_exception=True)
        changes = [
            Change(one["userId"], one["newRole"], one["version"])
            for one in body.validated_data["changes"]
        ]
        done = services.change_roles(
            access.workspace,
            changes,
            by=signed_in(request),
            actor=actor_of(request),
            dry=body.validated_data["dryRun"],
        )
        wanted = {change.user_id: change.role for change in changes}
        now = listing.some(access, wanted)
        results = [_told(now[row.user_id], old, wanted[row.user_id]) for row, old in done]
        return Response({"results": results})


def _told(row: dict[str, Any], old: str, new: str) -> dict[str, Any]:
    """What became of one of many; who may not see roles is not told the former either."""
    if "role" in row:
        row["oldRole"] = old
    return {**row, "gains": words.gains(old, new), "losses": words.losses(old, new)}
