"""Who signs in, who does not, and how often somebody may try."""

import os
import re
import socket
import subprocess
import sys
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from pytest_django import Settings

from orchestrator.client_address import client_address
from orchestrator.embedded.server import free_port
from tests.processes import wait_until
from workspaces.models import User

PASSWORD = "correct horse battery"
LOGIN = "/_allauth/app/v1/auth/login"
SESSION = "/_allauth/app/v1/auth/session"
HTML = {"Accept": "text/html"}

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def quick_passwords(settings: Settings) -> None:
    """The real hash takes a third of a second, and these tests ask for hundreds."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def ada() -> User:
    return User.objects.create_user("ada@example.com", PASSWORD, name="Ada")


def by_page(client: Client, email: str, password: str = PASSWORD, **extra: Any) -> Any:
    return client.post("/accounts/login/", {"login": email, "password": password}, **extra)


def by_app(client: Client, email: str, password: str = PASSWORD, **extra: Any) -> Any:
    body = {"email": email, "password": password}
    return client.post(LOGIN, body, content_type="application/json", **extra)


def token(client: Client, email: str) -> str:
    answer = by_app(client, email)
    assert answer.status_code == 200, answer.content
    found: str = answer.json()["meta"]["session_token"]
    return found


def me(client: Client, **headers: str) -> int:
    status: int = client.get("/api/me", headers=headers).status_code
    return status


# --- in and out ------------------------------------------------------------------------------


def test_signing_in_and_out_by_page(client: Client, ada: User) -> None:
    assert client.get("/accounts/login/").status_code == 200
    assert me(client) == 401
    answer = by_page(client, "ADA@example.com")
    assert (answer.status_code, answer["Location"]) == (302, "/")
    cookie = answer.cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert me(client) == 200
    assert client.get("/accounts/logout/").status_code == 200
    assert me(client) == 200  # a link does not sign out
    assert client.post("/accounts/logout/").status_code == 302
    assert me(client) == 401


def test_signing_in_and_out_by_the_app_client(client: Client, ada: User) -> None:
    key = token(client, "ada@example.com")
    assert not client.cookies  # the token is all
    answer = client.get("/api/me", headers={"X-Session-Token": key})
    assert answer.json()["email"] == "ada@example.com"
    assert client.delete(SESSION, headers={"X-Session-Token": key}).status_code == 401
    assert me(client, **{"X-Session-Token": key}) == 401


def test_a_token_needs_no_csrf_token(ada: User) -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.patch(
        "/api/me",
        {"name": "Countess"},
        content_type="application/json",
        headers={"X-Session-Token": token(client, "ada@example.com")},
    )
    assert answer.status_code == 200
    assert User.objects.get().name == "Countess"


@pytest.mark.parametrize(
    "header",
    [
        {"X-Session-Token": "x" * 32},
        {"X-Session-Token": ""},
        {"X-Session-Token": "é' OR 1=1"},
        {"Authorization": "Bearer ork_nothing"},
    ],
)
def test_a_wrong_token_is_not_helped_by_a_cookie(
    client: Client, ada: User, header: dict[str, str]
) -> None:
    by_page(client, "ada@example.com")
    answer = client.get("/api/me", headers=header)
    assert answer.status_code == 401
    assert answer.json()["code"] in {"session_expired", "invalid_key"}
    assert answer["WWW-Authenticate"]


def test_nobody_is_sent_to_another_site(client: Client, ada: User) -> None:
    for target in ("//evil.example/", "https://evil.example/", "javascript:alert(1)"):
        answer = client.post(
            "/accounts/login/", {"login": "ada@example.com", "password": PASSWORD, "next": target}
        )
        assert answer["Location"] == "/"
        client.logout()


@pytest.mark.parametrize(
    "url",
    [
        "/accounts/",
        "/accounts/email/",
        "/accounts/password/change/",
        "/accounts/password/set/",
        "/accounts/inactive/",
        "/accounts/2fa/trust/",
        "/accounts/2fa/webauthn/signup/",
        "/accounts/confirm-email/",
        "/accounts/signup/",
        "/_allauth/browser/v1/config",
        "/_allauth/app/v1/account/email",
        "/_allauth/app/v1/account/authenticators",
        "/_allauth/app/v1/account/password/change",
        "/_allauth/app/v1/auth/signup",
    ],
)
def test_what_is_not_built_does_not_exist(client: Client, ada: User, url: str) -> None:
    by_page(client, "ada@example.com")
    assert client.get(url).status_code == 404
    assert client.post(url, {}, content_type="application/json").status_code == 404


def test_sign_up_works_where_it_is_allowed(client: Client, settings: Settings) -> None:
    settings.ALLOW_SIGNUP = True
    assert client.get("/accounts/signup/").status_code == 200
    form = {"email": "Bo@example.com", "password1": PASSWORD}
    assert client.post("/accounts/signup/", form).status_code == 302
    assert me(client) == 200
    user = User.objects.get(email__iexact="bo@example.com")
    assert not user.is_superuser
    again = Client()
    answer = again.post("/accounts/signup/", {**form, "email": "bo@EXAMPLE.com"})
    assert answer.status_code == 200
    assert me(again) == 401
    assert User.objects.count() == 1


# --- who may not -----------------------------------------------------------------------------


def test_a_wrong_password_and_an_unknown_address_sound_alike(client: Client, ada: User) -> None:
    User.objects.create_user("gone@example.com", PASSWORD, is_active=False)
    tries = [
        ("ada@example.com", "wrong"),
        ("nobody@example.com", "wrong"),
        ("gone@example.com", PASSWORD),
    ]
    bodies = [by_app(client, *given) for given in tries]
    assert {answer.status_code for answer in bodies} == {400}
    assert len({answer.content for answer in bodies}) == 1
    pages = [by_page(client, *given) for given in tries]
    messages = [re.findall(r"not correct", page.content.decode()) for page in pages]
    assert all(messages)


@pytest.mark.parametrize("demo_on", [True, False])
def test_demo_accounts_sign_in_only_in_the_demo(
    client: Client, settings: Settings, demo_on: bool
) -> None:
    settings.DEMO = demo_on
    User.objects.create_user("owner@acme.test", PASSWORD, demo=True)
    assert by_app(client, "owner@acme.test").status_code == (200 if demo_on else 400)
    by_page(client, "owner@acme.test")
    assert me(client) == (200 if demo_on else 401)


def test_a_demo_session_ends_with_the_demo(client: Client, settings: Settings) -> None:
    settings.DEMO = True
    User.objects.create_user("owner@acme.test", PASSWORD, demo=True)
    key = token(client, "owner@acme.test")
    by_page(client, "owner@acme.test")
    assert (me(client), me(Client(), **{"X-Session-Token": key})) == (200, 200)
    settings.DEMO = False
    assert (me(client), me(Client(), **{"X-Session-Token": key})) == (401, 401)


def test_a_session_ends_when_its_user_is_deactivated(client: Client, ada: User) -> None:
    key = token(client, "ada@example.com")
    by_page(client, "ada@example.com")
    assert me(client) == 200
    User.objects.update(is_active=False)
    assert (me(client), me(Client(), **{"X-Session-Token": key})) == (401, 401)


# --- how often -------------------------------------------------------------------------------


def tries(client: Client, emails: list[str], door: Any, **extra: Any) -> None:
    for email in emails:
        door(client, email, "wrong", **extra)


def locked(client: Client, email: str = "ada@example.com", **extra: Any) -> bool:
    """Whether even the right password is refused for now."""
    answer = by_app(client, email, **extra)
    if answer.status_code == 429:
        assert answer["Content-Type"] == "application/problem+json"
        assert int(answer["Retry-After"]) == answer.json()["retry_after"] > 0
        assert answer.json()["code"] == "too_many_login_attempts"
    return bool(answer.status_code == 429)


@pytest.mark.parametrize("door", [by_page, by_app])
def test_five_wrong_passwords_lock_an_address_for_every_door(
    client: Client, ada: User, door: Any
) -> None:
    tries(client, ["ada@example.com"] * 4, door)
    assert not locked(client)
    tries(client, ["Ada@Example.com"], door)
    assert locked(client)
    assert locked(client, REMOTE_ADDR="198.51.100.7")
    page = by_page(client, "ada@example.com", REMOTE_ADDR="198.51.100.8")
    assert page.status_code == 200
    assert me(client) == 401
    assert "oo many" in page.content.decode()


def test_another_name_of_ours_gives_no_more_tries(
    client: Client, ada: User, settings: Settings
) -> None:
    settings.ALLOWED_HOSTS = ["a.example", "b.example"]
    tries(client, ["ada@example.com"] * 5, by_app, headers={"Host": "a.example"})
    assert locked(client, headers={"Host": "b.example"})


@pytest.mark.parametrize("door", [by_page, by_app])
def test_ten_wrong_passwords_lock_a_place(client: Client, ada: User, door: Any) -> None:
    tries(client, [f"user{n}@example.com" for n in range(10)], door)
    assert locked(client)
    assert not locked(client, REMOTE_ADDR="198.51.100.7")


def test_a_made_up_forwarded_address_gives_no_more_tries(client: Client, ada: User) -> None:
    for n in range(10):
        by_app(client, f"user{n}@example.com", "wrong", headers={"X-Forwarded-For": f"9.9.9.{n}"})
    assert locked(client, headers={"X-Forwarded-For": "9.9.9.99"})


def test_behind_a_proxy_of_ours_places_are_told_apart(
    client: Client, ada: User, settings: Settings
) -> None:
    settings.TRUSTED_PROXIES = ["127.0.0.0/8"]
    there = {"X-Forwarded-For": "6.6.6.6, 198.51.100.7"}
    tries(client, [f"user{n}@example.com" for n in range(10)], by_app, headers=there)
    assert locked(client, headers={"X-Forwarded-For": "7.7.7.7, 198.51.100.7"})
    assert not locked(client, headers={"X-Forwarded-For": "198.51.100.8"})


def test_thirty_calls_a_minute_are_enough_for_a_place(client: Client, ada: User) -> None:
    answers = [client.post(LOGIN, {}, content_type="application/json") for _ in range(31)]
    last = answers[-1]
    assert last.status_code == 429
    assert last["Content-Type"] == "application/problem+json"
    assert int(last["Retry-After"]) > 0
    page = by_page(client, "ada@example.com", headers=HTML)
    assert page.status_code == 429
    assert page["Content-Type"].startswith("text/html")


@pytest.fixture
def without_redis(tmp_path: Path) -> Iterator[str]:
    """The web process alone, on the test database, with nothing where Redis should be."""
    port = free_port()
    database = connection.settings_dict
    url = (
        f"postgresql://{database['USER']}:{database['PASSWORD']}@{database['HOST']}"
        f":{database['PORT']}/{database['NAME']}"
    )
    environ = {
        **os.environ,
        "DATABASE_URL": url,
        "REDIS_URL": f"redis://127.0.0.1:{free_port()}/0",
        "TRUSTED_PROXIES": "127.0.0.1",
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
    }
    command = [
        "uvicorn",
        "orchestrator.asgi:application",
        "--port",
        str(port),
        "--no-proxy-headers",
        "--no-access-log",
    ]
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", *command], env=environ, stdout=log, stderr=log
        )
        try:
            assert wait_until(lambda: _listens(port), 20), (tmp_path / "log").read_text()
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(20)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_the_limits_hold_without_redis_and_for_tries_at_once(without_redis: str) -> None:
    email = f"{uuid.uuid4().hex}@example.com"
    assert httpx.get(f"{without_redis}/readyz").json()["failed"] == ["redis"]

    def attempt(n: int) -> int:
        answer = httpx.post(
            without_redis + LOGIN,
            json={"email": email, "password": "wrong"},
            headers={"X-Forwarded-For": f"2001:db8:{n:x}::1"},
            timeout=30,
        )
        return answer.status_code

    with ThreadPoolExecutor(16) as pool:
        statuses = list(pool.map(attempt, range(24)))
    assert set(statuses) <= {400, 429}
    assert 1 <= statuses.count(400) <= 5
    assert attempt(99) == 429


# --- a forgotten password --------------------------------------------------------------------


def link(settings: Settings) -> str:
    (sent,) = mail.outbox
    found = re.search(r"https?://\S+/password/reset/key/\S+/", str(sent.body))
    assert found, sent.body
    assert str(sent.body).count("http") == str(sent.body).count(settings.PUBLIC_URL)
    assert "evil" not in f"{sent.subject}{sent.body}"
    return found[0].removeprefix(settings.PUBLIC_URL)


@pytest.mark.parametrize("door", ["page", "app"])
def test_a_reset_link_is_on_the_public_url_and_works_once(
    client: Client, ada: User, settings: Settings, door: str
) -> None:
    settings.ALLOWED_HOSTS = ["evil.example", "testserver"]
    session = Client()
    by_page(session, "ada@example.com")
    tries(client, ["ada@example.com"] * 5, by_app)
    assert locked(client)
    if door == "page":
        answer = client.post(
            "/accounts/password/reset/",
            {"email": "ada@example.com"},
            headers={"Host": "evil.example"},
        )
        assert answer.status_code == 302
    else:
        answer = client.post(
            "/_allauth/app/v1/auth/password/request",
            {"email": "ada@example.com"},
            content_type="application/json",
            headers={"Host": "evil.example"},
        )
        assert answer.status_code == 200
    path = link(settings)
    form = client.get(path, follow=True)
    assert form.status_code == 200
    new = "another long password"
    done = client.post(form.redirect_chain[-1][0], {"password1": new, "password2": new})
    assert done.status_code == 302
    assert me(session) == 401  # other sessions end with the old password
    assert by_app(client, "ada@example.com", new).status_code == 200  # and so does the lock
    assert "password1" not in Client().get(path, follow=True).content.decode()


@pytest.mark.parametrize("door", ["page", "app"])
def test_a_reset_ends_the_lock_of_somebody_who_never_signed_in(
    client: Client, ada: User, settings: Settings, door: str
) -> None:
    tries(client, ["ada@example.com"] * 5, by_app)
    client.post("/accounts/password/reset/", {"email": "ada@example.com"})
    new = "another long password"
    if door == "page":
        form = client.get(link(settings), follow=True)
        client.post(form.redirect_chain[-1][0], {"password1": new, "password2": new})
    else:
        key = link(settings).removesuffix("/").rsplit("/", 1)[1]
        answer = client.post(
            "/_allauth/app/v1/auth/password/reset",
            {"key": key, "password": new},
            content_type="application/json",
        )
        assert answer.status_code == 401  # done, and not signed in by it
    assert by_app(client, "ada@example.com", new).status_code == 200


def test_a_reset_does_not_tell_who_is_here(client: Client, ada: User) -> None:
    answers = [
        client.post("/accounts/password/reset/", {"email": email})
        for email in ("ada@example.com", "nobody@example.com")
    ]
    assert {(answer.status_code, answer["Location"]) for answer in answers} == {
        (302, "/accounts/password/reset/done/")
    }
    assert client.get("/accounts/password/reset/done/").status_code == 200
    assert [sent.to for sent in mail.outbox] == [["ada@example.com"]]


# --- the person's preferences ----------------------------------------------------------------


def test_pages_speak_the_persons_language(client: Client, ada: User) -> None:
    by_page(client, "ada@example.com")
    assert client.get("/", headers={"Accept-Language": "de"})["Content-Language"] == "de"
    User.objects.update(language="de", timezone="Europe/Berlin")
    answer = client.get("/", headers={"Accept-Language": "en"})
    assert answer["Content-Language"] == "de"
    assert b'data-zone="Europe/Berlin"' in answer.content
    User.objects.update(language="xx", timezone="Moon/Crater")
    assert client.get("/").status_code == 200


def test_a_theme_is_kept_in_a_cookie(client: Client) -> None:
    answer = client.post("/theme", {"theme": "dark", "next": "/accounts/login/?next=/x"})
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/?next=/x")
    assert b'data-theme="dark"' in client.get("/accounts/login/").content
    client.post("/theme", {"theme": "system"})
    assert b"data-theme=" not in client.get("/accounts/login/").content
    client.post("/theme", {"theme": '"><script>'})
    assert client.cookies["theme"].value == "system"
    assert client.get("/theme").status_code == 405


@pytest.mark.parametrize(
    ("given", "referer", "expected"),
    [
        ("//evil.example/", "", "/"),
        ("https://evil.example/", "", "/"),
        ("/\\evil.example", "", "/"),
        ("", "https://evil.example/x", "/"),
        ("", "{origin}/w/acme/?page=2", "/w/acme/?page=2"),
        ("", "{origin}//evil.example", "/"),
        ("", "", "/"),
    ],
)
def test_the_theme_leads_back_and_never_away(
    client: Client, settings: Settings, given: str, referer: str, expected: str
) -> None:
    answer = client.post(
        "/theme",
        {"theme": "dark", "next": given},
        headers={"Referer": referer.format(origin=settings.ORIGINS[0])},
    )
    assert answer["Location"] == expected


@pytest.mark.parametrize(
    ("peer", "forwarded", "proxies", "expected"),
    [
        ("9.9.9.9", "", [], "9.9.9.9"),
        ("9.9.9.9", "1.1.1.1", [], "9.9.9.9"),
        ("10.0.0.1", "1.1.1.1", ["10.0.0.0/8"], "1.1.1.1"),
        ("10.0.0.1", "6.6.6.6, 1.1.1.1, 10.0.0.2", ["10.0.0.0/8"], "1.1.1.1"),
        ("10.0.0.1", "nonsense", ["10.0.0.0/8"], "10.0.0.1"),
        ("10.0.0.1", "", ["10.0.0.0/8"], "10.0.0.1"),
        ("10.0.0.1", "10.0.0.3, 10.0.0.2", ["10.0.0.0/8"], "10.0.0.3"),
        ("::1", "2001:db8::1", ["::1"], "2001:db8::1"),
        ("", "1.1.1.1", ["10.0.0.0/8"], ""),
    ],
)
def test_an_address_is_believed_as_far_as_proxies_of_ours_wrote_it(
    settings: Settings, peer: str, forwarded: str, proxies: list[str], expected: str
) -> None:
    settings.TRUSTED_PROXIES = proxies
    assert client_address({"REMOTE_ADDR": peer, "HTTP_X_FORWARDED_FOR": forwarded}) == expected
