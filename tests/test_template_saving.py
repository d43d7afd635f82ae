"""A campaign's workflow becomes a template of its workspace: by whom, of what, and what is left
out of it."""

import json
import secrets
import uuid
from typing import Any

import pytest
from django.test import Client

from campaigns.models import Campaign
from governance.models import AuditEvent
from orchestrator import n8n as api
from orchestrator.events import command
from provisioning import library, saving
from provisioning.cloning import Purpose, clone
from provisioning.models import Template, TemplateVersion
from tests.cast import Cast, campaign_of
from tests.connected import workflow
from tests.workflows import chained, node, schedule_node, webhook_node
from workspaces.models import Workspace

KEY = "sk-live_abcdefgh1234"
CRM = "https://crm.example.com/leads"


def leads(**parameters: Any) -> dict[str, Any]:
    return chained(
        {
            **webhook_node(secrets.token_hex(8), **parameters),
        },
        {
            **node("CRM", "httpRequest", 4.2, method="POST", url=CRM, options={}),
            "credentials": {"httpHeaderAuth": {"id": "7", "name": "Our CRM"}},
        },
        node("CRM again", "httpRequest", 4.2, method="POST", url=CRM, options={}),
        node(
            "Log",
            "httpRequest",
            4.2,
            url="https://log.example.com/",
            headerParameters={"parameters": [{"name": "Authorization", "value": f"Bearer {KEY}"}]},
            text="={{ $json.body.email }} [[x]]",
            options={},
        ),
    )


def campaign(
    cast: Cast,
    client: api.Client,
    made: dict[str, Any],
    *,
    workspace: Workspace | None = None,
    active: bool = True,
) -> Campaign:
    """With a workflow in n8n that its workspace's tag is on."""
    workspace = workspace or cast.acme
    found = workflow(client, "Leads", workspace.tag, active=active, **made)
    return campaign_of(workspace, "Leads", n8n_workflow_id=found.id)


def path(workspace: Workspace) -> str:
    return f"/api/workspaces/{workspace.pk}/templates"


def post(client: Client, of: Campaign, **body: Any) -> Any:
    sent = {"campaignId": str(of.pk), "name": "Our leads", **body}
    return client.post(path(of.workspace), sent, content_type="application/json")


def body_of(template: Any) -> dict[str, Any]:
    found: dict[str, Any] = (
        TemplateVersion.objects.order_by("-number").filter(template=template)[0].body
    )
    return found


# --- what is kept ------------------------------------------------------------------------------


@pytest.mark.parametrize("caller", ["owner", "owner_key"])
def test_it_works(caller: str, tenants: Cast, asking: api.Client) -> None:
    of = campaign(tenants, asking, leads())
    answer = post(
        tenants.client(caller),
        of,
        description="Passes leads on.",
        category="Leads",
        parameters=[{"name": "address", "label": "CRM"}, {"name": "authorization"}],
    )
    assert answer.status_code == 201, answer.json()
    said = answer.json()
    assert said["parameters"] == [
        {"name": "address", "kind": "url", "label": "CRM", "required": False, "default": CRM},
        {"name": "authorization", "kind": "text", "label": "Authorization", "required": True},
    ]
    assert (said["name"], said["own"], said["version"], said["usageCount"]) == (
        "Our leads", True, 1, 0
    )  # fmt: skip
    assert said["steps"][:2] == ["webhook", "if"]
    assert said["probe"] == "added"
    assert {"node": "CRM", "path": "credentials.httpHeaderAuth", "kind": "credential"} in said[
        "stripped"
    ]
    assert {
        "node": "Log",
        "path": "headerParameters.parameters.0.value",
        "kind": "named_secret",
    } in said["stripped"]
    kept = body_of(said["id"])
    for secret in (KEY, "Our CRM"):
        assert secret not in answer.content.decode()
        assert secret not in json.dumps(kept)
    row = Template.objects.get(pk=said["id"])
    assert (row.n8n_template_id, row.created_by) == (of.n8n_workflow_id, tenants.people["owner"])
    event = AuditEvent.objects.get(action="template_saved")
    assert event.after == {"name": "Our leads", "version": 1, "campaignId": str(of.pk)}
    assert event.workspace_id == tenants.acme.pk


