"""Campaigns as each role sees them: by the API, on the page, in the polled health."""

import json
import re
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from campaigns import serializers
from campaigns.models import Campaign
from tests.cast import Cast, campaign_of
from workspaces.access import access_to

TIMES = ("At", "at", "Till")
MANY = 120


def api(cast: Cast, caller: str, path: str, **params: str) -> Any:
    answer = cast.client(caller).get(path.format(acme=cast.acme.pk), params)
    assert answer.status_code == 200, answer.content
    return answer.json()


@pytest.fixture
def lived(cast: Cast) -> Cast:
    """A campaign of which everything is known."""
    now = timezone.now()
    Campaign.objects.filter(pk=cast.campaign.pk).update(
        reported_at=now,
        last_sync_at=now,
        heard_at=now,
        observed_at=now,
        last_result="success",
        last_end_at=now,
    )
    return cast


def keys_of(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set(value) | {key for inner in value.values() for key in keys_of(inner)}
    if isinstance(value, list):
        return {key for inner in value for key in keys_of(inner)}
    return set()


def test_it_works(lived: Cast) -> None:
    listed = api(lived, "owner", "/api/workspaces/{acme}/campaigns")
    assert (listed["count"], listed["next"], listed["previous"]) == (1, None, None)
    row = listed["results"][0]
    assert row == api(lived, "owner", f"/api/campaigns/{lived.campaign.pk}")
    assert (row["name"], row["status"], row["n8nStatus"], row["syncStatus"]) == (
        "Drip",
        "active",
        "active",
        "live",
    )
    assert row["desired"]["value"] == "enabled"
    assert row["reported"]["value"] == "active"
    assert row["observed"]["value"] == "success"
    assert row["reported"]["at"].endswith("Z")


@pytest.mark.parametrize(
    ("caller", "workflow", "times"),
    [
        ("owner", True, True),
        ("admin", True, True),
        ("member", False, True),
        ("viewer", False, False),
    ],
)
def test_what_a_role_may_not_see_is_absent(
    caller: str, workflow: bool, times: bool, lived: Cast
) -> None:
    for path in (
        "/api/workspaces/{acme}/campaigns",
        f"/api/campaigns/{lived.campaign.pk}",
        f"/api/workspaces/{{acme}}/health?campaigns={lived.campaign.pk}",
    ):
        keys = keys_of(api(lived, caller, path))
        assert ("n8nWorkflowId" in keys) is (workflow and "campaign" in path)
        times_seen = any(key.endswith(TIMES) for key in keys - {"suspendedAt"})  # everybody's
        assert times_seen is times
    client, how = lived.client(caller), f"/w/acme/campaigns/{lived.campaign.pk}/how"
    page = "".join(client.get(path).content.decode() for path in ("/w/acme/", how))
    assert ("<time" in page) is times
    assert (lived.campaign.n8n_workflow_id in page) is workflow


NEXT_RUN = re.compile(
    r"data-scheduled( hidden)?>Next run: <span data-next-run>(?:<span>|<time [^>]*>)?([^<]*)"
)


@pytest.mark.parametrize(
    ("facts", "hidden", "said"),
    [
        ({"trigger": "schedule"}, "", "None"),
        ({"trigger": "schedule", "schedule_unknown": "expression"}, "", "Set by an expression"),
        ({"trigger": "webhook", "schedule_unknown": "several_triggers"}, "", "Several triggers"),
        ({"trigger": "webhook"}, " hidden", "None"),
    ],
)
def test_what_has_a_schedule_says_when_it_runs_next_or_why_nobody_knows(
    facts: dict[str, str], hidden: str, said: str, cast: Cast
) -> None:
    Campaign.objects.filter(pk=cast.campaign.pk).update(**facts)
    page = cast.client("member").get("/w/acme/").content.decode()
    assert NEXT_RUN.findall(page) == [(hidden, said)]
    assert "data-next-run" not in cast.client("viewer").get("/w/acme/").content.decode()


def test_the_health_counts_and_gives_the_states_asked_for(lived: Cast) -> None:
    campaign_of(lived.acme, "Failed", counted_result="error")
    health = api(
        lived,
        "member",
        "/api/workspaces/{acme}/health",
        campaigns=f"{lived.campaign.pk},{lived.foreign.pk},{uuid.uuid4()}",
    )
    assert health["status"] == "error"
    assert health["campaigns"] == {
        "total": 2,
        "byStatus": {"live": 1, "syncing": 0, "stale": 0, "error": 1},
    }
    assert health["permissions"]["role"] == "member"
    assert [state["id"] for state in health["states"]] == [str(lived.campaign.pk)]
    again = api(lived, "member", "/api/workspaces/{acme}/health")
    assert again["stateVersion"] == health["stateVersion"]


@pytest.mark.parametrize("ids", ["x", "7", ",", "2f0f9f3e-4a43-4b0e-9a6b-6d5f0f7f3c11,", "\x00"])
def test_bad_ids_are_a_clear_refusal(ids: str, cast: Cast) -> None:
    answer = cast.client("owner").get(f"/api/workspaces/{cast.acme.pk}/health", {"campaigns": ids})
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"


def test_the_bar_is_the_worst_of_what_is_enabled_and_not_archived(cast: Cast) -> None:
    campaign_of(cast.acme, "Paused", enabled=False, counted_result="error")
    campaign_of(cast.acme, "Old", archived_at=timezone.now(), counted_result="error")
    assert api(cast, "owner", "/api/workspaces/{acme}/health")["status"] == "live"
    campaign_of(cast.acme, "Running", running=1)
    assert api(cast, "owner", "/api/workspaces/{acme}/health")["status"] == "syncing"


def test_search_order_and_pages_are_in_the_address(cast: Cast) -> None:
    for n in range(MANY):
        campaign_of(cast.acme, f"Campaign {n:03}")
    campaign_of(cast.acme, "Broken", counted_result="error")
    path = "/api/workspaces/{acme}/campaigns"
    first = api(cast, "owner", path)
    assert (first["count"], len(first["results"]), first["previous"]) == (MANY + 2, 50, None)
    assert first["results"][0]["name"] == "Broken"  # the worst first
    assert "page=2" in first["next"]
    assert len(api(cast, "owner", path, page="3")["results"]) == MANY + 2 - 100
    assert len(api(cast, "owner", path, pageSize="200")["results"]) == MANY + 2
    assert [
        r["name"] for r in api(cast, "owner", path, search="AIGN 01", ordering="-name")["results"]
    ] == [f"Campaign 01{n}" for n in range(9, -1, -1)]
    answer = cast.client("owner").get(
        f"/api/workspaces/{cast.acme.pk}/campaigns", {"ordering": "secret"}
    )
    assert answer.status_code == 400


@pytest.mark.parametrize("path", ["/w/acme/", "/api/workspaces/{acme}/campaigns", "/"])
def test_pages_ask_no_more_for_many_than_for_one(path: str, cast: Cast) -> None:
    client = cast.client("owner")
    counts = []
    for names in (["One"], [f"More {n}" for n in range(30)]):
        for name in names:
            campaign_of(cast.acme, name)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path.format(acme=cast.acme.pk)).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= 10, [q["sql"][:120] for q in queries.captured_queries]


