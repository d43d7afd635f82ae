"""The templates that ship with the product: each file is what gallery, wizard and n8n take."""

import re
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from django.utils import translation
from django.utils.translation import gettext

from campaigns.schedules import Schedule, read
from orchestrator.n8n.rows import Node
from provisioning import translated
from tests.shipped import (
    FOLDER,
    PLACEHOLDER,
    SCHEDULE,
    SLUGS,
    WEBHOOK,
    examples,
    filled,
    of_trigger,
    strings,
    template,
    trigger,
)

CATEGORIES = {"Leads", "Marketing", "Support", "Content", "Commerce", "Operations"}
KINDS = {"text", "longtext", "number", "boolean", "select", "url", "email", "time", "weekday"}
OF_KIND = {"number": ("minimum", "maximum"), "select": ("options",)}
FILLED_BY_US = {"path", "probe", "timezone"}
CORE = set(
    "webhook respondToWebhook scheduleTrigger errorTrigger set if switch filter merge httpRequest"
    " wait splitOut aggregate sort limit removeDuplicates dateTime crypto rssFeedRead noOp".split()
)
RESPOND = "n8n-nodes-base.respondToWebhook"
REQUEST = "n8n-nodes-base.httpRequest"

every = pytest.mark.parametrize("slug", SLUGS)


def test_every_text_of_theirs_has_its_german() -> None:
    with translation.override("de"):
        same = {text for text in translated.texts() if gettext(text) == text}
    assert same == {"Leads", "Marketing", "Support", "Microsoft Teams", "Discord"}


def test_there_is_something_for_each_part_of_an_agencys_work() -> None:
    assert len(SLUGS) >= 10
    assert len(of_trigger(WEBHOOK)) >= 6
    assert len(of_trigger(SCHEDULE)) >= 3
    assert {template(slug)["category"] for slug in SLUGS} == CATEGORIES
    assert {file.suffix for file in FOLDER.iterdir()} == {".json"}
    names = [template(slug)["name"] for slug in SLUGS]
    assert len(set(names)) == len(names), names


@every
def test_the_head_says_what_it_is(slug: str) -> None:
    made = template(slug)
    assert list(made) == ["slug", "name", "category", "description", "parameters", "body"]
    assert made["slug"] == slug, "a template is called as its file"
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", slug), slug
    assert 3 <= len(made["name"]) <= 60, made["name"]
    assert made["category"] in CATEGORIES, made["category"]
    assert made["description"].endswith("."), "plain sentences"
    assert 40 <= len(made["description"]) <= 300, len(made["description"])
    assert made["description"].count(". ") <= 1, "one or two sentences"


@every
def test_the_parameters_can_be_asked_for(slug: str) -> None:
    parameters = template(slug)["parameters"]
    assert 2 <= len(parameters) <= 6, len(parameters)
    names = [parameter["name"] for parameter in parameters]
    assert len(set(names)) == len(names), names
    assert not FILLED_BY_US.intersection(names), names
    for parameter in parameters:
        problem = "; ".join(wrong(parameter))
        assert not problem, f"{parameter['name']}: {problem}"


def wrong(parameter: dict[str, Any]) -> Iterator[str]:
    kind, default = parameter["kind"], parameter.get("default")
    if not re.fullmatch(r"[a-z][a-zA-Z0-9]*", parameter["name"]):
        yield "the name is not camelCase ASCII"
    if kind not in KINDS:
        yield f"unknown kind {kind}"
    known = {"name", "kind", "label", "help", "required", "default", *OF_KIND.get(kind, ())}
    if unknown := parameter.keys() - known:
        yield f"unknown keys {unknown}"
    if not isinstance(parameter["required"], bool):
        yield "required is no boolean"
    if not 3 <= len(parameter["label"]) <= 50:
        yield "the label is too long or too short"
    if not (parameter.get("help", ".").endswith(".") and len(parameter.get("help", "")) <= 200):
        yield "the help is no short sentence"
    if "default" in parameter and not fits(parameter, default):
        yield f"the default {default!r} does not fit"
    if kind != "url" and parameter["required"] and "default" not in parameter:
        yield "a beginner has to know a value"
    options = parameter.get("options", ())
    if any(list(option) != ["value", "label"] for option in options):
        yield "an option has a value and a label"
    if kind == "select" and len({option["value"] for option in options}) < max(len(options), 2):
        yield "too few options"


