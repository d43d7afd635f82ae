"""What holds for every page: read by everybody, broken by nothing, light, and at rest."""

import re
from dataclasses import dataclass

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page, Request, expect

from tests.people import FAST, LIVE, People
from tests.product import Product, heartbeat
from tests.provisions import made, template_id
from tests.test_browser import complaints

pytestmark = pytest.mark.browser

OWNER = "owner@acme.test"
SUPER = "super@demo.test"
PAGES = {
    "sign-in": ("", "/accounts/login/"),
    "landing": ("", "/"),
    "home": (OWNER, "/"),
    "campaigns": (OWNER, "/w/acme/"),
    "campaigns as a viewer": ("viewer@acme.test", "/w/acme/"),
    "campaign": (OWNER, "/w/acme/campaigns/{campaign}"),
    "campaign as a viewer": ("viewer@acme.test", "/w/acme/campaigns/{campaign}"),
    "webhook calls": (OWNER, "/w/acme/campaigns/{campaign}/calls"),
    "saving as a template": (OWNER, "/w/acme/campaigns/{campaign}/template"),
    "connect": (OWNER, "/w/acme/connect"),
    "settings": (OWNER, "/w/acme/settings"),
    "settings as an admin": ("admin@acme.test", "/w/acme/settings"),
    "members": (OWNER, "/w/acme/members"),
    "members as a viewer": ("viewer@acme.test", "/w/acme/members"),
    "members, searched": (OWNER, "/w/acme/members?search=admin&role=admin&sort=-joined"),
    "keys": (OWNER, "/w/acme/keys"),
    "account": (OWNER, "/account/"),
    "second factor needed": (OWNER, "/second-factor?workspace=acme&next=/w/acme/"),
    "authenticator app": (OWNER, "/accounts/2fa/totp/activate/"),
    "passkey": (OWNER, "/accounts/2fa/webauthn/add/"),
    "it is you": (OWNER, "/accounts/reauthenticate/?next=/account/"),
    "templates": (OWNER, "/w/acme/templates"),
    "templates as a viewer": ("viewer@acme.test", "/w/acme/templates"),
    "templates, none found": (OWNER, "/w/acme/templates?search=nothing+like+it"),
    "new campaign": (OWNER, "/w/acme/new"),
    "new campaign of a template": (OWNER, "/w/acme/new?template={template}"),
    "making": (OWNER, "/w/acme/new/{provision}"),
    "role audit": (OWNER, "/w/acme/role-audit"),
    "watch": (SUPER, "/watch/"),
    "watch over one": (SUPER, "/watch/workspaces/{acme}"),
    "suspending": (SUPER, "/watch/workspaces/{acme}/suspension"),
    "role audit of all": (SUPER, "/watch/role-audit"),
}
every_page = pytest.mark.parametrize(("email", "path"), PAGES.values(), ids=PAGES)
COLOURS = """e => [getComputedStyle(e).color,
    getComputedStyle(document.documentElement).backgroundColor]"""
A_PIXEL = 1e-5  # a badge's word that is drawn half a pixel beside; 0.1 is what counts as good
SHIFTS = """() => { window.shifted = []; new PerformanceObserver(list => {
    for (const e of list.getEntries()) if (!e.hadRecentInput) window.shifted.push(
        [e.value, ...e.sources.map(s => s.node?.outerHTML?.slice(0, 120) ?? '')]);
}).observe({type: 'layout-shift', buffered: false}) }"""


@dataclass
class Subject:
    """A campaign with runs of both kinds."""

    id: str
    workflow: str
    acme: str  # its workspace
    template: str
    provision: str  # of a campaign that was made of it

    def path(self, path: str) -> str:
        return path.format(
            campaign=self.id, acme=self.acme, template=self.template, provision=self.provision
        )


@pytest.fixture(scope="module")
def subject(product: Product) -> Subject:
    id, workflow = product.campaign("Seen on every page")
    for run, status in enumerate(("success", "success", "error", "success"), start=1):
        product.beat(heartbeat(workflow, status, executionId=str(run)))
    template = template_id(product, "lead-intake")
    values = {"crmUrl": "https://crm.example.com/hook"}
    provision = made(product, OWNER, template, "Made for every page", values)
    return Subject(str(id), workflow, str(product.workspace()), template, provision)


def opened(page: Page, path: str, subject: Subject) -> None:
    answer = page.goto(subject.path(path))
    assert answer is not None
    assert answer.status == 200
    assert "content-security-policy" in answer.headers
    if page.locator('[data-component="system-health-bar"]').count():
        page.wait_for_selector(LIVE)


def barriers(page: Page) -> list[tuple[str, list[str]]]:
    """What axe finds, with where it is."""
    found = Axe().run(page).response["violations"]
    return [(rule["id"], [node["target"] for node in rule["nodes"]][:3]) for rule in found]


