"""The settings page of a workspace: saved as a whole, merged field by field, lost never."""

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Dialog, Page, Request, expect

from governance.models import AuditEvent
from orchestrator.events import command
from tests.cast import Cast
from tests.page_people import person, workspace
from tests.people import FAST, People
from tests.product import Product
from tests.test_browser import complaints
from workspaces import quotas, rules, services, settings
from workspaces.merging import merged

ACTOR = command("test")
BASE = {
    "name": "Acme",
    "slug": "acme",
    "timezone": "UTC",
    "staleAfterSeconds": "300",
    "requireSecondFactor": "False",
    "storeHookBodies": "False",
}


def form(version: int = 1, **typed: str) -> dict[str, str]:
    """As the page of version 1 sends it."""
    base = {f"base_{name}": value for name, value in BASE.items()}
    return {"version": str(version), **base, **BASE, **typed}


def save(cast: Cast, caller: str = "owner", **typed: Any) -> Any:
    return cast.client(caller).post(f"/workspaces/{cast.acme.pk}/settings", form(**typed))


def page_of(answer: Any) -> str:
    return str(answer.content.decode())


def events() -> list[tuple[str, Any]]:
    rows = AuditEvent.objects.filter(action__in=["workspace_changed", "settings_changed"])
    return sorted(rows.values_list("action", "after"))


# --- who -------------------------------------------------------------------------------------


def test_an_admin_reads_the_settings_and_why_they_are_not_theirs_to_change(cast: Cast) -> None:
    page = page_of(cast.client("admin").get("/w/acme/settings"))
    assert "Only owners can change settings." in page
    for name in BASE:
        (field,) = re.findall(rf'<(?:input|select)[^>]*name="{name}"[^>]*>', page)
        assert "readonly" in field or "disabled" in field
        assert 'aria-describedby="why-read-only"' in field
    assert "data-unsaved" not in page
    assert "data-seconds" not in page
    assert save(cast, "admin", name="Theirs").status_code == 403
    assert events() == []


@pytest.mark.parametrize("role", ["member", "viewer"])
def test_members_and_viewers_get_no_page_and_no_link(cast: Cast, role: str) -> None:
    client = cast.client(role)
    refused = client.get("/w/acme/settings")
    assert refused.status_code == 403
    assert "Your role does not allow this" in page_of(refused)
    assert "/w/acme/settings" not in page_of(client.get("/w/acme/"))


# --- saved -----------------------------------------------------------------------------------


def test_all_of_it_is_saved_at_once_with_one_version_and_a_fact_for_each_kind(cast: Cast) -> None:
    answer = save(cast, name="Acme & Co", timezone="tokyo", staleAfterSeconds="60")
    assert (answer.status_code, answer["Location"]) == (302, "/w/acme/settings")
    cast.acme.refresh_from_db()
    assert cast.acme.version == 2
    assert events() == [
        ("settings_changed", {"staleAfterSeconds": 60}),
        ("workspace_changed", {"name": "Acme & Co", "timezone": "Asia/Tokyo"}),
    ]


def test_after_a_change_of_the_slug_the_address_follows(cast: Cast) -> None:
    answer = save(cast, slug="acme-two")
    assert answer["Location"] == "/w/acme-two/settings"
    assert cast.client("owner").get("/w/acme-two/settings").status_code == 200
    # Who still has the page of the old address open loses nothing by it.
    late = save(cast, name="Late")
    assert late.status_code == 409
    assert 'value="Late"' in page_of(late)
    assert 'value="acme-two"' in page_of(late)


