"""What belongs to somebody leaves a workflow before it becomes a template; pure, no n8n."""

import json
import uuid
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provisioning import asked, fitness, offers, testable
from provisioning.cloning import Purpose, clone
from provisioning.fitness import Unfit
from provisioning.leaks import Kind, looks_secret, spans
from provisioning.stripping import Stripped, strip
from provisioning.testable import Trial
from tests.workflows import chained, node, webhook_node
from workspaces.rules import Invalid

HOOK = "https://hooks.slack.com/services/T0AAA/B0BBB/cccDDDeeeFFF"
PURPOSE = Purpose(uuid.uuid4(), "Spring", "a-path", "a-probe", "UTC")


def stripped(*nodes: dict[str, Any], **settings: Any) -> Stripped:
    made = chained(*nodes)
    fitness.check(made["nodes"], made["connections"], settings)
    return strip(made["nodes"], made["connections"], settings)


def one(**parameters: Any) -> Stripped:
    return stripped(node("A", "httpRequest", **parameters))


def found(of: list[Any]) -> list[tuple[str, str]]:
    return [(each.path, each.kind.value) for each in of]


# --- what looks like a secret ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Bearer abc12345678", Kind.AUTHORIZATION),
        ("Basic dXNlcjpwYXNzd29yZA==", Kind.AUTHORIZATION),
        ("sk-live_abcdefgh1234", Kind.TOKEN),
        ("ghp_abcdefgh12345678", Kind.TOKEN),
        ("eyJhbGciOi.eyJzdWIiOi.c2lnbmF0dXJl", Kind.TOKEN),
        ("1234567890:AAbbccddeeffgghhiijjkkllmmnnoopp", Kind.TOKEN),
        ("AKIAABCDEFGHIJKLMNOP", Kind.TOKEN),
        ("-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----", Kind.PRIVATE_KEY),
        ("https://ada:secret@example.com/", Kind.ADDRESS),
        (HOOK, Kind.ADDRESS),
        ("https://discord.com/api/webhooks/1/abc", Kind.ADDRESS),
        ("https://example.com/file?X-Amz-Signature=abcdef", Kind.ADDRESS),
        ("https://example.com/?api_key=abcdef", Kind.ADDRESS),
        ("const apiKey = 'abcd1234';", Kind.NAMED),
        ('{"password": "hunter22"}', Kind.NAMED),
        ("0123456789abcdef0123456789abcdef", Kind.RANDOM),
        ("1BxiMVs0XRA5nFMdKvBdBZjgmUUqptlbs74OgvE2upms", Kind.RANDOM),
    ],
)
def test_a_secret_is_known_by_its_form(text: str, kind: Kind) -> None:
    assert [span.kind for span in spans(text)] == [kind]


@pytest.mark.parametrize(
    "text",
    [
        "Basic authentication is used here",
        "The token is not valid.",
        "https://example.com/page?utm_source=mail",
        "token = $json.token",
        "'password': '{{ $json.password }}'",
        "550e8400-e29b-41d4-a716-446655440000",
        "ada@example.com",
        "Weekly newsletter for customers",
    ],
)
def test_what_people_write_is_no_secret(text: str) -> None:
    assert spans(text) == []


@given(st.text(), st.text(alphabet=" \n.,", min_size=1))
def test_a_secret_is_found_wherever_it_stands(text: str, between: str) -> None:
    assert looks_secret(f"{text}{between}sk-live_abcdefgh1234{between}{text}")


# --- what is taken out -------------------------------------------------------------------------


def test_what_belongs_to_one_n8n_stays_there() -> None:
    own = {
        **webhook_node("path"),
        "credentials": {"httpHeaderAuth": {"id": "7", "name": "Our CRM"}},
        "extendsCredential": "x",
    }
    made = stripped(own, errorWorkflow="abcdefgh", callerIds="1,2", executionOrder="v1")
    assert found(made.removed) == [
        ("settings.errorWorkflow", "id"),
        ("credentials.httpHeaderAuth", "credential"),
        ("webhookId", "id"),
    ]
    assert made.settings == {"executionOrder": "v1"}
    assert made.nodes[0].keys() == {
        "id", "name", "type", "typeVersion", "position", "parameters"
    }  # fmt: skip
    assert made.nodes[0]["id"] == "n1"
    assert "Our CRM" not in json.dumps(made.body)


