"""REST of API keys. A key cannot be asked for again: it is in the answer that makes it, once."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from orchestrator.paging import PageNumbers
from orchestrator.problems import Problem
from workspaces import key_requests, keys
from workspaces.access import Access
from workspaces.actors import actor_of
from workspaces.api import signed_in
from workspaces.door import workspace_view
from workspaces.models import ApiKey, ApiKeyRequest, Role

FURTHEST = timedelta(days=3660)  # ten years


class KeyRow(serializers.Serializer[ApiKey]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    role = serializers.ChoiceField(Role.values)
    prefix = serializers.CharField(help_text="How the key begins.")
    createdBy = serializers.UUIDField(
        source="membership.user_id", help_text="Whose key it is: it ends with their membership."
    )
    createdAt = serializers.DateTimeField(source="created_at")
    lastUsedAt = serializers.DateTimeField(
        source="last_used_at", allow_null=True, help_text="To the minute."
    )
    expiresAt = serializers.DateTimeField(source="expires_at", allow_null=True)
    oldValidUntil = serializers.DateTimeField(
        source="old_until", allow_null=True, help_text="Of the form before the last rotation."
    )


class KeyRequestRow(serializers.Serializer[ApiKeyRequest]):
    at = serializers.DateTimeField()
    method = serializers.CharField()
    path = serializers.CharField(help_text="Without the query.")
    status = serializers.IntegerField(help_text="101: a socket that was let in.")
    ip = serializers.IPAddressField(allow_null=True)


class ShownKey(KeyRow):
    key = serializers.CharField(help_text="Shown this once.")


class NewKey(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=100)
    role = serializers.ChoiceField(Role.values, help_text="At most yours.")
    expiresAt = serializers.DateTimeField(
        required=False, allow_null=True, default=None, help_text="Never, where nothing is said."
    )

    def validate_expiresAt(self, value: datetime | None) -> datetime | None:
        if value is not None and value <= timezone.now():
            raise serializers.ValidationError(_("This time is past."), code="in_the_past")
        if value is not None and value > timezone.now() + FURTHEST:
            raise serializers.ValidationError(_("Ten years is the most."), code="too_far")
        return value


class Rotation(serializers.Serializer[Any]):
    graceSeconds = serializers.IntegerField(
        min_value=0,
        max_value=keys.LONGEST_GRACE,
        default=keys.GRACE,
        help_text="For how long the key of before stays valid beside the new one.",
    )


class KeysView(APIView):
    pagination_class = PageNumbers

    @extend_schema(
        operation_id="api_keys",
        summary="The API keys of a workspace, the newest first",
        parameters=[OpenApiParameter("page", int), OpenApiParameter("pageSize", int)],
        responses=KeyRow(many=True),
    )
    @workspace_view(keys.MANAGE)
    def get(self, request: Request, access: Access) -> Response:
        pager = PageNumbers()
        rows = ApiKey.objects.visible_to(request.user).filter(workspace=access.workspace)
        rows = rows.select_related("membership").order_by("-created_at", "id")
        page = pager.paginate_queryset(rows, request, view=self)
        return pager.get_paginated_response([KeyRow(row).data for row in page])

    @extend_schema(
        operation_id="create_api_key",
        summary="Make an API key",
        request=NewKey,
        responses={201: ShownKey},
        examples=[
            OpenApiExample("reader", {"name": "Dashboard", "role": "viewer"}, request_only=True),
            OpenApiExample(
                "for a while",
                {"name": "Migration", "role": "member", "expiresAt": "2030-01-01T00:00:00Z"},
                request_only=True,
            ),
        ],
    )
    @workspace_view(keys.MANAGE, secret=("key",), reauthenticated=True)
    def post(self, request: Request, access: Access) -> Response:
        new = NewKey(data=request.data)
        new.is_valid(raise_exception=True)
        try:
            shown = keys.create(
                access.workspace,
                signed_in(request),
                name=new.validated_data["name"],
                role=new.validated_data["role"],
                expires_at=new.validated_data["expiresAt"],
                actor=actor_of(request),
            )
        except keys.RoleTooHigh:
            detail = _("A key has at most the role of who makes it.")
            raise Problem(403, "role_too_high", detail) from None
        return _answer(shown, 201)


class KeyView(APIView):
    @extend_schema(
        operation_id="revoke_api_key", summary="Revoke an API key, at once", responses={204: None}
    )
    @workspace_view(keys.MANAGE)
    def delete(self, request: Request, access: Access, key_id: uuid.UUID) -> Response:
        keys.revoke(access.workspace, signed_in(request), key_id, actor=actor_of(request))
        return Response(status=204)


class RotationView(APIView):
    @extend_schema(
        operation_id="rotate_api_key",
        summary="A new key in place of one of mine",
        request=Rotation,
        responses=ShownKey,
        examples=[
            OpenApiExample("a day of both", {}, request_only=True),
            OpenApiExample("at once", {"graceSeconds": 0}, request_only=True),
        ],
    )
    @workspace_view(keys.MANAGE, secret=("key",), reauthenticated=True)
    def post(self, request: Request, access: Access, key_id: uuid.UUID) -> Response:
        asked = Rotation(data=request.data)
        asked.is_valid(raise_exception=True)
        try:
            shown = keys.rotate(
                access.workspace,
                signed_in(request),
                key_id,
                grace=asked.validated_data["graceSeconds"],
                actor=actor_of(request),
            )
        except keys.NotItsMaker:
            detail = _("A key speaks for who made it: only they can rotate it. Revoke it instead.")
            raise Problem(403, "not_maker", detail) from None
        except keys.Expired:
            raise Problem(409, "key_expired", _("This key has expired. Make a new one.")) from None
        return _answer(shown, 200)


class RequestsView(APIView):
    pagination_class = PageNumbers

    @extend_schema(
        operation_id="api_key_requests",
        summary="What an API key was used for: its last 100 calls and sockets, the newest first",
        parameters=[OpenApiParameter("page", int), OpenApiParameter("pageSize", int)],
        responses=KeyRequestRow(many=True),
    )
    @workspace_view(keys.MANAGE)
    def get(self, request: Request, access: Access, key_id: uuid.UUID) -> Response:
        rows = ApiKey.objects.visible_to(request.user).filter(workspace=access.workspace)
        key = rows.filter(pk=key_id).first()
        if key is None:
            raise Http404
        pager = PageNumbers()
        page = pager.paginate_queryset(key_requests.of(key), request, view=self)
        return pager.get_paginated_response([KeyRequestRow(row).data for row in page])


def _answer(shown: keys.Shown, status: int) -> Response:
    answer = Response({**KeyRow(shown.row).data, "key": shown.token}, status=status)
    answer["Cache-Control"] = "no-store"
    return answer
