"""The account page: one's own name, language, zone, password and sessions, by plain forms."""

import re
import time
from contextlib import suppress
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from playwright.sync_api import Page, expect
from pytest_django import Settings
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from governance.models import AuditEvent
from tests.cast import Cast
from tests.page_people import person
from tests.people import FAST, LIVE, People
from tests.product import PASSWORD, Product
from workspaces import sessions
from workspaces.consumers.standing import Claim, standings
from workspaces.devices import device
from workspaces.models import User, UserSession

OLD, NEW = "correct horse battery", "another long password"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"


@pytest.fixture
def ada(db: None, settings: Settings) -> User:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    sessions._written.clear()
    return User.objects.create_user("ada@example.com", OLD, name="Ada")


def browser(email: str = "ada@example.com", password: str = OLD, agent: str = FIREFOX) -> Client:
    client = Client(headers={"User-Agent": agent})
    signed = client.post("/accounts/login/", {"login": email, "password": password})
    assert signed.status_code == 302
    return client


def app(email: str = "ada@example.com") -> dict[str, str]:
    """A program, signed in: the header that it sends."""
    answer = Client(headers={"User-Agent": "python-httpx/0.28"}).post(
        "/_allauth/app/v1/auth/login",
        {"email": email, "password": OLD},
        content_type="application/json",
    )
    return {"X-Session-Token": answer.json()["meta"]["session_token"]}


def me(client: Client, headers: dict[str, str] | None = None) -> int:
    status: int = client.get("/api/me", headers=headers or {}).status_code
    return status


def profile(**values: str) -> dict[str, str]:
    return {"what": "profile", "name": "Ada", "language": "", "timezone": "", **values}


def password(old: str = OLD, new: str = NEW, again: str = "") -> dict[str, str]:
    return {
        "what": "password",
        "oldpassword": old,
        "password1": new,
        "password2": again or new,
    }


def events(action: str) -> list[dict[str, Any] | None]:
    return list(AuditEvent.objects.filter(action=action).values_list("after", flat=True))


# --- the profile -----------------------------------------------------------------------------


