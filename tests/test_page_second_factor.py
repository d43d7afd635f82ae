"""A second factor in a real browser: an app's codes, recovery codes and passkeys."""

import time
from typing import Any
from urllib.parse import urlsplit

import pyotp
import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.core import signing
from django.core.signing import JSONSerializer
from playwright.sync_api import BrowserContext, Page, expect

from tests.page_people import join, person, workspace
from tests.people import FAST, LIVE, People
from tests.product import PASSWORD, Product

pytestmark = pytest.mark.browser

ROUND = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def begin(people: People, product: Product, **options: Any) -> BrowserContext:
    """At `localhost`: a passkey needs a name."""
    base = product.url.replace("127.0.0.1", "localhost")
    return people.context(base_url=base, **options)


def sign_in(page: Page, email: str) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("Email").fill(email)
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def arrived(page: Page, path: str) -> None:
    """There, and not on the way: an address that ends in the same words is another."""
    page.wait_for_url(lambda url: urlsplit(url)[2:4] == (path, ""), timeout=2 * FAST)


def set_up(page: Page) -> str:
    page.goto("/account/")
    page.locator('[data-factor="totp"]').get_by_role("link", name="Set up").click()
    secret = page.locator("#secret").input_value()
    page.get_by_label("Authenticator code").fill("000000")
    page.get_by_role("button", name="Set it up").click()
    expect(page.get_by_text("Incorrect code.")).to_be_visible()
    assert page.locator("#secret").input_value() == secret
    page.get_by_label("Authenticator code").fill(pyotp.TOTP(secret).now())
    page.get_by_role("button", name="Set it up").click()
    page.wait_for_url("**/recovery-codes/")
    return secret


def test_an_app_is_set_up_and_asked_for_and_a_recovery_code_stands_in(
    people: People, product: Product
) -> None:
    email = person(product, "viewer")
    context = begin(people, product, permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    sign_in(page, email)
    arrived(page, "/")
    secret = set_up(page)
    codes = page.locator("#codes").inner_text().split()
    assert len(codes) == 10
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()").split() == codes
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    assert codes[0] in download.value.path().read_text()
    page.evaluate("window.print = () => { window.printed = true }")
    page.get_by_role("button", name="Print").click()
    assert page.evaluate("window.printed")

    for code in (pyotp.TOTP(secret).at(int(time.time()) + 30), codes[0]):
        context.clear_cookies()
        sign_in(page, email)
        page.wait_for_url("**/2fa/authenticate/")
        page.get_by_label("Code").fill("000000")
        page.get_by_role("button", name="Sign in", exact=True).click()
        expect(page.get_by_text("Incorrect code.")).to_be_visible()
        page.get_by_label("Code").fill(code)
        page.get_by_role("button", name="Sign in", exact=True).click()
        arrived(page, "/")
    page.goto("/accounts/2fa/recovery-codes/")
    expect(page.get_by_text("9 of 10 are left.")).to_be_visible()


def test_a_passkey_is_added_signs_in_alone_and_proves_who_one_is(
    people: People, product: Product
) -> None:
    email = person(product, "viewer")
    context = begin(people, product)
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda m: said.append(m.text) if m.type == "error" else None)
    device = context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": ROUND})
    sign_in(page, email)
    arrived(page, "/")
    page.goto("/account/")
    page.locator('[data-factor="new-passkey"]').get_by_role("link", name="Add").click()
    page.get_by_label("Name").fill("Blue key")
    page.get_by_role("button", name="Add").click()
    page.wait_for_url("**/recovery-codes/")
    page.get_by_role("link", name="I have kept them").click()
    expect(page.locator('[data-factor="passkey"]')).to_contain_text("Blue key")
    expect(page.locator('[data-factor="passkey"]')).to_contain_text("Signs in alone")

    context.clear_cookies()
    page.goto("/accounts/login/?next=/account/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    arrived(page, "/account/")
    page.goto("/accounts/2fa/webauthn/reauthenticate/?next=/account/")
    page.get_by_role("button", name="Use a passkey").click()
    arrived(page, "/account/")

    context.clear_cookies()
    sign_in(page, email)  # the password alone does not do
    page.wait_for_url("**/2fa/authenticate/")
    page.get_by_role("button", name="Use a passkey").click()
    arrived(page, "/")
    assert said == []


def test_a_passkey_that_is_refused_says_so_and_changes_nothing(
    people: People, product: Product
) -> None:
    context = begin(people, product)
    page = context.new_page()
    device = context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    options = ROUND | {"isUserVerified": False}
    device.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    page.goto("/accounts/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("It was stopped, or took too long.")).to_be_visible(timeout=3 * FAST)


def test_a_workspace_that_begins_to_require_one_leads_there_and_back(
    people: People, product: Product
) -> None:
    slug = workspace(product, "guarded")
    owner, email = person(product, "viewer"), person(product, "viewer")
    join(product, owner, slug, "owner")
    join(product, email, slug, "member")
    context = begin(people, product)
    page = context.new_page()
    sign_in(page, email)
    arrived(page, "/")
    page.goto(f"/w/{slug}/")
    page.wait_for_selector(LIVE)
    home = context.new_page()
    home.goto("/")
    home.wait_for_selector(LIVE)
    with product.db() as db:
        db.execute(
            "UPDATE workspaces_workspace SET require_second_factor = true WHERE slug = %s", [slug]
        )
    page.bring_to_front()
    page.wait_for_url("**/second-factor?**", timeout=2 * FAST)
    expect(page.get_by_text("The owners of Guarded")).to_be_visible()
    home.bring_to_front()
    expect(home.locator("[data-closed]")).to_contain_text("Guarded", timeout=2 * FAST)
    home.close()
    page.get_by_role("link", name="Set up a second factor").click()
    set_up(page)
    page.get_by_role("link", name="I have kept them: go on").click()
    arrived(page, f"/w/{slug}/")
    page.wait_for_selector(LIVE)


def test_a_connection_is_changed_late_and_nothing_typed_is_lost(
    people: People, product: Product
) -> None:
    slug = workspace(product, "late")
    email = person(product, "viewer")
    join(product, email, slug, "owner")
    page = begin(people, product).new_page()
    sign_in(page, email)
    arrived(page, "/")
    page.goto(f"/w/{slug}/connect")
    page.wait_for_selector(LIVE)
    age(product, page)
    page.locator('details[data-open="form"] > summary').click()
    page.locator("[name=base_url]").first.fill("https://n8n.invalid")
    page.locator("[name=api_key]").first.fill("not-a-key")
    page.locator('[name=what][value="connect"]').first.click()
    page.wait_for_url("**/accounts/reauthenticate/**")
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    arrived(page, f"/w/{slug}/connect")
    expect(page.locator("[name=base_url]").first).to_have_value("https://n8n.invalid")
    expect(page.locator(".field-error").first).to_be_visible()


def age(product: Product, page: Page) -> None:
    """As if the sign-in of this page was long ago."""
    (cookie,) = [c for c in page.context.cookies() if c["name"] == "sessionid"]
    secret, salt = product.env["SECRET_KEY"], SessionStore().key_salt
    with product.db() as db:
        row = db.execute(
            "SELECT session_data FROM django_session WHERE session_key = %s", [cookie["value"]]
        ).fetchone()
        assert row is not None
        data = signing.loads(row[0], key=secret, salt=salt, serializer=JSONSerializer)
        data["account_authentication_methods"] = []
        old = signing.dumps(data, key=secret, salt=salt, serializer=JSONSerializer, compress=True)
        db.execute(
            "UPDATE django_session SET session_data = %s WHERE session_key = %s",
            [old, cookie["value"]],
        )
