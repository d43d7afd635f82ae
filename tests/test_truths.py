"""Against fakes: each truth moves by its own source alone, with a real n8n and real browsers."""

import os
import signal
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from subprocess import Popen
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Page, expect

from n8n.owner import wait_until_ready
from n8n.server import BOOT_SECONDS, Server
from n8n.server import start as start_n8n
from n8n.server import stop as stop_n8n
from tests import processes
from tests.n8n_server import HEARTBEAT_SECRET, N8n, booted, free_port, reporting_to
from tests.people import FAST, LIVE, People
from tests.product import Product, start, stop
from tests.test_end_to_end import heard, sync, tagged_webhook
from tests.workflows import schedule_node

WITHIN = 8.0  # seconds from the deadline to every page; two where nothing else goes on


@dataclass
class Pair:
    """The product and an n8n of its own that can be restarted."""

    product: Product
    n8n: N8n
    server: Server
    process: "Popen[bytes]"
    owner: httpx.Client

    @property
    def workspace(self) -> str:
        return str(self.product.workspace())

    def sync(self) -> None:
        sync(self.product, self.owner)

    def row(self, id: str) -> dict[str, Any]:
        found: dict[str, Any] = self.owner.get(f"/api/campaigns/{id}").json()
        return found

    def without_hooks(self) -> None:
        stop_n8n(self.process)
        port = str(urlsplit(self.n8n.url).port)
        env = {"N8N_PORT": port, "N8N_RUNNERS_BROKER_PORT": str(free_port())}
        self.process = start_n8n(self.server.data, env)
        wait_until_ready(self.n8n.url, lambda: self.process.poll() is None, BOOT_SECONDS)


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    port = free_port()
    with booted(reporting_to(port)) as server:
        product = start(
            tmp_path_factory.mktemp("truths"),
            port=port,
            N8N_BASE_URL=server.url,
            N8N_API_KEY=server.api_key,
            N8N_WEBHOOK_SECRET=HEARTBEAT_SECRET,
        )
        try:
            assert processes.wait_until(lambda: heard(product), 45)
            with product.client("owner@acme.test") as owner:
                n8n = N8n(server.url, server.api_key, port)
                pair = Pair(product, n8n, server, server.process, owner)
                yield pair
                stop_n8n(pair.process)
        finally:
            stop(product)


def campaign_of(pair: Pair, name: str) -> tuple[str, str]:
    """Synced, green, run once: its id and its webhook's path."""
    path = tagged_webhook(pair.n8n, name, fails=False)
    pair.sync()
    found: list[Any] = []

    def adopted() -> bool:
        listed = pair.owner.get(
            f"/api/workspaces/{pair.workspace}/campaigns", params={"search": name}
        )
        found[:] = listed.json()["results"]
        return bool(found)

    assert processes.wait_until(adopted, 20)
    assert httpx.post(f"{pair.n8n.url}/webhook/{path}", json={}, timeout=30).status_code == 200
    id = found[0]["id"]
    assert processes.wait_until(lambda: pair.row(id)["observed"]["value"] == "success", 20)
    return id, path


@pytest.mark.long
@pytest.mark.n8n
def test_what_is_switched_off_in_n8n_changes_reported_alone_and_then_drifts(pair: Pair) -> None:
    id, _ = campaign_of(pair, f"Drifting {uuid.uuid4().hex[:6]}")
    before = pair.row(id)
    with pair.n8n.client() as n8n:
        n8n.deactivate(before["n8nWorkflowId"])
    pair.sync()
    assert processes.wait_until(lambda: pair.row(id)["reported"]["value"] == "inactive", 20)
    after = pair.row(id)
    assert (after["desired"], after["observed"]) == (before["desired"], before["observed"])
    assert after["enabled"] is True
    assert (after["drift"], after["n8nStatus"]) == (False, "inactive")
    with pair.product.db() as db:  # as if that were 59 s ago
        db.execute(
            "UPDATE campaigns_campaign SET differs_since = now() - interval '59 s' WHERE id = %s",
            [id],
        )
    began = time.monotonic()
    assert processes.wait_until(lambda: pair.row(id)["drift"], 10)
    assert time.monotonic() - began < 1 + WITHIN
    with pair.n8n.client() as n8n:
        n8n.activate(before["n8nWorkflowId"])
    pair.sync()
    assert processes.wait_until(lambda: not pair.row(id)["drift"], 20)


@pytest.mark.long
@pytest.mark.n8n
def test_without_the_hooks_file_observed_ages_and_the_others_do_not(pair: Pair) -> None:
    id, path = campaign_of(pair, f"Unheard {uuid.uuid4().hex[:6]}")
    before = pair.row(id)
    assert before["observed"]["source"] == "heartbeat"
    pair.without_hooks()
    pair.sync()
    assert processes.wait_until(
        lambda: pair.row(id)["reported"]["at"] > before["reported"]["at"], 20
    )
    after = pair.row(id)
    assert after["observed"] == before["observed"]  # nothing new, and it says how old it is
    assert (after["n8nStatus"], after["syncStatus"]) == ("active", "live")
    # A run that nobody pushes is found all the same, and says so.
    assert httpx.post(f"{pair.n8n.url}/webhook/{path}", json={}, timeout=30).status_code == 200
    pair.sync()
    assert processes.wait_until(lambda: pair.row(id)["observed"]["source"] == "poll", 90)
    assert pair.row(id)["observed"]["at"] > before["observed"]["at"]


@pytest.mark.long
@pytest.mark.browser
def test_every_page_sees_stale_in_time_though_the_web_was_restarted(
    product: Product, people: People
) -> None:
    name = f"Deadline {uuid.uuid4().hex[:6]}"
    yearly = schedule_node(field="cronExpression", expression="0 4 1 1 *")
    id, _ = product.campaign(name, starts=yearly)
    with product.client("owner@acme.test") as owner:
        sync(product, owner)  # a later one finds nothing new, and leaves the times alone
        campaign = f"/api/campaigns/{id}"
        assert processes.wait_until(lambda: owner.get(campaign).json().get("nextRunAt"), 20)
    path = f"/w/acme/?search={name.replace(' ', '+')}"
    first = people.live("owner@acme.test", path)
    second = people.live("viewer@acme.test", path)
    plain = people.context("member@acme.test", java_script_enabled=False).new_page()
    plain.goto(path)
    for page in (first, second, plain):
        expect(face(page, id)).to_have_attribute("data-status", "live")
    with product.db() as db:
        row = db.execute(
            "UPDATE campaigns_campaign SET expected_at = now() - interval '60 s',"
            " late_at = now() + interval '25 s' WHERE id = %s"
            " RETURNING extract(epoch FROM late_at - now())",
            [id],
        ).fetchone()
    assert row is not None
    deadline = time.monotonic() + float(row[0])
    (web,) = [p for p, c in processes.of(product.run_dir).items() if "uvicorn" in c]
    os.kill(web, signal.SIGKILL)
    for page in (first, second):
        page.wait_for_selector(LIVE, timeout=20_000)
    assert time.monotonic() < deadline, "the machine is too slow for this test"
    for page in (first, second):
        left = deadline + WITHIN - time.monotonic()
        expect(face(page, id)).to_have_attribute("data-status", "stale", timeout=left * 1000)
    plain.goto(path, timeout=FAST)
    expect(face(plain, id)).to_have_attribute("data-status", "stale", timeout=100)


def face(page: Page, id: uuid.UUID) -> Any:
    return page.locator(f'[data-campaign-id="{id}"] [data-component="campaign-pulse"]')
