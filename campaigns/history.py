"""What was: the runs of a campaign, and the syncs of a workspace; newest first."""

import uuid
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Coalesce
from drf_spectacular.utils import extend_schema
from rest_framework import serializers as s
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from campaigns import serializers
from campaigns.models import Campaign, Run, SyncRun
from orchestrator import filters
from orchestrator.cursors import PARAMETERS, Cursors, CursorSchema
from workspaces.access import Access
from workspaces.door import workspace_view

RESULTS = ("running", "waiting", "success", "error", "crashed", "canceled")
OPEN = {"running", "waiting"}
# Of a run, for those who may not see times: as in run_row.
HIDDEN = {"executionId", "startedAt", "stoppedAt", "durationMs", "mode", "error", "source"}


class RunError(s.Serializer[Any]):
    message = s.CharField(allow_blank=True)
    node = s.CharField(required=False)


class RunRow(s.Serializer[Any]):
    id = s.UUIDField()
    result = s.ChoiceField(RESULTS)
    executionId = s.CharField(required=False, allow_null=True, help_text="Not for viewers.")
    startedAt = s.DateTimeField(required=False, allow_null=True, help_text="Not for viewers.")
    stoppedAt = s.DateTimeField(required=False, allow_null=True, help_text="Not for viewers.")
    durationMs = s.IntegerField(required=False, allow_null=True, help_text="Not for viewers.")
    mode = s.CharField(required=False)
    error = RunError(required=False)
    source = s.ChoiceField(["pushed", "polled"], required=False)  # type: ignore[assignment]


class SyncError(s.Serializer[Any]):
    code = s.CharField()
    message = s.CharField()


class SyncRow(s.Serializer[Any]):
    id = s.UUIDField()
    trigger = s.ChoiceField(SyncRun.Trigger.choices)
    startedAt = s.DateTimeField(allow_null=True)
    durationMs = s.IntegerField(allow_null=True)
    synced = s.IntegerField()
    changed = s.IntegerField()
    errors = SyncError(many=True)  # type: ignore[assignment] # the API's name


class HistoryView(APIView):
    pagination_class = CursorSchema

    @extend_schema(
        operation_id="history",
        summary="The runs of a campaign, newest first",
        parameters=PARAMETERS,
        responses=RunRow(many=True),
    )
    @workspace_view("campaigns.view_campaign", Campaign)
    def get(self, request: Request, access: Access, row: Campaign) -> Response:
        full = access.can("campaigns.view_times")
        filters.refuse_hidden(request.query_params, frozenset() if full else HIDDEN)
        pages = pages_of(request, access, row)
        runs = runs_of(row.pk)
        return pages.response([run_row(run, full) for run in pages.page(runs)])


class SyncsView(APIView):
    pagination_class = CursorSchema

    @extend_schema(
        operation_id="syncs",
        summary="When n8n was asked for the workspace's workflows, newest first",
        parameters=PARAMETERS,
        responses=SyncRow(many=True),
    )
    @workspace_view("campaigns.view_sync")
    def get(self, request: Request, access: Access) -> Response:
        pages = Cursors(
            request,
            name="syncs",
            list_of=access.workspace.pk,
            audience=access.role,
            at="created_at",
        )
        runs = SyncRun.objects.filter(workspace=access.workspace)
        return pages.response([serializers.sync(run) for run in pages.page(runs)])


def pages_of(request: Request, access: Access, row: Campaign) -> Cursors:
    """Of `runs_of`."""
    full = access.can("campaigns.view_times")
    return Cursors(
        request,
        name="history",
        list_of=row.pk,
        audience=f"{access.role}:{'full' if full else 'results'}",
        at="shown_at",
    )


def runs_of(campaign_id: uuid.UUID) -> QuerySet[Any]:
    """Of Run, with `shown_at`, by which they are in order.

    Not by what changes when a run ends: a page would begin elsewhere meanwhile. `sent_at` is that
    of its first report. A start that is told later moves it back: who goes on may meet it twice,
    and misses none.
    """
    runs = Run.objects.filter(campaign_id=campaign_id)
    return runs.annotate(shown_at=Coalesce("started_at", "sent_at"))


def run_row(run: Run, full: bool) -> dict[str, Any]:
    """`full` for who may see times."""
    shown: dict[str, Any] = {"id": run.id, "result": run.result}
    if not full:
        return shown
    stopped_at = None if run.result in OPEN else run.stopped_at
    duration = None
    if run.started_at and stopped_at:
        duration = max(0, round((stopped_at - run.started_at).total_seconds() * 1000))
    shown |= {
        "executionId": run.execution_id,
        "startedAt": run.started_at,
        "stoppedAt": stopped_at,
        "durationMs": duration,
    }
    if run.mode:
        shown["mode"] = run.mode
    if run.error_message or run.error_node:
        shown["error"] = {"message": run.error_message}
        if run.error_node:
            shown["error"]["node"] = run.error_node
    shown["source"] = run.source
    return shown
