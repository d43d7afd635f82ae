"""The role audit: kept by the database whatever the door, told to owners and super admins."""

import csv
import io
import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from governance.models import AuditEvent
from orchestrator import partitions
from orchestrator.celery import app
from orchestrator.events import acting, command
from tests.cast import Cast
from workspaces.actors import oneself
from workspaces.models import Membership, Role, RoleAuditLog, User, Workspace

SQL_USER = "SELECT session_user"


def by_sql(statement: str, *parameters: Any) -> str:
    """As an operator at a terminal: no service, no named actor. Gives the database's user."""
    with connection.cursor() as cursor:
        for name in ("id", "type", "label"):
            cursor.execute(f"SELECT set_config('orchestrator.actor_{name}', '', true)")
        cursor.execute(statement, parameters)
        cursor.execute(SQL_USER)
        (user,) = cursor.fetchone()
    return str(user)


def change(cast: Cast, caller: str, role: Role, actor: Any = None) -> None:
    with acting(actor or command("test")):
        Membership.objects.filter(workspace=cast.acme, user=cast.people[caller]).update(role=role)


def rows(cast: Cast, caller: str = "owner", **query: str) -> list[dict[str, Any]]:
    path = f"/api/workspaces/{cast.acme.pk}/role-audit"
    answer = cast.client(caller).get(path, query)
    assert answer.status_code == 200, answer.content
    found: list[dict[str, Any]] = answer.json()["results"]
    return found


# --- the database ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statement", "old", "new"),
    [
        (
            "INSERT INTO workspaces_membership (id, workspace_id, user_id, role, version,"
            " joined_at) VALUES (gen_random_uuid(), %(acme)s, %(stranger)s, 'viewer', 1, now())",
            None,
            "viewer",
        ),
        (
            "UPDATE workspaces_membership SET role = 'owner' WHERE user_id = %(admin)s",
            "admin",
            "owner",
        ),
        ("DELETE FROM workspaces_membership WHERE user_id = %(admin)s", "admin", None),
    ],
    ids=["joined", "changed", "removed"],
)
def test_raw_sql_is_caught_and_marked_as_the_databases_own(
    statement: str, old: str | None, new: str | None, cast: Cast
) -> None:
    ids = {name: cast.people[name].pk for name in ("stranger", "admin")}
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('orchestrator.actor_id', '', true)")
        cursor.execute("SELECT set_config('orchestrator.actor_type', '', true)")
        cursor.execute(statement, {**ids, "acme": cast.acme.pk})
        cursor.execute(SQL_USER)
        (user,) = cursor.fetchone()
    newest = rows(cast)[0]
    assert (newest["oldRole"], newest["newRole"]) == (old, new)
    assert (newest["changedByType"], newest["changedBy"]) == ("database", user)
    assert newest["changedByName"] == user


def parts() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT inhrelid::regclass::text FROM pg_inherits"
            " WHERE inhparent = 'role_audit_log'::regclass"
        )
        return [name for (name,) in cursor.fetchall()]


def part_of_now() -> str:
    return f"role_audit_log_p{timezone.now():%Y%m}"


@pytest.mark.parametrize(
    "statement",
    ["UPDATE {} SET new_role = 'owner'", "DELETE FROM {}", "TRUNCATE {}"],
    ids=["update", "delete", "truncate"],
)
def test_a_part_is_append_only_as_the_whole_is(statement: str, cast: Cast) -> None:
    for table in ("role_audit_log", part_of_now()):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(statement.format(table))


def test_parts_are_made_ahead_by_a_task_and_are_append_only_from_the_start(cast: Cast) -> None:
    assert app.conf.beat_schedule["partitions"]["task"] == "orchestrator.tasks.make_partitions"
    ahead = sorted(name for name in parts() if name > part_of_now())
    assert len(ahead) == 2
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {ahead[-1]}")
    app.tasks["orchestrator.tasks.make_partitions"].run()
    assert sorted(name for name in parts() if name > part_of_now()) == ahead
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {ahead[-1]}")


