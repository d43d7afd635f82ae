"""A real n8n and the whole product: tagged, synced, called, and both ends of the run are seen."""

import json
import secrets
import time
import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from websockets.sync.client import connect

from tests import processes
from tests.n8n_server import HEARTBEAT_SECRET, N8n
from tests.product import Product, start, stop
from tests.sampled import sampled
from tests.workflows import webhook_node

pytestmark = pytest.mark.n8n


@pytest.fixture
def connected(real_n8n: N8n, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """The product where n8n's hooks file reports to, with n8n named by the environment."""
    product = start(
        tmp_path_factory.mktemp("connected"),
        port=real_n8n.heartbeat_port,
        N8N_BASE_URL=real_n8n.url,
        N8N_API_KEY=real_n8n.api_key,
        N8N_WEBHOOK_SECRET=HEARTBEAT_SECRET,
    )
    # Nobody listened there so far: n8n may say that it lives only 30 s from now.
    assert processes.wait_until(lambda: heard(product), 45)
    yield product
    stop(product)


def heard(product: Product) -> bool:
    with product.db() as db:
        rows = db.execute("SELECT FROM workspaces_instance WHERE alive_at IS NOT NULL")
        return bool(rows.rowcount)


def tagged_webhook(n8n: N8n, name: str, fails: bool) -> str:
    """An active workflow of Acme; the path of its webhook."""
    path = f"e2e-{secrets.token_hex(6)}"
    webhook = webhook_node(path, responseMode="lastNode")
    second = {
        "id": str(uuid.uuid4()),
        "name": "Second",
        "type": "n8n-nodes-base.stopAndError" if fails else "n8n-nodes-base.noOp",
        "typeVersion": 1,
        "position": [200, 0],
        "parameters": {"errorMessage": "on purpose"} if fails else {},
    }
    wires = {"Webhook": {"main": [[{"node": "Second", "type": "main", "index": 0}]]}}
    with n8n.client() as client:
        made = client.create_workflow(
            name=name, nodes=[webhook, second], connections=wires, settings={}
        )
        client.set_workflow_tags(made.id, [client.ensure_tag("ork:acme")])
        client.activate(made.id)
    return path


def sync(product: Product, owner: httpx.Client) -> None:
    """As the button does, without its 30 s, and to its end, which may come after the answer. Again
    if it joined one that had begun: that may have read n8n before what the test did there."""
    workspace = product.workspace()
    with product.db() as db:
        asked_at = db.execute("SELECT clock_timestamp()").fetchall()[0][0]

        def ended() -> bool:
            runs = "SELECT FROM campaigns_syncrun WHERE workspace_id = %s AND ended_at IS NULL"
            return db.execute(runs, [workspace]).fetchone() is None

        for _ in range(5):
            db.execute("UPDATE campaigns_workspaceclock SET sync_asked_at = NULL")
            answer = owner.post("/api/sync/trigger", json={"workspaceId": str(workspace)})
            assert answer.status_code in (200, 202), answer.text
            assert processes.wait_until(ended, 60)
            own = "SELECT FROM campaigns_syncrun WHERE workspace_id = %s AND started_at > %s"
            if db.execute(own, [workspace, asked_at]).fetchone() is not None:
                return
        raise AssertionError("each sync joined one that had begun before")


@pytest.mark.parametrize(
    ("fails", "end"), sampled([(False, "active"), (True, "error")], (True, "error"))
)
def test_a_run_of_a_real_n8n_is_seen_at_both_ends(
    fails: bool, end: str, connected: Product, real_n8n: N8n
) -> None:
    name = f"End to end {secrets.token_hex(3)}"
    path = tagged_webhook(real_n8n, name, fails)
    workspace = str(connected.workspace())
    with connected.client("owner@acme.test") as owner:
        sync(connected, owner)
        campaign = adopted(owner, workspace, name)
        assert (campaign["n8nStatus"], campaign["observed"]["value"]) == ("active", "none")
        token = owner.headers["X-Session-Token"]
    with connect(
        f"ws://127.0.0.1:{connected.port}/ws/workspaces/{workspace}/",
        additional_headers={"X-Session-Token": token},
    ) as socket:
        assert json.loads(socket.recv(5))["type"] == "snapshot"
        socket.send(json.dumps({"type": "subscribe", "campaigns": [campaign["id"]]}))
        until_status(socket, campaign["id"], "active")
        called = time.monotonic()
        answer = httpx.post(f"{real_n8n.url}/webhook/{path}", json={}, timeout=30)
        assert answer.status_code == (500 if fails else 200)
        states = until_status(socket, campaign["id"], end, seen_after=campaign["stateVersion"])
        assert time.monotonic() - called < 10
    assert states[-1]["observed"]["value"] == ("error" if fails else "success")
    with connected.db() as db:
        runs = db.execute(
            "SELECT result, execution_id, error_message, started_at <= stopped_at"
            " FROM campaigns_run WHERE campaign_id = %s",
            [campaign["id"]],
        ).fetchall()
    assert len(runs) == 1  # both ends are one run
    result, execution, message, ordered = runs[0]
    assert (result, ordered) == ("error" if fails else "success", True)
    assert execution.isdigit()
    assert ("on purpose" in message) is fails


def adopted(owner: httpx.Client, workspace: str, name: str) -> dict[str, Any]:
    found: list[dict[str, Any]] = []

    def listed() -> bool:
        path = f"/api/workspaces/{workspace}/campaigns"
        found[:] = owner.get(path, params={"search": name}).json()["results"]
        return bool(found)

    assert processes.wait_until(listed, 20)
    return found[0]


def until_status(
    socket: Any, campaign: str, status: str, seen_after: int = 0
) -> list[dict[str, Any]]:
    """The rows that the socket told of the campaign, up to the one with this status."""
    rows: list[dict[str, Any]] = []
    while True:
        frame = json.loads(socket.recv(10))
        if frame["type"] == "campaign.changed" and frame["subject"] == campaign:
            row = frame["data"]
            rows.append(row)
            if row["n8nStatus"] == status and row["stateVersion"] > seen_after:
                return rows
