"""The keys page by its forms: made, shown once, rotated by its maker, revoked by any owner."""

import re
from typing import Any

import pytest

from tests.cast import Cast, signed_in_now
from workspaces import keys, services
from workspaces.actors import oneself
from workspaces.models import ApiKey, Membership, Role

PAGE = "/w/acme/keys"
NEW = {"name": "Dashboard", "role": "viewer", "days": "90"}


def token_in(page: Any) -> str:
    found = re.search(r'id="new-key"[^>]*>(ork_[\w-]{43})<', page.content.decode())
    return found[1] if found else ""


def test_a_key_is_made_and_shown_once_with_a_line_to_try_it(cast: Cast) -> None:
    client = cast.client("owner")
    answer = client.post(PAGE, NEW)
    assert (answer.status_code, answer["Location"]) == (302, PAGE)
    assert "ork_" not in str(dict(client.session))  # sealed
    page = client.get(PAGE)
    token = token_in(page)
    assert f"Bearer {token}" in page.content.decode().replace("&quot;", '"')
    assert page["Cache-Control"] == "private, no-store"
    key = keys.opened_by(token)
    assert key is not None
    assert (key.name, key.role) == ("Dashboard", "viewer")
    assert key.expires_at is not None
    assert token_in(client.get(PAGE)) == ""


def test_it_is_not_shown_on_the_page_of_another_workspace(cast: Cast) -> None:
    person = cast.people["owner"]
    services.add_member(cast.globex, person, Role.OWNER, actor=oneself(person))
    client = cast.client("owner")
    client.post(PAGE, NEW)
    assert token_in(client.get("/w/globex/keys")) == ""


def test_whoever_may_not_is_told_as_what_they_are_here_and_shown_back(cast: Cast) -> None:
    answer = cast.client("viewer").get(PAGE)
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "your role (Viewer) does not open this page" in page
    assert 'href="/w/acme/">Back to Acme</a>' in page


def test_what_is_wrong_is_said_at_the_field(cast: Cast) -> None:
    client = cast.client("owner")
    answer = client.post(PAGE, NEW | {"name": ""})
    assert answer.status_code == 422
    assert b'id="id_name_error"' in answer.content
    assert client.post(PAGE, NEW | {"role": "god"}).status_code == 422
    cast.acme.quotas.create(name="keys", limit=0)
    answer = client.post(PAGE, NEW)
    assert answer.status_code == 422
    assert b"The limit of this workspace is reached." in answer.content
    assert not ApiKey.objects.exists()


def test_its_maker_rotates_it_with_the_overlap_that_they_choose(cast: Cast) -> None:
    shown, client = cast.key(), cast.client("owner")
    path = f"{PAGE}/{shown.row.pk}"
    assert client.post(path, {"what": "rotate", "grace": "3600"})["Location"] == PAGE
    page = client.get(PAGE)
    until = r"old secret valid until <time [^>]*>[A-Z][a-z]+\.? \d+, \d{4}, \d\d:\d\d</time>"
    assert re.search(until, page.content.decode())
    new = token_in(page)
    assert new != shown.token
    assert keys.opened_by(new) is not None
    assert keys.opened_by(shown.token) is not None
    client.post(path, {"what": "rotate", "grace": "0"})
    assert keys.opened_by(new) is None
    assert client.post(path, {"what": "rotate", "grace": "12"}).status_code == 400
    assert client.post(path, {"what": "nothing"}).status_code == 400


def test_another_owner_revokes_it_and_does_not_rotate_it(cast: Cast) -> None:
    shown = cast.key()
    Membership.objects.filter(user=cast.people["admin"]).update(role="owner")
    client, path = cast.client("admin"), f"{PAGE}/{shown.row.pk}"
    assert b"only they can rotate it" in client.get(path).content
    assert client.post(path, {"what": "rotate", "grace": "0"})["Location"] == path
    assert keys.opened_by(shown.token) is not None
    assert client.post(path, {"what": "revoke"})["Location"] == PAGE
    assert keys.opened_by(shown.token) is None


