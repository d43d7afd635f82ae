"""The connect page in a browser: followed without a reload, and the whole way without a script."""

import json
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Locator, Page, expect

from tests.n8n_proxy import Proxy, before
from tests.n8n_server import N8n
from tests.page_people import disconnect, person, workspace
from tests.people import LIVE, People
from tests.processes import wait_until
from tests.product import Product, heartbeat, signed
from tests.test_browser import complaints

pytestmark = pytest.mark.browser

EVERY = 3_000  # ms, in which a step that waits is looked at
SOON = 10_000
SECRET = re.compile(r'ORCHESTRATOR_SECRET="(whsec_[^"…]+)"')
INSTANCE = re.compile(r'ORCHESTRATOR_INSTANCE="(\w+)"')


@dataclass
class Scene:
    """A workspace of its own, nothing in it, its owner, and an n8n behind a line that can break."""

    people: People
    product: Product
    slug: str
    email: str
    proxy: Proxy
    key: str

    @property
    def path(self) -> str:
        return f"/w/{self.slug}/connect"

    def page(self, **options: Any) -> Page:
        page = self.people.context(self.email, **options).new_page()
        page.goto(self.path)
        if options.get("java_script_enabled", True):
            page.wait_for_selector(LIVE)
        return page

    def tell(self, lines: str, *items: dict[str, Any]) -> httpx.Response:
        """As the hooks file does that has these settings."""
        (secret,), (instance,) = SECRET.findall(lines), INSTANCE.findall(lines)
        body = json.dumps({"heartbeats": items}).encode()
        url = f"{self.product.url}/api/webhooks/n8n/{instance}/heartbeat"
        return httpx.post(url, content=body, headers=signed(secret, body), timeout=10)

    def workflow(self) -> str:
        """The id of one of its campaigns' that is active."""
        with self.product.db() as db:
            row = db.execute(
                "SELECT n8n_workflow_id FROM campaigns_campaign WHERE workspace_id = %s"
                " AND reported = 'active' ORDER BY name LIMIT 1",
                [self.product.workspace(self.slug)],
            ).fetchone()
        assert row is not None
        return str(row[0])


@pytest.fixture
def scene(people: People, product: Product, sandbox: N8n) -> Iterator[Scene]:
    slug = workspace(product, "newco")
    email = person(product, "owner", slug)
    with before(sandbox.url) as proxy:
        yield Scene(people, product, slug, email, proxy, sandbox.api_key)
        proxy.away = True
    disconnect(product, slug, email)


def alive() -> dict[str, Any]:
    about = {"hooksVersion": "1.1.0", "n8nVersion": "2.41.1", "mode": "regular"}
    return {
        "heartbeatId": secrets.token_hex(8),
        "kind": "alive",
        "timezone": "Europe/Berlin",
        "publicationService": True,
        **about,
    }


def step(page: Page, name: str) -> Locator:
    return page.locator(f'[data-step="{name}"]')


def is_(page: Page, name: str, state: str, face: str = "") -> None:
    expect(step(page, name)).to_have_attribute("data-state", state, timeout=SOON)
    if face:
        expect(step(page, name)).to_have_attribute("data-face", face, timeout=SOON)


def fill(page: Page, url: str, key: str) -> None:
    summary = page.get_by_text("Use an n8n of your own instead")
    if not page.get_by_label("Address of n8n").is_visible():
        summary.click()
    page.get_by_label("Address of n8n").fill(url)
    page.get_by_label("API key").fill(key)


def submit(page: Page) -> None:
    page.get_by_role("button", name="Test and connect").click()


def lines_of(page: Page) -> str:
    return page.locator("#shell").text_content() or ""


def test_a_name_without_a_break_stays_on_a_phone(people: People, product: Product) -> None:
    id, _ = product.campaign(f"!{secrets.token_hex(60)}")  # sorted among the first, which are shown
    phone: Any = {"width": 390, "height": 844}
    page = people.context("owner@acme.test", viewport=phone).new_page()
    page.goto("/w/acme/connect")
    expect(page.locator(f'.found [data-campaign-id="{id}"]')).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == phone["width"]


