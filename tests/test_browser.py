"""Real Chromium against the running product: what people see, and see change, in their page."""

import os
import re
import signal
import time
import uuid

import pytest
from playwright.sync_api import Page, expect

from tests import processes
from tests.people import FAST, LIVE, People
from tests.product import Product, heartbeat
from tests.test_end_to_end import sync
from tests.workflows import schedule_node, webhook_node

pytestmark = pytest.mark.browser

TELL_CSP = """document.addEventListener('securitypolicyviolation',
    e => console.error('CSP', e.violatedDirective, e.blockedURI))"""
FACES = ["error", "stale", "syncing", "live"]
HEALTH = "status, state_version, error, stale, syncing, live"
READ_BAR = """bar => [bar.dataset.status, bar.dataset.stateVersion,
    ...['error', 'stale', 'syncing', 'live'].map(face =>
        bar.querySelector(`[data-count="${face}"] [data-n]`).textContent)]"""


def complaints(page: Page) -> list[str]:
    """Of the console, of scripts and of the CSP, from now on."""
    found: list[str] = []
    page.add_init_script(TELL_CSP)
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on("console", lambda said: found.append(said.text) if said.type == "error" else None)
    return found


def settled(product: Product, name: str) -> tuple[uuid.UUID, str, str]:
    """A green campaign of a name of its own, counted already: its id, workflow and page."""
    name = f"{name} {uuid.uuid4().hex[:6]}"
    id, workflow = product.campaign(name)
    product.beat(heartbeat(workflow, "success", executionId="1"))
    return id, workflow, f"/w/acme/?search={name.replace(' ', '+')}"


def pulse(page: Page, id: uuid.UUID, sync: str, n8n: str) -> None:
    mark = page.locator(f'[data-campaign-id="{id}"] [data-component="campaign-pulse"]')
    expect(mark).to_have_attribute("data-n8n-status", n8n, timeout=FAST)
    expect(mark).to_have_attribute("data-status", sync, timeout=FAST)


def without_http(page: Page) -> list[str]:
    """The socket is all that is left; returns what the page asks for nevertheless."""
    asked: list[str] = []
    page.on("request", lambda r: None if "/static/" in r.url else asked.append(r.url))
    page.route("**/*", lambda route: route.abort())
    return asked


def bar_follows(page: Page, product: Product) -> None:
    """The bar comes to say what the database says, whatever else goes on in the workspace."""
    query = f"SELECT {HEALTH} FROM workspaces_health WHERE workspace_id = %s"  # noqa: S608
    bar = page.locator('[data-component="system-health-bar"]')
    deadline = time.monotonic() + FAST / 1000
    while True:
        with product.db() as db:
            row = db.execute(query, [product.workspace()]).fetchone()
        assert row is not None
        wanted, said = [str(value) for value in row], bar.evaluate(READ_BAR)
        if wanted == said and page.title().lower().startswith(f"{wanted[0]} "):
            return
        assert time.monotonic() < deadline, (wanted, said, page.title())
        page.wait_for_timeout(50)


ACME = ("owner", "owner2", "admin", "member", "viewer")
HOMES = {f"{who}@acme.test": ["Acme"] for who in ACME}
HOMES |= {"owner@globex.test": ["Globex"], "super@demo.test": []}


@pytest.mark.parametrize("email", HOMES)
def test_everyone_of_the_demo_signs_in_and_finds_just_their_workspaces(
    people: People, email: str
) -> None:
    page = people.sign_in(email)
    assert page.locator("[data-workspace-id] strong").all_inner_texts() == HOMES[email]


def test_a_campaign_turns_amber_green_and_red_by_the_socket_alone(
    people: People, product: Product
) -> None:
    id, workflow, path = settled(product, "colours")
    page = people.live("owner@acme.test", path)
    pulse(page, id, "live", "active")
    asked = without_http(page)
    product.beat(heartbeat(workflow, "running", executionId="2"))
    pulse(page, id, "syncing", "syncing")
    product.beat(heartbeat(workflow, "success", executionId="2"))
    pulse(page, id, "live", "active")
    product.beat(heartbeat(workflow, "error", executionId="3"))
    pulse(page, id, "error", "error")
    expect(page).to_have_title(re.compile(r"^Error · Acme"), timeout=FAST)
    assert asked == []


def test_what_somebody_pauses_and_archives_shows_on_the_page_of_another(
    people: People, product: Product
) -> None:
    id, _, path = settled(product, "put away")
    page = people.live("viewer@acme.test", path)
    pulse(page, id, "live", "active")
    with product.client("owner@acme.test") as owner:
        paused = owner.patch(f"/api/campaigns/{id}", json={"version": 1, "enabled": False})
        assert paused.status_code == 200, paused.text
        pulse(page, id, "live", "inactive")
        assert owner.delete(f"/api/campaigns/{id}").status_code == 204
        card = page.locator(f'[data-campaign-id="{id}"]')
        expect(card).to_have_count(0, timeout=FAST)
        assert owner.post(f"/api/campaigns/{id}/restore").status_code == 200
        expect(card).to_have_count(1, timeout=FAST)


