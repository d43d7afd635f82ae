"""`/metrics`: what one alerts on, in Prometheus's text format, for who has METRICS_TOKEN or calls
from this machine. docs/alerts.yml has the rules.

Of the process it tells what it counted since its start; of the whole what the database and Redis
say, which is the same whichever process is asked.
"""

import hmac
import ipaddress
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import psycopg
import redis
import structlog
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from orchestrator import direct, metrics, realtime
from orchestrator.celery import app as celery
from orchestrator.problems import CONTENT_TYPE, Problem

TEXT = "text/plain; version=0.0.4; charset=utf-8"
SECONDS = 3
FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_VIA")
QUEUES = ("celery", *sorted({str(route["queue"]) for route in celery.conf.task_routes.values()}))

log = structlog.get_logger(__name__)


@require_safe
@never_cache
def page(request: HttpRequest) -> HttpResponse:
    if not _may(request):
        problem = Problem(401, "not_authenticated", "METRICS_TOKEN as Bearer, or from loopback.")
        return JsonResponse(
            problem.body(),
            status=401,
            content_type=CONTENT_TYPE,
            headers={**problem.headers, "WWW-Authenticate": "Bearer"},
        )
    whole = CollectorRegistry()
    whole.register(_Whole())
    return HttpResponse(generate_latest(metrics.registry) + generate_latest(whole), TEXT)


def _may(request: HttpRequest) -> bool:
    scheme, _, token = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    wanted = settings.METRICS_TOKEN.encode()
    if scheme.lower() == "bearer" and wanted and hmac.compare_digest(token.encode(), wanted):
        return True
    # What a proxy of this machine passes on comes from there, and is somebody else's.
    passed_on = any(name in request.META for name in FORWARDED)
    return not passed_on and _is_loopback(str(request.META.get("REMOTE_ADDR", "")))


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


class _Whole(Collector):
    def collect(self) -> Iterator[Metric]:
        up = GaugeMetricFamily("orchestrator_up", "Whether this part answers.", labels=["part"])
        yield _one("orchestrator_sockets", "Open sockets of this process.", realtime.sockets_in())
        try:
            # First past the pool, which would wait longer than whoever scrapes does.
            direct.postgres(connect_within=SECONDS).close()
            found = list(_of_database())
            up.add_metric(["database"], 1)
        except (DatabaseError, psycopg.Error) as error:
            log.warning("metrics_without_database", error=type(error).__name__)
            found = []
            up.add_metric(["database"], 0)
        try:
            found.append(_queues())
            up.add_metric(["redis"], 1)
        except redis.RedisError as error:
            log.warning("metrics_without_redis", error=type(error).__name__)
            up.add_metric(["redis"], 0)
        yield up
        yield from found


def _of_database() -> Iterator[Metric]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL statement_timeout = '{SECONDS}s'")
        cursor.execute("SELECT clock_timestamp()")
        (now,) = cursor.fetchone()
        for name, text, query in ONE_NUMBER:
            cursor.execute(query)
            yield _one(name, text, _number(cursor.fetchone()[0], now))
        for name, text, labels, query in SEVERAL:
            cursor.execute(query)
            family = GaugeMetricFamily(name, text, labels=labels)
            for *values, number in cursor.fetchall():
                family.add_metric([str(value) for value in values], _number(number, now))
            yield family


def _queues() -> Metric:
    family = GaugeMetricFamily(
        "orchestrator_queue_length", "Tasks that no worker has taken.", labels=["queue"]
    )
    with direct.redis_within(SECONDS) as client:
        for queue in QUEUES:
            length: Any = client.llen(queue)
            family.add_metric([queue], length)
    return family


def _one(name: str, text: str, number: float) -> Metric:
    return GaugeMetricFamily(name, text, value=number)


def _number(found: Any, now: datetime) -> float:
    """Of a moment: the seconds since then."""
    if isinstance(found, datetime):
        return max(0.0, (now - found).total_seconds())
    return float(found or 0)