def test_a_profile_is_changed_as_by_the_api_with_one_event(ada: User) -> None:
    client = browser()
    answer = client.post(
        "/account/", profile(name="Countess", language="de", timezone="new york"), follow=True
    )
    assert answer.redirect_chain == [("/account/", 302)]
    ada.refresh_from_db()
    assert (ada.name, ada.language, ada.timezone) == ("Countess", "de", "America/New_York")
    assert events("profile_changed") == [
        {"name": "Countess", "language": "de", "timezone": "America/New_York"}
    ]
    assert answer["Content-Language"] == "de"  # at once
    assert b'<html lang="de"' in answer.content
    client.post("/account/", profile(name="Countess", language="de", timezone="America/New_York"))
    assert len(events("profile_changed")) == 1


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"timezone": "Moon/Crater"}, "timezone"),
        ({"language": "xx"}, "language"),
        ({"name": "x" * 151}, "name"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field_and_nothing_typed_is_lost(
    ada: User, values: dict[str, str], field: str
) -> None:
    answer = browser().post("/account/", profile(**values))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert f'id="id_{field}_error"' in page
    if field != "language":
        assert f'value="{values[field]}"' in page
    assert events("profile_changed") == []


@pytest.mark.parametrize("body", [{}, {"what": "nothing"}, {"what": "sessions", "session": "x"}])
def test_what_no_form_of_ours_sends_is_refused(ada: User, body: dict[str, str]) -> None:
    assert browser().post("/account/", body).status_code == 400


def test_pages_and_legend_speak_german_and_codes_and_titles_do_not(cast: Cast) -> None:
    User.objects.filter(pk=cast.people["owner"].pk).update(language="de")
    owner = cast.client("owner")
    page = owner.get("/w/acme/").content.decode()
    assert '<html lang="de"' in page
    assert "Der letzte beendete Lauf ist fehlgeschlagen." in page
    assert '"error": "Fehler"' in page  # what scripts say
    refused = owner.patch(
        f"/api/workspaces/{cast.acme.pk}", {"version": 9}, content_type="application/json"
    ).json()
    assert (refused["code"], refused["title"]) == ("stale_version", "Conflict")
    assert owner.get(f"/api/workspaces/{cast.acme.pk}").json()["status"] in (
        {"live", "syncing", "stale", "error"}
    )


def test_without_a_zone_of_ones_own_times_are_in_the_workspaces(cast: Cast) -> None:
    type(cast.acme).objects.filter(pk=cast.acme.pk).update(timezone="Asia/Tokyo")
    owner = cast.client("owner")
    assert b'data-zone="Asia/Tokyo"' in owner.get("/w/acme/").content
    assert b'data-zone="UTC"' in owner.get("/").content
    User.objects.filter(pk=cast.people["owner"].pk).update(timezone="Europe/Berlin")
    assert b'data-zone="Europe/Berlin"' in cast.client("owner").get("/w/acme/").content


# --- the password ----------------------------------------------------------------------------


def test_a_new_password_ends_every_other_session_and_keeps_this_one(ada: User) -> None:
    client, other, token = browser(), browser(), app()
    began = UserSession.objects.get(session_key=client.session.session_key).signed_in_at
    before = client.session.session_key
    answer = client.post("/account/", password())
    assert answer.status_code == 302
    assert (me(client), me(other), me(Client(), token)) == (200, 401, 401)
    assert client.session.session_key != before
    (row,) = UserSession.objects.filter(user=ada)
    assert (row.session_key, row.signed_in_at) == (client.session.session_key, began)
    assert Session.objects.count() == 1
    assert events("password_changed") == [{"sessionsEnded": 2}]
    (sent,) = mail.outbox
    assert sent.to == ["ada@example.com"]
    browser(password=NEW)
    ledger = str(list(AuditEvent.objects.values()))
    assert OLD not in ledger
    assert NEW not in ledger


def test_mails_about_the_password_speak_as_all_others_do(ada: User, settings: Settings) -> None:
    User.objects.update(language="de")
    browser().post("/account/", password())
    german = {"Accept-Language": "de"}
    Client(headers=german).post("/accounts/password/reset/", {"email": "ada@example.com"})
    changed, reset = mail.outbox
    assert changed.subject == "[Orchestrator] Ihr Passwort ist geändert"
    assert reset.subject == "[Orchestrator] Neues Passwort setzen"
    for text in (str(changed.body), str(reset.body)):
        assert text.endswith(f"Orchestrator\n{settings.PUBLIC_URL}")
        assert not re.search(r"\b[Dd](u|ein\w*|ich|ir)\b|&\w+;|  ", text)
    gone = browser(password=NEW).post("/accounts/logout/", headers=german, follow=True)
    assert "Sie haben sich abgemeldet." in gone.content.decode()


def test_a_mail_that_cannot_be_sent_undoes_nothing(ada: User, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    assert browser().post("/account/", password()).status_code == 302
    browser(password=NEW)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (password(old="wrong"), "oldpassword"),
        (password(new="short"), "password1"),
        (password(new="iloveyou"), "password1"),
        (password(again="something else"), "password2"),
    ],
)
def test_a_password_that_is_not_taken_changes_nothing(
    ada: User, body: dict[str, str], field: str
) -> None:
    client, other = browser(), browser()
    answer = client.post("/account/", body)
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in answer.content.decode()
    assert f'value="{body["password1"]}"' not in answer.content.decode()
    assert me(other) == 200
    assert events("password_changed") == []


def test_the_current_password_cannot_be_tried_often(ada: User) -> None:
    client = browser()
    for _ in range(5):
        assert client.post("/account/", password(old="wrong")).status_code == 422
    refused = client.post("/account/", password(), follow=True)
    assert "Too many tries" in refused.content.decode()
    assert events("password_changed") == []


def test_a_reset_by_a_link_ends_every_session_and_is_recorded(ada: User) -> None:
    other = browser()
    client = Client()
    client.post("/accounts/password/reset/", {"email": "ada@example.com"})
    found = re.search(r"https?://[^/]+(/\S+/password/reset/key/\S+/)", str(mail.outbox[0].body))
    assert found
    form = client.get(found[1], follow=True)
    client.post(form.redirect_chain[-1][0], {"password1": NEW, "password2": NEW})
    assert me(other) == 401
    assert events("password_changed") == [{"sessionsEnded": 1}]
    entry = AuditEvent.objects.get(action="password_changed")
    assert entry.actor_id == str(ada.pk)


# --- sessions --------------------------------------------------------------------------------


