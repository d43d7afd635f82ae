"""An n8n of one's own: a server that answers a connection test, and a workspace on it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler

import pytest

from orchestrator.events import command
from orchestrator.n8n.probing import NEEDED
from tests.http_server import Server, answer, serving
from workspaces.connections import services
from workspaces.models import Instance, Workspace

KEY = "a-key-of-its-own"


class Answering(Server):
    """n8n as far as a connection test goes; `refusing` is the status of every answer if set."""

    def __init__(self, port: int = 0) -> None:
        super().__init__(port=port)
        self.scopes = sorted(NEEDED)
        self.keys = {KEY}
        self.refusing = 0
        self.respond = self._respond

    def _respond(self, handler: BaseHTTPRequestHandler) -> None:
        if self.refusing:
            answer(handler, self.refusing, b"{}")
        elif handler.headers["X-N8N-API-KEY"] not in self.keys:
            answer(handler, 401, b'{"message": "unauthorized"}')
        elif handler.path == "/api/v1/discover":
            answer(handler, 200, json.dumps({"data": {"scopes": self.scopes}}).encode())
        else:
            answer(handler, 404, b'{"message": "not found"}')


@contextmanager
def answering(port: int = 0) -> Iterator[Answering]:
    server = Answering(port)
    with serving(server):
        yield server


@pytest.fixture
def own_n8n() -> Iterator[Answering]:
    with answering() as server:
        yield server


def connect_own(workspace: Workspace, url: str, key: str = KEY) -> tuple[Instance, str]:
    """By the service, without asking n8n."""
    planned = services.plan(workspace, url, key, None)
    done = services.connect_own(planned, [], actor=command("test"), last=lambda _: None)
    workspace.refresh_from_db()
    return done.instance, done.secret or ""
