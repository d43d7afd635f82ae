"""`doctor`: is everything that the product stands on as it should be?"""

from typing import Any

import psycopg
import redis
from django.conf import settings
from django.core.mail import get_connection
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from redis.backoff import NoBackoff
from redis.retry import Retry

from orchestrator import crypto, n8n, sql
from workspaces import connections
from workspaces.models import Instance

OLDEST_POSTGRES = 15
OLDEST_BROKER = {"redis": 7, "valkey": 8}
SECONDS = 3


class Ill(Exception):
    """What is wrong, and where there is one, what to do about it."""


class Command(BaseCommand):
    help = "Checks database, Redis, n8n, keys and mail; exit 1 if any fails."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        failed: list[str] = []
        for name, check in CHECKS.items():
            try:
                if name in STORED and "database" in failed:
                    raise Ill("cannot be known without the database")
                word, told = self.style.SUCCESS("ok"), check()
            except Exception as error:  # noqa: BLE001 -- whatever it is, it is what a doctor tells
                word, told = self.style.ERROR("FAIL"), str(error).strip() or type(error).__name__
                failed.append(name)
            self.stdout.write(f"{name:8}  {word:4}  {' '.join(told.split())}")
        if failed:
            raise CommandError(f"Not well: {', '.join(failed)}.")


def database() -> str:
    # Past the pool, which would wait, and then tell only that it waited.
    parameters = {**connection.get_connection_params(), "connect_timeout": SECONDS}
    for ours in ("context", "cursor_factory", "prepare_threshold"):
        parameters.pop(ours, None)
    with psycopg.connect(**parameters) as fresh:
        version = fresh.info.server_version // 10000
        where = f"{fresh.info.dbname} on {fresh.info.host}:{fresh.info.port}"
        role = fresh.execute(
            "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
    if version < OLDEST_POSTGRES:
        raise Ill(f"PostgreSQL {version} at {where}; {OLDEST_POSTGRES} is the oldest that works.")
    executor = MigrationExecutor(connection)
    due = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if due or sql.outdated():
        raise Ill(f"{due or 'functions or triggers, no'} migrations are due: manage.py migrate")
    above = ", by a role that row security does not bind" if role and role[0] else ""
    return f"PostgreSQL {version}, {where}{above}"


def broker() -> str:
    with redis.Redis.from_url(
        settings.REDIS_URL,
        socket_connect_timeout=SECONDS,
        socket_timeout=SECONDS,
        retry=Retry(NoBackoff(), 0),
    ) as client:
        told = client.info("server")
    name = "valkey" if "valkey_version" in told else "redis"
    version = str(told[f"{name}_version"])
    if int(version.partition(".")[0]) < OLDEST_BROKER[name]:
        raise Ill(f"{name} {version}; {OLDEST_BROKER[name]} is the oldest that works.")
    return f"{name.capitalize()} {version}"


def reachable() -> str:
    instances = list(Instance.objects.order_by("pk"))
    told, ill = [], []
    for instance in instances:
        try:
            where = connections.connection_to(instance).base_url
            with connections.client_of(instance, read_timeout=SECONDS) as client:
                client.discover()
        except connections.NotConnected:
            ill.append(f"{instance} is not connected: set N8N_BASE_URL and N8N_API_KEY")
        except n8n.N8nError as error:
            ill.append(f"{instance} at {where}: {error.code}, {error}")
        else:
            told.append(f"{instance} at {where}{' (sandbox)' * connections.is_sandbox(instance)}")
    if ill or not instances:
        raise Ill("; ".join(ill) or "no instance: set N8N_BASE_URL and N8N_API_KEY")
    return "; ".join(told)


def keys() -> str:
    crypto.decrypt(crypto.encrypt("readable"))  # refuses a malformed key
    opened = 0
    for instance in Instance.objects.all():
        for stored in (instance.api_key_encrypted, instance.webhook_secrets_encrypted):
            if stored:
                crypto.decrypt(stored)
                opened += 1
        if not connections.webhook_secrets(instance):
            raise Ill(f"{instance} has no webhook secret, so no heartbeat of it can be believed.")
    return f"{len(settings.FIELD_ENCRYPTION_KEYS)} in use, {opened} stored secrets open with them"


def mail() -> str:
    backend = str(settings.EMAIL_BACKEND).rpartition(".")[0].rpartition(".")[2]
    if backend != "smtp":
        if not settings.DEMO and not settings.DEBUG:
            raise Ill(f"goes to {backend}, none is sent: set EMAIL_URL")
        return f"goes to {backend}, none is sent"
    get_connection(timeout=SECONDS).open()
    return f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT} answers"


STORED = {"n8n", "keys"}  # what they ask, or open, is in the database
CHECKS = {"database": database, "redis": broker, "n8n": reachable, "keys": keys, "mail": mail}
