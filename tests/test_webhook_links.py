"""The address of a campaign's webhook: made once for the same pair, shown to owners, replaced."""

import hashlib
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils.timezone import now

from campaigns import serializers
from campaigns.models import Campaign
from governance.models import AuditEvent
from orchestrator.events import command
from provisioning import doors
from provisioning.models import FrontDoor
from tests.cast import Cast
from workspaces import settings as workspace_settings

ACTOR = command("test")
ALL = {"campaigns.manage_campaign"}


def ready(cast: Cast, **fields: Any) -> Campaign:
    """Its webhook has been seen."""
    values = {"webhook_path": "leads", **fields}
    Campaign.objects.filter(pk=cast.campaign.pk).update(**values)
    cast.campaign.refresh_from_db()
    return cast.campaign


def link(cast: Cast, caller: str = "owner", workflow: str = "", **headers: str) -> Any:
    body = {
        "campaignId": str(cast.campaign.pk),
        "workflowId": workflow or cast.campaign.n8n_workflow_id,
    }
    return cast.client(caller).post(
        "/api/webhooks/auto-link", body, content_type="application/json", headers=headers
    )


def rotate(cast: Cast, body: Any = None, caller: str = "owner", **headers: str) -> Any:
    return cast.client(caller).post(
        f"/api/campaigns/{cast.campaign.pk}/webhook/rotate",
        body or {},
        content_type="application/json",
        headers=headers,
    )


def digest(url: str) -> str:
    return hashlib.sha256(url.rpartition("/")[2].encode()).hexdigest()


# --- linked ----------------------------------------------------------------------------------


def test_the_same_pair_has_the_same_address(cast: Cast) -> None:
    ready(cast)
    first = link(cast)
    assert first.status_code == 200, first.content
    url = first.json()["webhookUrl"]
    assert "/hook/" in url
    assert len(url.rpartition("/")[2]) >= 43  # 256 bit
    assert link(cast).json() == {"webhookUrl": url}
    assert FrontDoor.objects.get().token_digest == digest(url)
    events = AuditEvent.objects.filter(action="front_door_linked")
    assert [event.after for event in events] == [{"workflowId": cast.campaign.n8n_workflow_id}]
    assert url.rpartition("/")[2] not in str(list(AuditEvent.objects.values()))


def test_no_n8n_is_asked(cast: Cast, settings: Any) -> None:
    ready(cast)
    settings.N8N_BASE_URL, settings.N8N_API_KEY = "http://127.0.0.1:9", "nobody-there"
    assert link(cast).status_code == 200


def test_linked_to_one_it_is_not_linked_to_another(cast: Cast) -> None:
    ready(cast)
    link(cast)
    answer = link(cast, workflow="another")
    assert (answer.status_code, answer.json()["code"]) == (409, "already_linked")


@pytest.mark.parametrize(
    ("fields", "workflow", "status", "code"),
    [
        ({}, "another", 422, "wrong_workflow"),
        ({"webhook_path": ""}, "", 422, "no_webhook"),
        ({"archived_at": now()}, "", 409, "archived"),
    ],
)
def test_what_cannot_be_linked_says_why(
    cast: Cast, fields: dict[str, Any], workflow: str, status: int, code: str
) -> None:
    ready(cast, **fields)
    answer = link(cast, workflow=workflow)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not FrontDoor.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"campaignId": "x", "workflowId": "y"},
        {"workflowId": "y"},
        [],
        {"campaignId": None, "workflowId": "y"},
    ],
)
def test_a_body_that_names_no_campaign_is_400(cast: Cast, body: Any) -> None:
    answer = cast.client("owner").post(
        "/api/webhooks/auto-link", body, content_type="application/json"
    )
    assert answer.status_code == 400


def test_a_body_without_a_workflow_is_400(cast: Cast) -> None:
    answer = cast.client("owner").post(
        "/api/webhooks/auto-link",
        {"campaignId": str(cast.campaign.pk)},
        content_type="application/json",
    )
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "workflowId")


