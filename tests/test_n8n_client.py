"""The client against a real n8n and against the sandbox: the same calls, the same refusals."""

import secrets
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from orchestrator import n8n as api
from orchestrator.n8n import TRUSTED, Client, Tag, Trigger, Workflow, client
from tests.n8n_server import N8n

WEBHOOK = "n8n-nodes-base.webhook"
NOTHING: dict[str, Any] = {"connections": {}, "settings": {}}


@pytest.fixture
def calls(n8n: N8n) -> Iterator[Client]:
    with n8n.client() as calls:
        yield calls


@pytest.fixture
def word() -> str:
    """Part of a name that nobody else has."""
    return secrets.token_hex(6)


def webhook(path: str, *, method: str = "POST") -> dict[str, Any]:
    parameters = {"httpMethod": method, "path": path, "responseMode": "lastNode", "options": {}}
    return node(WEBHOOK, 2.1, parameters)


def schedule(hours: int = 12) -> dict[str, Any]:
    rule = {"interval": [{"field": "hours", "hoursInterval": hours}]}
    return node("n8n-nodes-base.scheduleTrigger", 1.3, {"rule": rule})


def node(kind: str, version: float, parameters: dict[str, Any]) -> dict[str, Any]:
    name = kind.rsplit(".", 1)[-1]
    return {
        "id": f"{name}-1",
        "name": name,
        "type": kind,
        "typeVersion": version,
        "position": [0, 0],
        "parameters": parameters,
    }


def made(calls: Client, name: str, *nodes: dict[str, Any]) -> Workflow:
    return calls.create_workflow(name=name, nodes=list(nodes), **NOTHING)


def test_it_works(calls: Client, n8n: N8n, word: str) -> None:
    workflow = made(calls, f"Newsletter {word}", webhook(word))
    tag = calls.ensure_tag("ork:acme")
    assert calls.set_workflow_tags(workflow.id, [tag]) == [tag]
    assert not workflow.active

    assert calls.activate(workflow.id).active

    assert requests.post(f"{n8n.url}/webhook/{word}", timeout=10).status_code == 200
    now = calls.workflow(workflow.id)
    assert (now.active, now.trigger, now.tags) == (True, Trigger.WEBHOOK, [tag])
    assert now.active_version_id == now.version_id
    assert [node.type for node in now.running_nodes] == [WEBHOOK]
    [execution] = calls.executions(workflow_id=workflow.id).data
    assert (execution.status, execution.mode) == ("success", "webhook")
    assert execution.started_at
    assert execution.stopped_at
    assert execution.started_at <= execution.stopped_at

    assert not calls.deactivate(workflow.id).active
    assert requests.post(f"{n8n.url}/webhook/{word}", timeout=10).status_code == 404
    calls.delete(workflow.id)
    with pytest.raises(api.NotFound):
        calls.workflow(workflow.id)


def test_discovery_tells_what_the_key_may_do(calls: Client) -> None:
    assert {"workflow:list", "workflow:activate", "tag:create"} <= set(calls.discover().scopes)


def test_a_wrong_key_is_named_as_such(n8n: N8n) -> None:
    with Client(n8n.url, "wrong-key", policy=TRUSTED) as calls, pytest.raises(api.Unauthorized):
        calls.discover()


def test_unknown_ids_are_not_found(calls: Client) -> None:
    tag = calls.ensure_tag("ork:acme")
    unknown = "doesNotExist1234"
    for call in (
        lambda: calls.workflow(unknown),
        lambda: calls.activate(unknown),
        lambda: calls.deactivate(unknown),
        lambda: calls.archive(unknown),
        lambda: calls.delete(unknown),
        lambda: calls.set_workflow_tags(unknown, [tag]),
        lambda: calls.update_workflow(unknown, name="x", nodes=[schedule()], **NOTHING),
    ):
        with pytest.raises(api.NotFound):
            call()


def test_a_tag_that_does_not_exist_is_not_found(calls: Client, word: str) -> None:
    workflow = made(calls, word)
    with pytest.raises(api.NotFound):
        calls.set_workflow_tags(workflow.id, [Tag("doesNotExist1234", "x")])


def test_an_id_cannot_reach_another_path(calls: Client) -> None:
    with pytest.raises(api.NotFound):
        calls.workflow("../tags")


def test_lists_have_every_page_and_filter_by_all_tags_in_their_exact_case(
    calls: Client, word: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "PAGE", 2)
    one, two, other = (calls.ensure_tag(f"{word}-{end}") for end in ("one", "two", "ONE"))
    rows = [made(calls, f"{word} {number}", schedule()) for number in range(5)]
    for row in rows:
        calls.set_workflow_tags(row.id, [one])
    calls.set_workflow_tags(rows[0].id, [one, two])
    calls.set_workflow_tags(made(calls, f"{word} other", schedule()).id, [other])

    def ids(*tags: Tag) -> list[str]:
        return sorted(row.id for row in calls.workflows(tags=[tag.name for tag in tags]))

    assert ids(one) == sorted(row.id for row in rows)
    assert ids(one, two) == [rows[0].id]
    assert ids(two, other) == []
    assert rows[0].id in {row.id for row in calls.workflows()}


