"""How a workflow takes the test request of `complete` without doing anything. Pure.

Right behind its webhook stands a question: is it our test? Where there is none it is put there, in
the form that suits how the webhook answers.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

from provisioning.cloning import kind_of
from provisioning.fitness import Unfit

HEADER = "x-orchestrator-probe"
WEBHOOK = "n8n-nodes-base.webhook"
ANSWER = '{"ok": true, "test": true}'
STEP = 240  # between nodes, in n8n's editor


class Trial(StrEnum):
    """What the test request will meet."""

    NONE = "none"  # it has no webhook: none is sent
    THERE = "there"  # a question that the author has put in
    ADDED = "added"
    REAL = "real"  # none can be added: the workflow runs for real


def prepare(body: dict[str, Any]) -> Trial:
    """Changes the nodes and connections of the body. Raises Unfit."""
    hooks = [node for node in body["nodes"] if is_hook(node)]
    if not hooks:
        return Trial.NONE
    for number, hook in enumerate(hooks):
        _check_path(hook)
        hook["parameters"]["path"] = "[[path]]" + (f"-{number + 1}" if number else "")
        hook["parameters"].pop("authentication", None)  # its credential is gone: it would refuse
    hook = hooks[0]
    for node in body["nodes"]:
        _know_our_test(node)
    _check_answer(hook)
    if _is_asked_first(body, hook):
        return Trial.THERE
    answer = _answer(hook)
    if answer is None:
        return Trial.REAL
    _ask_first(body, hook, answer)
    return Trial.ADDED


def is_hook(node: Mapping[str, Any]) -> bool:
    return node["type"] == WEBHOOK and not node.get("disabled")


def _check_path(hook: dict[str, Any]) -> None:
    path = hook["parameters"].get("path")
    if isinstance(path, str) and ":" in path and not path.startswith("[["):
        text = _("The path of its webhook has parameters, and our address has none.")
        raise Unfit("unsupported_webhook", text)


def _check_answer(hook: dict[str, Any]) -> None:
    """The test is a POST, and 200 is what says that it went well."""
    parameters = hook["parameters"]
    methods = parameters.get("httpMethod", "GET")
    if methods != "POST" or parameters.get("multipleMethods"):
        text = _(
            "Its webhook takes no POST, by which a campaign is tested: set its method to POST."
        )
        raise Unfit("unsupported_webhook", text)
    if parameters.get("responseMode", "onReceived") == "responseNode":
        return
    if _status(parameters) != 200:
        text = _("Its webhook answers at once with another status than 200: leave that out.")
        raise Unfit("unsupported_webhook", text)


def _status(parameters: Mapping[str, Any]) -> Any:
    options = parameters.get("options")
    given = options.get("responseCode") if isinstance(options, dict) else None
    if isinstance(given, dict):
        values = given.get("values")
        given = values.get("responseCode") if isinstance(values, dict) else None
    return given or parameters.get("responseCode") or 200


# --- a question that is there ------------------------------------------------------------------


def _conditions(node: Mapping[str, Any]) -> list[dict[str, Any]]:
    outer = node["parameters"].get("conditions")
    inner = outer.get("conditions") if isinstance(outer, dict) else None
    return [one for one in inner if isinstance(one, dict)] if isinstance(inner, list) else []


def _is_ours(condition: Mapping[str, Any]) -> bool:
    return HEADER in str(condition.get("leftValue")).lower()


def _know_our_test(node: dict[str, Any]) -> None:
    """A campaign's workflow holds the word of its own test; each clone has another one."""
    if kind_of(node) == "if":
        for condition in _conditions(node):
            if _is_ours(condition):
                condition["rightValue"] = "[[probe]]"


def _is_asked_first(body: Mapping[str, Any], hook: Mapping[str, Any]) -> bool:
    after = {wire["node"] for output in _outputs(body, hook) for wire in output or ()}
    nodes = [node for node in body["nodes"] if node["name"] in after]
    return len(nodes) == 1 and all(
        kind_of(node) == "if"
        and not node.get("disabled")
        and len(_conditions(node)) == 1
        and _is_ours(_conditions(node)[0])
        for node in nodes
    )


def _outputs(body: Mapping[str, Any], hook: Mapping[str, Any]) -> list[Any]:
    found: list[Any] = body["connections"].get(hook["name"], {}).get("main") or []
    return found


# --- one that is put in ------------------------------------------------------------------------


def _answer(hook: Mapping[str, Any]) -> dict[str, Any] | None:
    """What ends a test there, so that the caller gets 200; None where nothing would."""
    parameters = hook["parameters"]
    match parameters.get("responseMode", "onReceived"):
        case "onReceived":
            return {"type": "n8n-nodes-base.noOp", "typeVersion": 1, "parameters": {}}
        case "responseNode":
            return {
                "type": "n8n-nodes-base.respondToWebhook",
                "typeVersion": 1.5,
                "parameters": {
                    "respondWith": "json",
                    "responseBody": ANSWER,
                    "options": {"responseCode": 200},
                },
            }
        case "lastNode" if parameters.get("responseData") != "firstEntryBinary":
            return {
                "type": "n8n-nodes-base.set",
                "typeVersion": 3.4,
                "parameters": {"mode": "raw", "jsonOutput": ANSWER, "options": {}},
            }
    return None


def _ask_first(body: dict[str, Any], hook: dict[str, Any], answer: dict[str, Any]) -> None:
    across, down = hook["position"]
    question = {
        "id": f"n{len(body['nodes']) + 1}",
        "name": _free(body, "Is it a test?"),
        "type": "n8n-nodes-base.if",
        "typeVersion": 2.2,
        "position": [across, down],
        "parameters": {
            "conditions": {
                "options": {
                    "caseSensitive": True,
                    "leftValue": "",
                    "typeValidation": "loose",
                    "version": 2,
                },
                "conditions": [
                    {
                        "id": "c1",
                        "leftValue": f"={{{{ $json.headers['{HEADER}'] }}}}",
                        "operator": {"type": "string", "operation": "equals"},
                        "rightValue": "[[probe]]",
                    }
                ],
                "combinator": "and",
            },
            "options": {},
        },
    }
    ending = {
        "id": f"n{len(body['nodes']) + 2}",
        "name": _free(body, "Answer the test"),
        "position": [across + STEP, down - STEP],
        **answer,
    }
    hook["position"] = [across - STEP, down]
    as_it_was = [wire for output in _outputs(body, hook) for wire in output or ()]
    body["nodes"] += [question, ending]
    wires = body["connections"]
    wires[hook["name"]] = {**wires.get(hook["name"], {}), "main": [[_to(question)]]}
    wires[question["name"]] = {"main": [[_to(ending)], as_it_was]}


def _to(node: Mapping[str, Any]) -> dict[str, Any]:
    return {"node": node["name"], "type": "main", "index": 0}


def _free(body: Mapping[str, Any], name: str) -> str:
    taken = {node["name"] for node in body["nodes"]}
    found, number = name, 1
    while found in taken:
        number += 1
        found = f"{name} ({number})"
    return found
