"""One socket for all tabs of a browser, none for a hidden one: as the server counts them."""

from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.live_place import HIDE, Place, events, live, place, waited
from tests.people import LIVE, People
from tests.product import Product

pytestmark = pytest.mark.browser

NEITHER = "Object.defineProperty(navigator, 'locks', {value: undefined}); delete BroadcastChannel"


@pytest.fixture(scope="module")
def here(product: Product) -> Place:
    return place(product, "tabs")


@pytest.fixture(scope="module")
def server(here: Place) -> Iterator[httpx.Client]:
    with here.client() as client:
        yield client


def tab(context: BrowserContext, path: str) -> Page:
    page = context.new_page()
    page.goto(path)
    page.wait_for_selector(LIVE)
    return page


def test_two_tabs_have_one_socket_and_the_second_takes_over(
    people: People, here: Place, server: httpx.Client
) -> None:
    context = people.context(here.email())
    first, second = tab(context, here.path), tab(context, here.path)
    assert here.has_sockets(server, 1)
    for status, face in (("running", "syncing"), ("error", "error")):
        here.beat(status)
        here.shows(first, face)
        here.shows(second, face)
    first.close()
    assert here.has_sockets(server, 1)
    live(second)
    here.run("success")
    here.shows(second, "live")
    second.close()
    assert here.has_sockets(server, 0)


def test_a_tab_that_comes_later_hears_what_the_first_one_knows(
    people: People, here: Place, server: httpx.Client
) -> None:
    here.run("success")
    context = people.context(here.email())
    first = tab(context, here.path)
    here.run("error")
    here.shows(first, "error")
    # A page that was rendered before that, as from a cache.
    stale = context.new_page()
    stale.route(
        f"**{here.path}",
        lambda route: route.fulfill(
            response=(answer := route.fetch()),
            body=answer.text().replace('data-status="error"', 'data-status="live"'),
        ),
    )
    stale.goto(here.path)
    here.shows(stale, "error")
    assert here.has_sockets(server, 1)


def test_a_hidden_tab_has_no_socket_and_returns_with_what_it_missed(
    people: People, here: Place, server: httpx.Client
) -> None:
    here.run("success")
    page = tab(people.context(here.email()), here.path)
    here.shows(page, "live")
    said = events(page)
    page.evaluate(HIDE, True)
    assert here.has_sockets(server, 0)
    assert waited(page, lambda: [e["event"] for e in said] == ["live.released"])
    here.run("error")
    page.wait_for_timeout(300)
    here.shows(page, "live")
    documents: list[str] = []
    page.on("request", lambda r: documents.append(r.url) if r.is_navigation_request() else None)
    page.evaluate(HIDE, False)
    here.shows(page, "error")
    expect(page.locator("[data-worst]")).to_have_attribute("data-face", "error")
    assert here.has_sockets(server, 1)
    assert documents == []  # nobody reloaded the page


def test_who_is_hidden_hands_over_to_who_is_seen(
    people: People, here: Place, server: httpx.Client
) -> None:
    here.run("success")
    context = people.context(here.email())
    first, second = tab(context, here.path), tab(context, here.path)
    first.evaluate(HIDE, True)
    live(second)
    assert here.has_sockets(server, 1)
    here.run("error")
    here.shows(second, "error")
    here.shows(first, "live")
    first.evaluate(HIDE, False)
    here.shows(first, "error")  # from the other, whose socket it shares
    assert here.has_sockets(server, 1)


def test_where_tabs_cannot_agree_each_has_its_own_socket(
    people: People, here: Place, server: httpx.Client
) -> None:
    context = people.context(here.email())
    context.add_init_script(NEITHER)
    first, second = tab(context, here.path), tab(context, here.path)
    assert here.has_sockets(server, 2)
    here.run("error")
    here.shows(first, "error")
    here.shows(second, "error")
    first.evaluate(HIDE, True)
    assert here.has_sockets(server, 1)


def test_what_one_may_not_see_any_more_no_other_tab_tells(people: People, here: Place) -> None:
    context = people.context(here.email("member"))
    first = tab(context, here.path)
    assert first.locator("main time").count() > 0
    here.becomes("member", "viewer")
    expect(first.locator("main time")).to_have_count(0)
    second = tab(context, here.path)
    second.wait_for_timeout(500)
    assert second.locator("main time").count() == 0


def test_a_change_of_rights_while_nobody_looked_is_seen_on_return(
    people: People, here: Place
) -> None:
    page = tab(people.context(here.email("admin")), f"/w/{here.slug}/settings#main")
    expect(page.get_by_text("Only owners can change settings.")).to_be_visible()
    page.evaluate(HIDE, True)
    here.becomes("admin", "owner")
    page.evaluate(HIDE, False)
    expect(page.get_by_text("Only owners can change settings.")).to_have_count(0)
    expect(page.locator(".toast")).to_have_text("Your rights in this workspace have changed.")


def test_the_bar_of_the_settings_follows_and_a_change_of_rights_renders_them_anew(
    people: People, here: Place
) -> None:
    here.run("success")
    owner = people.live(here.email("second owner"), f"/w/{here.slug}/settings")
    worst = owner.locator("[data-worst]")
    expect(worst).to_have_attribute("data-face", "live")
    here.run("error")
    expect(worst).to_have_attribute("data-face", "error")
    expect(owner.get_by_text("Only owners can change settings.")).to_have_count(0)
    here.becomes("second owner", "admin")
    expect(owner.get_by_text("Only owners can change settings.")).to_be_visible()
    expect(owner.locator(".toast")).to_have_text("Your rights in this workspace have changed.")


def test_ages_tell_the_exact_time_on_hover_to_whoever_may_see_times(
    people: People, here: Place
) -> None:
    page = tab(people.context(here.email()), here.path)
    here.run("success")
    here.shows(page, "live")
    page.locator("main .how-button").first.click()
    times = page.locator(".truth-age time")
    expect(times).to_have_count(4)  # the last run is told on the card and in the answer
    titles = times.evaluate_all("all => all.map(e => e.title)")
    assert all(title.count(":") == 2 for title in titles)
    viewer = tab(people.context(here.email("viewer")), here.path)
    assert viewer.locator("main time").count() == 0
