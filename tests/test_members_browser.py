"""The members of a workspace in real Chromium: changed by one, seen by the others."""

import re
import uuid

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.live_place import waited
from tests.page_people import join, person, workspace
from tests.people import FAST, LIVE, People
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


def choose(page: Page, email: str, role: str) -> None:
    row(page, email).locator("[data-role-selector]").click()
    page.locator(f"#role-menu input[value={role}]").check()
    page.locator("[data-role-save]").click()


def test_a_role_is_changed_at_once_on_every_page_and_undone(place: Place) -> None:
    vera, ada = place.joined("viewer"), place.joined("admin")
    owner, admin = place.page(place.owner), place.page(ada)
    hers = place.people.live(vera, f"/w/{place.slug}/members")
    expect(hers.locator("[data-role-selector]")).to_have_count(0)
    choose(owner, vera, "admin")
    expect(word(owner, vera)).to_have_text("Admin", timeout=500)  # before any answer
    expect(word(admin, vera)).to_have_text("Admin")
    expect(hers.locator("[data-role-selector]").first).to_be_visible()  # she may now as well
    owner.get_by_role("button", name="Undo").click()
    expect(word(owner, vera)).to_have_text("Viewer")
    expect(word(admin, vera)).to_have_text("Viewer")
    expect(hers.locator("[data-role-selector]")).to_have_count(0)
    assert place.role(vera) == "viewer"


def test_what_is_gained_and_lost_is_seen_before(place: Place) -> None:
    vera = place.joined("viewer")
    page = place.page(place.owner)
    row(page, vera).locator("[data-role-selector]").click()
    effects = page.locator("[data-effects]")
    expect(effects).to_be_empty()
    page.locator("#role-menu input[value=member]").check()
    expect(effects).to_contain_text("rename, pause and resume campaigns")
    expect(effects.locator("dt")).to_have_text(["Gains", "Loses"])
    page.keyboard.press("Escape")
    assert place.role(vera) == "viewer"


def test_the_selector_is_used_by_keys_alone(place: Place) -> None:
    vera = place.joined("viewer")
    page = place.page(place.owner)
    row(page, vera).locator("[data-role-selector]").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#role-menu input[value=viewer]")).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.locator("#role-menu input[value=member]")).to_be_checked()
    page.keyboard.press("Enter")
    expect(word(page, vera)).to_have_text("Member")
    expect(row(page, vera).locator("[data-role-selector]")).to_be_focused()


def test_what_cannot_be_chosen_says_why(place: Place) -> None:
    vera, ada = place.joined("viewer"), place.joined("admin")
    page = place.page(ada)
    row(page, ada).locator("[data-role-selector]").click()
    expect(page.locator("[data-role-refused]")).to_contain_text("cannot change your own role")
    expect(page.locator("[data-role-save]")).to_be_hidden()
    page.keyboard.press("Escape")
    row(page, place.owner).locator("[data-role-selector]").click()
    expect(page.locator("[data-role-refused]")).to_contain_text("Only owners")
    page.keyboard.press("Escape")
    row(page, vera).locator("[data-role-selector]").click()
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
    expect(page.locator(".toast")).to_contain_text("Somebody has made")
    expect(word(page, vera)).to_have_text("Member")


def test_whoever_comes_or_goes_appears_or_vanishes(place: Place) -> None:
    vera, ada = place.joined("viewer"), place.joined("admin")
    owner, admin = place.page(place.owner), place.page(ada)
    hers = place.page(vera)
    row(owner, vera).get_by_role("button", name=re.compile("^Remove")).click()
    owner.get_by_role("dialog").get_by_role("button", name="Remove").click()
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
    owner.get_by_label("Addresses").fill(f"New One <{new}>, {ada}")
    owner.locator("[data-send]").click()
    results = owner.locator("[data-invite-results]")
    expect(results).to_contain_text("is a member already")
    expect(owner.get_by_label("Addresses")).to_have_value(ada)
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
    expect(page.locator(".toast")).to_contain_text("could not be renewed")
    page.unroute("**/members?*")
    page.locator(".toast").get_by_role("button", name="Try again").click()
    expect(row(page, place.owner)).to_have_count(0)
    expect(row(page, vera)).to_have_count(1)


def test_the_ownership_is_handed_over_and_taken(place: Place) -> None:
    max_ = place.joined("member")
    page = place.page(place.owner)
    row(page, max_).locator("[data-role-selector]").click()
    page.get_by_role("button", name="Hand the whole workspace over").click()
    page.get_by_role("dialog").get_by_role("button", name="Offer").click()
    expect(page.locator("[data-offer]")).to_contain_text(max_)
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
    expect(page.locator("[data-role-selector]").first).to_be_hidden()
    page.unroute("**/permissions")
    page.evaluate("dispatchEvent(new CustomEvent('forbidden'))")
    expect(page.get_by_role("button", name="Invite")).to_be_visible()
