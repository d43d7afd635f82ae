"""The page of a campaign in a real browser: it follows its runs, and stays put where it is read."""

import re
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, Request, expect

from tests.people import FAST, LIVE, People
from tests.product import Product, heartbeat
from tests.test_browser import complaints
from tests.test_end_to_end import sync
from tests.test_page_campaign import TIMES

pytestmark = pytest.mark.browser

OWNER, VIEWER = "owner@acme.test", "viewer@acme.test"


def made(product: Product, name: str, runs: int = 0) -> tuple[str, str]:
    """A campaign with runs of a second each, a minute apart: its id and its workflow's."""
    id, workflow = product.campaign(f"{name} {uuid.uuid4().hex[:6]}")
    if runs:
        product.beat(*(ended(workflow, "success", n, runs - n + 1) for n in range(runs)))
    return str(id), workflow


def ended(workflow: str, status: str, number: int, minutes: float = 0, **fields: Any) -> Any:
    start = datetime.now(UTC) - timedelta(minutes=minutes, seconds=1)
    end = start + timedelta(seconds=1)
    times = {"startedAt": start.isoformat(), "stoppedAt": end.isoformat()}
    return heartbeat(workflow, status, executionId=str(number), **times, **fields)


def opened(people: People, id: str, email: str = OWNER, query: str = "") -> Page:
    return people.live(email, f"/w/acme/campaigns/{id}{query}")


def newest(page: Page, text: str | re.Pattern[str]) -> None:
    expect(page.locator(".run").first).to_contain_text(text, timeout=FAST)


def face(page: Page, word: str) -> None:
    mark = page.locator('.one-title [data-component="campaign-pulse"] [data-word]')
    expect(mark).to_have_text(word, timeout=FAST)


def test_runs_come_and_end_as_heartbeats_tell_of_them(people: People, product: Product) -> None:
    id, workflow = made(product, "follows", runs=3)
    page = opened(people, id)
    found = complaints(page)
    expect(page.locator(".run")).to_have_count(3)
    product.beat(heartbeat(workflow, "running", executionId="50"))
    face(page, "Syncing")
    newest(page, "Running")
    expect(page.locator("[data-run]")).to_have_count(3)
    error = {"message": "No such host", "node": "Send mail"}
    product.beat(ended(workflow, "error", 50, error=error))
    face(page, "Error")
    newest(page, re.compile("Failed.*50.*Send mail No such host", re.DOTALL))
    expect(page.locator("[data-run]")).to_have_count(4)
    expect(page.locator(".bar-error[data-run]")).to_have_count(1)
    expect(page.locator(".change").first).to_contain_text("Run 50 failed.")
    product.beat(ended(workflow, "success", 51))
    face(page, "Live")
    expect(page.locator(".change").first).to_contain_text("Run 51 succeeded.")
    expect(page.locator(".change")).to_have_count(2)
    assert found == []


def test_of_many_news_it_asks_once_a_second(people: People, product: Product) -> None:
    id, workflow = made(product, "often", runs=1)
    page = opened(people, id)
    asked: list[Request] = []
    page.on("request", lambda r: asked.append(r) if r.url.endswith(id) else None)
    began = datetime.now(UTC)
    for number in range(100, 112):
        product.beat(ended(workflow, "success", number))
        page.wait_for_timeout(150)
    newest(page, "111")
    seconds = (datetime.now(UTC) - began).total_seconds()
    assert 2 <= len(asked) <= seconds + 1
    assert all(request.headers["hx-request"] == "true" for request in asked)


def test_nothing_is_asked_again_when_it_opens(people: People, product: Product) -> None:
    id, _ = made(product, "quiet", runs=1)
    page = people.context(OWNER).new_page()
    asked: list[str] = []
    page.on("request", lambda r: asked.append(r.url) if r.url.endswith(id) else None)
    page.goto(f"/w/acme/campaigns/{id}")
    page.wait_for_selector(LIVE)
    page.wait_for_timeout(1500)
    assert len(asked) == 1


def test_a_page_further_back_stays_as_it_was_opened(people: People, product: Product) -> None:
    id, workflow = made(product, "back", runs=70)
    page = opened(people, id)
    page.get_by_role("link", name="Older").click()
    page.wait_for_selector(LIVE)
    expect(page.locator(".run")).to_have_count(10)
    page.locator(".run").first.evaluate("run => run.setAttribute('data-same', '')")
    product.beat(ended(workflow, "error", 500))
    face(page, "Error")
    expect(page.locator(".change").first).to_contain_text("Run 500 failed.", timeout=FAST)
    assert page.locator(".run").first.get_attribute("data-same") == ""
    page.get_by_role("link", name="Back to the newest").click()
    newest(page, "500")


def test_who_reads_further_down_and_by_keys_keeps_their_place(
    people: People, product: Product
) -> None:
    id, workflow = made(product, "place", runs=40)
    page = opened(people, id)
    row = page.locator(".run").nth(20)
    key = row.get_attribute("id")
    row.evaluate(
        "row => { row.scrollIntoView({block: 'center'}); row.focus({preventScroll: true}) }"
    )
    where = "id => document.getElementById(id).getBoundingClientRect().top"
    before = page.evaluate(where, key)
    product.beat(ended(workflow, "success", 900), ended(workflow, "success", 901))
    newest(page, "901")
    assert page.evaluate("document.activeElement.id") == key
    assert abs(page.evaluate(where, key) - before) < 2


