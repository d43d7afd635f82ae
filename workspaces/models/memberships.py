"""May they: a Membership, the grants of its role, and the audit of both."""

import uuid

from django.db import models
from django.utils.timezone import now
from guardian.models import UserObjectPermissionBase

from workspaces.models.people import User
from workspaces.models.roles import Role
from workspaces.models.workspaces import Workspace


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
