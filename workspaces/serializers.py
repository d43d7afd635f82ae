"""Shapes of people and workspaces, in and out."""

from typing import Any

from django.conf import settings
from rest_framework import serializers

from workspaces.models import User, Workspace
from workspaces.overview import rows_of
from workspaces.rules import Invalid
from workspaces.zones import ZONES


def known_zone(value: str) -> None:
    if value not in ZONES:
        raise serializers.ValidationError("Not a time zone.", code="invalid_timezone")


def refused(error: Invalid, under: str = "") -> serializers.ValidationError:
    """What a service says of values, as the answer to a call that had them below `under`."""
    said = {
        name: [
            serializers.ErrorDetail(text, code=str(one.code or "invalid"))
            for one in wrong.error_list
            for text in one.messages
        ]
        for name, wrong in error.errors.items()
    }
    return serializers.ValidationError({under: said} if under else said)


class ProfileChanges(serializers.Serializer[User]):
    name = serializers.CharField(max_length=150, allow_blank=True, required=False)
    timezone = serializers.CharField(
        max_length=64, allow_blank=True, required=False, help_text="Blank: the workspace's."
    )
    language = serializers.ChoiceField(
        ["", *(code for code, _ in settings.LANGUAGES)],
        required=False,
        help_text="Blank: the browser's.",
    )


class NewWorkspace(serializers.Serializer[Workspace]):
    name = serializers.CharField(max_length=100)
    slug = serializers.SlugField(max_length=50, required=False)
    timezone = serializers.CharField(max_length=64, default="UTC")


class MyWorkspace(serializers.Serializer[Any]):
    """One of `overview.rows_of`."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    slug = serializers.CharField()
    role = serializers.CharField()
    status = serializers.CharField(source="health.status", required=False)
    needsSecondFactor = serializers.BooleanField(
        required=False, help_text="Its owners require one, and I have none: no more is told."
    )


class MyWorkspaceAndHealth(MyWorkspace):
    health = serializers.DictField(
        required=False, help_text="As `GET /api/workspaces/{id}/health` has it."
    )


class Me(serializers.Serializer[User]):
    id = serializers.UUIDField()
    email = serializers.EmailField()
    name = serializers.CharField()
    timezone = serializers.CharField()
    language = serializers.CharField()
    isSuperuser = serializers.BooleanField(source="is_superuser")
    workspaces = serializers.SerializerMethodField()

    def get_workspaces(self, user: User) -> list[dict[str, Any]]:
        return [dict(row) for row in MyWorkspace(rows_of(user), many=True).data]


class PermissionsState(serializers.Serializer[Any]):
    canRead = serializers.BooleanField()
    canWrite = serializers.BooleanField()
    canManage = serializers.BooleanField()
    canManageKeys = serializers.BooleanField()
    isOwner = serializers.BooleanField()
    role = serializers.CharField()
