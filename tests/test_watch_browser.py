"""The god view and the role audit in real Chromium: open, refreshed, refused, and left at once."""

import re
import uuid
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Locator, Page, Route, expect

from tests.page_people import join, leave, person, workspace
from tests.people import LIVE, People, height_of
from tests.product import Product
from tests.test_browser import complaints

pytestmark = pytest.mark.browser

SUPER = "super@demo.test"
WHY = "Unpaid since May."


@pytest.fixture
def slug(product: Product) -> Iterator[str]:
    """A workspace of the test's own, with an owner and a viewer of its own."""
    made = workspace(product, f"watched-{uuid.uuid4().hex[:4]}")
    owner = person(product, "viewer")
    join(product, owner, made, "owner")
    yield made
    with product.db() as db:
        db.execute(
            "UPDATE workspaces_workspace SET suspended_at = NULL, suspension_reason = ''"
            " WHERE slug = %s",
            [made],
        )


@pytest.fixture
def watcher(product: Product) -> str:
    """A super admin of the test's own."""
    email = person(product, "viewer")
    leave(product, email, "acme")
    with product.db() as db:
        db.execute(
            "UPDATE workspaces_user SET is_superuser = true, is_staff = true WHERE email = %s",
            [email],
        )
    return email


def owner_of(product: Product, slug: str) -> str:
    with product.db() as db:
        row = db.execute(
            "SELECT u.email FROM workspaces_membership m JOIN workspaces_user u ON u.id = m.user_id"
            " WHERE m.workspace_id = %s AND m.role = 'owner'",
            [product.workspace(slug)],
        ).fetchone()
    assert row is not None
    return str(row[0])


def row_of(page: Page, product: Product, slug: str) -> Locator:
    return page.locator(f'.watch-row[data-workspace-id="{product.workspace(slug)}"]')


def no_findings(page: Page) -> None:
    broken = Axe().run(page).response["violations"]
    assert [(rule["id"], [node["target"] for node in rule["nodes"]][:3]) for rule in broken] == []


# --- the god view ----------------------------------------------------------------------------


def test_a_super_admin_comes_from_home_and_opens_a_workspace(
    people: People, product: Product, slug: str
) -> None:
    page = people.live(SUPER, "/")
    found = complaints(page)
    page.get_by_role("link", name="Watch all workspaces").click()
    page.wait_for_url("**/watch/")
    page.wait_for_selector(LIVE)
    page.get_by_role("searchbox").fill(slug)
    page.wait_for_url(f"**/watch/?search={slug}")
    row = row_of(page, product, slug)
    expect(page.locator(".watch-row")).to_have_count(1)
    row.locator("summary").click()
    expect(row.locator("[data-user-id]")).to_have_count(1)
    expect(row.locator("[data-user-id]")).to_contain_text(owner_of(product, slug))
    expect(row.locator("[data-quota=members]")).to_contain_text("1 of")
    no_findings(page)
    assert found == []


def test_the_chips_and_the_order_are_in_the_address_and_going_back_works(people: People) -> None:
    page = people.live(SUPER, "/watch/")
    page.get_by_label("Order", exact=True).select_option("name")
    page.wait_for_url("**/watch/?ordering=name")
    names = page.locator(".watch-row [data-name]")
    expect(names.first).to_be_visible()
    page.locator("#show-suspended").click()
    page.wait_for_url("**suspended=true**")
    page.go_back()
    page.wait_for_url("**/watch/?ordering=name")
    expect(page.get_by_label("Order", exact=True)).to_have_value("name")


def test_what_is_open_and_has_the_focus_stays_so_when_it_is_refreshed(
    people: People, product: Product, slug: str
) -> None:
    page = people.context(SUPER).new_page()
    page.clock.install()
    page.goto(f"/watch/?search={slug}")
    row = row_of(page, product, slug)
    row.locator("summary").click()
    expect(row.locator("[data-user-id]")).to_have_count(1)
    row.locator("summary").focus()
    bar = page.locator('[data-component="system-health-bar"] [data-count="error"] [data-n]')
    for name in ("Renamed", "Renamed again"):
        with product.db() as db:
            db.execute("UPDATE workspaces_workspace SET name = %s WHERE slug = %s", [name, slug])
            db.execute(
                "INSERT INTO workspaces_health (workspace_id, status, state_version, total, live,"
                " syncing, stale, error, n8n, sandbox) VALUES (%s, 'error', 1, 1, 0, 0, 0, 1, 'ok',"
                " false) ON CONFLICT (workspace_id) DO UPDATE SET status = 'error'",
                [product.workspace(slug)],
            )
        with page.expect_response(lambda answer: "/watch/?search" in answer.url):
            page.clock.fast_forward(31_000)
        expect(row.locator("[data-name]")).to_have_text(name)
    expect(bar).to_have_text(re.compile(r"^[1-9]"))  # this one; another may begin or cease to fail
    expect(row.locator("details")).to_have_attribute("open", "")
    expect(row.locator("[data-user-id]")).to_have_count(1)
    expect(row.locator("summary")).to_be_focused()


