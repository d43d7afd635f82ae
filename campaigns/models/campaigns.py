"""What runs: a workflow of n8n, as it is set here, as n8n says, and as its runs prove."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.db import models
from django.db.models.expressions import RawSQL
from django.utils import timezone

from workspaces.models import Instance, Workspace


class Reported(models.TextChoices):
    """What n8n's API last said of the workflow."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    ARCHIVED = "archived"
    MISSING = "missing"
    UNKNOWN = "unknown"


class Making(models.TextChoices):
    """Of a campaign that a provision makes; empty: it is made, or was there."""

    PROVISIONING = "provisioning"
    FAILED = "failed"


RECENT = 30  # runs of which a campaign's row says how they ended
RECENT_RUNS = """
ARRAY(SELECT result FROM (
    SELECT k.result, k.end_at FROM campaigns_run_key k
    WHERE k.campaign_id = campaigns_campaign.id AND k.end_at IS NOT NULL AND NOT k.manual
    ORDER BY k.end_at DESC LIMIT %s) AS last ORDER BY end_at)
"""


def place_in(field: str, order: Sequence[str]) -> models.Case:
    """Where the field's value stands in `order`."""
    places = (models.When(**{field: value}, then=n) for n, value in enumerate(order))
    return models.Case(*places, default=len(order))


class CampaignQuerySet(models.QuerySet["Campaign"]):
    def visible_to(self, user: Any) -> "CampaignQuerySet":
        return self.filter(workspace__in=Workspace.objects.visible_to(user))

    def with_recent(self) -> "CampaignQuerySet":
        """With `recent`: how its last runs ended, the newest last; manual ones left out."""
        return self.annotate(recent=RawSQL(RECENT_RUNS, [RECENT]))  # noqa: S611 -- a constant

    def worst_first(self) -> "CampaignQuerySet":
        """Of the same, by name."""
        return self.order_by(place_in("sync_status", Campaign.WORST_FIRST), "name", "id")


