"""Who (User), where (Workspace on an Instance of n8n), may they (Membership and its grants)."""

from workspaces.models.instances import Instance
from workspaces.models.keys import ApiKey, ApiKeyRequest
from workspaces.models.memberships import (
    Membership,
    RoleAuditLog,
    RolePermission,
    WorkspaceUserObjectPermission,
)
from workspaces.models.people import User
from workspaces.models.roles import Role
from workspaces.models.sessions import UserSession
from workspaces.models.workspaces import Health, Quota, Workspace, WorkspaceQuerySet

__all__ = [
    "ApiKey",
    "ApiKeyRequest",
    "Health",
    "Instance",
    "Membership",
    "Quota",
    "Role",
    "RoleAuditLog",
    "RolePermission",
    "User",
    "UserSession",
    "Workspace",
    "WorkspaceQuerySet",
    "WorkspaceUserObjectPermission",
]
