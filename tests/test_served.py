"""Whether n8n serves a webhook: asked without running anything."""

import secrets
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from campaigns.served import Webhook, ask_all, served, webhook_path, webhooks
from orchestrator.n8n import TRUSTED, Client, Unreachable, Workflow
from orchestrator.n8n.rows import Node
from tests.http_server import Server, answer, serving
from tests.n8n_server import N8n

PAGE = b"<!DOCTYPE html>\n<html><body>\n<pre>Internal Server Error</pre>\n</body></html>\n"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
HOOK_ID = "5f3a0c52-5b1e-4c57-9d5f-0d0f6b6f2a11"


def hook(path: Any = "x", kind: str = "webhook", version: float = 2, **parameters: Any) -> Node:
    return Node(
        name="Webhook",
        type=f"n8n-nodes-base.{kind}",
        parameters={} if path is None else {"path": path, **parameters},
        webhook_id=HOOK_ID,
        type_version=version,
    )


def workflow(*nodes: Node, id: str = "w1", active: bool = True) -> Workflow:
    return Workflow(id, id, active, list(nodes), NOW, NOW)


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (hook("news"), [("news", "GET")]),
        (hook("news", httpMethod="POST"), [("news", "POST")]),
        (hook(" /a b/c%20d/ ", httpMethod="POST"), [("a b/c%20d", "POST")]),
        (hook("user/:id"), [(f"{HOOK_ID}/user/:id", "GET")]),
        (hook(":id"), [(f"{HOOK_ID}/:id", "GET")]),
        (hook("a:b"), [("a:b", "GET")]),
        (hook(""), [(HOOK_ID, "GET")]),
        (hook(None), [(HOOK_ID, "GET")]),
        (hook("x", multipleMethods=True), [("x", "GET"), ("x", "POST")]),
        (
            hook("x", multipleMethods=True, httpMethod=["PUT", "DELETE"]),
            [("x", "PUT"), ("x", "DELETE")],
        ),
        (hook("f", "formTrigger", 1), [("f/n8n-form", "GET"), ("f/n8n-form", "POST")]),
        (hook("f", "formTrigger", 2.1), [("f", "GET"), ("f", "POST")]),
        (hook("f", "formTrigger", 2.3), [(HOOK_ID, "GET"), (HOOK_ID, "POST")]),
        (hook("f", "formTrigger", 2.3, options={"path": "g"}), [("g", "GET"), ("g", "POST")]),
        (hook("={{ 1 }}"), None),
        (hook("x", httpMethod="={{ 1 }}"), None),
        (hook("x", multipleMethods="={{ true }}"), None),
        (hook("x", httpMethod="post"), None),
        (hook(7), None),
        (hook("a/../b"), None),
        (hook("//x"), None),
        (hook("x", "formTrigger", 2.3, options="="), None),
        (hook("x", "telegramTrigger"), []),
    ],
)
def test_a_webhook_is_asked_at_the_path_where_n8n_registers_it(
    node: Node, expected: list[Webhook] | None
) -> None:
    assert webhooks(workflow(node)) == expected


@pytest.mark.parametrize(
    ("nodes", "known", "expected"),
    [
        ([hook("news")], "", "news"),
        ([hook("one"), hook("two")], "", "one"),
        ([hook("one"), hook("two")], "two", "two"),
        ([hook("one"), hook("two")], "gone", "one"),
        ([hook("user/:id"), hook("plain")], "", "plain"),
        ([hook("user/:id")], "", ""),
        ([hook("={{ 1 }}")], "", ""),
        ([hook("f", "formTrigger", 2.1)], "", ""),
        ([hook("a/../b")], "a/../b", ""),
        ([hook("x" * 256)], "", ""),
        ([], "gone", ""),
    ],
)
@pytest.mark.parametrize("active", [True, False])
def test_of_its_webhooks_one_is_where_a_front_door_leads(
    nodes: list[Node], known: str, expected: str, active: bool
) -> None:
    assert webhook_path(workflow(*nodes, active=active), known) == expected