def test_a_server_that_does_not_answer_is_named_and_asked_again(
    people: People, product: Product, slug: str
) -> None:
    page = people.live(SUPER, f"/watch/?search={slug}")
    broken = True

    def answer(route: Route) -> None:
        if broken and route.request.headers.get("hx-request"):
            route.abort()
        else:
            route.continue_()

    page.route("**/watch/**", answer)
    row = row_of(page, product, slug)
    row.locator("summary").click()
    expect(row.locator("[data-late]")).to_contain_text("This could not be loaded.")
    row.get_by_role("button", name="Try again").click()
    page.wait_for_timeout(500)
    expect(row.locator("[data-late]")).to_contain_text("This could not be loaded.")
    page.get_by_label("Order", exact=True).select_option("name")
    expect(page.get_by_text("The server did not answer")).to_be_visible()
    broken = False
    page.get_by_role("button", name="Try now").last.click()
    expect(page.get_by_text("The server did not answer")).to_be_hidden()
    expect(row.locator("[data-user-id]")).to_have_count(1)  # what stands open is asked for as well
    expect(row.locator("[data-late]")).to_have_count(0)


def test_a_row_that_is_slow_to_open_shows_a_skeleton(
    people: People, product: Product, slug: str
) -> None:
    page = people.live(SUPER, f"/watch/?search={slug}")
    held: list[Route] = []
    page.route("**/watch/workspaces/*", lambda route: held.append(route))
    row = row_of(page, product, slug)
    row.locator("summary").click()
    more = row.locator("[data-more]")
    expect(more).to_have_attribute("aria-busy", "true")
    assert height_of(more) > 150
    held[0].continue_()
    expect(row.locator("[data-user-id]")).to_have_count(1)
    expect(more).to_have_attribute("aria-busy", "false")


def test_without_a_script_each_row_leads_to_a_page_and_the_dialog_is_one(
    people: People, product: Product, slug: str
) -> None:
    page = people.context(SUPER, java_script_enabled=False).new_page()
    page.goto(f"/watch/?search={slug}")
    row_of(page, product, slug).locator("summary").click()
    page.get_by_role("link", name="Members, quotas, and what can be done").click()
    expect(page.locator("main [data-user-id]")).to_have_count(1)
    page.get_by_role("link", name="Suspend…").click()
    page.get_by_role("button", name="Suspend").click()
    expect(page.locator(".field-error:visible")).to_contain_text("required")
    page.get_by_label("Why?").fill(WHY)
    page.get_by_role("button", name="Suspend").click()
    page.wait_for_url(f"**/watch/workspaces/{product.workspace(slug)}")
    expect(page.locator("main")).to_contain_text(WHY)
    page.get_by_role("link", name="Resume…").click()
    page.get_by_role("button", name="Resume").click()
    expect(page.get_by_role("link", name="Suspend…")).to_be_visible()


@pytest.mark.parametrize("door", ["sql", "administration"])
def test_who_is_no_super_admin_any_more_leaves_at_once(
    door: str, people: People, product: Product, watcher: str
) -> None:
    page = people.live(watcher, "/watch/")
    if door == "sql":
        with product.db() as db:
            db.execute(
                "UPDATE workspaces_user SET is_superuser = false WHERE email = %s", [watcher]
            )
    else:
        other = people.context(SUPER).new_page()
        other.goto(f"/admin/workspaces/user/?q={watcher}")
        other.get_by_role("link", name=watcher).click()
        other.get_by_label("Superuser status").uncheck()
        other.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url(re.compile("/accounts/login/"), timeout=5000)
    expect(page.locator(".toast")).to_contain_text("signed out")
    people.states.pop(watcher)