def test_n8n_takes_what_is_made_of_it(tenants: Cast, asking: api.Client) -> None:
    of = campaign(tenants, asking, leads())
    said = post(tenants.client("owner"), of).json()
    purpose = Purpose(uuid.uuid4(), "Spring", secrets.token_urlsafe(16), "probe", "UTC")
    made = asking.create_workflow(**clone(body_of(said["id"]), {}, purpose))
    assert asking.activate(made.id).active
    texts = [one.parameters.get("text") for one in asking.workflow(made.id).running_nodes]
    assert "={{ $json.body.email }} [[x]]" in texts


def test_a_dry_run_tells_and_keeps_nothing(tenants: Cast, asking: api.Client) -> None:
    of = campaign(tenants, asking, leads())
    answer = post(tenants.client("owner"), of, dryRun=True)
    assert answer.status_code == 200
    said = answer.json()
    assert [one["name"] for one in said["offered"]] == ["address", "address2", "authorization"]
    assert said["problems"] == []
    assert KEY not in answer.content.decode()
    assert not Template.objects.filter(workspace=tenants.acme).exists()
    assert not AuditEvent.objects.filter(action="template_saved").exists()


def test_what_is_published_is_kept_and_no_draft(tenants: Cast, asking: api.Client) -> None:
    made = chained(webhook_node(secrets.token_hex(8)), node("Published", "noOp"))
    of = campaign(tenants, asking, made)
    _, body = asking.editable(of.n8n_workflow_id)
    before = asking.workflow(of.n8n_workflow_id).active_version_id
    draft = [one | ({"name": "Draft"} if one["name"] == "Published" else {}) for one in body.nodes]
    wires = json.loads(json.dumps(body.connections).replace("Published", "Draft"))
    asking.update_workflow(
        of.n8n_workflow_id, name="Leads", nodes=draft, connections=wires, settings=body.settings
    )
    asking.activate(of.n8n_workflow_id, before)  # a PUT publishes at once; this goes back
    said = post(tenants.client("owner"), of).json()
    assert said["draftLeftOut"] is True
    assert "Published" in [one["name"] for one in body_of(said["id"])["nodes"]]
    assert "Draft" not in json.dumps(body_of(said["id"]))


def test_of_a_paused_one_the_draft_is_kept(tenants: Cast, asking: api.Client) -> None:
    of = campaign(tenants, asking, leads(), active=False)
    answer = post(tenants.client("owner"), of)
    assert (answer.status_code, answer.json()["draftLeftOut"]) == (201, False)


def test_a_schedule_is_kept_as_it_is(tenants: Cast, asking: api.Client) -> None:
    made = chained(schedule_node(field="hours", hoursInterval=1), node("B", "noOp"))
    said = post(tenants.client("owner"), campaign(tenants, asking, made)).json()
    assert (said["probe"], said["steps"]) == ("none", ["scheduleTrigger", "noOp"])


# --- versions, names, how many -----------------------------------------------------------------


def test_a_new_version_is_asked_for_by_its_template(tenants: Cast, asking: api.Client) -> None:
    of = campaign(tenants, asking, leads())
    owner = tenants.client("owner")
    first = post(owner, of, description="First.", category="Leads").json()
    second = post(owner, of, name="Our leads 2", templateId=first["id"]).json()
    assert (second["id"], second["version"], second["name"]) == (first["id"], 2, "Our leads 2")
    assert (second["description"], second["category"]) == ("First.", "Leads")
    assert list(
        TemplateVersion.objects.filter(template=first["id"]).values_list("number", flat=True)
    ) == [1, 2]


@pytest.mark.parametrize("name", ["Our leads", "OUR LEADS", "  Our leads  "])
def test_a_name_is_taken_once_in_a_workspace(name: str, tenants: Cast, asking: api.Client) -> None:
    of = campaign(tenants, asking, leads())
    owner = tenants.client("owner")
    first = post(owner, of).json()
    again = post(owner, of, name=name)
    assert (again.status_code, again.json()["code"]) == (409, "name_taken")
    assert Template.objects.filter(workspace=tenants.acme).count() == 1
    assert owner.delete(f"{path(tenants.acme)}/{first['id']}").status_code == 204
    assert post(owner, of, name=name).status_code == 201  # it is free again