def test_every_session_is_listed_with_what_and_from_where_and_this_one_is_marked(
    ada: User,
) -> None:
    client = browser()
    app()
    page = client.get("/account/").content.decode()
    assert page.count("data-session-id") == 2
    this, other = (part.split("</li>")[0] for part in page.split("data-session-id")[1:])
    assert "Firefox on Linux" in this
    assert "This one" in this
    assert "127.0.0.1" in this
    assert "<button" not in this
    assert "python-httpx" in other
    assert "This one" not in other
    for key in Session.objects.values_list("pk", flat=True):
        assert key not in page


def test_one_session_is_ended_and_the_others_live_on(ada: User) -> None:
    client, other, token = browser(), browser(), app()
    row = UserSession.objects.get(session_key=other.session.session_key)
    client.post("/account/", {"what": "sessions", "session": str(row.pk)})
    assert (me(client), me(other), me(Client(), token)) == (200, 401, 200)
    assert events("sessions_ended") == [{"ended": 1}]


def test_all_others_are_ended_with_one_event_whatever_they_are(ada: User) -> None:
    client, other, token = browser(), browser(), app()
    answer = client.post("/account/", {"what": "sessions", "session": "others"}, follow=True)
    assert "2 sessions signed out." in answer.content.decode()
    assert (me(client), me(other), me(Client(), token)) == (200, 401, 401)
    client.post("/account/", {"what": "sessions", "session": "others"})
    assert events("sessions_ended") == [{"ended": 2}]


def test_nobody_ends_the_session_of_another_or_their_own_by_mistake(ada: User) -> None:
    User.objects.create_user("eve@example.com", OLD)
    client, foreign = browser(), browser("eve@example.com")
    for theirs in (foreign, client):
        row = UserSession.objects.get(session_key=theirs.session.session_key)
        client.post("/account/", {"what": "sessions", "session": str(row.pk)})
        assert me(theirs) == 200
    client.post("/account/", {"what": "sessions", "session": "others"})
    assert me(foreign) == 200
    assert events("sessions_ended") == []


def test_what_is_known_of_a_session_goes_with_it_by_whatever_door(ada: User) -> None:
    client = browser()
    browser()
    client.post("/accounts/logout/")
    assert UserSession.objects.count() == 1
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_session")
    assert UserSession.objects.count() == 0


def test_an_expired_session_is_not_listed(ada: User) -> None:
    client = browser()
    other = browser()
    Session.objects.filter(pk=other.session.session_key).update(expire_date="2020-01-01T00:00Z")
    assert [row.session_key for row in sessions.of(ada)] == [client.session.session_key]


def test_a_request_of_a_known_session_writes_nothing(ada: User) -> None:
    client = browser()
    token = app()
    for headers in ({}, token):
        with CaptureQueriesContext(connection) as asked:
            me(client, headers)
        written = [q["sql"] for q in asked if re.match(r"\s*(INSERT|UPDATE|DELETE)", q["sql"])]
        assert not [sql for sql in written if "workspaces_usersession" in sql]


def test_a_later_use_is_written_once_a_minute(ada: User) -> None:
    client = browser()
    UserSession.objects.update(last_seen_at="2020-01-01T00:00Z", ip="192.0.2.1")
    sessions._written.clear()  # as after a minute, or in another process
    me(client)
    (row,) = UserSession.objects.all()
    assert row.last_seen_at.year > 2020
    assert row.ip == "127.0.0.1"
    assert row.signed_in_at is not None


def test_a_session_that_holds_a_socket_is_in_use(ada: User, cast: Cast) -> None:
    client = browser()
    claim = Claim(cast.acme.pk, client.session.session_key or "")
    UserSession.objects.update(last_seen_at="2020-01-01T00:00Z")
    assert set(standings([claim])) == {claim}
    assert UserSession.objects.get().last_seen_at.year > 2020
    with CaptureQueriesContext(connection) as asked:
        standings([claim])
    assert not [q for q in asked if q["sql"].startswith("UPDATE")]


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox on Linux"),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
            " Chrome/129.0.0.0 Safari/537.36 Edg/129.0.0.0",
            "Edge on Windows",
        ),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like"
            " Gecko) Version/17.6 Safari/605.1.15",
            "Safari on macOS",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML,"
            " like Gecko) CriOS/129.0 Mobile/15E148 Safari/604.1",
            "Chrome on iPhone",
        ),
        (
            "Mozilla/5.0 (Linux; Android 14; SM-S921B) AppleWebKit/537.36 (KHTML, like Gecko)"
            " SamsungBrowser/26.0 Chrome/122.0.0.0 Mobile Safari/537.36",
            "Samsung Internet on Android",
        ),
        ("curl/8.9.1", "curl"),
        ("", "Unknown device"),
        ("<script>", "Unknown device"),
    ],
)
def test_a_device_is_named_by_browser_and_system(agent: str, words: str) -> None:
    assert device(agent) == words


