"""Facts of who may do what, and of what super admins see and do across workspaces."""

import uuid
from dataclasses import dataclass

from orchestrator.events import Fact


@dataclass(frozen=True, kw_only=True)
class RoleChanged(Fact):
    sentence = "{actor} changed the role of {subject}."
    workspace_id: uuid.UUID
    user_id: uuid.UUID
    old_role: str
    new_role: str
    version: int  # of the membership, now
    by: str  # the id of whoever did it


@dataclass(frozen=True, kw_only=True)
class MemberRemoved(Fact):
    sentence = "{actor} removed {subject} from the workspace."
    workspace_id: uuid.UUID
    user_id: uuid.UUID


@dataclass(frozen=True, kw_only=True)
class MemberLeft(Fact):
    sentence = "{actor} left the workspace."
    workspace_id: uuid.UUID
    user_id: uuid.UUID


@dataclass(frozen=True, kw_only=True)
class MembersViewed(Fact):
    sentence = "{actor} looked at the members of {subject}."
    look = True


@dataclass(frozen=True, kw_only=True)
class MemberInvited(Fact):
    sentence = "{actor} invited {subject} to the workspace."
    invitation_id: uuid.UUID


@dataclass(frozen=True, kw_only=True)
class InvitationResent(Fact):
    sentence = "{actor} sent the invitation of {subject} again."
    invitation_id: uuid.UUID


@dataclass(frozen=True, kw_only=True)
class InvitationRevoked(Fact):
    sentence = "{actor} took the invitation of {subject} back."
    invitation_id: uuid.UUID


@dataclass(frozen=True, kw_only=True)
class InvitationAccepted(Fact):
    sentence = "{actor} accepted the invitation to the workspace."
    invitation_id: uuid.UUID


@dataclass(frozen=True, kw_only=True)
class OwnershipOffered(Fact):
    sentence = "{actor} offered the ownership of the workspace to somebody."
    workspace_id: uuid.UUID
    receiver_id: uuid.UUID


@dataclass(frozen=True, kw_only=True)
class OwnershipOfferEnded(Fact):
    sentence = "{actor} ended the offer of the ownership of the workspace."


@dataclass(frozen=True, kw_only=True)
class OwnershipTransferred(Fact):
    sentence = "{actor} took over the ownership of the workspace."


@dataclass(frozen=True, kw_only=True)
class RoleAuditExported(Fact):
    sentence = "{actor} exported the role audit of {subject}."


@dataclass(frozen=True, kw_only=True)
class RoleAuditViewed(Fact):
    sentence = "{actor}, a super admin, looked at the role audit of {subject}."
    look = True


@dataclass(frozen=True, kw_only=True)
class AllRoleAuditsViewed(Fact):
    sentence = "{actor}, a super admin, looked at the role audit of all workspaces."
    look = True


@dataclass(frozen=True, kw_only=True)
class AllRoleAuditsExported(Fact):
    sentence = "{actor}, a super admin, exported the role audit of all workspaces."


@dataclass(frozen=True, kw_only=True)
class AllWorkspacesViewed(Fact):
    sentence = "{actor}, a super admin, looked at all workspaces."
    look = True


@dataclass(frozen=True, kw_only=True)
class WorkspaceMembersInspected(Fact):
    sentence = "{actor}, a super admin, looked at the members of {subject}."
    look = True


@dataclass(frozen=True, kw_only=True)
class WorkspaceSuspended(Fact):
    sentence = "{actor}, a super admin, suspended {subject}."
    workspace_id: uuid.UUID


@dataclass(frozen=True, kw_only=True)
class WorkspaceResumed(Fact):
    sentence = "{actor}, a super admin, ended the suspension of {subject}."
    workspace_id: uuid.UUID
