"""Shapes of one workspace and its settings, in and out."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from workspaces.models import Health, Role, Workspace
from workspaces.rules import STALE_AFTER
from workspaces.settings import SETTINGS


class Usage(serializers.Serializer[Any]):
    limit = serializers.IntegerField()
    used = serializers.IntegerField()


class Quotas(serializers.Serializer[Any]):
    campaigns = Usage(help_text="That are not archived.")
    members = Usage()
    sockets = Usage()
    keys = Usage()
    heartbeatsPerMinute = Usage(help_text="In this minute.")
    hookCallsPerMinute = Usage(help_text="At its front doors, in this minute.")


class WorkspaceRow(serializers.Serializer[Workspace]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    slug = serializers.CharField()
    role = serializers.ChoiceField(Role.values, help_text="Mine.")
    status = serializers.ChoiceField(Health.WORST_FIRST)
    timezone = serializers.CharField()
    quota = Quotas()
    version = serializers.IntegerField()


class WorkspaceChanges(serializers.Serializer[Workspace]):
    version = serializers.IntegerField(min_value=1, help_text="As last read.")
    name = serializers.CharField(max_length=100, required=False)
    slug = serializers.SlugField(max_length=50, required=False)
    timezone = serializers.CharField(max_length=64, required=False)


class Settings(serializers.Serializer[Any]):
    staleAfterSeconds = serializers.IntegerField(
        min_value=STALE_AFTER[0], max_value=STALE_AFTER[1], required=False
    )
    timezone = serializers.CharField(max_length=64, required=False)
    requireSecondFactor = serializers.BooleanField(
        required=False, help_text="Of all members; who switches it on needs one of their own."
    )
    storeHookBodies = serializers.BooleanField(
        required=False, help_text="What is sent to webhook addresses is kept; off: deleted."
    )

    def to_internal_value(self, data: Any) -> Any:
        """A setting that does not exist is a mistake, and must not seem to be set."""
        unknown = set(data) - SETTINGS.keys() if isinstance(data, dict) else set()
        if unknown:
            message = str(_("There is no such setting."))
            error = serializers.ErrorDetail(message, code="unknown_setting")
            raise serializers.ValidationError({name: [error] for name in sorted(unknown)})
        return super().to_internal_value(data)


class SettingsRow(serializers.Serializer[Any]):
    version = serializers.IntegerField()
    settings = Settings()
    schema = serializers.DictField(help_text="JSON Schema of `settings`.")


class SettingsChanges(serializers.Serializer[Any]):
    version = serializers.IntegerField(min_value=1, help_text="As last read.")
    changes = Settings()
