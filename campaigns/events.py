"""Facts of campaigns. The sentences are the audit glossary."""

import uuid
from dataclasses import dataclass

from orchestrator.events import Fact


@dataclass(frozen=True, kw_only=True)
class CampaignAdopted(Fact):
    sentence = "{actor} adopted the workflow of {subject} from n8n."


@dataclass(frozen=True, kw_only=True)
class SyncRequested(Fact):
    sentence = "{actor} asked n8n for the state of the workspace's workflows."
    sync_id: uuid.UUID


@dataclass(frozen=True, kw_only=True)
class CampaignsSetAside(Fact):
    sentence = "{actor} archived the campaigns of an n8n that is no longer connected: {subject}."


@dataclass(frozen=True, kw_only=True)
class CampaignPaused(Fact):
    sentence = "{actor} paused {subject}."


@dataclass(frozen=True, kw_only=True)
class CampaignResumed(Fact):
    sentence = "{actor} resumed {subject}."


@dataclass(frozen=True, kw_only=True)
class CampaignRenamed(Fact):
    sentence = "{actor} renamed {subject}."


@dataclass(frozen=True, kw_only=True)
class CampaignArchived(Fact):
    sentence = "{actor} archived {subject}."


@dataclass(frozen=True, kw_only=True)
class CampaignRestored(Fact):
    sentence = "{actor} restored {subject} from the archive."


@dataclass(frozen=True, kw_only=True)
class CampaignChangeFailed(Fact):
    sentence = "{actor} found that n8n had not done what was asked of {subject}."