def test_another_workspace_may_use_the_same_name(tenants: Cast, asking: api.Client) -> None:
    ours = campaign(tenants, asking, leads())
    theirs = campaign(tenants, asking, leads(), workspace=tenants.globex)
    assert post(tenants.client("owner"), ours).status_code == 201
    assert post(tenants.client("stranger"), theirs).status_code == 201


def test_a_workspace_has_so_many_and_no_more(
    tenants: Cast, asking: api.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saving, "MOST", 1)
    of = campaign(tenants, asking, leads())
    owner = tenants.client("owner")
    first = post(owner, of).json()
    refused = post(owner, of, name="Another")
    assert (refused.status_code, refused.json()["code"]) == (409, "too_many_templates")
    assert refused.json()["limit"] == 1
    assert post(owner, of, templateId=first["id"]).status_code == 201


@pytest.mark.parametrize("name", ["x" * 100, "🎉 Frühling", "ورشة عمل", "=1+1", "{{ x }}", "<b>"])
def test_a_name_is_a_name(name: str, tenants: Cast, asking: api.Client) -> None:
    of = campaign(tenants, asking, leads())
    assert post(tenants.client("owner"), of, name=name).json()["name"] == name


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"name": None}, "name"),
        ({"name": "a\0b"}, None),
        ({"name": f"Key {KEY}"}, "name"),
        ({"description": "x" * 501}, "description"),
        ({"category": "x" * 41}, "category"),
        ({"parameters": "x"}, "parameters"),
        ({"parameters": [1]}, "parameters.0"),
        ({"parameters": [{}]}, "parameters.0.name"),
        ({"parameters": [{"name": "nothing"}]}, "parameters.0.places"),
        ({"parameters": [{"name": "address", "kind": "what"}]}, "parameters.0.kind"),
        ({"parameters": [{"name": "address", "places": [{"node": "CRM"}]}]},
         "parameters.0.places.0.path"),
        ({"parameters": [{"name": f"p{n}"} for n in range(33)]}, "parameters"),
        ({"campaignId": "x"}, "campaignId"),
        ({"campaignId": str(uuid.uuid4())}, "campaignId"),
        ({"templateId": "x"}, "templateId"),
    ],
)  # fmt: skip
def test_what_is_no_wish_is_refused(
    body: dict[str, Any], field: str | None, tenants: Cast, asking: api.Client
) -> None:
    of = campaign(tenants, asking, leads())
    answer = post(tenants.client("owner"), of, **body)
    assert answer.status_code == 400, answer.content
    if field is not None:
        assert answer.json()["errors"][0]["field"] == field, answer.json()
    assert not Template.objects.filter(workspace=tenants.acme).exists()


# --- what cannot be kept -----------------------------------------------------------------------


def test_a_secret_in_a_program_is_for_its_author_to_move(tenants: Cast, asking: api.Client) -> None:
    code = node("Code", "code", 2, jsCode=f"const apiKey = '{KEY}'; return [];")
    of = campaign(tenants, asking, chained(webhook_node(secrets.token_hex(8)), code))
    answer = post(tenants.client("owner"), of)
    assert (answer.status_code, answer.json()["code"]) == (422, "secrets_left")
    assert answer.json()["places"] == [{"node": "Code", "path": "jsCode", "kind": "token"}]
    assert KEY not in answer.content.decode()
    dry = post(tenants.client("owner"), of, dryRun=True).json()
    assert [problem["code"] for problem in dry["problems"]] == ["secrets_left"]
    assert dry["secretsLeft"] == answer.json()["places"]


def test_what_runs_for_real_at_its_test_is_kept_only_by_who_accepts_that(
    tenants: Cast, asking: api.Client
) -> None:
    made = leads(responseMode="lastNode", responseData="firstEntryBinary")
    of = campaign(tenants, asking, made)
    owner = tenants.client("owner")
    refused = post(owner, of)
    assert (refused.status_code, refused.json()["code"]) == (422, "runs_for_real")
    taken = post(owner, of, acceptsTest=True)
    assert (taken.status_code, taken.json()["probe"]) == (201, "real")
    assert taken.json()["steps"][0] == "webhook"


