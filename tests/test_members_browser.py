"""The members of a workspace in real Chromium: changed by one, seen by the others."""

import re
import uuid

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.live_place import HIDE, waited
from tests.page_people import join, person, workspace
from tests.people import FAST, LIVE, People, height_of
from tests.product import Product

pytestmark = pytest.mark.browser


class Place:
    """A workspace of a test's own, with an owner, an admin and whoever else is asked for."""

    def __init__(self, product: Product, people: People) -> None:
        self.product, self.people = product, people
        self.slug = workspace(product, "crew")
        self.path = f"/w/{self.slug}/members"
        self.owner = person(product, "owner", self.slug)

    def joined(self, role: str) -> str:
        return person(self.product, role, self.slug)

    def page(self, email: str, query: str = "") -> Page:
        return self.people.live(email, self.path + query)

    def role(self, email: str) -> str:
        with self.product.db() as db:
            row = db.execute(
                "SELECT m.role FROM workspaces_membership m JOIN workspaces_user u"
                " ON u.id = m.user_id JOIN workspaces_workspace w ON w.id = m.workspace_id"
                " WHERE u.email = %s AND w.slug = %s",
                [email, self.slug],
            ).fetchone()
        return row[0] if row else ""


@pytest.fixture
def place(product: Product, people: People) -> Place:
    return Place(product, people)


def row(page: Page, email: str) -> Locator:
    return page.locator("[data-row]", has_text=email)


def word(page: Page, email: str) -> Locator:
    return row(page, email).locator("[data-role-word]")


def selector(page: Page, email: str) -> Locator:
    return row(page, email).locator('[data-component="role-selector"]')


def choose(page: Page, email: str, role: str) -> None:
    selector(page, email).click()
    page.locator(f"#role-menu input[value={role}]").check()
    page.locator("[data-role-save]").click()


def test_a_role_is_changed_at_once_on_every_page_and_undone(place: Place) -> None:
    vera, ada = place.joined("viewer"), place.joined("admin")
    owner, admin = place.page(place.owner), place.page(ada)
    hers = place.people.live(vera, f"/w/{place.slug}/members")
    expect(selector(hers, vera)).to_be_disabled()
    choose(owner, vera, "admin")
    expect(word(owner, vera)).to_have_text("Admin", timeout=500)  # before any answer
    expect(word(admin, vera)).to_have_text("Admin")
    expect(selector(hers, vera)).to_be_enabled()  # she may now as well
    owner.get_by_role("button", name="Undo").click()
    expect(word(owner, vera)).to_have_text("Viewer")
    expect(word(admin, vera)).to_have_text("Viewer")
    expect(selector(hers, vera)).to_be_disabled()
    assert place.role(vera) == "viewer"


def test_what_is_gained_and_lost_is_seen_before(place: Place) -> None:
    vera = place.joined("viewer")
    page = place.page(place.owner)
    selector(page, vera).click()
    effects = page.locator("[data-effects]")
    expect(effects).to_be_empty()
    expect(page.locator("[data-role-save]")).to_have_text("Change role")
    page.locator("#role-menu input[value=member]").check()
    expect(effects).to_contain_text("rename, pause and resume campaigns")
    expect(effects.locator("dt")).to_have_text(["Gains", "Loses"])
    page.keyboard.press("Escape")
    assert place.role(vera) == "viewer"


def test_the_selector_is_used_by_keys_alone(place: Place) -> None:
    vera = place.joined("viewer")
    page = place.page(place.owner)
    selector(page, vera).focus()
    page.keyboard.press("Enter")
    expect(page.locator("#role-menu input[value=viewer]")).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.locator("#role-menu input[value=member]")).to_be_checked()
    page.keyboard.press("Enter")
    expect(word(page, vera)).to_have_text("Member")
    expect(selector(page, vera)).to_be_focused()


