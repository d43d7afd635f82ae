"""When a campaign runs next by its own schedule, which run is waited for, and when that is late."""

from datetime import datetime, timedelta

from campaigns.models import Campaign
from campaigns.schedules import Schedule

EARLY = timedelta(seconds=1)  # clocks differ: a run may seem to start before its time
SHORTEST = timedelta(seconds=60)  # that a run may be late
SHARE = 0.1  # of the period


def expect(
    schedule: Schedule, after: datetime, last_run: datetime | None = None
) -> tuple[datetime | None, datetime | None, datetime | None]:
    """The run that is waited for, the next one (both the first after `after`), when it is late."""
    due = schedule.next_after(after, last_run)
    return due, due, due and late_at(schedule, due)


def late_at(schedule: Schedule, due: datetime) -> datetime:
    following = schedule.next_after(due, due)
    period = following - due if following else timedelta()
    return due + max(SHORTEST, period * SHARE)


def move_on(campaign: Campaign, now: datetime) -> None:
    """Its next run's time has come: that is waited for, unless an earlier one still is."""
    due, schedule = campaign.next_run_at, campaign.schedule
    if due is None or schedule is None or campaign.reported != "active":
        campaign.expected_at = campaign.next_run_at = campaign.late_at = None
        return
    read = Schedule.from_json(schedule)
    if _came(campaign):
        campaign.expected_at, campaign.late_at = due, late_at(read, due)
    campaign.next_run_at = read.next_after(max(now, due), campaign.last_started_at)


def _came(campaign: Campaign) -> bool:
    """As campaigns_state has it."""
    expected, started = campaign.expected_at, campaign.last_started_at
    return expected is None or (started is not None and started >= expected - EARLY)