def test_it_is_kept_for_ever(cast: Cast, settings: Any) -> None:
    settings.RETENTION_DAYS = 0
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE role_audit_log_p202001 PARTITION OF role_audit_log"
            " FOR VALUES FROM ('2020-01-01 00:00:00+00') TO ('2020-02-01 00:00:00+00')"
        )
    partitions.ensure()
    assert "role_audit_log_p202001" in parts()


def test_it_outlives_user_and_workspace(cast: Cast) -> None:
    viewer, acme = cast.people["viewer"].pk, cast.acme.pk
    by_sql("DELETE FROM workspaces_workspaceuserobjectpermission WHERE user_id = %s", viewer)
    User.objects.get(pk=viewer).delete()
    gone = rows(cast, userId=str(viewer))
    assert [row["newRole"] for row in gone] == [None, "viewer"]  # deleting is being removed
    assert {row["targetEmail"] for row in gone} == {None}
    assert {row["targetUser"] for row in gone} == {str(viewer)}
    cast.acme.delete()
    answer = cast.client("superuser").get("/api/admin/role-audit", {"workspaceId": str(acme)})
    left = answer.json()["results"]
    assert len(left) >= 8  # four joined, and each left
    assert {row["workspaceName"] for row in left} == {None}


def test_it_is_in_the_changes_own_transaction(cast: Cast) -> None:
    before = RoleAuditLog.objects.count()
    point = transaction.savepoint()
    change(cast, "member", Role.ADMIN)
    assert RoleAuditLog.objects.count() == before + 1
    transaction.savepoint_rollback(point)
    assert RoleAuditLog.objects.count() == before


# --- who reads what --------------------------------------------------------------------------


def test_an_owner_reads_their_own_workspace_and_a_super_admin_all(cast: Cast) -> None:
    mine = rows(cast)
    assert {row["workspaceId"] for row in mine} == {str(cast.acme.pk)}
    assert {row["targetEmail"] for row in mine} == {
        f"{name}@acme.test" for name in ("owner", "admin", "member", "viewer")
    }
    answer = cast.client("superuser").get("/api/admin/role-audit").json()
    assert {row["workspaceName"] for row in answer["results"]} == {"Acme", "Globex"}


def test_a_row_says_who_did_it(cast: Cast) -> None:
    owner = cast.people["owner"]
    change(cast, "member", Role.ADMIN, oneself(owner))
    newest = rows(cast)[0]
    assert newest["changedBy"] == str(owner.pk)
    assert (newest["changedByType"], newest["changedByName"]) == ("user", owner.email)
    first = rows(cast)[-1]
    assert (first["changedByType"], first["changedBy"]) == ("command", "test")


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({}, 6),
        ({"kind": "joined"}, 4),
        ({"kind": "changed"}, 1),
        ({"kind": "removed"}, 1),
        ({"kind": "changed,removed"}, 2),
        ({"role": "admin"}, 2),
        ({"role": "viewer"}, 2),
        ({"userId": "{member}"}, 2),
        ({"userId": "{member}", "kind": "changed"}, 1),
        ({"changedBy": "test"}, 5),
        ({"changedBy": "nobody"}, 0),
        ({"search": "MEMBER@"}, 2),
        ({"since": "{today}"}, 6),
        ({"until": "{today}"}, 6),
        ({"until": "{yesterday}"}, 0),
        ({"since": "{tomorrow}"}, 0),
    ],
)
def test_filters(query: dict[str, str], count: int, cast: Cast) -> None:
    change(cast, "member", Role.ADMIN)
    by_sql("DELETE FROM workspaces_membership WHERE user_id = %s", cast.people["viewer"].pk)
    now = timezone.now()
    values = {
        "member": str(cast.people["member"].pk),
        "today": f"{now:%Y-%m-%d}",
        "yesterday": f"{now - timedelta(days=1):%Y-%m-%d}",
        "tomorrow": f"{now + timedelta(days=1):%Y-%m-%d}",
    }
    asked = {name: value.format(**values) for name, value in query.items()}
    assert len(rows(cast, **asked)) == count