@pytest.fixture
def proxy() -> Iterator[Server]:
    with serving(Server()) as server:
        yield server


@pytest.fixture
def client(proxy: Server) -> Iterator[Client]:
    with Client(proxy.url, "key", policy=TRUSTED, read_timeout=0.3) as client:
        yield client


def always(status: int, allow: str | None = None, body: bytes = b"") -> Any:
    headers = {} if allow is None else {"Access_Control_Allow_Methods": allow}
    return lambda handler: answer(handler, status, body, **headers)


@pytest.mark.parametrize(
    ("respond", "expected"),
    [
        (always(204, "OPTIONS, GET"), True),
        (always(204, "OPTIONS, PUT"), True),  # a path with parameters names one of its methods
        (always(500, "OPTIONS", PAGE), False),
        (always(500, "OPTIONS, POST", PAGE), False),
        (always(204, "OPTIONS"), None),
        (always(204), None),
        (always(204, "GET, POST, OPTIONS"), None),  # a proxy's own
        (always(200, "OPTIONS, GET"), None),
        (always(500, "OPTIONS, GET", PAGE), None),  # it is registered: another failure
        (always(500, "OPTIONS", b"<html>proxy</html>"), None),
        (always(500, None, PAGE), None),
        (always(502, "OPTIONS", PAGE), None),
        (always(404, "OPTIONS", PAGE), None),
        (always(401), None),
        (always(302), None),
        (lambda handler: handler.connection.close(), None),
        (lambda handler: time.sleep(1), None),
    ],
)
def test_only_n8ns_own_answers_prove_anything(
    respond: Callable[[BaseHTTPRequestHandler], None],
    expected: bool | None,
    proxy: Server,
    client: Client,
) -> None:
    proxy.respond = respond
    assert served(client, workflow(hook())) is expected


class Answers:
    """What each path answers; counts the calls."""

    def __init__(self, *unserved: str, down: Sequence[str] = (), seconds: float = 0) -> None:
        self._unserved, self._down, self._seconds = unserved, down, seconds
        self.asked: list[str] = []

    def webhook_options(self, path: str, method: str) -> tuple[int, str, bytes]:
        self.asked.append(f"{method} {path}")
        time.sleep(self._seconds)
        if path in self._down:
            raise Unreachable("down")
        if path in self._unserved or f"{method} {path}" in self._unserved:
            return 500, "OPTIONS", PAGE
        return 204, f"OPTIONS, {method}", b""


def test_a_workflow_is_served_if_all_its_webhooks_are() -> None:
    both = workflow(hook("a"), hook("b", multipleMethods=True))
    assert served(Answers(), both) is True
    assert served(Answers("b"), both) is False
    assert served(Answers("POST b"), both) is False
    assert served(Answers(down=["b"]), both) is None
    disabled = Node(name="Off", type=hook().type, parameters={"path": "off"}, disabled=True)
    assert served(Answers("off"), workflow(hook("a"), disabled)) is True


def test_what_cannot_be_asked_is_not_asked() -> None:
    asked = Answers()
    for one in (
        workflow(hook(), active=False),
        workflow(hook("={{ 1 }}"), hook("a")),
        workflow(hook("t", "telegramTrigger")),
        workflow(),
    ):
        assert served(asked, one) is None
    assert asked.asked == []


def test_all_are_asked() -> None:
    some = [workflow(hook(f"p{n}"), id=f"w{n}") for n in range(50)]
    off = workflow(hook("p1"), id="off", active=False)
    found = ask_all(Answers("p7", "p8"), [*some, off], 10)
    assert found.pop("off") is None
    assert {id for id, answered in found.items() if not answered} == {"w7", "w8"}
    assert (found["w7"], found["w8"], len(found)) == (False, False, 50)