@every_page
def test_a_page_is_light_accessible_breaks_no_csp_fits_a_phone_and_prints(
    people: People, subject: Subject, email: str, path: str
) -> None:
    """At most twelve requests and 40 KB: page, styles, scripts, icon, as they are sent."""
    size = {"width": 1280, "height": 800}
    page = people.context(email, viewport=size, color_scheme="light").new_page()
    found = complaints(page)
    requests: list[Request] = []
    page.on("requestfinished", lambda request: requests.append(request))
    opened(page, path, subject)
    page.wait_for_load_state("networkidle")
    sizes = {request.url: request.sizes()["responseBodySize"] for request in requests}
    assert len(requests) <= 12, sizes
    assert sum(sizes.values()) <= 40 * 1024, sizes
    assert min(sizes.values()) > 0, sizes  # measured, and nothing came from a cache
    assert barriers(page) == []

    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 320, "height": 800})
    page.wait_for_timeout(300)  # what fades to its new colour
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert barriers(page) == []

    page.emulate_media(media="print")
    expect(page.locator("h1")).to_be_visible()
    for tool in (".bar", ".nav", ".public-head form", ".foot", "main button"):
        assert page.locator(f"{tool}:visible").count() == 0, tool
    assert found == []


@every_page
def test_a_page_can_be_read_without_a_script(
    people: People, subject: Subject, email: str, path: str
) -> None:
    page = people.context(email, java_script_enabled=False).new_page()
    page.goto(subject.path(path))
    expect(page.locator("h1")).to_be_visible()
    assert page.locator(".needs-script:visible").count() == 0
    assert page.locator('[data-connection="connecting"]:visible').count() == 0


LIVE_PAGES = ("home", "campaigns", "campaigns as a viewer", "campaign", "campaign as a viewer")


