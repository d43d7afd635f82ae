"""The wizard and the progress in real Chromium: from a template to a workflow that runs."""

import re
import uuid
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page, expect

from tests.live_place import waited
from tests.page_people import person
from tests.people import LIVE, People, height_of
from tests.product import Product
from tests.provisions import CRM, begin, broken_template, mend, named, status, template_id
from tests.test_browser import complaints

pytestmark = pytest.mark.browser

GREEN = 40_000  # ms
OWNER = "owner@acme.test"


def fresh(word: str) -> str:
    return f"{word} {uuid.uuid4().hex[:6]}"


def wizard(people: People, product: Product, email: str = OWNER, **options: Any) -> Page:
    page = people.context(email, **options).new_page()
    page.goto(f"/w/acme/new?template={template_id(product)}")
    page.wait_for_selector(LIVE)
    return page


def fill(page: Page, name: str) -> None:
    page.get_by_label("Name of the campaign").fill(name)
    page.get_by_label("Address of the CRM").fill(CRM)


def check(page: Page) -> None:
    page.get_by_role("button", name="Check").click()
    expect(page.locator('[data-stage="check"]')).to_be_visible()


def make(page: Page) -> str:
    page.get_by_role("button", name="Create campaign").click()
    page.wait_for_url(re.compile(r"/new/[0-9a-f-]{36}$"))
    return page.url.rpartition("/")[2]


def id_in(page: Page) -> str:
    return page.locator("[name=provision_id]").input_value()


def is_green(page: Page) -> None:
    making = page.locator("[data-making]")
    expect(making).to_have_attribute("data-status", "done", timeout=GREEN)
    for step in ("db", "n8n", "webhook", "complete"):
        expect(page.locator(f'[data-step="{step}"]')).to_have_attribute("data-status", "done")


def barriers(page: Page) -> list[str]:
    return [rule["id"] for rule in Axe().run(page).response["violations"]]


def test_from_the_gallery_to_a_workflow_that_runs_and_answers(
    people: People, product: Product
) -> None:
    page = people.context(OWNER).new_page()
    found = complaints(page)
    page.goto("/w/acme/templates")
    page.wait_for_selector(LIVE)
    card = page.locator("[data-template-id]", has_text="Lead intake")
    card.get_by_role("link", name="Use template").click()
    name = fresh("Leads")
    fill(page, name)
    assert barriers(page) == []
    check(page)
    expect(page.locator("[data-plan]")).to_contain_text("1 workflow in n8n")
    expect(page.locator("[data-plan]")).to_contain_text("1 webhook")
    assert barriers(page) == []
    assert named(product, name) == 0  # nothing is made before
    make(page)
    assert barriers(page) == []
    is_green(page)
    assert named(product, name) == 1
    expect(page.locator("[data-webhook-url]")).to_have_text(re.compile(r"/hook/[\w-]{20,}$"))
    page.get_by_role("button", name="Send a test request").click()
    expect(page.locator("[data-answer-status]")).to_have_attribute("data-answer-status", "200")
    assert barriers(page) == []
    page.get_by_role("link", name="To the campaign").click()
    expect(page.locator("h1")).to_have_text(name)
    page.get_by_role("link", name="Duplicate").click()
    expect(page.get_by_label("Name of the campaign")).to_have_value(f"{name} copy")
    expect(page.get_by_label("Address of the CRM")).to_have_value(CRM)
    assert found == []


def test_what_is_wrong_is_said_while_typing_and_mended_while_typing(
    people: People, product: Product
) -> None:
    page = wizard(people, product)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    page.get_by_role("button", name="Check").click()
    address = page.get_by_label("Address of the CRM")
    error = page.locator("#p-crmUrl-error")
    expect(error).to_have_text("This field is required.")
    expect(address).to_be_focused()
    address.fill("ftp://nowhere")
    expect(error).to_have_text("Not a web address, such as https://example.com/hook.")
    address.fill(CRM)
    expect(error).to_be_hidden()
    assert address.get_attribute("aria-invalid") is None
    page.get_by_label("Name of the campaign").fill("")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Check").click()
    expect(page.locator("#name-error")).to_have_text("This field is required.")
    assert "POST" not in sent


