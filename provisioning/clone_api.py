"""`POST /api/n8n/clone`: a provision for programs that wait for it."""

import time
import uuid
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers as s
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from campaigns.serializers import webhook_url
from orchestrator.problems import Problem
from provisioning import log
from provisioning.api import SOME_ID, begin
from provisioning.models import Provision, Step, StepStatus, Template
from provisioning.progress import Progress, StepState
from provisioning.seen_by import PERMISSION
from workspaces.access import Access
from workspaces.door import workspace_view

WITHIN = 5.0  # seconds
LOOK_EVERY = 0.03
PASSING = ("n8n_unreachable", "n8n_timeout", "n8n_rate_limited", "n8n_server_error")


class NewClone(s.Serializer[Any]):
    provision_id = s.UUIDField(help_text="Made by the caller; the same again is the same.")
    workspaceId = s.UUIDField()
    templateId = s.UUIDField()
    name = s.CharField(max_length=128, required=False)
    parameters = s.DictField(child=s.JSONField(allow_null=True), default=dict)


class CloneResult(s.Serializer[Any]):
    workflowId = s.CharField()
    webhookUrl = s.CharField(allow_null=True, help_text="null: its workflow has no webhook.")


class CloneView(APIView):
    @extend_schema(
        operation_id="clone",
        summary="Make a workflow of a template, and wait for it",
        description=(
            "The same provision as `POST /api/campaigns/provision` begins, answered when the"
            " workflow runs and has its address. 503 `in_progress` where that takes longer than"
            " 5 s: it goes on, and the same call again finds it."
        ),
        request=NewClone,
        responses={200: CloneResult, 409: OpenApiTypes.OBJECT, 503: OpenApiTypes.OBJECT},
        examples=[
            OpenApiExample(
                "new",
                {
                    "provision_id": SOME_ID,
                    "workspaceId": SOME_ID,
                    "templateId": SOME_ID,
                    "parameters": {},
                },
                request_only=True,
            )
        ],
    )
    @workspace_view(PERMISSION, body="workspaceId", own_transactions=True, secret=("webhookUrl",))
    def post(self, request: Request, access: Access) -> Response:
        asked = NewClone(data=request.data)
        asked.is_valid(raise_exception=True)
        given = asked.validated_data
        if "name" not in given:
            given["name"] = _name_of(access, given["templateId"])
        row, _new = begin(request, access, given)
        _wait(row)
        row = Provision.objects.select_related("campaign").get(pk=row.pk)
        url = None if row.campaign is None else webhook_url(row.campaign)
        return Response({"workflowId": row.workflow_id, "webhookUrl": url})


def _name_of(access: Access, template_id: uuid.UUID) -> str:
    """The template's; where there is none `begin` says so."""
    found = Template.objects.offered_to(access.workspace).filter(pk=template_id).first()
    return str(found) if found else "?"


def _wait(row: Provision) -> None:
    """Until it has its workflow and address. Raises Problem."""
    assert not connection.in_atomic_block
    end = time.monotonic() + WITHIN
    while True:
        progress = Progress.of(log.events(row.pk))
        if progress.steps[Step.WEBHOOK].status == StepStatus.DONE and not progress.undoing:
            return
        if progress.undoing or Provision.objects.filter(pk=row.pk, canceling=True).exists():
            raise Problem(409, "canceled", _("This was canceled."))
        if failed := _failed(progress):
            status = 503 if failed.code in PASSING else 409
            after = 5 if status == 503 else None
            raise Problem(status, failed.code, failed.message, retry_after=after)
        if time.monotonic() > end:
            raise Problem(503, "in_progress", _("It is still being made."), retry_after=2)
        time.sleep(LOOK_EVERY)


def _failed(progress: Progress) -> StepState | None:
    states = progress.steps.values()
    return next((state for state in states if state.status == StepStatus.ERROR), None)
