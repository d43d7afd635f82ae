"""`GET /api/health/connection`: live updates, n8n and the session, in one answer for the page."""

import uuid
from contextlib import suppress
from typing import Any

from django.http import Http404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import APIException, ErrorDetail, ValidationError
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from orchestrator import realtime
from orchestrator.events import acting, emit
from workspaces import second_factor
from workspaces.access import access_to
from workspaces.actors import actor_of
from workspaces.connections.health import reachability_of
from workspaces.events import ConnectionHealthViewed
from workspaces.models import Instance
from workspaces.services import default_instance


class ConnectionHealthState(serializers.Serializer[Any]):
    realtime = serializers.ChoiceField(["ok", "error"], required=False)
    n8n = serializers.ChoiceField(["ok", "unreachable"], required=False)
    session = serializers.ChoiceField(["authenticated", "expired"])
    error = serializers.CharField(required=False, help_text="What is wrong, in a word.")
    reason = serializers.CharField(
        required=False, help_text="Why n8n is unreachable; only super admins see it."
    )


class ConnectionHealthView(APIView):
    permission_classes = [AllowAny]  # who is signed out is told so by the answer, not by a 401

    def perform_authentication(self, request: Request) -> None:
        with suppress(APIException):  # a session or key that is none: nobody, from here on
            super().perform_authentication(request)

    @extend_schema(
        operation_id="connection_health",
        summary="Whether live updates, n8n and my session work",
        parameters=[
            OpenApiParameter(
                "workspaceId", uuid.UUID, description="Super admins: none, for the shared n8n."
            )
        ],
        responses=ConnectionHealthState,
    )
    def get(self, request: Request) -> Response:
        if not request.user.is_authenticated:
            return _answer({"session": "expired"})
        found = reachability_of(_instance(request))
        up = realtime.is_up()
        body: dict[str, Any] = {
            "realtime": "ok" if up else "error",
            "n8n": "ok" if found.reachable else "unreachable",
            "session": "authenticated",
        }
        if not found.reachable:
            body["error"] = _("n8n does not answer as it should.")
            if request.user.is_superuser:
                body["reason"] = found.code
        elif not up:
            body["error"] = _("Live updates are interrupted.")
        return _answer(body)


def _answer(body: dict[str, Any]) -> Response:
    return Response(body, headers={"Cache-Control": "no-store"})


def _instance(request: Request) -> Instance:
    given = request.query_params.get("workspaceId")
    if given is None:
        return _shared(request)
    try:
        access = access_to(request.user, uuid.UUID(given))
    except ValueError:
        raise _bad("invalid", "Not a UUID.") from None
    if access is None:
        raise Http404
    if access.lacks_second_factor:
        raise second_factor.mfa_required()
    return Instance.objects.get(workspaces=access.workspace)


def _shared(request: Request) -> Instance:
    if not request.user.is_superuser:
        raise _bad("required", "This field is required.")
    if second_factor.superuser_lacks_one(request.user):
        raise second_factor.mfa_required()
    actor = actor_of(request)
    with acting(actor):
        instance = default_instance()
        emit(ConnectionHealthViewed, instance, actor=actor)
    return instance


def _bad(code: str, message: str) -> ValidationError:
    return ValidationError({"workspaceId": ErrorDetail(message, code=code)})
