"""Where a provision stands: derived of its events alone, in their order."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from provisioning.models import ProvisioningStatus, Step, StepStatus

ORDER = tuple(Step)


@dataclass(slots=True)
class StepState:
    """One step, as the latest event of it says; `attempt` counts from 1, 0: never begun."""

    step: Step
    status: StepStatus = StepStatus.PENDING
    attempt: int = 0
    begun: bool = False  # and not undone: there may be something of it
    code: str = ""
    message: str = ""
    trouble: str = ""  # code of the try before, also while the next one goes
    started_at: datetime | None = None
    ended_at: datetime | None = None

    def take(self, event: ProvisioningStatus) -> None:
        self.status = StepStatus(event.status)
        self.attempt = event.attempt
        self.code, self.message = event.code, event.error or ""
        if event.code or event.status != StepStatus.RUNNING:
            self.trouble = event.code
        if event.status == StepStatus.RUNNING:
            if self.ended_at is not None or self.started_at is None:
                self.started_at = event.created_at
            self.ended_at = None
        elif event.status == StepStatus.PENDING:  # undone, or to be tried again
            self.started_at = self.ended_at = None
        else:
            self.ended_at = event.created_at
        self.begun = event.status != StepStatus.PENDING or (self.begun and not event.undoing)

    def as_json(self) -> dict[str, Any]:
        shown: dict[str, Any] = {
            "step": self.step.value,
            "status": self.status.value,
            "attempt": self.attempt,
            "startedAt": self.started_at,
            "endedAt": self.ended_at,
        }
        if self.code:
            shown["error"] = {"code": self.code, "message": self.message}
        return shown


@dataclass(slots=True)
class Progress:
    """`status` is queued, running, error, canceling, canceled or done."""

    steps: dict[Step, StepState] = field(
        default_factory=lambda: {step: StepState(step) for step in ORDER}
    )
    undoing: bool = False

    @classmethod
    def of(cls, events: Iterable[ProvisioningStatus]) -> "Progress":
        found = cls()
        for event in events:
            found.undoing |= event.undoing
            found.steps[Step(event.step)].take(event)
        return found

    @property
    def status(self) -> str:
        states = [state.status for state in self.steps.values()]
        if self.undoing and not any(state.begun for state in self.steps.values()):
            return "canceled"
        if StepStatus.ERROR in states:
            return "error"
        if self.undoing:
            return "canceling"
        if all(state == StepStatus.DONE for state in states):
            return "done"
        began = states[1:] != [StepStatus.PENDING] * (len(states) - 1)
        return "running" if began else "queued"

    @property
    def tries(self) -> dict[Step, int]:
        """Which try of each step is next, from 1; of what is done, the last."""
        return {
            step: state.attempt + (state.status != StepStatus.DONE)
            for step, state in self.steps.items()
        }

    @property
    def next_step(self) -> Step | None:
        """What is to be done next; None: nothing is left."""
        for step, state in self.steps.items():
            if state.status != StepStatus.DONE:
                return step
        return None

    @property
    def last_done(self) -> Step | None:
        """What a rollback undoes next: also what may have been begun."""
        for step in reversed(ORDER):
            if self.steps[step].begun:
                return step
        return None
