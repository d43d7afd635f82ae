"""The rows of n8n's public API, as far as they are used here. Unknown fields are ignored."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Generic, NamedTuple, TypeVar

import msgspec.structs
from msgspec import Meta, Struct, field

Row = TypeVar("Row")
Id = Annotated[str, Meta(pattern=r"^[^\x00-\x1f]{1,255}\Z")]
Moment = Annotated[datetime, Meta(tz=True)]

WEBHOOKS = {"n8n-nodes-base.webhook", "n8n-nodes-base.formTrigger"}
SCHEDULES = {"n8n-nodes-base.scheduleTrigger", "n8n-nodes-base.cron", "n8n-nodes-base.interval"}
MANUAL = "n8n-nodes-base.manualTrigger"
# Settings that n8n takes; it tells more than it takes, and keeps what is left out.
SETTINGS = frozenset(
    "saveExecutionProgress saveManualExecutions saveDataErrorExecution saveDataSuccessExecution"
    " executionTimeout errorWorkflow timezone executionOrder binaryMode callerPolicy callerIds"
    " timeSavedPerExecution timeSavedMode redactionPolicy availableInMCP customTelemetryTags"
    " credentialResolverId".split()
)


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
    type_version: float = 1.0


class Version(Struct, frozen=True, rename="camel"):
    version_id: str
    nodes: list[Node]


class Workflow(Struct, frozen=True, rename="camel"):
    """`nodes` is the draft, `active_version` runs. Only lists and `workflow()` tell the tags."""

    id: Id
    name: str
    active: bool
    nodes: list[Node]
    created_at: Moment
    updated_at: Moment
    settings: dict[str, Any] | None = None
    version_id: str | None = None
    active_version_id: str | None = None
    active_version: Version | None = None
    static_data: dict[str, Any] | None = None
    is_archived: bool = False
    tags: list[Tag] = field(default_factory=list)

    def __post_init__(self) -> None:
        if "\0" in self.name:  # n8n on SQLite keeps it, and PostgreSQL takes none
            msgspec.structs.force_setattr(self, "name", self.name.replace("\0", ""))

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


class Body(Struct, frozen=True):
    """What a PUT sends: as n8n gave it."""

    name: str
    nodes: list[dict[str, Any]]
    connections: dict[str, Any]
    settings: dict[str, Any] = field(default_factory=dict)


class RunningBody(Struct, frozen=True):
    nodes: list[dict[str, Any]]
    connections: dict[str, Any] | None = None


class Whole(Struct, frozen=True, rename="camel"):
    """All of a workflow that is worth keeping, as n8n gave it. `nodes` is the draft."""

    name: str
    nodes: list[dict[str, Any]]
    connections: dict[str, Any]
    settings: dict[str, Any] | None = None
    pin_data: dict[str, Any] | None = None
    static_data: dict[str, Any] | None = None
    active_version: RunningBody | None = None

    @property
    def running(self) -> RunningBody:
        """What runs; of one that does not, its draft."""
        return self.active_version or RunningBody(self.nodes, self.connections)


class Execution(Struct, frozen=True, rename="camel"):
    id: Annotated[str, Meta(pattern=r"^[0-9]{1,18}\Z")]  # a number, growing
    workflow_id: Id
    status: str
    mode: str
    started_at: Moment | None = None
    stopped_at: Moment | None = None
    wait_till: Moment | None = None


class WebhookAnswer(NamedTuple):
    status: int
    allow_methods: str  # the header, as it came
    head: bytes


class Page(Struct, Generic[Row], frozen=True, rename="camel"):
    data: list[Row]
    next_cursor: str | None = None


class Discovery(Struct, frozen=True):
    """What the key may do."""

    scopes: list[str]


class Discovered(Struct, frozen=True):
    data: Discovery
