"""The page "Save as template": what it shows of a workflow, and what its form keeps."""

import secrets
import uuid
from typing import Any

import pytest

from orchestrator import n8n as api
from provisioning.models import Template
from tests.cast import Cast
from tests.connected import workflow
from tests.test_template_saving import CRM, KEY, body_of, campaign, leads, own_template
from tests.workflows import chained, node, webhook_node


def at(cast: Cast, id: Any) -> str:
    return f"/w/{cast.acme.slug}/campaigns/{id}/template"


FORM = {"name": "Our leads", "description": "", "category": "Leads"}


def test_it_shows_what_is_left_out_and_what_is_offered(tenants: Cast, asking: api.Client) -> None:
    of = campaign(tenants, asking, leads())
    answer = tenants.client("owner").get(at(tenants, of.pk))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "credentials.httpHeaderAuth" in page
    assert 'value="address"' in page
    assert CRM in page
    for secret in (KEY, "Our CRM"):
        assert secret not in page
    assert "no-store" in answer["Cache-Control"]
    ticked = [row.offer.name for row in answer.context["form"].rows if row.chosen]
    assert ticked == ["authorization"]  # without which it does nothing


def test_its_form_keeps_it(tenants: Cast, asking: api.Client) -> None:
    of = campaign(tenants, asking, leads())
    sent = {
        **FORM,
        "use": ["address", "authorization"],
        "label.address": "Where leads go",
        "kind.address": "text",
        "label.address2": "Not ticked",
    }
    answer = tenants.client("owner").post(at(tenants, of.pk), sent)
    assert (answer.status_code, answer["Location"]) == (302, "/w/acme/templates")
    row = Template.objects.get(workspace=tenants.acme)
    asked = row.versions.get().parameters
    assert [(one["name"], one["label"], one["kind"]) for one in asked] == [
        ("address", "Where leads go", "text"),
        ("authorization", "Authorization", "text"),
    ]
    assert KEY not in str(body_of(row))


def test_saved_again_it_is_a_new_version(tenants: Cast, asking: api.Client) -> None:
    of = campaign(tenants, asking, leads())
    owner = tenants.client("owner")
    owner.post(at(tenants, of.pk), FORM)
    row = Template.objects.get(workspace=tenants.acme)
    initial = owner.get(at(tenants, of.pk)).context["form"].initial
    assert initial == {**FORM, "version_of": str(row.pk)}
    assert owner.post(at(tenants, of.pk), initial).status_code == 302
    row.refresh_from_db()
    assert row.version == 2
    foreign = owner.post(at(tenants, of.pk), {**FORM, "version_of": str(uuid.uuid4())})
    assert foreign.status_code == 422


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"name": ""}, "This field is required"),
        ({"name": "x" * 101}, "at most 100"),
        ({"name": "taken"}, "has this name"),
        ({"description": "x" * 501}, "at most 500"),
        ({"use": ["gone"]}, "changed meanwhile"),
        ({"use": ["address"], "kind.address": "number"}, "of another kind"),
        ({"use": ["address"], "kind.address": "email"}, "Not an email address"),
    ],
)
def test_what_is_refused_is_said_and_what_was_typed_stays(
    changed: dict[str, Any], words: str, tenants: Cast, asking: api.Client
) -> None:
    of = campaign(tenants, asking, leads())
    own_template(tenants.acme, "Taken")
    sent = {**FORM, "category": "Typed", **changed}
    answer = tenants.client("owner").post(at(tenants, of.pk), sent)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert words in page
    assert "Typed" in page
    assert Template.objects.filter(workspace=tenants.acme).count() == 1


def test_secrets_in_a_program_leave_no_button(tenants: Cast, asking: api.Client) -> None:
    code = node("Code", "code", 2, jsCode=f"const apiKey = '{KEY}'; return [];")
    of = campaign(tenants, asking, chained(webhook_node(secrets.token_hex(8)), code))
    owner = tenants.client("owner")
    page = owner.get(at(tenants, of.pk)).content.decode()
    assert "Move them into credentials" in page
    assert KEY not in page
    answer = owner.post(at(tenants, of.pk), FORM)
    assert answer.status_code == 422
    assert not Template.objects.filter(workspace=tenants.acme).exists()


def test_what_runs_for_real_has_to_be_accepted(tenants: Cast, asking: api.Client) -> None:
    of = campaign(tenants, asking, leads(responseMode="streaming"))
    owner = tenants.client("owner")
    assert 'name="accepts_test"' in owner.get(at(tenants, of.pk)).content.decode()
    assert owner.post(at(tenants, of.pk), FORM).status_code == 422
    assert owner.post(at(tenants, of.pk), {**FORM, "accepts_test": "on"}).status_code == 302


def test_what_cannot_become_one_is_said(tenants: Cast, asking: api.Client) -> None:
    owner = tenants.client("owner")
    get = webhook_node(secrets.token_hex(8), httpMethod="GET")
    of = campaign(tenants, asking, chained(get))
    answer = owner.get(at(tenants, of.pk))
    assert answer.status_code == 422
    assert "takes no POST" in answer.content.decode()
    asking.set_workflow_tags(of.n8n_workflow_id, [])
    answer = owner.get(at(tenants, of.pk))
    assert answer.status_code == 409
    assert "does not belong" in answer.content.decode()


def test_without_n8n_the_page_says_so(cast: Cast, settings: Any) -> None:
    settings.N8N_BASE_URL, settings.N8N_API_KEY = "http://127.0.0.1:9", "key"
    answer = cast.client("owner").get(at(cast, cast.campaign.pk))
    assert answer.status_code == 503
    assert "Look again" in answer.content.decode()


def test_names_from_n8n_are_text(tenants: Cast, asking: api.Client) -> None:
    made = chained(
        webhook_node(secrets.token_hex(8)),
        node("<b>bold</b>", "httpRequest", 4.2, url="https://x.example.com/<i>", options={}),
    )
    found = workflow(asking, "Leads", tenants.acme.tag, **made)
    of = campaign(tenants, asking, leads())
    type(of).objects.filter(pk=of.pk).update(n8n_workflow_id=found.id)
    page = tenants.client("owner").get(at(tenants, of.pk)).content.decode()
    assert "<b>bold" not in page
    assert "<i>" not in page


def test_the_campaigns_page_leads_there_for_owners(cast: Cast) -> None:
    for caller, leads_there in (("owner", True), ("admin", False), ("viewer", False)):
        page = cast.client(caller).get(f"/w/acme/campaigns/{cast.campaign.pk}").content.decode()
        assert (at(cast, cast.campaign.pk) in page) == leads_there


def test_an_owner_withdraws_by_a_form(cast: Cast) -> None:
    row = own_template(cast.acme)
    owner = cast.client("owner")
    path = f"/w/acme/templates/{row.pk}/withdraw"
    assert owner.get(path).status_code == 405
    answer = owner.post(path)
    assert (answer.status_code, answer["Location"]) == (302, "/w/acme/templates")
    row.refresh_from_db()
    assert row.withdrawn_at is not None
    assert owner.post(path).status_code == 404
