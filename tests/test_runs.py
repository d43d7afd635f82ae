"""Runs that were pushed and polled: one row each, and one state in whatever order they come."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns.heartbeats import Beat, Failure
from campaigns.models import Campaign, WorkspaceClock
from campaigns.seen import seen
from campaigns.statement import INGEST, columns
from campaigns.written import Known, write_down
from orchestrator import n8n
from orchestrator.events import command
from tests.cast import Cast, campaign_of
from tests.workflows import webhook_node
from workspaces import quotas
from workspaces.models import Instance, Quota

NOW = datetime.now(UTC)
ROOT = Path(__file__).resolve().parent.parent
USUAL = {"mode": "webhook"}


def ago(seconds: float) -> datetime:
    return NOW - timedelta(seconds=seconds)


def take(campaign: Campaign, *beats: Beat) -> list[str]:
    """As one call; the verdicts."""
    for beat in beats:
        beat.workflow_id = campaign.n8n_workflow_id
    with connection.cursor() as cursor:
        cursor.execute(INGEST, columns([(campaign.instance_id, beat) for beat in beats]))
        verdicts: list[str] = cursor.fetchone()[0]
    return verdicts


def pushed(status: Any, **fields: Any) -> Beat:
    key = ":".join(str(v) for v in (status, *fields.values()))
    return Beat(**{"heartbeat_id": key, "workflow_id": "", "status": status, **USUAL, **fields})


def polled(status: Any, execution: str, **fields: Any) -> Beat:
    return pushed(status, execution_id=execution, source="polled", **fields)


def rows(sql: str, campaign: Campaign) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, [campaign.pk])
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def history(campaign: Campaign) -> list[tuple[Any, ...]]:
    return rows(
        "SELECT execution_id, result, source, error_message FROM campaigns_run"
        " WHERE campaign_id = %s ORDER BY execution_id",
        campaign,
    )


def open_runs(campaign: Campaign) -> tuple[int, int]:
    campaign.refresh_from_db()
    return campaign.running, campaign.waiting


# --- merged -----------------------------------------------------------------------------------


def test_a_run_that_was_pushed_and_polled_is_one(cast: Cast) -> None:
    c = cast.campaign
    take(c, pushed("running", execution_id="7", sent_at=ago(20)))
    take(c, polled("running", "7", started_at=ago(20), sent_at=ago(20)))
    assert open_runs(c) == (1, 0)
    take(c, polled("success", "7", started_at=ago(20), stopped_at=ago(5), sent_at=ago(5)))
    take(c, pushed("success", execution_id="7", stopped_at=ago(4.9), sent_at=ago(4.9)))
    assert history(c) == [("7", "success", "pushed", "")]
    assert open_runs(c) == (0, 0)


def test_both_ends_of_a_new_run_in_one_call_are_one_run(cast: Cast) -> None:
    c = cast.campaign
    ends = {"execution_id": "5", "started_at": ago(9), "sent_at": ago(9)}
    beats = pushed("running", **ends), pushed("success", **ends, stopped_at=ago(8))
    assert take(c, *beats) == ["accepted", "accepted"]
    assert history(c) == [("5", "success", "pushed", "")]
    assert open_runs(c) == (0, 0)


def test_a_poll_alone_fills_what_nobody_pushed(cast: Cast) -> None:
    c = cast.campaign
    take(c, polled("error", "9", started_at=ago(60), stopped_at=ago(50), sent_at=ago(50)))
    c.refresh_from_db()
    assert (c.last_result, c.observed_source, c.heard_at) == ("error", "poll", None)
    assert (c.n8n_status, c.reason) == ("error", "run_failed")
    assert history(c) == [("9", "error", "polled", "")]


def test_a_poll_does_not_erase_what_a_heartbeat_told_of_the_error(cast: Cast) -> None:
    c = cast.campaign
    failure = Failure("no route", "HTTP Request")
    take(c, pushed("error", execution_id="3", stopped_at=ago(9), sent_at=ago(9), error=failure))
    take(c, polled("error", "3", stopped_at=ago(9), sent_at=ago(9)))
    assert history(c) == [("3", "error", "pushed", "no route")]


def test_a_crash_that_n8n_later_calls_an_error_is_an_error(cast: Cast) -> None:
    c = cast.campaign
    failure = Failure("out of memory", "Code")
    take(c, pushed("crashed", execution_id="3", stopped_at=ago(99), sent_at=ago(9), error=failure))
    take(c, polled("error", "3", stopped_at=ago(9), sent_at=ago(9)))
    assert history(c) == [("3", "error", "pushed", "out of memory")]
    c.refresh_from_db()
    assert c.last_result == "error"


def test_a_waiting_run_that_was_stopped_without_a_word_ends_by_the_poll(cast: Cast) -> None:
    c = cast.campaign
    take(c, pushed("running", execution_id="4", sent_at=ago(90)))
    take(c, pushed("waiting", execution_id="4", stopped_at=ago(80), sent_at=ago(80)))
    assert open_runs(c) == (0, 1)
    take(c, polled("canceled", "4", stopped_at=ago(70), sent_at=ago(70)))
    assert open_runs(c) == (0, 0)
    assert c.n8n_status == "active"


def test_a_token_and_an_execution_that_turn_out_to_be_one_run_become_one(cast: Cast) -> None:
    c = cast.campaign
    take(c, pushed("running", run_id="t", sent_at=ago(30)))
    take(c, polled("running", "11", started_at=ago(30), sent_at=ago(30)))
    assert open_runs(c) == (2, 0)  # nobody can know yet
    take(c, pushed("success", run_id="t", execution_id="11", stopped_at=ago(1), sent_at=ago(1)))
    assert open_runs(c) == (0, 0)
    assert history(c) == [("11", "success", "pushed", "")]
    keys = rows("SELECT token, execution_id FROM campaigns_run_key WHERE campaign_id = %s", c)
    assert keys == [("t", "11")]


def test_the_twin_that_knew_more_is_believed(cast: Cast) -> None:
    c = cast.campaign
    take(c, pushed("running", run_id="t", sent_at=ago(30)))
    take(c, polled("error", "11", stopped_at=ago(2), sent_at=ago(2)))
    take(c, pushed("success", run_id="t", execution_id="11", stopped_at=ago(1), sent_at=ago(1)))
    assert history(c) == [("11", "error", "pushed", "")]
    c.refresh_from_db()
    assert (c.last_result, c.running) == ("error", 0)


def test_a_repeated_poll_changes_nothing_but_when_the_run_was_seen(cast: Cast) -> None:
    c = cast.campaign
    take(c, polled("running", "5", started_at=ago(10), sent_at=ago(10)))
    c.refresh_from_db()
    version = c.state_version
    with connection.cursor() as cursor:
        cursor.execute("UPDATE campaigns_run_key SET seen_at = now() - interval '1 h'")
    take(c, polled("running", "5", started_at=ago(10), sent_at=ago(10)))
    c.refresh_from_db()
    assert c.state_version == version
    assert rows(
        "SELECT seen_at > now() - interval '1 min' FROM campaigns_run_key WHERE campaign_id = %s", c
    ) == [(True,)]


def test_a_report_says_that_it_was_one(cast: Cast) -> None:
    c = cast.campaign
    beat = pushed("success", execution_id="6", stopped_at=ago(1), sent_at=ago(1))
    beat.source = "reported"
    take(c, beat)
    c.refresh_from_db()
    assert c.observed_source == "report"
    assert c.heard_at is not None


def test_a_start_that_is_yet_to_come_counts_as_now(cast: Cast) -> None:
    c = cast.campaign
    ahead = NOW + timedelta(days=9000)
    take(c, pushed("running", execution_id="8", started_at=ahead, sent_at=ahead))
    c.refresh_from_db()
    assert c.last_started_at is not None
    assert c.last_started_at < datetime.now(UTC)  # else no run would ever be late again
    started = rows("SELECT started_at FROM campaigns_run WHERE campaign_id = %s", c)
    assert started == [(c.last_started_at,)]


# --- in any order -----------------------------------------------------------------------------

ENDS = ("crashed", "success", "error", "canceled")


@st.composite
def a_run(draw: st.DrawFn, number: int) -> list[Beat]:
    """What can be reported of one run, consistent in itself: pushed, polled, some of it lost."""
    begun = draw(st.integers(100, 110)) + number * 3
    lasts = draw(st.integers(1, 40))
    ended = begun - lasts
    execution, token = str(100 + number), f"t{number}"
    mode = draw(st.sampled_from(["webhook", "webhook", "manual"]))
    with_token = draw(st.booleans())
    end = draw(st.sampled_from(ENDS))
    corrected = draw(st.sampled_from(["error", None])) if end in ("success", "crashed") else None
    start = {"run_id": token} if with_token else {"execution_id": execution}
    both = {"run_id": token, "execution_id": execution} if with_token else start
    told = [pushed("running", **start, started_at=ago(begun), sent_at=ago(begun))]
    if draw(st.booleans()):
        told.append(polled("running", execution, started_at=ago(begun), sent_at=ago(begun)))
    if lasts > 3 and draw(st.booleans()):  # it waits, and is resumed
        rests, goes_on = ago(begun - 1), ago(begun - 2)
        told.append(pushed("waiting", **both, stopped_at=rests, sent_at=rests))
        told.append(pushed("running", **both, started_at=ago(begun), sent_at=goes_on))
        if draw(st.booleans()):
            told.append(polled("waiting", execution, stopped_at=rests, sent_at=rests))
    for result, shift in ((end, 0.0), (corrected, 0.5)):
        if result is None:
            continue
        sent = ago(ended - shift)
        # A correction may say that the run ended long before.
        stopped = ago(draw(st.integers(ended, begun))) if shift else sent
        times = {"started_at": ago(begun), "stopped_at": stopped}
        door = draw(st.sampled_from(["pushed", "pushed", "reported"]))
        told.append(pushed(result, **both, **times, sent_at=sent, source=door))
        if draw(st.booleans()):
            told.append(polled(result, execution, **times, sent_at=stopped))
    for beat in told:
        beat.mode = mode
    if draw(st.integers(0, 3)) == 0:  # nobody tells of its end, yet
        told = [beat for beat in told if beat.status in ("running", "waiting")]
    return told


@st.composite
def a_story(draw: st.DrawFn) -> tuple[list[Beat], list[Beat | str]]:
    """Everything in order, and the same with repeats in any order, with syncs and ticks between."""
    told = [beat for n in range(draw(st.sampled_from([2, 3, 1]))) for beat in draw(a_run(n))]
    in_order = sorted(told, key=lambda beat: (beat.sent_at, beat.source))
    again: list[Beat | str] = draw(
        st.lists(st.one_of(st.sampled_from(told), st.sampled_from(["tick", "sync"])), max_size=6)
    )
    steps: list[Beat | str] = [*told, *again]
    return in_order, draw(st.permutations(steps))


FACTS = (
    "running, waiting, last_result, last_end_at, counted_result, counted_end_at, counted_execution,"
    " last_started_at, n8n_status, sync_status, reason, drift"
)


def sync(campaign: Campaign, n8n_says: dict[str, Any]) -> None:
    """Writes down what n8n says of the workflow, as each sync does."""
    campaign.refresh_from_db()
    id, active, serves = campaign.n8n_workflow_id, n8n_says["active"], n8n_says["serves"]
    raw = {"id": id, "name": "Told", "active": active, "nodes": [webhook_node("told")]}
    workflow = msgspec.convert(raw | {"createdAt": NOW, "updatedAt": NOW}, n8n.Workflow)
    written = write_down(
        {id: Known.of(campaign)},
        {id: seen(workflow, "UTC") if n8n_says["has"] else None},
        {id: serves},
        NOW,
        tag_problem=lambda *_: "",
        contested=lambda _: False,
        actor=command("test"),
    )
    assert len(list(written)) == 1


def outcome(campaign: Campaign, steps: Sequence[Beat | str], n8n_says: dict[str, Any]) -> Any:
    with transaction.atomic():
        Instance.objects.update(alive_at=datetime.now(UTC))  # however long all this takes
        for step in [*steps, "sync"]:
            match step:
                case "tick":
                    rows("SELECT campaigns_tick(NULL, '0 s') WHERE %s IS NOT NULL", campaign)
                case "sync":
                    sync(campaign, n8n_says)
                case Beat():
                    take(campaign, step)
        state = rows(f"SELECT {FACTS} FROM campaigns_campaign WHERE id = %s", campaign)  # noqa: S608
        told = rows(
            "SELECT execution_id, result, source FROM campaigns_run WHERE campaign_id = %s"
            " ORDER BY 1, 2",
            campaign,
        )
        transaction.set_rollback(True)
    return state, told


@settings(max_examples=250, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    a_story(),
    st.fixed_dictionaries(
        {
            "has": st.sampled_from([True, True, False]),
            "active": st.booleans(),
            "serves": st.sampled_from([True, False, None]),
        }
    ),
)
def test_the_order_of_what_is_told_and_repeats_change_nothing(
    cast: Cast, story: tuple[list[Beat], list[Beat | str]], n8n_says: dict[str, Any]
) -> None:
    in_order, shuffled = story
    expected = outcome(cast.campaign, in_order, n8n_says)
    assert outcome(cast.campaign, shuffled, n8n_says) == expected


# --- quota ------------------------------------------------------------------------------------


def test_over_its_heartbeats_a_workspace_is_refused_and_no_other(cast: Cast) -> None:
    Quota.objects.create(workspace=cast.acme, name=Quota.Name.HEARTBEATS, limit=3)
    other = campaign_of(cast.acme, "Other")
    mine = [pushed("success", execution_id=str(n), sent_at=ago(n)) for n in range(5)]
    for n, beat in enumerate(mine):
        beat.workflow_id = (cast.campaign, other)[n % 2].n8n_workflow_id
    theirs = pushed("success", execution_id="1", sent_at=ago(2))
    theirs.workflow_id = cast.foreign.n8n_workflow_id
    theirs.heartbeat_id = "theirs"
    call = [*mine[:4], theirs, mine[4]]
    with connection.cursor() as cursor:
        cursor.execute(INGEST, columns([("default", beat) for beat in call]))
        verdicts = cursor.fetchone()[0]
    assert [v == "quota_exceeded" for v in verdicts] == [False, False, False, True, False, True]
    assert take(cast.campaign, pushed("success", execution_id="77", sent_at=ago(1))) == [
        "quota_exceeded"
    ]
    # What n8n answers us is not theirs; and the next minute is a new one.
    assert take(cast.campaign, polled("success", "78", stopped_at=ago(1), sent_at=ago(1))) != [
        "quota_exceeded"
    ]
    WorkspaceClock.objects.update(beats_minute=ago(120))
    assert take(cast.campaign, pushed("success", execution_id="79", sent_at=ago(0))) == ["accepted"]


def test_the_usual_quota_is_that_of_the_api() -> None:
    sql = (ROOT / "campaigns/sql/2_runs.sql").read_text()
    assert f"usual constant integer := {quotas.DEFAULTS[quotas.Name.HEARTBEATS]};" in sql
