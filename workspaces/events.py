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
class InstanceConnected(Fact):
    sentence = "{actor} connected the instance {subject} to an n8n."
    instance_id: str
