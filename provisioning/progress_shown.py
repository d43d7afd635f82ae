"""A provision as its page shows it: each step with its times and tries, and what is left to do."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns import next_run
from campaigns.serializers import webhook_url
from orchestrator.n8n.rows import Trigger
from provisioning import log
from provisioning.models import Provision, ProvisioningStatus, Step, StepStatus
from provisioning.progress import Progress, StepState
from provisioning.shapes import status_of

TITLES = {
    Step.DB: _("Campaign written down here"),
    Step.N8N: _("Workflow made and published in n8n"),
    Step.WEBHOOK: _("Webhook address linked"),
    Step.COMPLETE: _("Test request sent, answered and heard of"),
}
BY_THE_CLOCK = {
    Step.WEBHOOK: _("Webhook address: none, it starts by itself"),
    Step.COMPLETE: _("Schedule read, and its next run computed"),
}
UNDONE = {
    Step.DB: _("Campaign taken back"),
    Step.N8N: _("Nothing of it is left in n8n"),
    Step.WEBHOOK: _("Webhook address ended"),
    Step.COMPLETE: _("Nothing more is tried"),
}
FACES = {
    StepStatus.PENDING: "unknown",
    StepStatus.RUNNING: "syncing",
    StepStatus.DONE: "live",
    StepStatus.ERROR: "error",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """One step."""

    state: StepState
    title: Any
    undone: bool  # it was there, and was taken back
    seconds: float | None

    @property
    def face(self) -> str:
        return FACES[self.state.status]

    @property
    def is_running(self) -> bool:
        return self.state.status == StepStatus.RUNNING

    @property
    def is_error(self) -> bool:
        return self.state.status == StepStatus.ERROR

    @property
    def is_done(self) -> bool:
        return self.state.status == StepStatus.DONE


def shown(provision: Provision) -> dict[str, Any]:
    """The context of the page's part that changes."""
    events = list(log.events(provision.pk))
    progress = Progress.of(events)
    status = status_of(provision, progress)
    undoing = {Step(event.step) for event in events if event.undoing}
    left = [step for step in undoing if progress.steps[step].status == StepStatus.ERROR]
    return {
        "provision": provision,
        "status": status,
        "steps": [_step(provision, state, undoing) for state in progress.steps.values()],
        "ended": status in ("done", "canceled"),
        # Nobody tries again by itself: somebody has to see to it.
        "left_over": left if provision.due_at is None and provision.held_until is None else [],
        "seconds": _seconds(provision.created_at, _end(provision, events, status)),
        **(_result(provision) if status == "done" else {}),
    }


def _step(provision: Provision, state: StepState, undoing: set[Step]) -> Shown:
    undone = state.step in undoing and not state.begun
    title = TITLES[state.step]
    if provision.template.trigger != Trigger.WEBHOOK:
        title = BY_THE_CLOCK.get(state.step, title)
    running = state.status == StepStatus.RUNNING
    end = timezone.now() if running else state.ended_at
    return Shown(
        state, UNDONE[state.step] if undone else title, undone, _seconds(state.started_at, end)
    )


def _seconds(start: datetime | None, end: datetime | None) -> float | None:
    if start is None or end is None:
        return None
    return max(0.0, (end - start).total_seconds())


def _end(provision: Provision, events: list[ProvisioningStatus], status: str) -> datetime | None:
    """None: it has none, and the time goes on."""
    if provision.ended_at is not None:
        return provision.ended_at
    return events[-1].created_at if status == "error" and events else timezone.now()


def _result(provision: Provision) -> dict[str, Any]:
    campaign = provision.campaign
    if campaign is None:  # deleted since
        return {}
    by_clock = provision.template.trigger == Trigger.SCHEDULE
    return {
        "campaign": campaign,
        "webhook_url": webhook_url(campaign) or "",
        "next_run": next_run.of(campaign) if by_clock else None,
    }