def test_what_cannot_be_chosen_says_why(place: Place) -> None:
    vera, ada = place.joined("viewer"), place.joined("admin")
    page = place.page(ada)
    selector(page, ada).click()
    expect(page.locator("[data-role-refused]")).to_contain_text("cannot change your own role")
    expect(page.locator("[data-role-save]")).to_be_hidden()
    page.keyboard.press("Escape")
    selector(page, place.owner).click()
    expect(page.locator("[data-role-refused]")).to_contain_text("Only owners")
    page.keyboard.press("Escape")
    selector(page, vera).click()
    expect(page.locator("#role-menu input[value=owner]")).to_be_disabled()
    expect(page.locator("#role-menu label:has([value=owner])")).to_contain_text("Only owners")
    expect(page.locator("#role-menu input[value=member]")).to_be_enabled()


def test_a_refusal_takes_it_back_with_the_reason(place: Place) -> None:
    vera = place.joined("viewer")
    page = place.page(place.owner)
    page.route("**/members/*", lambda route: route.abort() if patch(route) else route.fallback())
    choose(page, vera, "admin")
    expect(page.locator(".toast")).to_contain_text("The server does not answer")
    expect(word(page, vera)).to_have_text("Viewer")


def patch(route: Route) -> bool:
    return route.request.method == "PATCH"


def test_a_conflict_shows_what_somebody_else_has_made_of_it(place: Place) -> None:
    vera = place.joined("viewer")
    page = place.page(place.owner)
    held: list[Route] = []
    page.route(
        "**/members/*", lambda route: held.append(route) if patch(route) else route.fallback()
    )
    choose(page, vera, "admin")
    assert waited(page, lambda: bool(held))
    with place.product.db() as db:
        db.execute(
            "UPDATE workspaces_membership m SET role = 'member' FROM workspaces_user u"
            " WHERE u.id = m.user_id AND u.email = %s",
            [vera],
        )
    held[0].continue_()
    expect(page.locator(".toast")).to_contain_text("Your change was not made.")
    expect(word(page, vera)).to_have_text("Member")


def test_whoever_comes_or_goes_appears_or_vanishes(place: Place) -> None:
    vera, ada = place.joined("viewer"), place.joined("admin")
    owner, admin = place.page(place.owner), place.page(ada)
    hers = place.page(vera)
    row(owner, vera).get_by_role("button", name=re.compile("^Remove")).click()
    sure = owner.get_by_role("dialog").get_by_role("button", name="Remove")
    expect(sure).to_have_attribute("data-kind", "danger")
    sure.click()
    expect(row(owner, vera)).to_have_count(0)
    expect(row(admin, vera)).to_have_count(0)
    hers.wait_for_url(f"{place.product.url}/")
    expect(hers.locator(".toast")).to_contain_text("Crew")
    assert place.role(vera) == ""


def test_many_are_invited_at_once_and_each_says_how_it_went(place: Place) -> None:
    ada = place.joined("admin")
    owner, admin = place.page(place.owner), place.page(ada)
    new = f"new-{uuid.uuid4().hex[:6]}@elsewhere.test"
    owner.get_by_role("button", name="Invite").click()
    owner.get_by_label("Addresses").fill(f'"One, New" <{new}>, no-at.example.com; {ada}')
    owner.locator("[data-send]").click()
    results = owner.locator("[data-invite-results]")
    expect(results).to_contain_text("is a member already")
    expect(results.locator("li")).to_contain_text(["no-at.example.com", ada])
    expect(results).to_contain_text("This is no mail address.")
    expect(owner.get_by_label("Addresses")).to_have_value(f"no-at.example.com\n{ada}")
    owner.keyboard.press("Escape")
    expect(row(owner, new)).to_contain_text("Invited")
    expect(row(admin, new)).to_have_count(1)
    row(owner, new).get_by_role("button", name=re.compile("^Take the invitation")).click()
    owner.get_by_role("dialog").get_by_role("button", name="Take back").click()
    expect(row(owner, new)).to_have_count(0)
    expect(row(admin, new)).to_have_count(0)


