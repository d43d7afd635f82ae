"""REST of suspending a workspace."""

import uuid
from typing import Any

from django.http import Http404
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers as s
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from orchestrator.idempotency import idempotent
from rbac import suspension
from workspaces.actors import actor_of
from workspaces.models import Workspace
from workspaces.rules import Invalid
from workspaces.serializers import refused
from workspaces.superadmin import superadmin_view

LEAST, MOST = suspension.REASON


class Reason(s.Serializer[Any]):
    reason = s.CharField(min_length=LEAST, max_length=MOST, help_text="Its members read it.")


class ReasonIfAny(s.Serializer[Any]):
    reason = s.CharField(max_length=MOST, allow_blank=True, required=False, default="")


class SuspensionState(s.Serializer[Workspace]):
    id = s.UUIDField()
    name = s.CharField()
    suspendedAt = s.DateTimeField(source="suspended_at", allow_null=True)
    suspensionReason = s.SerializerMethodField()
    version = s.IntegerField()

    def get_suspensionReason(self, workspace: Workspace) -> str | None:
        return workspace.suspension_reason or None


class SuspendView(APIView):
    @extend_schema(
        operation_id="suspend_workspace",
        summary="Super admins: suspend a workspace",
        description="Its members read everything and write nothing: 409 `workspace_suspended`, by"
        " whatever door. Heartbeats and n8n's own runs go on. Its owners are told by mail.",
        request=Reason,
        responses=SuspensionState,
        examples=[OpenApiExample("unpaid", {"reason": "Unpaid since May."}, request_only=True)],
    )
    @superadmin_view
    @idempotent()
    def post(self, request: Request, id: uuid.UUID) -> Response:
        body = Reason(data=request.data)
        body.is_valid(raise_exception=True)
        return done(suspension.suspend, request, id, body.validated_data["reason"])


class ResumeView(APIView):
    @extend_schema(
        operation_id="resume_workspace",
        summary="Super admins: end the suspension of a workspace",
        request=ReasonIfAny,
        responses=SuspensionState,
        examples=[OpenApiExample("paid", {"reason": "Paid."}, request_only=True)],
    )
    @superadmin_view
    @idempotent()
    def post(self, request: Request, id: uuid.UUID) -> Response:
        body = ReasonIfAny(data=request.data)
        body.is_valid(raise_exception=True)
        return done(suspension.resume, request, id, body.validated_data["reason"])


def done(act: Any, request: Request, id: uuid.UUID, reason: str) -> Response:
    try:
        return Response(SuspensionState(act(id, reason, actor=actor_of(request))).data)
    except Workspace.DoesNotExist:
        raise Http404 from None
    except Invalid as error:
        raise refused(error) from None
