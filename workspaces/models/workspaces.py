"""Where: a Workspace on an Instance, how it is doing, and how much it may have."""

import uuid
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.timezone import now

from workspaces.models.instances import Instance
from workspaces.models.roles import Role

if TYPE_CHECKING:
    from workspaces.models.keys import ApiKey


def _role_of(key: "ApiKey | None") -> models.expressions.Combinable:
    """The member's; of a key at most its own."""
    theirs = models.F("memberships__role")
    if key is None:
        return theirs
    at_most = [role for role in Role.values if Role.least(role, key.role) == role]
    return models.Case(
        models.When(memberships__role__in=at_most, then=theirs), default=models.Value(key.role)
    )


class WorkspaceQuerySet(models.QuerySet["Workspace"]):
    def visible_to(self, user: Any) -> "WorkspaceQuerySet":
        """The wall: own memberships, nothing for being a superuser; for a key, its workspace."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        rows = self.filter(memberships__user=user)
        return rows if user.key is None else rows.filter(pk=user.key.workspace_id)

    def mine(self, user: Any) -> "WorkspaceQuerySet":
        """With `my_role` and the bar, the worst first."""
        worst = models.Case(
            *(models.When(health__status=s, then=n) for n, s in enumerate(Health.WORST_FIRST)),
            default=1,  # no bar yet: nothing is known
        )
        rows = self.visible_to(user).select_related("health")
        rows = rows.annotate(my_role=_role_of(getattr(user, "key", None))).alias(worst=worst)
        return rows.order_by("worst", "name", "id")  # type: ignore[misc] # an alias


class Workspace(models.Model):
    """One client. `version` counts edits by people, keys and commands."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=100)
    slug = models.SlugField(max_length=50, unique=True)
    tag = models.CharField(max_length=24, unique=True, editable=False)  # of its workflows in n8n
    timezone = models.CharField(max_length=64, default="UTC")
    instance = models.ForeignKey(Instance, models.PROTECT, related_name="workspaces")
    # In that n8n, of a user of its own there: what is made is made in it. Empty: in the key's own.
    n8n_project_id = models.CharField(max_length=64, blank=True, default="", db_default="")
    stale_after_seconds = models.PositiveIntegerField(default=300, db_default=300)
    # Its members enter with a second factor, or not at all.
    require_second_factor = models.BooleanField(default=False, db_default=False)
    # Query, headers and body of calls at its front doors are kept, to send them again.
    store_hook_bodies = models.BooleanField(default=False, db_default=False)
    # By a super admin, who says why: it is read, and nothing is written.
    suspended_at = models.DateTimeField(null=True)
    suspension_reason = models.CharField(max_length=500, blank=True, db_default="")
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=now)

    objects = WorkspaceQuerySet.as_manager()

    class Meta:
        permissions = [
            ("view_roles", "Can see the roles of others"),
            ("manage_members", "Can change, invite and remove members and viewers"),
            ("view_settings", "Can see the settings"),
            ("manage_keys", "Can manage secrets, API keys and the connection to n8n"),
            ("view_role_audit", "Can read the role audit"),
        ]
        default_permissions = ("view", "change")

    def __str__(self) -> str:
        return self.name


class Health(models.Model):
    """The bar of a workspace, kept by the campaigns' SQL; `state_version` counts its changes."""

    WORST_FIRST = ("error", "stale", "syncing", "live")

    workspace = models.OneToOneField(
        Workspace, models.CASCADE, primary_key=True, related_name="health"
    )
    status = models.CharField(max_length=10, default="stale")
    state_version = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    live = models.PositiveIntegerField(default=0)
    syncing = models.PositiveIntegerField(default=0)
    stale = models.PositiveIntegerField(default=0)
    error = models.PositiveIntegerField(default=0)
    n8n = models.CharField(max_length=12, default="unreachable")
    sandbox = models.BooleanField(default=False)
    last_sync_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.workspace_id} {self.status}"


class Quota(models.Model):
    """How much of something a workspace may have, where it differs from workspaces/quotas.py."""

    class Name(models.TextChoices):
        CAMPAIGNS = "campaigns"
        MEMBERS = "members"
        SOCKETS = "sockets"
        KEYS = "keys"
        HEARTBEATS = "heartbeatsPerMinute"
        HOOKS = "hookCallsPerMinute"

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="quotas")
    name = models.CharField(max_length=30, choices=Name.choices)
    limit = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "name"], name="quota_once")]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.workspace_id} {self.name} {self.limit}"
