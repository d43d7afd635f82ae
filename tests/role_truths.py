"""What holds of roles in the database, asked by SQL of the tests' own."""

import uuid
from typing import Any

from django.db import connection

from rbac.roles import permissions_of

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


def grants(workspace: uuid.UUID) -> dict[uuid.UUID, frozenset[str]]:
    """Of everybody who has any."""
    rows = asked(
        "SELECT g.user_id, array_agg(t.app_label || '.' || p.codename)"
        " FROM workspaces_workspaceuserobjectpermission g"
        " JOIN auth_permission p ON p.id = g.permission_id"
        " JOIN django_content_type t ON t.id = p.content_type_id"
        " WHERE g.content_object_id = %s GROUP BY g.user_id",
        workspace,
    )
    return {user: frozenset(names) for user, names in rows}


def with_other_grants(workspace: uuid.UUID) -> dict[uuid.UUID, frozenset[str]]:
    """Whose grants are not just those of their role; also strangers with any."""
    due = {user: permissions_of(role) for user, role in roles(workspace).items()}
    found = dict.fromkeys(due, frozenset[str]()) | grants(workspace)
    return {user: names for user, names in found.items() if names != due.get(user)}


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
