"""The OpenAPI document tells the truth: every address is in it, every example in it works."""

import hashlib
import inspect
import json
import re
import secrets
import uuid
from typing import Any

import httpx
import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from openapi_schema_validator import OAS30Validator
from openapi_spec_validator import validate

from campaigns import ingest
from campaigns.models import Campaign
from orchestrator import asgi, schema_hook
from orchestrator.events import command
from orchestrator.schema import openapi
from orchestrator.schema_page import EXAMPLE_ID
from provisioning import doors, front
from tests.cast import Cast
from tests.example import failed, make, offered
from tests.n8n_server import N8n
from tests.own_n8n import Answering, connect_own
from tests.product import Product, signed
from tests.workflows import webhook_node
from workspaces.connections import api as connections_api
from workspaces.models import Workspace

HEARTBEAT = "/api/webhooks/n8n/{instanceId}/heartbeat"
REPORT = "/api/webhooks/c/{token}"
PUSHED = (HEARTBEAT, REPORT, schema_hook.HOOK)  # answered before Django
METHODS = ("get", "post", "put", "patch", "delete")
# Who may: the owner, where nothing else is said.
CALLERS = dict.fromkeys(
    "create_workspace all_role_audits all_workspaces workspace_members_inspected"
    " suspend_workspace resume_workspace".split(),
    "superuser",
) | dict.fromkeys(("accept_invitation", "accept_ownership"), "stranger")
PARAMETERS = {
    "search": "Dr",
    "ordering": "name",
    "status": ["active", "paused,archived"],
    "enabled": "true",
    "n8nStatus": "active,inactive,unknown",
    "syncStatus": "live,stale",
    "trigger": "webhook",
    "drift": "false",
    "page": "1",
    "pageSize": "10",
    "format": "json",
    "campaigns": EXAMPLE_ID,
    "workspaceId": EXAMPLE_ID,
    "userId": EXAMPLE_ID,
    "changedBy": "add_member",
    "role": "owner,viewer",
    "kind": "joined",
    "since": "2026-01-31",
    "until": "2026-12-31T10:00:00Z",
    "suspended": "false",
    "category": "Leads",
}
PARAMETERS_OF = {  # of which each list has its own
    "all_workspaces": {"status": "error,stale"},
    "provisions": {"status": "queued,error"},
}

