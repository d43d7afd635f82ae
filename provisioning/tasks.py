"""The worker's and the clock's door. A task takes no id: it does a step of whoever is next, so that
no workspace's many requests hold up another's one."""

from celery import shared_task

from orchestrator.events import after
from provisioning import calls, queue, runner
from provisioning.events import (
    ProvisionCancelRequested,
    ProvisionRequested,
    ProvisionRetried,
)
from workspaces.events import SettingsChanged

STEPS_IN_A_ROW = 8  # then another task goes on, behind what else the worker has to do


@shared_task
def work(**_: object) -> None:
    for _step in range(STEPS_IN_A_ROW):
        if not runner.work():
            return
    work.delay()


@after(ProvisionRequested)
@after(ProvisionRetried)
@after(ProvisionCancelRequested)
@shared_task
def wake(provision_id: str) -> None:
    work.delay()


@shared_task(expires=4)
def sweep() -> None:
    """What a kill or a pause has left."""
    if queue.is_anything_due():
        work.delay()


@after(SettingsChanged)
@shared_task
def forget_kept() -> None:
    calls.forget_kept()


@shared_task(expires=600)
def forget_old() -> None:
    calls.forget_old()
