"""Every way in which a real n8n runs a workflow, as n8n/hooks.js tells it."""

import secrets
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

from n8n.owner import Editor
from n8n.server import OWNER_EMAIL, OWNER_PASSWORD
from tests.n8n_server import N8n
from tests.receiver import Beat, Receiver, until
from tests.workflows import chained, node, webhook_node

pytestmark = pytest.mark.n8n

Make = Callable[..., tuple[str, str]]


@pytest.fixture(scope="module")
def receiver(real_n8n: N8n, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Receiver]:
    with Receiver(real_n8n.heartbeat_port, tmp_path_factory.mktemp("receiver")) as receiver:
        yield receiver


@pytest.fixture
def make(real_n8n: N8n) -> Make:
    """Publishes a workflow behind a webhook, or behind `first`; its id and address."""

    def publish(
        *nodes: dict[str, Any], first: dict[str, Any] | None = None, **settings: str
    ) -> tuple[str, str]:
        path = secrets.token_hex(6)
        trigger = first or webhook_node(path, responseMode="lastNode")
        with real_n8n.client() as client:
            made = client.create_workflow(
                name=f"Life {path}", settings=settings, **chained(trigger, *nodes)
            )
            client.activate(made.id)
        return made.id, f"{real_n8n.url}/webhook/{path}"

    return publish


def told(receiver: Receiver, workflow: str, beats: int = 2) -> list[Beat]:
    found: list[Beat] = until(
        lambda: len(found := receiver.of(workflow)) >= beats and found, every=0.1
    )
    return found


def statuses(beats: list[Beat]) -> list[str]:
    return [beat["status"] for beat in beats]


def run_of(beats: list[Beat]) -> tuple[str, str]:
    """Execution and run id, the same in all of them."""
    ((execution, run),) = {(beat["executionId"], beat["runId"]) for beat in beats}
    return execution, run


def api(n8n: N8n, path: str) -> dict[str, Any]:
    answer = requests.post(
        f"{n8n.url}/api/v1{path}", headers={"X-N8N-API-KEY": n8n.api_key}, json={}, timeout=30
    )
    answer.raise_for_status()
    found: dict[str, Any] = answer.json()
    return found


def test_a_sub_workflow_is_a_run_of_its_own_within_its_parents(
    receiver: Receiver, make: Make
) -> None:
    trigger = node("Called", "executeWorkflowTrigger", 1.1, inputSource="passthrough")
    child, _ = make(node("Done", "noOp"), first=trigger)
    reference = {"__rl": True, "mode": "id", "value": child}
    parent, url = make(node("Call", "executeWorkflow", 1.2, workflowId=reference, options={}))

    assert requests.post(url, json={}, timeout=30).status_code == 200

    outer, inner = told(receiver, parent), told(receiver, child)
    assert statuses(outer) == statuses(inner) == ["running", "success"]
    assert run_of(outer) != run_of(inner)
    assert {beat["mode"] for beat in inner} == {"integrated"}
    order = [beat["heartbeatId"] for beat in receiver.taken() if beat in [*outer, *inner]]
    assert order == [beat["heartbeatId"] for beat in (outer[0], *inner, outer[1])]


def test_an_error_workflow_is_a_run_of_its_own_and_so_is_a_retry(
    real_n8n: N8n, receiver: Receiver, make: Make
) -> None:
    handler, _ = make(node("Done", "noOp"), first=node("Failed", "errorTrigger"))
    failing, url = make(node("Stop", "stopAndError", errorMessage="no"), errorWorkflow=handler)
    assert requests.post(url, json={}, timeout=30).status_code == 500
    failed = told(receiver, failing)
    assert statuses(failed) == ["running", "error"]
    assert failed[1]["error"] == {"message": "no", "node": "Stop"}
    handled = told(receiver, handler)
    assert statuses(handled) == ["running", "success"]
    assert {beat["mode"] for beat in handled} == {"error"}
    execution, run = run_of(failed)

    again = api(real_n8n, f"/executions/{execution}/retry")["id"]

    retried = told(receiver, failing, beats=4)[2:]
    assert statuses(retried) == ["running", "error"]
    assert {beat["mode"] for beat in retried} == {"retry"}
    assert run_of(retried)[0] == again
    assert run_of(retried)[1] != run


def test_stopping_a_running_execution_is_told_as_canceled(
    real_n8n: N8n, receiver: Receiver, make: Make
) -> None:
    wait = node("Wait", "wait", 1.1, amount=40, unit="seconds")  # shorter than n8n puts aside
    workflow, url = make(wait, first=None)
    with pytest.raises(requests.Timeout):
        requests.post(url, json={}, timeout=1)
    (running,) = told(receiver, workflow, beats=1)

    api(real_n8n, f"/executions/{running['executionId']}/stop")

    beats = told(receiver, workflow)
    assert statuses(beats) == ["running", "canceled"]
    run_of(beats)
    assert "error" not in beats[1]


def test_a_manual_run_says_that_it_is_one(real_n8n: N8n, receiver: Receiver, make: Make) -> None:
    schedule = node("Hourly", "scheduleTrigger", 1.3, rule={"interval": [{"field": "hours"}]})
    workflow, _ = make(node("Done", "noOp"), first=schedule)
    editor = Editor(real_n8n.url)
    editor.call("/rest/login", {"emailOrLdapLoginId": OWNER_EMAIL, "password": OWNER_PASSWORD})

    editor.call(f"/rest/workflows/{workflow}/run", {"triggerToStartFrom": {"name": "Hourly"}})

    beats = told(receiver, workflow)
    assert statuses(beats) == ["running", "success"]
    assert {beat["mode"] for beat in beats} == {"manual"}


def test_a_run_that_n8n_does_not_save_is_told_all_the_same(
    real_n8n: N8n, receiver: Receiver, make: Make
) -> None:
    workflow, url = make(node("Done", "noOp"), saveDataSuccessExecution="none")

    assert requests.post(url, json={}, timeout=30).status_code == 200

    assert statuses(told(receiver, workflow)) == ["running", "success"]
    with real_n8n.client() as client:
        until(lambda: not client.executions(workflow_id=workflow, limit=1).data)
