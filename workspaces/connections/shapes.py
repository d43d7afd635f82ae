"""Shapes of a connection, in and out."""

from datetime import timedelta
from typing import Any

from rest_framework import serializers

from orchestrator import n8n
from workspaces.access import Access
from workspaces.connections.project import project_of
from workspaces.models import Instance
from workspaces.serializers import known_zone

RESULTS = [
    *("ok", "unreachable", "wrong_key", "missing_scope"),
    *("not_n8n", "too_old", "blocked_address", "slow"),
]
PROJECT_ID = r"^[A-Za-z0-9_-]+\Z"
MOST_OVERLAP = timedelta(days=7)


class BaseUrl(serializers.CharField):
    """Comes in as its one spelling."""

    def to_internal_value(self, data: Any) -> str:
        try:
            return n8n.normalised(super().to_internal_value(data))
        except n8n.BadAddress as error:
            raise serializers.ValidationError(str(error), code=error.code) from None


class ApiKey(serializers.CharField):
    def to_internal_value(self, data: Any) -> str:
        key = str(super().to_internal_value(data))
        if not key.isascii() or not key.isprintable():
            raise serializers.ValidationError(
                "An API key of n8n has only printable ASCII characters.", code="invalid"
            )
        return key


class ConnectionChange(serializers.Serializer[Instance]):
    baseUrl = BaseUrl(max_length=500, help_text="Without /api/v1. https only.")
    apiKey = ApiKey(max_length=2048, required=False, help_text="Needed with a baseUrl that is new.")
    timezone = serializers.CharField(
        max_length=64,
        required=False,
        validators=[known_zone],
        help_text="GENERIC_TIMEZONE of that n8n; what its heartbeats say wins.",
    )
    projectId = serializers.RegexField(
        PROJECT_ID,
        max_length=64,
        required=False,
        allow_blank=True,
        help_text="Of n8n: what is made from now on is made in it. Empty: in the key's own.",
    )


class ConnectionTrial(serializers.Serializer[Instance]):
    baseUrl = BaseUrl(max_length=500, required=False)
    apiKey = ApiKey(max_length=2048, required=False)


class SecretRotation(serializers.Serializer[Instance]):
    graceSeconds = serializers.IntegerField(
        min_value=0,
        max_value=int(MOST_OVERLAP.total_seconds()),
        default=86_400,
        help_text="For which the former secret stays valid.",
    )


class ConnectionState(serializers.Serializer[Instance]):
    instanceId = serializers.CharField(help_text="ORCHESTRATOR_INSTANCE of the hooks file.")
    kind = serializers.ChoiceField(Instance.Kind.choices)
    baseUrl = serializers.CharField(required=False, help_text="Not of a shared one.")
    timezone = serializers.CharField()
    tag = serializers.CharField(
        help_text="Which workflows of a shared n8n are this workspace's; of an own one all are."
    )
    projectId = serializers.CharField(
        allow_null=True, help_text="In n8n, of what is made here; null: where its key is at home."
    )
    keyFingerprint = serializers.CharField(required=False, help_text="Not of a shared one.")
    capabilities = serializers.ListField(
        child=serializers.CharField(), help_text="What the API key may do, in n8n's words."
    )
    version = serializers.CharField(
        allow_null=True, help_text="Of n8n, as its heartbeats tell it; null without them."
    )
    aliveAt = serializers.DateTimeField(allow_null=True)
    lastOkAt = serializers.DateTimeField(allow_null=True, help_text="The last sync that worked.")


class NewConnectionState(ConnectionState):
    webhookSecret = serializers.CharField(
        required=False, help_text="Of a new connection; shown this once."
    )


class TrialResult(serializers.Serializer[Any]):
    result = serializers.ChoiceField(RESULTS)
    detail = serializers.CharField()
    capabilities = serializers.ListField(child=serializers.CharField(), required=False)
    version = serializers.CharField(required=False)


class NewSecret(serializers.Serializer[Any]):
    webhookSecret = serializers.CharField(help_text="Shown this once.")
    formerValidUntil = serializers.DateTimeField()


def state(access: Access, instance: Instance) -> dict[str, Any]:
    """As the workspace's owner may see it."""
    shown: dict[str, Any] = {"instanceId": instance.pk, "kind": instance.kind}
    if instance.kind == Instance.Kind.OWN:
        shown["baseUrl"] = instance.base_url
        shown["keyFingerprint"] = instance.key_fingerprint
    shown |= {
        "timezone": instance.timezone,
        "tag": access.workspace.tag,
        "projectId": project_of(access.workspace) or None,
        "capabilities": instance.capabilities,
        "version": instance.about.get("n8nVersion") or None,
        "aliveAt": instance.alive_at,
        "lastOkAt": instance.last_ok_at,
    }
    return shown
