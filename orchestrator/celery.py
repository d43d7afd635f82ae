"""The worker and the clock. Tasks take ids and are harmless when they run twice."""

import os
from typing import Any

from celery import Celery
from celery.signals import beat_init, celeryd_init, setup_logging
from django.core.exceptions import ImproperlyConfigured

from orchestrator import production

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "orchestrator.settings")

app = Celery("orchestrator")
app.conf.update(
    task_ignore_result=True,
    task_acks_late=True,  # a killed worker's task runs again
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    task_publish_retry=False,  # the outbox is the retry: nobody waits for an absent broker
    broker_connection_retry_on_startup=True,
    broker_transport_options={
        "visibility_timeout": 600,
        "socket_connect_timeout": 1,
        "socket_timeout": 3,
        "socket_keepalive": True,
    },
    worker_send_task_events=False,
    timezone="UTC",
    # The clock has a worker of its own: what n8n keeps the others waiting with must not stop it.
    # Making campaigns has one as well: its steps wait for n8n, and nothing else waits for them.
    task_routes={
        "campaigns.tasks.tick": {"queue": "clock"},
        "provisioning.tasks.work": {"queue": "making"},
        "provisioning.tasks.wake": {"queue": "making"},
    },
    beat_schedule={
        "tick": {"task": "campaigns.tasks.tick", "schedule": 1.0},
        "outbox.sweep": {"task": "orchestrator.tasks.sweep_outbox", "schedule": 5.0},
        "partitions": {"task": "orchestrator.tasks.make_partitions", "schedule": 3600.0},
        "forget.calls": {"task": "orchestrator.tasks.forget_calls", "schedule": 3600.0},
        "forget": {"task": "campaigns.tasks.forget_old", "schedule": 3600.0},
        "intentions": {"task": "campaigns.tasks.settle_intentions", "schedule": 15.0},
        "provisions": {"task": "provisioning.tasks.sweep", "schedule": 2.0},
        "forget.hook.calls": {"task": "provisioning.tasks.forget_old", "schedule": 3600.0},
        "sync": {"task": "campaigns.tasks.sync_all", "schedule": 60.0},
        "poll": {"task": "campaigns.tasks.poll_all", "schedule": 30.0},
    },
)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def _keep_djangos_logging(**_: Any) -> None:
    """Celery would else replace the JSON log's handlers by its own."""


@celeryd_init.connect
@beat_init.connect
def _refuse_unsafe(**_: Any) -> None:
    try:
        production.refuse_unsafe()
    except ImproperlyConfigured as refusal:
        raise SystemExit(str(refusal)) from None  # anything less a signal would swallow
