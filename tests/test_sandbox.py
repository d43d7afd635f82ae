"""The sandbox as a process: what the demo lives on when there is no n8n."""

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from orchestrator.n8n import TRUSTED, Client
from tests.n8n_server import HEARTBEAT_SECRET, ROOT, free_port, wait_for
from tests.receiver import Beat, Receiver, until

KEY = secrets.token_urlsafe(16)


class Sandbox:
    """One that is killed and started again on the same state."""

    def __init__(self, run_dir: Path, heartbeat_port: int) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._env = {
            **os.environ,
            "SANDBOX_PORT": str(self.port),
            "SANDBOX_API_KEY": KEY,
            "ORCHESTRATOR_URL": f"http://127.0.0.1:{heartbeat_port}",
            "ORCHESTRATOR_INSTANCE": "default",
            "ORCHESTRATOR_SECRET": HEARTBEAT_SECRET,
            "RUN_DIR": str(run_dir),
        }
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "n8n.sandbox"]
        self._process = subprocess.Popen(command, cwd=ROOT, env=self._env)
        wait_for(f"{self.url}/healthz/readiness", self._process)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(timeout=10)

    def client(self) -> Client:
        return Client(self.url, KEY, policy=TRUSTED)


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[Receiver]:
    with Receiver(free_port(), tmp_path) as receiver:
        yield receiver


@pytest.fixture
def own_sandbox(tmp_path: Path, receiver: Receiver) -> Iterator[Sandbox]:
    sandbox = Sandbox(tmp_path, receiver.port)
    yield sandbox
    sandbox.stop()


def runs(receiver: Receiver) -> list[Beat]:
    return [beat for beat in receiver.taken() if "kind" not in beat]


def test_it_comes_with_campaigns_of_both_demo_workspaces(own_sandbox: Sandbox) -> None:
    with own_sandbox.client() as calls:
        acme = list(calls.workflows(tags=["ork:acme"]))
        globex = list(calls.workflows(tags=["ork:globex"]))

    assert (len(acme), len(globex)) == (6, 3)
    assert [row.active for row in acme].count(False) == 1
    assert all(len(row.id) == 16 for row in acme + globex)
    assert {row.trigger for row in acme} == {"webhook", "schedule"}


def test_its_runs_are_told_by_both_ends_with_one_run_id_and_it_says_that_it_lives(
    own_sandbox: Sandbox, receiver: Receiver
) -> None:
    end = until(lambda: [beat for beat in runs(receiver) if beat["status"] != "running"])[0]

    [start] = [
        beat
        for beat in runs(receiver)
        if beat["executionId"] == end["executionId"] and beat["status"] == "running"
    ]
    assert start["runId"] == end["runId"]
    run = f"default:{end['workflowId']}:{end['executionId']}"
    assert start["heartbeatId"] == f"{run}:running:{start['sentAt']}"
    assert end["heartbeatId"] == f"{run}:{end['status']}"
    [alive] = [beat for beat in receiver.taken() if beat.get("kind") == "alive"]
    assert alive["n8nVersion"] == "sandbox"
    with own_sandbox.client() as calls:
        status = {row.id: row.status for row in calls.executions().data}
    assert status[end["executionId"]] == end["status"]


def test_within_half_a_minute_something_runs_succeeds_and_fails(
    own_sandbox: Sandbox, receiver: Receiver
) -> None:
    # The page shows amber, green and red then.
    wanted = {"running", "success", "error"}
    until(lambda: {beat["status"] for beat in runs(receiver)} >= wanted, seconds=30)
    failed = [beat for beat in runs(receiver) if beat["status"] == "error"]
    assert failed[0]["error"].keys() == {"message", "node"}


def test_a_kill_loses_no_workflow_and_no_run(own_sandbox: Sandbox, receiver: Receiver) -> None:
    with own_sandbox.client() as calls:
        active = next(row for row in calls.workflows(tags=["ork:acme"]) if row.active)
        calls.deactivate(active.id)
        before = {row.id: (row.active, row.tag_names) for row in calls.workflows()}
    until(lambda: runs(receiver))
    receiver.kill()  # and what ends from now on is told after the restart
    own_sandbox.kill()
    open_runs = {b["executionId"] for b in runs(receiver)} - {
        b["executionId"] for b in runs(receiver) if b["status"] != "running"
    }
    assert open_runs

    receiver.start()
    own_sandbox.start()

    with own_sandbox.client() as calls:
        assert {row.id: (row.active, row.tag_names) for row in calls.workflows()} == before
    ended = until(
        lambda: (
            (ends := {b["executionId"]: b["status"] for b in runs(receiver)}).keys() >= open_runs
            and all(ends[id_] != "running" for id_ in open_runs)
            and ends
        )
    )
    assert {ended[id_] for id_ in open_runs} <= {"crashed", "success", "error"}
    assert "crashed" in ended.values()
    starts = [beat["executionId"] for beat in runs(receiver) if beat["status"] == "running"]
    assert len(starts) == len(set(starts)), "an execution's id was given out twice"


def test_what_runs_at_a_stop_is_told_as_canceled(own_sandbox: Sandbox, receiver: Receiver) -> None:
    until(lambda: runs(receiver) and runs(receiver)[-1]["status"] == "running")

    own_sandbox.stop()

    last = {beat["executionId"]: beat["status"] for beat in runs(receiver)}
    assert "running" not in last.values()
    assert "canceled" in last.values()


def test_while_orchestrator_is_away_nothing_is_lost(
    own_sandbox: Sandbox, receiver: Receiver
) -> None:
    with own_sandbox.client() as calls:
        enrichment = next(calls.workflows(name="Lead enrichment"))
        receiver.behave(status=503)
        for _ in range(3):
            requests.post(f"{own_sandbox.url}/webhook/lead-enrichment", timeout=5)
        until(lambda: len(ended := calls.executions(workflow_id=enrichment.id).data) >= 3 and ended)
    receiver.kill()

    receiver.start()

    until(lambda: len(receiver.ends(enrichment.id)) >= 3)
