"""People of a test's own in the running product, so that nobody else's password or zone changes."""

import uuid

from tests.product import Product


def person(product: Product, role: str, slug: str = "acme") -> str:
    """Made by SQL, with the demo's password; gives the address."""
    email = f"{role}-{uuid.uuid4().hex[:8]}@{slug}.test"
    with product.db() as db:
        row = db.execute(
            "INSERT INTO workspaces_user (id, password, is_superuser, email, name, timezone,"
            " language, demo, is_active, is_staff, date_joined)"
            " SELECT gen_random_uuid(), password, false, %s, 'Somebody', '', '', true, true, false,"
            " now() FROM workspaces_user WHERE email = 'owner@acme.test' RETURNING id",
            [email],
        ).fetchone()
        assert row is not None
        db.execute(
            "INSERT INTO workspaces_membership (id, workspace_id, user_id, role, version,"
            " joined_at) VALUES (gen_random_uuid(), %s, %s, %s, 1, now())",
            [product.workspace(slug), row[0], role],
        )
    return email


def workspace(product: Product, name: str) -> str:
    """One of a test's own on the shared n8n; gives its slug."""
    slug = f"{name}-{uuid.uuid4().hex[:6]}"
    with product.db() as db:
        db.execute(
            "INSERT INTO workspaces_workspace (id, name, slug, tag, timezone, instance_id, version,"
            " created_at) VALUES (gen_random_uuid(), %s, %s, %s, 'UTC', 'default', 1, now())",
            [name.title(), slug, f"ork:{slug}"[:24]],
        )
    return slug


def join(product: Product, email: str, slug: str, role: str) -> None:
    """By SQL, as no code of ours would; into one that has an owner already, or as its owner."""
    with product.db() as db:
        db.execute(
            "INSERT INTO workspaces_membership (id, workspace_id, user_id, role, version,"
            " joined_at) SELECT gen_random_uuid(), %s, id, %s, 1, now() FROM workspaces_user"
            " WHERE email = %s",
            [product.workspace(slug), role, email],
        )


def leave(product: Product, email: str, slug: str) -> None:
    with product.db() as db:
        db.execute(
            "DELETE FROM workspaces_membership WHERE workspace_id = %s AND user_id ="
            " (SELECT id FROM workspaces_user WHERE email = %s)",
            [product.workspace(slug), email],
        )


def disconnect(product: Product, slug: str, email: str) -> None:
    """Takes a workspace off the n8n that a test connected, which is gone with it."""
    with product.client(email) as owner:
        answer = owner.delete(f"/api/workspaces/{product.workspace(slug)}/connection")
    assert answer.status_code in (204, 409), answer.text  # or it is on the shared one