def test_what_is_so_already_is_no_change(cast: Cast) -> None:
    assert save(cast).status_code == 302
    cast.acme.refresh_from_db()
    assert (cast.acme.version, events()) == (1, [])


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("name", " "),
        ("name", "x" * 101),
        ("slug", "no slug"),
        ("slug", "globex"),
        ("timezone", "Mars/Base"),
        ("staleAfterSeconds", "9"),
        ("staleAfterSeconds", "86401"),
        ("staleAfterSeconds", "soon"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field_and_the_rest_is_kept(
    cast: Cast, name: str, typed: str
) -> None:
    other = {"staleAfterSeconds": "77"} if name == "name" else {"name": "Typed"}
    answer = save(cast, **{name: typed}, **other)
    assert answer.status_code == 422
    page = page_of(answer)
    assert f'id="id_{name}_error"' in page
    (field,) = re.findall(rf'<input[^>]*name="{name}"[^>]*>', page)
    assert "autofocus" in field
    assert 'aria-invalid="true"' in field
    ((kept, value),) = other.items()
    assert re.search(rf'name="{kept}" value="{value}"', page)
    assert f'name="base_{kept}" value="{BASE[kept]}"' in page
    assert events() == []


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"name": ""}, "name", "blank"),
        ({"slug": "no slug"}, "slug", "invalid"),
        ({"timezone": "Mars/Base"}, "timezone", "invalid_timezone"),
        ({"staleAfterSeconds": 9}, "staleAfterSeconds", "min_value"),
        ({"staleAfterSeconds": 86_401}, "staleAfterSeconds", "max_value"),
    ],
)
def test_the_service_itself_refuses_what_cannot_be(
    cast: Cast, changes: dict[str, Any], field: str, code: str
) -> None:
    with pytest.raises(rules.Invalid) as refused:
        settings.change(cast.acme, changes, version=1, actor=ACTOR)
    assert [error.code for error in refused.value.errors[field].error_list] == [code]
    with pytest.raises(rules.Invalid):
        services.change_profile(cast.people["owner"], {"timezone": "Mars/Base"}, actor=ACTOR)


@pytest.mark.parametrize("version", ["", "one"])
def test_a_form_without_a_version_is_none_of_ours(cast: Cast, version: str) -> None:
    body = {**form(), "version": version}
    answer = cast.client("owner").post(f"/workspaces/{cast.acme.pk}/settings", body)
    assert answer.status_code == 400


# --- merged ----------------------------------------------------------------------------------


def test_a_field_is_merged_by_what_it_was_when_the_later_one_began() -> None:
    def one(base: str, mine: str, theirs: str) -> tuple[str, bool, bool]:
        field = merged({"f": base}, {"f": mine}, {"f": theirs})["f"]
        return field.value, field.taken, field.contested

    assert one("a", "a", "a") == ("a", False, False)
    assert one("a", "b", "a") == ("b", False, False)
    assert one("a", "a", "c") == ("c", True, False)
    assert one("a", "b", "b") == ("b", False, False)
    assert one("a", "b", "c") == ("b", False, True)


def change(cast: Cast, version: int = 1, **changes: Any) -> None:
    """By somebody else."""
    settings.change(cast.acme, changes, version=version, actor=ACTOR)


def test_without_a_script_a_stale_form_comes_back_merged_and_is_saved_then(cast: Cast) -> None:
    change(cast, name="Theirs", staleAfterSeconds=60)
    stale = save(cast, name="Mine", timezone="Asia/Tokyo")
    assert stale.status_code == 409
    page = page_of(stale)
    assert page.count('type="radio"') == 2  # the name alone is contested
    assert re.search(r'data-setting="staleAfterSeconds" data-taken', page)
    assert page.count("data-taken") == 1
    assert "Save as version 3" in page
    sent = dict(re.findall(r'<input[^>]* name="(\w+)"[^>]* value="([^"]*)"', page))
    sent |= {"use_name": "theirs"}
    assert sent["version"] == "2"
    assert sent["name"] == "Mine"
    answer = cast.client("owner").post(f"/workspaces/{cast.acme.pk}/settings", sent)
    assert answer.status_code == 302
    cast.acme.refresh_from_db()
    assert settings.values_of(cast.acme) == {
        "name": "Theirs",
        "slug": "acme",
        "timezone": "Asia/Tokyo",
        "staleAfterSeconds": 60,
        "requireSecondFactor": False,
        "storeHookBodies": False,
    }
    assert cast.acme.version == 3


