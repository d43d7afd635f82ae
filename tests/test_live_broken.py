"""What a page says while a part of the product is down: n8n, or the line for live updates."""

import os
import re
import signal
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Route, expect

from tests import processes
from tests.live_place import WORD, Clock, Place, events, place, waited
from tests.people import LIVE, People
from tests.product import Product, start, stop

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def fragile(everyone: People, tmp_path_factory: pytest.TempPathFactory) -> Iterator[People]:
    """People of a product that nobody else needs."""
    product = start(tmp_path_factory.mktemp("fragile"))
    yield People(everyone.browsers, product)
    stop(product)


@pytest.fixture(scope="module")
def there(fragile: People) -> Place:
    return place(fragile.product, "fragile")


@pytest.fixture
def clock(fragile: People, there: Place) -> Iterator[Clock]:
    """Of a page that looks on."""
    page = fragile.context(there.email()).new_page()
    clock = Clock(page)
    page.goto(there.path)
    page.wait_for_selector(LIVE)
    yield clock
    fragile.close()


def process_of(product: Product, name: str) -> int:
    (pid,) = [pid for pid, line in processes.of(product.run_dir).items() if name in line]
    return pid


@pytest.fixture
def n8n(there: Place) -> Iterator[int]:
    """The sandbox, which the test may stop."""
    pid = process_of(there.product, "n8n.sandbox")
    yield pid
    os.kill(pid, signal.SIGCONT)


def half_minutes(clock: Clock, there: Place, until: str) -> None:
    """Pass for the page and for the server, as often as it takes."""
    for _ in range(20):
        with there.product.db() as db:
            db.execute("UPDATE workspaces_instance SET checked_at = now() - interval '31 s'")
        if clock.run(31, f'[data-hop="n8n"][data-state="{until}"]'):
            return
    raise AssertionError(until)


@pytest.mark.long
def test_an_n8n_that_hangs_is_named_and_so_is_its_return(
    clock: Clock, there: Place, n8n: int
) -> None:
    page, said = clock.page, events(clock.page)
    os.kill(n8n, signal.SIGSTOP)
    half_minutes(clock, there, "unreachable")
    expect(page.locator('[data-hop="n8n"]')).to_have_text(re.compile("not reachable"))
    clock.until(lambda: page.locator(WORD).inner_text() == "n8n does not answer as it should.")
    (degraded,) = [event for event in said if event["event"] == "connection.degraded"]
    assert (degraded["n8n"], degraded["level"]) == ("unreachable", "warning")
    assert "reason" not in degraded
    os.kill(n8n, signal.SIGCONT)
    half_minutes(clock, there, "ok")
    assert said[-1]["event"] == "connection.recovered"


@pytest.mark.long
def test_a_sync_that_cannot_reach_n8n_takes_back_what_it_showed_and_says_why(
    clock: Clock, there: Place
) -> None:
    there.run("success")
    there.shows(clock.page, "live")
    held: list[Route] = []
    clock.page.route("**/api/sync/trigger", lambda route: held.append(route))
    clock.page.get_by_role("button", name="Sync now").click()
    there.shows(clock.page, "syncing")  # before anybody answered
    assert waited(clock.page, lambda: bool(held))
    with there.product.db() as db:
        db.execute("UPDATE campaigns_workspaceclock SET sync_asked_at = NULL")
    there.product.process.send_signal(signal.SIGSTOP)  # nobody starts it again meanwhile
    try:
        os.kill(process_of(there.product, "n8n.sandbox"), signal.SIGKILL)
        with clock.page.expect_response("**/api/sync/trigger", timeout=10_000) as answer:
            held[0].continue_()
    finally:
        there.product.process.send_signal(signal.SIGCONT)
    assert answer.value.status == 503
    expect(clock.page.locator(".toast")).to_contain_text("n8n")
    expect(clock.page.locator("[data-assumed]")).to_have_count(0)
    with there.client() as owner:
        row = owner.get(f"/api/campaigns/{there.campaign}").json()
    assert row["syncStatus"] != "syncing"
    there.shows(clock.page, row["syncStatus"])
    expect(clock.page.get_by_role("button", name=re.compile(r"\d+ s"))).to_be_disabled()


@pytest.mark.parametrize(
    ("ended", "said"),
    [
        ({"synced": 0, "errors": [{"code": "slow"}]}, "The sync failed: n8n does not answer."),
        ({"synced": 3, "errors": []}, "3 campaigns synced."),
    ],
)
def test_of_a_sync_that_goes_on_after_the_answer_one_hears_how_it_ended(
    clock: Clock, there: Place, ended: dict[str, Any], said: str
) -> None:
    page, answer = clock.page, {"success": True, "synced": 0, "syncId": "this"}
    page.route("**/api/sync/trigger", lambda route: route.fulfill(status=202, json=answer))
    page.get_by_role("button", name="Sync now").click()
    expect(page.locator(".toast")).to_contain_text("It goes on by itself.")
    tell = "detail => dispatchEvent(new CustomEvent('sync-finished', { detail }))"
    page.evaluate(tell, {**ended, "id": "another"})
    page.evaluate(tell, {**ended, "id": "this"})
    expect(page.locator(".toast")).to_have_count(2)
    expect(page.locator(".toast").last).to_contain_text(said)


def test_a_sync_that_nobody_answers_is_taken_back(clock: Clock, there: Place) -> None:
    there.run("success")
    there.shows(clock.page, "live")
    held: list[Route] = []
    clock.page.route("**/api/sync/trigger", lambda route: held.append(route))
    clock.page.get_by_role("button", name="Sync now").click()
    there.shows(clock.page, "syncing")
    assert waited(clock.page, lambda: bool(held))
    held[0].abort()
    there.shows(clock.page, "live")
    expect(clock.page.locator(".toast")).to_contain_text("server")


def test_pulses_turn_while_the_line_for_live_updates_is_down(clock: Clock, there: Place) -> None:
    page = clock.page
    there.run("success")
    there.shows(page, "live")
    polled = f"**/health?campaigns={there.campaign}"
    with processes.kept_down(there.product.run_dir, "valkey-server"):
        with page.expect_request(polled, timeout=20_000):  # it asks for itself
            clock.until('html[data-connection="degraded"]', 300)
        expect(page.locator(WORD)).to_have_text("Live updates are down. Checking every 5 s")
        expect(page.locator('[data-hop="server"]')).to_have_attribute("data-state", "degraded")
        there.run("error")
        clock.until("main .pulse[data-face=error]")
    clock.until(LIVE, 300)