@pytest.mark.parametrize(
    ("email", "path"), [PAGES[name] for name in LIVE_PAGES], ids=list(LIVE_PAGES)
)
def test_nothing_moves_when_news_come(
    people: People, product: Product, subject: Subject, email: str, path: str
) -> None:
    page = people.context(email, viewport={"width": 1280, "height": 900}).new_page()
    opened(page, path, subject)
    page.wait_for_timeout(1500)  # the page's own first steps
    page.evaluate(SHIFTS)
    before = page.locator('[data-component="system-health-bar"]').get_attribute(
        "data-state-version"
    )
    for run, status in enumerate(("running", "success", "running", "success") * 3):
        product.beat(heartbeat(subject.workflow, status, executionId=str(100 + run // 2)))
        page.wait_for_timeout(250)
    page.wait_for_timeout(1500)  # fragments that are fetched after the frames
    if path != "/":
        after = page.locator('[data-component="system-health-bar"]').get_attribute(
            "data-state-version"
        )
        assert before != after  # there were news
    assert [moved for moved in page.evaluate("window.shifted") if moved[0] > A_PIXEL] == []


@pytest.mark.parametrize("name", ["home", "campaigns", "campaign"])
def test_who_wants_no_motion_gets_none(
    people: People, product: Product, subject: Subject, name: str
) -> None:
    email, path = PAGES[name]
    page = people.context(email, reduced_motion="reduce").new_page()
    opened(page, path, subject)
    product.beat(heartbeat(subject.workflow, "running", executionId="900"))
    page.wait_for_timeout(700)
    moving = "document.getAnimations().filter(a => a.effect.getTiming().duration > 1).length"
    assert page.evaluate(moving) == 0
    product.beat(heartbeat(subject.workflow, "success", executionId="900"))


@pytest.mark.parametrize("name", ["home", "campaigns", "campaign"])
def test_forced_colours_leave_every_status_its_shape_and_word(
    people: People, subject: Subject, name: str
) -> None:
    email, path = PAGES[name]
    page = people.context(email, forced_colors="active").new_page()
    opened(page, path, subject)
    marks = page.locator("main .pulse:visible")
    assert marks.count() > 0
    for mark in marks.all():
        assert mark.locator("[data-word]").inner_text().strip()
        icon = mark.locator(".icon").first
        colours = (
            "e => [getComputedStyle(e).color, getComputedStyle(document.body).backgroundColor]"
        )
        drawn, ground = icon.evaluate(colours)
        assert drawn != ground
        assert icon.evaluate("e => e.getBoundingClientRect().width") > 0


# The keys


def test_the_palette_finds_a_campaign_and_goes_there_by_keys_alone(
    people: People, subject: Subject
) -> None:
    page = people.live(OWNER)
    page.keyboard.press("Control+k")
    box = page.get_by_role("combobox", name="Search and commands")
    expect(box).to_be_focused()
    broken = Axe().run(page).response["violations"]
    assert [rule["id"] for rule in broken] == []
    page.keyboard.type("seen on every")
    offers = page.get_by_role("dialog", name="Search and commands").get_by_role("option")
    expect(offers.and_(page.locator('[aria-selected="true"]'))).to_contain_text(
        "Seen on every page"
    )
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/campaigns/{subject.id}")


def test_the_palette_finds_without_marks_and_says_where_campaigns_are_searched(
    people: People,
) -> None:
    page = people.live(OWNER, "/")
    page.keyboard.press("Control+k")
    box = page.get_by_role("combobox", name="Search and commands")
    box.fill("ácmé")
    dialog = page.get_by_role("dialog", name="Search and commands")
    expect(dialog.get_by_role("option")).to_contain_text("Acme")
    box.fill("seen on every")
    expect(dialog.get_by_role("status")).to_contain_text("are searched inside a workspace")


def test_the_palette_offers_only_what_the_role_may(people: People) -> None:
    offered = {}
    for role in ("owner", "admin", "viewer"):
        page = people.live(f"{role}@acme.test")
        page.keyboard.press("Control+k")
        offers = page.get_by_role("dialog", name="Search and commands").get_by_role("option")
        offers.first.wait_for()
        offered[role] = {
            name: offers.filter(has_text=name).count() > 0
            for name in ("Connection", "Settings", "Sync now", "Campaigns", "Globex")
        }
    seen = {"Campaigns": True, "Globex": False}
    assert offered["owner"] == seen | {"Connection": True, "Settings": True, "Sync now": True}
    assert offered["admin"] == seen | {"Connection": False, "Settings": True, "Sync now": False}
    assert offered["viewer"] == seen | {"Connection": False, "Settings": False, "Sync now": False}


def test_the_sheet_of_shortcuts_opens_closes_and_turns_single_keys_off(people: People) -> None:
    page = people.live(OWNER)
    page.keyboard.press("?")
    sheet = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(sheet).to_be_visible()
    broken = Axe().run(page).response["violations"]
    assert [rule["id"] for rule in broken] == []
    sheet.get_by_label("Use shortcuts of one key").uncheck()
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    page.keyboard.press("?")
    page.wait_for_timeout(300)
    expect(sheet).to_be_hidden()
    page.keyboard.press("g")
    page.keyboard.press("w")
    page.wait_for_timeout(300)
    assert page.url.endswith("/w/acme/")
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox", name="Search and commands")).to_be_focused()


def test_g_and_a_letter_go_where_the_letter_says(people: People) -> None:
    page = people.live(OWNER)
    for letter, path in (("s", "/w/acme/settings"), ("n", "/w/acme/connect"), ("c", "/w/acme/")):
        page.keyboard.press("g")
        page.keyboard.press(letter)
        page.wait_for_url(f"**{path}", timeout=FAST)
    page.keyboard.press("/")
    page.wait_for_timeout(100)
    expect(page.locator("[data-search-input]")).to_be_focused()
    page.keyboard.type("g w")  # typed into the search, it leads nowhere
    page.wait_for_timeout(400)
    assert "/w/acme/" in page.url


@pytest.mark.parametrize(
    ("email", "path", "tabs"),
    [
        (OWNER, "/w/acme/", ["Workspaces", "Campaigns", "Templates", "Members", "More"]),
        ("admin@acme.test", "/w/acme/", "Workspaces Campaigns Templates Members Settings".split()),
        ("viewer@acme.test", "/w/acme/", ["Workspaces", "Campaigns", "Templates", "Members"]),
        (SUPER, "/watch/", ["Workspaces", "Watch", "All role changes"]),
    ],
)
def test_a_phone_leads_wherever_the_side_list_does(
    people: People, email: str, path: str, tabs: list[str]
) -> None:
    wide = people.context(email, viewport={"width": 1280, "height": 800}).new_page()
    wide.goto(path)
    listed = [link.inner_text() for link in wide.locator(".nav-link:visible").all()]
    page = people.context(email, viewport={"width": 320, "height": 640}).new_page()
    page.goto(path)
    shown = page.locator(".nav-link:visible")
    assert [tab.inner_text() for tab in shown.all()] == tabs
    edges = [tab.bounding_box() for tab in shown.all()]
    assert all(edge and 0 <= edge["x"] <= 320 - edge["width"] for edge in edges), edges
    if "More" not in tabs:
        assert listed == tabs
        return
    more = page.get_by_role("button", name="More")
    more.focus()
    page.keyboard.press("Enter")
    rest = page.locator("#nav-rest .nav-link")
    expect(rest.first).to_be_visible()
    assert [*tabs[:-1], *[link.inner_text() for link in rest.all()]] == listed
    page.keyboard.press("Escape")
    expect(rest.first).to_be_hidden()
    expect(more).to_be_focused()
    more.click()
    page.get_by_role("link", name="Settings").click()
    expect(page).to_have_url(re.compile("/w/acme/settings$"))
    expect(rest.first).to_be_hidden()
    expect(page.get_by_role("button", name="More")).to_have_attribute("aria-current", "true")