def test_the_page_goes_from_nothing_to_green_without_a_reload(scene: Scene) -> None:
    page = scene.page()
    page.evaluate("window.loaded = 'once'")
    fill(page, scene.proxy.url, "wrong")
    submit(page)
    expect(page.locator("#id_api_key_error")).to_contain_text("n8n does not accept this API key.")
    expect(page.get_by_label("API key")).to_have_value("wrong")  # as it was typed, in this browser
    expect(page.get_by_label("API key")).to_be_focused()
    page.wait_for_timeout(2 * EVERY)  # what is mended is not taken away by what is looked at
    expect(page.get_by_label("Address of n8n")).to_have_value(scene.proxy.url)
    expect(page.locator("#id_api_key_error")).to_be_visible()
    page.get_by_label("API key").fill(scene.key)
    submit(page)
    is_(page, "n8n", "done")
    expect(page.locator(".toast")).to_have_text("n8n is connected.")
    assert page.locator("[name=api_key]").input_value() == ""
    is_(page, "workflows", "done", "live")
    assert step(page, "workflows").locator("[data-reported=active]").count() > 1
    is_(page, "hooks", "waiting", "unknown")
    is_(page, "heartbeat", "waiting", "unknown")
    lines = lines_of(page)
    assert scene.tell(lines, alive()).status_code == 202
    is_(page, "hooks", "done", "live")
    expect(step(page, "hooks")).to_contain_text("2.41.1")
    expect(page.locator("[data-warning=publication]")).to_be_visible()
    assert lines_of(page) == lines  # what is shown once stays while it is looked at
    workflow = scene.workflow()
    scene.tell(lines, heartbeat(workflow, "running", executionId="7"))
    scene.tell(lines, heartbeat(workflow, "success", executionId="7"))
    is_(page, "heartbeat", "done", "live")
    pulse = step(page, "heartbeat").locator('[data-component="campaign-pulse"]')
    expect(pulse).to_have_attribute("data-n8n-status", "active", timeout=SOON)
    expect(step(page, "heartbeat").get_by_role("link", name="See the campaigns")).to_be_visible()
    assert page.evaluate("window.loaded") == "once"
    page.reload()
    assert SECRET.findall(lines_of(page)) == []
    assert scene.key not in page.content()


def test_the_whole_way_without_a_script(scene: Scene) -> None:
    page = scene.page(java_script_enabled=False)
    fill(page, scene.proxy.url, "wrong")
    submit(page)
    expect(page.locator("#id_api_key_error")).to_be_visible()
    assert page.get_by_label("API key").input_value() == ""
    page.get_by_label("API key").fill(scene.key)
    submit(page)
    expect(page.locator("noscript .notice").first).to_have_text("n8n is connected.")
    page.wait_for_url(f"**{scene.path}")
    lines = lines_of(page)
    assert len(SECRET.findall(lines)) == 1
    page.get_by_role("button", name="Look again").click()
    expect_after_reloads(page, "workflows", "done")
    assert SECRET.findall(lines_of(page)) == []
    scene.tell(lines, alive(), heartbeat(scene.workflow(), "success", executionId="8"))
    expect_after_reloads(page, "heartbeat", "done")
    page.get_by_role("button", name="Test again").click()
    expect(page.locator("[data-result=ok]")).to_be_visible()
    page.get_by_text("How it is set up").click()
    page.get_by_role("button", name="New webhook secret").click()
    (new,) = SECRET.findall(lines_of(page))
    assert new not in lines
    page.get_by_role("link", name="Disconnect").click()
    dialog = page.get_by_role("dialog", name="Disconnect this n8n?")
    dialog.get_by_role("link", name="Keep it").click()
    expect(dialog).to_be_hidden()
    page.get_by_role("link", name="Disconnect").click()
    dialog.get_by_role("button", name="Disconnect").click()
    expect(page.get_by_text("the n8n that all workspaces here share")).to_be_visible()
    assert wait_until(  # for up to two seconds a process goes by what it has read
        lambda: scene.tell(lines, alive()).status_code in (401, 404), 10
    )


def expect_after_reloads(page: Page, name: str, state: str) -> None:
    for _ in range(40):
        if step(page, name).get_attribute("data-state") == state:
            return
        page.wait_for_timeout(250)
        page.reload()
    raise AssertionError(f"{name} is not {state}")


def test_what_somebody_types_and_opens_stays_while_the_page_is_followed(scene: Scene) -> None:
    page = scene.page()
    fill(page, "https://half.typed", "half")
    page.get_by_label("API key").focus()
    page.get_by_text("What the key must allow").click()
    page.get_by_label("Address of n8n").focus()
    with scene.product.db() as db:  # step 1 is rendered anew
        db.execute("UPDATE workspaces_instance SET failed_at = now(), failure = 'wrong_key'")
    try:
        is_(page, "n8n", "todo", "error")
    finally:
        with scene.product.db() as db:
            db.execute("UPDATE workspaces_instance SET failed_at = NULL, failure = ''")
    expect(page.get_by_label("Address of n8n")).to_have_value("https://half.typed")
    expect(page.get_by_label("API key")).to_have_value("half")
    expect(page.get_by_label("Address of n8n")).to_be_focused()
    expect(page.get_by_label("Time zone of n8n")).to_be_visible()
    link = page.get_by_role("link", name="Open that page of your n8n")
    page.get_by_label("Address of n8n").fill("https://n8n.example.com/home")
    expect(link).to_have_attribute("href", "https://n8n.example.com/settings/api")
    page.get_by_label("Address of n8n").fill("javascript:alert(1)")
    expect(link).to_be_hidden()