@pytest.mark.usefixtures("committed")
def test_two_at_once_have_one_address() -> None:
    from tests.cast import cast as make  # noqa: PLC0415 -- the fixture's own function

    cast: Cast = make.__wrapped__(None)  # type: ignore[attr-defined]
    campaign = ready(cast)
    urls: list[str | None] = []

    def go() -> None:
        try:
            linked = doors.link(campaign, campaign.n8n_workflow_id, actor=ACTOR)
            urls.append(serializers.webhook_url(linked))
        finally:
            connection.close()

    threads = [threading.Thread(target=go) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(urls) == 6
    assert len(set(urls)) == 1
    assert FrontDoor.objects.count() == 1


# --- shown -----------------------------------------------------------------------------------


def test_owners_see_it_and_nobody_else(cast: Cast) -> None:
    ready(cast)
    url = link(cast).json()["webhookUrl"]
    for caller in ("owner", "owner_key", "admin", "member", "viewer"):
        row = cast.client(caller).get(f"/api/campaigns/{cast.campaign.pk}").json()
        assert row.get("webhookUrl") == (url if caller.startswith("owner") else None), caller
        assert ("webhookUrl" in row) == caller.startswith("owner")
    for caller in ("owner", "admin", "member", "viewer"):
        page = cast.client(caller).get(f"/w/acme/campaigns/{cast.campaign.pk}").content.decode()
        assert (url in page) == (caller == "owner"), caller


def test_its_state_version_moves_with_it(cast: Cast) -> None:
    before = ready(cast)
    linked = doors.link(before, before.n8n_workflow_id, actor=ACTOR)
    stored = Campaign.objects.get(pk=before.pk)
    assert stored.version == before.version + 1
    assert stored.state_version > before.state_version
    assert linked.state_version == stored.state_version
    rotated, _ = doors.rotate(stored, actor=ACTOR)
    assert Campaign.objects.get(pk=before.pk).state_version > stored.state_version
    assert serializers.row(rotated, ALL)["webhookUrl"] != serializers.row(linked, ALL)["webhookUrl"]


def test_the_token_is_stored_only_encrypted_and_hashed(cast: Cast) -> None:
    ready(cast)
    token = link(cast).json()["webhookUrl"].rpartition("/")[2]
    with connection.cursor() as cursor:
        for model in (Campaign, FrontDoor, AuditEvent):
            table = model._meta.db_table
            cursor.execute(f"SELECT count(*) FROM {table} t WHERE t::text LIKE %s", [f"%{token}%"])  # noqa: S608 -- ours
            assert cursor.fetchone() == (0,), table


def test_with_other_keys_the_page_is_there_without_it(cast: Cast) -> None:
    ready(cast)
    link(cast)
    Campaign.objects.filter(pk=cast.campaign.pk).update(webhook_token_encrypted="v1:gone:xxxx")
    row = cast.client("owner").get(f"/api/campaigns/{cast.campaign.pk}")
    assert row.status_code == 200
    assert "webhookUrl" not in row.json()
    assert link(cast).status_code == 503


# --- rotated ---------------------------------------------------------------------------------


def test_a_new_one_is_made_and_the_former_stays_for_a_while(cast: Cast) -> None:
    ready(cast)
    former = link(cast).json()["webhookUrl"]
    answer = rotate(cast, {"graceSeconds": 60})
    assert answer.status_code == 200, answer.content
    new = answer.json()["webhookUrl"]
    assert new != former
    assert link(cast).json()["webhookUrl"] == new
    old = FrontDoor.objects.get(token_digest=digest(former))
    assert old.ends_at is not None
    assert timedelta(seconds=50) < old.ends_at - now() <= timedelta(seconds=60)
    (event,) = AuditEvent.objects.filter(action="front_door_rotated")
    assert event.after == {"graceSeconds": 60}


def test_where_nothing_is_said_it_stays_for_a_day(cast: Cast) -> None:
    ready(cast)
    former = link(cast).json()["webhookUrl"]
    rotate(cast)
    ends = FrontDoor.objects.get(token_digest=digest(former)).ends_at
    assert ends is not None
    assert timedelta(hours=23) < ends - now() <= timedelta(days=1)


@pytest.mark.parametrize("grace", [-1, 604_801, "x", 1.5, None, [], {}])
def test_a_grace_that_is_none_is_400(cast: Cast, grace: Any) -> None:
    ready(cast)
    link(cast)
    answer = rotate(cast, {"graceSeconds": grace})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "graceSeconds")
    assert FrontDoor.objects.count() == 1