def test_many_roles_change_at_once_after_a_preview_and_are_undone(place: Place) -> None:
    vera, max_ = place.joined("viewer"), place.joined("member")
    page = place.page(place.owner)
    for email in (vera, max_):
        row(page, email).locator("[data-pick]").check()
    ground = "place => getComputedStyle(place).backgroundColor"
    avatar = row(page, vera).locator(".avatar")
    assert avatar.evaluate(ground) != row(page, vera).evaluate(ground)
    page.get_by_label("New role of those selected").select_option("admin")
    page.get_by_role("button", name="Preview").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Change 2 roles?")
    expect(dialog).to_contain_text("Viewer → Admin")
    expect(dialog).to_contain_text("Gains: ")
    assert (place.role(vera), place.role(max_)) == ("viewer", "member")
    dialog.get_by_role("button", name="Change roles").click()
    for email in (vera, max_):
        expect(word(page, email)).to_have_text("Admin")
    page.get_by_role("button", name="Undo").click()
    expect(word(page, vera)).to_have_text("Viewer")
    expect(word(page, max_)).to_have_text("Member")


def test_the_list_is_narrowed_and_sorted_without_a_reload_and_back_undoes_it(place: Place) -> None:
    vera, ada = place.joined("viewer"), place.joined("admin")
    page = place.page(place.owner)
    page.evaluate("window.same = true")
    page.locator("[data-filters]").get_by_label("Role").select_option("admin")
    expect(row(page, vera)).to_have_count(0)
    expect(row(page, ada)).to_have_count(1)
    page.wait_for_url("**?role=admin")
    page.get_by_role("link", name="Joined").click()
    expect(page.locator('[data-column="joinedAt"]')).to_have_attribute("aria-sort", "ascending")
    page.go_back()
    page.go_back()
    expect(row(page, vera)).to_have_count(1)
    page.keyboard.press("/")
    page.keyboard.type(vera.split("@")[0])
    expect(row(page, ada)).to_have_count(0)
    assert page.evaluate("window.same") is True


def test_a_list_that_cannot_be_renewed_says_so_and_is_tried_again(place: Place) -> None:
    vera = place.joined("viewer")
    page = place.page(place.owner)
    page.route("**/members?*", lambda route: route.abort())
    page.locator("[data-filters]").get_by_label("Role").select_option("viewer")
    late = page.locator("[data-late]")
    expect(late).to_contain_text("could not be renewed")
    late.get_by_role("button", name="Try again").click()
    page.wait_for_timeout(7000)  # longer than a toast stays
    expect(late).to_be_visible()
    page.unroute("**/members?*")
    late.get_by_role("button", name="Try again").click()
    expect(late).to_be_hidden()
    expect(row(page, place.owner)).to_have_count(0)
    expect(row(page, vera)).to_have_count(1)


def test_the_ownership_is_handed_over_and_taken(place: Place) -> None:
    max_ = place.joined("member")
    page = place.page(place.owner)
    selector(page, max_).click()
    page.get_by_role("button", name="Hand the whole workspace over").click()
    page.get_by_role("dialog").get_by_role("button", name="Offer").click()
    expect(page.locator("[data-offer]")).to_contain_text(max_)
    text, buttons = (
        page.locator(f"[data-offer] > {part}").bounding_box() for part in ("p", ".actions")
    )
    assert text
    assert buttons
    assert abs(text["y"] + text["height"] / 2 - buttons["y"] - buttons["height"] / 2) < 1
    his = place.page(max_)
    his.get_by_role("button", name="Accept").click()
    expect(his.locator(".toast")).to_contain_text("You are the owner now")
    assert (place.role(max_), place.role(place.owner)) == ("owner", "admin")


def test_a_member_sees_names_and_the_own_role_and_may_leave(place: Place) -> None:
    max_, vera = place.joined("member"), place.joined("viewer")
    page = place.page(max_)
    expect(word(page, max_)).to_have_text("Member")
    expect(word(page, vera)).to_have_count(0)
    page.get_by_role("button", name="Leave").click()
    page.get_by_role("dialog").get_by_role("button", name="Leave").click()
    page.wait_for_url(f"{place.product.url}/")
    assert place.role(max_) == ""