def test_others_see_no_way_there_and_nothing_is_there(people: People) -> None:
    page = people.live("owner@acme.test")
    assert page.locator('.nav a[href^="/watch/"]').count() == 0
    answer = page.goto("/watch/")
    assert answer is not None
    assert answer.status == 404


# --- suspending ------------------------------------------------------------------------------


def test_a_suspension_is_seen_by_members_at_once_and_stops_them(
    people: People, product: Product, slug: str
) -> None:
    member = people.live(owner_of(product, slug), f"/w/{slug}/settings")
    home = people.live(owner_of(product, slug), "/")
    page = people.live(SUPER, f"/watch/?search={slug}")
    row = row_of(page, product, slug)
    row.locator("summary").click()
    row.get_by_role("link", name="Suspend…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("no kill switch")
    no_findings(page)
    dialog.get_by_role("button", name="Suspend").click()
    expect(dialog.get_by_role("alert")).to_be_visible()
    dialog.get_by_label("Why?").fill(WHY)
    dialog.get_by_role("button", name="Suspend").click()
    expect(dialog).to_be_hidden()
    expect(row.locator("summary")).to_contain_text("Suspended")

    expect(member.locator("[data-suspension]")).to_contain_text(WHY)
    expect(member.locator(".toast")).to_contain_text("suspended")
    no_findings(member)
    mine = home.locator(f'[data-workspace-id="{product.workspace(slug)}"] [data-suspended]')
    expect(mine).to_be_visible()
    member.get_by_label("Name").fill("Another name")
    member.get_by_role("button", name="Save").click()
    expect(member.locator("main")).to_contain_text(WHY)  # the refusal says it
    member.goto(f"/w/{slug}/")
    member.get_by_role("button", name="Sync now").click()
    expect(member.locator(".toast").last).to_contain_text(WHY)

    row.get_by_role("link", name="Resume…").click()
    page.get_by_role("dialog").get_by_role("button", name="Resume").click()
    expect(row.get_by_role("link", name="Suspend…")).to_be_visible()
    expect(mine).to_be_hidden()


def test_the_palette_marks_a_suspended_workspace(
    people: People, product: Product, slug: str
) -> None:
    with product.db() as db:
        db.execute(
            "UPDATE workspaces_workspace SET suspended_at = now(), suspension_reason = 'Why'"
            " WHERE slug = %s",
            [slug],
        )
    page = people.live(owner_of(product, slug), "/")
    page.keyboard.press("Control+k")
    offers = page.get_by_role("dialog", name="Search and commands").get_by_role("option")
    expect(offers.filter(has_text=slug.rsplit("-", 1)[0].title()).first).to_contain_text(
        "Suspended"
    )


# --- the role audit --------------------------------------------------------------------------


def test_an_owner_narrows_the_audit_and_takes_it_along(
    people: People, product: Product, slug: str
) -> None:
    somebody = person(product, "viewer")
    join(product, somebody, slug, "viewer")
    page = people.live(owner_of(product, slug), f"/w/{slug}/")
    found = complaints(page)
    page.get_by_role("link", name="Role audit").click()
    rows = page.locator("[data-audit-id]")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("by the database itself")
    page.get_by_label("Role, before or after").select_option("viewer")
    page.get_by_role("button", name="Show").click()
    expect(rows).to_have_count(1)
    rows.first.get_by_role("link").first.click()
    page.wait_for_url("**userId=**")
    with page.expect_download() as started:
        page.get_by_role("link", name="Export as CSV").click()
    text = started.value.path().read_text(encoding="utf-8-sig")
    assert len(text.strip().splitlines()) == 2
    assert somebody in text
    no_findings(page)
    assert found == []


def test_the_audit_of_all_is_reached_from_a_workspace_and_follows_by_itself(
    people: People, product: Product, slug: str
) -> None:
    page = people.context(SUPER).new_page()
    page.clock.install()
    page.goto(f"/watch/workspaces/{product.workspace(slug)}")
    page.get_by_role("link", name="Role changes", exact=True).click()
    rows = page.locator("[data-audit-id]")
    expect(rows).to_have_count(1)
    join(product, person(product, "viewer"), slug, "admin")
    page.clock.fast_forward(32_000)
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("joined as Admin")
