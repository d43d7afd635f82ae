"""The making of one campaign: what was asked, who holds it, and what happened, append-only."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone

from campaigns.models import Campaign
from provisioning.models.templates import TemplateVersion
from workspaces.models import Instance, Workspace


class Step(models.TextChoices):
    """`ProvisioningStep` of the manifesto, in their order."""

    DB = "db"
    N8N = "n8n"
    WEBHOOK = "webhook"
    COMPLETE = "complete"


class StepStatus(models.TextChoices):
    PENDING = "pending"
    RUNNING = "running"
    DONE = "done"
    ERROR = "error"


class ProvisionQuerySet(models.QuerySet["Provision"]):
    def visible_to(self, user: Any) -> "ProvisionQuerySet":
        return self.filter(workspace__in=Workspace.objects.visible_to(user))


class Provision(models.Model):
    """`id` is the `provision_id` that the browser made.

    Whoever works on it holds it until `held_until`, and puts that off while at work; when it has
    passed somebody else takes it up, as another `holder`.
    What `due_at` says is looked at no earlier; null: nothing is to be done before somebody asks.
    """

    class Ended(models.TextChoices):
        DONE = "done"
        CANCELED = "canceled"

    id = models.UUIDField(primary_key=True, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="provisions")
    campaign = models.OneToOneField(
        Campaign, models.SET_NULL, null=True, related_name="provision"
    )  # null: rolled back
    campaign_was = models.UUIDField()  # its id, also when it is gone
    template = models.ForeignKey(TemplateVersion, models.PROTECT, related_name="provisions")
    instance = models.ForeignKey(
        Instance, models.PROTECT, related_name="provisions"
    )  # of the workspace when it began
    name = models.CharField(max_length=128)
    parameters_encrypted = models.TextField()  # JSON; addresses in it may be secrets
    secrets_encrypted = models.TextField()  # JSON: path of the webhook, secret of the probe
    digest = models.CharField(max_length=64)  # SHA-256 of what was asked
    creator = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    actor: "models.JSONField[dict[str, str], dict[str, str]]" = models.JSONField()
    created_at = models.DateTimeField(default=timezone.now)

    step = models.CharField(max_length=10, choices=Step.choices, default=Step.DB)
    attempt = models.PositiveIntegerField(default=0)  # of this step, since somebody asked for it
    canceling = models.BooleanField(default=False)
    workflow_id = models.CharField(max_length=64, blank=True)  # in n8n, once it is known
    due_at = models.DateTimeField(null=True, default=timezone.now)
    held_until = models.DateTimeField(null=True)
    holder = models.UUIDField(null=True)  # of the latest lease
    ended_at = models.DateTimeField(null=True)
    ended = models.CharField(max_length=10, choices=Ended.choices, blank=True)
    version = models.PositiveIntegerField(default=1)  # +1 with each event

    objects = ProvisionQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at"], name="provision_due", condition=models.Q(due_at__isnull=False)
            ),
            models.Index(fields=["workspace", "-created_at"], name="provision_newest"),
            models.Index(
                fields=["instance", "held_until"],
                name="provision_held",
                condition=models.Q(held_until__isnull=False),
            ),
        ]
        permissions = [("provision_campaign", "Can make, retry and cancel campaigns")]
        default_permissions = ()

    def __str__(self) -> str:
        return self.name


class Turn(models.Model):
    """When a workspace last had one (provisioning/queue.py)."""

    workspace = models.OneToOneField(Workspace, models.CASCADE, primary_key=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.workspace_id)


class ProvisioningStatus(models.Model):
    """What happened to a step. The database refuses to change or delete a row."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.BigIntegerField()  # within its provision, in order
    provision_id = models.UUIDField()  # no key: it outlives the provision
    step = models.CharField(max_length=10, choices=Step.choices)
    status = models.CharField(max_length=10, choices=StepStatus.choices)
    attempt = models.PositiveIntegerField(default=1)
    undoing = models.BooleanField(default=False)  # of the rollback
    code = models.CharField(max_length=40, blank=True)
    error = models.TextField(null=True)  # noqa: DJ001 -- as the manifesto's table
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "provisioning_status"
        managed = (
            False  # its triggers refuse `flush`; migration 0002 says so once the table is there
        )
        constraints = [
            models.UniqueConstraint(
                fields=["provision_id", "number"], name="provisioning_status_in_order"
            )
        ]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.step} {self.status}"

    def as_json(self) -> dict[str, Any]:
        shown: dict[str, Any] = {
            "step": self.step,
            "status": self.status,
            "attempt": self.attempt,
            "createdAt": self.created_at,
        }
        if self.code:
            shown["error"] = {"code": self.code, "message": self.error or ""}
        return shown
