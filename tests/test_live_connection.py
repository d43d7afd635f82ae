"""What a page says, and does, when its live connection is lost, refused or late."""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from websockets.sync.client import ClientConnection, connect

from tests.live_place import (
    WORD,
    Clock,
    Gate,
    Place,
    events,
    gated,
    live,
    lost,
    opened,
    place,
    waited,
)
from tests.people import FAST, LIVE, People
from tests.product import Product

pytestmark = pytest.mark.browser

REFUSED = 4000  # as a network would: no code of ours


@pytest.fixture(scope="module")
def here(product: Product) -> Place:
    return place(product, "lost")


def hop(page: Page, name: str, state: str) -> None:
    expect(page.locator(f'[data-hop="{name}"]')).to_have_attribute("data-state", state)


def has_failed(said: list[dict[str, Any]], times: int) -> bool:
    return [event["event"] for event in said].count("live.closed") == times


def test_it_tries_again_after_1_2_and_4_seconds_and_at_most_30(people: People, here: Place) -> None:
    gate = Gate(REFUSED)
    page = gated(people, here, gate)
    said = events(page)
    clock = Clock(page)
    page.clock.pause_at(datetime.now(UTC) + timedelta(hours=1))  # it goes when we let it
    page.goto(here.path)
    waits: list[int] = []
    for n, least in enumerate((1, 2, 4, 8, 16, 25, 25), 1):
        assert waited(page, partial(has_failed, said, n))
        closed = [event for event in said if event["event"] == "live.closed"][-1]
        waits.append(closed["retryInMs"])
        assert least * 1000 <= waits[-1] <= min(least * 1200, 30_000)
        assert closed["failures"] == gate.tries == n
        assert (closed["code"], closed["level"]) == (REFUSED, "warning")
        seconds, rest = divmod(waits[-1] - 1, 1000)
        clock.run(seconds)  # polls are answered meanwhile
        page.clock.run_for(rest)
        assert gate.tries == n
        page.clock.run_for(1)
    assert len(set(waits)) == len(waits)  # not all browsers at the same moment


def test_a_lost_connection_counts_down_and_comes_back_when_asked_to(
    people: People, here: Place
) -> None:
    gate = Gate(REFUSED)
    page = gated(people, here, gate)
    page.goto(here.path)
    lost(page, "reconnecting")
    word = page.locator(WORD)
    expect(word).to_have_text(re.compile(r"^Connection lost\. Next try in \d+ s$"))
    hop(page, "server", "unknown")
    expect(page.locator(f'[data-campaign-id="{here.campaign}"] .doubt')).to_be_visible()
    widths = {page.locator(WORD).evaluate("e => e.getBoundingClientRect().width")}
    page.wait_for_timeout(1200)
    widths.add(page.locator(WORD).evaluate("e => e.getBoundingClientRect().width"))
    gate.code = None
    page.get_by_role("button", name="Try now").click()
    live(page)
    expect(word).to_have_text("Live updates on")
    expect(page.get_by_role("button", name="Try now")).to_be_hidden()
    assert len(widths) == 1  # counting down moves nothing


def test_by_polling_alone_pulses_still_turn_and_the_network_is_named(
    people: People, here: Place
) -> None:
    gate = Gate(REFUSED)
    page = gated(people, here, gate)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    clock = Clock(page)
    page.goto(here.path)
    clock.until('html[data-connection="polling"]')
    assert gate.tries == 3
    assert f"campaigns={here.campaign}" in next(url for url in asked if "/health?" in url)
    here.beat("running")
    clock.until("main .pulse[data-face=syncing]")
    here.beat("error")
    clock.until("main .pulse[data-face=error]")
    expect(page.locator(".doubt:visible")).to_have_count(0)  # this is no last known state
    clock.until('.connection[data-connection="blocked"]')
    blocked = "Live updates blocked on this network. Checking every 5 s"
    expect(page.locator(WORD)).to_have_text(blocked)
    why = re.compile("a VPN, a firewall or a proxy")
    expect(page.locator(WORD)).to_have_attribute("title", why)
    hop(page, "server", "blocked")
    hop(page, "n8n", "ok")
    gate.code = None
    clock.until(LIVE)  # by itself
    hop(page, "server", "ok")
    del asked[:]
    here.run("success")
    here.shows(page, "live")
    clock.run(11)
    assert [url for url in asked if "/health?" in url] == []


