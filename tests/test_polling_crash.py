"""A real n8n that is killed in the middle of a run, and what polls make of it: no hook is heard."""

import os
import secrets
import signal
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from campaigns import polling, services
from campaigns.models import Campaign, Run
from n8n.owner import wait_until_ready
from n8n.server import Server, start, stop
from orchestrator.events import command
from orchestrator.n8n import TRUSTED, Client
from tests.cast import Cast
from tests.n8n_server import booted
from tests.processes import wait_until
from tests.workflows import chained, node, webhook_node
from workspaces.models import Instance

pytestmark = pytest.mark.n8n


@pytest.fixture
def mortal() -> Iterator[Server]:
    with booted({"EXTERNAL_HOOK_FILES": ""}) as server:
        yield server


def observed() -> tuple[str, int, list[str]]:
    assert polling.poll(Instance.objects.get(pk="default")) is not None
    campaign = Campaign.objects.get()
    runs = Run.objects.filter(campaign_id=campaign.pk).values_list("result", flat=True)
    return campaign.n8n_status, campaign.running, sorted(runs)


@pytest.mark.long
def test_a_run_that_a_kill_ended_is_seen_running_and_then_crashed(
    mortal: Server, cast: Cast, settings: Any
) -> None:
    settings.N8N_BASE_URL, settings.N8N_API_KEY = mortal.url, mortal.api_key
    Campaign.objects.all().delete()
    path = secrets.token_hex(6)
    with Client(mortal.url, mortal.api_key, policy=TRUSTED) as client:
        slow = node("Wait", "wait", 1.1, amount=60, unit="seconds")
        made = client.create_workflow(name="Slow", settings={}, **chained(webhook_node(path), slow))
        client.set_workflow_tags(made.id, [client.ensure_tag(cast.acme.tag)])
        client.activate(made.id)
        assert not services.sync_by_command(cast.acme, actor=command("test")).errors
        assert httpx.post(f"{mortal.url}/webhook/{path}", json={}).status_code == 200
        assert wait_until(lambda: bool(client.executions(status="running").data), 10)
    assert observed() == ("syncing", 1, ["running"])

    os.killpg(mortal.process.pid, signal.SIGKILL)
    mortal.process.wait()
    assert observed()[1:] == (1, ["running"])  # nobody to ask: nothing is concluded
    again = start(mortal.data, {"N8N_PORT": mortal.url.rsplit(":")[-1]})
    try:
        wait_until_ready(mortal.url, lambda: again.poll() is None, 120)
        # The breaker of the instance lets calls through again after a while.
        Instance.objects.update(retry_at=None, breaker_failures=0)
        assert wait_until(lambda: observed() == ("error", 0, ["crashed"]), 30)
        assert observed() == ("error", 0, ["crashed"])
    finally:
        stop(again)