def test_who_keeps_their_own_value_overwrites_the_others(cast: Cast) -> None:
    change(cast, name="Theirs")
    sent = form(version=2, name="Mine", base_name="Theirs", use_name="mine")
    cast.client("owner").post(f"/workspaces/{cast.acme.pk}/settings", sent)
    cast.acme.refresh_from_db()
    assert cast.acme.name == "Mine"


# --- quotas ----------------------------------------------------------------------------------


def test_quotas_are_said_in_words(cast: Cast) -> None:
    quotas.set_limit(cast.acme, quotas.Name.MEMBERS, 4, actor=ACTOR)
    page = page_of(cast.client("admin").get("/w/acme/settings"))
    rows = dict(re.findall(r'data-quota="(\w+)"(.*?)</dd>', page, re.DOTALL))
    assert set(rows) == set(quotas.DEFAULTS)
    assert "4 of 4, the limit is reached" in rows["members"]
    assert "1 of 1,000<" in rows["campaigns"]


# --- in a browser ----------------------------------------------------------------------------


def opened(people: People, email: str, slug: str, **options: Any) -> Page:
    page = people.context(email, **options).new_page()
    page.goto(f"/w/{slug}/settings")
    return page


@pytest.mark.browser
def test_two_owners_who_save_at_once_lose_nothing(people: People, product: Product) -> None:
    slug = workspace(product, "merge")
    one, two = (person(product, "owner", slug) for _ in range(2))
    first, second = opened(people, one, slug), opened(people, two, slug)
    first.get_by_label("Name").fill("First")
    first.get_by_label("Stale after").fill("60")
    first.get_by_role("button", name="Save").click()
    expect(first.locator(".toast")).to_have_text("Saved.")
    second.get_by_label("Name").fill("Second")
    second.get_by_label("Time zone").fill("Asia/Tokyo")
    expect(second.get_by_text("2 unsaved changes")).to_be_visible()
    second.get_by_role("button", name="Save").click()
    expect(second.locator("#conflict")).to_be_focused()
    expect(second.locator("#conflict")).to_contain_text("Somebody saved before you.")
    assert second.url.endswith(f"/w/{slug}/settings")
    expect(second.get_by_label("Name", exact=True)).to_have_value("Second")
    expect(second.get_by_label("Time zone")).to_have_value("Asia/Tokyo")
    expect(second.get_by_label("Stale after")).to_have_value("60")
    expect(second.get_by_text("Theirs, taken over.")).to_have_count(1)
    second.get_by_role("radio", name="First").check()
    expect(second.get_by_text("1 unsaved change")).to_be_visible()
    second.get_by_role("button", name="Save as version 3").click()
    expect(second.locator(".toast")).to_have_text("Saved.")
    first.reload()
    expect(first.get_by_label("Name", exact=True)).to_have_value("First")
    expect(first.get_by_label("Time zone")).to_have_value("Asia/Tokyo")


@pytest.mark.browser
def test_without_a_script_a_conflict_has_the_focus_and_is_decided_by_a_form(
    people: People, product: Product
) -> None:
    slug = workspace(product, "plain")
    one, two = (person(product, "owner", slug) for _ in range(2))
    first, second = (opened(people, who, slug, java_script_enabled=False) for who in (one, two))
    for page, name in ((first, "First"), (second, "Second")):
        page.get_by_label("Name").fill(name)
        page.get_by_role("button", name="Save").click()
    expect(second.locator("#conflict")).to_be_focused()
    expect(second.get_by_role("radio", name="Second")).to_be_checked()
    second.get_by_role("radio", name="First").check()
    second.get_by_label("Time zone").fill("Asia/Tokyo")
    second.get_by_role("button", name="Save as version 3").click()
    second.wait_for_url(f"{product.url}/w/{slug}/settings", timeout=FAST)
    expect(second.get_by_label("Name", exact=True)).to_have_value("First")
    expect(second.get_by_label("Time zone")).to_have_value("Asia/Tokyo")


