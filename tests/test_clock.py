"""What the time alone changes: by the clock's tick, and by who reads while no clock goes."""

import threading
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from campaigns import clock
from campaigns.models import Campaign, WorkspaceClock
from campaigns.schedules import Schedule
from campaigns.schedules.schedule import Rule
from orchestrator import realtime
from tests import processes
from tests.cast import Cast, campaign_of
from tests.product import Product
from workspaces.models import Instance

EVERY_MINUTE = Schedule("Europe/Berlin", (Rule("0 * * * * *"),))


@pytest.fixture
def frames(monkeypatch: pytest.MonkeyPatch) -> list[realtime.Frame]:
    """What goes to sockets."""
    sent: list[realtime.Frame] = []
    monkeypatch.setattr(realtime, "publish_sync", lambda _, some: sent.extend(some))
    return sent


def shown(campaign: Campaign) -> tuple[str, str, str]:
    campaign.refresh_from_db()
    return campaign.n8n_status, campaign.sync_status, campaign.reason


def since(**parts: float) -> datetime:
    return timezone.now() - timedelta(**parts)


def heard(alive: float, synced: float) -> None:
    """Seconds ago."""
    Instance.objects.update(alive_at=since(seconds=alive), last_ok_at=since(seconds=synced))


def test_who_looks_at_a_bar_that_stays_as_it_was_locks_nothing(cast: Cast) -> None:
    """Else pages would wait for each other's commits, and each look would be a write."""
    clock.bars([cast.acme.pk])
    clock.bars([cast.acme.pk])
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT xmax::text FROM workspaces_health WHERE workspace_id = %s", [cast.acme.pk]
        )
        assert cursor.fetchone() == ("0",)


@pytest.mark.parametrize(
    ("alive", "synced", "silent"),
    [(89, 900, False), (900, 179, False), (91, 181, True), (9000, 9000, True)],
)
def test_an_n8n_is_silent_when_neither_push_nor_poll_hears_it(
    alive: float, synced: float, silent: bool, cast: Cast, frames: list[realtime.Frame]
) -> None:
    heard(alive, synced)
    clock.tick()
    assert shown(cast.campaign)[0] == ("unknown" if silent else "active")
    assert bool([f for f in frames if f.kind == "campaign.changed"]) is silent
    assert bool([f for f in frames if f.kind == "health.changed"]) is silent


def test_what_it_says_next_is_believed_at_once(cast: Cast, frames: list[realtime.Frame]) -> None:
    heard(9000, 9000)
    clock.tick()
    assert shown(cast.campaign) == ("unknown", "stale", "n8n_silent")
    heard(0, 9000)
    clock.tick()
    assert shown(cast.campaign) == ("active", "live", "")


def test_old_news_is_stale_after_the_time_that_the_workspace_sets(
    cast: Cast, frames: list[realtime.Frame]
) -> None:
    cast.acme.stale_after_seconds = 60
    cast.acme.save()
    heard(80, 80)  # alive for n8n, old for Acme
    clock.tick()
    assert shown(cast.campaign) == ("active", "stale", "silent")
    assert shown(cast.foreign) == ("active", "live", "")
    Campaign.objects.filter(pk=cast.campaign.pk).update(heard_at=since(seconds=59))
    assert shown(cast.campaign) == ("active", "live", "")
    assert cast.campaign.due_at is not None
    Campaign.objects.filter(pk=cast.campaign.pk).update(heard_at=since(seconds=61))
    assert shown(cast.campaign) == ("active", "stale", "silent")
    cast.acme.stale_after_seconds = 300
    cast.acme.save()
    clock.tick()
    assert shown(cast.campaign) == ("active", "live", "")


def test_a_run_that_does_not_come_is_late_when_its_time_is_over(
    cast: Cast, frames: list[realtime.Frame]
) -> None:
    c = cast.campaign
    soon = timezone.now() + timedelta(seconds=1)
    Campaign.objects.filter(pk=c.pk).update(expected_at=since(seconds=60), late_at=soon)
    clock.tick()
    assert shown(c) == ("active", "live", "")
    assert not frames
    time.sleep(1.05)
    assert shown(c) == ("active", "live", "")  # nobody looked yet
    clock.tick()
    assert shown(c) == ("active", "stale", "late")
    assert [f.kind for f in frames] == ["campaign.changed", "health.changed"]


def test_drift_shows_after_a_minute_and_goes_with_its_cause(
    cast: Cast, frames: list[realtime.Frame]
) -> None:
    c = cast.campaign
    Campaign.objects.filter(pk=c.pk).update(reported="inactive")
    assert drift_of(c) is False
    with connection.cursor() as cursor:  # as if it had been so for a minute
        cursor.execute(
            "UPDATE campaigns_campaign SET differs_since = now() - interval '59 s' WHERE id = %s",
            [c.pk],
        )
    assert drift_of(c) is False
    time.sleep(1.05)
    clock.tick()
    assert drift_of(c) is True
    Campaign.objects.filter(pk=c.pk).update(enabled=False)
    assert drift_of(c) is None


def drift_of(campaign: Campaign) -> bool | None:
    """None: nothing differs."""
    campaign.refresh_from_db()
    return None if campaign.differs_since is None else campaign.drift


def run_key(campaign: Campaign, seen: str, **values: Any) -> None:
    result = values.get("result", "running")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO campaigns_run_key (run_id, campaign_id, day, execution_id, result, manual,"
            " sent_at, seen_at) VALUES (%s, %s, current_date, %s, %s, %s, now(),"
            " now() - %s::interval)",
            [
                uuid.uuid4(),
                campaign.pk,
                values.get("execution", "1"),
                result,
                values.get("manual", False),
                seen,
            ],
        )