def test_without_a_script_it_is_read_searched_and_sorted(place: Place, people: People) -> None:
    vera = place.joined("viewer")
    page = people.context(place.owner, java_script_enabled=False).new_page()
    page.goto(place.path)
    page.get_by_label("Search by name or address").fill(vera)
    page.get_by_role("button", name="Show").click()
    expect(page.locator("[data-row]")).to_have_count(1)
    expect(selector(page, vera)).to_be_hidden()
    expect(row(page, vera).get_by_text("Viewer", exact=True).locator("visible=true")).to_have_class(
        "tag"
    )
    page.get_by_role("link", name="Joined").click()
    expect(page.locator('[data-column="joinedAt"]')).to_have_attribute("aria-sort", "ascending")
    expect(page.locator("[data-row]")).to_have_count(1)


def test_who_is_invited_makes_an_account_and_is_in(place: Place, people: People) -> None:
    """By the link of the mail, which the token stands for here."""
    email, token = f"nia-{uuid.uuid4().hex[:6]}@elsewhere.test", uuid.uuid4().hex
    with place.product.db() as db:
        db.execute(
            "INSERT INTO rbac_invitation (id, workspace_id, email, role, inviter_id, digest,"
            ' created_at, asked_at, sent_at, expires_at, "end")'
            " SELECT gen_random_uuid(), w.id, %s, 'viewer', u.id,"
            " encode(sha256(convert_to(%s, 'UTF8')), 'hex'), now(), now(), now(),"
            " now() + interval '1 day', ''"
            " FROM workspaces_workspace w, workspaces_user u WHERE w.slug = %s AND u.email = %s",
            [email, token, place.slug, place.owner],
        )
    owner = place.page(place.owner)
    expect(row(owner, email)).to_contain_text("Invited")
    page = people.context().new_page()
    page.goto(f"/invitations/{token}")
    page.get_by_label("Name").fill("Nia")
    page.locator("[name=password]").fill("a long and winding road")
    page.get_by_role("button", name="Make an account and accept").click()
    page.wait_for_url(f"**/w/{place.slug}/")
    page.wait_for_selector(LIVE)
    expect(owner.locator("[data-user-id]", has_text=email)).to_contain_text("Nia", timeout=FAST)


def test_whoever_was_added_by_sql_is_there_at_the_next_look(place: Place) -> None:
    page = place.page(place.owner)
    expect(page.locator("[data-row]")).to_have_count(1)
    other = person(place.product, "viewer", "globex")
    join(place.product, other, place.slug, "viewer")  # by SQL: no fact is told
    page.locator("[data-filters]").get_by_label("Role").select_option("viewer")
    expect(row(page, other)).to_have_count(1)


def test_where_nobody_knows_what_one_may_nothing_is_offered(place: Place) -> None:
    ada, vera = place.joined("admin"), place.joined("viewer")
    page = place.page(ada)
    page.route("**/permissions", lambda route: route.abort())
    page.route("**/members/*", lambda route: route.fulfill(status=403, json={"detail": "No."}))
    expect(page.get_by_role("button", name="Invite")).to_be_visible()
    choose(page, vera, "member")
    expect(page.get_by_role("button", name="Invite")).to_be_hidden()
    expect(page.locator("[data-component=role-selector]").first).to_be_hidden()
    page.unroute("**/permissions")
    page.evaluate("dispatchEvent(new CustomEvent('forbidden'))")
    expect(page.get_by_role("button", name="Invite")).to_be_visible()


# --- what was missed, what is slow, and what somebody else did meanwhile -----------------------


def set_role(place: Place, email: str, role: str) -> None:
    """By SQL, as somebody else's change."""
    with place.product.db() as db:
        db.execute(
            "UPDATE workspaces_membership m SET role = %s, version = m.version + 1"
            " FROM workspaces_user u WHERE u.id = m.user_id AND u.email = %s",
            [role, email],
        )


@pytest.mark.parametrize("path", ["members", "role-audit"])
def test_what_happened_while_the_tab_was_hidden_is_there_when_it_is_back(
    path: str, place: Place
) -> None:
    page = place.people.live(place.owner, f"/w/{place.slug}/{path}")
    expect(page.locator("[data-row]")).to_have_count(1)
    page.evaluate(HIDE, True)
    vera = place.joined("viewer")
    expect(page.locator("[data-row]")).to_have_count(1)
    page.evaluate(HIDE, False)
    expect(row(page, vera)).to_have_count(1)


