"""The clock's door of the floor."""

from celery import shared_task

from orchestrator import idempotency, outbox, partitions, rate_limit


@shared_task(expires=10)
def sweep_outbox() -> None:
    outbox.sweep()


@shared_task(expires=600)
def make_partitions() -> None:
    partitions.ensure()


@shared_task(expires=600)
def forget_calls() -> None:
    idempotency.forget()
    rate_limit.forget()