def test_one_key_s_page_tells_what_it_was_used_for(cast: Cast) -> None:
    shown = cast.key()
    program = cast.client("nobody")
    program.get("/api/workspaces", headers={"Authorization": f"Bearer {shown.token}"})
    page = cast.client("owner").get(f"{PAGE}/{shown.row.pk}").content.decode()
    assert "GET /api/workspaces" in page
    assert f'<p class="back"><a href="{PAGE}">' in page
    assert shown.token not in page


# --- who has not proved lately who they are --------------------------------------------------


def test_making_one_late_asks_for_the_password_and_goes_on_where_it_was(cast: Cast) -> None:
    owner = cast.people["owner"]
    owner.set_password("correct horse battery")
    owner.save()
    client = cast.client("owner")
    signed_in_now(client, owner, ago=601)
    asked = client.post(PAGE, NEW)
    assert asked["Location"] == "/accounts/reauthenticate/?next=%2Fw%2Facme%2Fkeys"
    assert "Dashboard" not in str(dict(client.session))  # what was sent is sealed
    assert not ApiKey.objects.exists()
    proof = {"password": "correct horse battery", "next": PAGE}
    assert client.post(asked["Location"], proof | {"password": "wrong"}).status_code == 200
    done = client.post(asked["Location"], proof)
    assert (done.status_code, done["Location"]) == (302, PAGE)
    assert ApiKey.objects.get().name == "Dashboard"
    assert token_in(client.get(PAGE))


def test_what_was_left_is_not_done_where_somebody_comes_back_for_something_else(
    cast: Cast,
) -> None:
    owner = cast.people["owner"]
    owner.set_password("correct horse battery")
    owner.save()
    client = cast.client("owner")
    signed_in_now(client, owner, ago=601)
    client.post(PAGE, NEW)
    other = "/accounts/reauthenticate/?next=/account/"
    done = client.post(other, {"password": "correct horse battery", "next": "/account/"})
    assert done["Location"] == "/account/"
    assert not ApiKey.objects.exists()


def test_revoking_needs_no_proof(cast: Cast) -> None:
    shown, client = cast.key(), cast.client("owner")
    signed_in_now(client, cast.people["owner"], ago=9999)
    client.post(f"{PAGE}/{shown.row.pk}", {"what": "revoke"})
    assert keys.opened_by(shown.token) is None


API = "/api/workspaces/{acme}"


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("post", "/api-keys", {"name": "K", "role": "viewer"}),
        ("post", "/api-keys/{key}/rotate", {}),
        ("put", "/connection", {"baseUrl": "https://n8n.example.com", "apiKey": "k"}),
        ("delete", "/connection", {}),
        ("post", "/connection/test", {"baseUrl": "https://n8n.example.com", "apiKey": "k"}),
        ("post", "/connection/webhook-secret/rotate", {}),
    ],
)
def test_the_api_refuses_who_has_not_proved_it_lately(
    cast: Cast, method: str, path: str, body: dict[str, Any]
) -> None:
    names = {"acme": cast.acme.pk, "key": cast.key().row.pk}
    url = (API + path).format(**names)
    client = cast.client("owner")
    signed_in_now(client, cast.people["owner"], ago=601)
    answer = getattr(client, method)(url, body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (403, "reauthentication_required")
    by_key = getattr(cast.client("owner_key"), method)(url, body, content_type="application/json")
    assert by_key.json()["code"] == "key_forbidden"
    signed_in_now(client, cast.people["owner"], ago=590)
    answer = getattr(client, method)(url, body, content_type="application/json")
    assert answer.json().get("code") != "reauthentication_required"


def test_trying_the_present_connection_and_revoking_need_no_proof(cast: Cast) -> None:
    client = cast.client("owner")
    signed_in_now(client, cast.people["owner"], ago=601)
    test = f"/api/workspaces/{cast.acme.pk}/connection/test"
    assert client.post(test, {}, content_type="application/json").status_code == 200
    key = f"/api/workspaces/{cast.acme.pk}/api-keys/{cast.key().row.pk}"
    assert client.delete(key).status_code == 204
