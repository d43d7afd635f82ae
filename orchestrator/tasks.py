"""The clock's door of the floor."""

from celery import shared_task

from orchestrator import outbox, partitions


@shared_task(expires=10)
def sweep_outbox() -> None:
    outbox.sweep()


@shared_task(expires=600)
def make_partitions() -> None:
    partitions.ensure()
