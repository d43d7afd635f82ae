"""n8n/hooks.js in queue mode: main, worker and webhook process, on PostgreSQL and Valkey."""

import os
import secrets
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from subprocess import Popen
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
import requests

from n8n.owner import wait_until_ready
from n8n.server import BOOT_SECONDS, Server, start, stop
from orchestrator.n8n import TRUSTED, Client
from tests.hooks_process import segments
from tests.n8n_server import booted, free_port, reporting_to
from tests.receiver import Beat, Receiver, until
from tests.workflows import chained, node, webhook_node

pytestmark = [pytest.mark.n8n, pytest.mark.long]

Process = Popen[bytes]


class Queue:
    """One n8n of three processes, with a workflow that calls another."""

    def __init__(self, main: Server, worker: Process, webhook_url: str, receiver: Receiver) -> None:
        self.main, self.worker, self.webhook_url, self.receiver = (
            main,
            worker,
            webhook_url,
            receiver,
        )
        with Client(main.url, main.api_key, policy=TRUSTED) as client:
            called = node("Called", "executeWorkflowTrigger", 1.1, inputSource="passthrough")
            self.child = client.create_workflow(
                name="Child", settings={}, **chained(called, node("Done", "noOp"))
            ).id
            reference = {"__rl": True, "mode": "id", "value": self.child}
            call = node("Call", "executeWorkflow", 1.2, workflowId=reference, options={})
            webhook = webhook_node("parent", responseMode="lastNode")
            self.parent = client.create_workflow(
                name="Parent", settings={}, **chained(webhook, call)
            ).id
            for workflow in (self.child, self.parent):
                client.activate(workflow)

    def call(self, url: str) -> None:
        answer = requests.post(f"{url}/webhook/parent", json={}, timeout=60)
        assert answer.status_code == 200, answer.text

    def runs(self, workflow: str) -> list[list[Beat]]:
        """By execution, in order, each heartbeat once, as Orchestrator counts them."""
        found: dict[str, dict[str, Beat]] = {}
        for beat in self.receiver.of(workflow):
            found.setdefault(beat["executionId"], {})[beat["heartbeatId"]] = beat
        in_order = sorted(found, key=int)
        return [sorted(found[one].values(), key=lambda beat: beat["sentAt"]) for one in in_order]


@pytest.fixture(scope="module")
def queue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Queue]:
    port = free_port()
    receiver = Receiver(port, tmp_path_factory.mktemp("receiver"))
    with database() as name:
        env = {**reporting_to(port), **on_servers(name)}
        with receiver, booted(env) as main:
            worker, worker_url = beside(main, env, "worker")
            webhook, webhook_url = beside(main, env, "webhook")
            try:
                wait_until_ready(worker_url, lambda: worker.poll() is None, BOOT_SECONDS)
                wait_until_ready(webhook_url, lambda: webhook.poll() is None, BOOT_SECONDS)
                yield Queue(main, worker, webhook_url, receiver)
            finally:
                stop(worker)
                stop(webhook)


def beside(main: Server, env: dict[str, str], command: str) -> tuple[Process, str]:
    """Another process of the same n8n, that may not be ready yet, and its address."""
    port, health = free_port(), free_port()
    ports = {
        "N8N_PORT": str(port if command == "webhook" else health),
        "QUEUE_HEALTH_CHECK_ACTIVE": "true",
        "QUEUE_HEALTH_CHECK_PORT": str(health),
        "N8N_WORKER_SERVER_ADDRESS": "127.0.0.1",
        "N8N_RUNNERS_BROKER_PORT": str(free_port()),
    }
    process = start(main.data, {**env, **ports}, command=command)
    return process, f"http://127.0.0.1:{port if command == 'webhook' else health}"


@contextmanager
def database() -> Iterator[str]:
    name = f"n8n_{secrets.token_hex(6)}"
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        try:
            yield name
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def on_servers(name: str) -> dict[str, str]:
    """Those of the tests."""
    postgres, redis = urlsplit(os.environ["DATABASE_URL"]), urlsplit(os.environ["REDIS_URL"])
    return {
        "EXECUTIONS_MODE": "queue",
        "DB_TYPE": "postgresdb",
        "DB_POSTGRESDB_DATABASE": name,
        "DB_POSTGRESDB_HOST": postgres.hostname or "",
        "DB_POSTGRESDB_PORT": str(postgres.port or 5432),
        "DB_POSTGRESDB_USER": postgres.username or "",
        "DB_POSTGRESDB_PASSWORD": postgres.password or "",
        "QUEUE_BULL_REDIS_HOST": redis.hostname or "",
        "QUEUE_BULL_REDIS_PORT": str(redis.port or 6379),
        "QUEUE_BULL_REDIS_PASSWORD": redis.password or "",
        "QUEUE_BULL_PREFIX": name,
    }


def statuses(beats: list[Beat]) -> list[str]:
    return [beat["status"] for beat in beats]


@pytest.mark.parametrize("by", ["main", "webhook"])
def test_a_run_is_one_with_one_execution_id_whichever_processes_tell_of_it(
    by: str, queue: Queue
) -> None:
    before = len(queue.runs(queue.parent)), len(queue.runs(queue.child))

    queue.call(queue.main.url if by == "main" else queue.webhook_url)

    def told() -> list[list[Beat]]:
        return queue.runs(queue.parent)[before[0] :] + queue.runs(queue.child)[before[1] :]

    until(lambda: [len(run) for run in told()] == [2, 2], seconds=30)
    for run in told():
        assert statuses(run) == ["running", "success"]
        assert len({beat["runId"] for beat in run}) == 1
    modes = [{beat["mode"] for beat in run} for run in told()]
    assert modes == [{"webhook"}, {"integrated"}]


def test_both_processes_give_an_end_the_same_heartbeat_id(queue: Queue) -> None:
    queue.call(queue.main.url)

    def reported() -> list[dict[str, Any]]:
        last = queue.runs(queue.parent)[-1][-1]
        return [
            request
            for request in queue.receiver.requests()
            if last["heartbeatId"] in [beat["heartbeatId"] for beat in request["heartbeats"]]
        ]

    until(lambda: len(reported()) >= 2, seconds=30)


def test_only_the_main_process_says_that_it_lives(queue: Queue) -> None:
    alive = [beat for beat in queue.receiver.taken() if beat.get("kind") == "alive"]
    assert {beat["mode"] for beat in alive} == {"queue"}
    assert len({beat["heartbeatId"].split(":")[2] for beat in alive}) == 1


def test_what_a_killed_worker_had_not_delivered_is_delivered_by_the_main_process(
    queue: Queue,
) -> None:
    queue.receiver.kill()
    for _ in range(3):
        queue.call(queue.main.url)
    done = len(queue.runs(queue.child))
    os.killpg(queue.worker.pid, signal.SIGKILL)
    queue.worker.wait()
    assert any(f"~{queue.worker.pid}~" in name for name in segments(queue.main.data))

    queue.receiver.start()

    # Sub-workflows run in the worker, and nobody else tells of them.
    until(lambda: len(queue.runs(queue.child)) == done + 3, seconds=40)
    assert [statuses(run) for run in queue.runs(queue.child)[done:]] == [["running", "success"]] * 3
