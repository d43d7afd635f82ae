"""What a campaign was said to be, kept: each change once, with its cause, and no run that is well.

The campaign's own facts change by the services and calls that change them in the product.
"""

import itertools
import json
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from campaigns import clock, intentions, services
from campaigns.intentions import Target
from campaigns.models import Campaign, StateChange, WorkspaceClock
from campaigns.seen import seen
from campaigns.sweep import settle_overdue
from campaigns.sync import SyncFailed
from campaigns.written import Known, write_down
from orchestrator import n8n, partitions
from orchestrator.events import Actor, ActorType, acting, system
from orchestrator.n8n.rows import Tag
from tests.cast import Cast
from tests.test_runs import pushed, take
from workspaces import settings as workspace_settings
from workspaces.models import Instance

OWNER = Actor(ActorType.USER, str(uuid.uuid4()), "owner@acme.test")
KEY = Actor(ActorType.KEY, str(uuid.uuid4()), "Dashboard", on_behalf_of=OWNER.id)
COMMAND = Actor(ActorType.COMMAND, "kill_switch", "kill_switch")
LIVE, FAILED, PAUSED = ("live", ""), ("error", "run_failed"), ("inactive", "paused")
AWAY, SILENT = ("stale", "n8n_unreachable"), ("stale", "n8n_silent")


@pytest.fixture
def campaign(cast: Cast) -> Campaign:
    nobody()
    return cast.campaign


