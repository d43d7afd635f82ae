"""n8n/hooks.js in a real n8n, against a heartbeat endpoint of the tests' own."""

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import requests

from orchestrator.n8n import Client, Workflow
from tests.n8n_server import ROOT, N8n
from tests.receiver import Beat, Receiver, until

pytestmark = pytest.mark.n8n

EXAMPLES = ROOT / "n8n" / "workflows"


@pytest.fixture
def receiver(real_n8n: N8n, folder: Path) -> Iterator[Receiver]:
    with Receiver(real_n8n.heartbeat_port, folder) as receiver:
        yield receiver


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("receiver")


@pytest.fixture(scope="module")
def examples(real_n8n: N8n) -> dict[str, Workflow]:
    with real_n8n.client() as client:
        return published(client)


def published(client: Client) -> dict[str, Workflow]:
    """Our example workflows, but for the schedule, which nobody here waits for."""
    made = {}
    for file in EXAMPLES.glob("*.json"):
        if file.stem != "list-hygiene":
            workflow = client.create_workflow(**json.loads(file.read_text()))
            made[file.stem] = client.activate(workflow.id)
    return made


def given_up(request: dict[str, Any]) -> list[Beat]:
    return [
        beat for beat in request["heartbeats"] if request["status"] == 403 and "workflowId" in beat
    ]


def call(n8n_url: str, path: str) -> requests.Response:
    return requests.post(f"{n8n_url}/webhook/{path}", json={"email": "a@example.test"}, timeout=30)


def test_both_ends_of_a_run_are_told_with_one_execution_id_and_one_run_id(
    real_n8n: N8n, receiver: Receiver, examples: dict[str, Workflow]
) -> None:
    workflow = examples["lead-intake"]
    assert call(real_n8n.url, "lead-intake").status_code == 200

    started, ended = until(lambda: len(beats := receiver.of(workflow.id)) == 2 and beats)

    assert (started["status"], ended["status"]) == ("running", "success")
    assert started["executionId"] == ended["executionId"]
    assert started["runId"] == ended["runId"]
    run = f"default:{workflow.id}:{started['executionId']}"
    assert started["heartbeatId"] == f"{run}:running:{started['sentAt']}"
    assert ended["heartbeatId"] == f"{run}:success"
    assert started["mode"] == ended["mode"] == "webhook"
    assert ended["startedAt"] <= ended["stoppedAt"] <= ended["sentAt"]
    request = receiver.requests()[-1]
    assert request["path"] == "/api/webhooks/n8n/default/heartbeat"
    with real_n8n.client() as client:
        execution = client.executions(workflow_id=workflow.id, limit=1).data[0]
    assert (execution.id, execution.status) == (ended["executionId"], "success")


def test_every_run_has_a_run_id_of_its_own_and_none_is_stored_in_the_workflow(
    real_n8n: N8n, receiver: Receiver, examples: dict[str, Workflow]
) -> None:
    workflow = examples["lead-intake"]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: call(real_n8n.url, "lead-intake"), range(16)))

    beats = until(lambda: len(beats := receiver.of(workflow.id)) == 32 and beats)

    of_run: dict[str, set[str]] = {}
    for beat in beats:
        of_run.setdefault(beat["executionId"], set()).add(beat["runId"])
    assert all(len(run_ids) == 1 for run_ids in of_run.values())
    assert len(set.union(*of_run.values())) == len(of_run) == 16
    with real_n8n.client() as client:
        now = client.workflow(workflow.id)
    assert now.settings == workflow.settings
    assert now.version_id == workflow.version_id


def test_a_failed_run_tells_node_and_reason_without_the_key_in_it(
    real_n8n: N8n, receiver: Receiver, examples: dict[str, Workflow]
) -> None:
    assert call(real_n8n.url, "crm-handover").status_code == 500

    until(lambda: receiver.ends(examples["crm-handover"].id))

    error = receiver.of(examples["crm-handover"].id)[-1]["error"]
    assert error == {
        "message": "The CRM refused the account: api_key=***",
        "node": "Create account",
    }


def test_a_waiting_run_is_told_as_waiting_and_later_as_success_under_the_same_ids(
    real_n8n: N8n, receiver: Receiver, examples: dict[str, Workflow]
) -> None:
    workflow = examples["content-approval"]
    resume = call(real_n8n.url, "content-approval").json()["approve"]
    waiting = until(
        lambda: [beat for beat in receiver.of(workflow.id) if beat["status"] == "waiting"]
    )[0]
    run = f"default:{workflow.id}:{waiting['executionId']}"
    assert waiting["heartbeatId"] == f"{run}:waiting:{waiting['waitTill']}"

    requests.get(resume, timeout=10).raise_for_status()

    success = until(
        lambda: [beat for beat in receiver.of(workflow.id) if beat["status"] == "success"]
    )[0]
    assert success["executionId"] == waiting["executionId"]
    assert success["runId"] == waiting["runId"]
    statuses = [beat["status"] for beat in receiver.of(workflow.id)]
    assert statuses == ["running", "waiting", "running", "success"]


