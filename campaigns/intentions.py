"""What somebody asked of n8n: written down before n8n is called, settled by what n8n then says.

    pending = begin(campaign, Target(enabled=False), actor=actor)  # committed
    ...                                       # n8n is called, no transaction is open
    settle(pending, said, actor=actor)        # or withdraw(pending)

Whoever dies in between leaves the row with its intention, and a sweep asks n8n how it ended
(campaigns/sweep.py). The row's version rises when it is settled that something was changed, and
never goes back: what was refused has changed nothing.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from campaigns import written
from campaigns.adoption import reported_of
from campaigns.events import (
    CampaignArchived,
    CampaignChangeFailed,
    CampaignPaused,
    CampaignRenamed,
    CampaignRestored,
    CampaignResumed,
)
from campaigns.models import Campaign, CampaignQuerySet, Reported
from orchestrator import n8n
from orchestrator.events import Actor, Fact, acting, emit
from workspaces import quotas

LEASE = timedelta(seconds=60)
NONE: dict[str, Any] = {
    "intention": None,
    "intended_until": None,
    "intended_by": None,
    "settling_until": None,
}
EDITED = ("name", "enabled", "archived")
SETTLED = [
    *("version", "name", "enabled", "archived_at", "set_aside", "reported", "reported_at"),
    *("active_version_id", "paused_version_id", "served", "expected_at", "next_run_at", "late_at"),
    *NONE,
]

Last = Callable[[Campaign], None]
Reached = list[tuple[type[Fact], tuple[str, ...]]]


class Stale(Exception):
    """The row is not of this version any more."""


class UnderWay(Exception):
    """n8n has not yet said how the last change of this campaign ended."""


class Lost(Exception):
    """Somebody else has settled it meanwhile."""


@dataclass(frozen=True)
class Target:
    """What is to be so; None: as it is."""

    enabled: bool | None = None
    name: str | None = None
    archived: bool | None = None

    def as_json(self) -> dict[str, Any]:
        return {key: value for key, value in asdict(self).items() if value is not None}

    def reached(self, said: n8n.Workflow) -> bool:
        return (
            self.enabled in (None, said.active)
            and self.name in (None, said.name)
            and not (self.archived is True and said.active)
            and not (self.archived is False and said.is_archived)
        )


@dataclass(frozen=True)
class Pending:
    campaign: Campaign  # as it was read, with its workspace and instance
    target: Target
    until: datetime  # its lease; no two intentions of a campaign have the same

    @classmethod
    def left_on(cls, campaign: Campaign) -> "Pending":
        """By somebody who did not come to settle it."""
        wanted = campaign.intention or {}
        target = Target(wanted.get("enabled"), wanted.get("name"), wanted.get("archived"))
        assert campaign.intended_until is not None
        return cls(campaign, target, campaign.intended_until)

    @property
    def row(self) -> CampaignQuerySet:
        return Campaign.objects.filter(pk=self.campaign.pk, intended_until=self.until)

    @property
    def unchanged(self) -> CampaignQuerySet:
        """The row, unless it was set aside meanwhile: nothing else raises its version."""
        return self.row.filter(version=self.campaign.version)


def begin(campaign: Campaign, target: Target, *, actor: Actor) -> Pending:
    """On the row as it was read. Of two at once the second gets UnderWay, and n8n hears nothing
    of it."""
    until = timezone.now() + LEASE
    fitting = Q(archived_at__isnull=target.archived is not False)
    if target.archived:
        fitting |= Q(set_aside=True)
    with acting(actor):
        free = Campaign.objects.filter(fitting, pk=campaign.pk, version=campaign.version)
        if free.filter(intended_until=None).update(
            intention=target.as_json(), intended_until=until, intended_by=asdict(actor)
        ):
            return Pending(campaign, target, until)
    raise refusal(campaign)


def refusal(campaign: Campaign) -> Stale | UnderWay:
    """Why nothing can be begun on the row as it was read."""
    same = Campaign.objects.filter(pk=campaign.pk, version=campaign.version)
    return UnderWay() if same.filter(intended_until__isnull=False) else Stale()


def note(pending: Pending, running: str) -> None:
    """Keeps which version is about to be stopped: afterwards n8n no longer tells."""
    if not pending.unchanged.update(intention={**pending.target.as_json(), "running": running}):
        raise Lost


def withdraw(pending: Pending) -> None:
    """n8n has done nothing, or what it has done cannot be known: the row stays as it is."""
    pending.row.update(**NONE)


def settle(
    pending: Pending, said: n8n.Workflow | None, *, actor: Actor, last: Last | None = None
) -> Campaign:
    """What n8n says is so now; None: it no longer has the workflow. `last` hears of the row in the
    same transaction."""
    target = pending.target
    with acting(actor):
        if target.archived is False:
            quotas.check(pending.campaign.workspace, quotas.Name.CAMPAIGNS)
        row = pending.unchanged.select_for_update(no_key=True).first()
        if row is None:
            raise Lost
        before = _facts(row)
        _write(row, target, said)
        after = _facts(row)
        reached = _reached(target, after)
        if reached or any(before[key] != after[key] for key in EDITED):
            row.version += 1
        row.save(update_fields=SETTLED)
        if said is not None:
            written.write_one(row, said, actor=actor)
        _tell(row, reached, before, after, actor)
        row.refresh_from_db()  # the triggers have had their say
        if last is not None:
            last(row)
    return row


def _write(row: Campaign, target: Target, said: n8n.Workflow | None) -> None:
    was_running = (row.intention or {}).get("running") or row.active_version_id
    now = timezone.now()
    row.intention = row.intended_until = row.intended_by = row.settling_until = None
    row.reported_at = now
    row.reported = str(Reported.MISSING) if said is None else reported_of(said)
    if target.archived and not (said and said.active):
        row.archived_at, row.set_aside, row.enabled = now, False, False
    if said is None:
        return
    if row.active_version_id != (said.active_version_id or ""):
        # Of another version, or of none: what is known of its run is not true any more.
        row.served = row.expected_at = row.next_run_at = row.late_at = None
    row.active_version_id = said.active_version_id or ""
    if said.active:
        row.paused_version_id = ""
    elif was_running:
        row.paused_version_id = was_running
    if target.enabled is not None:
        row.enabled = said.active
    if target.name is not None:
        row.name = said.name[:128]
    if target.archived is False:
        row.archived_at, row.set_aside, row.enabled = None, False, False
        row.name = said.name[:128]


def _facts(row: Campaign) -> dict[str, Any]:
    return {
        "name": row.name,
        "enabled": row.enabled,
        "reported": row.reported,
        "archived": row.archived_at is not None,
    }


def _reached(target: Target, after: dict[str, Any]) -> Reached:
    """What of it is so now, and what that may have changed."""
    told: Reached = []
    if target.name is not None and target.name == after["name"]:
        told.append((CampaignRenamed, ("name",)))
    if target.enabled is not None and target.enabled == after["enabled"]:
        told.append(
            (CampaignResumed if target.enabled else CampaignPaused, ("enabled", "reported"))
        )
    if target.archived is not None and target.archived == after["archived"]:
        archive = CampaignArchived if target.archived else CampaignRestored
        told.append((archive, ("archived", "enabled", "reported", "name")))
    return told


def _tell(
    row: Campaign,
    reached: Reached,
    before: dict[str, Any],
    after: dict[str, Any],
    actor: Actor,
) -> None:
    for fact, keys in reached or [(CampaignChangeFailed, tuple(after))]:
        changed = [key for key in keys if before[key] != after[key]]
        emit(
            fact,
            row,
            actor=actor,
            before={key: before[key] for key in changed},
            after={key: after[key] for key in changed},
        )
