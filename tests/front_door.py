"""A campaign with a front door, on a web process of its own, and an n8n that answers as it is
told."""

import contextlib
import json
import re
import socket
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from pytest_django.plugin import DjangoDbBlocker

from campaigns import serializers
from campaigns.models import Campaign
from orchestrator.events import command
from provisioning import doors
from provisioning.models import HookCall, HookMeter
from tests.cast import Cast, campaign_of
from tests.cast import cast as make_cast
from tests.http_server import Handler, Server, serving
from tests.n8n_server import free_port
from tests.processes import wait_until
from tests.web_process import WebProcess, own_database
from workspaces.models import Instance, Quota, Workspace

ACTOR = command("test")


@dataclass
class Got:
    """A request as it reached n8n."""

    method: str
    target: str
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key.lower() == name]


class _Any(Handler):
    server: "Upstream"

    def handle_any(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.got.append(Got(self.command, self.path, self.headers.items(), body))
        self.server.respond(self)

    do_GET = do_POST = do_OPTIONS = do_PUT = do_PATCH = do_DELETE = do_HEAD = handle_any


class Upstream(Server):
    """Stands where n8n stands, and says whatever a workflow could."""

    def __init__(self) -> None:
        super().__init__()
        self.RequestHandlerClass = _Any
        self.got: list[Got] = []
        self.respond = hello


def hello(handler: BaseHTTPRequestHandler) -> None:
    reply(handler, 200, b'{"hello": true}', ("Content-Type", "application/json"))


def reply(
    handler: BaseHTTPRequestHandler, status: int, body: bytes = b"", *headers: tuple[str, str]
) -> None:
    handler.send_response(status)
    for name, value in headers:
        handler.send_header(name, value)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    if handler.command != "HEAD":
        handler.wfile.write(body)


@dataclass
class Place:
    """One campaign of `acme`, and all that was sent for it."""

    cast: Cast
    campaign: Campaign
    n8n: Upstream
    web: WebProcess
    client: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=20))

    def another(self) -> "Place":
        """With a campaign of its own, and nothing of what was before."""
        self.n8n.got.clear()
        self.n8n.respond = hello
        Quota.objects.all().delete()
        HookMeter.objects.all().delete()
        Workspace.objects.update(suspended_at=None, store_hook_bodies=False)
        self.campaign = linked(self.cast.acme, f"Leads {uuid.uuid4()}")
        self.client.close()
        self.client = httpx.Client(timeout=20)
        return self

    def leads_nowhere(self) -> None:
        """Its n8n is not there."""
        url = f"http://127.0.0.1:{free_port()}"
        own, _ = Instance.objects.update_or_create(
            owner=self.cast.acme, defaults={"pk": "nowhere", "kind": "own", "base_url": url}
        )
        Campaign.objects.filter(pk=self.campaign.pk).update(instance=own)

    @property
    def url(self) -> str:
        return address(self.campaign, self.web)

    @property
    def token(self) -> str:
        return self.url.rpartition("/")[2]

    def call(self, method: str = "POST", **kwargs: Any) -> httpx.Response:
        return self.client.request(method, self.url, **kwargs)

    def calls(self, count: int) -> list[HookCall]:
        """All that are written down, once there are as many."""
        rows = HookCall.objects.filter(campaign=self.campaign)
        assert wait_until(lambda: rows.count() >= count, 10), list(rows)
        found = list(rows.order_by("at"))
        assert len(found) == count, found
        return found

    def raw(self, request: bytes, *, more: Callable[[socket.socket], None] | None = None) -> bytes:
        """All that comes back, of a request that no client would send."""
        with socket.create_connection(("127.0.0.1", self.web.port), timeout=20) as connection:
            connection.sendall(request)
            if more is not None:
                more(connection)
            answer = b""
            with contextlib.suppress(ConnectionError, TimeoutError):
                while chunk := connection.recv(65_536):
                    answer += chunk
            return answer

    def log(self) -> str:
        return self.web.log.read_text()


def address(campaign: Campaign, web: WebProcess) -> str:
    found = Campaign.objects.get(pk=campaign.pk)
    url = serializers.webhook_url(found)
    assert url is not None
    return web.url + urlsplit(url).path


def linked(workspace: Workspace, name: str, path: str = "leads") -> Campaign:
    made = campaign_of(workspace, name, webhook_path=path, n8n_workflow_id=uuid.uuid4().hex)
    return doors.link(made, made.n8n_workflow_id, actor=ACTOR)


@contextlib.contextmanager
def front_door(
    folder: Path,
    cast: Cast,
    server: str = "uvicorn",
    *,
    application: str = "orchestrator.asgi",
    **env: str,
) -> Iterator[Place]:
    with serving(Upstream()) as n8n:
        assert isinstance(n8n, Upstream)
        env = {"N8N_BASE_URL": n8n.url, "N8N_API_KEY": "not-for-webhooks", **env}
        log = folder / "web.log"
        with WebProcess(log, server, application=application, **env) as web:
            place = Place(cast, linked(cast.acme, f"Leads {uuid.uuid4()}"), n8n, web)
            try:
                yield place
            finally:
                place.client.close()


def problem(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    body = answer.json()
    assert body["status"] == answer.status_code
    assert {"type", "title", "detail", "requestId"} <= body.keys()
    assert answer.headers["content-security-policy"] == "sandbox"
    return answer.status_code, body["code"]


def head_and_body(answer: bytes) -> tuple[int, bytes, Any]:
    head, _, body = answer.partition(b"\r\n\r\n")
    found = re.match(rb"HTTP/1.1 (\d+)", head)
    assert found, answer
    with contextlib.suppress(ValueError):
        return int(found[1]), head, json.loads(body)
    return int(found[1]), head, body


@pytest.fixture(scope="module")
def stage(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Cast]:
    """The cast, on a database of its own, for all tests of a module: what they commit stays."""
    with django_db_blocker.unblock(), own_database("test_front_door"):
        yield make_cast.__wrapped__(None)  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def opened_once(stage: Cast, tmp_path_factory: Any) -> Iterator[Callable[[str], Place]]:
    """A server of each kind, started by the first test that asks for it."""
    started: dict[str, Place] = {}
    with contextlib.ExitStack() as stack:

        def by(server: str) -> Place:
            if server not in started:
                folder = tmp_path_factory.mktemp(server)
                started[server] = stack.enter_context(front_door(folder, stage, server))
            return started[server].another()

        yield by


@pytest.fixture
def place(opened_once: Callable[[str], Place]) -> Place:
    return opened_once("uvicorn")


@pytest.fixture(params=["uvicorn", "daphne"])
def either(opened_once: Callable[[str], Place], request: Any) -> Place:
    return opened_once(request.param)