ONE_NUMBER = (
    (
        "orchestrator_outbox_waiting",
        "Committed facts that sockets and tasks have not heard.",
        "SELECT count(*) FROM orchestrator_outbox",
    ),
    (
        "orchestrator_outbox_oldest_seconds",
        "Since when the oldest of them waits.",
        "SELECT min(created_at) FROM orchestrator_outbox",
    ),
    (
        "orchestrator_clock_behind_seconds",
        "For how long a state that the time changes has been due: 0 to 2 where the clock goes.",
        "SELECT min(due_at) FROM campaigns_campaign"
        " WHERE archived_at IS NULL AND due_at < clock_timestamp()",
    ),
    (
        "orchestrator_sync_oldest_seconds",
        "Of the workspaces with an n8n, since when the one that waits longest was not synced.",
        "SELECT min(i.last_ok_at) FROM workspaces_instance i"
        " WHERE EXISTS (SELECT FROM workspaces_workspace w WHERE w.instance_id = i.id)",
    ),
    (
        "orchestrator_intentions_overdue",
        "Pauses and resumes that n8n was told and nobody has settled.",
        "SELECT count(*) FROM campaigns_campaign"
        " WHERE intended_until < clock_timestamp() - interval '60 seconds'",
    ),
    (
        "orchestrator_provisions_overdue_seconds",
        "For how long the provision that is next has waited for a worker.",
        "SELECT min(due_at) FROM provisioning_provision"
        " WHERE due_at < clock_timestamp()"
        " AND (held_until IS NULL OR held_until < clock_timestamp())",
    ),
    (
        "orchestrator_database_connections",
        "To this database.",
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()",
    ),
    (
        "orchestrator_database_connections_most",
        "That PostgreSQL takes, of all databases.",
        "SELECT current_setting('max_connections')::int",
    ),
    (
        "orchestrator_database_bytes",
        "Size of this database.",
        "SELECT pg_database_size(current_database())",
    ),
    (
        "orchestrator_database_oldest_transaction_seconds",
        "The longest that is open: it keeps vacuum from its work.",
        "SELECT min(xact_start) FROM pg_stat_activity"
        " WHERE datname = current_database() AND backend_type = 'client backend'",
    ),
)
SEVERAL = (
    (
        "orchestrator_campaigns",
        "Campaigns by their state.",
        ["n8n_status", "sync_status"],
        "SELECT n8n_status, sync_status, count(*) FROM campaigns_campaign"
        " WHERE archived_at IS NULL AND making = '' GROUP BY 1, 2",
    ),
    (
        "orchestrator_provisions",
        "Provisions that are under way or have failed and wait for a person.",
        ["state"],
        "SELECT CASE WHEN due_at IS NULL THEN 'failed' WHEN canceling THEN 'canceling'"
        " ELSE 'under_way' END, count(*)"
        " FROM provisioning_provision WHERE ended = '' GROUP BY 1",
    ),
    (
        "orchestrator_instance_silent",
        "1: neither the hooks file nor a sync has heard of this n8n lately.",
        ["instance"],
        "SELECT id, silent::int FROM workspaces_instance i"
        " WHERE EXISTS (SELECT FROM workspaces_workspace w WHERE w.instance_id = i.id)",
    ),
    (
        "orchestrator_instance_alive_seconds",
        "Since when its hooks file has not said that it lives; nothing where it never has.",
        ["instance"],
        "SELECT id, alive_at FROM workspaces_instance i WHERE alive_at IS NOT NULL"
        " AND EXISTS (SELECT FROM workspaces_workspace w WHERE w.instance_id = i.id)",
    ),
    (
        "orchestrator_partition_default_rows",
        "Rows that no partition was made for: beat has not run for days.",
        ["table"],
        "SELECT inhparent::regclass, c.reltuples::bigint FROM pg_inherits"
        " JOIN pg_class c ON c.oid = inhrelid WHERE c.relname LIKE '%\\_default'"
        " AND c.reltuples > 0",
    ),
)
