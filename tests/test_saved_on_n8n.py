"""A saved template on a real n8n: its clones answer the test and do nothing then, and answer
everybody else as the workflow did that they were made of."""

import json
import secrets
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from orchestrator import n8n as api
from provisioning.cloning import Purpose, clone
from provisioning.models import Template
from tests.cast import Cast
from tests.http_server import serving
from tests.n8n_server import N8n
from tests.receiver import until
from tests.shipped_place import Clone, Outside, published
from tests.test_template_saving import body_of, campaign, post
from tests.workflows import chained, node, webhook_node

pytestmark = pytest.mark.n8n

ANSWER = node(
    "Answer",
    "respondToWebhook",
    1.5,
    respondWith="json",
    responseBody="={{ { said: $json.body.said } }}",
    options={"responseCode": 202},
)


@pytest.fixture
def n8n(real_n8n: N8n) -> N8n:
    """The real one alone: the sandbox runs no nodes."""
    return real_n8n


@pytest.fixture
def outside() -> Iterator[Outside]:
    server = Outside()
    with serving(server):
        yield server


def source(outside: Outside, mode: str) -> dict[str, Any]:
    """A webhook that passes each call on."""
    hook = webhook_node(secrets.token_hex(8), responseMode=mode)
    send = node(
        "Send",
        "httpRequest",
        4.2,
        method="POST",
        url=f"{outside.url}/crm",
        sendBody=True,
        specifyBody="json",
        jsonBody="={{ { said: $('Webhook').first().json.body.said } }}",
        options={},
    )
    keep = node("Keep", "set", 3.4, mode="raw", jsonOutput='{"kept": true}', options={})
    return chained(hook, ANSWER, send) if mode == "responseNode" else chained(hook, send, keep)


def made_of(template: str, n8n: N8n, client: api.Client, **values: Any) -> Clone:
    row = Template.objects.get(pk=template)
    body = body_of(row)
    path, probe = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
    sent = clone(body, values, Purpose(uuid.uuid4(), "Spring", path, probe, "UTC"))
    workflow = client.create_workflow(**sent)
    assert client.activate(workflow.id).active
    types = {one["name"]: one["type"] for one in sent["nodes"]}
    return Clone(n8n, workflow.id, path, probe, types)


@pytest.mark.parametrize(
    ("mode", "answered"),
    [
        ("onReceived", (200, {"message": "Workflow was started"})),
        ("lastNode", (200, {"kept": True})),
        ("responseNode", (202, {"said": "hello"})),
    ],
)
def test_a_test_does_nothing_and_a_call_does_all(
    mode: str,
    answered: tuple[int, dict[str, Any]],
    tenants: Cast,
    asking: api.Client,
    n8n: N8n,
    outside: Outside,
) -> None:
    of = campaign(tenants, asking, source(outside, mode))
    asked = [{"name": "address", "label": "CRM"}]
    said = post(tenants.client("owner"), of, parameters=asked).json()
    assert said["probe"] == "added"
    other = f"{outside.url}/other"
    made = made_of(said["id"], n8n, asking, address=other)

    until(lambda: made.call({"said": "x"}, X_Orchestrator_Probe=made.probe).status_code == 200)
    run = made.ended("success")

    assert not outside.called()
    assert "n8n-nodes-base.httpRequest" not in made.ran(run["id"])

    answer = made.call({"said": "hello"})
    assert (answer.status_code, answer.json()) == answered
    made.ended("success")
    assert until(lambda: outside.got("other")) == [{"said": "hello"}]
    assert outside.called() == {"other"}

    wrong = made.call({"said": "hello"}, X_Orchestrator_Probe="another word")
    assert wrong.json() == answered[1]


def test_a_template_of_a_clone_of_ours_tests_as_that_did(
    tenants: Cast, asking: api.Client, n8n: N8n, outside: Outside
) -> None:
    first = published(n8n, "lead-intake", outside.url)
    asking.set_workflow_tags(first.id, [asking.ensure_tag(tenants.acme.tag)])
    of = campaign(tenants, asking, chained(webhook_node(secrets.token_hex(8))))
    type(of).objects.filter(pk=of.pk).update(n8n_workflow_id=first.id)
    said = post(tenants.client("owner"), of, parameters=[{"name": "crmUrl"}]).json()
    assert said["probe"] == "there"
    kept = json.dumps(body_of(said["id"]))
    assert first.probe not in kept
    assert first.path not in kept

    made = made_of(said["id"], n8n, asking, crmUrl=f"{outside.url}/second")
    until(lambda: made.call({}, X_Orchestrator_Probe=made.probe).status_code == 200)
    assert made.call({}, X_Orchestrator_Probe=first.probe).status_code == 400
    assert not outside.called()
    made.call({"email": "ada@example.test", "name": "Ada"})
    assert until(lambda: outside.got("second"))


def test_what_is_published_is_kept_and_no_draft(tenants: Cast, asking: api.Client) -> None:
    """Two versions of n8n's own: `activeVersion` has its connections, too."""
    of = campaign(tenants, asking, chained(webhook_node(secrets.token_hex(8)), ANSWER))
    whole = asking.whole(of.n8n_workflow_id)[1]
    assert whole.active_version is not None
    assert whole.running.connections == whole.connections
    assert [one["name"] for one in whole.running.nodes] == ["Webhook", "Answer"]
