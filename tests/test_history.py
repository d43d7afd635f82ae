"""Runs and syncs, newest first, page by page: for each role no more than it may see."""

import json
import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from campaigns import heartbeats, statement, tasks
from campaigns.models import Campaign, Run, SyncRun
from tests.cast import Cast, campaign_of

COUNT = 7
NOW = timezone.now()


def run(campaign: Campaign, minutes: int, **fields: Any) -> uuid.UUID:
    """One that began so long ago."""
    began = NOW - timedelta(minutes=minutes)
    values: dict[str, Any] = {
        "execution_id": str(1000 - minutes),
        "result": "success",
        "mode": "webhook",
        "started_at": began,
        "stopped_at": began + timedelta(milliseconds=1500),
        "sent_at": began + timedelta(milliseconds=1500),
        **fields,
    }
    made = Run(
        day=NOW.date(),
        workspace_id=campaign.workspace_id,
        campaign_id=campaign.pk,
        instance_id=campaign.instance_id,
        **values,
    )
    made.save(force_insert=True)
    return made.id


@pytest.fixture
def history(cast: Cast) -> Cast:
    for minutes in range(COUNT):
        run(cast.campaign, minutes)
    run(cast.foreign, 0)
    return cast


def get(cast: Cast, caller: str, url: str, **params: str) -> Any:
    parts = urlsplit(url)
    query = {key: values[0] for key, values in parse_qs(parts.query).items()}
    return cast.client(caller).get(parts.path, query | params)


def path(cast: Cast) -> str:
    return f"/api/campaigns/{cast.campaign.pk}/history"


def pages(cast: Cast, caller: str, url: str | None, size: int = 3) -> Iterator[Any]:
    while url:
        answer = get(cast, caller, url, pageSize=str(size))
        assert answer.status_code == 200, answer.content
        yield answer.json()
        url = answer.json()["next"]


def test_it_goes_page_by_page_and_back_again(history: Cast) -> None:
    found = list(pages(history, "member", path(history)))
    ids = [[row["executionId"] for row in page["results"]] for page in found]
    assert ids == [["1000", "999", "998"], ["997", "996", "995"], ["994"]]
    assert found[0]["previous"] is None
    assert found[-1]["next"] is None
    back = get(history, "member", found[-1]["previous"]).json()
    assert [row["executionId"] for row in back["results"]] == ids[1]
    first = get(history, "member", back["previous"]).json()
    assert [row["executionId"] for row in first["results"]] == ids[0]
    assert first["previous"] is None
    assert get(history, "member", first["next"]).json()["results"] == back["results"]


def test_what_comes_in_meanwhile_moves_nothing(history: Cast) -> None:
    first = get(history, "member", path(history), pageSize="3").json()
    open_run = run(history.campaign, -1, result="running", stopped_at=None, execution_id="2000")
    # The one that the page ended with is reported again, and so are those after it.
    Run.objects.filter(campaign_id=history.campaign.pk).exclude(id=open_run).update(
        sent_at=NOW + timedelta(hours=1)
    )
    second = get(history, "member", first["next"]).json()
    assert [row["executionId"] for row in second["results"]] == ["997", "996", "995"]
    newest = get(history, "member", path(history), pageSize="1").json()["results"][0]
    assert (newest["executionId"], newest["stoppedAt"], newest["durationMs"]) == (
        "2000",
        None,
        None,
    )


def told(campaign: Campaign, **fields: Any) -> None:
    """By a heartbeat that says no start."""
    minute = fields.pop("minute")
    beat = {
        "heartbeatId": f"{fields['executionId']}:{fields['status']}",
        "workflowId": campaign.n8n_workflow_id,
        "sentAt": (NOW - timedelta(minutes=minute)).isoformat(),
        **fields,
    }
    found = heartbeats.read(msgspec.Raw(json.dumps(beat).encode()), 0)
    assert isinstance(found, heartbeats.Beat)
    with connection.cursor() as cursor:
        cursor.execute(statement.INGEST, statement.columns([(campaign.instance_id, found)]))


def test_a_run_that_ends_while_somebody_reads_is_neither_skipped_nor_repeated(cast: Cast) -> None:
    for number in range(4):
        told(cast.campaign, executionId=str(number), status="running", minute=60 - number)
    first = get(cast, "member", path(cast), pageSize="2").json()
    assert [row["executionId"] for row in first["results"]] == ["3", "2"]
    for number in (0, 3):
        told(cast.campaign, executionId=str(number), status="success", minute=5)
    second = get(cast, "member", first["next"], pageSize="2").json()
    assert [row["executionId"] for row in second["results"]] == ["1", "0"]
    assert [row["result"] for row in second["results"]] == ["running", "success"]


