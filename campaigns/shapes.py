"""The documented shapes of campaigns' answers; campaigns/serializers.py builds them."""

from typing import Any

from rest_framework import serializers as s

from workspaces.serializers import PermissionsState


class Truth(s.Serializer[Any]):
    value = s.CharField()
    source = s.CharField()  # type: ignore[assignment] # the API's name
    at = s.DateTimeField(required=False, help_text="Not for viewers.")


class CampaignRow(s.Serializer[Any]):
    id = s.UUIDField()
    workspaceId = s.UUIDField()
    name = s.CharField()
    status = s.ChoiceField(["provisioning", "active", "paused", "error", "archived"])
    enabled = s.BooleanField()
    n8nStatus = s.ChoiceField(["active", "inactive", "syncing", "error", "unknown"])
    syncStatus = s.ChoiceField(["live", "syncing", "stale", "error"])
    reason = s.CharField(required=False)
    desired = Truth()
    reported = Truth()
    observed = Truth()
    recent = s.ListField(
        child=s.ChoiceField(["success", "error", "crashed", "canceled"]),
        required=False,
        help_text="How the last 30 runs ended, the newest last; not in the answer of a change.",
    )
    drift = s.BooleanField(help_text="Desired and reported differ for more than a minute.")
    trigger = s.CharField(allow_null=True)
    nextRunAt = s.DateTimeField(required=False, help_text="Not for viewers.")
    nextRunUnknown = s.CharField(
        required=False, help_text="Why a schedule has no nextRunAt. Not for viewers."
    )
    reportUrl = s.URLField(required=False, help_text="Owners.")
    webhookUrl = s.URLField(required=False, help_text="Owners; of one that has a front door.")
    n8nWorkflowId = s.CharField(required=False, help_text="Admins and owners.")
    lastSyncAt = s.DateTimeField(required=False, allow_null=True, help_text="Not for viewers.")
    version = s.IntegerField()
    stateVersion = s.IntegerField()


class CampaignChanges(s.Serializer[Any]):
    version = s.IntegerField(min_value=1, max_value=2**31 - 1)
    name = s.CharField(max_length=128, required=False, help_text="In n8n, too.")
    enabled = s.BooleanField(required=False, help_text="(De)activates the workflow in n8n.")


class Adoption(s.Serializer[Any]):
    n8nWorkflowId = s.RegexField(r"^[A-Za-z0-9_-]+\Z", max_length=64)


class ByStatus(s.Serializer[Any]):
    live = s.IntegerField()
    syncing = s.IntegerField()
    stale = s.IntegerField()
    error = s.IntegerField()


class Counts(s.Serializer[Any]):
    total = s.IntegerField()
    byStatus = ByStatus()


class Connections(s.Serializer[Any]):
    realtime = s.ChoiceField(["ok", "error"])
    n8n = s.ChoiceField(["ok", "unreachable"])
    session = s.ChoiceField(["authenticated", "expired"])
    sandbox = s.BooleanField()
    lastSyncAt = s.DateTimeField(required=False, allow_null=True, help_text="Not for viewers.")


class HealthBody(s.Serializer[Any]):
    status = s.ChoiceField(["live", "syncing", "stale", "error"])
    stateVersion = s.IntegerField()
    campaigns = Counts()
    connections = Connections()
    permissions = PermissionsState()
    suspendedAt = s.DateTimeField(
        allow_null=True, help_text="By a super admin: all is read, nothing is written."
    )
    suspensionReason = s.CharField(allow_null=True)
    states = CampaignRow(many=True, required=False)


class SyncTrigger(s.Serializer[Any]):
    workspaceId = s.UUIDField()


class SyncTriggerResponse(s.Serializer[Any]):
    success = s.BooleanField()
    synced = s.IntegerField()
    errors = s.ListField(child=s.CharField(), required=False)  # type: ignore[assignment]
    syncId = s.UUIDField(required=False)
