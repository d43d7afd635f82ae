"""The steps of a provision, in order: each does its part, or finds it done, and can undo it."""

from collections.abc import Callable
from dataclasses import dataclass

from provisioning.job import Job
from provisioning.models import Step
from provisioning.steps import clone, deliver, link, record


@dataclass(frozen=True, slots=True)
class Work:
    """`do` may be called again after it was killed anywhere; so may `undo`."""

    do: Callable[[Job], None]
    undo: Callable[[Job], None]


STEPS: dict[Step, Work] = {
    Step.DB: Work(record.do, record.undo),
    Step.N8N: Work(clone.do, clone.undo),
    Step.WEBHOOK: Work(link.do, link.undo),
    Step.COMPLETE: Work(deliver.do, deliver.undo),
}