def fits(parameter: dict[str, Any], value: Any) -> bool:
    match parameter["kind"]:
        case "number":
            low, high = parameter.get("minimum", value), parameter.get("maximum", value)
            return type(value) in (int, float) and low <= value <= high
        case "weekday":
            return type(value) is int and value in range(7)
        case "boolean":
            return isinstance(value, bool)
        case "time":
            return bool(re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value))
        case "select":
            return value in [option["value"] for option in parameter["options"]]
        case "url":
            return False  # nobody's address is a sensible default
    return isinstance(value, str) and not value.startswith("=")


@every
def test_placeholders_name_what_there_is_and_stand_in_no_expression(slug: str) -> None:
    made = template(slug)
    kinds = {parameter["name"]: parameter["kind"] for parameter in made["parameters"]}
    used = set()
    for string in strings(made["body"]):
        found = PLACEHOLDER.findall(string)
        assert not (found and string.startswith("=")), f"a placeholder in an expression: {string}"
        assert "[[" not in PLACEHOLDER.sub("", string), f"an open placeholder: {string}"
        for name in found:
            base, _, piece = name.partition(".")
            assert base in kinds.keys() | FILLED_BY_US, f"nobody fills in [[{name}]]"
            assert not piece or (kinds[base] == "time" and piece in ("hour", "minute")), name
            assert piece or kinds.get(base) != "time", f"[[{name}]] is no number"
            used.add(base)
    assert not kinds.keys() - used, f"asked for in vain: {kinds.keys() - used}"


@every
def test_expressions_end_where_they_seem_to(slug: str) -> None:
    for string in strings(template(slug)["body"]):
        if string.startswith("="):
            assert re.fullmatch(r"=\{\{ .* \}\}", string, re.DOTALL), string
            assert "}}" not in string[:-2], f"n8n ends the expression at the first }}}}: {string}"


@every
def test_the_nodes_are_n8ns_own_and_need_no_credentials(slug: str) -> None:
    nodes = template(slug)["body"]["nodes"]
    for node in nodes:
        package, _, type = node["type"].partition(".")
        assert (package, type in CORE) == ("n8n-nodes-base", True), node["type"]
        assert not node.keys() & {"credentials", "webhookId", "disabled"}, node["name"]
        assert isinstance(node["typeVersion"], int | float), node["name"]
    for key in ("id", "name"):
        values = [node[key] for node in nodes]
        assert len(set(values)) == len(values), f"twice the same {key}: {sorted(values)}"


@every
def test_expressions_read_nodes_that_there_are(slug: str) -> None:
    body = template(slug)["body"]
    names = {node["name"] for node in body["nodes"]}
    read = {name for string in strings(body) for name in re.findall(r"\$\('([^']+)'\)", string)}
    assert read <= names, read - names
    settings = next(node for node in body["nodes"] if node["name"] == "Settings")
    held = {one["name"] for one in settings["parameters"]["assignments"]["assignments"]}
    asked = {
        name
        for string in strings(body)
        for name in re.findall(r"\$\('Settings'\)\.first\(\)\.json\.(\w+)", string)
    }
    assert asked == held, f"read and not held, or held in vain: {asked ^ held}"


@every
def test_the_connections_lead_from_left_to_right_through_every_node(slug: str) -> None:
    body = template(slug)["body"]
    at = {node["name"]: tuple(node["position"]) for node in body["nodes"]}
    assert len(set(at.values())) == len(at), "two nodes in one place"
    reached = {trigger(template(slug))["name"]}
    for source, outputs in body["connections"].items():
        assert source in at, f"a connection from {source}, which is no node"
        assert list(outputs) == ["main"], source
        for wire in (wire for output in outputs["main"] for wire in output):
            assert wire["node"] in at, f"a connection to {wire['node']}, which is no node"
            assert (wire["type"], wire["index"]) == ("main", 0), wire
            assert at[source][0] < at[wire["node"]][0], f"{source} to {wire['node']} leads back"
            reached.add(wire["node"])
    assert not at.keys() - reached, f"never reached: {at.keys() - reached}"


