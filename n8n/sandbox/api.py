"""n8n's public API over the store: the calls, and the refusals, that Orchestrator meets."""

import base64
import binascii
import fnmatch
import json
import uuid
from collections.abc import Callable
from typing import Any

from n8n.sandbox.bodies import checked_tag, checked_workflow
from n8n.sandbox.refusal import Refusal
from n8n.sandbox.store import Row, Store, completed, is_trigger, new_id, now, webhook_paths

MOST = 250
Query = dict[str, str]

SCOPES = [
    *("execution:list", "execution:read", "execution:stop", "tag:create", "tag:list"),
    *("workflow:activate", "workflow:create", "workflow:deactivate", "workflow:delete"),
    *("workflow:list", "workflow:read", "workflow:update", "workflowTags:update"),
]
STATUSES = {"canceled", "crashed", "error", "new", "running", "success", "unknown", "waiting"}


class Api:
    def __init__(
        self, store: Store, changed: Callable[[], None], stop: Callable[[str], Row | None]
    ) -> None:
        self.store = store
        self._stop = stop  # the run as it is then; None: it was over
        self._changed = changed  # activation or nodes: schedules are to be looked at again

    def answer(self, method: str, parts: list[str], query: Query, body: Any) -> Any:
        """What the call answers; `parts` is the path below /api/v1."""
        match parts:
            case ["discover"]:
                calls: dict[str, Callable[[], Any]] = {"GET": self._discover}
            case ["workflows"]:
                calls = {
                    "GET": lambda: self._workflows(query),
                    "POST": lambda: self._create(body),
                }
            case ["workflows", id_]:
                calls = {
                    "GET": lambda: self._workflow(id_),
                    "PUT": lambda: self._update(id_, body),
                    "DELETE": lambda: self._delete(id_),
                }
            case ["workflows", id_, "activate"]:
                calls = {"POST": lambda: self._activate(id_, body)}
            case ["workflows", id_, "deactivate" | "archive" | "unarchive" as verb]:
                turn = getattr(self, f"_{verb}")
                calls = {"POST": lambda: turn(id_)}
            case ["workflows", id_, "tags"]:
                calls = {"PUT": lambda: self._set_tags(id_, body)}
            case ["tags"]:
                calls = {"GET": lambda: self._tags(query), "POST": lambda: self._create_tag(body)}
            case ["executions", *rest]:
                calls = self._calls_of_executions(rest, query)
            case _:
                raise Refusal(404, "not found")
        if method not in calls:
            raise Refusal(405, f"{method} method not allowed")
        return calls[method]()

    def _calls_of_executions(self, parts: list[str], query: Query) -> dict[str, Callable[[], Any]]:
        match parts:
            case []:
                return {"GET": lambda: self._executions(query)}
            case [id_]:
                return {"GET": lambda: self._execution(id_)}
            case [id_, "stop"]:
                return {"POST": lambda: self._stop_execution(id_)}
        raise Refusal(404, "not found")

    def _discover(self) -> Any:
        return {"data": {"scopes": SCOPES, "resources": {}, "filters": {}}}

    def _workflows(self, query: Query) -> Any:
        rows = list(self.store.workflows.values())
        if tags := set(filter(None, query.get("tags", "").split(","))):
            rows = [row for row in rows if tags <= {tag["name"] for tag in row["tags"]}]
        if name := query.get("name"):
            pattern = f"*{name}*".replace("%", "*").replace("_", "?").lower()
            rows = [row for row in rows if fnmatch.fnmatchcase(row["name"].lower(), pattern)]
        return _by_offset(sorted(rows, key=lambda row: str(row["id"])), query)

    def _workflow(self, id_: str) -> Row:
        if id_ not in self.store.workflows:
            raise Refusal(404, "Not Found")
        return self.store.workflows[id_]

    def _own(self, id_: str, verb: str) -> Row:
        """n8n's own words for an unknown id, where the call would change it."""
        if id_ not in self.store.workflows:
            raise Refusal(
                404,
                f"You do not have permission to {verb} this workflow."
                " Ask the owner to share it with you.",
            )
        return self.store.workflows[id_]

    def _create(self, body: Any) -> Row:
        workflow = self.store.add_workflow(checked_workflow(body))
        self.store.save()
        return workflow

    def _update(self, id_: str, body: Any) -> Row:
        body = checked_workflow(body)
        workflow = self._own(id_, "update")
        if workflow["isArchived"]:
            raise Refusal(400, "Cannot update an archived workflow.")
        nodes = completed(body["nodes"])
        if (workflow["nodes"], workflow["connections"]) != (nodes, body["connections"]):
            workflow["versionId"] = str(uuid.uuid4())
        workflow.update(name=body["name"], nodes=nodes, connections=body["connections"])
        self.store.keep_version(workflow)
        workflow["settings"] = workflow["settings"] | body["settings"]
        workflow["updatedAt"] = now()
        self.store.save()  # a refusal from here on has changed the draft all the same, as in n8n
        if workflow["active"]:
            self._publish(workflow, workflow["versionId"])
        return _without_tags(workflow)

    def _delete(self, id_: str) -> Row:
        workflow = self._workflow(id_)
        if workflow["active"]:
            raise Refusal(409, "Cannot delete a published workflow. Unpublish it before deleting.")
        del self.store.workflows[id_]
        self.store.save()
        return _without_tags(workflow)

    def _activate(self, id_: str, body: Any) -> Row:
        workflow = self._own(id_, "activate")
        if workflow["isArchived"]:
            raise Refusal(400, "Cannot activate an archived workflow.")
        wanted = body.get("versionId") if isinstance(body, dict) else None
        self._publish(workflow, wanted or workflow["versionId"])
        return _without_tags(workflow)

    def _publish(self, workflow: Row, version_id: str) -> None:
        version = self.store.versions.get(version_id)
        if version is None and version_id == workflow["versionId"]:  # of a file of before
            self.store.keep_version(workflow)
            version = self.store.versions[version_id]
        if version is None or version["workflowId"] != workflow["id"]:
            raise Refusal(404, "Version not found")
        if not any(is_trigger(node) for node in version["nodes"]):
            raise Refusal(
                400,
                "Workflow cannot be activated because it has no trigger node."
                " At least one trigger, webhook, or polling node is required.",
            )
        for path in webhook_paths(version["nodes"]):
            taken_by = self.store.served(path)
            if taken_by not in (None, workflow):
                raise Refusal(409, "There is a conflict with one of the webhooks.")
        self.store.publish(workflow, version)
        self.store.save()
        self._changed()

    def _deactivate(self, id_: str) -> Row:
        workflow = self._own(id_, "deactivate")
        self.store.unpublish(workflow)
        self.store.save()
        self._changed()
        return _without_tags(workflow)

    def _archive(self, id_: str) -> Row:
        workflow = self._workflow(id_)
        self.store.unpublish(workflow)
        workflow["isArchived"] = True
        self.store.save()
        self._changed()
        return _without_tags(workflow)

    def _unarchive(self, id_: str) -> Row:
        workflow = self._workflow(id_)
        if not workflow["isArchived"]:
            raise Refusal(400, "Workflow is not archived.")
        workflow["isArchived"] = False
        self.store.save()
        return _without_tags(workflow)

    def _set_tags(self, id_: str, body: Any) -> list[Row]:
        workflow = self._workflow(id_)
        if not isinstance(body, list) or not all(isinstance(tag, dict) for tag in body):
            raise Refusal(400, "request/body must be array")
        if any("id" not in tag for tag in body):
            raise Refusal(400, "request/body/0 must have required property 'id'")
        wanted = [tag["id"] for tag in body]
        if not set(wanted) <= self.store.tags.keys():
            raise Refusal(404, "Some tags not found")
        workflow["tags"] = [self.store.tags[id_] for id_ in wanted]
        self.store.save()
        tags: list[Row] = workflow["tags"]
        return tags

    def _tags(self, query: Query) -> Any:
        return _by_offset(list(self.store.tags.values()), query)

    def _create_tag(self, body: Any) -> Row:
        name = checked_tag(body)
        taken = any(tag["name"] == name for tag in self.store.tags.values())
        if taken or not 1 <= len(name) <= 24:
            raise Refusal(409, "Tag already exists")
        tag = {"id": new_id(), "name": name, "createdAt": now(), "updatedAt": now()}
        self.store.tags[tag["id"]] = tag
        self.store.save()
        return tag

    def _executions(self, query: Query) -> Any:
        status = query.get("status")
        if status and status not in STATUSES:
            raise Refusal(400, f"request/query/status Invalid enum value, received '{status}'")
        rows = [
            row
            for _, row in sorted(self.store.runs.items(), reverse=True)
            if row["workflowId"] == query.get("workflowId", row["workflowId"])
            and (row["status"] == status if status else row["status"] != "running")
        ]
        position = _position(query, "lastId")
        if position["lastId"]:
            rows = [row for row in rows if int(row["id"]) < position["lastId"]]
        limit = position["limit"] or len(rows)
        page = rows[:limit]
        more = len(rows) > len(page)
        cursor = _cursor({"lastId": int(page[-1]["id"]), "limit": limit}) if more else None
        return {"data": page, "nextCursor": cursor}

    def _execution(self, id_: str) -> Row:
        number = _run_number(id_)
        if number not in self.store.runs:
            raise Refusal(404, "Not Found")
        return self.store.runs[number]

    def _stop_execution(self, id_: str) -> Row:
        self._execution(id_)
        stopped = self._stop(id_)
        if stopped is None:
            raise Refusal(409, "This execution cannot be stopped: it is over")
        return stopped


