"""Shared templates in the administration: made of an export, held to the same as those that ship,
withdrawn and offered again."""

import json
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from governance.models import AuditEvent
from orchestrator.events import command
from provisioning import library, sharing
from provisioning.fitness import Unfit
from provisioning.models import Template, TemplateVersion
from tests.cast import Cast
from tests.shipped import SLUGS, template
from tests.test_template_saving import KEY, own_template
from tests.workflows import chained, node, schedule_node, webhook_node
from workspaces.rules import Invalid

ACTOR = command("test")
LIST = "/admin/provisioning/template/"
ADD = f"{LIST}add/"
ASKED = [{"name": "crm", "kind": "url", "label": "Address of the CRM", "required": True}]


def export(**parameters: Any) -> dict[str, Any]:
    """As n8n writes it into a file."""
    made = chained(
        {
            **webhook_node("theirs"),
            "credentials": {"httpHeaderAuth": {"id": "7", "name": "Our CRM"}},
        },
        node("CRM", "httpRequest", 4.2, **{"url": "[[crm]]", "options": {}, **parameters}),
    )
    more = {"settings": {"executionOrder": "v1"}, "pinData": {"CRM": [KEY]}, "id": "x", "meta": {}}
    return {"name": "Exported", **made, **more}


def form(**changed: Any) -> dict[str, Any]:
    return {
        "name": "To the CRM",
        "description": "Passes each call on to the CRM.",
        "category": "Leads",
        "workflow": json.dumps(export()),
        "parameters": json.dumps(ASKED),
        **changed,
    }


def events() -> list[tuple[str, Any]]:
    rows = AuditEvent.objects.filter(action__startswith="template_").order_by("created_at", "seq")
    return [(row.action, row.actor_label) for row in rows]


def made(client: Client, **changed: Any) -> Template:
    answer = client.post(ADD, form(**changed))
    assert answer.status_code == 302, answer.context["errors"]
    return Template.objects.get(name=changed.get("name", "To the CRM"))


def change(client: Client, row: Template, **changed: Any) -> Any:
    """What a browser would send back of the page, with changes."""
    path = f"{LIST}{row.pk}/change/"
    shown = client.get(path).context["adminform"].form
    values = {name: shown[name].value() for name in shown.fields}
    kept = {name: value for name, value in values.items() if value not in (None, False)}
    sent = {name: value for name, value in {**kept, **changed}.items() if value is not None}
    return client.post(path, sent)


# --- made --------------------------------------------------------------------------------------


def test_it_works(cast: Cast) -> None:
    row = made(cast.client("superuser"))
    assert (row.workspace_id, row.slug, row.version) == (None, "", 1)
    assert row.created_by == cast.people["superuser"]
    version = row.versions.get()
    assert version.parameters == ASKED
    assert version.steps == ["webhook", "if", "noOp", "httpRequest"]
    assert version.body["nodes"][0]["parameters"]["path"] == "[[path]]"
    for secret in (KEY, "Our CRM", "theirs"):
        assert secret not in json.dumps(version.body)
    assert events() == [("template_saved", "super@demo.test")]
    found = cast.client("viewer").get(f"/api/templates?workspaceId={cast.acme.pk}&search=CRM")
    assert "To the CRM" in [one["name"] for one in found.json()["results"]]


def test_a_file_goes_before_the_text(cast: Cast) -> None:
    file = SimpleUploadedFile("w.json", json.dumps(export(text="from the file")).encode())
    row = made(cast.client("superuser"), file=file, workflow="")
    assert "from the file" in json.dumps(row.versions.get().body)


@pytest.mark.parametrize("slug", SLUGS)
def test_each_that_ships_could_be_made_there(slug: str, cast: Cast) -> None:
    """They are held to the same."""
    shipped = template(slug)
    content = sharing.read(json.dumps(shipped), json.dumps(shipped["parameters"]))
    assert content.parameters == shipped["parameters"]
    assert content.body["connections"] == shipped["body"]["connections"]
    again = sharing.read(json.dumps(content.body), json.dumps(content.parameters))
    assert again == content


