"""Front doors: an address of ours for the webhook of each campaign, and what came through it."""

import uuid

from django.db import models
from django.utils import timezone

from campaigns.models import Campaign
from workspaces.models import Workspace


class FrontDoor(models.Model):
    """One token of a campaign, hashed; the present one the campaign keeps, to show it. A rotated
    one stays until `ends_at`."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="front_doors")
    workflow_id = models.CharField(max_length=64)
    # Of the workflow's own production webhook, where no sync has told the campaign of it.
    path = models.CharField(max_length=255)
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

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="hook_calls")
    at = models.DateTimeField(default=timezone.now)
    method = models.CharField(max_length=10)
    status = models.PositiveSmallIntegerField()  # as the caller got it; 0: none
    code = models.CharField(max_length=30, blank=True)  # where it was ours: n8n_timeout, paused, …
    duration_ms = models.PositiveIntegerField()
    size = models.PositiveIntegerField()  # bytes of its body
    probe = models.BooleanField(default=False)
    kept_encrypted = models.TextField(blank=True)  # query, headers and body, to send it again

    class Meta:
        indexes = [
            models.Index(fields=["campaign", "-at", "-id"], name="hook_call_newest"),
            models.Index(fields=["at"], name="hook_call_oldest"),
            models.Index(
                fields=["campaign"], name="hook_call_kept", condition=~models.Q(kept_encrypted="")
            ),
        ]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.method} {self.status}"


class HookMeter(models.Model):
    """The calls at a workspace's front doors in one minute, for its quota."""

    workspace = models.OneToOneField(Workspace, models.CASCADE, primary_key=True)
    minute = models.DateTimeField()
    calls = models.PositiveIntegerField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.workspace_id} {self.calls}"