def test_a_schedule_beside_a_webhook_shows_with_why_its_next_run_is_unknown_until_it_goes(
    people: People, product: Product
) -> None:
    id, workflow, path = settled(product, "scheduled")
    page = people.live("owner@acme.test", path)
    row = page.locator(f'[data-campaign-id="{id}"] [data-scheduled]')
    expect(row).to_be_hidden()
    without_http(page)
    both = [webhook_node(workflow), schedule_node(field="hours")]
    with product.client("owner@acme.test") as owner, product.n8n() as n8n:
        for nodes in (both, both[:1]):
            n8n.update_workflow(workflow, name="Both", nodes=nodes, connections={}, settings={})
            n8n.activate(workflow)
            sync(product, owner)
            expect(row).to_be_visible(visible=nodes is both, timeout=FAST)
            if nodes is both:
                expect(row).to_have_text("Next run: Several triggers")


def test_the_bar_the_title_and_the_counts_follow_by_the_socket_alone(
    people: People, product: Product
) -> None:
    _, workflow, path = settled(product, "bar")
    page = people.live("owner@acme.test", path)
    bar = page.locator('[data-component="system-health-bar"]')
    without_http(page)
    bar_follows(page, product)
    versions = [int(bar.get_attribute("data-state-version") or 0)]
    for run, status, faces in ((2, "error", ["error"]), (3, "success", FACES)):
        product.beat(heartbeat(workflow, status, executionId=str(run)))
        known = f'[data-component="system-health-bar"][data-state-version="{versions[-1]}"]'
        expect(page.locator(known)).to_have_count(0)  # it is told of changes a little later
        bar_follows(page, product)
        assert bar.get_attribute("data-status") in faces
        versions.append(int(bar.get_attribute("data-state-version") or 0))
    assert versions[0] < versions[1] < versions[2]


def test_a_viewer_sees_no_time_and_no_sync_button(people: People) -> None:
    owners = people.live("owner@acme.test")
    assert owners.locator("time").count() > 0
    page = people.live("viewer@acme.test")
    page.locator("[data-campaign-id]").first.wait_for()
    page.wait_for_timeout(500)  # frames have come as well
    assert page.locator("time").count() == 0
    assert page.get_by_role("button", name="Sync now").count() == 0


def test_an_admin_sees_why_the_sync_button_is_disabled(people: People) -> None:
    page = people.live("admin@acme.test")
    button = page.get_by_role("button", name="Sync now")
    expect(button).to_be_disabled()
    expect(button).to_have_accessible_description("Only owners can start a sync.")
    expect(page.get_by_text("Only owners can start a sync.")).to_be_visible()


def test_an_owner_syncs_and_is_told_how_many(people: People, product: Product) -> None:
    page = people.live("owner@acme.test")
    with product.db() as db:
        db.execute("UPDATE campaigns_workspaceclock SET sync_asked_at = NULL")
    with page.expect_response("**/api/sync/trigger", timeout=FAST) as answer:
        page.get_by_role("button", name="Sync now").click()
    assert answer.value.status == 200, answer.value.text()
    synced = answer.value.json()["synced"]
    assert synced > 0
    expect(page.locator(".toast")).to_have_text(re.compile(rf"^{synced} campaigns? synced\.$"))


def test_a_lost_connection_shows_and_heals_with_what_was_missed(
    people: People, product: Product
) -> None:
    id, _, path = settled(product, "lost")
    page = people.live("owner@acme.test", path)
    doubt = page.locator(f'[data-campaign-id="{id}"] .doubt')
    pulse(page, id, "live", "active")
    expect(doubt).to_be_hidden()
    (web,) = [pid for pid, line in processes.of(product.run_dir).items() if "uvicorn" in line]
    os.kill(web, signal.SIGKILL)
    page.wait_for_selector('html[data-connection="reconnecting"]')
    expect(doubt).to_be_visible()
    assert " ? " in page.title()
    asked = without_http(page)
    with product.db() as db:
        db.execute(
            "UPDATE campaigns_campaign SET last_result = 'error', counted_result = 'error'"
            " WHERE id = %s",
            [id],
        )
    page.wait_for_selector(LIVE, timeout=60_000)
    pulse(page, id, "error", "error")
    expect(doubt).to_be_hidden()
    assert [url for url in asked if "/health" not in url] == []  # nobody reloaded the page


def test_who_is_removed_while_looking_is_led_home_with_a_word(
    people: People, product: Product
) -> None:
    page = people.live("member@acme.test")
    with product.db() as db:  # by SQL, as no code of ours would
        gone = db.execute(
            "DELETE FROM workspaces_membership WHERE user_id ="
            " (SELECT id FROM workspaces_user WHERE email = 'member@acme.test')"
            " RETURNING id, workspace_id, user_id, role, version, joined_at"
        ).fetchone()
        try:
            page.wait_for_url(f"{product.url}/")
            expect(page.locator(".toast")).to_have_text("You are no longer a member of Acme.")
            assert page.locator("[data-workspace-id]").count() == 0
        finally:
            db.execute(
                "INSERT INTO workspaces_membership (id, workspace_id, user_id, role, version,"
                " joined_at) VALUES (%s, %s, %s, %s, %s, %s)",
                gone,
            )
