"""One truth: membership.role. Grants, audit and the last owner follow it in the database itself."""

import threading
import uuid
from typing import Any

import psycopg
import pytest
from django.db import IntegrityError, connection, transaction

from orchestrator.events import command
from rbac.roles import PERMISSIONS, permissions_of
from tests.cast import Cast
from tests.product import Product
from workspaces import services
from workspaces.access import access_to, forget
from workspaces.models import (
    Membership,
    Role,
    RoleAuditLog,
    User,
    Workspace,
    WorkspaceUserObjectPermission,
)

ROUNDS = 30


def grants(user: User, workspace: Workspace) -> frozenset[str]:
    forget(user)
    access = access_to(user, workspace.pk)
    return access.codenames if access else frozenset()


def test_every_role_has_just_the_grants_of_the_table(cast: Cast) -> None:
    for role in Role.values:
        assert grants(cast.people[role], cast.acme) == permissions_of(role)


def test_every_permission_of_the_table_exists(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t.app_label || '.' || p.codename FROM auth_permission p"
            " JOIN django_content_type t ON t.id = p.content_type_id"
        )
        assert set(PERMISSIONS) <= {name for (name,) in cursor.fetchall()}


def test_a_role_changed_by_raw_sql_changes_rights_and_is_audited(cast: Cast) -> None:
    member = cast.people["member"]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE workspaces_membership SET role = 'admin' WHERE user_id = %s", [member.pk]
        )
    assert grants(member, cast.acme) == permissions_of("admin")
    entry = RoleAuditLog.objects.filter(target_user=member.pk).latest("created_at")
    assert (entry.old_role, entry.new_role) == ("member", "admin")
    assert Membership.objects.get(user=member).version == 2


def test_the_audit_names_the_actor_of_a_service_and_else_the_database_user(cast: Cast) -> None:
    joined = RoleAuditLog.objects.get(target_user=cast.people["viewer"].pk)
    assert (joined.changed_by_type, joined.changed_by, joined.old_role) == ("command", "test", None)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('orchestrator.actor_id', '', true),"
            " set_config('orchestrator.actor_type', '', true), session_user"
        )
        user = cursor.fetchone()[2]
        cursor.execute(
            "DELETE FROM workspaces_membership WHERE user_id = %s", [cast.people["viewer"].pk]
        )
    left = RoleAuditLog.objects.filter(target_user=cast.people["viewer"].pk).latest("created_at")
    assert (left.changed_by_type, left.changed_by, left.new_role) == ("database", user, None)
    assert not WorkspaceUserObjectPermission.objects.filter(user=cast.people["viewer"]).exists()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE role_audit_log SET new_role = 'owner'",
        "DELETE FROM role_audit_log",
        "TRUNCATE role_audit_log",
        "TRUNCATE role_audit_log_default",
        "UPDATE audit_event SET action = 'x'",
        "DELETE FROM audit_event",
        "TRUNCATE audit_event",
    ],
)
def test_what_was_written_stays(statement: str, cast: Cast) -> None:
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(statement)


def test_a_deleted_grant_takes_just_that_right_away(cast: Cast) -> None:
    client = cast.client("owner")
    path = f"/api/workspaces/{cast.acme.pk}"
    assert client.get(f"{path}/campaigns").status_code == 200
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM workspaces_workspaceuserobjectpermission g USING auth_permission p"
            " WHERE p.id = g.permission_id AND p.codename = 'view_campaign' AND g.user_id = %s",
            [cast.people["owner"].pk],
        )
        assert cursor.rowcount == 1
    refused = client.get(f"{path}/campaigns")
    assert (refused.status_code, refused.json()["code"]) == (403, "permission_denied")
    assert client.get("/w/acme/").status_code == 403
    assert client.get(f"{path}/permissions").json()["isOwner"] is True


def test_a_hand_deleted_grant_is_not_brought_back_by_migrate(cast: Cast) -> None:
    from rbac import grants as installer  # noqa: PLC0415

    WorkspaceUserObjectPermission.objects.filter(
        user=cast.people["owner"], permission__codename="trigger_sync"
    ).delete()
    installer.install()
    assert "campaigns.trigger_sync" not in grants(cast.people["owner"], cast.acme)


