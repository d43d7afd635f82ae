"""Somebody's second factor: set up, asked for, lost; and that it is really asked for."""

import time
from typing import Any

import pyotp
import pytest
from allauth.core.context import request_context
from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client

from governance.models import AuditEvent
from tests.cast import Cast, signed_in_now
from workspaces.models import User

PASSWORD = "correct horse battery"
LOGIN, CODE = "/accounts/login/", "/accounts/2fa/authenticate/"


@pytest.fixture
def owner(cast: Cast) -> User:
    user = cast.people["owner"]
    user.set_password(PASSWORD)
    user.save()
    return user


def sign_in(user: User) -> tuple[Client, Any]:
    client = Client()
    return client, client.post(LOGIN, {"login": user.email, "password": PASSWORD})


def set_up(client: Client) -> str:
    """An authenticator app; gives its secret."""
    page = client.get("/accounts/2fa/totp/activate/")
    assert page.status_code == 200, page
    secret: str = page.context["form"].secret
    done = client.post("/accounts/2fa/totp/activate/", {"code": pyotp.TOTP(secret).now()})
    assert done.status_code == 302, done.content
    assert done["Location"] == "/accounts/2fa/recovery-codes/"
    return secret


def later(secret: str) -> str:
    """A code that nobody has used yet, within the tolerance."""
    return pyotp.TOTP(secret).at(int(time.time()) + 30)


def actions() -> list[str]:
    rows = AuditEvent.objects.filter(action__contains="factor") | AuditEvent.objects.filter(
        action__contains="codes"
    )
    return list(rows.order_by("seq").values_list("action", flat=True))


def test_a_code_is_asked_for_from_then_on(
    owner: User, django_capture_on_commit_callbacks: Any
) -> None:
    client, _ = sign_in(owner)
    request = client.get("/account/").wsgi_request
    with request_context(request), django_capture_on_commit_callbacks(execute=True):
        secret = set_up(client)
    assert actions() == ["second_factor_added", "recovery_codes_created"]
    assert [m.to for m in mail.outbox] == [[owner.email]]
    other, answer = sign_in(owner)
    assert answer["Location"] == CODE
    assert other.get("/account/")["Location"].startswith(LOGIN)  # not signed in yet
    assert other.post(CODE, {"code": "000000"}).status_code == 200
    assert other.post(CODE, {"code": later(secret)})["Location"] == "/"
    assert other.get("/account/").status_code == 200


def test_a_code_counts_once(owner: User) -> None:
    secret = set_up(sign_in(owner)[0])
    code = later(secret)
    assert sign_in(owner)[0].post(CODE, {"code": code}).status_code == 302
    assert sign_in(owner)[0].post(CODE, {"code": code}).status_code == 200


def test_guessing_is_slowed_down(owner: User) -> None:
    secret = set_up(sign_in(owner)[0])
    client, _ = sign_in(owner)
    for n in range(6):
        client.post(CODE, {"code": f"00000{n}"})
    assert client.post(CODE, {"code": later(secret)}).status_code == 200


def test_a_recovery_code_signs_in_once(owner: User) -> None:
    client, _ = sign_in(owner)
    set_up(client)
    page = client.get("/accounts/2fa/recovery-codes/")
    code = page.context["unused_codes"][0]
    assert code.encode() in page.content
    assert "no-store" in page["Cache-Control"]
    assert code.encode() in client.get("/accounts/2fa/recovery-codes/download/").content
    assert sign_in(owner)[0].post(CODE, {"code": code}).status_code == 302
    assert sign_in(owner)[0].post(CODE, {"code": code}).status_code == 200


def test_the_first_one_ends_every_other_session(owner: User) -> None:
    here, _ = sign_in(owner)
    there, _ = sign_in(owner)
    set_up(here)
    assert here.get("/account/").status_code == 200
    assert there.get("/account/").status_code == 302


