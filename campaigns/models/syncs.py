"""Each time that n8n was asked, and what the clock keeps of a workspace."""

import uuid

from django.db import models
from django.utils import timezone

from workspaces.models import Workspace


class SyncRun(models.Model):
    """One time that n8n was asked for the state of its workflows."""

    class Trigger(models.TextChoices):
        USER = "user"
        SCHEDULE = "schedule"
        COMMAND = "command"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="syncs")
    trigger = models.CharField(max_length=10, choices=Trigger.choices)
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    synced = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    errors = models.JSONField(default=list)  # of {code, message}

    class Meta:
        indexes = [models.Index(fields=["workspace", "-created_at"])]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.trigger} {self.created_at:%F %T}"


class WorkspaceClock(models.Model):
    """What the clock keeps of a workspace."""

    workspace = models.OneToOneField(Workspace, models.CASCADE, primary_key=True)
    sync_asked_at = models.DateTimeField(null=True)  # by a person: once in 30 s
    syncing_until = models.DateTimeField(null=True)  # a sync that a person asked for is under way
    # Neither its instance's `alive` nor a successful sync is younger than staleAfterSeconds.
    silent = models.BooleanField(default=True, db_default=True)
    beats_minute = models.DateTimeField(null=True)  # the minute whose heartbeats are counted
    beats = models.PositiveIntegerField(default=0, db_default=0)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.workspace_id}"