def test_names_are_found_by_a_part_of_them(calls: Client, word: str) -> None:
    workflow = made(calls, f"Newsletter · {word}", schedule())

    assert [row.id for row in calls.workflows(name=word)] == [workflow.id]
    assert not list(calls.workflows(name=f"{word}x"))


def test_a_tag_is_made_once(calls: Client, word: str) -> None:
    assert calls.ensure_tag(word) == calls.ensure_tag(word)
    assert [tag.name for tag in calls.tags()].count(word) == 1


def test_a_tag_name_that_is_too_long_is_a_conflict(calls: Client) -> None:
    with pytest.raises(api.Conflict):
        calls.ensure_tag("x" * 25)


def test_without_a_trigger_nothing_can_be_activated(calls: Client, word: str) -> None:
    manual = node("n8n-nodes-base.manualTrigger", 1, {})
    workflow = made(calls, word, manual)

    with pytest.raises(api.Refused, match="no trigger node"):
        calls.activate(workflow.id)

    assert not calls.workflow(workflow.id).active
    assert workflow.trigger is Trigger.MANUAL


def test_an_unknown_setting_is_refused_with_the_reason(calls: Client, word: str) -> None:
    with pytest.raises(api.Refused, match="Unrecognized key"):
        calls.create_workflow(name=word, nodes=[], connections={}, settings={"foo": 1})


def test_names_of_129_characters_are_refused(calls: Client) -> None:
    with pytest.raises(api.Refused, match="1 to 128"):
        made(calls, "x" * 129)


def test_what_is_archived_can_be_neither_changed_nor_activated(calls: Client, word: str) -> None:
    workflow = calls.activate(made(calls, word, schedule()).id)

    archived = calls.archive(workflow.id)

    assert archived.is_archived
    assert not archived.active
    with pytest.raises(api.Refused, match="archived"):
        calls.activate(workflow.id)
    with pytest.raises(api.Refused, match="archived"):
        calls.update_workflow(workflow.id, name=word, nodes=[schedule()], **NOTHING)


def test_two_active_workflows_cannot_share_a_webhook_path(calls: Client, word: str) -> None:
    first, second = (made(calls, f"{word} {number}", webhook(word)) for number in range(2))
    calls.activate(first.id)

    with pytest.raises(api.Conflict):
        calls.activate(second.id)

    assert not calls.workflow(second.id).active


def test_an_update_of_a_published_workflow_is_published_at_once(calls: Client, word: str) -> None:
    workflow = calls.activate(made(calls, word, schedule(6)).id)

    updated = calls.update_workflow(workflow.id, name=word, nodes=[schedule(8)], **NOTHING)

    assert updated.version_id == updated.active_version_id != workflow.version_id
    now = calls.workflow(workflow.id)
    assert now.running_nodes[0].parameters["rule"]["interval"][0]["hoursInterval"] == 8


def test_a_refused_update_has_changed_the_draft_all_the_same(calls: Client, word: str) -> None:
    workflow = calls.activate(made(calls, word, schedule()).id)

    with pytest.raises(api.Refused):
        calls.update_workflow(workflow.id, name=word, nodes=[], **NOTHING)

    now = calls.workflow(workflow.id)
    assert now.nodes == []
    assert now.active
    assert now.active_version_id == workflow.version_id != now.version_id
    assert len(now.running_nodes) == 1


def test_settings_are_merged_and_a_new_name_is_no_new_version(calls: Client, word: str) -> None:
    workflow = calls.create_workflow(
        name=word, nodes=[schedule()], connections={}, settings={"timezone": "Europe/Berlin"}
    )

    calls.update_workflow(
        workflow.id,
        name=f"{word} renamed",
        nodes=[schedule()],
        connections={},
        settings={"executionTimeout": 60},
    )

    now = calls.workflow(workflow.id)
    assert now.name == f"{word} renamed"
    assert now.settings is not None
    assert now.settings["timezone"] == "Europe/Berlin"
    assert now.settings["executionTimeout"] == 60
    assert now.version_id == workflow.version_id


