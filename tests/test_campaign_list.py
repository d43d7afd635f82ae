"""The list of campaigns as its address asks for it: order, filters, and what no role may ask by."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from campaigns import listing, serializers
from campaigns.adoption import report_token
from campaigns.models import Campaign
from orchestrator import crypto
from tests.cast import Cast, campaign_of
from workspaces.access import codenames_of

NOW = timezone.now()
ROLES = ("owner", "admin", "member", "viewer")


def ask(cast: Cast, caller: str = "owner", **params: Any) -> Any:
    return cast.client(caller).get(f"/api/workspaces/{cast.acme.pk}/campaigns", params)


def names(cast: Cast, caller: str = "owner", **params: Any) -> list[str]:
    answer = ask(cast, caller, **params)
    assert answer.status_code == 200, answer.content
    return [row["name"] for row in answer.json()["results"]]


def refusal(answer: Any) -> tuple[str, list[tuple[str, str]]]:
    assert answer.status_code == 400, answer.content
    body = answer.json()
    assert all(error["message"] for error in body["errors"])
    return body["code"], [(error["field"], error["code"]) for error in body["errors"]]


@pytest.fixture
def mixed(cast: Cast) -> Cast:
    """One of each kind."""
    Campaign.objects.all().delete()

    def ago(minutes: int) -> Any:
        return NOW - timedelta(minutes=minutes)

    soon = NOW + timedelta(hours=1)
    acme = cast.acme
    campaign_of(acme, "Live", last_sync_at=ago(3), next_run_at=soon, trigger="schedule")
    campaign_of(acme, "Failed", last_sync_at=ago(1), counted_result="error", trigger="manual")
    campaign_of(acme, "Running", last_sync_at=ago(2), running=1, trigger="other")
    campaign_of(acme, "Gone", reported="missing", trigger="")
    paused: dict[str, Any] = {"enabled": False, "reported": "inactive"}
    campaign_of(acme, "Paused", next_run_at=soon + timedelta(hours=1), **paused)
    campaign_of(acme, "Old", archived_at=ago(9), **paused)
    drifting = campaign_of(acme, "Drifting", reported="inactive", last_sync_at=ago(4))
    Campaign.objects.filter(pk=drifting.pk).update(differs_since=ago(5))
    campaign_of(cast.globex, "Foreign")
    return cast


# --- order -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ordering", "column", "expected"),
    [
        ("name", "name", ["Drifting", "Failed", "Gone", "Live", "Paused", "Running"]),
        ("-name", "name", ["Running", "Paused", "Live", "Gone", "Failed", "Drifting"]),
        ("lastSyncAt", "", ["Drifting", "Live", "Running", "Failed", None, None]),
        ("-lastSyncAt", "", ["Failed", "Running", "Live", "Drifting", None, None]),
        ("nextRunAt", "", ["Live", "Paused", None, None, None, None]),
        ("-nextRunAt", "", ["Paused", "Live", None, None, None, None]),
        ("syncStatus", "syncStatus", ["error", "stale", "syncing", "live", "live", "live"]),
        ("-syncStatus", "syncStatus", ["live", "live", "live", "syncing", "stale", "error"]),
        (
            "n8nStatus",
            "n8nStatus",
            ["error", "unknown", "syncing", "inactive", "inactive", "active"],
        ),
        (
            "-n8nStatus",
            "n8nStatus",
            ["active", "inactive", "inactive", "syncing", "unknown", "error"],
        ),
    ],
)
def test_it_comes_in_the_order_asked_for_and_what_is_not_known_last(
    ordering: str, column: str, expected: list[str | None], mixed: Cast
) -> None:
    rows = ask(mixed, ordering=ordering).json()["results"]
    shown = [row[column or "name"] for row in rows]
    known = [value for value in expected if value is not None]
    assert shown[: len(known)] == known
    assert len(shown) == len(expected)
    absent = [row["id"] for row in rows[len(known) :]]
    assert absent == sorted(absent, reverse=ordering.startswith("-"))


def test_ties_are_told_apart_so_that_no_page_repeats_or_skips(cast: Cast) -> None:
    for number in range(12):
        campaign_of(cast.acme, "Same", n8n_workflow_id=f"wf-{number}", last_sync_at=NOW)
    for ordering in (*listing.ORDERINGS, *(f"-{name}" for name in listing.ORDERINGS)):
        seen: list[str] = []
        for page in range(1, 6):
            answer = ask(cast, ordering=ordering, page=page, pageSize=3).json()
            seen += [row["id"] for row in answer["results"]]
        assert len(seen) == len(set(seen)) == 13, ordering


@pytest.mark.parametrize("ordering", ["secret", "", "-", "--name", "name,name", "state_version"])
def test_an_order_that_there_is_not_is_refused(ordering: str, cast: Cast) -> None:
    assert refusal(ask(cast, ordering=ordering)) == ("invalid", [("ordering", "invalid")])


# --- filters ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, "Drifting Failed Gone Live Paused Running"),
        ({"status": "archived"}, "Old"),
        ({"status": "paused"}, "Paused"),
        ({"status": "active"}, "Drifting Failed Gone Live Running"),
        ({"status": "paused,archived"}, "Old Paused"),
        ({"status": ["paused", "archived"]}, "Old Paused"),
        ({"status": ","}, "Drifting Failed Gone Live Paused Running"),
        ({"status": ""}, "Drifting Failed Gone Live Paused Running"),
        ({"status": "provisioning"}, ""),
        ({"enabled": "false"}, "Paused"),
        ({"enabled": "true"}, "Drifting Failed Gone Live Running"),
        ({"enabled": "true,false"}, "Drifting Failed Gone Live Paused Running"),
        ({"enabled": "false", "status": "archived,paused"}, "Old Paused"),
        ({"n8nStatus": "error"}, "Failed"),
        ({"n8nStatus": "unknown,syncing"}, "Gone Running"),
        ({"syncStatus": "stale"}, "Gone"),
        ({"syncStatus": ["stale", "error,syncing"]}, "Failed Gone Running"),
        ({"trigger": "schedule,manual"}, "Failed Live"),
        ({"drift": "true"}, "Drifting"),
        ({"drift": "false", "syncStatus": "live"}, "Live Paused"),
        ({"syncStatus": "live", "search": "IV"}, "Live"),
        ({"nonsense": "x"}, "Drifting Failed Gone Live Paused Running"),
    ],
)
def test_a_filter_leaves_what_it_names(asked: dict[str, Any], expected: str, mixed: Cast) -> None:
    assert names(mixed, "viewer", ordering="name", **asked) == expected.split()
    assert ask(mixed, **asked).json()["count"] == len(expected.split())


def test_what_is_archived_is_found_and_comes_back(mixed: Cast) -> None:
    (row,) = ask(mixed, status="archived").json()["results"]
    assert row["status"] == "archived"
    assert ask(mixed, "viewer", status="archived").json()["count"] == 1


def test_pages_keep_the_filters(mixed: Cast) -> None:
    page = ask(mixed, status="active,archived", pageSize=4, ordering="name").json()
    assert page["count"] == 6
    answer = mixed.client("owner").get(page["next"]).json()
    assert [row["name"] for row in answer["results"]] == ["Old", "Running"]


@pytest.mark.parametrize(
    "asked",
    [
        {"status": "gone"},
        {"status": "active,gone"},
        {"status": ["active", "Archived"]},
        {"enabled": "1"},
        {"enabled": "True"},
        {"n8nStatus": "live"},
        {"syncStatus": "active"},
        {"trigger": "cron"},
        {"trigger": "é"},
        {"drift": "yes"},
    ],
)
def test_a_value_that_there_is_not_is_refused(asked: dict[str, Any], cast: Cast) -> None:
    (field,) = asked
    assert refusal(ask(cast, "viewer", **asked)) == ("invalid", [(field, "invalid")])


def test_all_that_is_wrong_is_named_at_once(cast: Cast) -> None:
    answer = ask(cast, status="x", drift="y", ordering="z")
    assert refusal(answer)[1] == [(f, "invalid") for f in ("status", "drift", "ordering")]


# --- what a role does not see ----------------------------------------------------------------


def flat(row: dict[str, Any], path: str = "") -> set[str]:
    found: set[str] = set()
    for name, value in row.items():
        found |= flat(value, f"{path}{name}.") if isinstance(value, dict) else {path + name}
    return found


def test_what_is_hidden_is_just_what_is_absent_from_the_row(cast: Cast) -> None:
    Campaign.objects.filter(pk=cast.campaign.pk).update(
        **report_token(cast.acme),
        webhook_token_encrypted=crypto.encrypt(
            "token", owner=str(cast.acme.pk), field=serializers.WEBHOOK_TOKEN
        ),
        reported_at=NOW,
        observed_at=NOW,
        next_run_at=NOW,
        schedule_unknown="several",
    )
    row = Campaign.objects.get(pk=cast.campaign.pk)
    full = flat(serializers.row(row, codenames_of("owner")))
    assert serializers.hidden_from(codenames_of("owner")) == frozenset()
    for role in ROLES:
        can = codenames_of(role)
        assert full - flat(serializers.row(row, can)) == serializers.hidden_from(can), role


@pytest.mark.parametrize(
    ("caller", "field"),
    [
        ("viewer", "lastSyncAt"),
        ("viewer", "nextRunAt"),
        ("viewer_key", "nextRunAt"),
        ("viewer", "reported.at"),
        ("viewer", "n8nWorkflowId"),
        ("member", "n8nWorkflowId"),
        ("admin", "reportUrl"),
    ],
)
def test_nobody_orders_or_filters_by_what_they_do_not_see(
    caller: str, field: str, cast: Cast
) -> None:
    for sign in ("", "-"):
        refused = refusal(ask(cast, caller, ordering=sign + field))
        assert refused == ("field_forbidden", [("ordering", "field_forbidden")])
    assert refusal(ask(cast, caller, **{field: "x"})) == (
        "field_forbidden",
        [(field, "field_forbidden")],
    )


def test_forbidden_is_said_before_all_else_that_is_wrong(cast: Cast) -> None:
    answer = ask(cast, "viewer", ordering="nextRunAt", status="x")
    assert refusal(answer) == ("field_forbidden", [("ordering", "field_forbidden")])


def test_who_sees_a_field_may_name_it(cast: Cast) -> None:
    assert ask(cast, "member", ordering="nextRunAt").status_code == 200
    assert ask(cast, "owner", n8nWorkflowId="x").json()["count"] == 1  # no filter: ignored
    assert refusal(ask(cast, "owner", ordering="reportUrl"))[0] == "invalid"


def test_a_right_taken_away_takes_the_order_with_it(cast: Cast) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM workspaces_workspaceuserobjectpermission g USING auth_permission p"
            " WHERE p.id = g.permission_id AND p.codename = 'view_times' AND g.user_id = %s",
            [cast.people["member"].pk],
        )
    assert refusal(ask(cast, "member", ordering="lastSyncAt"))[0] == "field_forbidden"


# --- what it costs ---------------------------------------------------------------------------


@pytest.fixture
def thousand(cast: Cast) -> Cast:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO campaigns_campaign (id, workspace_id, instance_id, n8n_workflow_id, name,"
            " trigger, enabled, set_aside, created_at, version, state_version, reported, running,"
            " waiting, last_result, counted_result, last_sync_at, next_run_at, n8n_status,"
            " sync_status, reason)"
            " SELECT gen_random_uuid(), %s, %s, 'bulk-' || n, 'Bulk ' || n, 'webhook', n %% 7 > 0,"
            " false, now(), 1, 1, 'active', (n %% 5 = 0)::int, 0, '',"
            " CASE n %% 3 WHEN 0 THEN 'error' ELSE '' END, now() - n * interval '1 s',"
            " CASE n %% 2 WHEN 0 THEN now() + n * interval '1 s' END, '', '', ''"
            " FROM generate_series(1, 1000) n",
            [cast.acme.pk, cast.acme.instance_id],
        )
        cursor.execute(
            "INSERT INTO campaigns_run_key (run_id, campaign_id, day, execution_id, result, manual,"
            " sent_at, end_at, seen_at, polled) SELECT gen_random_uuid(), c.id, current_date, n,"
            " 'success', false, now(), now() - n * interval '1 s', now(), false"
            " FROM campaigns_campaign c CROSS JOIN generate_series(1, 40) n"
        )
        cursor.execute("ANALYZE campaigns_campaign, campaigns_run_key")
    return cast


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for inner in plan.get("Plans", ()):
        yield from nodes(inner)


@pytest.mark.parametrize("ordering", [*listing.ORDERINGS, *(f"-{n}" for n in listing.ORDERINGS)])
def test_of_a_thousand_each_order_sorts_keys_and_reads_the_rows_of_the_page(
    ordering: str, thousand: Cast
) -> None:
    client = thousand.client("owner")
    path = f"/api/workspaces/{thousand.acme.pk}/campaigns"
    asked = {"ordering": ordering, "syncStatus": "error,syncing,stale,live", "pageSize": "200"}
    with CaptureQueriesContext(connection) as queries:
        assert len(client.get(path, asked).json()["results"]) == 200
    assert len(queries) <= 9
    (read,) = [
        query["sql"]
        for query in queries.captured_queries
        if "ORDER BY" in query["sql"] and '"campaigns_campaign"' in query["sql"]
    ]
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (ANALYZE, FORMAT JSON) " + read)
        plan = json.dumps(cursor.fetchone()[0])
    # And of the runs what the page shows: by index, for the rows that are left after the sort.
    assert Counter(re.findall(r'"Relation Name": "(\w+)"', plan)) == {
        "campaigns_campaign": 2,
        "campaigns_run_key": 1,
    }
    sorts = [node for node in nodes(json.loads(plan)[0]["Plan"]) if node["Node Type"] == "Sort"]
    of_all = [node for node in sorts if node["Plans"][0]["Actual Rows"] > 200]
    assert all(node["Plan Width"] < 100 for node in of_all), "whole rows were sorted"
    assert of_all or ordering.endswith("name")  # that one has an index
    assert '"Index Name": "campaigns_run_key_end"' in plan
    assert re.findall(r'"SubPlan".*?"Actual Loops": (\d+)', plan) == ["200"]
