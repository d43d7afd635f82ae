"""For programs: an ApiKey, and the last that each was used for."""

import uuid
from typing import Any

from django.db import models
from django.utils.timezone import now

from workspaces.models.memberships import Membership
from workspaces.models.roles import Role
from workspaces.models.workspaces import Workspace


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    def visible_to(self, user: Any) -> "ApiKeyQuerySet":
        return self.filter(workspace__in=Workspace.objects.visible_to(user))


class ApiKey(models.Model):
    """`ork_…`: acts for its maker in one workspace, with at most `role`; only its hash is here."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="api_keys")
    membership = models.ForeignKey(  # it dies with its maker's membership
        Membership, models.CASCADE, related_name="api_keys"
    )
    name = models.CharField(max_length=100)
    role = models.CharField(max_length=10, choices=Role.choices)
    prefix = models.CharField(max_length=12)  # what is shown of it
    digest = models.CharField(max_length=64, unique=True)  # SHA-256, hex
    old_digest = models.CharField(max_length=64, null=True, unique=True)  # noqa: DJ001 -- rotated
    old_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=now)
    last_used_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        verbose_name = "API key"
        indexes = [models.Index(fields=["workspace", "-created_at"])]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values), name="apikey_role_known"
            )
        ]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.prefix}… {self.name}"


class ApiKeyRequest(models.Model):
    """One call or socket of a key; the last 100 of each are kept."""

    key = models.ForeignKey(ApiKey, models.CASCADE, related_name="requests")
    at = models.DateTimeField(default=now)
    method = models.CharField(max_length=10)
    path = models.CharField(max_length=300)  # without the query
    status = models.PositiveSmallIntegerField()
    ip = models.GenericIPAddressField(null=True)

    class Meta:
        indexes = [models.Index(fields=["key", "-id"])]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.status}"