def test_reload_back_and_another_tab_keep_what_was_typed_and_the_id(
    people: People, product: Product
) -> None:
    page = wizard(people, product)
    fill(page, "Kept leads")
    page.get_by_label("Only take leads who gave their consent").check()
    id = id_in(page)
    page.reload()
    expect(page.get_by_label("Name of the campaign")).to_have_value("Kept leads")
    expect(page.get_by_label("Only take leads")).to_be_checked()
    assert id_in(page) == id
    check(page)
    page.reload()
    expect(page.locator('[data-stage="check"]')).to_contain_text("Kept leads")
    assert id_in(page) == id
    page.get_by_role("button", name="Back").click()
    expect(page.get_by_label("Address of the CRM")).to_have_value(CRM)
    check(page)
    page.go_back()
    expect(page.get_by_label("Address of the CRM")).to_have_value(CRM)
    page.go_forward()
    expect(page.locator('[data-stage="check"]')).to_contain_text("Kept leads")
    other = page.context.new_page()
    other.goto(f"/w/acme/new?template={template_id(product)}")
    assert id_in(other) != id


def test_pressed_twice_and_sent_again_is_made_once(people: People, product: Product) -> None:
    page = wizard(people, product)
    name = fresh("Once")
    fill(page, name)
    check(page)
    page.get_by_role("button", name="Create campaign").dblclick(no_wait_after=True)
    page.wait_for_url(re.compile(r"/new/[0-9a-f-]{36}$"))
    first = page.url
    page.go_back()
    expect(page.locator('[data-stage="check"]')).to_contain_text(name)
    make(page)
    assert page.url == first
    is_green(page)
    assert named(product, name) == 1


def test_another_campaign_of_the_same_template_begins_anew(
    people: People, product: Product
) -> None:
    page = wizard(people, product)
    fill(page, fresh("First"))
    check(page)
    id = make(page)
    page.get_by_role("link", name="New campaign").first.click()
    page.locator(".pick", has_text="Lead intake").click()
    expect(page.get_by_label("Address of the CRM")).to_have_value("")
    assert id_in(page) != id


def test_reloaded_midway_and_opened_elsewhere_it_goes_on(people: People, product: Product) -> None:
    page = wizard(people, product)
    fill(page, fresh("Midway"))
    check(page)
    id = make(page)
    page.reload()
    elsewhere = people.context(OWNER).new_page()
    elsewhere.goto(f"/w/acme/new/{id}")
    is_green(page)
    is_green(elsewhere)
    expect(elsewhere.get_by_role("link", name="To the campaign")).to_be_visible()


def test_what_failed_says_why_and_a_retry_goes_on(people: People, product: Product) -> None:
    template = broken_template(product, fresh("Too much"))
    name = fresh("Retried")
    id = begin(product, OWNER, template, name, {"crmUrl": CRM})
    page = people.live(OWNER, f"/w/acme/new/{id}")
    step = page.locator('[data-step="n8n"]')
    expect(step).to_have_attribute("data-status", "error", timeout=GREEN)
    expect(step).to_contain_text("The template asks for a value that nobody gave.")
    assert barriers(page) == []
    listed = people.live(OWNER, "/w/acme/new")
    expect(listed.locator(f'[data-provision-id="{id}"]')).to_contain_text("Stopped")
    mend(product, template)
    page.get_by_role("button", name="Retry").click()
    is_green(page)
    expect(step).to_contain_text(re.compile(r"try \d"))
    assert named(product, name) == 1


def test_cancel_asks_first_and_takes_all_back(people: People, product: Product) -> None:
    template = broken_template(product, fresh("Too much"))
    id = begin(product, OWNER, template, fresh("Canceled"), {"crmUrl": CRM})
    page = people.live(OWNER, f"/w/acme/new/{id}")
    expect(page.locator('[data-step="n8n"]')).to_have_attribute(
        "data-status", "error", timeout=GREEN
    )
    page.get_by_role("link", name="Cancel…").click()
    question = page.get_by_role("dialog")
    expect(question).to_contain_text("its workflow is stopped and deleted in n8n;")
    assert barriers(page) == []
    page.keyboard.press("Escape")
    expect(question).to_be_hidden()
    assert status(product, id) == ""
    page.get_by_role("link", name="Cancel…").click()
    question.get_by_role("button", name="Cancel and take back").click()
    expect(page.locator("[data-making]")).to_have_attribute(
        "data-status", "canceled", timeout=GREEN
    )
    expect(page.locator("[data-outcome]")).to_contain_text("nothing of it is left")
    expect(page.get_by_role("link", name="Begin again")).to_be_visible()
    assert status(product, id) == "canceled"


