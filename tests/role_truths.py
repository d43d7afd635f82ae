"""What holds of roles in the database, asked by SQL of the tests' own."""

import uuid
from collections.abc import Collection
from typing import Any

from django.db import connection

Roles = dict[uuid.UUID, str]


def asked(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def roles(workspace: uuid.UUID) -> Roles:
    return dict(
        asked("SELECT user_id, role FROM workspaces_membership WHERE workspace_id = %s", workspace)
    )


def active_owners(workspace: uuid.UUID) -> int:
    return int(
        asked(
            "SELECT count(*) FROM workspaces_membership m"
            " JOIN workspaces_user u ON u.id = m.user_id"
            " WHERE m.workspace_id = %s AND m.role = 'owner' AND u.is_active",
            workspace,
        )[0][0]
    )


def with_other_grants(
    workspace: uuid.UUID, touched: Collection[uuid.UUID] = ()
) -> list[tuple[Any, ...]]:
    """Whose grants are not just those of their role, strangers with any included; but `touched`."""
    return asked(
        """
        WITH granted AS (
            SELECT g.user_id,
                   array_agg(t.app_label || '.' || p.codename ORDER BY p.codename) AS names
            FROM workspaces_workspaceuserobjectpermission g
            JOIN auth_permission p ON p.id = g.permission_id
            JOIN django_content_type t ON t.id = p.content_type_id
            WHERE g.content_object_id = %s GROUP BY g.user_id
        ), due AS (
            SELECT m.user_id, array_agg(r.app || '.' || r.codename ORDER BY r.codename) AS names
            FROM workspaces_membership m JOIN role_permission r ON r.role = m.role
            WHERE m.workspace_id = %s GROUP BY m.user_id
        )
        SELECT user_id, granted.names, due.names FROM granted FULL JOIN due USING (user_id)
        WHERE granted.names IS DISTINCT FROM due.names AND NOT user_id = ANY (%s)
        """,
        workspace,
        workspace,
        list(touched),
    )


def told_by_the_audit(workspace: uuid.UUID) -> Roles:
    """The roles of now, from the log alone; each entry has to fit what was before it."""
    told: Roles = {}
    for user, old, new in asked(
        "SELECT target_user, old_role, new_role FROM role_audit_log"
        " WHERE workspace_id = %s ORDER BY created_at, id",
        workspace,
    ):
        assert told.pop(user, None) == old, (user, old, new)
        if new is not None:
            told[user] = new
    return told


def audited(workspace: uuid.UUID) -> int:
    statement = "SELECT count(*) FROM role_audit_log WHERE workspace_id = %s"
    return int(asked(statement, workspace)[0][0])