def nobody() -> None:
    """As in a transaction of its own: the one of a test still knows who acted in it before."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('orchestrator.actor_type', '', true)")


def logged(campaign: Campaign) -> list[tuple[Any, Any, str]]:
    """(from, to, cause), in order; the log is a chain."""
    rows = list(StateChange.objects.filter(campaign_id=campaign.pk).order_by("at"))
    for before, after in itertools.pairwise(rows):
        assert (before.became, before.reason) == (after.was, after.was_reason)
        assert before.at < after.at
    return [((r.was, r.was_reason), (r.became, r.reason), r.cause) for r in rows]


def last(campaign: Campaign) -> StateChange:
    return StateChange.objects.filter(campaign_id=campaign.pk).latest("at")


def run(campaign: Campaign, number: int, status: str, minute: int = 0) -> None:
    """Its start and its end, one after the other."""
    at = datetime.now(UTC) - timedelta(minutes=60 - minute)
    take(campaign, pushed("running", execution_id=str(number), sent_at=at))
    ended = {"sent_at": at, "stopped_at": at}
    take(campaign, pushed(status, execution_id=str(number), **ended))


def told(campaign: Campaign, active: bool) -> n8n.Workflow:
    now = timezone.now()
    version = "v1" if active else None
    return n8n.Workflow(
        campaign.n8n_workflow_id,
        campaign.name,
        active,
        [],
        now,
        now,
        active_version_id=version,
        tags=[Tag("1", campaign.workspace.tag)],
    )


def ask(campaign: Campaign, actor: Actor, *, active: bool, **wanted: Any) -> None:
    """As somebody asks it of n8n, which does it."""
    campaign.refresh_from_db()
    pending = intentions.begin(campaign, Target(**wanted), actor=actor)
    intentions.settle(pending, told(campaign, active), actor=actor)
    nobody()


# --- what is not logged --------------------------------------------------------------------------


def test_a_hundred_good_runs_leave_nothing(campaign: Campaign) -> None:
    for number in range(100):
        run(campaign, number, "success", minute=number // 2)
    campaign.refresh_from_db()
    assert campaign.last_execution == 99
    assert logged(campaign) == []


def test_a_sync_under_way_is_no_change(campaign: Campaign) -> None:
    WorkspaceClock.objects.update(syncing_until=timezone.now() + timedelta(seconds=9))
    assert Campaign.objects.get(pk=campaign.pk).n8n_status == "syncing"
    WorkspaceClock.objects.update(syncing_until=None)
    assert logged(campaign) == []


def test_neither_is_what_was_begun_and_taken_back(campaign: Campaign) -> None:
    pending = intentions.begin(campaign, Target(enabled=False), actor=OWNER)
    intentions.withdraw(pending)
    assert logged(campaign) == []


def test_a_failed_campaign_is_said_to_have_failed_while_its_next_run_goes(
    campaign: Campaign,
) -> None:
    run(campaign, 1, "error")
    take(campaign, pushed("running", execution_id="2"))
    assert logged(campaign) == [(LIVE, FAILED, "run")]


# --- causes --------------------------------------------------------------------------------------


def test_a_run_that_fails_and_one_that_goes_well_again(campaign: Campaign) -> None:
    run(campaign, 4711, "error", minute=1)
    assert (last(campaign).execution, last(campaign).result) == (4711, "error")
    run(campaign, 4712, "success", minute=2)
    assert (last(campaign).execution, last(campaign).result) == (4712, "success")
    assert logged(campaign) == [(LIVE, FAILED, "run"), (FAILED, LIVE, "run")]
    assert last(campaign).workspace_id == campaign.workspace_id


def test_a_flapping_campaign_is_logged_at_every_turn_and_never_between(
    campaign: Campaign,
) -> None:
    results = ["error", "error", "success", "crashed", "canceled", "success", "success"]
    for number, result in enumerate(results, start=1):
        run(campaign, number, result, minute=number)
    assert [(to, cause) for _, to, cause in logged(campaign)] == [
        (FAILED, "run"),
        (LIVE, "run"),
        (FAILED, "run"),
        (LIVE, "run"),
    ]
    numbers = StateChange.objects.order_by("at").values_list("execution", flat=True)
    assert list(numbers) == [1, 3, 4, 6]


def test_many_beats_in_one_call_leave_what_remains_true(campaign: Campaign) -> None:
    at = datetime.now(UTC) - timedelta(minutes=9)
    beats = [
        pushed(status, execution_id=str(n), sent_at=at, stopped_at=at + timedelta(seconds=n))
        for n, status in enumerate(["error", "success", "error", "success"])
    ]
    take(campaign, *beats)
    assert logged(campaign) == []
    more = [
        pushed(status, execution_id=str(n), sent_at=at, stopped_at=at + timedelta(seconds=n))
        for n, status in enumerate(["success", "error", "success", "error"], start=10)
    ]
    take(campaign, *more)
    assert logged(campaign) == [(LIVE, FAILED, "run")]
    assert last(campaign).execution == 13


@pytest.mark.parametrize(("then", "changes"), [("success", []), ("crashed", [FAILED])])
def test_what_one_statement_changes_twice_is_one_change_or_none(
    then: str, changes: list[Any], campaign: Campaign
) -> None:
    update = "UPDATE campaigns_campaign SET counted_result = '{}', reported = '{}';"
    twice = update.format("error", "missing") + update.format(then, "active")
    with connection.cursor() as cursor:
        cursor.execute(f"DO $$ BEGIN {twice} END $$")
    assert [to for _, to, _ in logged(campaign)] == changes


def test_an_end_that_is_corrected_by_the_beat_that_ends_a_silence_is_one_change(
    campaign: Campaign,
) -> None:
    """First it is written that it was heard, then, as its end was corrected, what the runs say."""
    at = datetime.now(UTC) - timedelta(minutes=9)
    second = timedelta(seconds=1)
    take(campaign, pushed("success", execution_id="1", sent_at=at, stopped_at=at + 2 * second))
    fails(campaign)
    fails(campaign)
    take(campaign, pushed("error", execution_id="1", sent_at=at, stopped_at=at + second))
    assert logged(campaign) == [(LIVE, AWAY, "n8n"), (AWAY, FAILED, "run")]


@pytest.mark.parametrize(
    ("actor", "cause", "label"),
    [
        (OWNER, "person", "owner@acme.test"),
        (KEY, "key", "Dashboard"),
        (COMMAND, "command", "kill_switch"),
    ],
)
def test_who_pauses_resumes_archives_and_restores_is_named(
    actor: Actor, cause: str, label: str, campaign: Campaign
) -> None:
    ask(campaign, actor, active=False, enabled=False)
    ask(campaign, actor, active=True, enabled=True)
    ask(campaign, actor, active=False, archived=True)
    ask(campaign, actor, active=False, archived=False)
    archived = ("archived", "")
    assert logged(campaign) == [
        (LIVE, PAUSED, cause),
        (PAUSED, LIVE, cause),
        (LIVE, archived, cause),
        (archived, PAUSED, cause),
    ]
    rows = StateChange.objects.order_by("at")
    assert {row.actor for row in rows} == {label}
    assert [row.enabled for row in rows] == [False, True, False, False]


def test_who_asked_is_named_where_a_sweep_settles_it(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    intentions.begin(campaign, Target(enabled=False), actor=OWNER)
    past = timezone.now() - timedelta(seconds=1)
    Campaign.objects.filter(pk=campaign.pk).update(intended_until=past)
    monkeypatch.setattr("campaigns.sweep._ask", lambda row: told(row, active=False))
    monkeypatch.setattr("campaigns.announce._publish", lambda *_: None)
    assert settle_overdue() == 1
    assert logged(campaign) == [(LIVE, PAUSED, "person")]
    assert last(campaign).actor == "owner@acme.test"


def test_who_archives_it_with_its_n8n_is_named(cast: Cast, campaign: Campaign) -> None:
    services.set_aside(cast.acme.instance, actor=OWNER, workspace=cast.acme)
    assert logged(campaign) == [(LIVE, ("archived", ""), "person")]
    assert last(campaign).actor == "owner@acme.test"


def test_who_is_archived_is_said_nothing_more_of(campaign: Campaign) -> None:
    Campaign.objects.update(archived_at=timezone.now())
    run(campaign, 1, "error")
    assert [to for _, to, _ in logged(campaign)] == [("archived", "")]


def test_what_a_sync_finds_is_the_syncs(campaign: Campaign) -> None:
    for active in (False, True):
        campaign.refresh_from_db()
        id = campaign.n8n_workflow_id
        list(
            write_down(
                {id: Known.of(campaign)},
                {id: seen(told(campaign, active), "UTC")},
                {},
                timezone.now(),
                tag_problem=lambda *_: "",
                contested=lambda _: False,
                actor=system("sync"),
            )
        )
    inactive = ("inactive", "")
    assert logged(campaign) == [(LIVE, inactive, "sync"), (inactive, LIVE, "sync")]


def test_what_was_changed_past_every_service_is_said_so(campaign: Campaign) -> None:
    Campaign.objects.update(enabled=False, reported="inactive")
    assert logged(campaign) == [(LIVE, PAUSED, "database")]
    assert last(campaign).actor == ""


def test_a_run_that_does_not_come_is_the_clocks_and_its_start_is_a_runs(
    campaign: Campaign,
) -> None:
    now = timezone.now()
    # As when its time came: the trigger has not looked at it since.
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE campaigns_campaign SET expected_at = %s, late_at = %s",
            [now - timedelta(seconds=70), now + timedelta(milliseconds=80)],
        )
        cursor.execute("SELECT pg_sleep(0.1)")
    clock.tick()
    late = ("stale", "late")
    assert logged(campaign) == [(LIVE, late, "clock")]
    take(campaign, pushed("running", execution_id="1", started_at=timezone.now()))
    assert logged(campaign) == [(LIVE, late, "clock"), (late, LIVE, "run")]
    assert (last(campaign).execution, last(campaign).result) == (None, "")


def test_more_patience_is_the_doing_of_who_set_it(cast: Cast, campaign: Campaign) -> None:
    cast.acme.refresh_from_db()
    cast.acme.stale_after_seconds = 60
    cast.acme.save()
    before = timezone.now() - timedelta(seconds=80)
    Instance.objects.update(alive_at=before, last_ok_at=before)
    Campaign.objects.update(heard_at=before)
    clock.tick()
    more = {"staleAfterSeconds": 300}
    workspace_settings.change(cast.acme, more, version=cast.acme.version, actor=OWNER)
    silent = ("stale", "silent")
    assert logged(campaign) == [(LIVE, silent, "clock"), (silent, LIVE, "person")]
    assert last(campaign).actor == "owner@acme.test"


# --- n8n goes away and comes back ----------------------------------------------------------------


def fails(campaign: Campaign) -> None:
    error = SyncFailed("unreachable", "n8n does not answer.")
    services._failed(campaign.instance, error, at_once=False)


def test_an_n8n_that_goes_away_and_comes_back_is_two_changes(campaign: Campaign) -> None:
    """Also after so long that it is unreachable, silent, and silent for the workspace."""
    fails(campaign)
    assert logged(campaign) == []
    fails(campaign)
    long_ago = timezone.now() - timedelta(hours=1)
    Instance.objects.update(last_ok_at=long_ago, alive_at=long_ago)
    clock.tick()
    assert WorkspaceClock.objects.get(pk=campaign.workspace_id).silent
    fails(campaign)
    services._worked(campaign.instance)
    clock.tick()
    assert logged(campaign) == [(LIVE, AWAY, "n8n"), (AWAY, LIVE, "n8n")]


def test_one_that_falls_silent_and_speaks_again_is_two_changes(campaign: Campaign) -> None:
    long_ago = timezone.now() - timedelta(hours=1)
    Instance.objects.update(last_ok_at=long_ago, alive_at=long_ago)
    clock.tick()
    Instance.objects.update(alive_at=timezone.now())
    clock.tick()
    assert logged(campaign) == [(LIVE, SILENT, "n8n"), (SILENT, LIVE, "n8n")]


def test_a_heartbeat_while_n8n_does_not_answer_is_a_runs(campaign: Campaign) -> None:
    fails(campaign)
    fails(campaign)
    take(campaign, pushed("running", execution_id="1"))
    assert logged(campaign) == [(LIVE, AWAY, "n8n"), (AWAY, LIVE, "run")]


# --- kept ----------------------------------------------------------------------------------------


def test_it_is_there_with_its_change_or_not_at_all(campaign: Campaign) -> None:
    def undone() -> None:
        with acting(OWNER):
            Campaign.objects.update(enabled=False)
            assert len(logged(campaign)) == 1
            raise InterruptedError

    with pytest.raises(InterruptedError):
        undone()
    assert logged(campaign) == []


def test_it_is_kept_as_long_as_runs_are() -> None:
    (entry,) = [t for t in partitions._tables if t.table == "campaigns_statechange"]
    assert entry.keep_days is None  # RETENTION_DAYS
    assert not entry.append_only


def test_its_parts_are_made_ahead_and_dropped(db: None) -> None:
    old = timezone.now() - timedelta(days=settings.RETENTION_DAYS + 70)
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TABLE campaigns_statechange_p{old:%Y%m} PARTITION OF campaigns_statechange"
            f" FOR VALUES FROM ('{old:%Y-%m}-01') TO ('{old:%Y-%m}-02')"
        )
    partitions.ensure()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relname ~ '^campaigns_statechange_p[0-9]+$'"
        )
        names = {name for (name,) in cursor.fetchall()}
    assert f"campaigns_statechange_p{old:%Y%m}" not in names
    assert f"campaigns_statechange_p{timezone.now():%Y%m}" in names


def test_to_look_for_the_change_of_a_statement_reads_few_parts(campaign: Campaign) -> None:
    """As campaigns_log_change looks, whatever the months before hold."""
    with connection.cursor() as cursor:
        cursor.execute(
            "EXPLAIN (ANALYZE, FORMAT JSON) SELECT * FROM campaigns_statechange c"
            " WHERE c.campaign_id = %s AND c.statement_at = statement_timestamp() AND c.at"
            " BETWEEN statement_timestamp() AND statement_timestamp() + interval '1 day'"
            " ORDER BY c.at DESC LIMIT 1",
            [campaign.pk],
        )
        (found,) = cursor.fetchone()
    plan = json.dumps(found)
    now = timezone.now()
    before = (now.replace(day=1) - timedelta(days=1)).strftime("%Y%m")
    assert f"campaigns_statechange_p{now:%Y%m}" in plan
    assert f"campaigns_statechange_p{before}" not in plan


def test_an_older_end_that_comes_later_says_nothing(campaign: Campaign) -> None:
    at = datetime.now(UTC) - timedelta(minutes=5)
    take(campaign, pushed("success", execution_id="9", sent_at=at, stopped_at=at))
    before = at - timedelta(seconds=1)
    take(campaign, pushed("error", execution_id="8", sent_at=before, stopped_at=before))
    assert logged(campaign) == []
