"""The poller as the product has it: its own processes, its own n8n, and what a kill leaves."""

import contextlib
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import httpx
import pytest

from tests import processes
from tests.n8n_server import ROOT
from tests.product import Product, heartbeat
from tests.workflows import webhook_node

POLL = """
import django; django.setup()
from campaigns import polling
from workspaces.models import Instance
if {hold}:
    from orchestrator.n8n import Client
    asked = Client.executions
    def slow(self, **given):
        import time
        print("asking", flush=True); time.sleep(60)
        return asked(self, **given)
    Client.executions = slow
print("polled", polling.poll(Instance.objects.get(pk="default")), flush=True)
"""


def poller(product: Product, *, hold: bool = False) -> "subprocess.Popen[str]":
    """A process of its own, which (`hold`) stops in its first call of n8n."""
    env = {**os.environ, **product.env, "RUN_DIR": str(product.run_dir)}
    env |= {"DJANGO_SETTINGS_MODULE": "orchestrator.settings", "N8N_BASE_URL": ""}
    return subprocess.Popen(
        [sys.executable, "-c", POLL.format(hold=hold)],
        cwd=ROOT,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@pytest.fixture
def pollers() -> Iterator[Callable[..., "subprocess.Popen[str]"]]:
    started = []

    def begin(product: Product, *, hold: bool = False) -> "subprocess.Popen[str]":
        started.append(poller(product, hold=hold))
        return started[-1]

    yield begin
    for process in started:
        process.kill()
        process.communicate()


def said(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline()


@pytest.fixture
def alone(product: Product) -> Iterator[Product]:
    """Its worker is stopped, so that only a test's own processes poll."""
    workers = [pid for pid, command in processes.of(product.run_dir).items() if "celery" in command]
    for pid in workers:
        os.kill(pid, signal.SIGSTOP)
    with product.db() as db:
        db.execute("UPDATE workspaces_instance SET poller = NULL, poller_until = NULL")
    yield product
    for pid in workers:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)


def test_of_two_pollers_one_works_and_a_killed_ones_lease_runs_out(
    alone: Product, pollers: Callable[..., "subprocess.Popen[str]"]
) -> None:
    first = pollers(alone, hold=True)
    assert said(first) == "asking\n"
    assert said(pollers(alone)) == "polled None\n"
    first.kill()
    assert said(pollers(alone)) == "polled None\n"  # the lease is a killed one's
    with alone.db() as db:
        left = db.execute(
            "SELECT extract(epoch FROM poller_until - clock_timestamp())"
            " FROM workspaces_instance WHERE id = 'default'"
        ).fetchone()
        assert left is not None
        assert 0 < left[0] <= 60
        db.execute("UPDATE workspaces_instance SET poller_until = poller_until - interval '61 s'")
    assert said(pollers(alone)).startswith("polled Polled(")


def test_what_ran_before_it_was_adopted_is_shown_after_the_sync(product: Product) -> None:
    """Its pushes came while no campaign had the workflow, and were of nobody's."""
    name, path = f"unheard {secrets.token_hex(3)}", secrets.token_hex(8)
    workspace = str(product.workspace())
    with product.n8n() as n8n:
        webhook = webhook_node(path)
        workflow = n8n.create_workflow(name=name, nodes=[webhook], connections={}, settings={})
        n8n.activate(workflow.id)
        url = f"http://127.0.0.1:{product.env['SANDBOX_PORT']}/webhook/{path}"
        assert httpx.post(url, json={}).status_code == 200
        time.sleep(1)
        n8n.set_workflow_tags(workflow.id, [n8n.ensure_tag("ork:acme")])
    with product.db() as db:
        db.execute("UPDATE campaigns_workspaceclock SET sync_asked_at = NULL")
    with product.client("owner@acme.test") as owner:
        answer = owner.post("/api/sync/trigger", json={"workspaceId": workspace})
        assert answer.status_code in (200, 202), answer.text

        def observed() -> list[str]:
            listed = owner.get(f"/api/workspaces/{workspace}/campaigns", params={"search": name})
            return [row["observed"]["value"] for row in listed.json()["results"]]

        assert processes.wait_until(lambda: observed() == ["success"], 40)
        (row,) = owner.get(
            f"/api/workspaces/{workspace}/campaigns", params={"search": name}
        ).json()["results"]
        (run,) = owner.get(f"/api/campaigns/{row['id']}/history").json()["results"]
        assert (run["result"], run["source"]) == ("success", "polled")


def test_a_sync_by_hand_polls_as_well(product: Product) -> None:
    id, workflow = product.campaign(f"stopped {secrets.token_hex(3)}")
    # n8n told of a start, and then nothing more; it does not know that execution.
    assert (
        product.beat(heartbeat(workflow, "running", executionId="999999999999")).status_code == 202
    )
    with product.db() as db:
        db.execute(
            "UPDATE campaigns_run_key SET seen_at = seen_at - interval '2 days',"
            " sent_at = sent_at - interval '2 days' WHERE campaign_id = %s",
            [id],
        )
        db.execute("UPDATE campaigns_workspaceclock SET sync_asked_at = NULL")
    with product.client("owner@acme.test") as owner:
        answer = owner.post("/api/sync/trigger", json={"workspaceId": str(product.workspace())})
        assert answer.status_code in (200, 202), answer.text

        def closed() -> bool:
            rows = owner.get(f"/api/campaigns/{id}/history").json()["results"]
            return [row["result"] for row in rows] == ["canceled"]

        assert processes.wait_until(closed, 20)
