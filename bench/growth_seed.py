"""`python -m bench.growth_seed TIMES`: fills a workspace up to so many times a first size, as use
would have left it; tells what was added and what it takes on the disk.

Runs have ended, keys are of today, ledger entries are chained by their own trigger.
"""

import json
import sys
from typing import Any

import django

from bench.product import OWNER

SLUG = "bench-growth"
# Of each at 1 x; the second number is how many there are in all.
CAMPAIGNS, RUNS, KEYS, ENTRIES, MEMBERS = 1_000, 40_000, 40_000, 4_000, 400

_RUN_KEYS = """
INSERT INTO campaigns_run_key (run_id, campaign_id, day, token, execution_id, result, manual,
                               sent_at, end_at, seen_at, polled)
SELECT gen_random_uuid(), c.id, (now() AT TIME ZONE 'UTC')::date - n %% 2,
       gen_random_uuid()::text, (1000000000 + n)::text,
       CASE WHEN n %% 50 = 0 THEN 'error' ELSE 'success' END, false,
       now() - n * interval '1 s', now() - n * interval '1 s', now(), false
FROM generate_series(%(first)s, %(last)s) n
JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM campaigns_campaign
      WHERE workspace_id = %(workspace)s) c ON c.place = n %% %(campaigns)s
"""
_RUNS = """
INSERT INTO campaigns_run (day, id, workspace_id, campaign_id, instance_id, execution_id, result,
    mode, started_at, stopped_at, wait_till, sent_at, end_at, error_message, error_node, source)
SELECT k.day, k.run_id, %(workspace)s, k.campaign_id, %(instance)s, k.execution_id, k.result,
       'webhook', k.sent_at, k.end_at, NULL, k.sent_at, k.end_at,
       CASE k.result WHEN 'error' THEN 'The service answered with 502' ELSE '' END,
       CASE k.result WHEN 'error' THEN 'HTTP Request' ELSE '' END, 'pushed'
FROM campaigns_run_key k
WHERE k.campaign_id IN (SELECT id FROM campaigns_campaign WHERE workspace_id = %(workspace)s)
  AND NOT EXISTS (SELECT 1 FROM campaigns_run r WHERE r.day = k.day AND r.id = k.run_id)
"""
_HEARTBEAT_KEYS = """
INSERT INTO campaigns_heartbeat_key (instance_id, heartbeat_id, day)
SELECT %(instance)s, 'bench-' || gen_random_uuid() || ':success',
       (now() AT TIME ZONE 'UTC')::date FROM generate_series(%(first)s, %(last)s)
"""
_ENTRIES = """
INSERT INTO audit_event (id, workspace_id, origin, actor_type, actor_id, actor_label, on_behalf_of,
                         action, object, before, after, reason, ip, request_id)
SELECT gen_random_uuid(), %(workspace)s, 'orchestrator', 'user', gen_random_uuid()::text,
       'owner@acme.test', '', 'campaign_renamed',
       jsonb_build_object('type', 'campaign', 'id', gen_random_uuid(), 'name', 'Campaign ' || n),
       '{"name": "Before"}', '{"name": "After"}', '', NULL, gen_random_uuid()::text
FROM generate_series(%(first)s, %(last)s) n
"""
_PEOPLE = """
WITH people AS (
    INSERT INTO workspaces_user (id, email, name, password, demo, is_active, is_superuser,
        is_staff, language, timezone, date_joined)
    SELECT gen_random_uuid(), 'growth-' || n || '@bench.test', 'Person ' || n, '!', false, true,
        false, false, '', '', now()
    FROM generate_series(%(first)s, %(last)s) n RETURNING id
)
INSERT INTO workspaces_membership (id, workspace_id, user_id, role, version, joined_at)
SELECT gen_random_uuid(), %(workspace)s, id, 'member', 1, now() FROM people
"""
# What grows, by what, and the tables that it takes.
_GROWN = (
    ("runs", RUNS, (_RUN_KEYS, _RUNS), ("campaigns_run_key", "campaigns_run")),
    ("heartbeat ids", KEYS, (_HEARTBEAT_KEYS,), ("campaigns_heartbeat_key",)),
    ("ledger entries", ENTRIES, (_ENTRIES,), ("audit_event",)),
    ("members", MEMBERS, (_PEOPLE,), ()),
)
_SIZE = """
SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint FROM pg_class c
LEFT JOIN pg_inherits i ON i.inhrelid = c.oid
WHERE c.oid = ANY (%(tables)s::regclass[]) OR i.inhparent = ANY (%(tables)s::regclass[])
"""


def main() -> None:
    django.setup()
    from django.db import connection  # noqa: PLC0415 -- need django.setup()

    from bench import quiet  # noqa: PLC0415
    from workspaces.models import User, Workspace  # noqa: PLC0415

    upto = int(sys.argv[1])
    secret = quiet.secret()
    workspace = Workspace.objects.filter(slug=SLUG).first()
    if workspace is None:
        (workspace,) = quiet.workspaces([SLUG], User.objects.get(email=OWNER))
    there = workspace.campaigns.count()
    quiet.campaigns(workspace, upto * CAMPAIGNS - there, first=there)
    before = there // CAMPAIGNS
    values: dict[str, Any] = {"workspace": workspace.pk, "instance": quiet.INSTANCE}
    values["campaigns"] = upto * CAMPAIGNS
    disk = {}
    with connection.cursor() as cursor:

        def taken(tables: tuple[str, ...]) -> int:
            cursor.execute(_SIZE, {"tables": list(tables)})
            (size,) = cursor.fetchone()
            return int(size)

        for what, count, statements, tables in _GROWN:
            size = taken(tables)
            values["first"], values["last"] = before * count + 1, upto * count
            for statement in statements:
                cursor.execute(statement, values)
            if tables:
                disk[what] = {"rows": (upto - before) * count, "bytes": taken(tables) - size}
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    print(json.dumps({"secret": secret, "id": str(workspace.pk), "disk": disk}))


if __name__ == "__main__":
    main()