def test_the_list_of_campaigns_follows_without_a_reload(people: People, product: Product) -> None:
    name = fresh("Followed")
    page = people.live(OWNER, f"/w/acme/?q={name[-6:]}")  # however many there are
    template = broken_template(product, fresh("Too much"))
    id = begin(product, OWNER, template, name, {"crmUrl": CRM})
    card = page.locator(".campaign", has_text=name)
    expect(card).to_have_attribute("data-status", "error", timeout=GREEN)
    expect(card).to_contain_text("Its making has stopped.")
    card.get_by_role("button", name="How do we know").click()
    expect(card.locator("[data-campaign-actions]")).to_have_count(1)
    expect(card.locator("[data-campaign-actions] [data-act], [data-pick]")).to_have_count(0)
    expect(card.locator("[data-act-progress]")).to_have_attribute("href", f"/w/acme/new/{id}")
    mend(product, template)
    with product.client(OWNER) as owner:
        assert owner.post(f"/api/provisions/{id}/steps/n8n/retry").status_code == 200
    expect(card.locator("[data-pick]")).to_have_count(1, timeout=GREEN)
    card.get_by_role("button", name="How do we know").click()
    expect(card.locator('[data-act="pause"]')).to_have_count(1)
    expect(card.locator("[data-act-progress]")).to_have_count(0)


def test_by_keys_alone(people: People, product: Product) -> None:
    page = people.live(OWNER, "/w/acme/new")
    picks = page.locator(".pick")
    for n, text in enumerate(picks.all_inner_texts()):
        page.keyboard.press("j")
        expect(picks.nth(n)).to_be_focused()
        if "Lead intake" in text:
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/new?template=*")
    page.get_by_label("Name of the campaign").focus()
    page.keyboard.press("Control+a")
    page.keyboard.type(name := fresh("Keys"))
    page.keyboard.press("Tab")
    expect(page.get_by_label("Address of the CRM")).to_be_focused()
    page.keyboard.type(CRM)
    page.keyboard.press("Enter")
    expect(page.locator("[data-stage-title]")).to_be_focused()
    expect(page.locator("[data-stage-title]")).to_contain_text(name)
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Back")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/new/[0-9a-f-]{36}$"))
    is_green(page)


def test_on_a_phone_all_fits_and_can_be_touched(people: People, product: Product) -> None:
    phone: dict[str, Any] = {
        "viewport": {"width": 320, "height": 640},
        "is_mobile": True,
        "has_touch": True,
    }
    page = wizard(people, product, **phone)
    wide = "document.documentElement.scrollWidth"
    assert page.evaluate(wide) <= 320
    fill(page, fresh("A rather long name of a campaign that was made on a phone"))
    assert height_of(page.get_by_role("button", name="Check")) >= 44
    check(page)
    assert page.evaluate(wide) <= 320
    assert height_of(page.get_by_role("button", name="Create campaign")) >= 44
    make(page)
    assert page.evaluate(wide) <= 320
    is_green(page)
    assert page.evaluate(wide) <= 320
    assert height_of(page.get_by_role("button", name="Send a test request")) >= 44


def test_without_a_script_it_is_made_as_well(people: People, product: Product) -> None:
    page = people.context(OWNER, java_script_enabled=False).new_page()
    page.goto(f"/w/acme/new?template={template_id(product)}")
    name = fresh("Scriptless")
    fill(page, name)
    check(page)
    page.get_by_role("button", name="Back").click()
    expect(page.get_by_label("Name of the campaign")).to_have_value(name)
    check(page)
    id = make(page)
    assert waited(page, lambda: status(product, id) == "done", GREEN / 1000)
    page.reload()
    expect(page.locator("[data-making]")).to_have_attribute("data-status", "done")
    page.get_by_role("button", name="Send a test request").click()
    expect(page.locator("[data-answer-status]")).to_have_attribute("data-answer-status", "200")


def test_the_server_away_keeps_what_was_typed(people: People, product: Product) -> None:
    page = wizard(people, product)
    fill(page, "Still here")
    page.context.set_offline(True)
    page.get_by_role("button", name="Check").click()
    expect(page.locator(".toast", has_text="What you typed is kept.")).to_be_visible()
    page.context.set_offline(False)
    check(page)
    expect(page.locator('[data-stage="check"]')).to_contain_text("Still here")


def test_who_is_no_owner_any_more_is_led_away(people: People, product: Product) -> None:
    email = person(product, "owner")
    template = broken_template(product, fresh("Too much"))
    id = begin(product, email, template, fresh("Left"), {"crmUrl": CRM})
    page = people.live(email, f"/w/acme/new/{id}")
    expect(page.locator('[data-step="n8n"]')).to_have_attribute(
        "data-status", "error", timeout=GREEN
    )
    with product.db() as db:
        db.execute(
            "UPDATE workspaces_membership SET role = 'admin' WHERE user_id ="
            " (SELECT id FROM workspaces_user WHERE email = %s)",
            [email],
        )
    expect(page.locator("[data-making]")).to_have_count(0)
    theirs = people.live(OWNER, f"/w/acme/new/{id}")
    theirs.get_by_role("button", name="Take over").click()
    expect(theirs.locator('[data-step="n8n"]')).to_have_attribute("data-status", "error")
