"""Writes every fact into the ledger, in the transaction of its change: they fail together."""

import json

from django.db import connection

from orchestrator.events import Record, recorder


def _json(value: object) -> str | None:
    return None if value is None else json.dumps(value, default=str)


@recorder
def write(record: Record) -> None:
    actor = record.actor
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit_event (id, workspace_id, origin, actor_type, actor_id, actor_label,"
            " on_behalf_of, action, object, before, after, reason, ip, request_id)"
            " VALUES (%s, %s, 'orchestrator', %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [
                record.id,
                record.workspace_id,
                actor.type.value,
                actor.id,
                actor.label,
                actor.on_behalf_of,
                record.fact.name,
                _json(record.subject),
                _json(record.before),
                _json(record.after),
                record.reason,
                actor.ip,
                actor.request_id,
            ],
        )
