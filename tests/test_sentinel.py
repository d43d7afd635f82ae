"""The sentinel: once in 30 s for all tabs of a browser, and what it finds is named in the bar."""

from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.live_place import WORD, Clock, Gate, Place, events, gated, live, place
from tests.people import LIVE, People
from tests.product import Product

pytestmark = pytest.mark.browser

CHECK = "**/api/health/connection?*"
WELL = {"realtime": "ok", "n8n": "ok", "session": "authenticated"}


@pytest.fixture(scope="module")
def here(product: Product) -> Place:
    return place(product, "sentinel")


def tab(context: BrowserContext, here: Place) -> tuple[Page, Clock]:
    page = context.new_page()
    clock = Clock(page)
    page.goto(here.path)
    page.wait_for_selector(LIVE)
    page.clock.pause_at(page.evaluate("Date.now() / 1000 + 1"))
    return page, clock


def state(page: Page, hop: str) -> str | None:
    return page.locator(f'[data-hop="{hop}"]').get_attribute("data-state")


def test_two_tabs_ask_once_in_half_a_minute(people: People, here: Place) -> None:
    context = people.context(here.email())
    asked: list[str] = []
    context.on("request", lambda r: asked.append(r.url) if "/health/connection" in r.url else None)
    (first, clock), (second, other) = tab(context, here), tab(context, here)
    assert asked == []  # nothing with the first load
    clock.run(124)  # for both
    n = len(asked)
    assert n in (3, 4)  # each by itself: twice as many
    assert asked[0].endswith(f"?workspaceId={here.id}")
    first.close()
    live(second)
    other.until(lambda: len(asked) > n)


def test_what_one_tab_finds_all_tabs_show(people: People, here: Place) -> None:
    context = people.context(here.email())
    answer: dict[str, Any] = WELL | {"n8n": "unreachable", "error": "n8n is asleep."}
    context.route(CHECK, lambda route: route.fulfill(json=answer))
    (first, clock), (second, _) = tab(context, here), tab(context, here)
    said = [events(first), events(second)]
    clock.until(lambda: state(first, "n8n") == "unreachable")
    for page in (first, second):
        expect(page.locator('[data-hop="n8n"]')).to_have_attribute("data-state", "unreachable")
        expect(page.locator(WORD)).to_have_text("n8n is asleep.")
    answer |= {"reason": "wrong_key"}  # as superusers hear it
    clock.until(lambda: "wrong_key" in first.locator(WORD).inner_text())
    expect(second.locator(WORD)).to_have_text("n8n is asleep. (wrong_key)")
    answer.clear()
    answer |= WELL
    clock.until(lambda: state(first, "n8n") == "ok")
    for page in (first, second):
        expect(page.locator('[data-hop="n8n"]')).to_have_attribute("data-state", "ok")
        expect(page.locator(WORD)).to_have_text("Live updates on")
    assert [(event["event"], event["level"]) for event in said[0]] == [
        ("connection.degraded", "warning"),
        ("connection.degraded", "warning"),
        ("connection.recovered", "info"),
    ]
    assert said[1] == []  # said once


def test_one_failure_is_no_news_and_two_in_a_row_are(people: People, here: Place) -> None:
    page, clock = tab(people.context(here.email()), here)
    said = events(page)
    left, answers = 1, 0

    def answer(route: Route) -> None:
        nonlocal left, answers
        left, answers = left - 1, answers + 1
        if left >= 0:
            route.fulfill(status=502)
        else:
            route.fulfill(json=WELL)

    page.route(CHECK, answer)
    clock.until(lambda: answers == 2)  # it asks again soon
    assert state(page, "server") == "ok"
    left = 2
    clock.until(lambda: state(page, "server") == "silent")
    assert answers == 4
    assert [event["event"] for event in said] == ["connection.degraded"]
    clock.until(lambda: state(page, "server") == "ok")


def test_a_session_that_ended_elsewhere_leads_to_the_sign_in(people: People, here: Place) -> None:
    context = people.context(here.email("member"))
    page, clock = tab(context, here)
    context.clear_cookies()
    clock.until(lambda: "/accounts/login/?next=" in page.url)
    expect(page.locator(".toast")).to_have_text("You have been signed out.")


def test_after_three_failures_it_asks_at_once(people: People, here: Place) -> None:
    gate = Gate()
    page = gated(people, here, gate)
    asked: list[str] = []
    page.on("request", lambda r: asked.append(r.url) if "/health/connection" in r.url else None)
    clock = Clock(page)
    page.goto(here.path)
    clock.until(lambda: len(asked) == 1)
    gate.code = 4000
    gate.cut()
    clock.until(lambda: len(asked) == 2, 12)


def test_it_does_not_wait_half_a_minute_where_the_page_never_came_to_live(
    people: People, here: Place
) -> None:
    page = gated(people, here, Gate(4000))
    clock = Clock(page)
    page.goto(here.path)
    with page.expect_request(CHECK):
        clock.run(12)
