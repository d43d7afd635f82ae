"""Acme and Globex on an n8n, real or sandbox, and workflows of theirs."""

import secrets
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from campaigns.models import Campaign
from orchestrator import n8n as api
from tests.cast import Cast
from tests.n8n_server import N8n
from tests.workflows import webhook_node


@pytest.fixture
def tenants(cast: Cast, n8n: N8n, settings: Any) -> Cast:
    """With tags that no other test uses, and no campaigns yet."""
    settings.N8N_BASE_URL, settings.N8N_API_KEY = n8n.url, n8n.api_key
    Campaign.objects.all().delete()
    for workspace in (cast.acme, cast.globex):
        workspace.tag = f"ork:{secrets.token_hex(6)}"
        workspace.save()
    return cast


@pytest.fixture
def asking(n8n: N8n) -> Iterator[api.Client]:
    """A client of it, as whoever works in n8n has."""
    with n8n.client() as made:
        yield made


def workflow(
    client: api.Client,
    name: str,
    *tags: str,
    active: bool = True,
    nodes: list[dict[str, Any]] | None = None,
    connections: dict[str, Any] | None = None,
    settings: dict[str, Any] | None = None,
) -> api.Workflow:
    made = client.create_workflow(
        name=name,
        nodes=nodes or [webhook_node(secrets.token_hex(8))],
        connections=connections or {},
        settings=settings or {},
    )
    client.set_workflow_tags(made.id, [client.ensure_tag(tag) for tag in tags])
    return client.activate(made.id) if active else made


def path_of(found: api.Workflow) -> str:
    path: str = found.running_nodes[0].parameters["path"]
    return path


def call(n8n: N8n, found: api.Workflow) -> int:
    """Its webhook, once."""
    return httpx.post(f"{n8n.url}/webhook/{path_of(found)}", json={}, timeout=30).status_code


def stop_run(n8n: N8n, execution_id: str) -> None:
    answer = httpx.post(
        f"{n8n.url}/api/v1/executions/{execution_id}/stop",
        headers={"X-N8N-API-KEY": n8n.api_key},
        timeout=30,
    )
    assert answer.status_code == 200, answer.text
