"""Front doors: an address of ours for the webhook of each campaign, and what came through it."""

import uuid

from django.db import models
from django.utils import timezone

from campaigns.models import Campaign


class FrontDoor(models.Model):
    """One token of a campaign. A rotated one stays until `ends_at`."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="front_doors")
    workflow_id = models.CharField(max_length=64)
    path = models.CharField(max_length=255)  # of the workflow's own production webhook
    token_encrypted = models.TextField()
    token_digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["campaign"],
                condition=models.Q(ends_at=None),
                name="front_door_one_present",
            )
        ]
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.campaign_id)


class HookCall(models.Model):
    """One call through a front door. Its body is kept only where the workspace says so."""

    id = models.BigAutoField(primary_key=True)
    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="hook_calls")
    at = models.DateTimeField(default=timezone.now)
    method = models.CharField(max_length=10)
    status = models.PositiveSmallIntegerField()  # as the caller got it
    code = models.CharField(max_length=30, blank=True)  # where it was ours: timeout, paused, …
    duration_ms = models.PositiveIntegerField()
    size = models.PositiveIntegerField()  # bytes of its body
    probe = models.BooleanField(default=False)
    kept_encrypted = models.TextField(blank=True)  # query, headers and body, to send it again

    class Meta:
        indexes = [models.Index(fields=["campaign", "-at"], name="hook_call_newest")]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.method} {self.status}"
