"""Each time that a campaign ran, and each time that it was said to do otherwise."""

import uuid

from django.db import models


class Run(models.Model):
    """One execution of n8n, by the UTC day of its first sight; retention drops whole days."""

    pk = models.CompositePrimaryKey("day", "id")
    day = models.DateField()
    id = models.UUIDField(default=uuid.uuid4)
    workspace_id = models.UUIDField()
    campaign_id = models.UUIDField()
    instance_id = models.CharField(max_length=40)
    execution_id = models.CharField(max_length=64, null=True)  # noqa: DJ001 -- not known at the start
    result = models.CharField(max_length=10)
    mode = models.CharField(max_length=20, blank=True)
    started_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    wait_till = models.DateTimeField(null=True)
    sent_at = models.DateTimeField()
    end_at = models.DateTimeField(null=True)  # by which ends are put in order
    error_message = models.CharField(max_length=500, blank=True)
    error_node = models.CharField(max_length=200, blank=True)
    source = models.CharField(max_length=6, default="pushed")

    class Meta:
        managed = False  # partitioned: migration 0002 makes it
        db_table = "campaigns_run"
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.execution_id or self.id} {self.result}"


class StateChange(models.Model):
    """What a campaign was said to be, and became; by a trigger (campaigns/sql/1_changes.sql)."""

    class Cause(models.TextChoices):
        RUN = "run"
        SYNC = "sync"
        CLOCK = "clock"
        N8N = "n8n"  # went away, or came back
        PERSON = "person"
        KEY = "key"
        COMMAND = "command"
        DATABASE = "database"  # by hand, past every service

    pk = models.CompositePrimaryKey("campaign_id", "at", "id")
    at = models.DateTimeField()
    id = models.UUIDField(default=uuid.uuid4)
    statement_at = models.DateTimeField()  # of one statement there is one change
    workspace_id = models.UUIDField()
    campaign_id = models.UUIDField()
    # A face as of a pulse, never `syncing`, or `archived`; a reason as of a campaign.
    was = models.CharField(max_length=10)
    was_reason = models.CharField(max_length=30, blank=True)
    was_enabled = models.BooleanField()
    became = models.CharField(max_length=10)
    reason = models.CharField(max_length=30, blank=True)
    enabled = models.BooleanField()
    cause = models.CharField(max_length=10, choices=Cause.choices)
    actor = models.CharField(max_length=254, blank=True)  # as shown; of a person, key or command
    # Of the run that was the cause; none where it was no end of a run but a sign of life.
    result = models.CharField(max_length=10, blank=True)
    execution = models.BigIntegerField(null=True)

    class Meta:
        managed = False  # partitioned: migration 0004 makes it
        db_table = "campaigns_statechange"
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.was} → {self.became} by {self.cause}"
