"""Facts of roles, and of what super admins see and do across workspaces."""

import uuid
from dataclasses import dataclass

from orchestrator.events import Fact


@dataclass(frozen=True, kw_only=True)
class RoleAuditExported(Fact):
    sentence = "{actor} exported the role audit of {subject}."


@dataclass(frozen=True, kw_only=True)
class RoleAuditViewed(Fact):
    sentence = "{actor}, a super admin, looked at the role audit of {subject}."


@dataclass(frozen=True, kw_only=True)
class AllRoleAuditsViewed(Fact):
    sentence = "{actor}, a super admin, looked at the role audit of all workspaces."


@dataclass(frozen=True, kw_only=True)
class AllRoleAuditsExported(Fact):
    sentence = "{actor}, a super admin, exported the role audit of all workspaces."


@dataclass(frozen=True, kw_only=True)
class AllWorkspacesViewed(Fact):
    sentence = "{actor}, a super admin, looked at all workspaces."


@dataclass(frozen=True, kw_only=True)
class WorkspaceMembersInspected(Fact):
    sentence = "{actor}, a super admin, looked at the members of {subject}."


@dataclass(frozen=True, kw_only=True)
class WorkspaceSuspended(Fact):
    sentence = "{actor}, a super admin, suspended {subject}."
    workspace_id: uuid.UUID


@dataclass(frozen=True, kw_only=True)
class WorkspaceResumed(Fact):
    sentence = "{actor}, a super admin, ended the suspension of {subject}."
    workspace_id: uuid.UUID