def test_what_a_role_gains_and_loses_reaches_those_who_have_it(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rbac import grants as installer  # noqa: PLC0415

    changed = {**PERMISSIONS, "campaigns.trigger_sync": (Role.ADMIN,)}
    monkeypatch.setattr("rbac.grants.PERMISSIONS", changed)
    installer.install()
    assert "campaigns.trigger_sync" in grants(cast.people["admin"], cast.acme)
    assert "campaigns.trigger_sync" not in grants(cast.people["owner"], cast.acme)


def test_a_superuser_is_a_stranger_to_a_row(cast: Cast) -> None:
    superuser = cast.people["superuser"]
    assert superuser.has_perm("campaigns.view_campaign", cast.acme) is False
    assert superuser.has_perm("campaigns.view_campaign", cast.campaign) is False


def last_owner_goes(cast: Cast, door: str) -> None:
    owner = cast.people["owner"]
    with connection.cursor() as cursor:
        if door == "demoted":
            cursor.execute(
                "UPDATE workspaces_membership SET role = 'admin' WHERE user_id = %s", [owner.pk]
            )
        elif door == "removed":
            cursor.execute("DELETE FROM workspaces_membership WHERE user_id = %s", [owner.pk])
        elif door == "deactivated":
            cursor.execute("UPDATE workspaces_user SET is_active = false WHERE id = %s", [owner.pk])
        else:
            owner.delete()
    services.check_now()


@pytest.mark.parametrize("door", ["demoted", "removed", "deactivated", "deleted"])
def test_no_door_leads_the_last_owner_out(door: str, cast: Cast) -> None:
    with pytest.raises(IntegrityError, match="needs an active owner"), transaction.atomic():
        last_owner_goes(cast, door)


def test_with_a_second_owner_the_first_may_go(cast: Cast) -> None:
    services.add_member(cast.acme, cast.people["stranger"], Role.OWNER, actor=command("test"))
    last_owner_goes(cast, "demoted")
    assert Membership.objects.get(user=cast.people["owner"]).role == "admin"


def test_a_workspace_can_be_deleted_with_all_its_members(cast: Cast) -> None:
    id = cast.acme.pk
    cast.acme.delete()
    services.check_now()
    assert RoleAuditLog.objects.filter(workspace_id=id, new_role=None).count() == 4


def test_two_owners_who_demote_each_other_at_once_leave_one(product: Product) -> None:
    workspace, first, second = a_workspace_of_two_owners(product)
    with product.db() as a, product.db() as b:
        for _ in range(ROUNDS):
            both_at_once(a, b, workspace, first, second)
            with product.db() as db:
                row = db.execute(
                    "SELECT count(*) FROM workspaces_membership"
                    " WHERE workspace_id = %s AND role = 'owner'",
                    [workspace],
                ).fetchone()
                assert row is not None
                assert row[0] == 1
                db.execute(
                    "UPDATE workspaces_membership SET role = 'owner' WHERE workspace_id = %s",
                    [workspace],
                )


def a_workspace_of_two_owners(product: Product) -> tuple[uuid.UUID, uuid.UUID, uuid.UUID]:
    workspace, people = uuid.uuid4(), (uuid.uuid4(), uuid.uuid4())
    slug = f"race-{workspace.hex[:8]}"
    with product.db() as db, db.transaction():
        db.execute(
            "INSERT INTO workspaces_workspace (id, name, slug, tag, timezone, instance_id,"
            " version, created_at) VALUES (%s, 'Race', %s, %s, 'UTC', 'default', 1, now())",
            [workspace, slug, f"ork:{slug}"],
        )
        for person in people:
            db.execute(
                "INSERT INTO workspaces_user (id, password, is_superuser, email, name, timezone,"
                " language, demo, is_active, is_staff, date_joined)"
                " VALUES (%s, '', false, %s, '', '', '', true, true, false, now())",
                [person, f"{person.hex}@race.test"],
            )
            db.execute(
                "INSERT INTO workspaces_membership (id, workspace_id, user_id, role, version,"
                " joined_at) VALUES (gen_random_uuid(), %s, %s, 'owner', 1, now())",
                [workspace, person],
            )
    return workspace, *people


def both_at_once(
    a: "psycopg.Connection[Any]",
    b: "psycopg.Connection[Any]",
    workspace: uuid.UUID,
    first: uuid.UUID,
    second: uuid.UUID,
) -> None:
    barrier = threading.Barrier(2)
    refused: list[str] = []

    def demote(db: "psycopg.Connection[Any]", person: uuid.UUID) -> None:
        try:
            with db.transaction():
                db.execute(
                    "UPDATE workspaces_membership SET role = 'admin'"
                    " WHERE workspace_id = %s AND user_id = %s",
                    [workspace, person],
                )
                barrier.wait(10)
        except psycopg.errors.CheckViolation as error:
            refused.append(str(error.diag.constraint_name))

    threads = [threading.Thread(target=demote, args=args) for args in ((a, first), (b, second))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert refused == ["last_owner"]
