"""What one workspace's n8n does is no other workspace's delay."""

import secrets
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler

import httpx
import pytest

from tests.own_n8n import KEY, Answering, answering
from tests.product import Product, start, stop

HANGING = 8  # more than a worker of a process for each core has hands for


@pytest.fixture(scope="module")
def apart(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """One of its own: its workspaces stay."""
    started = start(tmp_path_factory.mktemp("apart"))
    yield started
    stop(started)


def ask_for_sync(client: httpx.Client, product: Product, workspace: str) -> httpx.Response:
    with product.db() as db:  # without the button's 30 s
        db.execute(
            "UPDATE campaigns_workspaceclock SET sync_asked_at = NULL WHERE workspace_id = %s",
            [workspace],
        )
    return client.post("/api/sync/trigger", json={"workspaceId": workspace})


@contextmanager
def connected(client: httpx.Client) -> Iterator[tuple[str, Answering]]:
    """A workspace on an n8n of its own, as long as it lasts."""
    made = client.post("/api/workspaces", json={"name": f"Apart {secrets.token_hex(3)}"})
    assert made.status_code == 201, made.text
    workspace = made.json()["id"]
    connection = f"/api/workspaces/{workspace}/connection"
    with answering() as server:
        put = client.put(connection, json={"baseUrl": server.url, "apiKey": KEY})
        assert put.status_code == 200, put.text
        yield workspace, server
    assert client.delete(connection).status_code == 204


@pytest.mark.long
def test_n8ns_that_hang_hold_up_nobody_elses_sync(apart: Product) -> None:
    let_go = threading.Event()

    def hang(_: BaseHTTPRequestHandler) -> None:
        let_go.wait(30)

    with (
        apart.client("super@demo.test") as them,
        apart.client("owner@acme.test") as us,
        ThreadPoolExecutor(HANGING) as pool,
        ExitStack() as stack,
    ):
        theirs = [stack.enter_context(connected(them)) for _ in range(HANGING)]
        stack.callback(let_go.set)
        for _, server in theirs:
            server.respond = hang
        asked = [pool.submit(ask_for_sync, them, apart, workspace) for workspace, _ in theirs]
        answers = {call.result().status_code for call in asked}
        assert answers <= {202, 503}
        ours = ask_for_sync(us, apart, str(apart.workspace()))
        assert ours.status_code == 200, ours.text  # 202 where it waits for longer than 3 s
