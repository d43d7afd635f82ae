"""Who (User), where (Workspace on an Instance of n8n), may they (Membership and its grants)."""

import uuid
from typing import Any, ClassVar

from django.contrib import auth
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from guardian.models import UserObjectPermissionBase


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, email: str | None) -> "User":
        return self.get(email__iexact=email)


class User(AbstractBaseUser, PermissionsMixin):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(_("email address"), unique=True)
    name = models.CharField(_("name"), max_length=150, blank=True)
    timezone = models.CharField(max_length=64, blank=True)  # blank: the workspace's
    language = models.CharField(max_length=10, blank=True)  # blank: the browser's
    demo = models.BooleanField(default=False)  # cannot sign in where DEMO is off
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    date_joined = models.DateTimeField(default=now)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_any_case")]

    def __str__(self) -> str:
        return self.email

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Asked about a row, being a superuser is no answer: membership and grants are."""
        if obj is None:
            return super().has_perm(perm)
        return self.is_active and any(
            backend.has_perm(self, perm, obj) for backend in auth.get_backends()
        )


class Instance(models.Model):
    """An n8n. The one that the environment names has the id `default` and is shared."""

    class Kind(models.TextChoices):
        SHARED = "shared"
        OWN = "own"

    DEFAULT = "default"

    id = models.CharField(primary_key=True, max_length=40)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.SHARED)
    base_url = models.CharField(max_length=500, blank=True)
    api_key_encrypted = models.TextField(blank=True)
    webhook_secrets_encrypted = models.TextField(blank=True)  # newest first, space between
    sandbox = models.BooleanField(default=False)
    timezone = models.CharField(max_length=64, default="America/New_York")  # n8n's own default
    created_at = models.DateTimeField(default=now)
    # What it says of itself, and when it was last heard or asked.
    alive_at = models.DateTimeField(null=True)
    about = models.JSONField(default=dict)  # of `alive`: hooksVersion, n8nVersion, mode, …
    last_ok_at = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)  # syncs in a row
    failed_at = models.DateTimeField(null=True)  # since when it counts as unreachable
    failure = models.CharField(max_length=40, blank=True)  # code of the last failed sync

    def __str__(self) -> str:
        return self.id


class WorkspaceQuerySet(models.QuerySet["Workspace"]):
    def visible_to(self, user: Any) -> "WorkspaceQuerySet":
        """The wall: own memberships, nothing for being a superuser."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self.filter(memberships__user=user)

    def mine(self, user: Any) -> "WorkspaceQuerySet":
        """With `my_role` and the bar, the worst first."""
        worst = models.Case(
            *(models.When(health__status=s, then=n) for n, s in enumerate(Health.WORST_FIRST)),
            default=1,  # no bar yet: nothing is known
        )
        rows = self.visible_to(user).select_related("health")
        rows = rows.annotate(my_role=models.F("memberships__role")).alias(worst=worst)
        return rows.order_by("worst", "name", "id")  # type: ignore[misc] # an alias


class Workspace(models.Model):
    """One client. `version` counts edits by people, keys and commands."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=100)
    slug = models.SlugField(max_length=50, unique=True)
    tag = models.CharField(max_length=24, unique=True, editable=False)  # of its workflows in n8n
    timezone = models.CharField(max_length=64, default="UTC")
    instance = models.ForeignKey(Instance, models.PROTECT, related_name="workspaces")
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


class Role(models.TextChoices):
    OWNER = "owner", _("Owner")
    ADMIN = "admin", _("Admin")
    MEMBER = "member", _("Member")
    VIEWER = "viewer", _("Viewer")


class Membership(models.Model):
    """`role` is the truth; the database keeps grants and role audit in step with it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role.choices)
    version = models.PositiveIntegerField(default=1)
    joined_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "user"], name="membership_once"),
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values), name="membership_role_known"
            ),
        ]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.user_id} {self.role}"


class WorkspaceUserObjectPermission(UserObjectPermissionBase):
    """guardian's grants on a workspace by direct foreign key: they end with the workspace."""

    content_object = models.ForeignKey(Workspace, models.CASCADE)

    class Meta(UserObjectPermissionBase.Meta):
        abstract = False


class RolePermission(models.Model):
    """Role → permission, filled from rbac/roles.py after every migrate; triggers read it."""

    role = models.CharField(max_length=10, choices=Role.choices)
    app = models.CharField(max_length=40)
    codename = models.CharField(max_length=100)

    class Meta:
        db_table = "role_permission"
        constraints = [
            models.UniqueConstraint(fields=["role", "app", "codename"], name="role_permission_once")
        ]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.role} {self.app}.{self.codename}"


class RoleAuditLog(models.Model):
    """Written by a trigger of membership alone; append-only; outlives user and workspace."""

    pk = models.CompositePrimaryKey("created_at", "id")
    id = models.UUIDField(default=uuid.uuid4)
    workspace_id = models.UUIDField()
    changed_by = models.TextField()  # the actor's id, or the database user
    changed_by_type = models.CharField(max_length=10)
    target_user = models.UUIDField()
    old_role = models.CharField(max_length=10, null=True)  # null: joined  # noqa: DJ001
    new_role = models.CharField(max_length=10, null=True)  # null: removed  # noqa: DJ001
    created_at = models.DateTimeField()

    class Meta:
        db_table = "role_audit_log"
        managed = False  # partitioned by month: migration 0002 makes it
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.target_user}: {self.old_role} → {self.new_role}"
