"""What a sync keeps of a workflow that n8n listed: little, for there may be ten thousand."""

from dataclasses import dataclass
from typing import Any

import msgspec

from campaigns import schedules
from campaigns.wall import TAG_PREFIX
from orchestrator import n8n
from orchestrator.n8n.rows import SCHEDULES, WEBHOOKS, Node

NAME_LENGTH = 128  # n8n's own limit
PROBLEM_LENGTH = 200
CAUSE_LENGTH = 30


@dataclass(frozen=True, slots=True)
class Seen:
    workflow: n8n.Workflow  # with no nodes but those that start it
    tags: frozenset[str]  # ours
    schedule: dict[str, Any] | None
    schedule_problem: str
    schedule_unknown: str


def seen(workflow: n8n.Workflow, instance_zone: str) -> Seen:
    schedule, problem, unknown = _schedule(workflow, instance_zone)
    return Seen(
        _cut(workflow),
        frozenset(name for name in workflow.tag_names if name.startswith(TAG_PREFIX)),
        schedule,
        problem,
        unknown,
    )


def _schedule(workflow: n8n.Workflow, instance_zone: str) -> tuple[dict[str, Any] | None, str, str]:
    found = schedules.read(
        workflow.running_nodes,
        zone=schedules.zone_of(workflow.settings, instance_zone),
        workflow_id=workflow.id,
        static_data=workflow.static_data,
    )
    match found:
        case schedules.Schedule():
            return found.to_json(), "", ""
        case schedules.Problem(text):
            return None, _clean(text)[:PROBLEM_LENGTH], ""
        case schedules.Unknown(cause):
            return None, "", str(cause)[:CAUSE_LENGTH]
    return None, "", ""


def _cut(workflow: n8n.Workflow) -> n8n.Workflow:
    running = workflow.active_version
    return msgspec.structs.replace(
        workflow,
        name=_clean(workflow.name)[:NAME_LENGTH],
        nodes=[] if running else _starters(workflow.nodes),
        active_version=running and msgspec.structs.replace(running, nodes=_starters(running.nodes)),
        settings=None,
        static_data=None,
    )


def _starters(nodes: list[Node]) -> list[Node]:
    """Parameters only of webhooks, whose paths are asked for."""
    return [
        node if node.type in WEBHOOKS else msgspec.structs.replace(node, parameters={})
        for node in nodes
        if node.type in WEBHOOKS | SCHEDULES or node.type.endswith("Trigger")
    ]


def _clean(text: str) -> str:
    return text.replace("\x00", "")
