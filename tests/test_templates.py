"""The gallery: who sees what, how it is listed, and what never leaves the server."""

import json
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from provisioning import library
from provisioning.models import Provision, Template, TemplateVersion
from tests.cast import Cast
from tests.shipped import SLUGS, template
from tests.test_template_saving import own_template
from tests.workflows import chained, node, webhook_node
from workspaces.models import Workspace


def path(workspace: Workspace, **query: Any) -> str:
    return f"/api/templates?workspaceId={workspace.pk}" + "".join(
        f"&{name}={value}" for name, value in query.items()
    )


def names(cast: Cast, caller: str = "owner", **query: Any) -> list[str]:
    answer = cast.client(caller).get(path(cast.acme, **query))
    assert answer.status_code == 200, answer.content
    return [row["name"] for row in answer.json()["results"]]


def provision(cast: Cast, template_id: Any, caller: str = "owner", **body: Any) -> Any:
    sent = {
        "provision_id": str(uuid.uuid4()),
        "workspaceId": str(cast.acme.pk),
        "templateId": str(template_id),
        "name": "Spring",
        "parameters": {},
        **body,
    }
    client = cast.client(caller)
    return client.post("/api/campaigns/provision", sent, content_type="application/json")


# --- who sees what -----------------------------------------------------------------------------


def test_every_role_sees_it_and_only_owners_use_it(cast: Cast) -> None:
    row = own_template(cast.acme)
    for caller in ("owner", "admin", "member", "viewer", "owner_key", "viewer_key"):
        assert len(names(cast, caller)) == len(SLUGS) + 1
        if caller not in ("owner", "owner_key"):
            assert provision(cast, row.pk, caller).status_code == 403
    assert provision(cast, row.pk).status_code == 202


def test_nothing_of_another_workspace_is_seen_or_used(cast: Cast) -> None:
    theirs = own_template(cast.globex, "Theirs")
    assert "Theirs" not in names(cast)
    assert names(cast, search="theirs") == []
    answer = provision(cast, theirs.pk)
    assert (answer.status_code, answer.json()["code"]) == (422, "template_missing")
    nowhere = provision(cast, uuid.uuid4()).json()
    told = answer.json()
    for key in ("requestId",):
        nowhere.pop(key), told.pop(key)
    assert told == nowhere
    assert cast.client("stranger").get(path(cast.acme)).status_code == 404


def test_what_it_is_made_of_stays_on_the_server(cast: Cast) -> None:
    row = Template.objects.create(workspace=cast.acme, name="Ours")
    made = chained(
        webhook_node("[[path]]"),
        node("NameOfANode", "set", text="literal-of-a-node", x="={{ $json.expressionOfANode }}"),
    )
    library.add_version(row, {**made, "settings": {"timezone": "Zone/OfANode"}}, [], 1)
    for caller in ("owner", "viewer"):
        text = cast.client(caller).get(path(cast.acme, search="Ours")).content.decode()
        (shown,) = json.loads(text)["results"]
        assert shown["steps"] == ["webhook", "set"]
        for part in ("OfANode", "of-a-node", "[[path]]", "body", "nodes"):
            assert part not in text
    (shown,) = [
        one for one in cast.client("viewer").get(path(cast.acme)).json()["results"] if one["own"]
    ]
    assert shown.keys() == {
        "id", "name", "description", "category", "parameters", "steps", "usageCount", "version",
        "own",
    }  # fmt: skip


# --- how it is listed --------------------------------------------------------------------------


def test_it_is_searched_by_words_and_narrowed_by_category(cast: Cast) -> None:
    own_template(cast.acme, "100 % of leads_")
    own = Template.objects.get(name="100 % of leads_")
    Template.objects.filter(pk=own.pk).update(category="Ours", description="Für alle Fälle")
    assert names(cast, category="Ours") == ["100 % of leads_"]
    assert names(cast, search="fälle%20FÜR") == ["100 % of leads_"]
    assert names(cast, search="100%20%25") == ["100 % of leads_"]
    assert names(cast, search="leads_") == ["100 % of leads_"]
    assert names(cast, category="Nothing") == []
    assert names(cast, category="ours") == []
    assert len(names(cast, search="%20%20")) == len(SLUGS) + 1
    assert names(cast, search="x" * 5000) == []
    assert cast.client("owner").get(path(cast.acme, search="%00")).status_code == 400


def test_it_comes_in_order_by_pages(cast: Cast) -> None:
    answer = cast.client("viewer").get(path(cast.acme, pageSize=5)).json()
    assert (answer["count"], answer["previous"]) == (len(SLUGS), None)
    assert "page=2" in answer["next"]
    found = []
    for page in (1, 2, 3, 4):
        found += names(cast, pageSize=5, page=page)
    assert sorted(found) == sorted(template(slug)["name"] for slug in SLUGS)
    order = Template.objects.filter(workspace=None).order_by("category", "name")
    assert found == list(order.values_list("name", flat=True))
    for wrong in ("page=0", "page=x", "pageSize=-1"):
        assert cast.client("viewer").get(f"{path(cast.acme)}&{wrong}").status_code == 400


