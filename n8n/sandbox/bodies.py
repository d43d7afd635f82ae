"""What n8n lets into a workflow or a tag, and the words with which it refuses the rest."""

from typing import Any

from n8n.sandbox.refusal import Refusal
from n8n.sandbox.store import Row

REQUIRED = ("name", "nodes", "connections", "settings")
ALLOWED = {*REQUIRED, "projectId", "staticData", "pinData", "nodeGroups", "parentFolderId"}
READ_ONLY = {"id", "active", "tags", "meta", "createdAt", "updatedAt", "versionId", "isArchived"}
SETTINGS = set(
    "saveExecutionProgress saveManualExecutions saveDataErrorExecution saveDataSuccessExecution"
    " executionTimeout errorWorkflow timezone executionOrder binaryMode callerPolicy callerIds"
    " timeSavedPerExecution timeSavedMode redactionPolicy availableInMCP customTelemetryTags"
    " credentialResolverId".split()
)


def checked_workflow(body: Any) -> Row:
    if not isinstance(body, dict):
        raise Refusal(400, "request/body must be object")
    _no_other_keys(body, ALLOWED)
    for key in REQUIRED:
        if key not in body:
            raise Refusal(400, f"request/body must have required property '{key}'")
    if not isinstance(body["name"], str) or not 1 <= len(body["name"]) <= 128:
        raise Refusal(400, "Workflow name must be 1 to 128 characters long.")
    if not isinstance(body["nodes"], list) or not isinstance(body["connections"], dict):
        raise Refusal(400, "request/body/nodes must be array")
    if not isinstance(body["settings"], dict):
        raise Refusal(400, "request/body/settings must be object")
    if unknown := body["settings"].keys() - SETTINGS:
        keys = ", ".join(f"'{key}'" for key in sorted(unknown))
        raise Refusal(400, f"request/body/settings Unrecognized key(s) in object: {keys}")
    _no_twins(body["nodes"])
    return body


def checked_tag(body: Any) -> str:
    if not isinstance(body, dict) or not isinstance(body.get("name"), str):
        raise Refusal(400, "request/body must have required property 'name'")
    _no_other_keys(body, {"name"})
    name: str = body["name"]
    return name


def _no_other_keys(body: Row, allowed: set[str]) -> None:
    for key in body.keys() - allowed:
        if key in READ_ONLY:
            raise Refusal(400, f"request/body/{key} is read-only")
        raise Refusal(400, f"request/body Unrecognized key(s) in object: '{key}'")


def _no_twins(nodes: list[Any]) -> None:
    names = set()
    for node in nodes:
        if not isinstance(node, dict) or not {"name", "type", "parameters"} <= node.keys():
            raise Refusal(400, "request/body/nodes/0 must have required property 'name'")
        if node["name"] in names:
            raise Refusal(400, f"Duplicate node name: {node['name']}")
        names.add(node["name"])
