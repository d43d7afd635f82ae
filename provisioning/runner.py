"""Does one step of whoever is next, writes down how it went, and says when to look again."""

import random  # noqa: TID251 -- jitter
from datetime import timedelta

import structlog
from django.utils import timezone

from campaigns import making
from orchestrator.events import emit
from provisioning import announce, queue
from provisioning import log as history
from provisioning.events import ProvisionCanceled, ProvisionFailed, ProvisionFinished
from provisioning.job import WHOLE, Failed, Job, Later, Lost
from provisioning.models import Provision, Step, StepStatus
from provisioning.progress import Progress
from provisioning.steps import STEPS

TRIES = 5
FIRST_PAUSE = 1.0  # seconds; doubles, half of it by chance
LONGEST_PAUSE = 30.0
AT_ONCE = timedelta(0)

log = structlog.get_logger(__name__)


def work() -> bool:
    """Whether there was anything to do."""
    claimed = queue.claim()
    if claimed is None:
        return False
    id, holder = claimed
    job = Job(Provision.objects.select_related(*WHOLE).get(pk=id), holder)
    try:
        with queue.renewed(id, holder):
            _undo_next(job) if job.provision.canceling else _do_next(job)
    except Lost:
        log.info("provision_lost", provision_id=str(id))
    return True


def _do_next(job: Job) -> None:
    progress = Progress.of(history.events(job.provision.pk))
    step = progress.next_step
    assert step is not None  # the last one ends it
    attempt = _begin(job, step, progress.steps[step].attempt)
    try:
        job.refuse_if_stopped()
        STEPS[step].do(job)
    except Later as later:
        _later(job, step, attempt, later)
    except Failed as failed:
        _fail(job, step, attempt, failed)
    else:
        _done(job, step, attempt)


def _begin(job: Job, step: Step, last: int) -> int:
    with job.holding() as provision:
        provision.step, provision.attempt = step, provision.attempt + 1
        provision.save(update_fields=["step", "attempt"])
        history.write(provision, step, StepStatus.RUNNING, attempt=last + 1)
        if provision.campaign_id is not None:
            making.go_on(provision.campaign_id)
    announce.moved(job.provision)
    return last + 1


def _done(job: Job, step: Step, attempt: int) -> None:
    with job.holding() as provision:
        history.write(provision, step, StepStatus.DONE, attempt=attempt)
        provision.attempt = 0
        if step == list(STEPS)[-1] and not provision.canceling:
            provision.ended, provision.ended_at = Provision.Ended.DONE, timezone.now()
            emit(ProvisionFinished, provision, actor=job.actor, provision_id=provision.pk)
        _release(provision, None if provision.ended else AT_ONCE)
    announce.turned(job.provision, job.provision.campaign if provision.ended else None)


def _later(job: Job, step: Step, attempt: int, why: Later) -> None:
    """Why it waits is said, so that nobody looks at a wheel that turns for no reason."""
    if job.provision.attempt >= TRIES:
        _fail(job, step, attempt, Failed(why.code, str(why)))
        return
    pause = timedelta(seconds=max(_pause(job.provision.attempt), why.after or 0))
    with job.holding() as provision:
        history.write(
            provision, step, StepStatus.RUNNING, attempt=attempt, code=why.code, message=str(why)
        )
        _release(provision, AT_ONCE if provision.canceling else pause)
    announce.moved(job.provision)


def _fail(job: Job, step: Step, attempt: int, why: Failed) -> None:
    with job.holding() as provision:
        history.write(
            provision, step, StepStatus.ERROR, attempt=attempt, code=why.code, message=str(why)
        )
        if provision.campaign_id is not None:
            making.fail(provision.campaign_id)
        _release(provision, AT_ONCE if provision.canceling else None)
        emit(
            ProvisionFailed,
            provision,
            actor=job.actor,
            after={"step": step, "code": why.code},
            provision_id=provision.pk,
        )
    announce.turned(job.provision, job.provision.campaign)


def _undo_next(job: Job) -> None:
    step = Progress.of(history.events(job.provision.pk)).last_done
    if step is None:
        _canceled(job)
        return
    with job.holding() as provision:
        provision.attempt += 1
        provision.save(update_fields=["attempt"])
        history.write(provision, step, StepStatus.RUNNING, attempt=provision.attempt, undoing=True)
    announce.moved(job.provision)
    campaign = job.provision.campaign
    try:
        STEPS[step].undo(job)
    except (Failed, Later) as why:
        _not_undone(job, step, why)
    else:
        with job.holding() as provision:
            history.write(provision, step, StepStatus.PENDING, undoing=True)
            provision.attempt = 0
            _release(provision, AT_ONCE)
    announce.turned(job.provision, campaign)


def _not_undone(job: Job, step: Step, why: Failed | Later) -> None:
    """It is tried again for a while, then said: a person has to see to what is left."""
    with job.holding() as provision:
        final = isinstance(why, Failed) or provision.attempt >= TRIES
        history.write(
            provision,
            step,
            StepStatus.ERROR if final else StepStatus.RUNNING,
            attempt=provision.attempt,
            code=why.code,
            message=str(why),
            undoing=True,
        )
        _release(provision, None if final else timedelta(seconds=_pause(provision.attempt)))


def _canceled(job: Job) -> None:
    with job.holding() as provision:
        provision.ended, provision.ended_at = Provision.Ended.CANCELED, timezone.now()
        _release(provision, None)
        emit(ProvisionCanceled, provision, actor=job.actor, provision_id=provision.pk)
    announce.moved(job.provision)


def _pause(attempt: int) -> float:
    pause: float = min(FIRST_PAUSE * 2 ** (attempt - 1), LONGEST_PAUSE)
    return pause * (0.5 + random.random() / 2)  # noqa: S311 -- so that not all come back at once


def _release(provision: Provision, after: timedelta | None) -> None:
    """Given back; `after` what it is to be looked at again, None: not before somebody asks."""
    provision.held_until = None
    provision.due_at = None if after is None else timezone.now() + after
    provision.save(update_fields=["held_until", "due_at", "attempt", "ended", "ended_at"])