@pytest.mark.parametrize(
    ("parameters", "left"),
    [
        ({"headers": {"parameters": [{"name": "Authorization", "value": "Bearer abc123456"}]}},
         {"headers": {"parameters": [{"name": "Authorization", "value": "Bearer "}]}}),
        ({"list": [{"name": "x-api-key", "value": "short"}]},
         {"list": [{"name": "x-api-key", "value": ""}]}),
        ({"password": "hunter2"}, {"password": ""}),
        ({"token": 12345}, {"token": ""}),
        ({"url": HOOK}, {"url": ""}),
        ({"url": f"={HOOK}"}, {"url": "="}),
        ({"text": f"Call {HOOK} now"}, {"text": "Call  now"}),
        ({"jsonBody": '{"apiKey": "abcd1234", "a": 1}'}, {"jsonBody": '{"apiKey": "", "a": 1}'}),
        ({"workflowId": "17"}, {"workflowId": ""}),
        ({"workflowId": {"__rl": True, "mode": "id", "value": "2tUt1wbLX592XDdX",
                         "cachedResultName": "Sub"}},
         {"workflowId": {"__rl": True, "mode": "id", "value": ""}}),
        ({"text": "=Bearer abc123456 {{ $json.x }}"}, {"text": "=Bearer  {{ $json.x }}"}),
    ],
)  # fmt: skip
def test_a_secret_is_taken_out_and_its_place_is_told(
    parameters: dict[str, Any], left: dict[str, Any]
) -> None:
    made = one(**parameters)
    assert made.nodes[0]["parameters"] == left
    assert len(made.removed) == 1
    assert made.stuck == []


@pytest.mark.parametrize(
    "parameters",
    [
        {"url": "={{ 'sk-live_abcdefgh1234' }}"},
        {"jsCode": "const apiKey = 'abcd1234';\nreturn [];"},
        {"query": "SELECT dblink('password=\"hunter22\"')"},
    ],
)
def test_in_a_program_it_is_for_its_author_to_move(parameters: dict[str, Any]) -> None:
    made = one(**parameters)
    assert made.nodes[0]["parameters"] == parameters
    assert (len(made.stuck), made.removed) == (1, [])


def test_what_only_looks_random_in_a_program_is_told_and_left() -> None:
    made = one(jsCode="return '0123456789abcdef0123456789abcdef'")
    assert found(made.doubtful) == [("jsCode", "looks_random")]
    assert (made.stuck, made.removed) == ([], [])


# --- what looks like a placeholder -------------------------------------------------------------

TEXTS = ["[[x]]", "[[[x]]]", "[[open]]", "a [[x.y]] b [[path]]", "[[ x ]]", "[[", "arr[[i]]"]


@pytest.mark.parametrize("text", [*TEXTS, "={{ $json.a[[0]] }}", "={{ x[[y]] }}"])
def test_what_looks_like_a_placeholder_comes_through_as_it_was(text: str) -> None:
    made = stripped(node("[[a]]", "set", text=text, jsCode=text), node("B", "noOp"))
    cloned = clone(made.body, {}, PURPOSE)
    assert cloned["nodes"][0]["parameters"] == {"text": text, "jsCode": text}
    assert cloned["nodes"][0]["name"] == "[[a]]"
    assert list(cloned["connections"]) == ["[[a]]"]


@given(st.text(alphabet="[]ab.= "))
def test_no_text_becomes_a_placeholder(text: str) -> None:
    cloned = clone(one(notes_=text).body, {}, PURPOSE)
    assert cloned["nodes"][0]["parameters"] == {"notes_": text}


# --- what is offered, and chosen ---------------------------------------------------------------


def offer(made: Stripped, **known: Any) -> dict[str, dict[str, Any]]:
    return {each.name: each.as_json(made) for each in offers.offered(made, list(known.values()))}


