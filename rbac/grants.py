"""Carries rbac/roles.py into the database, where the membership trigger reads it."""

import hashlib

from django.db import connection

from rbac.roles import PERMISSIONS


def _rows() -> list[tuple[str, str, str]]:
    return sorted(
        (role.value, *name.split(".", 1))  # type: ignore[misc]
        for name, roles in PERMISSIONS.items()
        for role in roles
    )


def digest() -> str:
    return hashlib.sha256(repr(_rows()).encode()).hexdigest()


def install() -> None:
    """Members who are there already get what is new to their role and lose what left it.

    A grant deleted by hand, of a permission that the role had before as well, is not brought back.
    """
    rows = _rows()
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE wanted ON COMMIT DROP AS"
            " SELECT * FROM unnest(%s::text[], %s::text[], %s::text[]) AS t (role, app, codename)",
            [list(column) for column in zip(*rows, strict=True)],
        )
        cursor.execute(
            "WITH gone AS (DELETE FROM role_permission r WHERE NOT EXISTS"
            "   (SELECT 1 FROM wanted w WHERE (w.role, w.app, w.codename)"
            "                               = (r.role, r.app, r.codename)) RETURNING r.*)"
            " DELETE FROM workspaces_workspaceuserobjectpermission g"
            " USING gone, workspaces_membership m, auth_permission p, django_content_type t"
            " WHERE m.role = gone.role AND t.app_label = gone.app AND p.content_type_id = t.id"
            "   AND p.codename = gone.codename AND g.permission_id = p.id"
            "   AND g.user_id = m.user_id AND g.content_object_id = m.workspace_id"
        )
        cursor.execute(
            "WITH new AS (INSERT INTO role_permission (role, app, codename)"
            "   SELECT role, app, codename FROM wanted ON CONFLICT DO NOTHING RETURNING *)"
            " INSERT INTO workspaces_workspaceuserobjectpermission"
            "   (content_object_id, user_id, permission_id)"
            " SELECT m.workspace_id, m.user_id, p.id FROM new"
            " JOIN workspaces_membership m ON m.role = new.role"
            " JOIN django_content_type t ON t.app_label = new.app"
            " JOIN auth_permission p ON p.content_type_id = t.id AND p.codename = new.codename"
            " ON CONFLICT DO NOTHING"
        )
        cursor.execute("DROP TABLE wanted")
