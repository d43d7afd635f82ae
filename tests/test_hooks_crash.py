"""A real n8n that is killed while Orchestrator is away, and what n8n/hooks.js tells afterwards."""

import json
import os
import secrets
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
import requests

from n8n.owner import wait_until_ready
from n8n.server import HOOKS, Server, start, stop
from orchestrator.n8n import TRUSTED, Client
from tests.hooks_process import segments
from tests.n8n_server import booted, free_port, reporting_to
from tests.receiver import Beat, Receiver, until
from tests.workflows import chained, node, webhook_node

pytestmark = pytest.mark.n8n


def publish(server: Server, *nodes: dict[str, Any], **webhook: str) -> tuple[str, str]:
    """The workflow's id and its address."""
    path = secrets.token_hex(6)
    with Client(server.url, server.api_key, policy=TRUSTED) as client:
        made = client.create_workflow(
            name=path, settings={}, **chained(webhook_node(path, **webhook), *nodes)
        )
        client.activate(made.id)
    return made.id, f"{server.url}/webhook/{path}"


def call(url: str) -> int:
    return requests.post(url, json={}, timeout=30).status_code


@contextmanager
def started(server: Server, env: dict[str, str]) -> Iterator[None]:
    process = start(server.data, {**env, "N8N_PORT": server.url.rsplit(":")[-1]})
    try:
        wait_until_ready(server.url, lambda: process.poll() is None, 120)
        yield
    finally:
        stop(process)


def alarm_now(server: Server, execution: str) -> None:
    """As if the hour that this execution waits for had passed while n8n was down."""
    database = server.data / ".n8n" / "database.sqlite"
    with closing(sqlite3.connect(database)) as connection, connection:
        past = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.000")
        changed = connection.execute(
            'UPDATE execution_entity SET "waitTill" = ? WHERE id = ? AND status = ?',
            [past, execution, "waiting"],
        )
        assert changed.rowcount == 1


def statuses(beats: list[Beat]) -> list[str]:
    return [beat["status"] for beat in beats]


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[Receiver]:
    """Not listening yet."""
    receiver = Receiver(free_port(), tmp_path)
    yield receiver
    receiver.kill()


@pytest.mark.long
def test_what_happened_before_and_after_a_kill_is_told_once_orchestrator_is_back(
    receiver: Receiver,
) -> None:
    env = reporting_to(receiver.port)
    with booted(env) as server:
        quick, quick_url = publish(server, node("Done", "noOp"), responseMode="lastNode")
        slow, slow_url = publish(server, node("Wait", "wait", 1.1, amount=60, unit="seconds"))
        wait = node("Wait", "wait", 1.1, amount=1, unit="hours")
        timed, timed_url = publish(server, wait, node("Done", "noOp"))
        assert call(timed_url) == call(slow_url) == 200
        waiting = until(lambda: [beat for beat in spooled(server) if beat["status"] == "waiting"])
        for _ in range(20):
            assert call(quick_url) == 200
        os.killpg(server.process.pid, signal.SIGKILL)  # its callers know, so it has happened
        server.process.wait()
        alarm_now(server, waiting[0]["executionId"])

        with started(server, env):
            for _ in range(3):
                assert call(quick_url) == 200
            receiver.start()
            until(lambda: len(receiver.of(quick)) >= 46, seconds=30)
            until(lambda: "success" in statuses(receiver.of(timed)), seconds=30)
            until(lambda: len(receiver.of(slow)) >= 2, seconds=30)
            receiver.behave(status=503)
            for _ in range(5):
                assert call(quick_url) == 200
            until(lambda: receiver.requests()[-1]["status"] == 503)
            receiver.behave()
        at_its_orderly_end = len(receiver.of(quick))
        nothing_is_reported_without_settings(server, quick_url)

    beats = receiver.of(quick)
    assert len(beats) == at_its_orderly_end == 56
    assert len({beat["heartbeatId"] for beat in beats}) == 56
    assert statuses(beats) == ["running", "success"] * 28
    assert [beat["sentAt"] for beat in beats] == sorted(beat["sentAt"] for beat in beats)
    assert statuses(receiver.of(slow)) == ["running", "crashed"]
    told = receiver.of(timed)
    for of_one in (told, receiver.of(slow)):
        assert len({(beat["executionId"], beat["runId"]) for beat in of_one}) == 1
    # n8n tells `waiting` again at its start, with the alarm of now
    assert [status for status, _ in groupby(statuses(told))] == [
        *("running", "waiting", "running", "success")
    ]


def spooled(server: Server) -> list[Beat]:
    texts = segments(server.data).values()
    return [json.loads(line) for text in texts for line in text.splitlines()]


def nothing_is_reported_without_settings(server: Server, url: str) -> None:
    said_before = server.log.read_text()
    with started(server, {"EXTERNAL_HOOK_FILES": str(HOOKS)}):
        until(lambda: call(url) == 200)
    said = server.log.read_text()[len(said_before) :]
    assert said.count("[orchestrator]") == 1
    assert "[orchestrator] reports nothing: ORCHESTRATOR_URL is not set" in said
