"""The gallery of templates in real Chromium: searched as one types, and kept for bad times."""

import pytest
from playwright.sync_api import Page, expect

from tests.people import FAST, People
from tests.product import Product

pytestmark = pytest.mark.browser

URL = "/w/acme/templates"


def names(page: Page) -> list[str]:
    return page.locator("[data-template-id]:visible h2").all_inner_texts()


def test_it_is_narrowed_without_a_reload_and_back_goes_back(people: People) -> None:
    page = people.live("viewer@acme.test", URL)
    page.evaluate("window.same = true")
    whole = names(page)
    page.get_by_role("link", name="Leads").click()
    expect(page.locator("[data-template-id]")).to_have_count(2)
    assert page.url.endswith("?category=Leads")
    page.keyboard.press("/")
    page.keyboard.type("CRM")
    expect(page.locator("[data-template-id]")).to_have_count(1)
    assert names(page) == ["Lead intake"]
    assert "search=CRM" in page.url
    page.keyboard.type(" and nothing like it")
    expect(page.get_by_role("heading", name="No template is like that")).to_be_visible()
    page.get_by_role("link", name="Show all templates").click()
    expect(page.locator("[data-template-id]")).to_have_count(len(whole))
    page.go_back()
    expect(page.get_by_role("heading", name="No template is like that")).to_be_visible()
    page.go_forward()
    expect(page.locator("[data-template-id]")).to_have_count(len(whole))
    assert page.evaluate("window.same")


def test_without_a_server_the_last_known_one_is_shown_and_marked(
    people: People, product: Product
) -> None:
    page = people.live("owner@acme.test", URL)
    page.get_by_role("link", name="Commerce").click()
    expect(page.locator("[data-template-id]")).to_have_count(3)
    page.context.set_offline(True)
    page.get_by_label("Search templates").fill("review")
    notice = page.locator("[data-last-known]")
    expect(notice).to_be_visible()
    expect(notice).to_contain_text("as it was last known")
    expect(notice).to_contain_text("?")
    expect(page.locator("[data-template-id]:visible h2")).to_have_text(["Review request"])
    page.get_by_role("link", name="All").first.click()
    page.get_by_label("Search templates").fill("digest")
    expect(page.locator("[data-template-id]:visible h2")).to_have_text(["Weekly digest"])
    page.context.set_offline(False)
    expect(notice).to_be_hidden(timeout=FAST)
    assert names(page) == ["Weekly digest"]


def test_what_is_kept_is_not_shown_to_somebody_else(people: People) -> None:
    page = people.live("owner@acme.test", URL)
    keys = page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('gallery:'))")
    who = page.locator("[data-gallery]").get_attribute("data-user-id")
    assert len(keys) == 1
    assert str(who) in keys[0]
