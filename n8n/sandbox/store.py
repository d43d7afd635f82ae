"""The workflows and tags, kept in one file, so that ids, tags and activation survive a restart."""

import json
import os
import secrets
import string
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

Row = dict[str, Any]

ID_LETTERS = string.ascii_letters + string.digits
RUNS_KEPT = 2000
RUN_IDS_AT_ONCE = 1000


HOME = "home"  # the project of the one user that there is


def new_id() -> str:
    return "".join(secrets.choice(ID_LETTERS) for _ in range(16))


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass
class Store:
    path: Path
    workflows: dict[str, Row] = field(default_factory=dict)
    tags: dict[str, Row] = field(default_factory=dict)
    versions: dict[str, Row] = field(default_factory=dict)  # that were saved, by their id
    runs: dict[int, Row] = field(default_factory=dict)  # not kept: n8n prunes them as well
    unreported: dict[str, Row] = field(default_factory=dict)  # last heartbeat by execution id
    next_run: int = 1
    reserved: int = 1

    @classmethod
    def load(cls, path: Path) -> "Store":
        store = cls(path)
        if path.exists():
            kept = json.loads(path.read_text())
            store.workflows, store.tags = kept["workflows"], kept["tags"]
            store.versions = kept.get("versions", {})
            store.unreported = kept["unreported"]
            store.next_run = store.reserved = kept["reserved"]
        return store

    def save(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        kept = {
            "workflows": self.workflows,
            "tags": self.tags,
            "versions": self.versions,
            "unreported": self.unreported,
            "reserved": self.reserved,
        }
        new = self.path.with_suffix(".new")
        new.write_text(json.dumps(kept))
        os.replace(new, self.path)

    def new_run_id(self) -> int:
        """Never one that was given out before, a kill included: they are reserved in blocks."""
        if self.next_run >= self.reserved:
            self.reserved = self.next_run + RUN_IDS_AT_ONCE
            self.save()
        self.next_run += 1
        return self.next_run - 1

    def keep_run(self, row: Row) -> None:
        self.runs[int(row["id"])] = row
        while len(self.runs) > RUNS_KEPT:
            del self.runs[next(iter(self.runs))]

    def tag(self, name: str) -> Row:
        for tag in self.tags.values():
            if tag["name"] == name:
                return tag
        tag = {"id": new_id(), "name": name, "createdAt": now(), "updatedAt": now()}
        self.tags[tag["id"]] = tag
        return tag

    def add_workflow(self, body: Row) -> Row:
        workflow = {
            "id": new_id(),
            "name": body["name"],
            "active": False,
            "activeVersionId": None,
            "createdAt": now(),
            "updatedAt": now(),
            "isArchived": False,
            "versionId": str(uuid.uuid4()),
            "triggerCount": 0,
            "nodes": completed(body["nodes"]),
            "connections": body["connections"],
            "settings": body["settings"],
            "staticData": None,
            "pinData": None,
            "meta": None,
            "tags": [],
            "shared": [{"role": "workflow:owner", "projectId": body.get("projectId", HOME)}],
            "activeVersion": None,
        }
        self.workflows[workflow["id"]] = workflow
        self.keep_version(workflow)
        return workflow

    def keep_version(self, workflow: Row) -> None:
        self.versions[workflow["versionId"]] = {
            "versionId": workflow["versionId"],
            "workflowId": workflow["id"],
            "nodes": workflow["nodes"],
            "connections": workflow["connections"],
        }

    def publish(self, workflow: Row, version: Row) -> None:
        workflow["active"] = True
        workflow["activeVersionId"] = version["versionId"]
        workflow["activeVersion"] = version
        workflow["triggerCount"] = sum(1 for node in version["nodes"] if is_trigger(node))

    def unpublish(self, workflow: Row) -> None:
        workflow.update(active=False, activeVersionId=None, activeVersion=None, triggerCount=0)

    def served(self, path: str) -> Row | None:
        """The active workflow whose webhook has this path."""
        for workflow in self.workflows.values():
            if workflow["active"] and path in webhook_paths(workflow["activeVersion"]["nodes"]):
                return workflow
        return None


def completed(nodes: list[Row]) -> list[Row]:
    """n8n fills in the ids that are missing."""
    for node in nodes:
        node.setdefault("id", str(uuid.uuid4()))
        if node["type"] == "n8n-nodes-base.webhook":
            node.setdefault("webhookId", str(uuid.uuid4()))
    return nodes


def is_trigger(node: Row) -> bool:
    """What n8n can activate; a manual trigger is none of these."""
    kind = node["type"].rsplit(".", 1)[-1]
    starts = kind == "webhook" or (kind.endswith("Trigger") and kind != "manualTrigger")
    return starts and not node.get("disabled")


def webhook_paths(nodes: list[Row]) -> set[str]:
    return {
        node["parameters"].get("path") or node["webhookId"]
        for node in nodes
        if node["type"] == "n8n-nodes-base.webhook" and not node.get("disabled")
    }
