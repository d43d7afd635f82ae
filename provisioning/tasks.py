"""The worker's and the clock's door. A task takes no id: it does a step of whoever is next, so that
no workspace's many requests hold up another's one."""

import uuid

from celery import shared_task

from orchestrator.events import after
from provisioning import calls, mails, queue, runner
from provisioning.events import (
    ProvisionCancelRequested,
    ProvisionFinished,
    ProvisionRequested,
    ProvisionRetried,
)
from workspaces.events import SettingsChanged
from workspaces.mails import TRIED_AGAIN

STEPS_IN_A_ROW = 8  # then another task goes on, behind what else the worker has to do


@shared_task
def work() -> None:
    for _step in range(STEPS_IN_A_ROW):
        if not runner.work():
            return
    work.delay()


@after(ProvisionRequested)
@after(ProvisionRetried)
@after(ProvisionCancelRequested)
@shared_task
def wake(provision_id: str) -> None:
    work()


@shared_task(expires=2)
def sweep() -> None:
    """What a kill or a pause has left."""
    if queue.is_anything_due():
        work.delay()


@after(ProvisionFinished)
@shared_task(**TRIED_AGAIN)
def tell_creator(provision_id: str) -> None:
    mails.finished(uuid.UUID(provision_id))


@after(SettingsChanged)
@shared_task
def forget_kept() -> None:
    calls.forget_kept()


@shared_task(expires=600)
def forget_old() -> None:
    calls.forget_old()
