"""Facts of templates, provisions and front doors. The sentences are the audit glossary."""

import uuid
from dataclasses import dataclass

from orchestrator.events import Fact


@dataclass(frozen=True, kw_only=True)
class ProvisionRequested(Fact):
    sentence = "{actor} began to make {subject} from a template."
    provision_id: uuid.UUID


@dataclass(frozen=True, kw_only=True)
class ProvisionFinished(Fact):
    sentence = "{actor} made {subject}, which runs in n8n."
    provision_id: uuid.UUID


@dataclass(frozen=True, kw_only=True)
class ProvisionFailed(Fact):
    sentence = "{actor} could not make {subject}."
    provision_id: uuid.UUID


@dataclass(frozen=True, kw_only=True)
class ProvisionRetried(Fact):
    sentence = "{actor} tried a step of {subject} again."
    provision_id: uuid.UUID


@dataclass(frozen=True, kw_only=True)
class ProvisionCancelRequested(Fact):
    sentence = "{actor} canceled the making of {subject}."
    provision_id: uuid.UUID


@dataclass(frozen=True, kw_only=True)
class ProvisionCanceled(Fact):
    sentence = "{actor} took back what was made of {subject}."
    provision_id: uuid.UUID


@dataclass(frozen=True, kw_only=True)
class ProvisionTakenOver(Fact):
    sentence = "{actor} took the making of {subject} over."
    provision_id: uuid.UUID


@dataclass(frozen=True, kw_only=True)
class ProvisionInspected(Fact):
    sentence = "{actor} looked into the making of {subject}."
    look = True


@dataclass(frozen=True, kw_only=True)
class TemplateSaved(Fact):
    sentence = "{actor} saved {subject} as a template."


@dataclass(frozen=True, kw_only=True)
class TemplateWithdrawn(Fact):
    sentence = "{actor} withdrew the template {subject}."


@dataclass(frozen=True, kw_only=True)
class TemplateRestored(Fact):
    sentence = "{actor} offered the template {subject} again."


@dataclass(frozen=True, kw_only=True)
class FrontDoorLinked(Fact):
    sentence = "{actor} gave {subject} a webhook address."


@dataclass(frozen=True, kw_only=True)
class FrontDoorRotated(Fact):
    sentence = "{actor} gave {subject} a new webhook address."


@dataclass(frozen=True, kw_only=True)
class HookCallResent(Fact):
    sentence = "{actor} sent a call of {subject} again."
