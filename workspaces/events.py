"""Facts of tenancy. The sentences are the audit glossary."""

from dataclasses import dataclass

from orchestrator.events import Fact


@dataclass(frozen=True, kw_only=True)
class WorkspaceCreated(Fact):
    sentence = "{actor} created the workspace {subject}."


@dataclass(frozen=True, kw_only=True)
class MemberAdded(Fact):
    sentence = "{actor} added {subject} to the workspace."


@dataclass(frozen=True, kw_only=True)
class SuperuserCreated(Fact):
    sentence = "{actor} made {subject} a super admin."


@dataclass(frozen=True, kw_only=True)
class ProfileChanged(Fact):
    sentence = "{actor} changed their own profile."


@dataclass(frozen=True, kw_only=True)
class PasswordChanged(Fact):
    sentence = "{actor} set a new password for their own account."


@dataclass(frozen=True, kw_only=True)
class SessionsEnded(Fact):
    sentence = "{actor} signed their own account out elsewhere."


@dataclass(frozen=True, kw_only=True)
class SecondFactorAdded(Fact):
    sentence = "{actor} added a second factor to their own account."


@dataclass(frozen=True, kw_only=True)
class SecondFactorRemoved(Fact):
    sentence = "{actor} removed a second factor from their own account."


@dataclass(frozen=True, kw_only=True)
class SecondFactorReset(Fact):
    sentence = "{actor} took all second factors from {subject}, who had lost them."


@dataclass(frozen=True, kw_only=True)
class RecoveryCodesCreated(Fact):
    sentence = "{actor} made new recovery codes for their own account."


@dataclass(frozen=True, kw_only=True)
class InstanceConnected(Fact):
    sentence = "{actor} connected the instance {subject} to an n8n."
    instance_id: str


@dataclass(frozen=True, kw_only=True)
class ApiKeyCreated(Fact):
    sentence = "{actor} made the API key {subject}."


@dataclass(frozen=True, kw_only=True)
class ApiKeyRotated(Fact):
    sentence = "{actor} rotated the API key {subject}."


@dataclass(frozen=True, kw_only=True)
class ApiKeyRevoked(Fact):
    sentence = "{actor} revoked the API key {subject}."


@dataclass(frozen=True, kw_only=True)
class WorkspaceChanged(Fact):
    sentence = "{actor} changed the workspace {subject}."


@dataclass(frozen=True, kw_only=True)
class SettingsChanged(Fact):
    sentence = "{actor} changed the settings of {subject}."


@dataclass(frozen=True, kw_only=True)
class QuotaChanged(Fact):
    sentence = "{actor} changed a limit of {subject}."


@dataclass(frozen=True, kw_only=True)
class ConnectionChanged(Fact):
    sentence = "{actor} connected {subject} to an n8n of its own, or changed that connection."
    instance_id: str


@dataclass(frozen=True, kw_only=True)
class ConnectionRemoved(Fact):
    sentence = "{actor} disconnected {subject} from its own n8n."
    instance_id: str  # where the workspace is now


@dataclass(frozen=True, kw_only=True)
class WebhookSecretRotated(Fact):
    sentence = "{actor} made a new webhook secret for the n8n of {subject}."


@dataclass(frozen=True, kw_only=True)
class ConnectionHealthViewed(Fact):
    sentence = "{actor} looked at the connection to the shared n8n {subject}."
    look = True


@dataclass(frozen=True, kw_only=True)
class AdminAccessed(Fact):
    sentence = "{actor} opened a page of the administration."
    look = True


@dataclass(frozen=True, kw_only=True)
class UserRenamed(Fact):
    sentence = "{actor} changed the name of {subject}."


@dataclass(frozen=True, kw_only=True)
class UserDeactivated(Fact):
    sentence = "{actor} deactivated the account of {subject}."


@dataclass(frozen=True, kw_only=True)
class UserReactivated(Fact):
    sentence = "{actor} reactivated the account of {subject}."


@dataclass(frozen=True, kw_only=True)
class SuperuserGranted(Fact):
    sentence = "{actor} made {subject}, who had an account, a super admin."


@dataclass(frozen=True, kw_only=True)
class SuperuserRevoked(Fact):
    sentence = "{actor} took super admin away from {subject}."
