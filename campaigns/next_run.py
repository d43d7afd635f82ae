"""When a campaign runs next, as its page says it: in the zone that counts, or why none is known."""

from dataclasses import dataclass
from datetime import datetime

from campaigns.models import Campaign, Reported
from campaigns.schedules import zones


@dataclass(frozen=True, slots=True)
class NextRun:
    at: datetime | None = None
    local: datetime | None = None  # the same on the clock of its zone
    zone: str = ""
    of_workflow: bool = False  # the zone is the workflow's own, and not just its n8n's
    # Where there is none: inactive, bad_schedule, or why nobody can tell, as in `schedule_unknown`;
    # else its trigger, which starts it.
    why: str = ""


def of(campaign: Campaign) -> NextRun:
    if campaign.next_run_at is not None and campaign.schedule is not None:
        zone = campaign.schedule["zone"]
        return NextRun(
            campaign.next_run_at,
            campaign.next_run_at.astimezone(zones.find(zone)),
            zone,
            zone != campaign.instance.timezone,
        )
    return NextRun(why=_why_none(campaign))


def _why_none(campaign: Campaign) -> str:
    if campaign.schedule_problem:
        return "bad_schedule"
    if campaign.trigger != "manual" and campaign.reported != Reported.ACTIVE:
        return "inactive"
    return campaign.schedule_unknown or campaign.trigger