def test_what_recurs_and_what_was_taken_out_is_offered() -> None:
    made = stripped(
        node("A", "httpRequest", url="https://crm.example.com/a", method="POST", text="Dear all"),
        node("B", "httpRequest", url="https://crm.example.com/a", method="POST", body="Dear all"),
        node("C", "emailSend", toEmail="ada@example.com", limit=25, other={"max": 25}),
        node("D", "httpRequest", url=HOOK, jsonBody="={{ 1 }}", authentication="none"),
        node("E", "set", values=[{"name": "apiKey", "value": "sk-live_abcdefgh1234"}]),
    )
    found = offer(made)
    assert {name: (one["kind"], one.get("default")) for name, one in found.items()} == {
        "address": ("url", "https://crm.example.com/a"),
        "text": ("text", "Dear all"),
        "toEmail": ("email", "ada@example.com"),
        "limit": ("number", 25),
        "address2": ("url", None),
        "apiKey": ("text", None),
    }
    assert found["address"]["places"] == [
        {"node": "A", "path": "url"},
        {"node": "B", "path": "url"},
    ]
    assert found["apiKey"]["required"] is True
    assert found["address"]["required"] is False


def test_it_is_called_as_the_template_called_it_that_it_was_made_of() -> None:
    made = stripped(
        node("Settings", "set", all=[{"name": "limit", "value": 7}, {"name": "who", "value": "a"}])
    )
    known = {"name": "limit", "kind": "number", "label": "At most", "minimum": 1, "required": True}
    assert offer(made, limit=known)["limit"] == {
        "name": "limit",
        "kind": "number",
        "label": "At most",
        "minimum": 1,
        "required": True,
        "default": 7,
        "places": [{"node": "Settings", "path": "all.0.value"}],
    }


def test_what_was_left_empty_is_offered_again_where_a_template_asked_for_it() -> None:
    made = stripped(
        node("Settings", "set", all=[{"name": "a", "value": ""}, {"name": "b", "value": ""}])
    )
    known = {"name": "a", "kind": "url", "label": "Page", "required": False}
    found = offer(made, a=known)
    assert list(found) == ["a"]
    assert (found["a"]["kind"], found["a"]["required"], "default" in found["a"]) == (
        "url", False, False
    )  # fmt: skip


def choose(made: Stripped, *wanted: dict[str, Any]) -> list[dict[str, Any]]:
    return asked.put_in(made, offers.offered(made), wanted)


def test_what_is_chosen_is_put_in_and_filled_in_by_each_clone() -> None:
    made = stripped(
        node("A", "httpRequest", url="https://crm.example.com/a", limit=25),
        node("B", "httpRequest", url="https://crm.example.com/a", limit=25),
        node("C", "httpRequest", h=[{"name": "Authorization", "value": "Bearer abc123456"}]),
    )
    parameters = choose(
        made,
        {"name": "address", "label": "CRM"},
        {"name": "limit"},
        {"name": "authorization", "label": "Key of the CRM"},
    )
    assert parameters == [
        {"name": "address", "kind": "url", "label": "CRM", "required": False,
         "default": "https://crm.example.com/a"},
        {"name": "limit", "kind": "number", "label": "Limit", "required": False, "default": 25},
        {"name": "authorization", "kind": "text", "label": "Key of the CRM", "required": True},
    ]  # fmt: skip
    values = {"address": "https://x.test", "limit": 3, "authorization": "new"}
    cloned = clone(made.body, values, PURPOSE)
    assert [each["parameters"] for each in cloned["nodes"]] == [
        {"url": "https://x.test", "limit": 3},
        {"url": "https://x.test", "limit": 3},
        {"h": [{"name": "Authorization", "value": "Bearer new"}]},
    ]


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({"name": "other"}, "required"),
        ({"name": "x", "places": [{"node": "A", "path": "nowhere"}]}, "no_such_place"),
        ({"name": "x", "places": [{"node": "A", "path": "text"}]}, "no_such_place"),
        ({"name": "x", "places": [{"node": "A", "path": "jsCode"}]}, "no_such_place"),
        ({"name": "path", "places": [{"node": "A", "path": "url"}]}, "invalid_name"),
        ({"name": "open", "places": [{"node": "A", "path": "url"}]}, "invalid_name"),
        ({"name": "An Übel", "places": [{"node": "A", "path": "url"}]}, "invalid_name"),
        ({"name": "address", "kind": "number"}, "wrong_kind"),
        ({"name": "address", "default": "no address"}, "invalid"),
        ({"name": "address", "default": {"a": 1}}, "invalid"),
        ({"name": "address", "default": HOOK}, "looks_secret"),
        ({"name": "address", "label": "sk-live_abcdefgh1234"}, "looks_secret"),
        ({"name": "address", "kind": "select"}, "invalid"),
        ({"name": "address", "options": [{"value": "a", "label": "A"}]}, "invalid"),
    ],
)
def test_what_cannot_be_a_parameter_is_refused(wanted: dict[str, Any], code: str) -> None:
    made = one(url="https://crm.example.com/a", text="={{ 1 }}", jsCode="return 1")
    with pytest.raises(Invalid) as refused:
        choose(made, wanted)
    assert {error.code for error in refused.value.errors.values()} == {code}