FOR_ANYBODY = {"schema", "report", "invitation", "hook"}
NEEDS_OFFER = {"ownership_offer", "end_ownership_offer", "accept_ownership"}
NEEDS_PROVISION = {"provision_state", "provisions", "retry_step", "cancel_provision"} | {
    "take_provision_over"
}
WAITS = {"clone"}  # for the worker: it is tried in tests/test_provisioning.py
NEEDS_DOOR = {"rotate_webhook"}
NEEDS_QUERY = {"connection_health", "templates"}  # of whom is no super admin
NEEDS_OWN = {"disconnect", "rotate_webhook_secret"}  # an n8n of its own
NEEDS_WORKFLOW = {"adopt_campaign", "archive_campaign", "change_campaign", "save_template"}  # n8n's
TIME = re.compile(r'"(\d{4}-\d{2}-\d{2}T[^"]*)"')
OPAQUE = {"cursor"}  # comes out of an answer: tried in tests/test_history.py


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (method, path, operation)
        for path, item in openapi()["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    ]


def examples() -> list[Any]:
    """Each operation with each of its request bodies, or with none."""
    found = []
    for method, path, operation in operations():
        content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
        bodies = content.get("examples", {})
        for name, example in (bodies or {"": {"value": None}}).items():
            id = f"{operation['operationId']} {name}".strip()
            found.append(pytest.param(method, path, operation, example["value"], id=id))
    return found


def routes(resolver: URLResolver | None = None, prefix: str = "") -> list[str]:
    found: list[str] = []
    for entry in (resolver or get_resolver()).url_patterns:
        route = prefix + str(entry.pattern)
        found += routes(entry, route) if isinstance(entry, URLResolver) else [route]
        assert isinstance(entry, URLPattern | URLResolver)
    return found


def before_django() -> list[str]:
    """What the door hands to somebody else, by their patterns: `a/(?:b|c)$` is two addresses."""
    found = []
    for name in re.findall(r"(\w+)\.PATH\b", inspect.getsource(asgi)):
        pattern = re.sub(r"\(\?P<\w+>[^)]*\)", "{}", getattr(asgi, name).PATH.pattern)
        head, _, rest = pattern.removeprefix("^/").removesuffix("$").partition("(?:")
        found += [head + tail for tail in rest.removesuffix(")").split("|")]
    assert not any(set(address) & set("()?*+\\[") for address in found), found
    return found


@pytest.fixture
def stage(cast: Cast) -> Cast:
    make(cast)
    return cast


# --- the document ----------------------------------------------------------------------------


def test_it_is_an_openapi_document(db: None) -> None:
    answer = Client().get("/api/schema?format=json")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/json"
    validate(answer.json())
    assert answer.json()["paths"].keys() == openapi()["paths"].keys()


def test_every_address_below_api_is_in_it() -> None:
    documented = {re.sub(r"{\w+}", "{}", path.lstrip("/")) for path in openapi()["paths"]}
    served = {re.sub(r"<[^>]*>", "{}", route) for route in routes() if route.startswith("api/")}
    served |= set(before_django())
    assert served - documented == {"api/docs"}  # the page of the document
    assert documented <= served
    assert ingest.PATH.match(HEARTBEAT.format(instanceId="default"))
    assert ingest.PATH.match(REPORT.format(token="x" * 43))
    assert front.PATH.match(schema_hook.HOOK.format(token="x" * 43))


@pytest.mark.parametrize(
    ("method", "path", "operation"),
    [pytest.param(*each, id=each[2]["operationId"]) for each in operations()],
)
def test_every_operation_is_described(method: str, path: str, operation: dict[str, Any]) -> None:
    assert operation["summary"]
    assert operation["responses"]["default"] == {"$ref": "#/components/responses/Problem"}
    content = operation.get("requestBody", {}).get("content", {})
    if content:
        assert set(content) == {"application/json"}
        assert content["application/json"]["examples"], f"{method} {path} has no example"
    assert operation.get("security") or operation["operationId"] in FOR_ANYBODY


# --- its examples, sent ----------------------------------------------------------------------


def check(answer: Any, operation: dict[str, Any]) -> None:
    """The status is documented, and the body is of the shape that the document gives it."""
    promised = [status for status in operation["responses"] if status.startswith("2")]
    assert str(answer.status_code) in promised, answer.content
    if answer.status_code == 204:
        assert not answer.content
        return
    content = operation["responses"][str(answer.status_code)]["content"]["application/json"]
    schema = {**content["schema"], "components": openapi()["components"]}
    body = json.loads(answer.content)
    assert all(time.endswith("Z") for time in TIME.findall(answer.content.decode())), body
    OAS30Validator(schema).validate(body)
    documented = known_names(content["schema"])
    if documented and isinstance(body, dict):
        assert body.keys() <= documented, "an answer has members that the document does not name"


def known_names(schema: dict[str, Any]) -> set[str]:
    if "$ref" in schema:
        schema = openapi()["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    return set(schema.get("properties", {}))


def tagged_workflow(n8n: N8n) -> str:
    with n8n.client() as client:
        node = webhook_node(uuid.uuid4().hex)
        made = client.create_workflow(name="Drip", nodes=[node], connections={}, settings={})
        client.set_workflow_tags(made.id, [client.ensure_tag("ork:example")])
        return client.activate(made.id).id


@pytest.mark.parametrize(
    ("method", "path", "operation", "body"),
    [
        each
        for each in examples()
        if each.values[1] not in PUSHED and each.values[2]["operationId"] not in WAITS
    ],
)
def test_the_example_works_as_documented(
    method: str,
    path: str,
    operation: dict[str, Any],
    body: Any,
    stage: Cast,
    own_n8n: Answering,
    sandbox: N8n,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("campaigns.api.WAIT", 0.05)  # no worker sees what is not committed
    settings.DEMO = True  # an n8n on loopback may be connected
    own_n8n.keys.add(connections_api.KEY)
    if operation["operationId"] in NEEDS_OFFER:
        offered(stage)
    if operation["operationId"] in NEEDS_DOOR:
        doors.link(Campaign.objects.get(pk=EXAMPLE_ID), "example", actor=command("test"))
    if operation["operationId"] in NEEDS_OWN:
        connect_own(Workspace.objects.get(pk=EXAMPLE_ID), own_n8n.url)
    if operation["operationId"] in NEEDS_WORKFLOW:
        settings.N8N_BASE_URL, settings.N8N_API_KEY = sandbox.url, sandbox.api_key
        Campaign.objects.filter(pk=EXAMPLE_ID).update(n8n_workflow_id=tagged_workflow(sandbox))
    if isinstance(body, dict) and "n8nWorkflowId" in body:
        body = {"n8nWorkflowId": tagged_workflow(sandbox)}  # one that is there
    if isinstance(body, dict) and "baseUrl" in body:
        assert body["baseUrl"] == connections_api.URL
        body = {**body, "baseUrl": own_n8n.url}  # where there is one
    client = stage.client(CALLERS.get(operation["operationId"], "owner"))
    values = PARAMETERS | PARAMETERS_OF.get(operation["operationId"], {})
    query = {
        parameter["name"]: values[parameter["name"]]
        for parameter in operation.get("parameters", [])
        if parameter["in"] == "query" and parameter["name"] not in OPAQUE
    }
    if operation["operationId"] in NEEDS_PROVISION:
        failed(stage)
    url = re.sub(r"{\w+}", EXAMPLE_ID, path.replace("{step}", "n8n"))
    call = getattr(client, method)
    if method == "get":
        check(call(url, query), operation)
        if operation["operationId"] not in NEEDS_QUERY:
            check(call(url), operation)
    else:
        check(call(url, body, content_type="application/json"), operation)


@pytest.mark.parametrize(
    "body",
    [pytest.param(e.values[3], id=e.id) for e in examples() if e.values[1] == HEARTBEAT],
)
def test_the_heartbeats_example_is_taken(body: dict[str, Any], product: Product) -> None:
    content = json.dumps(body).encode()
    operation = openapi()["paths"][HEARTBEAT]["post"]
    promised = {each["name"] for each in operation["parameters"] if each["in"] == "header"}
    headers = signed(product.secret, content)
    assert promised | {"webhook-signature", "content-type"} == headers.keys()
    answer = httpx.post(
        product.url + HEARTBEAT.format(instanceId="default"), content=content, headers=headers
    )
    check(answer, operation)
    assert answer.json()["rejected"] == []


@pytest.mark.parametrize(
    "body", [pytest.param(e.values[3], id=e.id) for e in examples() if e.values[1] == REPORT]
)
def test_the_reports_example_is_taken(body: dict[str, Any], product: Product) -> None:
    id, _ = product.campaign(f"example {uuid.uuid4().hex[:6]}")
    token = secrets.token_urlsafe(32)
    with product.db() as db:
        db.execute(
            "UPDATE campaigns_campaign SET report_token_digest = %s WHERE id = %s",
            [hashlib.sha256(token.encode()).hexdigest(), id],
        )
    answer = httpx.post(product.url + REPORT.format(token=token), json=body)
    check(answer, openapi()["paths"][REPORT]["post"])
    assert (answer.json()["accepted"], answer.json()["rejected"]) == (1, [])


# --- the page --------------------------------------------------------------------------------


@pytest.mark.parametrize("signed_in", [True, False])
def test_the_page_shows_every_path_with_an_example(signed_in: bool, cast: Cast) -> None:
    answer = cast.client("viewer" if signed_in else "nobody").get("/api/docs")
    assert answer.status_code == 200
    page = answer.content.decode()
    for _, path, operation in operations():
        (section,) = re.findall(
            rf'<section[^>]*id="{operation["operationId"]}".*?</section>', page, re.DOTALL
        )
        assert path in section
        assert "data-example" in section
        assert "curl" in section
    assert "<style" not in page
    assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", page)
    assert " style=" not in page
