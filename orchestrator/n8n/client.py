"""The calls of n8n's public API that are needed here."""

from collections.abc import Iterable, Iterator, Mapping
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import quote

import msgspec
import msgspec.structs

from orchestrator.n8n.addresses import Policy, origin
from orchestrator.n8n.errors import Conflict, NotN8n
from orchestrator.n8n.rows import (
    SETTINGS,
    Body,
    Discovered,
    Discovery,
    Execution,
    Page,
    Tag,
    WebhookAnswer,
    Whole,
    Workflow,
)
from orchestrator.n8n.transport import TRIES, BeforeCall, OnOutcome, Transport

PAGE = 250  # n8n's most; a higher limit is silently this, and 0 is everything at once
HEAD = 2048  # of a webhook's answer

Row = TypeVar("Row")


class Client:
    """For one thread. `deadline` is what all calls together may take, in seconds from now on.

    `before_call` is asked before each try of each call and may raise; `on_outcome` hears how the
    try went: None or the error.
    """

    def __init__(
        self,
        base_url: str,
        api_key: str,
        *,
        policy: Policy,
        connect_timeout: float = 3.0,
        read_timeout: float = 10.0,
        deadline: float | None = None,
        tries: int = TRIES,
        before_call: BeforeCall | None = None,
        on_outcome: OnOutcome | None = None,
    ) -> None:
        self._transport = Transport(
            base_url,
            api_key,
            policy=policy,
            connect_timeout=connect_timeout,
            read_timeout=read_timeout,
            deadline=deadline,
            tries=tries,
            before_call=before_call,
            on_outcome=on_outcome,
        )

    def __repr__(self) -> str:
        return f"<n8n at {self._transport.base_url}>"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        self._transport.close()

    def discover(self) -> Discovery:
        """The connection test: cheap, and it tells what the key may do."""
        return self._get("/discover", Discovered).data

    def workflows(
        self, *, tags: Iterable[str] = (), name: str = "", page: int = PAGE
    ) -> Iterator[Workflow]:
        """All that carry all these tags and have `name` in their name, archived ones too.

        n8n pages by offset: while others create workflows one may be left out, so absence proves
        nothing.
        """
        params = {"limit": str(page), "excludePinnedData": "true"}
        if tag_list := ",".join(tags):
            params["tags"] = tag_list
        if name:
            params["name"] = name
        seen: set[str] = set()
        for workflow in self._pages("/workflows", params, Page[Workflow]):
            if workflow.id not in seen:
                seen.add(workflow.id)
                yield workflow

    def workflow(self, workflow_id: str) -> Workflow:
        return self._get(f"/workflows/{_segment(workflow_id)}", Workflow)

    def editable(self, workflow_id: str) -> tuple[Workflow, Body]:
        """The workflow, and its draft as `update_workflow` takes it: whole nodes, not our view."""
        content = self._transport.call("GET", f"/workflows/{_segment(workflow_id)}")
        body = _decode(content, Body)
        known = {key: value for key, value in body.settings.items() if key in SETTINGS}
        return _decode(content, Workflow), msgspec.structs.replace(body, settings=known)

    def whole(self, workflow_id: str) -> tuple[Workflow, Whole]:
        """The workflow, and what runs of it as n8n gave it."""
        content = self._transport.call("GET", f"/workflows/{_segment(workflow_id)}")
        return _decode(content, Workflow), _decode(content, Whole)

    def executions(
        self, *, workflow_id: str = "", status: str = "", limit: int = 100, cursor: str = ""
    ) -> Page[Execution]:
        """Newest first. Running ones are only there if `status` asks for them."""
        given = {"workflowId": workflow_id, "status": status, "limit": str(limit), "cursor": cursor}
        return self._get("/executions", Page[Execution], {k: v for k, v in given.items() if v})

    def execution(self, execution_id: str) -> Execution:
        """NotFound proves nothing: n8n prunes, and keeps no successes where told so."""
        return self._get(f"/executions/{_segment(execution_id)}", Execution)

    def create_workflow(
        self,
        *,
        name: str,
        nodes: list[dict[str, Any]],
        connections: dict[str, Any],
        settings: dict[str, Any],
        project_id: str = "",
    ) -> Workflow:
        """In this project of n8n; where none is said, in that of the key's user."""
        body: dict[str, Any] = {
            "name": name,
            "nodes": nodes,
            "connections": connections,
            "settings": settings,
        }
        if project_id:
            body["projectId"] = project_id
        return self._send("POST", "/workflows", Workflow, body)

    def update_workflow(
        self,
        workflow_id: str,
        *,
        name: str,
        nodes: list[dict[str, Any]],
        connections: dict[str, Any],
        settings: dict[str, Any],
    ) -> Workflow:
        """Publishes at once what is published; if refused, it has still changed the draft."""
        body = {"name": name, "nodes": nodes, "connections": connections, "settings": settings}
        return self._send("PUT", f"/workflows/{_segment(workflow_id)}", Workflow, body)

    def activate(self, workflow_id: str, version_id: str | None = None) -> Workflow:
        """The draft or that version; NotFound where n8n knows no such workflow or version."""
        body = None if version_id is None else {"versionId": version_id}
        return self._send("POST", f"/workflows/{_segment(workflow_id)}/activate", Workflow, body)

    def deactivate(self, workflow_id: str) -> Workflow:
        return self._send("POST", f"/workflows/{_segment(workflow_id)}/deactivate", Workflow)

    def archive(self, workflow_id: str) -> Workflow:
        return self._send("POST", f"/workflows/{_segment(workflow_id)}/archive", Workflow)

    def unarchive(self, workflow_id: str) -> Workflow:
        """Refused where it is not archived. It comes back inactive."""
        return self._send("POST", f"/workflows/{_segment(workflow_id)}/unarchive", Workflow)

    def delete(self, workflow_id: str) -> None:
        """Deactivate first: whether a published one is a Conflict depends on how n8n publishes."""
        self._transport.call("DELETE", f"/workflows/{_segment(workflow_id)}")

    def tags(self) -> Iterator[Tag]:
        return self._pages("/tags", {"limit": str(PAGE)}, Page[Tag])

    def ensure_tag(self, name: str) -> Tag:
        """The tag of exactly this name, made if need be."""
        if found := self._tag(name):
            return found
        try:
            return self._send("POST", "/tags", Tag, {"name": name})
        except (
            Conflict
        ):  # made meanwhile by another; or no valid name, which n8n answers with the same
            if found := self._tag(name):
                return found
            raise

    def set_workflow_tags(self, workflow_id: str, tags: Iterable[Tag]) -> list[Tag]:
        body = [{"id": tag.id} for tag in tags]
        return self._send("PUT", f"/workflows/{_segment(workflow_id)}/tags", list[Tag], body)

    def webhook_options(self, path: str, method: str) -> WebhookAnswer:
        """Asks a production webhook what it takes, without running it. Any answer is one."""
        segments = path.strip("/").split("/")
        if not {".", ".."}.isdisjoint(segments):
            return WebhookAnswer(404, "", b"")  # no URL leads there: nobody can call it
        headers = {
            "Origin": origin(self._transport.base_url),
            "Access-Control-Request-Method": method,
        }
        target = "/".join(_segment(segment) for segment in segments)
        status, answered, head = self._transport.options(f"/webhook/{target}", headers, HEAD)
        return WebhookAnswer(status, answered.get("Access-Control-Allow-Methods", ""), head)

    def _tag(self, name: str) -> Tag | None:
        return next((tag for tag in self.tags() if tag.name == name), None)

    def _pages(self, path: str, params: Mapping[str, str], shape: type[Page[Row]]) -> Iterator[Row]:
        cursors: set[str] = set()
        page = self._get(path, shape, params)
        yield from page.data
        while page.next_cursor:
            if page.next_cursor in cursors:
                raise NotN8n("What answers there pages in a circle")
            cursors.add(page.next_cursor)
            page = self._get(path, shape, {**params, "cursor": page.next_cursor})
            yield from page.data

    def _get(self, path: str, shape: type[Row], params: Mapping[str, str] | None = None) -> Row:
        return _decode(self._transport.call("GET", path, params), shape)

    def _send(self, method: str, path: str, shape: type[Row], body: Any = None) -> Row:
        return _decode(self._transport.call(method, path, body=body), shape)


def _segment(text: str) -> str:
    return quote(text, safe="")


def _decode(content: bytes, shape: type[Row]) -> Row:
    try:
        return msgspec.json.decode(content, type=shape)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        problem = NotN8n("What answers there is not n8n's API")
    raise problem