def test_executions_come_newest_first_and_in_pages(calls: Client, n8n: N8n, word: str) -> None:
    workflow = calls.activate(made(calls, word, webhook(word)).id)
    for _ in range(3):
        requests.post(f"{n8n.url}/webhook/{word}", timeout=10).raise_for_status()

    first = calls.executions(workflow_id=workflow.id, limit=2)
    assert first.next_cursor
    rest = calls.executions(workflow_id=workflow.id, limit=2, cursor=first.next_cursor)

    ids = [int(row.id) for row in first.data + rest.data]
    assert ids == sorted(ids, reverse=True)
    assert len(ids) == 3
    assert rest.next_cursor is None
    assert not calls.executions(workflow_id=workflow.id, status="error").data


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "nothing-of-that-name", None, 404),
        ("DELETE", "workflows", None, 405),
        ("GET", "workflows?limit=abc", None, 400),
        ("GET", "workflows?limit=-1", None, 400),
        ("GET", "workflows?cursor=zzz", None, 400),
        ("GET", "executions?status=nonsense", None, 400),
        ("POST", "workflows", {"name": "x", "nodes": [], "connections": {}}, 400),
        ("POST", "workflows", {"name": "x", "nodes": [], **NOTHING, "active": True}, 400),
        ("POST", "workflows", {"name": "x", "nodes": [], **NOTHING, "id": "x"}, 400),
        ("POST", "workflows", {"name": "x", "nodes": [], **NOTHING, "foo": 1}, 400),
        ("POST", "tags", {}, 400),
        ("POST", "tags", {"name": "ok", "id": "x"}, 400),
    ],
)
def test_a_call_that_our_client_does_not_make_is_refused(
    n8n: N8n, method: str, path: str, body: dict[str, Any] | None, status: int
) -> None:
    headers = {"X-N8N-API-KEY": n8n.api_key}
    url = f"{n8n.url}/api/v1/{path}"
    assert (
        requests.request(method, url, json=body, headers=headers, timeout=10).status_code == status
    )


def test_a_page_of_no_limit_is_everything_and_none_is_larger_than_250(
    calls: Client, n8n: N8n
) -> None:
    headers = {"X-N8N-API-KEY": n8n.api_key}

    def page(path: str) -> Any:
        answer = requests.get(f"{n8n.url}/api/v1/{path}", headers=headers, timeout=10)
        return len(answer.json()["data"]), bool(answer.json()["nextCursor"])

    for _ in range(251):
        name = {"name": secrets.token_hex(8)}
        requests.post(f"{n8n.url}/api/v1/tags", json=name, headers=headers, timeout=10)

    assert page("tags?limit=1000") == (250, True)
    # And yet there is a cursor, to the same page again: why our client never asks for this one.
    assert page("workflows?limit=0") == (len(list(calls.workflows())), True)


def test_an_execution_is_found_by_its_id(calls: Client, n8n: N8n, word: str) -> None:
    workflow = calls.activate(made(calls, word, webhook(word)).id)
    requests.post(f"{n8n.url}/webhook/{word}", timeout=10).raise_for_status()
    [listed] = calls.executions(workflow_id=workflow.id).data

    one = calls.execution(listed.id)

    assert one == listed
    assert (one.workflow_id, one.status) == (workflow.id, "success")
    with pytest.raises(api.NotFound):
        calls.execution("999999999")


def test_an_older_version_can_be_made_the_active_one(calls: Client, word: str) -> None:
    workflow = calls.activate(made(calls, word, schedule(6)).id)
    calls.update_workflow(workflow.id, name=word, nodes=[schedule(8)], **NOTHING)

    again = calls.activate(workflow.id, workflow.version_id)

    assert again.active_version_id == workflow.version_id != again.version_id
    running = calls.workflow(workflow.id).running_nodes[0]
    assert running.parameters["rule"]["interval"][0]["hoursInterval"] == 6
    with pytest.raises(api.NotFound):
        calls.activate(workflow.id, "00000000-0000-4000-8000-000000000000")


def test_what_was_archived_can_be_taken_back_and_is_inactive(calls: Client, word: str) -> None:
    workflow = calls.activate(made(calls, word, schedule()).id)
    calls.archive(workflow.id)

    back = calls.unarchive(workflow.id)

    assert (back.is_archived, back.active) == (False, False)
    with pytest.raises(api.Refused, match="not archived"):
        calls.unarchive(workflow.id)
    with pytest.raises(api.NotFound):
        calls.unarchive("doesNotExist1234")
    assert calls.activate(workflow.id).active


def test_a_webhook_tells_whether_it_is_served_without_running(
    calls: Client, n8n: N8n, word: str
) -> None:
    path = f"{word}/with a space"
    workflow = made(calls, word, webhook(path))
    before = calls.webhook_options(path, "POST")
    calls.activate(workflow.id)

    served = calls.webhook_options(path, "POST")

    assert (served.status, served.allow_methods) == (204, "OPTIONS, POST")
    assert (before.status, before.allow_methods) == (500, "OPTIONS")
    assert b"Internal Server Error" in before.head
    assert calls.executions(workflow_id=workflow.id).data == []
    calls.deactivate(workflow.id)
    assert calls.webhook_options(path, "POST").allow_methods == "OPTIONS"


def test_a_webhooks_path_leads_to_nothing_but_webhooks(calls: Client) -> None:
    for path in ("..", ".", "../healthz", "a/../../healthz", "..%2fhealthz", "?x", "#x", "//x"):
        answered = calls.webhook_options(path, "GET")
        assert (answered.status, b"ok" in answered.head) != (200, True)
        assert "GET" not in answered.allow_methods
