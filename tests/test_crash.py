"""Real processes, killed: what was acknowledged is there, and what was promised happens."""

import concurrent.futures
import os
import secrets
import signal
import threading
import time
from typing import Any

import httpx
import pytest

from tests import processes
from tests.product import Product, heartbeat, ready

SENDERS = 8
KILLS = 3
WORKER = "orchestrator worker --queues celery"


def pids(product: Product, word: str) -> list[int]:
    return [pid for pid, command in processes.of(product.run_dir).items() if word in command]


def test_no_acknowledged_heartbeat_is_lost_when_the_web_process_is_killed(
    product: Product,
) -> None:
    workflows = [product.campaign(f"killed {n}")[1] for n in range(SENDERS)]
    stop = threading.Event()
    acknowledged: list[str] = []

    def send(workflow: str) -> int:
        failures = 0
        while not stop.is_set():
            beat = heartbeat(workflow, "success", executionId=str(secrets.randbelow(10**15)))
            try:
                answer = product.beat(beat)
            except httpx.HTTPError:
                failures += 1
                time.sleep(0.02)
                continue
            if answer.status_code == 202 and answer.json()["accepted"] + answer.json()["stale"]:
                acknowledged.append(beat["heartbeatId"])
        return failures

    with concurrent.futures.ThreadPoolExecutor(SENDERS) as pool:
        senders = [pool.submit(send, workflow) for workflow in workflows]
        for _ in range(KILLS):
            before = len(acknowledged)
            assert processes.wait_until(lambda n=before: len(acknowledged) > n + 100, 20)  # type: ignore[misc]
            (web,) = pids(product, "uvicorn")
            os.kill(web, signal.SIGKILL)
            assert processes.wait_until(lambda: ready(product), 20)
        stop.set()
        assert sum(sender.result(20) for sender in senders) > 0  # the kills were noticed
    with product.db() as db:
        found = {
            id
            for (id,) in db.execute(
                "SELECT heartbeat_id FROM campaigns_heartbeat_key WHERE heartbeat_id = ANY (%s)",
                [acknowledged],
            )
        }
        runs = db.execute(
            "SELECT count(*) FROM campaigns_run r JOIN campaigns_campaign c ON c.id = r.campaign_id"
            " WHERE c.n8n_workflow_id = ANY (%s)",
            [workflows],
        ).fetchone()
    assert set(acknowledged) <= found
    assert runs is not None
    assert runs[0] >= len(acknowledged)


@pytest.fixture
def owner(product: Product) -> Any:
    with product.client("owner@globex.test") as client:
        yield client


def ask_for_sync(product: Product, owner: httpx.Client) -> str:
    """Its id, whether it is done already or not."""
    workspace = str(product.workspace("globex"))
    with product.db() as db:  # without the button's 30 s
        db.execute(
            "UPDATE campaigns_workspaceclock SET sync_asked_at = NULL WHERE workspace_id = %s",
            [workspace],
        )
    answer = owner.post("/api/sync/trigger", json={"workspaceId": workspace})
    assert answer.status_code in (200, 202), answer.text
    with product.db() as db:
        row = db.execute(
            "SELECT id FROM campaigns_syncrun WHERE workspace_id = %s AND trigger = 'user'"
            " ORDER BY created_at DESC LIMIT 1",
            [workspace],
        ).fetchone()
    assert row is not None
    return str(row[0])


def ended(product: Product, sync_id: str) -> bool:
    """And nothing is left that is still to be told."""
    with product.db() as db:
        row = db.execute(
            "SELECT ended_at IS NOT NULL, synced FROM campaigns_syncrun WHERE id = %s", [sync_id]
        ).fetchone()
        left = db.execute("SELECT count(*) FROM orchestrator_outbox").fetchone()
    return row is not None and row[0] and row[1] > 0 and left == (0,)


def test_a_fact_that_redis_did_not_hear_is_told_by_the_sweep(
    product: Product, owner: httpx.Client
) -> None:
    (valkey,) = pids(product, "valkey-server")
    os.kill(valkey, signal.SIGSTOP)
    try:
        sync_id = ask_for_sync(product, owner)
        assert not ended(product, sync_id)
        (web,) = pids(product, "uvicorn")
        os.kill(web, signal.SIGKILL)
    finally:
        os.kill(valkey, signal.SIGCONT)

    assert processes.wait_until(lambda: ended(product, sync_id), 30)
    assert processes.wait_until(lambda: ready(product), 20)


def test_a_worker_that_dies_comes_back_and_goes_on(product: Product, owner: httpx.Client) -> None:
    (before,) = pids(product, WORKER)
    os.kill(before, signal.SIGKILL)
    assert processes.wait_until(lambda: set(pids(product, WORKER)) not in ({before}, set()), 20)
    sync_id = ask_for_sync(product, owner)
    assert processes.wait_until(lambda: ended(product, sync_id), 30)
