"""The list of campaigns in real Chromium: chosen from, acted on, and kept true."""

import json
import re
import uuid

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Locator, Page, Route, expect

from tests.live_place import waited
from tests.people import FAST, LIVE, People
from tests.product import Product, heartbeat
from tests.test_browser import pulse, settled, without_http
from tests.test_end_to_end import sync

pytestmark = pytest.mark.browser

OWNER = "owner@acme.test"
MANY = 40


def card(page: Page, id: uuid.UUID) -> Locator:
    return page.locator(f'[data-campaign-id="{id}"]')


def several(
    product: Product, count: int, name: str = ""
) -> tuple[list[tuple[uuid.UUID, str]], str]:
    """Green campaigns with a word in common, and the address that shows just them, by name."""
    word = uuid.uuid4().hex[:6]
    made = [product.campaign(f"{word} {n:02}") for n in range(count)]
    for _, workflow in made:
        product.beat(heartbeat(workflow, "success", executionId="1"))
    return made, f"/w/acme/?search={word}"


def enabled(product: Product, id: uuid.UUID) -> bool:
    with product.db() as db:
        row = db.execute("SELECT enabled FROM campaigns_campaign WHERE id = %s", [id]).fetchone()
    assert row is not None
    return bool(row[0])


def how(page: Page, id: uuid.UUID) -> Locator:
    """The answer of the badge, opened."""
    card(page, id).get_by_role("button", name="How do we know").click()
    shown = page.locator(f"#how-{id}")
    expect(shown).to_be_visible()
    return shown


def test_what_was_seen_of_a_run_is_one_line_in_german_too(people: People, product: Product) -> None:
    ((seen, _), *_), path = several(product, 2, "lines")
    unseen, _ = product.campaign(f"{path[-6:]} none")
    page = people.context(OWNER, locale="de-DE", viewport={"width": 1280, "height": 800}).new_page()
    page.goto(path)
    expect(card(page, unseen)).to_contain_text("Noch keiner gesehen")
    expect(card(page, seen)).to_contain_text("Herzschlag")
    for id in (seen, unseen):
        box = card(page, id).locator(".campaign-last").bounding_box()
        assert box is not None
        assert box["height"] < 24


# --- chosen from -----------------------------------------------------------------------------


def test_choosing_changes_list_and_address_without_a_reload_and_back_undoes_it(
    people: People, product: Product
) -> None:
    ((bad, workflow), (good, _)), path = several(product, 2)
    product.beat(heartbeat(workflow, "error", executionId="2"))
    page = people.live(OWNER, path)
    page.evaluate("window.same = true")
    page.get_by_role("link", name=re.compile("^Error")).click()
    expect(card(page, good)).to_have_count(0)
    expect(card(page, bad)).to_have_count(1)
    assert "syncStatus=error" in page.url
    assert page.url.partition("?")[2].startswith(path.partition("?")[2])
    page.get_by_label("Order", exact=True).select_option("Name")
    page.wait_for_url("**ordering=name**")
    page.go_back()
    page.go_back()
    expect(card(page, good)).to_have_count(1)
    expect(page.locator('[data-filter=""]')).to_have_attribute("aria-current", "true")
    assert page.evaluate("window.same") is True


def test_an_answer_that_comes_late_does_not_undo_the_choice_after_it(
    people: People, product: Product
) -> None:
    ((bad, workflow), (good, _)), path = several(product, 2)
    product.beat(heartbeat(workflow, "error", executionId="2"))
    page = people.live(OWNER, path)
    held: list[Route] = []
    page.route(re.compile("syncStatus=error"), lambda route: held.append(route))
    page.get_by_role("link", name=re.compile("^Error")).click()
    assert waited(page, lambda: bool(held))
    page.get_by_role("link", name=re.compile("^Live")).click()
    expect(card(page, bad)).to_have_count(0)
    with page.expect_response(re.compile("syncStatus=error")):
        held[0].continue_()
    page.wait_for_timeout(300)
    expect(card(page, good)).to_have_count(1)
    expect(card(page, bad)).to_have_count(0)