def test_a_dead_receiver_and_one_that_answers_503_lose_nothing(
    real_n8n: N8n, receiver: Receiver, examples: dict[str, Workflow]
) -> None:
    workflow = examples["lead-intake"]
    receiver.behave(status=503)
    for _ in range(3):
        call(real_n8n.url, "lead-intake")
    until(lambda: [request for request in receiver.requests() if request["status"] == 503])
    receiver.kill()
    for _ in range(3):
        call(real_n8n.url, "lead-intake")

    receiver.start()

    until(lambda: len(receiver.of(workflow.id)) >= 12)
    ids = [beat["heartbeatId"] for beat in receiver.of(workflow.id)]
    assert len(ids) == len(set(ids)) == 12
    tries = [request["id"] for request in receiver.requests()]
    assert len(set(tries)) == len(tries), "a try must be signed anew"


def test_retry_after_is_obeyed(
    real_n8n: N8n, receiver: Receiver, examples: dict[str, Workflow]
) -> None:
    receiver.behave(status=429, retryAfter=4)
    call(real_n8n.url, "lead-intake")
    until(receiver.requests)
    time.sleep(0.5)  # a try may have been under way
    refused = receiver.requests()
    receiver.behave()

    until(lambda: receiver.of(examples["lead-intake"].id))

    next_try = receiver.requests()[len(refused)]
    assert next_try["at"] - refused[-1]["at"] >= 3.9


def test_a_wrong_secret_keeps_what_happened_until_it_is_right(
    real_n8n: N8n, receiver: Receiver, examples: dict[str, Workflow]
) -> None:
    receiver.behave(secret="whsec_" + "A" * 32)
    call(real_n8n.url, "lead-intake")
    until(lambda: [request for request in receiver.requests() if request["status"] == 401])
    assert not receiver.taken()

    receiver.behave()

    until(lambda: len(receiver.of(examples["lead-intake"].id)) == 2)


def test_a_batch_that_is_too_large_is_halved_until_it_fits(
    real_n8n: N8n, receiver: Receiver, examples: dict[str, Workflow]
) -> None:
    receiver.behave(status=503)
    for _ in range(6):
        call(real_n8n.url, "lead-intake")
    until(receiver.requests)

    receiver.behave(most=2)

    until(lambda: len(receiver.of(examples["lead-intake"].id)) == 12)
    refused = [
        len(request["heartbeats"]) for request in receiver.requests() if request["status"] == 413
    ]
    assert refused
    assert min(refused) > 2


def test_what_is_refused_for_good_is_dropped_and_counted(
    real_n8n: N8n, receiver: Receiver, examples: dict[str, Workflow]
) -> None:
    def counts() -> list[int]:
        return [beat["dropped"] for beat in receiver.taken() if beat.get("kind") == "alive"]

    workflow = examples["lead-intake"]
    receiver.behave(status=403)
    call(real_n8n.url, "lead-intake")
    until(lambda: sum(len(given_up(request)) for request in receiver.requests()) == 2)
    receiver.behave(reject=examples["crm-handover"].id)
    call(real_n8n.url, "crm-handover")

    until(counts, seconds=35)

    assert counts()[-1] == 4
    assert not receiver.of(workflow.id)


def test_the_main_process_says_who_it_is_when_it_says_that_it_lives(receiver: Receiver) -> None:
    def seen() -> list[Beat]:
        beats = [beat for request in receiver.all_requests() for beat in request["heartbeats"]]
        return [beat for beat in beats if beat.get("kind") == "alive"]

    alive = until(seen, seconds=35)[-1]

    assert set(alive) == {
        *("heartbeatId", "kind", "sentAt", "dropped"),
        *("hooksVersion", "n8nVersion", "mode", "timezone", "publicationService"),
    }
    assert (alive["n8nVersion"], alive["mode"]) == ("2.41.1", "regular")
    assert (alive["timezone"], alive["publicationService"]) == ("America/New_York", False)


def test_a_receiver_that_hangs_does_not_make_n8n_wait(
    real_n8n: N8n, receiver: Receiver, examples: dict[str, Workflow]
) -> None:
    def median() -> float:
        times = sorted(call(real_n8n.url, "lead-intake").elapsed.total_seconds() for _ in range(15))
        return times[7]

    usual = median()
    receiver.behave(hang=True)
    before = len(receiver.requests())
    call(real_n8n.url, "lead-intake")
    until(lambda: len(receiver.requests()) > before)

    assert median() < usual * 2 + 0.05


@pytest.mark.parametrize("clock", [-900, 900])
def test_a_clock_that_is_wrong_by_more_than_a_signature_may_be_old_loses_nothing(
    clock: int, real_n8n: N8n, receiver: Receiver, examples: dict[str, Workflow]
) -> None:
    """It is the receiver's clock that is changed here; only the difference counts."""
    receiver.behave(clock=clock)
    begun = time.time()
    call(real_n8n.url, "lead-intake")

    def told() -> list[float]:
        beats = receiver.of(examples["lead-intake"].id)
        stamps = [datetime.fromisoformat(beat["sentAt"]).timestamp() for beat in beats]
        return [at for at in stamps if at >= begun]  # others may have been queued

    stamps = until(lambda: len(told()) == 2 and told())

    assert [request["status"] for request in receiver.requests()].count(401) == 1
    request = receiver.requests()[-1]
    assert abs(request["timestamp"] - request["at"] - clock) < 30
    assert all(at < request["at"] + 1 for at in stamps), "n8n's own time, as in the rest"