class Campaign(models.Model):
    """One workflow of n8n. A trigger derives the states of the facts (campaigns/sql/1_state.sql).

    `version` counts edits by people, keys and commands; `state_version` whatever a page shows.
    """

    WORST_FIRST = ("error", "stale", "syncing", "live")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="campaigns")
    # No index of its own: one instance has most rows, and a planner without statistics would take
    # it for the look-up of a workflow. The constraint below begins with it.
    instance = models.ForeignKey(Instance, models.PROTECT, related_name="campaigns", db_index=False)
    n8n_workflow_id = models.CharField(max_length=64)  # while it is made, one that n8n never gives
    name = models.CharField(max_length=128)
    trigger = models.CharField(max_length=12, blank=True)  # webhook, schedule, manual, other
    enabled = models.BooleanField(default=True)  # desired
    enabled_at = models.DateTimeField(null=True, editable=False)  # since when; by the trigger
    archived_at = models.DateTimeField(null=True)
    set_aside = models.BooleanField(
        default=False
    )  # archived with its n8n; a sync takes it back where there is room
    created_at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1)
    state_version = models.PositiveIntegerField(default=1)

    # reported: what n8n's API last said, and when
    reported = models.CharField(max_length=10, choices=Reported.choices, default=Reported.UNKNOWN)
    reported_at = models.DateTimeField(null=True)
    last_sync_at = models.DateTimeField(null=True)
    served = models.BooleanField(null=True)  # its production webhooks; null: cannot be known
    contested = models.BooleanField(  # another workflow claims its webhook path as well
        default=False, db_default=False
    )
    tag_problem = models.CharField(  # on a shared n8n: tag_missing, tag_foreign, tag_conflict
        max_length=20, blank=True, default="", db_default=""
    )
    active_version_id = models.CharField(
        max_length=64, blank=True, default="", db_default=""
    )  # what runs, by n8n's id
    paused_version_id = models.CharField(
        max_length=64, blank=True, default="", db_default=""
    )  # what ran when it was paused

    # expected: what its own schedule says (campaigns/schedules)
    schedule = models.JSONField(null=True)  # null: none, or one that cannot be told beforehand
    schedule_problem = models.CharField(max_length=200, blank=True, default="", db_default="")
    schedule_unknown = models.CharField(
        max_length=30, blank=True, default="", db_default=""
    )  # why there is no next run
    next_run_at = models.DateTimeField(null=True)  # as shown
    expected_at = models.DateTimeField(null=True)  # the run that is waited for
    late_at = models.DateTimeField(null=True)  # when it counts as late

    # intended: what a person asked of n8n and n8n has not yet said (campaigns/intentions.py)
    intention = models.JSONField(null=True)  # {enabled?, name?, archived?}
    intended_until = models.DateTimeField(null=True)  # its lease, which names it
    settling_until = models.DateTimeField(null=True)  # a sweep asks n8n how it ended
    intended_by = models.JSONField(null=True)  # the actor

    # made: by a provision, until n8n runs it (provisioning/)
    making = models.CharField(
        max_length=12, choices=Making.choices, blank=True, default="", db_default=""
    )
    making_until = models.DateTimeField(null=True)  # as long as it counts as in flight
    from_template = models.BooleanField(  # a provision made it: there can be another one like it
        default=False, db_default=False
    )

    # observed: what heartbeats prove; manual runs leave no trace here
    heard_at = models.DateTimeField(null=True)  # arrival of the last heartbeat, whatever it said
    observed_at = models.DateTimeField(null=True)
    observed_source = models.CharField(
        max_length=10, blank=True, default="", db_default=""
    )  # heartbeat, report, poll
    last_started_at = models.DateTimeField(null=True)
    stuck = models.PositiveIntegerField(default=0, db_default=0)  # open, unseen for an hour
    running = models.PositiveIntegerField(default=0)  # open runs
    waiting = models.PositiveIntegerField(default=0)
    last_result = models.CharField(max_length=10, blank=True)  # of the run that ended last
    last_end_at = models.DateTimeField(null=True)
    last_execution = models.BigIntegerField(null=True)
    counted_result = models.CharField(
        max_length=10, blank=True
    )  # likewise, cancelled ones left out
    counted_end_at = models.DateTimeField(null=True)
    counted_execution = models.BigIntegerField(null=True)

    # reportUrl: its token, to show, and hashed, to find
    report_token_encrypted = models.TextField(blank=True, default="", db_default="")
    report_token_digest = models.CharField(max_length=64, null=True, unique=True)  # noqa: DJ001

    # webhookUrl: its token, to show; provisioning/ finds the campaign by it
    webhook_token_encrypted = models.TextField(blank=True, default="", db_default="")
    webhook_path = models.CharField(  # of its production webhook, as n8n last said
        max_length=255, blank=True, default="", db_default=""
    )

    # derived by the trigger
    n8n_status = models.CharField(max_length=10, default="unknown", editable=False)
    sync_status = models.CharField(max_length=10, default="stale", editable=False)
    reason = models.CharField(max_length=30, blank=True, editable=False)
    differs_since = models.DateTimeField(null=True, editable=False)  # desired from reported
    drift = models.BooleanField(default=False, db_default=False, editable=False)
    due_at = models.DateTimeField(null=True, editable=False)  # when the clock changes any of it

    objects = CampaignQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["instance", "n8n_workflow_id"], name="campaign_one_per_workflow"
            )
        ]
        indexes = [
            models.Index(fields=["workspace", "name", "id"]),
            models.Index(
                fields=["due_at"], name="campaign_due", condition=models.Q(due_at__isnull=False)
            ),
            models.Index(
                fields=["next_run_at"],
                name="campaign_next_run",
                condition=models.Q(next_run_at__isnull=False),
            ),
            models.Index(fields=["id"], name="campaign_stuck", condition=models.Q(stuck__gt=0)),
            models.Index(
                fields=["intended_until"],
                name="campaign_intended",
                condition=models.Q(intended_until__isnull=False),
            ),
        ]
        permissions = [
            ("view_times", "Can see times of heartbeats, runs and syncs, and errors of runs"),
            ("view_sync", "Can see the result of a sync"),
            ("open_in_n8n", "Can see which workflow of n8n it is"),
            ("trigger_sync", "Can trigger a sync"),
            ("manage_campaign", "Can adopt, archive and restore a campaign; see its webhook URLs"),
        ]
        default_permissions = ("view", "change")

    def __str__(self) -> str:
        return self.name

    @property
    def status(self) -> str:
        if self.archived_at:
            return "archived"
        if self.making:
            return "provisioning" if self.making == Making.PROVISIONING else "error"
        return "active" if self.enabled else "paused"

    @property
    def observed(self) -> str:
        """The last run's result, `running`, `waiting` or `none`."""
        if self.running:
            return "running"
        return "waiting" if self.waiting else self.last_result or "none"