@pytest.mark.parametrize("which", ["history", "syncs"])
def test_a_page_that_has_not_changed_is_304(which: str, cast: Cast) -> None:
    for minutes in range(120):
        run(cast.campaign, minutes)
        began = NOW - timedelta(minutes=minutes)
        SyncRun.objects.create(workspace=cast.acme, trigger="user", created_at=began)
    syncs = f"/api/workspaces/{cast.acme.pk}/syncs"
    url = path(cast) if which == "history" else syncs
    for _ in range(3):
        answer = get(cast, "owner", url)
        parts = urlsplit(url)
        same = cast.client("owner").get(
            f"{parts.path}?{parts.query}", headers={"If-None-Match": answer["ETag"]}
        )
        assert same.status_code == 304, url
        url = answer.json()["next"] or url
    assert answer.json()["previous"]


@pytest.mark.parametrize("field", ["startedAt", "durationMs", "executionId", "error"])
def test_a_viewer_asks_for_no_runs_by_what_they_do_not_see(field: str, history: Cast) -> None:
    for asked in ({field: "x"}, {"ordering": field}, {"ordering": f"-{field}"}):
        answer = get(history, "viewer", path(history), **asked)
        assert (answer.status_code, answer.json()["code"]) == (400, "field_forbidden")
        assert get(history, "member", path(history), **asked).status_code == 200


def test_runs_of_the_same_time_are_told_apart_by_their_id(cast: Cast) -> None:
    ids = {str(run(cast.campaign, 5)) for _ in range(COUNT)}
    shown = [row["id"] for p in pages(cast, "member", path(cast), 2) for row in p["results"]]
    assert len(shown) == COUNT
    assert set(shown) == ids


def test_a_row_says_how_it_went(cast: Cast) -> None:
    run(
        cast.campaign, 3, result="error", error_message="No such host", error_node="Send mail",
        source="polled",
    )  # fmt: skip
    run(cast.campaign, 4, started_at=None, execution_id=None, mode="")
    first, second = get(cast, "member", path(cast)).json()["results"]
    assert uuid.UUID(first.pop("id")).version == 4
    assert first.pop("startedAt").endswith("Z")
    assert first.pop("stoppedAt").endswith("Z")
    assert first == {
        "result": "error",
        "executionId": "997",
        "durationMs": 1500,
        "mode": "webhook",
        "error": {"message": "No such host", "node": "Send mail"},
        "source": "polled",
    }
    assert (second["executionId"], second["startedAt"], second["durationMs"]) == (None, None, None)
    assert second.keys().isdisjoint({"mode", "error"})


def test_a_viewer_sees_results_and_no_time_anywhere(history: Cast) -> None:
    run(history.campaign, 9, result="error", error_message="No such host")
    for page in pages(history, "viewer", path(history)):
        assert all(row.keys() == {"id", "result"} for row in page["results"])
        assert "No such host" not in json.dumps(page)
        for link in (page["next"], page["previous"]):
            cursor = parse_qs(urlsplit(link or "").query).get("cursor", [""])[0]
            assert f"{NOW:%Y-%m-%d}" not in cursor
            assert "9-" not in cursor.split(":")[0]


@pytest.mark.parametrize("cursor", ["", "x", "v1:0:x", "é", "A" * 5000, "v1::::"])
def test_a_cursor_that_is_none_is_refused(cursor: str, history: Cast) -> None:
    answer = get(history, "member", path(history), cursor=cursor)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "cursor"


def test_a_cursor_opens_only_its_own_list_for_its_own_audience(history: Cast) -> None:
    link = get(history, "member", path(history), pageSize="2").json()["next"]
    (cursor,) = parse_qs(urlsplit(link).query)["cursor"]
    other = campaign_of(history.acme, "Other")
    changed = cursor[:-6] + ("A" if cursor[-6] != "A" else "B") + cursor[-5:]
    for caller, where, given in (
        ("viewer", path(history), cursor),
        ("owner", path(history), cursor),
        ("member", f"/api/campaigns/{other.pk}/history", cursor),
        ("owner", f"/api/workspaces/{history.acme.pk}/syncs", cursor),
        ("member", path(history), changed),
    ):
        assert get(history, caller, where, cursor=given).status_code == 400, (caller, where)
    assert get(history, "member", path(history), cursor=cursor).status_code == 200


