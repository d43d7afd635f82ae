"""The worker's and the clock's door: ids come in, and each opens its own tenant."""

import uuid
from datetime import timedelta

from celery import Task, shared_task
from django.conf import settings
from django.db import connection
from django.utils import timezone

from campaigns import clock, polling, services, sweep
from campaigns.events import SyncRequested
from campaigns.models import SyncRun
from orchestrator.events import after, system
from workspaces.events import ConnectionChanged, ConnectionRemoved, InstanceConnected
from workspaces.models import Instance

SCHEDULED_RUNS_KEPT = timedelta(days=7)


@after(SyncRequested)
@shared_task
def sync_requested(sync_id: str) -> None:
    run = SyncRun.objects.filter(pk=uuid.UUID(sync_id)).first()
    if run is not None:
        services.run_sync(run, actor=system("sync"))
        poll_instance.delay(run.workspace.instance_id)


@shared_task(expires=50)
def sync_all() -> None:
    services.end_lost()
    for instance in Instance.objects.filter(workspaces__isnull=False).distinct():
        sync_due.apply_async([instance.pk], expires=50)


@shared_task
def sync_due(instance_id: str) -> None:
    instance = Instance.objects.filter(pk=instance_id).first()
    if instance is not None:
        services.sync_due(instance, actor=system("sync"))


@shared_task
def sync_instance(instance_id: str) -> None:
    instance = Instance.objects.filter(pk=instance_id).first()
    if instance is not None:
        services.sync_in_background(
            instance, trigger=SyncRun.Trigger.SCHEDULE, actor=system("sync")
        )


@shared_task(expires=25)
def poll_all() -> None:
    for instance in Instance.objects.filter(workspaces__isnull=False).distinct():
        poll_instance.apply_async([instance.pk], expires=25)


@shared_task
def poll_instance(instance_id: str) -> None:
    instance = Instance.objects.filter(pk=instance_id).first()
    if instance is not None:
        polling.poll(instance)


@after(ConnectionChanged)
@after(ConnectionRemoved)
@after(InstanceConnected)
@shared_task(bind=True, max_retries=10)
def sync_connected(self: Task, instance_id: str) -> None:
    """An n8n that was just named may still be starting: nobody waits a minute to see it."""
    sync_instance(instance_id)
    instance = Instance.objects.filter(pk=instance_id).first()
    if instance is not None and instance.failure == "unreachable":
        raise self.retry(countdown=2)


@shared_task(expires=1)
def tick() -> None:
    clock.tick()


@shared_task(expires=14)
def settle_intentions() -> None:
    sweep.settle_overdue()


@shared_task(expires=600)
def forget_old() -> None:
    """Keys of runs whose day was dropped, and the log of syncs."""
    with connection.cursor() as cursor:
        # An open run is counted in its campaign; a poll ends it if nothing else does.
        cursor.execute(
            "DELETE FROM campaigns_run_key"
            " WHERE day < (now() AT TIME ZONE 'UTC')::date - %s AND end_at IS NOT NULL",
            [settings.RETENTION_DAYS],
        )
    now = timezone.now()
    syncs = SyncRun.objects.filter(created_at__lt=now - timedelta(days=settings.RETENTION_DAYS))
    scheduled = SyncRun.objects.filter(
        trigger=SyncRun.Trigger.SCHEDULE, created_at__lt=now - SCHEDULED_RUNS_KEPT
    )
    (syncs | scheduled).delete()
