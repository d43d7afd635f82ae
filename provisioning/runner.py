"""Goes on with whoever is next, step by step, writes down how each went, and says when to look
again."""

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
    progress = Progress.of(history.events(id))
    job = Job(Provision.objects.select_related(*WHOLE).get(pk=id), holder, progress.tries)
    try:
        with queue.renewed(id, holder):
            if job.provision.canceling:
                _undo_next(job, progress.last_done)
            else:
                _go_on(job, progress.next_step)
    except Lost:
        log.info("provision_lost", provision_id=str(id))
    return True


def _go_on(job: Job, step: Step | None) -> None:
    """Until a step is not done at once."""
    assert step is not None  # the last one ends it
    with job.holding():
        _begin(job, step)
    announce.moved(job.provision)
    while step is not None:
        step = _do(job, step)


def _do(job: Job, step: Step) -> Step | None:
    """The next one, if this is done."""
    try:
        job.refuse_if_stopped()
        STEPS[step].do(job)
    except Later as later:
        _later(job, step, later)
    except Failed as failed:
        _fail(job, step, failed)
    else:
        return _done(job, step)
    return None


def _begin(job: Job, step: Step) -> None:
    provision = job.provision
    provision.step, provision.attempt = step, provision.attempt + 1
    provision.save(update_fields=["step", "attempt"])
    history.write(provision, step, StepStatus.RUNNING, attempt=job.tries[step])
    if provision.campaign_id is not None:
        making.go_on(provision.campaign_id)


def _done(job: Job, step: Step) -> Step | None:
    """The next one, which is begun in the same transaction."""
    following = _after(step)
    with job.holding() as provision:
        history.write(provision, step, StepStatus.DONE, attempt=job.tries[step])
        provision.attempt = 0
        if provision.canceling:
            following = None
            _release(provision, AT_ONCE)
        elif following is not None:
            _begin(job, following)
        else:
            provision.ended, provision.ended_at = Provision.Ended.DONE, timezone.now()
            emit(ProvisionFinished, provision, actor=job.actor, provision_id=provision.pk)
            _release(provision, None)
    announce.turned(job.provision, job.provision.campaign if provision.ended else None)
    return following


def _after(step: Step) -> Step | None:
    order = list(STEPS)
    return next(iter(order[order.index(step) + 1 :]), None)


def _later(job: Job, step: Step, why: Later) -> None:
    """Why it waits is said, so that nobody looks at a wheel that turns for no reason."""
    if job.provision.attempt >= TRIES:
        _fail(job, step, Failed(why.code, str(why)))
        return
    pause = timedelta(seconds=max(_pause(job.provision.attempt), why.after or 0))
    with job.holding() as provision:
        _write_why(job, step, StepStatus.RUNNING, why)
        _release(provision, AT_ONCE if provision.canceling else pause)
    announce.moved(job.provision)


def _fail(job: Job, step: Step, why: Failed) -> None:
    with job.holding() as provision:
        _write_why(job, step, StepStatus.ERROR, why)
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


def _write_why(job: Job, step: Step, status: StepStatus, why: Failed | Later) -> None:
    attempt = job.tries[step]
    history.write(job.provision, step, status, attempt=attempt, code=why.code, message=str(why))


def _undo_next(job: Job, step: Step | None) -> None:
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
