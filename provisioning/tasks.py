"""The worker's and the clock's door. A task takes no id: it goes on with whoever is next, so that
no workspace's many requests hold up another's one."""

import uuid
from typing import Any

from celery import shared_task
from celery.signals import worker_init

from orchestrator.events import after
from provisioning import calls, front, mails, queue, runner
from provisioning.events import (
    ProvisionCancelRequested,
    ProvisionFinished,
    ProvisionRequested,
    ProvisionRetried,
)
from workspaces.events import SettingsChanged
from workspaces.mails import TRIED_AGAIN

IN_A_ROW = 3  # provisions; then another task goes on, behind what else the worker has to do


@worker_init.connect
def prepare(**_: Any) -> None:
    front.keep_loop()


@shared_task
def work() -> None:
    for _turn in range(IN_A_ROW):
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