@pytest.mark.browser
def test_what_is_not_saved_is_counted_discarded_and_not_left_by_mistake(
    people: People, product: Product
) -> None:
    slug = workspace(product, "unsaved")
    page = opened(people, person(product, "owner", slug), slug)
    bar = page.locator("[data-unsaved]")
    expect(bar).to_be_hidden()
    page.get_by_label("Time zone").fill("Asia/Tokyo")
    expect(page.locator("[data-zone-time]")).to_have_text(re.compile(r"^It is \d\d:\d\d there now"))
    page.get_by_label("Time zone").fill("UTC")
    page.get_by_role("button", name="1 h", exact=True).click()
    page.get_by_label("Address").fill("elsewhere")
    expect(page.locator("[data-moves]")).to_be_visible()
    expect(bar).to_contain_text("2 unsaved changes")
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.get_by_role("link", name="Workspaces", exact=True).click()
    page.wait_for_timeout(300)
    assert asked == ["beforeunload"]
    assert page.url.endswith("/settings")
    page.get_by_role("button", name="Discard").click()
    expect(bar).to_be_hidden()
    expect(page.get_by_label("Stale after")).to_have_value("300")
    page.get_by_role("link", name="Workspaces", exact=True).click()
    page.wait_for_url(f"{product.url}/")
    assert asked == ["beforeunload"]


@pytest.mark.browser
@pytest.mark.parametrize("script", [True, False])
def test_a_wrong_value_gets_the_focus_and_a_right_one_moves_the_address(
    people: People, product: Product, script: bool
) -> None:
    slug = workspace(product, "focus")
    email = person(product, "owner", slug)
    page = opened(people, email, slug, java_script_enabled=script)
    page.get_by_label("Address").fill("acme")
    page.get_by_role("button", name="Save").click()
    field = page.get_by_label("Address")
    expect(field).to_be_focused()
    expect(field).to_have_value("acme")
    expect(page.get_by_text("Another workspace has this slug.")).to_be_visible()
    field.fill(f"{slug}-two")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url(f"{product.url}/w/{slug}-two/settings", timeout=FAST)


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("who", ["owner", "admin", "conflict", "account"])
def test_pages_of_forms_are_accessible_break_no_csp_and_do_not_scroll_sideways(
    people: People, product: Product, who: str, scheme: str, width: int
) -> None:
    email = "admin@acme.test" if who == "admin" else "owner2@acme.test"
    size = {"width": width, "height": 800}
    page = people.context(email, viewport=size, color_scheme=scheme).new_page()
    found = complaints(page)
    page.goto("/account/" if who == "account" else "/w/acme/settings")
    if who == "conflict":
        page.get_by_label("Name").fill("Mine")
        for name, value in (("version", "0"), ("base_name", "Before"), ("base_timezone", "UTC")):
            page.locator(f"[name={name}]").evaluate("(i, v) => (i.value = v)", value)
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("radio")).to_have_count(2)
    page.wait_for_timeout(300)
    assert [line for line in found if "409" not in line] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    broken = Axe().run(page).response["violations"]
    assert [(rule["id"], [node["target"] for node in rule["nodes"]][:3]) for rule in broken] == []


@pytest.mark.browser
@pytest.mark.parametrize("path", ["/account/", "/w/acme/settings"])
def test_the_first_load_of_a_page_of_forms_is_light(people: People, path: str) -> None:
    page = people.context("owner2@acme.test").new_page()
    requests: list[Request] = []
    page.on("requestfinished", lambda request: requests.append(request))
    page.goto(path)
    page.wait_for_load_state("networkidle")
    sizes = {request.url: request.sizes()["responseBodySize"] for request in requests}
    assert len(requests) <= 12, sizes
    assert sum(sizes.values()) <= 40 * 1024, sizes
    assert min(sizes.values()) > 0, sizes  # measured, and nothing came from a cache
