"""A template's body becomes the workflow of one campaign: pure, no n8n and no database.

What stands in the parameters of a node as `[[name]]` is filled in: a string that is nothing else
becomes the value itself, in a longer one the value's text. A value is never read as an n8n
expression: whatever a person types, n8n gets it as a plain text (`_plain`). `[[open]]` becomes
`[[`: so stands there what looks like a placeholder and is none (`escaped`).
"""

import json
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

LONGEST_NAME = 128  # as n8n takes it
MARK = "ork-"
TELEMETRY = "orchestrator"  # the key of the tag in the settings that survives a new name
KEYS = ("nodes", "connections", "settings")
OURS = frozenset({"path", "probe", "timezone", "open"})  # what no parameter may be called

_ALONE = re.compile(r"\[\[([a-zA-Z]\w*(?:\.\w+)?)\]\]\Z")
_INSIDE = re.compile(r"\[\[([a-zA-Z]\w*(?:\.\w+)?)\]\]")


class Unfilled(Exception):
    """The body asks for a value that nobody gave; the message is its name."""


@dataclass(frozen=True, slots=True)
class Purpose:
    """What one clone is for; all of it is known before n8n is asked."""

    provision_id: uuid.UUID
    name: str
    path: str  # of its webhook
    probe: str  # by which the workflow knows the test request
    timezone: str

    @property
    def mark(self) -> str:
        """In the name of the workflow from the call that creates it until it is committed here."""
        return f"{MARK}{self.provision_id.hex}"

    @property
    def marked_name(self) -> str:
        mark = f" · {self.mark}"
        return self.name[: LONGEST_NAME - len(mark)] + mark


def clone(body: Mapping[str, Any], values: Mapping[str, Any], purpose: Purpose) -> dict[str, Any]:
    """What `create_workflow` takes: `name`, `nodes`, `connections`, `settings`, and no other key of
    the template. The same purpose gives the same ids. Raises Unfilled."""
    known = _known(values, purpose)
    nodes = [
        _own({**node, "parameters": _fill(node.get("parameters") or {}, known)}, purpose)
        for node in body["nodes"]
    ]
    tags = [{"key": TELEMETRY, "value": str(purpose.provision_id)}]
    return {
        "name": purpose.marked_name,
        "nodes": nodes,
        "connections": body["connections"],
        "settings": {**_fill(body.get("settings") or {}, known), "customTelemetryTags": tags},
    }


def placeholders(text: str) -> list[str]:
    """The names that are asked for; none, in an expression: it is the author's own."""
    return [] if text.startswith("=") else _INSIDE.findall(text)


def escaped(text: str) -> str:
    """So that a clone has it as it stands."""
    if text.startswith("="):
        return text
    return _INSIDE.sub(lambda found: f"[[open]]{found[0][2:]}", text)


def steps_of(body: Mapping[str, Any]) -> list[str]:
    """The types of its nodes in the order in which they run; all that leaves the server of them."""
    nodes = {node["name"]: kind_of(node) for node in body["nodes"]}
    order: list[str] = []
    waiting = [node["name"] for node in body["nodes"] if _starts(node)]
    while waiting:
        name = waiting.pop(0)
        if name in order or name not in nodes:
            continue
        order.append(name)
        waiting += [
            target["node"]
            for outputs in body["connections"].get(name, {}).values()
            for output in outputs
            for target in output or ()
        ]
    return [nodes[name] for name in order]


def kind_of(node: Mapping[str, Any]) -> str:
    kind: str = node["type"].rpartition(".")[2]
    return kind


def _starts(node: Mapping[str, Any]) -> bool:
    kind = kind_of(node)
    return kind == "webhook" or kind.endswith("Trigger")


def _own(node: Mapping[str, Any], purpose: Purpose) -> dict[str, Any]:
    """With ids of its own, and without what belongs to another n8n."""
    id = str(uuid.uuid5(purpose.provision_id, node["name"]))
    kept = {key: value for key, value in node.items() if key not in ("credentials", "webhookId")}
    own = {**kept, "id": id}
    if kind_of(node) in ("webhook", "wait", "formTrigger"):
        own["webhookId"] = str(uuid.uuid5(purpose.provision_id, f"webhook {node['name']}"))
    return own


def _known(values: Mapping[str, Any], purpose: Purpose) -> dict[str, Any]:
    known = {**values, "path": purpose.path, "probe": purpose.probe, "timezone": purpose.timezone}
    known["open"] = "[["
    for name, value in values.items():
        if isinstance(value, str) and re.fullmatch(r"\d\d:\d\d", value):
            known |= {f"{name}.hour": int(value[:2]), f"{name}.minute": int(value[3:])}
    return known


def _fill(part: Any, known: Mapping[str, Any]) -> Any:
    if isinstance(part, dict):
        return {key: _fill(value, known) for key, value in part.items()}
    if isinstance(part, list):
        return [_fill(value, known) for value in part]
    if not isinstance(part, str) or part.startswith("="):  # an expression of the template's own
        return part
    if alone := _ALONE.match(part):
        return _plain(_value(alone[1], known))
    if not _INSIDE.search(part):
        return part
    return _plain(_INSIDE.sub(lambda found: str(_value(found[1], known)), part))


def _value(name: str, known: Mapping[str, Any]) -> Any:
    if name not in known:
        raise Unfilled(name)
    return known[name]


def _plain(value: Any) -> Any:
    """n8n reads what begins with `=` as an expression: such a text is given as one that says just
    this text, with nothing in it that could end the quotation."""
    if not isinstance(value, str) or not value.startswith("="):
        return value
    quoted = json.dumps(value).replace("{", "\\u007b").replace("}", "\\u007d")
    return f"={{{{ {quoted} }}}}"


def trigger_of(body: Mapping[str, Any]) -> str:
    """webhook, schedule, manual or other; of several, what the outside depends on most."""
    kinds = {kind_of(node) for node in body["nodes"] if not node.get("disabled")}
    if kinds & {"webhook", "formTrigger"}:
        return "webhook"
    if "scheduleTrigger" in kinds:
        return "schedule"
    return "manual" if "manualTrigger" in kinds else "other"