@every
def test_the_parameters_are_held_by_the_settings_or_the_schedule(slug: str) -> None:
    made = template(slug)
    nodes = made["body"]["nodes"]
    settings = [node for node in nodes if node["name"] == "Settings"]
    assert [node["type"] for node in settings] == ["n8n-nodes-base.set"], "one Set node"
    assert settings[0]["typeVersion"] == 3.4
    assert nodes.index(settings[0]) <= 3, "near the beginning"
    for node in nodes:
        if node not in (settings[0], trigger(made)) and node["name"] != "Is it a test?":
            found = [string for string in strings(node) if PLACEHOLDER.search(string)]
            assert not found, f"{node['name']} holds {found}"


@pytest.mark.parametrize("slug", of_trigger(WEBHOOK))
def test_a_probe_is_answered_before_anything_else(slug: str) -> None:
    body = template(slug)["body"]
    nodes = {node["name"]: node for node in body["nodes"]}
    hook = body["nodes"][0]
    parameters = hook["parameters"]
    assert parameters["path"] == "[[path]]"
    assert (parameters["httpMethod"], parameters["responseMode"]) == ("POST", "responseNode")
    question = only(body, hook["name"], 0)
    assert nodes[question]["type"] == "n8n-nodes-base.if", "the IF stands right after the webhook"
    (condition,) = nodes[question]["parameters"]["conditions"]["conditions"]
    assert condition["leftValue"] == "={{ $json.headers['x-orchestrator-probe'] }}"
    assert condition["rightValue"] == "[[probe]]"
    assert condition["operator"] == {"type": "string", "operation": "equals"}
    told = only(body, question, 0)
    assert nodes[told]["type"] == RESPOND, "a test is answered"
    assert msgspec.json.decode(nodes[told]["parameters"]["responseBody"]) == {
        "ok": True,
        "test": True,
    }
    assert nodes[told]["parameters"]["options"]["responseCode"] == 200
    assert told not in body["connections"], "and nothing comes after it"
    assert only(body, question, 1) == "Settings"
    assert body["settings"] == {"executionOrder": "v1"}


@pytest.mark.parametrize("slug", of_trigger(WEBHOOK))
def test_nobody_is_called_before_the_caller_is_answered(slug: str) -> None:
    """Else the caller waits for a third party, and twice the time of it where it is tried again."""
    body = template(slug)["body"]
    types = {node["name"]: node["type"] for node in body["nodes"]}
    asked, seen = [body["nodes"][0]["name"]], set()
    while asked:
        name = asked.pop()
        assert types[name] != REQUEST, f"{name} comes before the answer"
        if name not in seen and types[name] != RESPOND:
            seen.add(name)
            outputs = body["connections"].get(name, {"main": []})["main"]
            assert outputs, f"a call that ends at {name} gets no answer"
            assert all(outputs), f"an output of {name} leads nowhere, without an answer"
            asked += [wire["node"] for output in outputs for wire in output]


def only(body: dict[str, Any], name: str, output: int) -> str:
    (wire,) = body["connections"][name]["main"][output]
    node: str = wire["node"]
    return node


@pytest.mark.parametrize("slug", of_trigger(SCHEDULE))
def test_the_next_run_of_a_schedule_can_be_told(slug: str) -> None:
    made = template(slug)
    values = {**examples(made, "https://example.test"), "timezone": "Europe/Berlin"}
    body = filled(made["body"], values)
    assert body["settings"] == {"executionOrder": "v1", "timezone": "Europe/Berlin"}
    nodes = msgspec.convert(body["nodes"], list[Node])
    found = read(nodes, zone="Europe/Berlin", workflow_id="w1")
    assert isinstance(found, Schedule), found
    assert all(rule.gate is None for rule in found.rules), "fires when it says"


@every
def test_filled_in_nothing_is_left_open_and_numbers_stay_numbers(slug: str) -> None:
    made = template(slug)
    values = examples(made, "https://example.test", path="p", probe="s", timezone="UTC")
    body = filled(made["body"], values)
    assert not [string for string in strings(body) if "[[" in string]
    settings = next(node for node in body["nodes"] if node["name"] == "Settings")
    types: dict[str, tuple[type, ...]]
    types = {"string": (str,), "number": (int, float), "boolean": (bool,)}
    for one in settings["parameters"]["assignments"]["assignments"]:
        assert isinstance(one["value"], types[one["type"]]), one
