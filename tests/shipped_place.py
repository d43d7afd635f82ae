"""The shipped templates on a real n8n, and a server that all their addresses lead to."""

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler
from typing import Any

import requests

from tests.http_server import Server, answer
from tests.n8n_server import N8n
from tests.receiver import until
from tests.shipped import SCHEDULE, examples, filled, template, trigger

PERSON = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}
ZONE = "Europe/Berlin"
REQUEST = "n8n-nodes-base.httpRequest"


class Outside(Server):
    """Every service that a template speaks to. `pages` is what it answers to a GET."""

    def __init__(self) -> None:
        super().__init__()
        self.pages: dict[str, bytes | int] = {}
        self.respond = self._respond

    def _respond(self, handler: BaseHTTPRequestHandler) -> None:
        page = self.pages.get(handler.path.strip("/"), b"ok")
        if isinstance(page, int):
            answer(handler, page)
        else:
            kind = "application/json" if page[:1] in (b"[", b"{") else "text/plain"
            answer(handler, 200, page, Content_Type=kind)

    def got(self, name: str) -> list[Any]:
        """What was posted to the address of this parameter."""
        return [json.loads(body) for path, body in self.bodies if path == f"/{name}" and body]

    def called(self) -> set[str]:
        return {path.strip("/") for path, _ in self.bodies}


def feed(*entries: tuple[str, datetime]) -> bytes:
    items = "".join(
        f"<item><title>{title}</title><link>https://blog.test/{title}</link>"
        f"<pubDate>{format_datetime(at)}</pubDate></item>"
        for title, at in entries
    )
    return f'<rss version="2.0"><channel><title>Blog</title>{items}</channel></rss>'.encode()


@dataclass
class Clone:
    """A published workflow made of a template."""

    n8n: N8n
    id: str
    path: str
    probe: str
    nodes: dict[str, str]  # their types by name
    runs: list[str] = field(default_factory=list)

    def call(self, body: Any = None, **headers: str) -> requests.Response:
        return requests.post(
            f"{self.n8n.url}/webhook/{self.path}",
            json=body,
            headers={name.replace("_", "-"): value for name, value in headers.items()},
            timeout=30,
            allow_redirects=False,
        )

    def ask(self, path: str, method: str = "GET", **params: str) -> Any:
        key = {"X-N8N-API-KEY": self.n8n.api_key}
        url = f"{self.n8n.url}/api/v1/{path}"
        found = requests.request(method, url, params=params, headers=key, timeout=30)
        found.raise_for_status()
        return found.json()

    def retry(self, execution_id: str) -> Any:
        """Returns when the new run is over."""
        return self.ask(f"executions/{execution_id}/retry", "POST")

    def ended(self, *statuses: str, seconds: float = 45) -> Any:
        """The newest run, once it is so."""

        def run() -> Any:
            rows = self.ask("executions", workflowId=self.id, limit="1")["data"]
            return rows and rows[0]["id"] not in self.runs and rows[0]

        def over() -> Any:
            found = run()
            if found and found["status"] in ("error", "crashed") and "error" not in statuses:
                raise AssertionError(self.trouble(found["id"]))
            return found and found["status"] in (statuses or ("success",)) and found

        found = until(over, seconds=seconds)
        if found["status"] != "waiting":
            self.runs.append(found["id"])
        return found

    def data(self, execution_id: str) -> Any:
        return self.ask(f"executions/{execution_id}", includeData="true")["data"]["resultData"]

    def trouble(self, execution_id: str) -> str:
        data = self.data(execution_id)
        error = data["error"]
        return f"{data.get('lastNodeExecuted')}: {error['message']} {error.get('description')}"

    def ran(self, execution_id: str) -> set[str]:
        """The types of the nodes that ran."""
        return {self.nodes[name] for name in self.data(execution_id)["runData"]}


Make = Callable[..., Clone]


def published(n8n: N8n, slug: str, outside: str, **given: Any) -> Clone:
    """With its trigger as it is, or as a webhook that stands in for the schedule if `by_hand`."""
    by_hand = given.pop("by_hand", False)
    change = given.pop("change", None)
    made = template(slug)
    path, probe = f"{slug}-{secrets.token_hex(4)}", secrets.token_urlsafe(16)
    values = examples(made, outside, **given)
    body = filled(made["body"], {**values, "path": path, "probe": probe, "timezone": ZONE})
    for node in body["nodes"]:
        if "waitBetweenTries" in node:
            node["waitBetweenTries"] = 1
    if change:
        change(body)
    if by_hand:
        assert trigger(made)["type"] == SCHEDULE
        body["nodes"][0] |= {
            "type": "n8n-nodes-base.webhook",
            "typeVersion": 2.1,
            "parameters": {
                "httpMethod": "POST",
                "path": path,
                "responseMode": "lastNode",
                "options": {},
            },
        }
    types = {node["name"]: node["type"] for node in body["nodes"]}
    with n8n.client() as client:
        workflow = client.create_workflow(name=f"{made['name']} {path}", **body)
        assert client.activate(workflow.id).active
    return Clone(n8n, workflow.id, path, probe, types)
