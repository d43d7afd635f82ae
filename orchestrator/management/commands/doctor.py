"""`doctor`: is everything that the product stands on as it should be?"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import redis
from django.conf import settings
from django.core.mail import get_connection
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Max
from django.utils import timezone

from campaigns.models import Campaign, SyncRun
from campaigns.serializers import WEBHOOK_TOKEN
from orchestrator import crypto, direct, sql
from orchestrator.celery import app as celery
from orchestrator.metrics_page import QUEUES
from workspaces import connections
from workspaces.models import Instance

ALIVE_WITHIN = timedelta(seconds=90)
MOST_SKEW = 2.0  # seconds, between this machine's clock and the database's
OLDEST_POSTGRES = 15
OLDEST_BROKER = {"redis": 7, "valkey": 8}
SECONDS = 3
ASKED = 5  # times, 2 s each, whether there are workers: one that was just started takes a while
SYNCED_WITHIN = timedelta(seconds=180)  # beat has each n8n synced every minute
SHOWN = 5  # rows that do not open


class Ill(Exception):
    """What is wrong, and where there is one, what to do about it."""


class Command(BaseCommand):
    help = "Checks database, Redis, n8n, keys, mail and the workers; exit 1 if any fails."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        failed: list[str] = []
        for name, check in CHECKS.items():
            try:
                for other in NEEDED.get(name, ()):
                    if other in failed:
                        raise Ill(f"cannot be known without {other}")
                word, told = self.style.SUCCESS("ok"), check()
            except Exception as error:  # noqa: BLE001 -- whatever it is, it is what a doctor tells
                word, told = self.style.ERROR("FAIL"), str(error).strip() or type(error).__name__
                failed.append(name)
            self.stdout.write(f"{name:8}  {word:4}  {' '.join(told.split())}")
        if failed:
            raise CommandError(f"Not well: {', '.join(failed)}.")


def database() -> str:
    if why := direct.why_no_database():
        raise Ill(why)
    with direct.postgres(connect_within=SECONDS) as fresh:
        version = fresh.info.server_version // 10000
        where = f"{fresh.info.dbname} on {fresh.info.host}:{fresh.info.port}"
        role = fresh.execute(
            "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
        now = fresh.execute("SELECT clock_timestamp()").fetchone()
    if version < OLDEST_POSTGRES:
        raise Ill(f"PostgreSQL {version} at {where}; {OLDEST_POSTGRES} is the oldest that works.")
    executor = MigrationExecutor(connection)
    due = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if due or sql.outdated():
        raise Ill(f"{due or 'functions or triggers, no'} migrations are due: manage.py migrate")
    skew = (timezone.now() - now[0]).total_seconds() if now else 0.0
    if abs(skew) > MOST_SKEW:
        raise Ill(f"the clocks of this machine and of PostgreSQL differ by {skew:.1f} s")
    above = ", by a role that row security does not bind" if role and role[0] else ""
    return f"PostgreSQL {version}, {where}{above}"


def broker() -> str:
    where = urlsplit(settings.REDIS_URL)
    at = f"{where.hostname}:{where.port or 6379}"
    with direct.redis_within(SECONDS) as client:
        try:
            told = client.info("server")
        except redis.RedisError as error:
            raise Ill(f"{at} does not answer: {error} (REDIS_URL)") from None
    name = "valkey" if "valkey_version" in told else "redis"
    version = str(told[f"{name}_version"])
    if int(version.partition(".")[0]) < OLDEST_BROKER[name]:
        raise Ill(f"{name} {version} at {at}; {OLDEST_BROKER[name]} is the oldest that works.")
    return f"{name.capitalize()} {version}, {at}"


def reachable() -> str:
    """Each n8n that is connected: does it answer, may the key do what is needed, does it report?"""
    told, ill = [], []
    for instance in Instance.objects.filter(left_by=None).order_by("pk"):
        found = connections.trial_of_stored(instance)
        try:
            where = f"{instance} at {connections.connection_to(instance).base_url}"
        except connections.NotConnected:
            ill.append(f"{instance} is not connected: set N8N_BASE_URL and N8N_API_KEY")
            continue
        except crypto.Undecryptable:
            where = str(instance)
        if found.result == "ok":
            sandbox = " (sandbox)" * connections.is_sandbox(instance)
            told.append(f"{where}{sandbox}, {_reporting(instance)}")
        else:
            why = str(found.detail).removesuffix(".")
            ill.append(f"{where}: {found.result}, {why} ({_set_by(instance)})")
    if ill or not told:
        raise Ill("; ".join(ill) or "no instance: set N8N_BASE_URL and N8N_API_KEY")
    return "; ".join(told)


def _set_by(instance: Instance, shared: str = "N8N_BASE_URL, N8N_API_KEY") -> str:
    return f"page Connection of {instance.owner.name}" if instance.owner else shared


def _reporting(instance: Instance) -> str:
    """What its hooks file says, if there is one."""
    if instance.alive_at is None:
        return "no hooks file has reported yet: runs are seen by polling alone (docs/n8n.md)"
    silent = timezone.now() - instance.alive_at
    about = instance.about
    hooks = f"hooks file {about.get('hooksVersion') or '?'}"
    if silent > ALIVE_WITHIN:
        return (
            f"{hooks} silent for {round(silent.total_seconds())} s: runs are seen by polling alone"
        )
    said = f"{hooks}, n8n {about.get('n8nVersion') or '?'}"
    if about.get("dropped"):
        said += f", {about['dropped']} heartbeats dropped"
    if about.get("publicationService"):
        said += (
            ", publishes asynchronously, so that a failure is seen late: set"
            " N8N_USE_WORKFLOW_PUBLICATION_SERVICE=false there"
        )
    return said


def keys() -> str:
    opened, older, shut = 0, 0, []
    for row, token, owner, field in _stored():
        if not token:
            continue
        try:
            crypto.decrypt(token, owner=owner, field=field)
        except crypto.Undecryptable as error:
            shut.append(f"{row}: {error}")
        else:
            opened += 1
            older += crypto.needs_rewrite(token)
    if shut:
        more = f" and {len(shut) - SHOWN} more" if len(shut) > SHOWN else ""
        raise Ill(
            f"{len(shut)} of {opened + len(shut)} do not open: {'; '.join(shut[:SHOWN])}{more}"
            " (FIELD_ENCRYPTION_KEYS)"
        )
    for instance in Instance.objects.order_by("pk"):
        if instance.left_by_id is None and not connections.webhook_secrets(instance):
            where = _set_by(instance, "N8N_WEBHOOK_SECRET")
            raise Ill(f"{instance} has no webhook secret, so no heartbeat is believed ({where})")
    aged = f", {older} of them under an older key until they are next written" if older else ""
    count = len(settings.FIELD_ENCRYPTION_KEYS)
    return f"{count} in use, {opened} stored secrets open with them{aged}"


def _stored() -> Iterator[tuple[str, str, str, str]]:
    """Each ciphertext that there is: its row, itself, and the owner and field it is bound to."""
    for instance in Instance.objects.order_by("pk"):
        owner, row = connections.owner_of(instance), f"instance {instance.pk}"
        yield row, instance.api_key_encrypted, owner, connections.API_KEY
        yield row, instance.webhook_secrets_encrypted, owner, connections.WEBHOOK_SECRETS
    tokens = "report_token_encrypted", "webhook_token_encrypted"
    for campaign in Campaign.objects.order_by("pk").only("workspace_id", *tokens).iterator():
        row, owner = f"campaign {campaign.pk}", str(campaign.workspace_id)
        yield row, campaign.report_token_encrypted, owner, "campaign.report_token"
        yield row, campaign.webhook_token_encrypted, owner, WEBHOOK_TOKEN


def mail() -> str:
    backend = str(settings.EMAIL_BACKEND).rpartition(".")[0].rpartition(".")[2]
    if backend != "smtp":
        if not settings.DEMO and not settings.DEBUG:
            raise Ill(f"goes to {backend}, none is sent: set EMAIL_URL")
        return f"goes to {backend}, none is sent"
    where = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    try:
        get_connection(timeout=SECONDS).open()
    except OSError as error:  # also what smtplib raises
        raise Ill(f"{where}: {error.strerror or error} (EMAIL_URL)") from None
    return f"{where} answers"


def work() -> str:
    """Whether somebody does what pages leave to others: a worker of each queue, and beat, which is
    known by the syncs that were begun. An n8n that does not answer is asked all the same."""
    for _ in range(ASKED):
        workers = celery.control.inspect(timeout=2).active_queues() or {}
        served = {queue["name"] for queues in workers.values() for queue in queues}
        missing = [queue for queue in QUEUES if queue not in served]
        if not missing:
            break
    ill = [f"no worker of the queue `{queue}` answers" for queue in missing]
    begun = SyncRun.objects.filter(trigger=SyncRun.Trigger.SCHEDULE).aggregate(at=Max("created_at"))
    ago = timezone.now() - begun["at"] if begun["at"] else None  # None: it was set up just now
    if ago and ago > SYNCED_WITHIN:
        whose = "" if "celery" in missing else ": beat does not run, or only since a moment ago"
        ill.append(f"nothing was synced for {round(ago.total_seconds())} s{whose}")
    if ill:
        raise Ill("; ".join(ill))
    last = f"last sync {round(ago.total_seconds())} s ago" if ago else "no sync yet"
    return f"a worker for each of {', '.join(QUEUES)}; {last}"


# What they ask, or open, is there.
NEEDED = {"n8n": ["database"], "keys": ["database"], "work": ["redis", "database"]}
CHECKS = {
    "database": database,
    "redis": broker,
    "n8n": reachable,
    "keys": keys,
    "mail": mail,
    "work": work,
}
