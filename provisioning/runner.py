"""Does one step of whoever is next, writes down how it went, and says when to look again."""

import random  # noqa: TID251 -- jitter
from datetime import timedelta

import structlog
from django.utils import timezone

from campaigns import announce, making
from orchestrator.events import emit
from provisioning import log as history
from provisioning import queue
from provisioning.events import ProvisionCanceled, ProvisionFailed, ProvisionFinished
from provisioning.job import Failed, Job, Later, Lost
from provisioning.models import Provision, Step, StepStatus
from provisioning.progress import Progress
from provisioning.steps import STEPS

TRIES = 5
FIRST_PAUSE = 1.0  # seconds; doubles, half of it by chance
LONGEST_PAUSE = 30.0

log = structlog.get_logger(__name__)


def work() -> bool:
    """Whether there was anything to do."""
    claimed = queue.claim()
    if claimed is None:
        return False
    id, lease = claimed
    rows = Provision.objects.select_related("workspace", "campaign", "instance", "template")
    job = Job(rows.get(pk=id), lease)
    try:
        _undo_next(job) if job.provision.canceling else _do_next(job)
    except Lost:
        log.info("provision_lost", provision_id=str(id))
    if (campaign := job.provision.campaign) is not None:
        campaign.refresh_from_db()
        announce.edited(campaign)
    return True


def _do_next(job: Job) -> None:
    progress = Progress.of(history.events(job.provision.pk))
    step = progress.next_step
    if step is None:
        _finish(job)
        return
    attempt = _begin(job, step, progress.steps[step].attempt)
    try:
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
    return last + 1


def _done(job: Job, step: Step, attempt: int) -> None:
    with job.holding() as provision:
        history.write(provision, step, StepStatus.DONE, attempt=attempt)
        provision.attempt = 0
        _release(provision, timedelta(0))


def _later(job: Job, step: Step, attempt: int, why: Later) -> None:
    if job.provision.attempt >= TRIES:
        _fail(job, step, attempt, Failed(why.code, str(why)))
        return
    pause = min(FIRST_PAUSE * 2 ** (job.provision.attempt - 1), LONGEST_PAUSE)
    pause *= 0.5 + random.random() / 2  # noqa: S311 -- so that not all come back at once
    with job.holding() as provision:
        _release(provision, timedelta(seconds=max(pause, why.after or 0)))


def _fail(job: Job, step: Step, attempt: int, why: Failed) -> None:
    with job.holding() as provision:
        history.write(
            provision, step, StepStatus.ERROR, attempt=attempt, code=why.code, message=str(why)
        )
        if provision.campaign_id is not None:
            making.fail(provision.campaign_id)
        _release(provision, None)
        emit(
            ProvisionFailed,
            provision,
            actor=job.actor,
            after={"step": step, "code": why.code},
            provision_id=provision.pk,
        )


def _finish(job: Job) -> None:
    with job.holding() as provision:
        provision.ended, provision.ended_at = Provision.Ended.DONE, timezone.now()
        provision.save(update_fields=["ended", "ended_at"])
        _release(provision, None)
        emit(ProvisionFinished, provision, actor=job.actor, provision_id=provision.pk)


def _undo_next(job: Job) -> None:
    progress = Progress.of(history.events(job.provision.pk))
    step = progress.last_done
    if step is None:
        _canceled(job)
        return
    try:
        STEPS[step].undo(job)
    except (Failed, Later) as why:
        _not_undone(job, step, why)
    else:
        with job.holding() as provision:
            history.write(provision, step, StepStatus.PENDING, undoing=True)
            provision.attempt = 0
            _release(provision, timedelta(0))


def _not_undone(job: Job, step: Step, why: Failed | Later) -> None:
    """It is tried again for a while, then said: a person has to see to what is left."""
    with job.holding() as provision:
        provision.attempt += 1
        provision.save(update_fields=["attempt"])
        final = isinstance(why, Failed) or provision.attempt >= TRIES
        if final:
            history.write(
                provision, step, StepStatus.ERROR, code=why.code, message=str(why), undoing=True
            )
        _release(provision, None if final else timedelta(seconds=2**provision.attempt))


def _canceled(job: Job) -> None:
    with job.holding() as provision:
        provision.ended, provision.ended_at = Provision.Ended.CANCELED, timezone.now()
        provision.save(update_fields=["ended", "ended_at"])
        _release(provision, None)
        emit(ProvisionCanceled, provision, actor=job.actor, provision_id=provision.pk)


def _release(provision: Provision, after: timedelta | None) -> None:
    """Given back; `after` what it is to be looked at again, None: not before somebody asks."""
    provision.held_until = None
    provision.due_at = None if after is None else timezone.now() + after
    provision.save(update_fields=["held_until", "due_at", "attempt"])