def _run_number(id_: str) -> int:
    if not id_.isdecimal():
        raise Refusal(400, "request/params/id must be number")
    return int(id_)


def _without_tags(workflow: Row) -> Row:
    """Only lists and GET tell the tags."""
    return {key: value for key, value in workflow.items() if key != "tags"}


def _by_offset(rows: list[Row], query: Query) -> Any:
    position = _position(query, "offset")
    offset, limit = position["offset"], position["limit"]
    more = len(rows) > offset + limit  # for no limit as well: n8n then pages in a circle
    cursor = _cursor({"limit": limit, "offset": offset + limit}) if more else None
    page = rows[offset : offset + limit] if limit else rows[offset:]
    return {"data": page, "nextCursor": cursor}


def _position(query: Query, key: str) -> dict[str, int]:
    """Where the page begins and its size: from the cursor if there is one, as n8n does."""
    if cursor := query.get("cursor"):
        try:
            decoded = json.loads(base64.b64decode(cursor, validate=True))
            return {key: int(decoded[key]), "limit": int(decoded["limit"])}
        except (binascii.Error, ValueError, KeyError, TypeError):
            raise Refusal(400, "An invalid cursor was provided") from None
    limit = query.get("limit", "100")
    if not limit.lstrip("-").isdecimal():
        raise Refusal(400, "request/query/limit Param `limit` must be a valid integer")
    if int(limit) < 0:
        raise Refusal(400, "request/query/limit Param `limit` must be a non-negative integer")
    return {key: 0, "limit": min(int(limit), MOST)}


def _cursor(position: dict[str, int]) -> str:
    return base64.b64encode(json.dumps(position).encode()).decode()
