"""`python -m bench.clients COUNT EMAIL`: so many workspaces, and a super admin to watch them.

By SQL: each with five members and a bar, as a year of clients would have left them.
"""

import json
import sys

import django

from bench.product import PASSWORD

MEMBERS = ("owner", "admin", "member", "member", "viewer")

_WORKSPACES = """
INSERT INTO workspaces_workspace (id, name, slug, tag, timezone, instance_id, version, created_at)
SELECT gen_random_uuid(), 'Client ' || n, 'client-' || n, 'ork:client-' || n, 'UTC', 'default', 1,
       now() FROM generate_series((SELECT count(*) FROM workspaces_workspace) + 1, %s) n
"""
_PEOPLE = """
INSERT INTO workspaces_user (id, password, is_superuser, email, name, timezone, language, demo,
                             is_active, is_staff, date_joined)
SELECT gen_random_uuid(), '!', false, 'person-' || n || '@' || slug || '.example', 'Person', '', '',
       false, true, false, now()
FROM workspaces_workspace CROSS JOIN generate_series(1, 5) n WHERE slug LIKE 'client-%%'
ON CONFLICT DO NOTHING
"""
_MEMBERS = """
INSERT INTO workspaces_membership (id, workspace_id, user_id, role, version, joined_at)
SELECT gen_random_uuid(), w.id, u.id, (%s::text[])[n], 1, now()
FROM workspaces_workspace w CROSS JOIN generate_series(1, 5) n
JOIN workspaces_user u ON u.email = 'person-' || n || '@' || w.slug || '.example'
ON CONFLICT DO NOTHING
"""
_BARS = "SELECT count(*) FROM campaigns_refresh_health(ARRAY(SELECT id FROM workspaces_workspace))"


def main() -> None:
    django.setup()
    from django.db import connection, transaction  # noqa: PLC0415 -- need django.setup()

    from workspaces.models import User  # noqa: PLC0415

    count, email = int(sys.argv[1]), sys.argv[2]
    User.objects.create_user(email, PASSWORD, is_superuser=True, is_staff=True)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_WORKSPACES, [count])
        cursor.execute(_PEOPLE)
        cursor.execute(_MEMBERS, [list(MEMBERS)])
        cursor.execute(_BARS)
        cursor.execute("SELECT count(*) FROM workspaces_workspace")
        (found,) = cursor.fetchone()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    print(json.dumps({"workspaces": found}))


if __name__ == "__main__":
    main()
