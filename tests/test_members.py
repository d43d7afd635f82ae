"""Who is in a workspace and as what: read, changed, removed, by whom and by whom not."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import now
from pytest_django import DjangoAssertNumQueries

from governance.models import AuditEvent
from rbac import listing
from rbac.models import MembersView
from tests.cast import Cast, factor
from workspaces.access import codenames_of
from workspaces.models import Membership, RoleAuditLog, WorkspaceUserObjectPermission

pytestmark = pytest.mark.django_db


def url(cast: Cast, who: str | uuid.UUID = "") -> str:
    base = f"/api/workspaces/{cast.acme.pk}/members"
    if not who:
        return base
    return f"{base}/{cast.people[who].pk if isinstance(who, str) else who}"


def members(client: Client, cast: Cast, **query: str) -> dict[str, Any]:
    answer = client.get(url(cast), query)
    assert answer.status_code == 200, answer.content
    return {row["email"].split("@")[0]: row for row in answer.json()["results"]}


def change(client: Client, cast: Cast, who: str, role: str, version: int = 1) -> Any:
    body = {"targetUserId": str(cast.people[who].pk), "newRole": role, "version": version}
    return client.patch(url(cast, who), body, content_type="application/json")


def role_of(cast: Cast, who: str) -> str:
    return Membership.objects.get(workspace=cast.acme, user=cast.people[who]).role


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


# --- read ------------------------------------------------------------------------------------


def test_it_works(cast: Cast) -> None:
    row = members(cast.client("owner"), cast)["viewer"]
    assert row == {
        "userId": str(cast.people["viewer"].pk),
        "email": "viewer@acme.test",
        "name": "viewer",
        "role": "viewer",
        "joinedAt": row["joinedAt"],
        "version": 1,
        "secondFactor": False,
        "lastActiveAt": None,
    }


def test_a_viewer_sees_roles_and_nobodys_second_factor(cast: Cast) -> None:
    rows = members(cast.client("viewer"), cast)
    assert {name: row["role"] for name, row in rows.items()} == {
        name: name for name in ("owner", "admin", "member", "viewer")
    }
    assert not any("secondFactor" in row or "lastActiveAt" in row for row in rows.values())


def test_a_member_sees_the_own_role_alone(cast: Cast) -> None:
    rows = members(cast.client("member"), cast)
    assert [name for name, row in rows.items() if "role" in row] == ["member"]


@pytest.mark.parametrize(
    ("who", "query"),
    [
        ("member", {"ordering": "role"}),
        ("member", {"ordering": "-role"}),
        ("member", {"role": "owner"}),
        ("viewer", {"ordering": "lastActiveAt"}),
        ("viewer", {"ordering": "secondFactor"}),
    ],
)
def test_nobody_orders_or_filters_by_what_they_do_not_see(
    cast: Cast, who: str, query: dict[str, str]
) -> None:
    answer = cast.client(who).get(url(cast), query)
    assert code(answer) == (400, "field_forbidden")


@pytest.mark.parametrize(
    ("ordering", "expected"),
    [
        ("name", ["admin", "member", "owner", "viewer"]),
        ("-email", ["viewer", "owner", "member", "admin"]),
        ("role", ["owner", "admin", "member", "viewer"]),
        ("joinedAt", ["owner", "admin", "member", "viewer"]),
    ],
)
def test_any_column_sorts(cast: Cast, ordering: str, expected: list[str]) -> None:
    assert list(members(cast.client("owner"), cast, ordering=ordering)) == expected


def test_the_list_is_searched_filtered_and_paged(cast: Cast) -> None:
    client = cast.client("owner")
    assert list(members(client, cast, search="VIEW acme")) == ["viewer"]
    assert list(members(client, cast, role="admin,owner")) == ["admin", "owner"]
    page = client.get(url(cast), {"pageSize": "3", "page": "2"}).json()
    assert (len(page["results"]), page["count"], page["next"]) == (1, 4, None)


def test_looking_is_written_down_once_in_a_quarter_of_an_hour(cast: Cast) -> None:
    for who in ("owner", "owner", "viewer"):
        members(cast.client(who), cast)
    seen = AuditEvent.objects.filter(action="members_viewed", workspace_id=cast.acme.pk)
    assert sorted(seen.values_list("actor_id", flat=True)) == sorted(
        str(cast.people[who].pk) for who in ("owner", "viewer")
    )


def test_a_look_that_another_process_has_written_down_puts_the_next_event_off_by_no_more(
    cast: Cast,
) -> None:
    def minutes_ago(minutes: int) -> None:
        MembersView.objects.update(viewed_at=now() - timedelta(minutes=minutes))

    members(cast.client("viewer"), cast)
    listing._written.clear()  # as in a process that has not heard of it
    minutes_ago(14)
    members(cast.client("viewer"), cast)
    ((who, noted),) = listing._written.items()
    listing._written[who] = noted - 120  # two minutes later
    minutes_ago(16)
    members(cast.client("viewer"), cast)
    assert AuditEvent.objects.filter(action="members_viewed").count() == 2


def test_last_active_and_second_factor_are_told_to_admins(cast: Cast) -> None:
    from allauth.mfa.models import Authenticator  # noqa: PLC0415 -- needs the apps

    cast.client("viewer").get("/api/me")
    Authenticator.objects.create(
        user=cast.people["viewer"], type=Authenticator.Type.TOTP, data={"secret": "x"}
    )
    Authenticator.objects.create(
        user=cast.people["member"], type=Authenticator.Type.RECOVERY_CODES, data={}
    )
    rows = members(cast.client("admin"), cast)
    assert [name for name, row in rows.items() if row["secondFactor"]] == ["viewer"]
    assert rows["viewer"]["lastActiveAt"] is not None


def test_as_many_queries_for_one_page_as_for_another(
    cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = cast.client("owner")
    members(client, cast)
    with django_assert_max_num_queries(8):
        members(client, cast)


# --- changed ---------------------------------------------------------------------------------


def test_a_change_is_told_and_takes_effect(cast: Cast) -> None:
    answer = change(cast.client("owner"), cast, "viewer", "admin")
    assert (answer.status_code, answer.json()["role"], answer.json()["version"]) == (
        200,
        "admin",
        2,
    )
    grants = WorkspaceUserObjectPermission.objects.filter(
        content_object=cast.acme, user=cast.people["viewer"]
    ).select_related("permission__content_type")
    named = {f"{g.permission.content_type.app_label}.{g.permission.codename}" for g in grants}
    assert named == codenames_of("admin")
    event = AuditEvent.objects.get(action="role_changed")
    assert event.before is not None
    assert event.after is not None
    assert (event.before["role"], event.after["role"]) == ("viewer", "admin")
    audit = RoleAuditLog.objects.filter(new_role="admin", old_role="viewer").get()
    assert audit.changed_by == str(cast.people["owner"].pk)


@pytest.mark.parametrize(
    ("caller", "target", "role", "expected"),
    [
        ("viewer", "member", "viewer", (403, "permission_denied")),
        ("member", "viewer", "member", (403, "permission_denied")),
        ("admin", "viewer", "member", (200, "")),
        ("admin", "member", "viewer", (200, "")),
        ("admin", "viewer", "admin", (403, "owner_only")),
        ("admin", "viewer", "owner", (403, "owner_only")),
        ("admin", "owner", "viewer", (403, "owner_only")),
        ("admin", "owner", "owner", (403, "owner_only")),
        ("admin", "admin", "viewer", (403, "own_role")),
        ("owner", "owner", "viewer", (403, "own_role")),
        ("owner", "admin", "owner", (200, "")),
        ("stranger", "viewer", "member", (404, "not_found")),
        ("superuser", "viewer", "member", (404, "not_found")),
        ("nobody", "viewer", "member", (401, "not_authenticated")),
        ("owner_key", "viewer", "member", (403, "key_forbidden")),
    ],
)
def test_who_may_change_whose_role(
    cast: Cast, caller: str, target: str, role: str, expected: tuple[int, str]
) -> None:
    answer = change(cast.client(caller), cast, target, role)
    assert (answer.status_code, answer.json().get("code", "")) == expected
    assert role_of(cast, target) == (role if expected[0] == 200 else target)


def test_a_stale_version_gives_the_present_row(cast: Cast) -> None:
    owner = cast.client("owner")
    change(owner, cast, "viewer", "member")
    answer = change(owner, cast, "viewer", "admin", version=1)
    assert code(answer) == (409, "stale_version")
    assert (answer.json()["current"]["role"], answer.json()["current"]["version"]) == ("member", 2)


def test_what_is_so_already_changes_nothing(cast: Cast) -> None:
    answer = change(cast.client("owner"), cast, "viewer", "viewer")
    assert (answer.status_code, answer.json()["version"]) == (200, 1)
    assert not AuditEvent.objects.filter(action="role_changed").exists()


@pytest.mark.parametrize(
    ("body", "field", "expected"),
    [
        ({"newRole": "member"}, "version", "required"),
        ({"version": 1}, "newRole", "required"),
        ({"version": 1, "newRole": "king"}, "newRole", "invalid_choice"),
        (
            {"version": 1, "newRole": "member", "targetUserId": str(uuid.uuid4())},
            "targetUserId",
            "user_mismatch",
        ),
    ],
)
def test_bad_input_is_named(cast: Cast, body: dict[str, Any], field: str, expected: str) -> None:
    answer = cast.client("owner").patch(url(cast, "viewer"), body, content_type="application/json")
    assert answer.status_code == 400
    assert [(e["field"], e["code"]) for e in answer.json()["errors"]] == [(field, expected)]


@pytest.mark.parametrize("caller", ["owner", "viewer"])
def test_somebody_of_another_workspace_is_not_there(cast: Cast, caller: str) -> None:
    client = cast.client(caller)
    assert code(change(client, cast, "stranger", "viewer")) == (404, "not_found")
    assert code(client.delete(url(cast, "stranger"))) == (404, "not_found")
    nobody = client.patch(url(cast, uuid.uuid4()), {}, content_type="application/json")
    assert code(nobody) == (404, "not_found")


def test_that_the_own_role_is_not_changed_comes_before_what_is_wrong_with_the_body(
    cast: Cast,
) -> None:
    answer = cast.client("owner").patch(url(cast, "owner"), {}, content_type="application/json")
    assert code(answer) == (403, "own_role")


def test_the_last_owner_cannot_be_demoted_by_odd_grants(cast: Cast) -> None:
    """Whoever has the rights of an owner by SQL alone meets the database."""
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO workspaces_workspaceuserobjectpermission"
            " (content_object_id, user_id, permission_id)"
            " SELECT %s, %s, permission_id FROM workspaces_workspaceuserobjectpermission"
            " WHERE user_id = %s ON CONFLICT DO NOTHING",
            [cast.acme.pk, cast.people["admin"].pk, cast.people["owner"].pk],
        )
    answer = change(cast.client("admin"), cast, "owner", "viewer")
    assert code(answer) == (409, "last_owner")
    assert role_of(cast, "owner") == "owner"


# --- removed ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("caller", "target", "expected"),
    [
        ("owner", "admin", 204),
        ("owner", "viewer", 204),
        ("admin", "viewer", 204),
        ("admin", "owner", 403),
        ("member", "viewer", 403),
        ("viewer", "member", 403),
        ("viewer", "viewer", 204),
        ("admin", "admin", 204),
        ("owner", "owner", 409),
        ("stranger", "viewer", 404),
        ("owner", "stranger", 404),
        ("owner_key", "viewer", 403),
        ("owner_key", "owner", 403),
    ],
)
def test_who_may_remove_whom(cast: Cast, caller: str, target: str, expected: int) -> None:
    answer = cast.client(caller).delete(url(cast, target))
    assert answer.status_code == expected
    there = Membership.objects.filter(workspace=cast.acme, user=cast.people[target]).exists()
    assert there == (expected != 204 and target != "stranger")


def test_leaving_and_removing_are_told_apart(cast: Cast) -> None:
    cast.client("viewer").delete(url(cast, "viewer"))
    cast.client("owner").delete(url(cast, "member"))
    told = AuditEvent.objects.filter(action__in=["member_left", "member_removed"])
    assert {(e.action, (e.before or {})["userId"]) for e in told} == {
        ("member_left", str(cast.people["viewer"].pk)),
        ("member_removed", str(cast.people["member"].pk)),
    }


# --- many at once ----------------------------------------------------------------------------


def bulk(client: Client, cast: Cast, dry: bool = False, **roles: str) -> Any:
    changes = [
        {"userId": str(cast.people[who].pk), "newRole": role, "version": 1}
        for who, role in roles.items()
    ]
    body: dict[str, Any] = {"changes": changes}
    if dry:
        body["dryRun"] = True
    return client.post(f"{url(cast)}/bulk", body, content_type="application/json")


def test_many_change_at_once(cast: Cast) -> None:
    answer = bulk(cast.client("owner"), cast, member="viewer", viewer="member")
    assert answer.status_code == 200
    assert {row["role"]: row["oldRole"] for row in answer.json()["results"]} == {
        "viewer": "member",
        "member": "viewer",
    }
    assert (role_of(cast, "member"), role_of(cast, "viewer")) == ("viewer", "member")
    assert AuditEvent.objects.filter(action="role_changed").count() == 2


def test_the_answer_to_many_is_as_true_as_the_list(cast: Cast) -> None:
    cast.client("viewer").get("/api/me")
    factor(cast.people["viewer"])
    (row,) = bulk(cast.client("owner"), cast, viewer="member").json()["results"]
    assert row["secondFactor"] is True
    assert row["lastActiveAt"] is not None


def test_who_may_not_see_roles_is_not_told_the_former(cast: Cast) -> None:
    rows = WorkspaceUserObjectPermission.objects.filter(user=cast.people["owner"])
    rows.filter(content_object=cast.acme, permission__codename="view_roles").delete()
    (row,) = bulk(cast.client("owner"), cast, dry=True, viewer="member").json()["results"]
    assert row.keys().isdisjoint({"role", "oldRole"})


def test_a_preview_names_gains_and_losses_and_changes_nothing(cast: Cast) -> None:
    answer = bulk(cast.client("owner"), cast, dry=True, member="viewer", viewer="admin")
    rows = {row["email"]: row for row in answer.json()["results"]}
    assert "see the roles of others" in rows["member@acme.test"]["gains"]
    assert "rename, pause and resume campaigns" in rows["member@acme.test"]["losses"]
    assert rows["viewer@acme.test"]["losses"] == []
    assert (role_of(cast, "member"), role_of(cast, "viewer")) == ("member", "viewer")
    assert not AuditEvent.objects.filter(action="role_changed").exists()


def test_one_refused_is_all_refused(cast: Cast) -> None:
    answer = bulk(cast.client("admin"), cast, member="viewer", viewer="owner", admin="owner")
    assert code(answer) == (409, "bulk_refused")
    assert {(e["userId"], e["code"]) for e in answer.json()["errors"]} == {
        (str(cast.people["viewer"].pk), "owner_only"),
        (str(cast.people["admin"].pk), "own_role"),
    }
    assert role_of(cast, "member") == "member"


def test_nobody_is_in_it_twice_and_not_more_than_500(cast: Cast) -> None:
    one = {"userId": str(cast.people["viewer"].pk), "newRole": "member", "version": 1}
    client = cast.client("owner")
    for changes in ([one, one], [one] * 501, []):
        answer = client.post(
            f"{url(cast)}/bulk", {"changes": changes}, content_type="application/json"
        )
        assert answer.status_code == 400, changes


def test_a_stranger_in_it_is_named(cast: Cast) -> None:
    answer = bulk(cast.client("owner"), cast, stranger="viewer", viewer="member")
    assert [(e["userId"], e["code"]) for e in answer.json()["errors"]] == [
        (str(cast.people["stranger"].pk), "not_found")
    ]