@pytest.mark.parametrize(
    "query",
    [
        {"kind": "became"},
        {"role": "king"},
        {"userId": "me"},
        {"since": "yesterday"},
        {"until": "2026-13-01"},
        {"until": "9999-12-31"},
        {"cursor": "x"},
        {"pageSize": "0"},
    ],
    ids=str,
)
def test_what_cannot_be_asked_for_is_a_400(query: dict[str, str], cast: Cast) -> None:
    for caller, path in (
        ("owner", f"/api/workspaces/{cast.acme.pk}/role-audit"),
        ("superuser", "/api/admin/role-audit"),
    ):
        answer = cast.client(caller).get(path, query)
        assert answer.status_code == 400, answer.content
        assert answer.json()["errors"][0]["field"] == next(iter(query))


def test_pages_join_without_gap_or_repeat_and_ask_the_same_number_of_questions(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    for role in (Role.ADMIN, Role.VIEWER, Role.MEMBER) * 3:
        change(cast, "member", role)
    client = cast.client("owner")
    path: str | None = f"/api/workspaces/{cast.acme.pk}/role-audit?pageSize=4"
    seen: list[str] = []
    while path:
        with django_assert_max_num_queries(12):
            page = client.get(path).json()
        seen += [row["id"] for row in page["results"]]
        path = page["next"]
    assert len(seen) == len(set(seen)) == 13
    times = [row["createdAt"] for row in rows(cast)]
    assert times == sorted(times, reverse=True)


def test_a_cursor_of_a_workspace_does_not_open_the_list_of_all(cast: Cast) -> None:
    owner = cast.client("owner")
    page = owner.get(f"/api/workspaces/{cast.acme.pk}/role-audit?pageSize=1").json()
    query = page["next"].split("?", 1)[1]
    answer = cast.client("superuser").get(f"/api/admin/role-audit?{query}")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


# --- what is told of the look itself ---------------------------------------------------------


def test_each_look_of_a_super_admin_is_an_event(cast: Cast) -> None:
    client = cast.client("superuser")
    client.get("/api/admin/role-audit")
    seen = AuditEvent.objects.get(action="all_role_audits_viewed")
    assert (seen.chain, seen.actor_label) == ("platform", "super@demo.test")
    client.get("/api/admin/role-audit", {"workspaceId": str(cast.acme.pk)})
    of_acme = AuditEvent.objects.get(action="role_audit_viewed")
    assert of_acme.workspace_id == cast.acme.pk  # where its owners can be told
    client.get("/api/admin/role-audit", {"workspaceId": str(uuid.uuid4())})
    assert AuditEvent.objects.filter(action="all_role_audits_viewed").count() == 2


def test_a_super_admin_is_slowed_down(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rbac.watched.PER_MINUTE", 2)
    client = cast.client("superuser")
    answers = [client.get("/api/admin/role-audit") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[-1].json()["code"] == "rate_limited"
    assert int(answers[-1]["Retry-After"]) == answers[-1].json()["retry_after"] == 30
    assert AuditEvent.objects.filter(action="all_role_audits_viewed").count() == 2


# --- the page and the file -------------------------------------------------------------------


def page(cast: Cast, caller: str = "owner", query: str = "") -> str:
    path = "/watch/role-audit" if caller == "superuser" else "/w/acme/role-audit"
    answer = cast.client(caller).get(f"{path}{query}")
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_the_page_says_in_words_what_happened_and_by_whose_hand(cast: Cast) -> None:
    change(cast, "member", Role.ADMIN, oneself(cast.people["owner"]))
    user = by_sql("DELETE FROM workspaces_membership WHERE user_id = %s", cast.people["viewer"].pk)
    text = page(cast)
    for words in (
        "was Member and is now Admin",
        "by owner@acme.test",
        "was removed (was Viewer)",
        f"by the database itself (user {user})",
        "joined as Viewer",
        "by the command test",
        "Today",
    ):
        assert words in text, words


def test_a_page_keeps_only_filters_that_can_be_and_leads_on_from_a_foreign_cursor(
    cast: Cast,
) -> None:
    assert "No such change" not in page(cast, query="?kind=nonsense&since=soon&role=")
    assert "No such change" in page(cast, query="?changedBy=nobody")
    answer = cast.client("owner").get("/w/acme/role-audit?kind=joined&cursor=x")
    assert (answer.status_code, answer["Location"]) == (302, "/w/acme/role-audit?kind=joined")


def test_the_page_of_all_names_the_workspace_and_can_be_narrowed_to_it(cast: Cast) -> None:
    assert {"Acme", "Globex"} <= set(re.findall(r">(Acme|Globex)<", page(cast, "superuser")))
    narrowed = page(cast, "superuser", f"?workspaceId={cast.globex.pk}")
    assert "owner@globex.test" in narrowed
    assert "owner@acme.test" not in narrowed


def lines(answer: Any) -> list[dict[str, str]]:
    text = b"".join(answer.streaming_content).decode("utf-8")
    assert text.startswith("\ufeff")
    return list(csv.DictReader(text[1:].splitlines()))


def test_the_file_has_what_the_filters_leave_and_its_export_is_an_event(cast: Cast) -> None:
    change(cast, "member", Role.ADMIN)
    client = cast.client("owner")
    everything = lines(client.get("/w/acme/role-audit.csv"))
    assert [line["kind"] for line in everything] == ["changed"] + ["joined"] * 4
    assert everything[0]["targetEmail"] == "member@acme.test"
    answer = client.get("/w/acme/role-audit.csv?role=viewer")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"].startswith('attachment; filename="role-audit-acme-')
    assert [line["newRole"] for line in lines(answer)] == ["viewer"]
    events = AuditEvent.objects.filter(action="role_audit_exported").order_by("seq")
    assert [event.workspace_id for event in events] == [cast.acme.pk] * 2
    assert events[1].after == {"role": "viewer"}


def test_a_super_admin_has_all_of_them_in_one_file(cast: Cast) -> None:
    found = lines(cast.client("superuser").get("/watch/role-audit.csv"))
    assert {line["workspaceName"] for line in found} == {"Acme", "Globex"}
    event = AuditEvent.objects.get(action="all_role_audits_exported")
    assert (event.chain, event.actor_label) == ("platform", "super@demo.test")
    client = cast.client("superuser")
    lines(client.get("/watch/role-audit.csv", {"workspaceId": str(cast.acme.pk)}))
    assert AuditEvent.objects.get(action="role_audit_exported").workspace_id == cast.acme.pk


@pytest.mark.parametrize(
    "name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", '=HYPERLINK("x")', "\uff1d1"]
)
def test_no_cell_of_the_file_is_a_formula(name: str, cast: Cast) -> None:
    User.objects.filter(pk=cast.people["viewer"].pk).update(name=name)
    Workspace.objects.filter(pk=cast.acme.pk).update(name=name)
    answer: Any = cast.client("owner").get("/w/acme/role-audit.csv?role=viewer")
    text = b"".join(answer.streaming_content).decode()[1:]
    (line,) = csv.DictReader(io.StringIO(text, newline=""))
    assert line["targetName"] == line["workspaceName"]
    assert line["targetName"].startswith("'")
    assert line["targetName"].replace("'", "") == name


@pytest.mark.parametrize("name", ["x;=1+1;y", "x\t=1", "x; @SUM(A1)"])
def test_no_part_of_a_cell_is_a_formula_where_a_spreadsheet_splits_it(
    name: str, cast: Cast
) -> None:
    User.objects.filter(pk=cast.people["viewer"].pk).update(name=name)
    answer: Any = cast.client("owner").get("/w/acme/role-audit.csv?role=viewer")
    text = b"".join(answer.streaming_content).decode()[1:]
    for separator in ";\t":
        for line in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            assert not [cell for cell in line if cell.lstrip().startswith(("=", "@"))]


def test_a_long_file_comes_in_pieces_without_gap_or_repeat(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rbac.audit_csv.CHUNK", 3)
    for role in (Role.ADMIN, Role.VIEWER, Role.MEMBER) * 3:
        change(cast, "member", role)
    found = lines(cast.client("owner").get("/w/acme/role-audit.csv"))
    assert len(found) == 13
    assert [line["createdAt"] for line in found] == sorted(
        (line["createdAt"] for line in found), reverse=True
    )
