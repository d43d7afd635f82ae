"""The rows of n8n's public API, as far as they are used here. Unknown fields are ignored."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar

from msgspec import Struct, field

Row = TypeVar("Row")

WEBHOOKS = {"n8n-nodes-base.webhook", "n8n-nodes-base.formTrigger"}
SCHEDULES = {"n8n-nodes-base.scheduleTrigger", "n8n-nodes-base.cron", "n8n-nodes-base.interval"}
MANUAL = "n8n-nodes-base.manualTrigger"


class Trigger(StrEnum):
    WEBHOOK = "webhook"
    SCHEDULE = "schedule"
    MANUAL = "manual"
    OTHER = "other"


class Tag(Struct, frozen=True):
    id: str
    name: str


class Node(Struct, frozen=True, rename="camel"):
    name: str
    type: str
    parameters: dict[str, Any] = field(default_factory=dict)
    disabled: bool = False
    id: str | None = None
    webhook_id: str | None = None


class Version(Struct, frozen=True, rename="camel"):
    version_id: str
    nodes: list[Node]


class Workflow(Struct, frozen=True, rename="camel"):
    """`nodes` is the draft, `active_version` runs. Only lists and `workflow()` tell the tags."""

    id: str
    name: str
    active: bool
    nodes: list[Node]
    created_at: datetime
    updated_at: datetime
    settings: dict[str, Any] | None = None
    version_id: str | None = None
    active_version_id: str | None = None
    active_version: Version | None = None
    is_archived: bool = False
    tags: list[Tag] = field(default_factory=list)

    @property
    def tag_names(self) -> set[str]:
        return {tag.name for tag in self.tags}

    @property
    def running_nodes(self) -> list[Node]:
        """The nodes that run, or would if the draft were published."""
        return self.active_version.nodes if self.active_version else self.nodes

    @property
    def trigger(self) -> Trigger | None:
        """What starts it; of several, what the outside depends on most."""
        types = {node.type for node in self.running_nodes if not node.disabled}
        if types & WEBHOOKS:
            return Trigger.WEBHOOK
        if types & SCHEDULES:
            return Trigger.SCHEDULE
        if any(name.endswith("Trigger") and name != MANUAL for name in types):
            return Trigger.OTHER
        return Trigger.MANUAL if MANUAL in types else None


class Execution(Struct, frozen=True, rename="camel"):
    id: str
    workflow_id: str
    status: str
    mode: str
    started_at: datetime | None = None
    stopped_at: datetime | None = None
    wait_till: datetime | None = None


class Page(Struct, Generic[Row], frozen=True, rename="camel"):
    data: list[Row]
    next_cursor: str | None = None


class Discovery(Struct, frozen=True):
    """What the key may do."""

    scopes: list[str]


class Discovered(Struct, frozen=True):
    data: Discovery