def test_a_server_that_does_not_answer_is_named_until_it_does(people: People, here: Place) -> None:
    gate = Gate(REFUSED)
    page = gated(people, here, gate)
    page.route("**/api/**", lambda route: route.abort())
    clock = Clock(page)
    page.goto(here.path)
    clock.until('[data-hop="server"][data-state="unreachable"]')
    expect(page.locator('[data-hop="server"]')).to_have_text(re.compile("not reachable"))
    hop(page, "n8n", "unknown")  # nobody knows
    lost(page, "reconnecting")
    clock.run(16)  # the next try is far
    page.unroute("**/api/**")
    gate.code = None
    clock.until(LIVE, 6)  # with the first poll that is answered


def test_offline_is_said_and_what_was_missed_is_there_afterwards(
    people: People, here: Place
) -> None:
    here.run("success")
    page = opened(people, here)
    here.shows(page, "live")
    page.context.set_offline(True)
    lost(page, "offline")
    expect(page.locator(WORD)).to_have_text("You are offline. Last known state")
    hop(page, "browser", "offline")
    expect(page.locator("main .doubt").first).to_be_visible()
    expect(page).to_have_title(re.compile(" [?] "))
    here.run("error")
    page.wait_for_timeout(300)
    here.shows(page, "live")
    page.context.set_offline(False)
    live(page)
    here.shows(page, "error")
    hop(page, "browser", "ok")


def test_an_ended_session_leads_to_the_sign_in_and_back(people: People, here: Place) -> None:
    email = here.email("member")
    page = people.live(email, f"{here.path}?search=of")
    people.states.pop(email)  # not to be used again
    with here.product.db() as db:
        db.execute(
            "DELETE FROM django_session WHERE session_key IN (SELECT session_key FROM"
            " workspaces_usersession s JOIN workspaces_user u ON u.id = s.user_id"
            " WHERE u.email = %s)",
            [email],
        )
    page.wait_for_url("**/accounts/login/?next=*")
    expect(page.locator(".toast")).to_have_text("You have been signed out.")
    page.get_by_label("Email").fill(email)
    page.locator("[name=password]").fill("orchestrate")
    page.locator("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"**{here.path}?search=of")


@pytest.fixture
def crowd(here: Place) -> Iterator[list[ClientConnection]]:
    """All the sockets that one person may have."""
    headers = {"X-Session-Token": here.product.token(here.email())}
    url = f"{here.product.url.replace('http', 'ws', 1)}/ws/workspaces/{here.id}/"
    with ExitStack() as all:
        socket = partial(connect, url, additional_headers=headers, compression=None)
        sockets = [all.enter_context(socket()) for _ in range(10)]
        for one in sockets:
            one.recv(FAST / 1000)
        yield sockets


def test_one_page_too_many_says_so_polls_and_says_what_helps(
    people: People, here: Place, crowd: list[ClientConnection]
) -> None:
    page = people.context(here.email()).new_page()
    said = events(page)
    clock = Clock(page)
    page.goto(here.path)
    lost(page, "crowded")
    assert [e["code"] for e in said if e["event"] == "live.closed"] == [4429]
    expect(page.locator(WORD)).to_have_text("Too many pages are live. Checking every 5 s")
    expect(page.locator(".toast")).to_contain_text("Close Orchestrator's pages")
    here.run("error")
    clock.until("main .pulse[data-face=error]")
    crowd[0].close()
    clock.until(LIVE)


def test_a_page_that_fell_behind_says_so_and_comes_back(people: People, here: Place) -> None:
    gate = Gate(4408)
    page = gated(people, here, gate)
    clock = Clock(page)
    page.goto(here.path)
    clock.until('.connection[data-connection="slow"]')
    expect(page.locator(WORD)).to_contain_text("This page fell behind. Next try in")
    gate.code = None
    clock.until(LIVE)


def test_odd_grants_are_no_reason_for_a_dead_page(people: People, here: Place) -> None:
    """To them the socket sends the id alone; the page asks for the rest."""
    page = opened(people, here, "admin")
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    with here.product.db() as db:
        db.execute(
            "DELETE FROM workspaces_workspaceuserobjectpermission g USING workspaces_user u,"
            " auth_permission p WHERE u.id = g.user_id AND u.email = %s"
            " AND p.id = g.permission_id AND p.codename = 'view_settings'",
            [here.email("admin")],
        )
    expect(page.locator(".toast")).to_have_text("Your rights in this workspace have changed.")
    for result, face in (("success", "live"), ("error", "error")):
        here.run(result)
        here.shows(page, face)
        expect(page.locator("[data-worst]")).to_have_attribute("data-face", face)
    assert broken == []