def test_the_list_narrows_as_one_types_and_the_address_follows(
    people: People, product: Product
) -> None:
    ((first, _), (second, _)), path = several(product, 2)
    word = path.rpartition("=")[2]
    page = people.live(OWNER)
    page.keyboard.press("/")
    page.keyboard.type(f"{word} 01")
    expect(card(page, second)).to_have_count(1)
    expect(card(page, first)).to_have_count(0)
    page.wait_for_url(f"**search={word}+01")
    expect(page.locator("[data-search-input]")).to_be_focused()


def test_without_a_script_the_same_form_and_links_do_it(people: People, product: Product) -> None:
    ((id, _),), path = several(product, 1)
    page = people.context(OWNER, java_script_enabled=False).new_page()
    page.goto("/w/acme/")
    page.get_by_label("Search campaigns by name").fill(path.rpartition("=")[2])
    page.get_by_label("Trigger").select_option("Webhook")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("[data-campaign-id]")).to_have_count(1)
    around, badge = (
        place.bounding_box()
        for place in (card(page, id).locator(".campaign-head"), card(page, id).locator(".pulse"))
    )
    assert around
    assert badge
    assert abs(around["x"] + around["width"] - badge["x"] - badge["width"]) < 1
    page.get_by_role("link", name=re.compile("^Error")).click()
    expect(card(page, id)).to_have_count(0)
    assert "trigger=webhook" in page.url


# --- kept true -------------------------------------------------------------------------------


def test_the_strip_grows_by_the_socket_alone(people: People, product: Product) -> None:
    id, workflow, path = settled(product, "strip")
    page = people.live(OWNER, path)
    strip = card(page, id).locator("[data-strip]")
    without_http(page)
    shown = "s => [...s.children].map(i => i.dataset.result ?? '').filter(Boolean).join()"
    assert strip.evaluate(shown) == "success"
    for run, status, said in (
        (2, "running", "success,running"),
        (2, "error", "success,error"),
        (3, "success", "success,error,success"),
    ):
        product.beat(heartbeat(workflow, status, executionId=str(run)))
        expect(strip.locator("[data-result]")).to_have_count(said.count(",") + 1, timeout=FAST)
        expect(strip.locator("i").last).to_have_attribute("data-result", said.split(",")[-1])
        assert strip.evaluate(shown) == said
    expect(strip).to_have_attribute("aria-label", "Last runs: 2 succeeded, 1 failed")


def test_pulses_are_asked_for_only_for_campaigns_in_view(people: People, product: Product) -> None:
    made, path = several(product, MANY)
    page = people.context(OWNER, viewport={"width": 1000, "height": 500}).new_page()
    asked: set[str] = set()

    def hear(frame: str | bytes) -> None:
        said = json.loads(frame)
        if said["type"] == "subscribe":
            asked.update(said["campaigns"])
        elif said["type"] == "unsubscribe":
            asked.difference_update(said["campaigns"])

    page.on("websocket", lambda socket: socket.on("framesent", hear))
    page.goto(path)
    page.wait_for_selector(LIVE)
    page.wait_for_timeout(500)
    top = set(asked)
    assert 0 < len(top) < MANY
    page.mouse.wheel(0, 20_000)
    page.wait_for_timeout(700)
    assert asked - top
    assert len(asked) < MANY
    assert {str(id) for id, _ in made} >= asked


def test_what_fails_is_not_moved_under_the_pointer_but_said_and_ordered_when_asked(
    people: People, product: Product
) -> None:
    made, path = several(product, 3)
    page = people.live(OWNER, path)
    shown = page.locator("[data-campaigns] [data-campaign-id]")
    order = "cards => cards.map(card => card.dataset.campaignId)"
    before = shown.evaluate_all(order)
    assert before == [str(id) for id, _ in made]
    notice = page.get_by_role("button", name="Put it in order")
    expect(notice).to_be_hidden()
    product.beat(heartbeat(made[2][1], "error", executionId="2"))
    expect(notice).to_be_visible(timeout=FAST)
    assert shown.evaluate_all(order) == before
    notice.click()
    expect(shown.first).to_have_attribute("data-campaign-id", before[2])
    expect(notice).to_be_hidden()


# --- acted on --------------------------------------------------------------------------------