def test_only_its_own_campaigns_runs_are_there(history: Cast) -> None:
    foreign = str(Run.objects.get(campaign_id=history.foreign.pk).id)
    for page in pages(history, "owner", path(history)):
        assert foreign not in json.dumps(page)


@pytest.mark.parametrize("size", ["0", "-1", "x", "1.5"])
def test_a_page_size_that_is_none_is_refused(size: str, history: Cast) -> None:
    assert get(history, "member", path(history), pageSize=size).status_code == 400


def test_a_page_is_two_hundred_at_most(cast: Cast) -> None:
    for minutes in range(205):
        run(cast.campaign, minutes)
    assert len(get(cast, "member", path(cast), pageSize="999").json()["results"]) == 200
    assert len(get(cast, "member", path(cast)).json()["results"]) == 50


def test_the_syncs_of_a_workspace_are_listed_for_those_who_run_it(cast: Cast) -> None:
    for minutes in range(5):
        began = NOW - timedelta(minutes=minutes)
        SyncRun.objects.create(
            workspace=cast.acme,
            trigger=SyncRun.Trigger.USER if minutes == 2 else SyncRun.Trigger.SCHEDULE,
            created_at=began,
            started_at=began,
            ended_at=began + timedelta(milliseconds=250),
            synced=minutes,
            errors=[{"code": "slow", "message": "n8n did not answer in time"}] if minutes else [],
        )
    SyncRun.objects.create(workspace=cast.globex, trigger=SyncRun.Trigger.USER)
    url = f"/api/workspaces/{cast.acme.pk}/syncs"
    rows = [row for page in pages(cast, "admin", url, 2) for row in page["results"]]
    assert [row["synced"] for row in rows] == list(range(5))
    assert rows[2]["trigger"] == "user"
    assert rows[2]["durationMs"] == 250
    assert rows[2]["errors"] == [{"code": "slow", "message": "n8n did not answer in time"}]
    assert get(cast, "member", url).status_code == 403


def test_what_is_past_its_retention_is_forgotten_and_open_runs_are_not(cast: Cast) -> None:
    days = settings.RETENTION_DAYS
    with connection.cursor() as cursor:
        for age, end in ((0, NOW), (days + 2, NOW), (days + 2, None)):
            cursor.execute(
                "INSERT INTO campaigns_run_key"
                " (run_id, campaign_id, day, result, manual, sent_at, end_at)"
                " VALUES (gen_random_uuid(), %s, current_date - %s, 'success', false, now(), %s)",
                [cast.campaign.pk, age, end],
            )
    for trigger, age in (("schedule", 6), ("schedule", 8), ("user", 8), ("user", days + 1)):
        SyncRun.objects.create(
            workspace=cast.acme, trigger=trigger, created_at=NOW - timedelta(days=age)
        )
    tasks.forget_old()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM campaigns_run_key")
        assert cursor.fetchone() == (2,)
    kept = SyncRun.objects.values_list("trigger", flat=True)
    assert sorted(kept) == ["schedule", "user"]


def test_a_long_history_is_read_by_its_index(cast: Cast) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO campaigns_run (day, id, workspace_id, campaign_id, instance_id, result,"
            " mode, started_at, sent_at, error_message, error_node)"
            " SELECT current_date, gen_random_uuid(), %s, CASE n %% 50 WHEN 0 THEN %s::uuid"
            " ELSE md5((n %% 50)::text)::uuid END, 'default', 'success', '',"
            " now() - n * interval '1 s', now(), '', '' FROM generate_series(1, 20000) n",
            [cast.acme.pk, cast.campaign.pk],
        )
        cursor.execute("ANALYZE campaigns_run")
    link = get(cast, "member", path(cast)).json()["next"]
    plans: list[str] = []
    with connection.execute_wrapper(explained(plans)):
        assert get(cast, "member", link).status_code == 200
    (plan,) = [p for p in plans if "campaigns_run" in p]
    assert plan.count("Index Cond") == plan.count(" on campaigns_run_") > 1
    assert "Sort  " not in plan  # nothing is sorted: the index has the order


def explained(plans: list[str]) -> Any:
    def wrap(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if "campaigns_run" in sql and sql.startswith("SELECT"):
            with context["cursor"].db.connection.cursor() as cursor:
                cursor.execute("EXPLAIN " + sql, params)
                plans.append("\n".join(line for (line,) in cursor.fetchall()))
        return execute(sql, params, many, context)

    return wrap