def test_another_owner_sees_it_happen_and_cannot_undo_what_they_have_not_seen(
    scene: Scene,
) -> None:
    page = scene.page()
    other = scene.people.context(person(scene.product, "owner", scene.slug)).new_page()
    other.goto(scene.path)
    other.wait_for_selector(LIVE)
    fill(page, scene.proxy.url, scene.key)
    submit(page)
    is_(page, "workflows", "done", "live")
    expect(step(other, "n8n")).to_contain_text(scene.proxy.url, timeout=SOON)
    assert SECRET.findall(lines_of(other)) == []
    other.get_by_role("link", name="Disconnect").click()
    dialog = other.get_by_role("dialog", name="Disconnect this n8n?")
    expect(dialog).to_be_visible()
    page.get_by_text("Another address or key").click()
    page.get_by_label("Time zone of n8n").locator("xpath=ancestor::details[1]/summary").click()
    page.get_by_label("Time zone of n8n").fill("Asia/Tokyo")
    submit(page)
    expect(step(page, "n8n")).to_contain_text("Asia/Tokyo", timeout=SOON)
    dialog.get_by_role("button", name="Disconnect").click()
    expect(other.locator(".toast")).to_contain_text("Somebody else changed the connection")
    expect(step(other, "n8n")).to_contain_text("Asia/Tokyo")
    other.get_by_role("link", name="Disconnect").click()
    dialog.get_by_role("button", name="Disconnect").click()
    expect(other.get_by_text("the n8n that all workspaces here share")).to_be_visible()
    expect(page.get_by_text("the n8n that all workspaces here share")).to_be_visible(timeout=SOON)


def test_an_n8n_that_goes_away_right_after_is_said_and_comes_back(scene: Scene) -> None:
    page = scene.page()
    fill(page, scene.proxy.url, scene.key)
    submit(page)
    is_(page, "workflows", "done", "live")
    scene.proxy.away = True
    page.get_by_role("button", name="Look again").click()
    is_(page, "n8n", "todo", "error")
    expect(page.locator("[data-trouble=unreachable]")).to_contain_text("n8n cannot be reached.")
    page.get_by_role("button", name="Test again").click()
    expect(page.locator("[data-result=unreachable]")).to_be_visible(timeout=SOON)
    scene.proxy.away = False
    page.get_by_role("button", name="Test again").click()
    expect(page.locator("[data-result=ok]")).to_be_visible(timeout=SOON)
    page.wait_for_timeout(2 * EVERY)
    expect(page.locator("[data-result=ok]")).to_be_visible()
    look = page.get_by_role("button", name="Look again")
    expect(look).to_have_attribute("aria-disabled", "true")
    expect(page.locator("#why-no-look")).to_contain_text("Once in 30 s: in")


def test_a_button_copies_and_says_so(scene: Scene) -> None:
    page = scene.page(permissions=["clipboard-read", "clipboard-write"])
    button = step(page, "workflows").get_by_role("button", name="Copy")
    before_ = button.bounding_box()
    button.click()
    expect(step(page, "workflows").get_by_role("button", name="Copied")).to_be_visible()
    assert button.bounding_box() == before_ or before_ is None
    assert page.evaluate("navigator.clipboard.readText()").startswith("ork:newco")
    expect(page.locator("#say")).to_have_text("Copied")
    expect(step(page, "workflows").get_by_role("button", name="Copy", exact=True)).to_be_visible()


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 320)])
def test_each_state_of_the_page_is_accessible_breaks_no_csp_and_fits(
    scene: Scene, scheme: str, width: int
) -> None:
    page = scene.page(color_scheme=scheme, viewport={"width": width, "height": 800})
    found = complaints(page)
    fill(page, scene.proxy.url, "wrong")
    submit(page)
    expect(page.locator("#id_api_key_error")).to_be_visible()
    sound(page, width)
    page.get_by_label("API key").fill(scene.key)
    submit(page)
    is_(page, "workflows", "done", "live")
    page.evaluate("document.querySelectorAll('details').forEach(one => (one.open = true))")
    sound(page, width)
    page.get_by_role("link", name="Disconnect").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    sound(page, width)
    assert [line for line in found if "422" not in line] == []


def sound(page: Page, width: int) -> None:
    page.wait_for_timeout(300)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    broken = Axe().run(page).response["violations"]
    assert [(rule["id"], [node["target"] for node in rule["nodes"]][:3]) for rule in broken] == []