WRONG = {
    "no JSON": {"workflow": "{"},
    "nothing": {"workflow": ""},
    "a list": {"workflow": "[]"},
    "no nodes": {"workflow": '{"nodes": [], "connections": {}}'},
    "not UTF-8": {"file": SimpleUploadedFile("w.json", b"\xff\xfe")},
    "deep": {"workflow": "[" * 100_000},
    "a schedule that nothing starts": {"workflow": json.dumps(chained(node("A", "noOp")))},
    "a GET": {"workflow": json.dumps(chained(webhook_node("p", httpMethod="GET")))},
    "for real": {"workflow": json.dumps(chained(webhook_node("p", responseMode="streaming")))},
    "a secret in a program": {"workflow": json.dumps(export(jsCode=f"apiKey = '{KEY}'"))},
    "a placeholder in a program": {"workflow": json.dumps(export(jsCode="x = '[[crm]]'"))},
    "a placeholder in an expression": {"workflow": json.dumps(export(text="={{ '[[crm]]' }}"))},
    "a placeholder of nothing": {"workflow": json.dumps(export(text="[[nothing]]"))},
    "half a time": {"workflow": json.dumps(export(text="[[crm.hour]]"))},
    "unused": {"workflow": json.dumps(export(url="https://x.example.com/"))},
    "parameters no JSON": {"parameters": "x"},
    "parameters no list": {"parameters": "{}"},
    "parameters of numbers": {"parameters": "[1]"},
    "no kind": {"parameters": '[{"name": "crm"}]'},
    "unknown kind": {"parameters": '[{"name": "crm", "kind": "what", "label": "CRM"}]'},
    "unknown key": {"parameters": json.dumps([{**ASKED[0], "secret": True}])},
    "ours": {"parameters": json.dumps([*ASKED, {**ASKED[0], "name": "path"}])},
    "twice": {"parameters": json.dumps(ASKED * 2)},
    "a default that does not fit": {"parameters": json.dumps([{**ASKED[0], "default": "x"}])},
    "a secret default": {"parameters": json.dumps([{**ASKED[0], "kind": "text", "default": KEY}])},
    "no name": {"name": ""},
    "a long name": {"name": "x" * 101},
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_said_beside_it_and_nothing_is_kept(
    wrong: dict[str, Any], cast: Cast
) -> None:
    for upload in (one for one in wrong.values() if isinstance(one, SimpleUploadedFile)):
        upload.seek(0)
    answer = cast.client("superuser").post(ADD, form(**wrong))
    assert answer.status_code == 200
    assert answer.context["errors"]
    page = answer.content.decode()
    assert KEY not in re.sub(r"<textarea.*?</textarea>", "", page, flags=re.DOTALL)
    assert Template.objects.count() == len(SLUGS)
    assert events() == []


def test_a_schedule_is_filled_with_the_hour_of_a_time(cast: Cast) -> None:
    starts = schedule_node(field="days", triggerAtHour="[[at.hour]]")
    asked = [{"name": "at", "kind": "time", "label": "At", "default": "09:30"}]
    text = json.dumps(
        chained(starts, node("A", "noOp")) | {"settings": {"timezone": "[[timezone]]"}}
    )
    content = sharing.read(text, json.dumps(asked))
    assert content.body["settings"] == {"timezone": "[[timezone]]"}


def test_a_form_and_a_secret_are_refused_by_their_codes() -> None:
    with pytest.raises(Unfit) as unfit:
        sharing.read(json.dumps(chained(node("F", "formTrigger"), node("A", "noOp"))), "[]")
    assert unfit.value.code == "unsupported_start"
    with pytest.raises(Invalid) as invalid:
        sharing.read(json.dumps(export()), "[]")
    assert [error.code for error in invalid.value.errors.values()] == ["unknown_placeholder"]


# --- changed -----------------------------------------------------------------------------------


def test_a_new_body_is_a_new_version_and_the_same_one_is_none(cast: Cast) -> None:
    client = cast.client("superuser")
    row = made(client)
    assert change(client, row).status_code == 302
    assert events() == [("template_saved", "super@demo.test")]
    assert change(client, row, description="Other words.").status_code == 302
    assert row.versions.count() == 1
    assert change(client, row, workflow=json.dumps(export(text="more"))).status_code == 302
    row.refresh_from_db()
    assert (row.version, row.description) == (2, "Other words.")
    assert "more" in json.dumps(row.versions.get(number=2).body)
    assert "more" not in json.dumps(row.versions.get(number=1).body)
    assert [name for name, _ in events()] == ["template_saved"] * 3


def test_who_has_not_seen_the_last_version_is_told(cast: Cast) -> None:
    client = cast.client("superuser")
    row = made(client)
    change(client, row, workflow=json.dumps(export(text="theirs first")))
    answer = change(client, row, workflow=json.dumps(export(text="ours")), seen=1)
    assert "meanwhile" in answer.content.decode()
    row.refresh_from_db()
    assert row.version == 2


def test_a_name_is_taken_once_among_the_shared(cast: Cast) -> None:
    client = cast.client("superuser")
    row = made(client)
    answer = client.post(ADD, form(name="to the crm"))
    assert "has this name" in answer.content.decode()
    answer = change(client, row, name=template(SLUGS[0])["name"])
    assert "has this name" in answer.content.decode()
    row.refresh_from_db()
    assert row.name == "To the CRM"


# --- withdrawn ---------------------------------------------------------------------------------


@pytest.mark.parametrize("shipped", [True, False])
def test_it_is_withdrawn_and_offered_again(shipped: bool, cast: Cast) -> None:
    client = cast.client("superuser")
    row = Template.objects.get(slug=SLUGS[0]) if shipped else made(client)
    before = len(events())
    for withdrawn in (True, True, False, False):
        changed = {"withdrawn": "on"} if withdrawn else {"withdrawn": None}
        assert change(client, row, **changed).status_code == 302
        row.refresh_from_db()
        assert (row.withdrawn_at is not None) == withdrawn
        library.after_migrate()
        row.refresh_from_db()
        assert (row.withdrawn_at is not None) == withdrawn
    assert [name for name, _ in events()][before:] == ["template_withdrawn", "template_restored"]


def test_of_what_ships_nothing_else_is_changed(cast: Cast) -> None:
    client = cast.client("superuser")
    row = Template.objects.get(slug=SLUGS[0])
    evil = form(name="Evil", withdrawn="on", slug="evil", workspace=cast.acme.pk)
    assert client.post(f"{LIST}{row.pk}/change/", evil).status_code == 302
    now = Template.objects.get(pk=row.pk)
    assert (now.name, now.slug, now.version, now.workspace_id) == (row.name, row.slug, 1, None)
    with pytest.raises(sharing.Shipped):
        sharing.change(row, {"name": "Evil"}, None, seen=1, actor=ACTOR)


def test_those_of_workspaces_are_to_read_and_their_body_is_not_shown(cast: Cast) -> None:
    client = cast.client("superuser")
    row = own_template(cast.acme)
    path = f"{LIST}{row.pk}/change/"
    page = client.get(path).content.decode()
    assert "Acme" in page
    assert "[[path]]" not in page
    assert b'name="_save"' not in client.get(path).content
    assert client.post(path, form(withdrawn="on")).status_code == 403
    with pytest.raises(Template.DoesNotExist):
        sharing.set_withdrawn(row, True, actor=ACTOR)
    row.refresh_from_db()
    assert (row.name, row.withdrawn_at) == ("Ours", None)
    assert TemplateVersion.objects.filter(template=row).count() == 1


def test_the_list_tells_whose_and_how_often(cast: Cast) -> None:
    client = cast.client("superuser")
    row = own_template(cast.acme, "Of Acme")
    shared = made(client)
    Template.objects.filter(pk=shared.pk).update(usage_count=4711)

    def listed(query: str) -> list[str]:
        answer = client.get(f"{LIST}?{query}")
        assert answer.status_code == 200
        return [one.name for one in answer.context["cl"].result_list]

    assert len(listed("")) == len(SLUGS) + 2
    assert listed("whose=own") == ["Of Acme"]
    assert listed("whose=shared") == ["To the CRM"]
    assert len(listed("whose=shipped")) == len(SLUGS)
    assert listed("whose=withdrawn") == []
    assert listed("q=Acme") == [row.name]
    assert "4711" in client.get(f"{LIST}?whose=shared").content.decode()
    assert client.get(f"{LIST}?versions__body__startswith=x").status_code == 400
