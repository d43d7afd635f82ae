"""What campaigns are made of: shared by all workspaces, or one workspace's own."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from workspaces.models import Workspace


class TemplateQuerySet(models.QuerySet["Template"]):
    def offered_to(self, workspace: Workspace) -> "TemplateQuerySet":
        """The shared ones and its own, without those that were withdrawn."""
        return self.filter(Q(workspace=None) | Q(workspace=workspace), withdrawn_at=None)


class Template(models.Model):
    """`workflow_templates` of the manifesto. Its present body is the version of `version`."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(
        Workspace, models.CASCADE, null=True, blank=True, related_name="templates"
    )  # null: everybody's
    slug = models.CharField(max_length=60, blank=True)  # of one that ships with us
    name = models.CharField(max_length=100)
    description = models.TextField(max_length=500, blank=True)
    category = models.CharField(max_length=40, blank=True)
    n8n_template_id = models.CharField(max_length=64, blank=True)  # the workflow it was made from
    version = models.PositiveIntegerField(default=1)
    usage_count = models.PositiveIntegerField(default=0)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = TemplateQuerySet.as_manager()

    class Meta:
        db_table = "workflow_templates"
        constraints = [
            models.UniqueConstraint(
                fields=["slug"], condition=~Q(slug=""), name="template_one_per_slug"
            ),
        ]
        indexes = [models.Index(fields=["workspace", "category", "name"], name="template_gallery")]
        permissions = [
            ("view_gallery", "Can see the gallery of templates"),
            ("use_template", "Can use a template, and save a campaign as one"),
        ]
        default_permissions = ()

    def __str__(self) -> str:
        return self.name


class TemplateVersion(models.Model):
    """One body of a template; it never changes, and stays as long as anything was made of it."""

    template = models.ForeignKey(Template, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    body: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField()
    parameters: "models.JSONField[list[Any], list[Any]]" = models.JSONField(default=list)
    steps: "models.JSONField[list[str], list[str]]" = models.JSONField(default=list)
    trigger = models.CharField(max_length=12)  # webhook, schedule, manual, other
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["template", "number"], name="template_version_once")
        ]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.template_id} {self.number}"