def test_two_parameters_do_not_share_a_place_or_a_name() -> None:
    place = [{"node": "A", "path": "url"}]
    for second in ({"name": "b", "places": place}, {"name": "address"}):
        with pytest.raises(Invalid):
            choose(one(url="https://crm.example.com/a"), {"name": "address"}, second)


# --- the test request --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parameters", "ending"),
    [
        ({}, "noOp"),
        ({"responseMode": "responseNode"}, "respondToWebhook"),
        ({"responseMode": "lastNode"}, "set"),
    ],
)
def test_a_question_is_put_behind_the_webhook(parameters: dict[str, Any], ending: str) -> None:
    made = stripped(webhook_node("theirs", **parameters), node("Is it a test?", "noOp"))
    assert testable.prepare(made.body) == Trial.ADDED
    hook, _old, question, answer = made.nodes
    assert hook["parameters"]["path"] == "[[path]]"
    assert question["name"] == "Is it a test? (2)"
    assert answer["type"] == f"n8n-nodes-base.{ending}"
    ((to_question,),) = made.connections["Webhook"]["main"]
    assert to_question["node"] == question["name"]
    yes, no = made.connections[question["name"]]["main"]
    assert [wire["node"] for wire in yes] == ["Answer the test"]
    assert [wire["node"] for wire in no] == ["Is it a test?"]
    before = json.dumps(made.body)
    assert testable.prepare(made.body) == Trial.THERE  # once
    assert json.dumps(made.body) == before


def test_the_word_of_another_campaigns_test_is_not_kept() -> None:
    made = stripped(webhook_node("theirs"), node("B", "noOp"))
    testable.prepare(made.body)
    cloned = clone(made.body, {}, PURPOSE)
    assert "a-probe" in json.dumps(cloned)
    again = strip(cloned["nodes"], cloned["connections"], cloned["settings"])
    assert testable.prepare(again.body) == Trial.THERE
    assert "a-probe" not in json.dumps(again.body)
    assert "a-path" not in json.dumps(again.body)
    assert str(PURPOSE.provision_id) not in json.dumps(again.body)


def test_each_webhook_has_a_path_of_its_own() -> None:
    second = {**webhook_node("two"), "name": "Two"}
    made = stripped(webhook_node("one"), second)
    testable.prepare(made.body)
    paths = [each["parameters"]["path"] for each in clone(made.body, {}, PURPOSE)["nodes"][:2]]
    assert paths == ["a-path", "a-path-2"]


@pytest.mark.parametrize(
    "parameters",
    [
        {"responseMode": "streaming"},
        {"responseMode": "lastNode", "responseData": "firstEntryBinary"},
    ],
)
def test_where_no_question_can_be_put_it_is_said(parameters: dict[str, Any]) -> None:
    made = stripped(webhook_node("theirs", **parameters), node("B", "noOp"))
    assert testable.prepare(made.body) == Trial.REAL