@pytest.mark.parametrize("starts", [webhook_node("p", httpMethod="GET")])
def test_what_cannot_be_tested_is_refused(
    starts: dict[str, Any], tenants: Cast, asking: api.Client
) -> None:
    starts = {**starts, "parameters": {**starts["parameters"], "path": secrets.token_hex(8)}}
    of = campaign(tenants, asking, chained(starts, node("B", "noOp")))
    answer = post(tenants.client("owner"), of)
    assert (answer.status_code, answer.json()["code"]) == (422, "unsupported_webhook")


def test_a_workflow_of_somebody_else_is_not_read(tenants: Cast, asking: api.Client) -> None:
    theirs = campaign(tenants, asking, leads(), workspace=tenants.globex)
    ours = campaign_of(tenants.acme, "Stolen", n8n_workflow_id="x")
    Campaign.objects.filter(pk=theirs.pk).delete()
    Campaign.objects.filter(pk=ours.pk).update(n8n_workflow_id=theirs.n8n_workflow_id)
    for dry in (True, False):
        answer = post(tenants.client("owner"), ours, dryRun=dry)
        assert (answer.status_code, answer.json()["code"]) == (409, "tenant_mismatch")
        assert "CRM" not in answer.content.decode()
    gone = campaign_of(tenants.acme, "Gone", n8n_workflow_id="nowhere")
    answer = post(tenants.client("owner"), gone)
    assert answer.json()["reason"] == "workflow_missing"


def test_a_campaign_of_another_workspace_is_none(tenants: Cast, asking: api.Client) -> None:
    theirs = campaign(tenants, asking, leads(), workspace=tenants.globex)
    sent = {"campaignId": str(theirs.pk), "name": "Theirs"}
    for caller in ("owner", "stranger"):
        where = path(tenants.acme)
        answer = tenants.client(caller).post(where, sent, content_type="application/json")
        assert answer.status_code == (400 if caller == "owner" else 404)


def test_n8n_down_is_said_and_nothing_is_kept(cast: Cast, settings: Any) -> None:
    settings.N8N_BASE_URL, settings.N8N_API_KEY = "http://127.0.0.1:9", "key"
    answer = post(cast.client("owner"), cast.campaign)
    assert (answer.status_code, answer.json()["code"]) == (503, "n8n_unreachable")
    assert not Template.objects.filter(workspace=cast.acme).exists()


def test_the_same_call_twice_makes_one(tenants: Cast, asking: api.Client) -> None:
    of = campaign(tenants, asking, leads())
    client = tenants.client("owner")
    first, second = (
        client.post(
            path(tenants.acme),
            {"campaignId": str(of.pk), "name": "Our leads"},
            content_type="application/json",
            headers={"Idempotency-Key": "once"},
        )
        for _ in range(2)
    )
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()["id"] == second.json()["id"]
    assert Template.objects.filter(workspace=tenants.acme).count() == 1


# --- withdrawn ---------------------------------------------------------------------------------


def own_template(workspace: Workspace, name: str = "Ours") -> Template:
    row = Template.objects.create(workspace=workspace, name=name)
    body = {**chained(webhook_node("[[path]]")), "settings": {}}
    library.add_version(row, body, [], 1)
    return row


def test_an_owner_withdraws_what_is_their_own(cast: Cast) -> None:
    row, owner = own_template(cast.acme), cast.client("owner")
    assert owner.delete(f"{path(cast.acme)}/{row.pk}").status_code == 204
    row.refresh_from_db()
    assert row.withdrawn_at is not None
    assert TemplateVersion.objects.filter(template=row).exists()
    event = AuditEvent.objects.get(action="template_withdrawn")
    assert (event.after, event.workspace_id) == ({"name": "Ours"}, cast.acme.pk)
    assert owner.delete(f"{path(cast.acme)}/{row.pk}").status_code == 404
    saving.withdraw(row, actor=command("test"))  # two at once
    assert AuditEvent.objects.filter(action="template_withdrawn").count() == 1


def test_nobody_withdraws_what_is_shared_or_another_workspaces(cast: Cast) -> None:
    owner = cast.client("owner")
    theirs = own_template(cast.globex)
    shared = Template.objects.filter(workspace=None)[0]
    for row in (theirs, shared):
        assert owner.delete(f"{path(cast.acme)}/{row.pk}").status_code == 404
        row.refresh_from_db()
        assert row.withdrawn_at is None
    assert owner.delete(f"{path(cast.globex)}/{theirs.pk}").status_code == 404