@pytest.mark.parametrize("path", ["members", "role-audit"])
def test_a_page_that_polls_follows_as_well(path: str, place: Place) -> None:
    page = place.people.context(place.owner).new_page()
    page.route_web_socket("**/ws/**", lambda socket: socket.close(code=4429))
    page.goto(f"/w/{place.slug}/{path}")
    page.wait_for_selector('html[data-connection="crowded"]')
    vera = place.joined("viewer")
    expect(row(page, vera)).to_have_count(1, timeout=3 * FAST)


def test_a_role_is_undone_where_its_row_has_left_the_list(place: Place) -> None:
    vera = place.joined("viewer")
    page = place.page(place.owner, "?role=viewer")
    choose(page, vera, "admin")
    expect(row(page, vera)).to_have_count(0)
    assert place.role(vera) == "admin"
    page.get_by_role("button", name="Undo").click()
    expect(row(page, vera)).to_have_count(1)
    assert place.role(vera) == "viewer"


def test_undoing_keeps_what_somebody_else_has_changed_since(place: Place) -> None:
    vera = place.joined("viewer")
    page = place.page(place.owner)
    choose(page, vera, "member")
    undo = page.get_by_role("button", name="Undo")
    undo.hover()  # the word stays
    set_role(place, vera, "admin")
    page.evaluate(HIDE, True)
    page.evaluate(HIDE, False)
    expect(word(page, vera)).to_have_text("Admin")
    undo.click()
    expect(page.locator(".toast")).to_contain_text("Your change was not made.")
    assert place.role(vera) == "admin"
    expect(word(page, vera)).to_have_text("Admin")


def test_rows_that_are_slow_to_come_are_skeletons_of_the_same_height(place: Place) -> None:
    vera = place.joined("viewer")
    page = place.page(place.owner)
    held: list[Route] = []
    page.route("**/members?*", lambda route: held.append(route))
    frame = page.locator("[data-members]")
    height = height_of(row(page, vera))
    page.locator("[data-filters]").get_by_label("Role").select_option("viewer")
    expect(frame).to_have_attribute("aria-busy", "true")
    assert height_of(row(page, vera)) == height
    assert (
        row(page, vera)
        .locator("[data-shown]")
        .evaluate("e => getComputedStyle(e.closest('div')).opacity")
        == "0"
    )
    held[0].continue_()
    expect(row(page, place.owner)).to_have_count(0)
    expect(frame).to_have_attribute("aria-busy", "false")


def test_a_part_of_the_page_that_is_refused_lets_it_ask_what_one_may(place: Place) -> None:
    page = place.page(place.joined("admin"))
    page.route("**/members?*", lambda route: route.fulfill(status=403, body="No."))
    with page.expect_request("**/permissions"):
        page.locator("[data-filters]").get_by_label("Role").select_option("viewer")


def test_a_sole_owner_cannot_leave_and_reads_why(place: Place) -> None:
    ada = place.joined("admin")
    page = place.page(place.owner)
    selector(page, place.owner).click()
    expect(page.locator("[data-role-refused]")).to_contain_text("make somebody else owner first")
    page.keyboard.press("Escape")
    leave = page.get_by_role("button", name="Leave")
    expect(leave).to_be_disabled()
    leave.click(force=True)
    expect(page.locator(".toast")).to_contain_text("You are the only owner")
    choose(page, ada, "owner")
    expect(leave).to_be_enabled()
    selector(page, place.owner).click()
    expect(page.locator("[data-role-refused]")).to_contain_text("another owner can")


def test_an_answer_without_a_role_breaks_nothing(place: Place) -> None:
    vera = place.joined("viewer")
    page = place.page(place.owner)
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))

    def without(route: Route) -> None:
        answer = route.fetch()
        body = {name: value for name, value in answer.json().items() if name != "role"}
        route.fulfill(response=answer, json=body)

    page.route("**/members/*", lambda route: without(route) if patch(route) else route.fallback())
    choose(page, vera, "member")
    expect(page.locator(".toast")).to_contain_text("is now: Member")
    assert broken == []