def test_an_open_answer_follows_what_happens_and_what_did_not_come_is_asked_again(
    people: People, product: Product
) -> None:
    id, workflow, path = settled(product, "follows")
    page = people.live(OWNER, path)
    page.route("**/how", lambda route: route.abort())
    shown = how(page, id)
    expect(shown).to_contain_text("could not be loaded")
    page.unroute("**/how")
    page.keyboard.press("Escape")
    shown = how(page, id)
    observed = shown.locator('[data-truth="observed"]')
    expect(observed).to_contain_text("Succeeded")
    product.beat(heartbeat(workflow, "error", executionId="99"))
    expect(observed).to_contain_text("Failed")
    expect(shown).to_contain_text("Look at its failed run")


def test_a_badge_answers_how_and_what_and_pauses_and_resumes(
    people: People, product: Product
) -> None:
    id, _, path = settled(product, "answers")
    page = people.live(OWNER, path)
    shown = how(page, id)
    for truth, said in (("desired", "Enabled"), ("reported", "Active"), ("observed", "Succeeded")):
        cell = shown.locator(f'[data-truth="{truth}"]')
        expect(cell).to_contain_text(said)
        if truth != "reported":
            expect(cell.locator("time")).to_have_count(1)
    expect(shown).to_contain_text("There is nothing to do.")
    broken = Axe().run(page).response["violations"]
    assert [rule["id"] for rule in broken] == []
    shown.get_by_role("button", name="Pause").click()
    pulse(page, id, "live", "inactive")
    expect(page.locator(".toast")).to_contain_text("is paused.")
    assert not enabled(product, id)
    shown = how(page, id)
    expect(shown).to_contain_text("Resume it to let it run.")
    shown.get_by_role("button", name="Resume").click()
    pulse(page, id, "live", "active")
    assert enabled(product, id)
    expect(card(page, id).locator("[data-why]")).to_have_text("The last run succeeded.")


def test_an_answer_opens_above_where_there_is_no_room_below(
    people: People, product: Product
) -> None:
    ((id, _),), path = several(product, 1)
    page = people.live(OWNER, path)
    page.set_viewport_size({"width": 1280, "height": 560})
    shown = how(page, id)
    expect(shown.get_by_role("button", name="Archive")).to_be_in_viewport(ratio=1)
    button = card(page, id).locator(".how-button").bounding_box()
    box = shown.bounding_box()
    assert button
    assert box
    assert box["y"] + box["height"] <= button["y"]


def test_a_change_that_n8n_refuses_is_taken_back_with_the_reason(
    people: People, product: Product
) -> None:
    id, workflow, path = settled(product, "refused")
    page = people.live(OWNER, path)
    with product.n8n() as n8n:
        n8n.deactivate(workflow)
        n8n.delete(workflow)
    how(page, id).get_by_role("button", name="Pause").click()
    expect(page.locator(".toast")).to_have_text(
        re.compile(r"was not changed: .*not in n8n any more"), timeout=FAST
    )
    expect(card(page, id)).not_to_have_attribute("data-assumed", "")
    expect(card(page, id).locator(".pulse")).not_to_have_attribute("data-face", "syncing")
    assert enabled(product, id)


def test_several_are_paused_at_once_and_each_says_how_it_went(
    people: People, product: Product
) -> None:
    made, path = several(product, 4)
    page = people.live(OWNER, path)
    with product.n8n() as n8n:
        n8n.deactivate(made[1][1])
        n8n.delete(made[1][1])
    for id, _ in made[:3]:
        card(page, id).get_by_role("checkbox").check()
    bar = page.get_by_role("region", name="Selected campaigns")
    expect(bar).to_contain_text("3 selected")
    bar.get_by_role("button", name="Pause").click()
    results = page.get_by_role("dialog")
    expect(results).to_contain_text("2 campaigns paused, 1 not changed")
    lines = results.get_by_role("listitem")
    expect(lines).to_have_count(3)
    expect(lines.first).to_have_attribute("data-result", "failed")
    expect(lines.first).to_contain_text("not in n8n any more")
    broken = Axe().run(page).response["violations"]
    assert [rule["id"] for rule in broken] == []
    results.get_by_role("button", name="Close").click()
    expect(bar).to_be_hidden()
    assert [enabled(product, id) for id, _ in made] == [False, True, False, True]


