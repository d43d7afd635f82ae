"""REST of campaigns: the same guards and services as the pages."""

import time
import uuid
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from campaigns import clock, listing, serializers, services, writes_api
from campaigns.models import Campaign, SyncRun
from campaigns.shapes import Adoption, CampaignRow, HealthBody, SyncTrigger, SyncTriggerResponse
from orchestrator import filters, realtime
from orchestrator.paging import PageNumbers
from orchestrator.problems import Problem
from workspaces.access import Access
from workspaces.actors import actor_of
from workspaces.door import workspace_view

STATES_LIMIT = 200
WAIT = 2.7  # seconds for which the caller of a sync waits: with the rest below 3
LOOK_EVERY = 0.04
AGAIN_AFTER = 30  # seconds, of a sync that failed


class CampaignsView(APIView):
    pagination_class = PageNumbers

    @extend_schema(
        operation_id="campaigns",
        summary="The campaigns of a workspace, the worst first",
        description=(
            "Archived ones only where `status` asks for them. Order and filters are for those who"
            " see the field: else 400 `field_forbidden`."
        ),
        parameters=[
            OpenApiParameter("search", str, description="In the name."),
            *filters.parameters(listing.ORDERINGS, listing.FILTERS),
            OpenApiParameter("page", int),
            OpenApiParameter("pageSize", int, description="At most 200."),
        ],
        responses=CampaignRow(many=True),
    )
    @workspace_view("campaigns.view_campaign")
    def get(self, request: Request, access: Access) -> Response:
        clock.catch_up([access.workspace.pk])
        pager = PageNumbers()
        rows = listing.listed(access, request.query_params)
        page = pager.paginate_queryset(rows, request, view=self) or []
        return pager.get_paginated_response(
            [serializers.row(campaign, access.codenames) for campaign in page]
        )

    @extend_schema(
        operation_id="adopt_campaign",
        summary="Make a workflow of n8n a campaign, at once",
        request=Adoption,
        responses={201: CampaignRow, 200: CampaignRow},
        examples=[
            OpenApiExample("workflow", {"n8nWorkflowId": "2tUt1wbLX592XDdX"}, request_only=True)
        ],
    )
    @workspace_view("campaigns.manage_campaign", own_transactions=True, secret=writes_api.SECRET)
    def post(self, request: Request, access: Access) -> Response:
        return writes_api.adopt(request, access)


class HealthView(APIView):
    @extend_schema(
        operation_id="health",
        summary="What the socket's snapshot says, for those who poll",
        parameters=[
            OpenApiParameter("campaigns", str, description="Ids, commas between: adds `states`.")
        ],
        responses=HealthBody,
    )
    @workspace_view("workspaces.view_workspace")
    def get(self, request: Request, access: Access) -> Response:
        ids = _ids(request.query_params.get("campaigns", ""))
        body: dict[str, Any] = dict(realtime.registered().snapshot(access))
        if ids is not None and access.can("campaigns.view_campaign"):
            rows = (
                Campaign.objects.visible_to(request.user)
                .filter(workspace=access.workspace, pk__in=ids)
                .with_recent()
            )
            body["states"] = [serializers.row(c, access.codenames) for c in rows]
        return Response(body)


class SyncTriggerView(APIView):
    @extend_schema(
        operation_id="trigger_sync",
        summary="Ask n8n now; once in 30 s for each workspace",
        request=SyncTrigger,
        responses={
            200: SyncTriggerResponse,
            202: SyncTriggerResponse,
            429: OpenApiTypes.OBJECT,
            503: OpenApiTypes.OBJECT,
        },
        examples=[
            OpenApiExample(
                "mine",
                {"workspaceId": "7f5d2a4e-6a3c-4a59-9a57-0a7f6f2c4b11"},
                request_only=True,
            )
        ],
    )
    @workspace_view("campaigns.trigger_sync", body="workspaceId", own_transactions=True)
    def post(self, request: Request, access: Access) -> Response:
        try:
            run = services.request_sync(access.workspace, actor=actor_of(request))
        except services.TooSoon as error:
            raise Problem(
                429,
                "too_soon",
                "This workspace was synced less than 30 s ago.",
                retry_after=error.retry_after,
                extra={"success": False, "synced": 0},
            ) from None
        ended = _wait_for(run)
        if ended is None:
            return Response({"success": True, "synced": 0, "syncId": run.pk}, status=202)
        failures = [error["code"] for error in ended.errors]
        if ended.synced == 0 and failures and not set(failures) <= services.PARTIAL:
            raise Problem(
                503,
                "n8n_unreachable" if failures[0] in services.AWAY else f"n8n_{failures[0]}",
                ended.errors[0]["message"],
                retry_after=AGAIN_AFTER,
                extra={"success": False},
            )
        body: dict[str, Any] = {"success": True, "synced": ended.synced}
        if ended.errors:
            body["errors"] = [f"{e['code']}: {e['message']}" for e in ended.errors]
        return Response(body)


def _wait_for(run: SyncRun) -> SyncRun | None:
    until = time.monotonic() + WAIT
    while time.monotonic() < until:
        found = SyncRun.objects.filter(pk=run.pk).exclude(ended_at=None).first()
        if found is not None:
            return found
        time.sleep(LOOK_EVERY)
    return None


def _ids(text: str) -> list[uuid.UUID] | None:
    if not text:
        return None
    try:
        ids = [uuid.UUID(part) for part in text.split(",")]
    except ValueError:
        raise ValidationError({"campaigns": ErrorDetail("Not UUIDs.", code="invalid")}) from None
    if len(ids) > STATES_LIMIT:
        raise ValidationError({"campaigns": ErrorDetail("At most 200.", code="too_many")})
    return ids
