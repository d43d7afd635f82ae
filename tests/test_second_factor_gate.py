"""A workspace whose owners require a second factor, to members who have none."""

from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast, factor
from workspaces.models import Workspace


@pytest.fixture
def closed(cast: Cast) -> Cast:
    Workspace.objects.filter(pk=cast.acme.pk).update(require_second_factor=True)
    return cast


def paths(cast: Cast) -> list[str]:
    id = cast.acme.pk
    return [
        f"/api/workspaces/{id}",
        f"/api/workspaces/{id}/health",
        f"/api/workspaces/{id}/permissions",
        f"/api/workspaces/{id}/campaigns",
        f"/api/campaigns/{cast.campaign.pk}",
        f"/api/campaigns/{cast.campaign.pk}/history",
        f"/api/health/connection?workspaceId={id}",
    ]


def code_of(client: Client, path: str) -> tuple[int, str]:
    answer = client.get(path)
    return answer.status_code, answer.json().get("code", "")


def test_every_call_about_it_is_refused(closed: Cast) -> None:
    client = closed.client("owner")
    assert {code_of(client, path) for path in paths(closed)} == {(403, "mfa_required")}
    sync = client.post(
        "/api/sync/trigger",
        {"workspaceId": str(closed.acme.pk)},
        content_type="application/json",
    )
    assert (sync.status_code, sync.json()["code"]) == (403, "mfa_required")


def test_who_has_one_comes_in(closed: Cast) -> None:
    factor(closed.people["owner"], "webauthn")
    client = closed.client("owner")
    assert {client.get(path).status_code for path in paths(closed)} == {200}
    assert client.get("/w/acme/").status_code == 200


def test_recovery_codes_alone_do_not_let_in(closed: Cast) -> None:
    factor(closed.people["owner"], "recovery_codes")
    assert closed.client("owner").get(f"/api/workspaces/{closed.acme.pk}").status_code == 403


def test_strangers_are_still_told_that_there_is_nothing(closed: Cast) -> None:
    client = closed.client("stranger")
    assert {client.get(path).status_code for path in paths(closed)} == {404}
    assert client.get("/w/acme/").status_code == 404
    assert b"Acme" not in client.get("/second-factor?workspace=acme&next=/w/acme/").content


def test_it_comes_before_the_general_limit_and_the_missing_right(
    closed: Cast, settings: Any
) -> None:
    settings.API_RATE_PER_MINUTE = 1
    client = closed.client("viewer")
    path = f"/api/workspaces/{closed.acme.pk}/api-keys"
    assert [code_of(client, path)[1] for _ in range(3)] == ["mfa_required"] * 3


def test_a_key_of_a_maker_without_one_is_refused(closed: Cast) -> None:
    client = closed.client("owner_key")
    assert {code_of(client, path) for path in paths(closed)} == {(403, "mfa_required")}
    factor(closed.people["owner"])
    assert {client.get(path).status_code for path in paths(closed)} == {200}


def test_a_page_leads_to_setting_one_up_and_says_why(closed: Cast) -> None:
    client = closed.client("member")
    answer = client.get("/w/acme/?status=error")
    assert answer.status_code == 302
    assert answer["Location"] == (
        "/second-factor?workspace=acme&next=%2Fw%2Facme%2F%3Fstatus%3Derror"
    )
    shown = client.get(answer["Location"])
    assert shown.status_code == 200
    assert b"Acme" in shown.content
    factor(closed.people["member"])
    assert client.get(answer["Location"])["Location"] == "/w/acme/?status=error"


def test_a_part_of_a_page_is_refused(closed: Cast) -> None:
    answer = closed.client("member").get("/w/acme/", headers={"HX-Request": "true"})
    assert answer.status_code == 403


def test_lists_name_it_and_say_nothing_of_how_it_is_doing(closed: Cast) -> None:
    client = closed.client("member")
    (row,) = client.get("/api/workspaces").json()["results"]
    named = {"id", "name", "slug", "role", "needsSecondFactor"}
    assert set(row) == named
    (row,) = client.get("/api/me").json()["workspaces"]
    assert set(row) == named
    page = client.get("/").content.decode()
    assert f'data-closed-id="{closed.acme.pk}"' in page
    assert f'data-workspace-id="{closed.acme.pk}"' not in page
    palette = client.get("/palette?workspace=acme").content.decode()
    assert "Acme" in palette
    assert "/w/acme/connect" not in palette
    assert 'data-face="stale"' not in palette


def test_an_open_one_is_listed_as_ever(cast: Cast) -> None:
    client = cast.client("member")
    (row,) = client.get("/api/workspaces").json()["results"]
    assert set(row) == {"id", "name", "slug", "role", "status", "health"}
    assert b"data-closed-id" not in client.get("/").content