@pytest.mark.parametrize(
    "parameters",
    [
        {"httpMethod": "GET"},
        {"httpMethod": ["GET", "POST"], "multipleMethods": True},
        {"path": "users/:id"},
        {"options": {"responseCode": {"values": {"responseCode": 202}}}},
    ],
)
def test_a_webhook_that_the_test_cannot_reach_is_refused(parameters: dict[str, Any]) -> None:
    made = stripped(webhook_node(**{"path": "theirs", **parameters}))
    with pytest.raises(Unfit) as refused:
        testable.prepare(made.body)
    assert refused.value.code == "unsupported_webhook"


def test_a_schedule_is_not_called() -> None:
    made = stripped(node("Schedule", "scheduleTrigger"), node("B", "noOp"))
    assert testable.prepare(made.body) == Trial.NONE


# --- whatever n8n, or a file, says -------------------------------------------------------------

GOOD = [webhook_node("p")]


def deep(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("nodes", "connections", "settings", "code"),
    [
        ("x", {}, {}, "not_a_workflow"),
        ([], {}, {}, "not_a_workflow"),
        ([1], {}, {}, "not_a_workflow"),
        ([{}], {}, {}, "not_a_workflow"),
        ([{"name": "A"}], {}, {}, "not_a_workflow"),
        ([{"name": "A", "type": "b", "parameters": []}], {}, {}, "not_a_workflow"),
        ([{"name": "A", "type": "b", "typeVersion": "1"}], {}, {}, "not_a_workflow"),
        ([{"name": "A", "type": "b", "position": "left"}], {}, {}, "not_a_workflow"),
        ([{"name": "A", "type": "b", "credentials": [1]}], {}, {}, "not_a_workflow"),
        ([*GOOD, *GOOD], {}, {}, "not_a_workflow"),
        (GOOD, [], {}, "not_a_workflow"),
        (GOOD, {}, [], "not_a_workflow"),
        (GOOD, {"Nobody": {}}, {}, "not_a_workflow"),
        (GOOD, {"Webhook": []}, {}, "not_a_workflow"),
        (GOOD, {"Webhook": {"main": {}}}, {}, "not_a_workflow"),
        (GOOD, {"Webhook": {"main": [1]}}, {}, "not_a_workflow"),
        (GOOD, {"Webhook": {"main": [[{"node": "Nobody"}]]}}, {}, "not_a_workflow"),
        (GOOD, {"Webhook": {"main": [[{"node": ["Webhook"]}]]}}, {}, "not_a_workflow"),
        ([node("A", "set", x="\0")], {}, {}, "not_a_workflow"),
        ([node("A", "set", x="\ud800")], {}, {}, "not_a_workflow"),
        ([node("A", "set", x=float("nan"))], {}, {}, "not_a_workflow"),
        ([node("A", "set", x=10**30)], {}, {}, "not_a_workflow"),
        ([node("A", "set", x=deep(100))], {}, {}, "too_deep"),
        ([node("A", "set", x=deep(100_000))], {}, {}, "too_deep"),
        ([node("A", "set", x="x" * 1024 * 1024)], {}, {}, "too_large"),
        ([node(str(n), "set") for n in range(129)], {}, {}, "too_many_nodes"),
    ],
)
def test_a_hostile_workflow_is_refused(
    nodes: Any, connections: Any, settings: Any, code: str
) -> None:
    with pytest.raises(Unfit) as refused:
        fitness.check(nodes, connections, settings)
    assert refused.value.code == code
    assert str(refused.value)


@pytest.mark.parametrize(
    "starts",
    [node("A", "set"), node("A", "manualTrigger"), node("A", "formTrigger"),
     {**webhook_node("p"), "disabled": True}],
)  # fmt: skip
def test_what_nothing_starts_is_refused(starts: dict[str, Any]) -> None:
    with pytest.raises(Unfit) as refused:
        fitness.check_start([starts, node("B", "noOp")])
    assert refused.value.code == "unsupported_start"


def test_connections_in_a_circle_are_fine() -> None:
    wire = {"node": "Webhook", "type": "main", "index": 0}
    circle = {"Webhook": {"main": [None, [wire, wire]]}}
    fitness.check(GOOD, circle, {})
    assert strip(GOOD, circle, {}).connections == {"Webhook": {"main": [[], [wire, wire]]}}
