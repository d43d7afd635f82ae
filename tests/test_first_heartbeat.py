"""As a newcomer does it: an empty workspace, a real n8n, a browser, and the page's own lines."""

import re
import secrets
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from n8n import server
from n8n.owner import wait_until_ready
from tests.n8n_server import booted, free_port
from tests.page_people import disconnect, person, workspace
from tests.people import LIVE, People
from tests.product import Product
from tests.workflows import webhook_node

pytestmark = [pytest.mark.n8n, pytest.mark.browser]

SOON = 30_000  # ms
EXPORT = re.compile(r'^export (\w+)="(.*)"$', re.MULTILINE)


@dataclass
class Clock:
    """What it takes a person: clicks, fields, and seconds in which they look at our page."""

    clicks: int = 0
    fields: int = 0
    parts: dict[str, float] = field(default_factory=dict)

    def click(self, place: Locator) -> None:
        place.click()
        self.clicks += 1

    def fill(self, place: Locator, text: str) -> None:
        place.fill(text)
        self.fields += 1

    def time(self, name: str, act: Callable[[], None]) -> None:
        began = time.monotonic()
        act()
        self.parts[name] = round(time.monotonic() - began, 2)


@pytest.fixture
def plain_n8n() -> Iterator[server.Server]:
    """One that knows nothing of us yet."""
    with booted({}) as booted_:
        yield booted_


def start_again(n8n: server.Server, settings: dict[str, str]) -> "subprocess.Popen[bytes]":
    """With these settings beside its own."""
    server.stop(n8n.process)
    ports = {
        "N8N_PORT": str(urlsplit(n8n.url).port),
        "N8N_RUNNERS_BROKER_PORT": str(free_port()),
    }
    process = server.start(n8n.data, {**settings, **ports})
    wait_until_ready(n8n.url, lambda: process.poll() is None, server.BOOT_SECONDS)
    return process


def is_(page: Page, name: str, state: str) -> None:
    step = page.locator(f'[data-step="{name}"]')
    expect(step).to_have_attribute("data-state", state, timeout=SOON)


def test_a_newcomer_sees_the_first_heartbeat_turn_green(
    people: People,
    product: Product,
    plain_n8n: server.Server,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    path = f"first-{secrets.token_hex(6)}"
    with httpx.Client(headers={"X-N8N-API-KEY": plain_n8n.api_key}, timeout=30) as editor:
        body = {
            "name": "My first",
            "nodes": [webhook_node(path)],
            "connections": {},
            "settings": {},
        }
        made = editor.post(f"{plain_n8n.url}/api/v1/workflows", json=body).json()
        editor.post(f"{plain_n8n.url}/api/v1/workflows/{made['id']}/activate").raise_for_status()
    slug = workspace(product, "newcomer")
    email = person(product, "owner", slug)
    page = people.context(email).new_page()
    page.goto(f"/w/{slug}/")
    page.wait_for_selector(LIVE)
    clock = Clock()

    def connected() -> None:
        clock.click(page.get_by_role("navigation").get_by_role("link", name="Connection"))
        clock.click(page.get_by_text("Use an n8n of your own instead"))
        clock.fill(page.get_by_label("Address of n8n"), f"{plain_n8n.url}/home/workflows")
        clock.fill(page.get_by_label("API key"), plain_n8n.api_key)
        clock.click(page.get_by_role("button", name="Test and connect"))
        is_(page, "n8n", "done")
        is_(page, "workflows", "done")
        expect(page.get_by_role("link", name="My first").first).to_be_visible()

    def copied() -> None:
        clock.click(page.get_by_text("n8n by npm, or as a service"))
        clock.click(page.locator("#fetch-home ~ button"))
        clock.click(page.locator("#shell ~ button"))

    clock.time("connected", connected)
    clock.time("copied", copied)
    lines = dict(EXPORT.findall(page.locator("#shell").text_content() or ""))
    fetch = (page.locator("#fetch-home").text_content() or "").split()
    hooks = tmp_path / "hooks.js"
    hooks.write_bytes(httpx.get(fetch[-1]).raise_for_status().content)
    assert lines.keys() >= {"EXTERNAL_HOOK_FILES", "ORCHESTRATOR_URL", "ORCHESTRATOR_SECRET"}
    process = start_again(plain_n8n, {**lines, "EXTERNAL_HOOK_FILES": str(hooks)})
    try:
        clock.time("n8n heard", lambda: is_(page, "hooks", "done"))
        expect(page.locator('[data-step="hooks"]')).to_contain_text("2.41.1")

        def green() -> None:
            called = httpx.post(f"{plain_n8n.url}/webhook/{path}", json={}, timeout=30)
            assert called.status_code == 200, called.text
            is_(page, "heartbeat", "done")
            heard = page.locator('[data-step="heartbeat"] [data-component="campaign-pulse"]')
            expect(heard).to_have_attribute("data-n8n-status", "active", timeout=SOON)

        clock.time("green", green)
        expect(page.get_by_text("That was the last step.")).to_be_visible()
        clock.click(page.get_by_role("link", name="See the campaigns"))
        page.wait_for_url(f"**/w/{slug}/")
        card = page.locator("[data-campaign-id]", has_text="My first")
        expect(card.locator('[data-component="campaign-pulse"]')).to_have_attribute(
            "data-status", "live", timeout=SOON
        )
    finally:
        server.stop(process)
        disconnect(product, slug, email)
    seconds = sum(clock.parts.values())
    for name, value in {**vars(clock), "seconds": round(seconds, 1)}.items():
        record_property(name, value)
    print(f"{clock.clicks} clicks, {clock.fields} fields, {seconds:.1f} s: {clock.parts}")
    assert clock.clicks <= 8
    assert clock.fields == 2
