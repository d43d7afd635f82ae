"""Linked, called, run: the front door of a workflow that n8n has, on the sandbox and on a real one;
and an adopted campaign's address follows its workflow."""

import secrets
from pathlib import Path
from typing import Any

import httpx

from campaigns import writes
from campaigns.models import Campaign
from campaigns.sync import sync_instance
from tests.cast import Cast
from tests.front_door import ACTOR, address, front_door
from tests.n8n_server import N8n
from tests.processes import wait_until
from tests.workflows import webhook_node


def test_linked_called_and_run(stage: Cast, n8n: N8n, tmp_path: Path, settings: Any) -> None:
    settings.N8N_BASE_URL, settings.N8N_API_KEY = n8n.url, n8n.api_key
    env = {"N8N_BASE_URL": n8n.url, "N8N_API_KEY": n8n.api_key}
    with n8n.client() as client, front_door(tmp_path, stage, **env) as place:
        node = webhook_node(f"front-{secrets.token_hex(6)}")
        made = client.create_workflow(name="Leads", nodes=[node], connections={}, settings={})
        client.set_workflow_tags(made.id, [client.ensure_tag(stage.acme.tag)])
        client.activate(made.id)
        campaign, _ = writes.adopt(stage.acme, made.id, actor=ACTOR)
        assert campaign.webhook_path == node["parameters"]["path"]
        answer = stage.client("owner").post(
            "/api/webhooks/auto-link",
            {"campaignId": str(campaign.pk), "workflowId": made.id},
            content_type="application/json",
        )
        assert answer.status_code == 200, answer.content
        url = address(campaign, place.web)

        def passes() -> bool:  # n8n publishes in the background
            return httpx.post(url, json={"email": "ada@example.test"}).status_code == 200

        assert wait_until(passes, 15)
        assert wait_until(lambda: bool(client.executions(workflow_id=made.id).data), 15)

        moved = webhook_node(f"moved-{secrets.token_hex(6)}")
        client.update_workflow(made.id, name="Leads", nodes=[moved], connections={}, settings={})
        client.deactivate(made.id)
        client.activate(made.id)
        sync_instance(campaign.instance, [stage.acme], actor=ACTOR)
        stored = Campaign.objects.get(pk=campaign.pk)
        assert stored.webhook_path == moved["parameters"]["path"]
        assert address(stored, place.web) == url
        assert wait_until(passes, 15)
