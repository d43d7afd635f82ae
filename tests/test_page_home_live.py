"""The first page while somebody looks: in Chromium, against the running product."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page, Request, WebSocketRoute, expect

from tests import processes
from tests.page_people import join, leave, person, workspace
from tests.people import FAST, LIVE, People
from tests.product import Product, heartbeat
from tests.test_browser import complaints, without_http

pytestmark = pytest.mark.browser

NAMES = ("Alfa", "Bravo", "Charlie", "Delta")
MANY = 200
DEPENDENTS = {
    "campaigns_syncrun": "workspace_id",
    "campaigns_workspaceclock": "workspace_id",
    "workspaces_health": "workspace_id",
    "workspaces_membership": "workspace_id",
    "workspaces_workspaceuserobjectpermission": "content_object_id",
}
PATIENT = 15_000  # ms: polling begins after three failures


@dataclass
class Agency:
    """Somebody with four workspaces, the last of them as a viewer; a campaign in each."""

    product: Product
    email: str
    slugs: dict[str, str]
    workflows: dict[str, str]
    run: int = 1

    def beat(self, name: str, status: str) -> None:
        if status == "running":
            self.run += 1
        beat = heartbeat(self.workflows[name], status, executionId=str(self.run))
        assert self.product.beat(beat).json()["accepted"] == 1
        if status == "error":
            self.run += 1

    def id(self, name: str) -> str:
        return str(self.product.workspace(self.slugs[name]))


@pytest.fixture
def agency(product: Product, people: People) -> Agency:
    slugs = {name: workspace(product, name.lower()) for name in NAMES}
    with product.db() as db:
        for name, slug in slugs.items():
            db.execute("UPDATE workspaces_workspace SET name = %s WHERE slug = %s", [name, slug])
            person(product, "owner", slug)
    email = person(product, "owner", slugs["Alfa"])
    for name in NAMES[1:]:
        join(product, email, slugs[name], "viewer" if name == "Delta" else "owner")
    workflows = {name: product.campaign(f"Of {name}", slug)[1] for name, slug in slugs.items()}
    found = Agency(product, email, slugs, workflows)
    for name in NAMES:
        found.beat(name, "running")
        found.beat(name, "success")
    return found


def row(page: Page, name: str):  # type: ignore[no-untyped-def]
    return page.locator("[data-row]").filter(has=page.get_by_text(name, exact=True))


def order(page: Page) -> list[str]:
    return page.locator("[data-row]:visible strong").all_inner_texts()


def ordered(page: Page, names: list[str], timeout: int = FAST) -> None:
    expect(page.locator("[data-row]:visible strong")).to_have_text(names, timeout=timeout)


# --- live ----------------------------------------------------------------------------------------


def test_rows_sentence_bar_and_tab_follow_by_the_socket_alone(
    people: People, agency: Agency
) -> None:
    page = people.live(agency.email, "/")
    ordered(page, [*NAMES])
    expect(page.locator("h1")).to_have_text("All 4 workspaces are fine")
    asked = without_http(page)
    agency.beat("Charlie", "error")
    expect(row(page, "Charlie")).to_have_attribute("data-status", "error", timeout=FAST)
    expect(row(page, "Charlie").locator("[data-line]")).to_have_text("1 of 1 campaign failing")
    expect(row(page, "Charlie").locator('[data-count="error"] [data-n]')).to_have_text("1")
    expect(page.locator("h1")).to_have_text("1 of 4 workspaces needs you")
    expect(page.locator("[data-rest]")).to_have_text("3 are fine")
    expect(page).to_have_title("Error · Workspaces · Orchestrator")
    assert "E0354C" in (page.locator('link[rel="icon"]').get_attribute("href") or "")
    bar = page.locator('[data-component="system-health-bar"]')
    expect(bar).to_have_attribute("data-status", "error")
    assert bar.locator("[data-n]").all_inner_texts() == ["1", "0", "3", "0"]
    ordered(page, ["Charlie", "Alfa", "Bravo", "Delta"])
    expect(row(page, "Alfa")).to_have_attribute("data-parted", "")
    agency.beat("Charlie", "success")
    expect(page.locator("h1")).to_have_text("All 4 workspaces are fine", timeout=FAST)
    expect(page).to_have_title("Live · Workspaces · Orchestrator")
    assert asked == []


def test_no_row_moves_under_the_pointer_or_the_focus(people: People, agency: Agency) -> None:
    page = people.live(agency.email, "/")
    ordered(page, [*NAMES])
    page.locator("[data-row]").nth(1).hover()
    agency.beat("Delta", "error")
    expect(row(page, "Delta")).to_have_attribute("data-status", "error", timeout=FAST)
    page.wait_for_timeout(700)  # longer than it takes to move
    assert order(page) == [*NAMES]
    page.mouse.move(5, 5)
    ordered(page, ["Delta", "Alfa", "Bravo", "Charlie"])
    row(page, "Bravo").locator("a").focus()
    agency.beat("Charlie", "error")
    expect(row(page, "Charlie")).to_have_attribute("data-status", "error", timeout=FAST)
    page.wait_for_timeout(700)
    assert order(page) == ["Delta", "Alfa", "Bravo", "Charlie"]
    page.locator("h1").focus()
    ordered(page, ["Charlie", "Delta", "Alfa", "Bravo"])


@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
def test_rows_glide_to_their_place_unless_motion_is_unwanted(
    people: People, agency: Agency, motion: str
) -> None:
    page = people.context(agency.email, reduced_motion=motion).new_page()
    page.add_init_script(
        "const animate = Element.prototype.animate; window.moved = 0;"
        "Element.prototype.animate ="
        " function (...a) { window.moved++; return animate.apply(this, a) }"
    )
    page.goto("/")
    page.wait_for_selector(LIVE)
    agency.beat("Delta", "error")
    ordered(page, ["Delta", "Alfa", "Bravo", "Charlie"])
    assert page.evaluate("window.moved") == (4 if motion == "no-preference" else 0)


def test_an_older_state_is_not_painted_over_a_newer_one(people: People, agency: Agency) -> None:
    page = people.context(agency.email).new_page()
    frames: list[str] = []

    def between(socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()

        def pass_on(text: str | bytes) -> None:
            frames.append(str(text))
            socket.send(text)
            if '"health.changed"' in str(text) and agency.id("Alfa") in str(text):
                socket.send(frames[0])  # its first snapshot, late

        server.on_message(pass_on)

    page.route_web_socket("**/ws/me/", between)
    page.goto("/")
    page.wait_for_selector(LIVE)
    first = next(text for text in frames if agency.id("Alfa") in text)
    frames.insert(0, first)
    agency.beat("Alfa", "error")
    expect(row(page, "Alfa")).to_have_attribute("data-status", "error", timeout=FAST)
    page.wait_for_timeout(300)
    assert row(page, "Alfa").get_attribute("data-status") == "error"


def test_a_lost_connection_puts_a_doubt_on_every_mark(people: People, agency: Agency) -> None:
    page = people.live(agency.email, "/")
    assert page.locator(".doubt:visible").count() == 0
    page.context.set_offline(True)
    page.wait_for_selector('html[data-connection="offline"]')
    assert page.locator("[data-row] .doubt:visible").count() == len(NAMES)
    assert page.title() == "Live ? · Workspaces · Orchestrator"
    page.context.set_offline(False)
    page.wait_for_selector(LIVE, timeout=PATIENT)
    assert page.locator(".doubt:visible").count() == 0


def test_where_no_socket_gets_through_the_page_polls_and_is_true(
    people: People, agency: Agency
) -> None:
    page = people.context(agency.email).new_page()
    page.route_web_socket("**/ws/**", lambda socket: socket.close())
    page.goto("/")
    page.wait_for_selector('html[data-connection="polling"]', timeout=PATIENT)
    agency.beat("Bravo", "error")
    expect(row(page, "Bravo")).to_have_attribute("data-status", "error", timeout=PATIENT)
    leave(agency.product, agency.email, agency.slugs["Charlie"])
    expect(row(page, "Charlie")).to_have_count(0, timeout=PATIENT)
    assert page.locator("[data-row] time").count() == 2  # not of where one is a viewer


# --- come and gone -------------------------------------------------------------------------------


def test_a_workspace_that_comes_or_goes_does_so_at_once_and_with_a_word(
    people: People, agency: Agency
) -> None:
    page = people.live(agency.email, "/")
    asked = without_http(page)
    row(page, "Bravo").locator("a").focus()
    leave(agency.product, agency.email, agency.slugs["Bravo"])
    expect(row(page, "Bravo")).to_have_count(0, timeout=FAST)
    expect(page.locator(".toast")).to_have_text("You are no longer a member of Bravo.")
    expect(row(page, "Charlie").locator("a")).to_be_focused()
    expect(page.locator("h1")).to_have_text("All 3 workspaces are fine")
    assert "Bravo" not in page.locator("main").inner_text()
    join(agency.product, agency.email, agency.slugs["Bravo"], "admin")
    expect(row(page, "Bravo")).to_have_attribute("data-status", "live", timeout=FAST)
    expect(row(page, "Bravo").locator("[data-role]")).to_have_text("Admin")
    expect(row(page, "Bravo").locator("time")).to_have_count(1)
    expect(row(page, "Bravo").locator("a")).to_have_attribute(
        "href", f"/w/{agency.slugs['Bravo']}/"
    )
    expect(page.locator(".toast").last).to_have_text("You are in Bravo now.")
    expect(page.locator("h1")).to_have_text("All 4 workspaces are fine")
    page.locator("h1").focus()
    ordered(page, [*NAMES], timeout=PATIENT)
    assert page.locator(".workspace-gap").count() == 0
    assert asked == []


def test_the_last_to_go_leaves_the_empty_page_and_the_first_to_come_ends_it(
    people: People, agency: Agency
) -> None:
    for name in NAMES[1:]:
        leave(agency.product, agency.email, agency.slugs[name])
    page = people.live(agency.email, "/")
    leave(agency.product, agency.email, agency.slugs["Alfa"])
    expect(page.get_by_text("You are a member of no workspace")).to_be_visible(timeout=FAST)
    expect(page.locator(".toast")).to_have_text("You are no longer a member of Alfa.")
    page.wait_for_selector(LIVE)
    join(agency.product, agency.email, agency.slugs["Alfa"], "member")
    ordered(page, ["Alfa"])


def test_who_becomes_a_viewer_is_told_and_loses_the_time(people: People, agency: Agency) -> None:
    page = people.live(agency.email, "/")
    expect(page.locator("[data-row] time")).to_have_count(3)
    without_http(page)  # at once, and not when a fresh state is fetched
    with agency.product.db() as db:
        db.execute(
            "UPDATE workspaces_membership SET role = 'viewer' WHERE workspace_id = %s AND user_id ="
            " (SELECT id FROM workspaces_user WHERE email = %s)",
            [agency.id("Alfa"), agency.email],
        )
    expect(page.locator(".toast")).to_have_text("Your rights in Alfa have changed.", timeout=FAST)
    expect(row(page, "Alfa").locator("time")).to_have_count(0)
    expect(row(page, "Alfa").locator("[data-role]")).to_have_text("Viewer")
    agency.beat("Alfa", "error")
    expect(row(page, "Alfa")).to_have_attribute("data-status", "error", timeout=FAST)
    assert page.locator("[data-row] time").count() == 2


# --- search and keys -----------------------------------------------------------------------------


def test_it_filters_as_one_types_and_the_address_says_the_same(
    people: People, agency: Agency
) -> None:
    page = people.live(agency.email, "/")
    without_http(page)
    page.keyboard.press("/")
    expect(page.locator("[data-search-input]")).to_be_focused()
    page.keyboard.type("A L")
    ordered(page, ["Alfa", "Charlie", "Delta"])
    expect(page.locator("[data-found]")).to_have_text("3 of 4 workspaces")
    assert page.url.endswith("/?search=A+L")
    page.keyboard.type("zz")
    ordered(page, [])
    expect(page.get_by_text("No workspace has that name")).to_be_visible()
    expect(page.locator("[data-sought]")).to_have_text("A Lzz")
    agency.beat("Bravo", "error")  # hidden, and counted all the same
    expect(page.locator("h1")).to_have_text("1 of 4 workspaces needs you", timeout=FAST)
    page.get_by_role("link", name="Show all workspaces").click()
    page.mouse.move(0, 0)  # nothing moves under the pointer
    ordered(page, ["Bravo", "Alfa", "Charlie", "Delta"])
    assert page.url.endswith("/")
    expect(page.locator("[data-search-input]")).to_be_focused()


def test_the_address_of_a_search_opens_as_it_was_and_the_rest_comes_by_the_socket(
    people: People, agency: Agency
) -> None:
    page = people.live(agency.email, "/?search=brav")
    ordered(page, ["Bravo"])
    expect(page.locator("h1")).to_have_text("All 4 workspaces are fine")
    assert page.locator(".toast").count() == 0
    page.locator("[data-search-input]").fill("")
    ordered(page, [*NAMES], timeout=PATIENT)
    assert page.url.endswith("/")


def test_without_a_script_the_search_is_a_form(people: People, agency: Agency) -> None:
    page = people.context(agency.email, java_script_enabled=False).new_page()
    page.goto("/")
    assert order(page) == [*NAMES]
    page.get_by_role("searchbox").fill("char")
    page.keyboard.press("Enter")
    page.wait_for_url("**/?search=char")
    assert order(page) == ["Charlie"]
    page.goto("/?search=nothing")
    expect(page.get_by_text("No workspace has that name")).to_be_visible()
    page.get_by_role("link", name="Show all workspaces").click()
    page.wait_for_url("**/")
    assert order(page) == [*NAMES]


def test_j_and_k_go_along_the_rows_and_enter_opens(people: People, agency: Agency) -> None:
    page = people.live(agency.email, "/")

    def at(name: str) -> None:
        expect(row(page, name).locator("a")).to_be_focused()

    for key, name in (("j", "Alfa"), ("j", "Bravo"), ("k", "Alfa"), ("k", "Alfa"), ("j", "Bravo")):
        page.keyboard.press(key)
        at(name)
    page.keyboard.press("/")
    page.keyboard.type("jack")  # typed, it moves nothing
    expect(page.locator("[data-search-input]")).to_be_focused()
    page.locator("[data-search-input]").fill("l")
    page.keyboard.press("Enter")
    at("Alfa")
    page.keyboard.press("j")
    at("Charlie")  # past the hidden one
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/w/{agency.slugs['Charlie']}/")


# --- for everybody, and many ---------------------------------------------------------------------


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 320)])
def test_a_full_page_is_accessible_breaks_no_csp_and_does_not_scroll_sideways(
    people: People, agency: Agency, scheme: str, width: int
) -> None:
    agency.beat("Charlie", "error")
    with agency.product.db() as db:
        name = "A very long name of a workspace that does not fit into any line " + "x" * 30
        db.execute(
            "UPDATE workspaces_workspace SET name = %s WHERE slug = %s",
            [name, agency.slugs["Bravo"]],
        )
    size = {"width": width, "height": 800}
    page = people.context(agency.email, viewport=size, color_scheme=scheme).new_page()
    found = complaints(page)
    page.goto("/")
    page.wait_for_selector(LIVE)
    page.wait_for_timeout(400)  # first animations
    assert found == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    broken = Axe().run(page).response["violations"]
    assert [(rule["id"], [node["target"] for node in rule["nodes"]][:3]) for rule in broken] == []
    page.goto("/?search=nothing")
    page.wait_for_selector(LIVE)
    broken = Axe().run(page).response["violations"]
    assert [(rule["id"], [node["target"] for node in rule["nodes"]][:3]) for rule in broken] == []


def test_it_is_spoken_where_somebody_is_needed(people: People, agency: Agency) -> None:
    page = people.live(agency.email, "/")
    agency.beat("Delta", "error")
    expect(page.locator("#say")).to_have_text(
        re.compile(r"Delta: 1 of 1 campaign failing"), timeout=FAST
    )


@pytest.fixture
def many(product: Product) -> Iterator[str]:
    """Gone afterwards: they would be synced each minute, beside whatever else is tested."""
    email = person(product, "owner", workspace(product, "first"))
    with product.db() as db:
        db.execute(
            "WITH w AS (INSERT INTO workspaces_workspace (id, name, slug, tag, timezone,"
            " instance_id, version, created_at) SELECT gen_random_uuid(), 'Client ' || n,"
            " 'client-' || n, 'ork:client-' || n, 'UTC', 'default', 1, now()"
            " FROM generate_series(100, 298) n RETURNING id)"
            " INSERT INTO workspaces_membership (id, workspace_id, user_id, role, version,"
            " joined_at) SELECT gen_random_uuid(), w.id, u.id, 'owner', 1, now()"
            " FROM w, workspaces_user u WHERE u.email = %s",
            [email],
        )
    yield email
    assert processes.wait_until(lambda: removed(product, "ork:client-%"), 60)


def removed(product: Product, tags: str) -> bool:
    """False where a sync has just begun in one of them."""
    theirs = "IN (SELECT id FROM workspaces_workspace WHERE tag LIKE %s)"
    with product.db() as db:
        try:
            with db.transaction():
                for table, column in DEPENDENTS.items():
                    db.execute(f"DELETE FROM {table} WHERE {column} {theirs}", [tags])  # noqa: S608
                db.execute("DELETE FROM workspaces_workspace WHERE tag LIKE %s", [tags])
        except psycopg.errors.ForeignKeyViolation:
            return False
    return True


def test_two_hundred_are_light_quick_and_searched_at_once(people: People, many: str) -> None:
    warm = people.context(many).new_page()
    warm.goto("/", timeout=PATIENT)  # brings the bars of new ones up to date
    page = people.context(many).new_page()
    requests: list[Request] = []
    page.on("requestfinished", lambda request: requests.append(request))
    page.goto("/")
    page.wait_for_selector(LIVE)
    assert page.locator("[data-row]").count() == MANY
    sizes = {request.url: request.sizes()["responseBodySize"] for request in requests}
    assert sum(sizes.values()) <= 40 * 1024, sizes
    took = page.evaluate(
        """async () => {
            const input = document.querySelector('[data-search-input]');
            const began = performance.now();
            input.value = '277';
            input.dispatchEvent(new Event('input', {bubbles: true}));
            await new Promise(requestAnimationFrame);
            return performance.now() - began;
        }"""
    )
    assert order(page) == ["Client 277"]
    assert took < 200
