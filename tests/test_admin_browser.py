"""The administration in real Chromium: its scripts and styles under our policy."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page, expect

from tests.people import People
from tests.product import Product
from tests.test_browser import complaints

pytestmark = pytest.mark.browser

SUPER = "super@demo.test"
PAGES = [
    "/admin/",
    "/admin/workspaces/user/?q=acme",
    "/admin/workspaces/workspace/",
    "/admin/workspaces/workspace/add/",
    "/admin/workspaces/workspace/{acme}/change/",
    "/admin/workspaces/membership/",
    "/admin/workspaces/instance/default/change/",
    "/admin/campaigns/campaign/?sync_status__exact=live",
    "/admin/campaigns/run/",
    "/admin/governance/auditevent/",
]


def opened(people: People, path: str, **options: str) -> tuple[Page, list[str]]:
    page = people.context(SUPER, **options).new_page()
    found = complaints(page)
    page.on("response", lambda r: found.append(f"{r.status} {r.url}") if r.status >= 400 else None)
    page.goto(path)
    page.wait_for_load_state("networkidle")
    return page, found


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_of_the_administration_breaks_no_csp_and_is_accessible(
    people: People, product: Product, path: str, scheme: str
) -> None:
    path = path.format(acme=product.workspace())
    page, found = opened(people, path, color_scheme=scheme)
    assert found == []
    broken = Axe().run(page).response["violations"]
    assert [(rule["id"], [node["target"] for node in rule["nodes"]][:3]) for rule in broken] == []


def test_a_super_admin_finds_it_changes_a_quota_and_leaves_again(
    people: People, product: Product
) -> None:
    page = people.sign_in(SUPER)
    page.get_by_role("button", name="Your account").click()
    page.get_by_role("link", name="Administration", exact=True).click()
    page.wait_for_url("**/admin/")
    page.locator("#workspaces-workspace").get_by_role("link").click()
    page.goto("/admin/workspaces/workspace/?q=globex")  # other tests make many
    page.get_by_role("link", name="Globex").click()
    page.get_by_label("Members:").fill("77")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    page.goto(f"/admin/workspaces/workspace/{product.workspace('globex')}/change/")
    expect(page.get_by_label("Members:")).to_have_value("77")
    page.goto("/admin/governance/auditevent/?action=quota_changed")
    changed = re.compile(r"members: \d+ → 77")
    expect(page.get_by_role("cell", name=changed).first).to_be_visible()
    page.get_by_role("link", name="Back to the workspaces").click()
    page.wait_for_url(f"{product.url}/")


def test_the_theme_is_chosen_there_and_signing_out_is_ours(people: People) -> None:
    page, found = opened(people, "/admin/", color_scheme="light")
    page.locator(".theme-toggle").first.click()
    expect(page.locator("html")).to_have_attribute("data-theme", re.compile("dark|light"))
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(re.compile(r"/$"))
    page.goto("/admin/")
    page.wait_for_url("**/accounts/login/?next=/admin/")
    assert found == []
    people.states.pop(SUPER)