def test_what_differs_in_n8n_is_put_back_or_adopted(people: People, product: Product) -> None:
    ((back, first), (adopted, second)), path = several(product, 2)
    with product.client(OWNER) as owner, product.n8n() as n8n:
        n8n.deactivate(first)
        n8n.deactivate(second)
        sync(product, owner)
        with product.db() as db:
            db.execute(
                "UPDATE campaigns_campaign SET differs_since = now() - interval '2 min'"
                " WHERE id = ANY(%s)",
                [[back, adopted]],
            )
        page = people.live(OWNER, path)
        expect(card(page, back)).to_contain_text("Enabled here, yet n8n does not run it.")
        card(page, back).get_by_role("button", name="Put back").click()
        expect(page.locator(".toast").last).to_contain_text("is in n8n as it is set here.")
        expect(card(page, back).locator("[data-drift]")).to_be_hidden(timeout=FAST)
        assert n8n.workflow(first).active
        card(page, adopted).get_by_role("button", name="Adopt what n8n says").click()
        expect(page.locator(".toast").last).to_contain_text("what n8n says is now set here too.")
        expect(card(page, adopted).locator("[data-drift]")).to_be_hidden(timeout=FAST)
        assert not n8n.workflow(second).active
    assert enabled(product, back)
    assert not enabled(product, adopted)


def test_a_campaign_is_renamed_archived_and_restored(people: People, product: Product) -> None:
    id, workflow, path = settled(product, "moves")
    page = people.live(OWNER, path)
    how(page, id).get_by_role("button", name="Rename").click()
    name = page.get_by_role("dialog").get_by_label("Name")
    expect(name).to_be_focused()
    changed = f"{name.input_value()} again"
    name.fill(changed)
    page.keyboard.press("Enter")
    expect(card(page, id).locator("[data-name]")).to_have_text(changed, timeout=FAST)
    with product.n8n() as n8n:
        assert n8n.workflow(workflow).name == changed
    how(page, id).get_by_role("button", name="Archive").click()
    sure = page.get_by_role("dialog")
    expect(sure).to_contain_text("deactivated in n8n")
    sure.get_by_role("button", name="Archive").click()
    expect(card(page, id)).to_have_count(0, timeout=FAST)
    number = page.locator('[data-filter=""] [data-n]')
    expect(number).to_be_visible()
    page.get_by_label("Which ones").select_option("Archived")
    expect(card(page, id)).to_have_count(1)
    expect(number).to_be_hidden()
    how(page, id).get_by_role("button", name="Restore").click()
    expect(card(page, id)).to_have_count(0, timeout=FAST)
    page.get_by_label("Which ones").select_option("All but archived")
    expect(card(page, id)).to_have_count(1)


def test_a_rename_overwrites_no_other_one_unseen(people: People, product: Product) -> None:
    id, _, path = settled(product, "renamed")
    page, other = people.live(OWNER, path), people.live(OWNER, path)
    for one in (page, other):
        how(one, id).get_by_role("button", name="Rename").click()
    others, mine = f"theirs {id.hex[:6]}", f"mine {id.hex[:6]}"
    other.get_by_role("dialog").get_by_label("Name").fill(others)
    other.keyboard.press("Enter")
    expect(card(page, id).locator("[data-name]")).to_have_text(others, timeout=FAST)
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill(mine)
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("alert")).to_contain_text(f"renamed it to {others} in the meantime")
    expect(card(page, id).locator("[data-name]")).to_have_text(others)
    page.keyboard.press("Enter")  # knowing it
    expect(card(other, id).locator("[data-name]")).to_have_text(mine, timeout=FAST)


def test_a_double_click_is_one_change(people: People, product: Product) -> None:
    id, _, path = settled(product, "twice")
    page = people.live(OWNER, path)
    asked: list[str] = []
    page.on("request", lambda r: asked.append(r.url) if r.method == "PATCH" else None)
    button = how(page, id).get_by_role("button", name="Pause")
    button.evaluate("button => { button.click(); button.click() }")
    pulse(page, id, "live", "inactive")
    assert len(asked) == 1