def test_a_path_that_several_claim_proves_nothing_where_it_is_served() -> None:
    claims = [workflow(hook("same"), id=f"w{n}") for n in range(3)]
    alone = workflow(hook("same", httpMethod="POST"), id="alone")
    expected: dict[str, bool | None] = {"w0": None, "w1": None, "w2": None, "alone": True}
    assert ask_all(Answers(), [*claims, alone], 10) == expected
    nobody = ask_all(Answers("same"), claims, 10)
    assert nobody == {"w0": False, "w1": False, "w2": False}


def test_what_time_does_not_suffice_for_is_unknown() -> None:
    some = [workflow(hook(f"p{n}"), id=f"w{n}") for n in range(50)]
    begun = time.monotonic()
    found = ask_all(Answers(seconds=0.05), some, 0.2)
    assert time.monotonic() - begun < 1.5
    assert len(found) == 50
    assert found["w0"] is True
    assert found["w49"] is None


def test_an_n8n_that_does_not_answer_is_not_asked_again() -> None:
    asked = Answers(down=["p1"])
    some = [workflow(hook(f"p{n}"), id=f"w{n}") for n in range(4)]
    expected: dict[str, bool | None] = {"w0": True, "w1": None, "w2": None, "w3": None}
    assert ask_all(asked, some, 10) == expected
    assert len(asked.asked) == 2


@pytest.fixture
def made(real_n8n: N8n) -> Iterator[tuple[Client, "Made"]]:
    with real_n8n.client() as client:
        yield client, Made(client)


class Made:
    def __init__(self, client: Client) -> None:
        self._client = client

    def __call__(self, kind: str, version: float, **parameters: Any) -> Workflow:
        node = {
            "id": str(uuid.uuid4()),
            "name": "Start",
            "type": f"n8n-nodes-base.{kind}",
            "typeVersion": version,
            "position": [0, 0],
            "webhookId": str(uuid.uuid4()),
            "parameters": parameters,
        }
        made = self._client.create_workflow(
            name=f"Served {secrets.token_hex(4)}", nodes=[node], connections={}, settings={}
        )
        return self._client.activate(made.id)


FORM = {"formTitle": "T", "formFields": {"values": [{"fieldLabel": "a"}]}}


@pytest.mark.n8n
def test_a_real_n8n_tells_what_it_serves_and_runs_nothing(made: tuple[Client, Made]) -> None:
    client, make = made
    word = secrets.token_hex(6)
    active = [
        make("webhook", 2.1, path=word, httpMethod="POST"),
        make("webhook", 2, path=f"{word}/m", multipleMethods=True, httpMethod=["GET", "PUT"]),
        make("webhook", 2, path=f"{word}/default", multipleMethods=True),
        make("webhook", 1, path=f"{word}/:id/x"),
        make("webhook", 2, path=f":{word}", multipleMethods=True, httpMethod=["GET", "PUT"]),
        make("webhook", 2.1),
        make("webhook", 2.1, path=f" /{word} späce?/a%20b/ ", httpMethod="DELETE"),
        make("formTrigger", 1, path=f"{word}-1", **FORM),
        make("formTrigger", 2.1, path=f"{word}-2", **FORM),
        make("formTrigger", 2.3, **FORM),
        make("formTrigger", 2.3, path="left over", options={"path": f"{word}-3"}, **FORM),
    ]
    expression = make("webhook", 2.1, path="={{ 'x' }}", httpMethod="POST")
    ids = {one.id for one in active}

    assert ask_all(client, [*active, expression], 30) == dict.fromkeys(ids, True) | {
        expression.id: None
    }
    for one in (*active, expression):
        client.deactivate(one.id)
    # As n8n says of what it does not serve: active.
    assert ask_all(client, active, 30) == dict.fromkeys(ids, False)

    for one in (*active, expression):
        assert client.executions(workflow_id=one.id).data == []
        for status in ("running", "waiting"):
            assert client.executions(workflow_id=one.id, status=status).data == []
        client.delete(one.id)