def test_an_unchanged_answer_is_304_and_rights_are_part_of_it(lived: Cast) -> None:
    path = f"/api/campaigns/{lived.campaign.pk}"
    tag = lived.client("owner").get(path)["ETag"]
    assert lived.client("owner").get(path, headers={"If-None-Match": tag}).status_code == 304
    assert lived.client("viewer").get(path, headers={"If-None-Match": tag}).status_code == 200
    Campaign.objects.filter(pk=lived.campaign.pk).update(running=1)
    assert lived.client("owner").get(path, headers={"If-None-Match": tag}).status_code == 200


def test_whatever_a_page_shows_moves_the_state_version_and_an_edit_alone_the_version(
    cast: Cast,
) -> None:
    owner = access_to(cast.people["owner"], cast.acme.pk)
    assert owner is not None

    def shown() -> str:
        cast.campaign.refresh_from_db()
        row = serializers.row(cast.campaign, owner.codenames)
        row.pop("stateVersion")
        return json.dumps(row, default=str)

    now = timezone.now()
    for change in (
        {"name": "New"},
        {"enabled": False},
        {"reported": "inactive"},
        {"reported_at": now},
        {"last_sync_at": now},
        {"observed_at": now},
        {"last_result": "error"},
        {"running": 1},
        {"counted_result": "error"},
        {"trigger": "schedule"},
        {"heard_at": now},
    ):
        before, version = shown(), cast.campaign.state_version
        Campaign.objects.filter(pk=cast.campaign.pk).update(**change)
        assert (shown() != before) == (cast.campaign.state_version > version), change
    assert cast.campaign.version == 1