def test_what_was_unfolded_stays_unfolded(people: People, product: Product) -> None:
    id, workflow = made(product, "unfolded")
    for number in range(8):
        product.beat(ended(workflow, ["error", "success"][number % 2], number))
    page = opened(people, id)
    page.get_by_text("Earlier").click()
    earlier = page.locator("#earlier-changes .change")
    expect(earlier).to_have_count(2)
    product.beat(ended(workflow, "error", 60))
    expect(earlier).to_have_count(3, timeout=FAST)
    expect(earlier.last).to_be_visible()


def test_a_bar_leads_to_its_run(people: People, product: Product) -> None:
    id, _ = made(product, "bars", runs=30)
    page = opened(people, id)
    page.locator("[data-run]").first.click()  # the oldest: its run is the last
    expect(page.locator(".run").last).to_be_focused()
    expect(page.locator(".run").last).to_be_in_viewport()


def test_what_is_archived_mid_view_stays_to_be_read_and_can_come_back(
    people: People, product: Product
) -> None:
    id, _ = made(product, "put away", runs=2)
    mine, theirs = opened(people, id), opened(people, id, VIEWER)
    with product.client(OWNER) as owner:
        assert owner.delete(f"/api/campaigns/{id}").status_code == 204
    for page in (mine, theirs):
        expect(page.get_by_text("This campaign is archived.")).to_be_visible(timeout=FAST)
        expect(page.locator('.one-title [data-component="campaign-pulse"]')).to_be_hidden()
        expect(page.locator("[data-why]")).to_be_hidden()
        for truth, said in (("desired", "Paused"), ("reported", "Inactive")):
            expect(page.locator(f'[data-truth="{truth}"]')).to_contain_text(said, timeout=FAST)
        expect(page.locator(".run")).to_have_count(2)
        assert page.url.endswith(f"/w/acme/campaigns/{id}")
    expect(theirs.get_by_role("button", name="Restore")).to_have_count(0)
    mine.get_by_role("button", name="Restore").click()
    for page in (mine, theirs):
        expect(page.get_by_text("This campaign is archived.")).to_be_hidden(timeout=FAST)
        face(page, "Inactive")
    expect(mine.locator("h1")).to_be_focused()
    change = mine.locator(".change").first
    expect(change).to_contain_text("Restored from the archive by owner@acme.test.", timeout=FAST)


def test_who_acts_on_the_page_sees_who_did_it_and_what_can_be_done_next(
    people: People, product: Product
) -> None:
    id, _ = made(product, "acted on", runs=2)
    page = opened(people, id)
    page.get_by_role("button", name="Pause").click()
    face(page, "Inactive")
    said = page.locator(".change").first
    expect(said).to_contain_text("Paused by owner@acme.test.", timeout=FAST)
    expect(page.get_by_role("button", name="Resume")).to_be_visible()
    with product.client(OWNER) as owner:
        assert owner.delete(f"/api/campaigns/{id}").status_code == 204
    expect(page.get_by_text("This campaign is archived.")).to_be_visible(timeout=FAST)
    page.locator(".one-gone").get_by_role("button", name="Restore").click()
    expect(page.get_by_role("button", name="Rename")).to_be_visible(timeout=FAST)
    expect(page.get_by_role("button", name="Restore")).to_have_count(0)


def test_what_is_deleted_mid_view_says_so_and_is_404_later(
    people: People, product: Product
) -> None:
    id, workflow = made(product, "deleted", runs=2)
    page = opened(people, id)
    page.route("**/campaigns/*", lambda route: route.fulfill(status=404, body="gone"))
    product.beat(ended(workflow, "error", 70))
    expect(page.get_by_text("This campaign is no longer here.")).to_be_visible(timeout=FAST)
    expect(page.locator(".run")).to_have_count(2)
    page.get_by_role("link", name="All campaigns").click()
    page.wait_for_url("**/w/acme/")


def test_a_viewers_page_has_no_time_however_long_it_is_open(
    people: People, product: Product
) -> None:
    id, workflow = made(product, "viewed", runs=4)
    page = opened(people, id, VIEWER)
    error = {"message": "No such host", "node": "Send mail"}
    product.beat(ended(workflow, "error", 77123, error=error))
    newest(page, "Failed")
    expect(page.locator(".change").first).to_contain_text("A run failed.")
    html = page.locator("main").evaluate(
        "main => { const copy = main.cloneNode(true);"
        " copy.querySelector('script').remove(); return copy.innerHTML }"
    )
    assert not re.search(TIMES, html), re.findall(f".{{40}}(?:{TIMES})", html)
    for hidden in ("No such host", "Send mail", "77123", workflow):
        assert hidden not in html


def test_the_report_address_is_copied(people: People, product: Product) -> None:
    id, _ = made(product, "reports")
    with product.client(OWNER) as owner:
        sync(product, owner)  # which gives it the address
    page = opened(people, id)
    button = page.get_by_role("button", name="Copy the report address")
    expect(button).to_be_visible()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    button.click()
    expect(button.locator("use")).to_have_attribute("href", "#i-check")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.locator(".one-url code").inner_text()


def test_on_paper_are_the_timeline_and_the_runs(people: People, product: Product) -> None:
    id, _ = made(product, "paper", runs=5)
    page = opened(people, id)
    page.emulate_media(media="print")
    expect(page.locator(".timeline svg").first).to_be_visible()
    expect(page.locator(".run").last).to_be_visible()
    assert page.locator("main :is(button, form, .pager, .chips):visible").count() == 0
