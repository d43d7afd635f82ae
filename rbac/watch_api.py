"""REST of the god view: all workspaces, and who is in one; for super admins."""

import uuid
from typing import Any

from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers as s
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from orchestrator.paging import LARGEST_SIZE, LAST_PAGE, SIZE, PageNumbers, number
from rbac import watch
from rbac.events import AllWorkspacesViewed, WorkspaceMembersInspected
from rbac.watched import spend, tell
from workspaces.models import Health, Role, Workspace
from workspaces.superadmin import superadmin_view
from workspaces.workspace_shapes import Quotas


class CampaignCounts(s.Serializer[Any]):
    total = s.IntegerField()
    live = s.IntegerField()
    syncing = s.IntegerField()
    stale = s.IntegerField()
    error = s.IntegerField()


class InstanceLife(s.Serializer[Any]):
    id = s.CharField()
    kind = s.ChoiceField(["shared", "own"])
    aliveAt = s.DateTimeField(allow_null=True, help_text="Its last sign of life.")
    silent = s.BooleanField()


class AdminWorkspaceSummary(s.Serializer[Any]):
    id = s.UUIDField()
    name = s.CharField()
    slug = s.CharField()
    ownerEmail = s.EmailField(allow_null=True, help_text="Of the active owner who joined first.")
    owners = s.IntegerField(help_text="That are active.")
    memberCount = s.IntegerField()
    status = s.ChoiceField(Health.WORST_FIRST)
    campaigns = CampaignCounts()
    quota = Quotas()
    instance = InstanceLife()
    lastSyncAt = s.DateTimeField(allow_null=True)
    createdAt = s.DateTimeField()
    suspendedAt = s.DateTimeField(allow_null=True)
    suspensionReason = s.CharField(allow_null=True)


class InspectedMember(s.Serializer[Any]):
    userId = s.UUIDField(source="user_id")
    email = s.EmailField(source="user.email")
    name = s.CharField(source="user.name", allow_blank=True)
    role = s.ChoiceField(Role.choices)
    joinedAt = s.DateTimeField(source="joined_at")
    isActive = s.BooleanField(source="user.is_active", help_text="May sign in.")


class Snapshot(PageNumbers):
    """A page that says of when it is."""

    def of(self, request: Request) -> tuple[int, int]:
        """Its size, and where it begins."""
        self.request = request
        self.size = number(request, "pageSize", SIZE, LARGEST_SIZE)
        self.page = number(request, "page", 1, LAST_PAGE)
        return self.size, (self.page - 1) * self.size

    def answer(self, seen: watch.Seen) -> Response:
        self.count = seen.count
        found = self.get_paginated_response(AdminWorkspaceSummary(seen.rows, many=True).data)
        found.data = {"asOf": seen.as_of, **found.data}
        return found

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        found = super().get_paginated_response_schema(schema)
        found["required"] = ["asOf", *found["required"]]
        found["properties"] = {"asOf": {"type": "string", "format": "date-time"}} | found[
            "properties"
        ]
        return found


SEARCH = OpenApiParameter("search", str)


class AllWorkspacesView(APIView):
    pagination_class = Snapshot

    @extend_schema(
        operation_id="all_workspaces",
        summary="Super admins: all workspaces, the worst first",
        description="At one point in time, `asOf`. Each call is an event in the ledger; 60 a"
        " minute.",
        parameters=[
            OpenApiParameter("search", str, description="In name, slug and owners' addresses."),
            OpenApiParameter("status", str, enum=list(Health.WORST_FIRST), many=True),
            OpenApiParameter("suspended", str, enum=["true", "false"]),
            OpenApiParameter(
                "ordering", str, enum=[*watch.ORDERS, *(f"-{name}" for name in watch.ORDERS)]
            ),
        ],
        responses=AdminWorkspaceSummary(many=True),
    )
    @superadmin_view
    def get(self, request: Request) -> Response:
        pages = Snapshot()
        size, offset = pages.of(request)
        spend(request, "workspaces")
        seen = watch.look(request.query_params, limit=size, offset=offset)
        tell(request, AllWorkspacesViewed, asked=asked(request.query_params))
        return pages.answer(seen)


class InspectedMembersView(APIView):
    pagination_class = PageNumbers

    @extend_schema(
        operation_id="workspace_members_inspected",
        summary="Super admins: who is in a workspace",
        description="Each call is an event in that workspace's ledger; 60 a minute.",
        parameters=[OpenApiParameter("search", str, description="In name and address.")],
        responses=InspectedMember(many=True),
    )
    @superadmin_view
    def get(self, request: Request, id: uuid.UUID) -> Response:
        workspace = workspace_of(id)
        pages = PageNumbers()
        spend(request, "members")
        rows = pages.paginate_queryset(watch.members(id, request.query_params), request)
        tell(request, WorkspaceMembersInspected, workspace)
        return pages.get_paginated_response(InspectedMember(rows, many=True).data)


def asked(query: Any) -> dict[str, str]:
    """For the ledger: what it was narrowed to."""
    return {name: query[name] for name in ("search", "status", "suspended") if query.get(name)}


def workspace_of(id: uuid.UUID) -> Workspace:
    found = Workspace.objects.filter(pk=id).first()
    if found is None:
        raise Http404
    return found