def test_an_unchanged_gallery_is_not_sent_again(cast: Cast) -> None:
    client = cast.client("viewer")
    tag = client.get(path(cast.acme))["ETag"]
    assert client.get(path(cast.acme), headers={"If-None-Match": tag}).status_code == 304
    own_template(cast.acme)
    assert client.get(path(cast.acme), headers={"If-None-Match": tag}).status_code == 200


def test_more_templates_and_versions_ask_no_more_of_the_database(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    own_template(cast.acme)
    client = cast.client("viewer")
    with CaptureQueriesContext(connection) as few:
        client.get(path(cast.acme, pageSize=200))
    for number in range(30):
        row = own_template(cast.acme, f"More {number}")
        body = TemplateVersion.objects.get(template=row).body
        library.add_version(row, body, [], 2)
        library.add_version(row, body, [], 3)
    with django_assert_num_queries(len(few)) as many:
        answer = client.get(path(cast.acme, pageSize=200))
    assert len(answer.json()["results"]) == len(SLUGS) + 31
    assert {one["version"] for one in answer.json()["results"]} == {1, 3}
    assert not any('"body"' in query["sql"] for query in many)


def test_without_any_it_is_empty(cast: Cast) -> None:
    Template.objects.update(withdrawn_at=timezone.now())
    assert names(cast) == []


# --- what is gone ------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["withdrawn", "deleted", "without its version"])
def test_of_what_is_gone_nothing_is_made(how: str, cast: Cast) -> None:
    row = own_template(cast.acme)
    match how:
        case "withdrawn":
            Template.objects.filter(pk=row.pk).update(withdrawn_at=timezone.now())
        case "deleted":
            row_id, _ = row.pk, row.delete()
            row.pk = row_id
        case _:
            TemplateVersion.objects.filter(template=row).delete()
    answer = provision(cast, row.pk)
    assert (answer.status_code, answer.json()["code"]) == (422, "template_missing")
    assert row.name not in names(cast)
    assert not Provision.objects.exists()


def test_what_was_begun_keeps_the_version_that_it_began_with(cast: Cast) -> None:
    row = own_template(cast.acme)
    sent = {"provision_id": str(uuid.uuid4())}
    assert provision(cast, row.pk, **sent).status_code == 202
    body = TemplateVersion.objects.get(template=row).body
    library.add_version(row, body, [{"name": "a", "kind": "text", "label": "A"}], 2)
    Template.objects.filter(pk=row.pk).update(withdrawn_at=timezone.now())
    again = provision(cast, row.pk, **sent)
    assert again.status_code == 200  # the same call: answered as before
    assert Provision.objects.get().template.number == 1
    row.refresh_from_db()
    assert row.usage_count == 1


# --- what is sent ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["x" * 128, "🎉" * 128, "اختبار الحملة", "=1+1", "a‮b"])
def test_a_campaign_may_be_called_anything(name: str, cast: Cast) -> None:
    row = own_template(cast.acme)
    assert provision(cast, row.pk, name=name).status_code == 202
    assert Provision.objects.get().name == name


def test_parameters_of_64_kb_are_refused_and_nothing_is_begun(cast: Cast) -> None:
    row = Template.objects.create(workspace=cast.acme, name="Ours")
    asked = [{"name": "text", "kind": "longtext", "label": "Text"}]
    body = {**chained(webhook_node("[[path]]"), node("A", "set", x="[[text]]")), "settings": {}}
    library.add_version(row, body, asked, 1)
    for given in (
        {"text": "x" * 65_536},
        {"text": {"deep": ["x"] * 10_000}},
        {f"p{number}": "x" for number in range(5000)},
        {"text": "a\ud800"},
    ):
        answer = provision(cast, row.pk, parameters=given)
        assert answer.status_code == 400, answer.content[:200]
        assert answer["Content-Type"] == "application/problem+json"
    assert not Provision.objects.exists()
    assert provision(cast, row.pk, parameters={"text": "=" + "x" * 9999}).status_code == 202


# --- what ships with us ------------------------------------------------------------------------


def test_what_is_withdrawn_stays_so_after_the_next_migrate(cast: Cast) -> None:
    row = Template.objects.get(slug=SLUGS[0])
    Template.objects.filter(pk=row.pk).update(withdrawn_at=timezone.now())
    library.after_migrate()
    row.refresh_from_db()
    assert row.withdrawn_at is not None
    assert row.name not in names(cast)


def test_a_changed_file_is_a_new_version_and_the_same_file_none(cast: Cast) -> None:
    made = template(SLUGS[0])
    library.write(made)
    assert Template.objects.get(slug=SLUGS[0]).version == 1
    made["parameters"][0]["label"] = "Changed"
    library.write(made)
    row = Template.objects.get(slug=SLUGS[0])
    assert (row.version, row.versions.count()) == (2, 2)