def test_a_run_that_nobody_saw_for_an_hour_is_stuck_until_somebody_does(
    cast: Cast, frames: list[realtime.Frame]
) -> None:
    c = cast.campaign
    Campaign.objects.filter(pk=c.pk).update(running=1)
    run_key(c, "59 min")
    clock.tick()
    assert shown(c) == ("syncing", "syncing", "")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE campaigns_run_key SET seen_at = now() - interval '61 min'")
    clock.tick()
    assert shown(c) == ("error", "error", "stuck")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE campaigns_run_key SET seen_at = now()")
    clock.tick()
    assert shown(c) == ("syncing", "syncing", "")


@pytest.mark.parametrize("other", [{"manual": True}, {"result": "waiting"}])
def test_manual_and_waiting_runs_are_never_stuck(
    other: dict[str, Any], cast: Cast, frames: list[realtime.Frame]
) -> None:
    Campaign.objects.filter(pk=cast.campaign.pk).update(running=1)
    run_key(cast.campaign, "3 h", **other)
    clock.tick()
    assert shown(cast.campaign)[2] == ""


def test_a_sync_that_was_lost_does_not_turn_for_ever(
    cast: Cast, frames: list[realtime.Frame]
) -> None:
    soon = timezone.now() + timedelta(seconds=1)
    WorkspaceClock.objects.filter(workspace=cast.acme).update(syncing_until=soon)
    assert shown(cast.campaign) == ("syncing", "syncing", "")
    time.sleep(1.05)
    clock.tick()
    assert shown(cast.campaign) == ("active", "live", "")


# --- schedules --------------------------------------------------------------------------------


def scheduled(cast: Cast, **facts: Any) -> Campaign:
    return campaign_of(
        cast.acme, "Nightly", trigger="schedule", schedule=EVERY_MINUTE.to_json(), **facts
    )


def minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


def test_after_a_run_the_next_one_is_expected(cast: Cast, frames: list[realtime.Frame]) -> None:
    now = datetime.now(UTC)
    this = minute(now)
    c = scheduled(
        cast,
        next_run_at=this,
        expected_at=this - timedelta(seconds=60),
        last_started_at=this - timedelta(seconds=59.9),
    )
    clock.tick()
    c.refresh_from_db()
    assert (c.expected_at, c.next_run_at) == (this, this + timedelta(seconds=60))
    assert c.late_at == this + timedelta(seconds=60)
    assert frames


def test_one_that_did_not_come_is_waited_for_while_the_next_is_shown(
    cast: Cast, frames: list[realtime.Frame]
) -> None:
    this = minute(datetime.now(UTC))
    missed = this - timedelta(seconds=120)
    c = scheduled(
        cast,
        next_run_at=this,
        expected_at=missed,
        late_at=missed + timedelta(seconds=60),
        last_started_at=missed - timedelta(seconds=60),
    )
    clock.tick()
    assert shown(c) == ("active", "stale", "late")
    assert (c.expected_at, c.next_run_at) == (missed, this + timedelta(seconds=60))
    Campaign.objects.filter(pk=c.pk).update(last_started_at=timezone.now())
    assert shown(c) == ("active", "live", "")


# --- two at once, and none --------------------------------------------------------------------


def test_who_reads_while_no_clock_goes_reads_the_truth(
    cast: Cast, frames: list[realtime.Frame]
) -> None:
    c = cast.campaign
    owner = cast.client("owner")
    owner.get(f"/api/campaigns/{c.pk}")  # the first takes longer
    Campaign.objects.filter(pk=c.pk).update(
        expected_at=since(seconds=120), late_at=timezone.now() + timedelta(seconds=0.1)
    )
    time.sleep(0.2)
    assert owner.get(f"/api/campaigns/{c.pk}").json()["syncStatus"] == "live"  # the clock's to do
    time.sleep(1.6)
    assert owner.get(f"/api/campaigns/{c.pk}").json()["syncStatus"] == "stale"
    assert 'data-status="stale"' in owner.get("/w/acme/").content.decode()


def test_two_clocks_at_once_change_everything_once(product: Product) -> None:
    ids = [product.campaign(f"clock {n}")[0] for n in range(20)]
    with product.db() as db:
        for round in range(5):
            db.execute(
                "UPDATE campaigns_campaign SET expected_at = now() - interval '2 min',"
                " last_started_at = NULL, late_at = now() + interval '0.4 s' WHERE id = ANY (%s)",
                [ids],
            )
            before = versions(db, ids)
            time.sleep(0.41)
            at_once(lambda mine: mine.execute("SELECT campaigns_tick(NULL, '0 s')"), product)
            once = {id: v + 1 for id, v in before.items()}
            # The product's own clock may hold some: what it holds the others skip.
            processes.wait_until(partial(same, db, once), 10)
            assert versions(db, ids) == once, round
            db.execute(
                "UPDATE campaigns_campaign SET expected_at = NULL, late_at = NULL"
                " WHERE id = ANY (%s)",
                [ids],
            )


def same(db: Any, expected: dict[uuid.UUID, int]) -> bool:
    return versions(db, list(expected)) == expected


def at_once(call: Callable[[Any], object], product: Product) -> None:
    begin = threading.Barrier(3)

    def one() -> None:
        with product.db() as mine:
            begin.wait()
            call(mine)

    threads = [threading.Thread(target=one) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def versions(db: Any, ids: list[uuid.UUID]) -> dict[uuid.UUID, int]:
    return dict(
        db.execute(
            "SELECT id, state_version FROM campaigns_campaign WHERE id = ANY (%s)", [ids]
        ).fetchall()
    )