# --- in a browser ----------------------------------------------------------------------------


def account(people: People, email: str, **options: Any) -> Page:
    page = people.context(email, **options).new_page()
    page.goto("/account/")
    return page


@pytest.mark.browser
@pytest.mark.parametrize("script", [True, False])
def test_a_change_of_name_zone_and_language_shows_at_once(
    people: People, product: Product, script: bool
) -> None:
    email = person(product, "owner")
    page = account(people, email, java_script_enabled=script)
    page.get_by_label("Name").fill("Grace")
    page.get_by_label("Language").select_option(label="Deutsch")
    page.get_by_label("Time zone").fill("Asia/Tokyo")
    expect(page.get_by_label("Time zone")).to_have_accessible_description(
        re.compile("Left empty, times are in the zone of each workspace.")
    )
    if script:
        expect(page.locator("[data-zone-time]")).to_have_text(re.compile(r"^It is \d\d:\d\d there"))
    page.locator("form", has=page.get_by_label("Language")).get_by_role(
        "button", name="Save"
    ).click()
    expect(page.locator("html")).to_have_attribute("lang", "de")
    expect(page.locator("[name=name]")).to_have_value("Grace")
    expect(page.locator("[data-zone-time]")).to_have_text(re.compile(r"\d\d:\d\d"))
    page.goto("/w/acme/")
    expect(page.locator("html")).to_have_attribute("data-zone", "Asia/Tokyo")
    time = page.locator("[data-campaigns] time").first
    expect(time).to_have_attribute("title", re.compile(r"JST|GMT\+9|Japan"))
    page.get_by_role("button", name="Legende").click()
    if script:
        expect(page.get_by_text("Der letzte beendete Lauf ist fehlgeschlagen.")).to_be_visible()


@pytest.mark.browser
def test_a_new_password_leads_another_browser_to_sign_in_with_a_word(
    people: People, product: Product
) -> None:
    email = person(product, "viewer")
    other = people.live(email)
    people.states.pop(email)
    page = account(people, email)
    page.get_by_label("Current password").fill(PASSWORD)
    page.get_by_label("New password", exact=True).fill(NEW)
    page.get_by_label("New password, again").fill(NEW)
    page.get_by_role("button", name="Change password").click()
    expect(page.locator(".toast")).to_contain_text("Your password is changed.")
    other.wait_for_url("**/accounts/login/?next=*", timeout=FAST)
    expect(other.locator(".toast")).to_have_text("You have been signed out.")
    page.reload()
    expect(page.get_by_role("heading", name="Your account")).to_be_visible()


@pytest.mark.browser
@pytest.mark.parametrize("script", [True, False])
def test_signing_out_others_ends_the_page_of_another_browser_and_not_this_one(
    people: People, product: Product, script: bool
) -> None:
    email = person(product, "member")
    other = people.live(email)
    people.states.pop(email)
    page = account(people, email, java_script_enabled=script)
    expect(page.locator("[data-session-id]")).to_have_count(2)
    page.get_by_role("button", name="Sign out others").click()
    expect(page.locator("[data-session-id]")).to_have_count(1)
    other.wait_for_url("**/accounts/login/?next=*", timeout=FAST)
    expect(other.locator(".toast")).to_have_text("You have been signed out.")
    page.goto("/w/acme/")
    if script:
        page.wait_for_selector(LIVE)


@pytest.mark.browser
def test_signing_out_others_closes_the_socket_of_a_program_within_a_second(
    people: People, product: Product
) -> None:
    email = person(product, "owner")
    page = account(people, email)
    url = f"ws://127.0.0.1:{product.port}/ws/workspaces/{product.workspace()}/"
    headers = {"X-Session-Token": product.token(email)}
    with connect(url, additional_headers=headers) as socket:
        assert "snapshot" in str(socket.recv(5))
        page.reload()
        page.get_by_role("button", name="Sign out others").click()
        page.wait_for_selector("[data-session-id]")
        began = time.monotonic()
        with suppress(ConnectionClosed):
            while time.monotonic() < began + 1:
                socket.recv(1)
        assert socket.close_code == 4401
        assert time.monotonic() < began + 1