def test_without_an_address_there_is_nothing_to_rotate(cast: Cast) -> None:
    ready(cast)
    answer = rotate(cast)
    assert (answer.status_code, answer.json()["code"]) == (409, "not_linked")


def test_former_ones_that_ended_go_and_the_others_do_not_pile_up(cast: Cast) -> None:
    campaign = ready(cast)
    doors.link(campaign, campaign.n8n_workflow_id, actor=ACTOR)
    for grace in (0, 0, *(3600,) * (doors.KEPT + 3), 0):
        doors.rotate(campaign, grace, actor=ACTOR)
    doors.rotate(campaign, 3600, actor=ACTOR)
    assert FrontDoor.objects.count() == doors.KEPT + 1


@pytest.mark.parametrize("call", [link, rotate])
def test_a_call_is_done_once_under_its_key_and_the_secret_is_not_replayed(
    cast: Cast, call: Any
) -> None:
    ready(cast)
    if call is rotate:
        link(cast)
    first = call(cast, **{"Idempotency-Key": "once"})
    again = call(cast, **{"Idempotency-Key": "once"})
    assert (first.status_code, again.status_code) == (200, 200)
    assert "webhookUrl" in first.json()
    assert "webhookUrl" not in again.json()
    assert FrontDoor.objects.count() == (2 if call is rotate else 1)


# --- by the page -----------------------------------------------------------------------------


def post(cast: Cast, caller: str = "owner", **form: str) -> Any:
    path = f"/w/acme/campaigns/{cast.campaign.pk}/webhook"
    return cast.client(caller).post(path, form, follow=True)


def test_an_owner_makes_it_and_a_new_one_on_the_page(cast: Cast) -> None:
    ready(cast)
    page = cast.client("owner").get(f"/w/acme/campaigns/{cast.campaign.pk}").content.decode()
    assert 'value="link"' in page
    assert "data-webhook-url" not in page
    page = post(cast, what="link").content.decode()
    first = serializers.webhook_url(Campaign.objects.get(pk=cast.campaign.pk))
    assert first is not None
    assert first in page
    page = post(cast, what="rotate", grace="3600").content.decode()
    assert first not in page
    assert "data-webhook-url" in page
    for wrong in ("", "-1", "x", "604801"):
        assert post(cast, what="rotate", grace=wrong).status_code == 400
    assert FrontDoor.objects.count() == 2


def test_a_campaign_without_a_webhook_offers_none(cast: Cast) -> None:
    page = cast.client("owner").get(f"/w/acme/campaigns/{cast.campaign.pk}").content.decode()
    assert 'value="link"' not in page
    said = post(cast, what="link").content.decode()
    assert "no webhook with a fixed path" in said


def test_a_workspace_that_is_suspended_changes_nothing(cast: Cast) -> None:
    ready(cast)
    type(cast.acme).objects.filter(pk=cast.acme.pk).update(
        suspended_at=now(), suspension_reason="Unpaid."
    )
    assert link(cast).status_code == 409
    assert not FrontDoor.objects.exists()
    assert workspace_settings.settings_of(cast.acme)["storeHookBodies"] is False