def test_secrets_are_sealed_and_open_nothing_in_another_row(owner: User, cast: Cast) -> None:
    secret = set_up(sign_in(owner)[0])
    row = Authenticator.objects.get(user=owner, type="totp")
    assert secret not in str(row.data)
    codes = Authenticator.objects.get(user=owner, type="recovery_codes")
    assert codes.data["seed"].startswith(f"{owner.pk} seed v1:")
    Authenticator.objects.filter(pk=row.pk).update(user=cast.people["admin"])
    moved = Authenticator.objects.get(pk=row.pk)
    assert moved.data["secret"] == ""
    Authenticator.objects.filter(pk=codes.pk).update(data={"seed": row.data["secret"]})
    assert Authenticator.objects.get(pk=codes.pk).data["seed"] == ""


def test_a_key_that_is_gone_refuses_and_does_not_break(owner: User, settings: Any) -> None:
    secret = set_up(sign_in(owner)[0])
    client, _ = sign_in(owner)
    settings.FIELD_ENCRYPTION_KEYS = ["MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="]
    assert client.post(CODE, {"code": later(secret)}).status_code == 200


def test_removing_needs_a_fresh_proof_and_is_told(owner: User) -> None:
    client, _ = sign_in(owner)
    set_up(client)
    signed_in_now(client, owner, ago=601)
    remove = "/accounts/2fa/totp/deactivate/"
    assert client.post(remove)["Location"].startswith("/accounts/reauthenticate/?next=")
    assert Authenticator.objects.filter(user=owner, type="totp").exists()
    done = client.post(
        f"/accounts/reauthenticate/?next={remove}", {"password": PASSWORD, "next": remove}
    )
    assert done.status_code == 302
    client.post(remove)
    assert not Authenticator.objects.filter(user=owner).exists()
    assert actions()[-1] == "second_factor_removed"
    assert sign_in(owner)[1]["Location"] == "/"


def test_somebody_else_s_passkey_is_nobody_s(owner: User, cast: Cast) -> None:
    theirs = Authenticator.objects.create(
        user=cast.people["admin"], type="webauthn", data={"name": "Theirs", "credential": {}}
    )
    client, _ = sign_in(owner)
    for what in ("remove", "edit"):
        path = f"/accounts/2fa/webauthn/keys/{theirs.pk}/{what}/"
        assert client.post(path, {"name": "Mine"}).status_code == 404
    assert Authenticator.objects.filter(pk=theirs.pk).exists()


def test_the_administration_has_no_page_of_them(cast: Cast) -> None:
    client = cast.client("superuser")
    assert client.get("/admin/mfa/authenticator/").status_code == 404
    assert b"authenticator" not in client.get("/admin/").content.lower()


# --- the app client --------------------------------------------------------------------------

APP = "/_allauth/app/v1/auth"


def app(path: str, body: dict[str, str], token: str = "") -> tuple[int, Any]:
    headers = {"X-Session-Token": token} if token else {}
    answer = Client().post(f"{APP}/{path}", body, content_type="application/json", headers=headers)
    return answer.status_code, answer.json()


def test_the_app_client_is_asked_for_a_code(owner: User) -> None:
    secret = set_up(sign_in(owner)[0])
    status, body = app("login", {"email": owner.email, "password": PASSWORD})
    assert status == 401
    assert "mfa_authenticate" in {flow["id"] for flow in body["data"]["flows"]}
    token = body["meta"]["session_token"]
    me = Client().get("/api/me", headers={"X-Session-Token": token})
    assert me.status_code == 401
    assert app("2fa/authenticate", {"code": "000000"}, token)[0] == 400
    code = later(secret)
    status, body = app("2fa/authenticate", {"code": code}, token)
    assert status == 200, body
    token = body["meta"].get("session_token", token)
    assert Client().get("/api/me", headers={"X-Session-Token": token}).status_code == 200
    again = app("login", {"email": owner.email, "password": PASSWORD})[1]["meta"]["session_token"]
    assert app("2fa/authenticate", {"code": code}, again)[0] == 400
