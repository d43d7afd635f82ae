"""What each API key was used for: kept, trimmed, shown to owners, and in nobody's way."""

import secrets

import pytest
from django.db import transaction
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.cast import Cast
from workspaces import key_requests, keys
from workspaces.models import ApiKey, ApiKeyRequest


def client_of(shown: keys.Shown) -> Client:
    return Client(headers={"Authorization": f"Bearer {shown.token}"}, raise_request_exception=False)


def noted(key: ApiKey) -> list[tuple[str, str, int]]:
    return [(row.method, row.path, row.status) for row in key_requests.of(key)]


def test_each_call_is_noted_with_its_answer_and_without_its_query(cast: Cast) -> None:
    shown = cast.key()
    client = client_of(shown)
    client.get("/api/workspaces?search=secret")
    client.get(f"/api/workspaces/{cast.globex.pk}")
    client.post("/api/sync/trigger", "{", content_type="application/json")
    client.get(f"/api/workspaces/{cast.acme.pk}/api-keys")
    client.get("/w/acme/")  # pages know no keys
    assert noted(shown.row) == [
        ("GET", f"/api/workspaces/{cast.acme.pk}/api-keys", 403),
        ("POST", "/api/sync/trigger", 400),
        ("GET", f"/api/workspaces/{cast.globex.pk}", 404),
        ("GET", "/api/workspaces", 200),
    ]
    assert {row.ip for row in key_requests.of(shown.row)} == {"127.0.0.1"}


def test_a_token_in_an_address_is_not_kept(cast: Cast) -> None:
    shown = cast.key()
    token = secrets.token_urlsafe(32)
    client_of(shown).get(f"/api/invitations/{token}")
    assert noted(shown.row) == [("GET", "/api/invitations/***", 404)]


def test_calls_of_people_and_with_no_key_that_is_one_are_not(cast: Cast) -> None:
    cast.client("owner").get("/api/me")
    Client(headers={"Authorization": "Bearer ork_nothing"}).get("/api/me")
    assert not ApiKeyRequest.objects.exists()


def test_the_last_hundred_of_each_key_are_kept(cast: Cast) -> None:
    key, other = cast.key().row, cast.key().row
    key_requests.note(other.pk, "GET", "/other", 200, {})
    for n in range(105):
        key_requests.note(key.pk, "GET", f"/{n}", 200, {})
    assert [path for _, path, _ in noted(key)] == [f"/{n}" for n in range(104, 4, -1)]
    assert key.requests.count() == 100
    assert other.requests.count() == 1


def test_it_costs_one_statement(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    key = cast.key().row
    with django_assert_num_queries(1):
        key_requests.note(key.pk, "GET", "/", 200, {"REMOTE_ADDR": "192.0.2.1"})


def test_a_call_does_not_fail_where_it_cannot_be_noted(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = cast.key()
    monkeypatch.setattr(key_requests, "_NOTE", "SELECT 1/0 -- %(key)s")
    point = transaction.savepoint()
    assert client_of(shown).get("/api/workspaces").status_code == 200
    transaction.savepoint_rollback(point)
    assert noted(shown.row) == []


def test_a_key_that_was_just_revoked_has_nothing_to_note(cast: Cast) -> None:
    shown = cast.key()
    ApiKey.objects.all().delete()
    key_requests.note(shown.row.pk, "GET", "/", 200, {})
    assert not ApiKeyRequest.objects.exists()


def test_what_is_odd_is_cut_and_never_refused(cast: Cast) -> None:
    key = cast.key().row
    key_requests.note(key.pk, "PROPPATCHES", "/" + "x" * 400, 405, {"REMOTE_ADDR": "unknown"})
    (row,) = key_requests.of(key)
    assert (row.method, len(row.path), row.ip) == ("PROPPATCHE", 300, None)


def test_owners_read_it_over_the_api_and_a_key_does_not(cast: Cast) -> None:
    shown = cast.key()
    client_of(shown).get("/api/workspaces")
    path = f"/api/workspaces/{cast.acme.pk}/api-keys/{shown.row.pk}/requests"
    body = cast.client("owner").get(path).json()
    (row,) = body["results"]
    assert {name: row[name] for name in ("method", "path", "status", "ip")} == {
        "method": "GET",
        "path": "/api/workspaces",
        "status": 200,
        "ip": "127.0.0.1",
    }
    assert client_of(shown).get(path).json()["code"] == "key_forbidden"
    assert cast.client("admin").get(path).status_code == 403
