"""API keys: shown once, of one workspace, never more than their maker or their role."""

import threading
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now
from pytest_django.plugin import DjangoDbBlocker

from governance.models import AuditEvent
from orchestrator.events import command
from rbac.roles import permissions_of
from tests.cast import Cast
from tests.web_process import own_database
from workspaces import keys, quotas, services
from workspaces.access import NOT_BY_KEY, access_to, forget
from workspaces.models import ApiKey, Membership, Quota, Role, User, Workspace
from workspaces.models import WorkspaceUserObjectPermission as Grant

ACTOR = command("test")


def bearing(token: str, **options: Any) -> Client:
    headers = {"Authorization": f"Bearer {token}"}
    return Client(raise_request_exception=False, headers=headers, **options)


def status(token: str, cast: Cast) -> int:
    answer = bearing(token).get(f"/api/workspaces/{cast.acme.pk}/permissions")
    if answer.status_code == 401:
        assert answer.json()["code"] == "invalid_key"
    return answer.status_code


def path(cast: Cast, rest: str = "") -> str:
    return f"/api/workspaces/{cast.acme.pk}/api-keys{rest}"


def post(client: Client, where: str, **body: Any) -> Any:
    return client.post(where, body, content_type="application/json")


def sql(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def role_of(person: User, role: str) -> None:
    sql("UPDATE workspaces_membership SET role = %s WHERE user_id = %s", role, person.pk)


@pytest.fixture
def second(cast: Cast) -> Cast:
    """With another owner, so that the first may go."""
    services.add_member(cast.acme, cast.people["stranger"], Role.OWNER, actor=ACTOR)
    return cast


# --- made, listed, rotated, revoked ----------------------------------------------------------


def test_a_key_is_shown_once_and_kept_as_a_hash(cast: Cast) -> None:
    owner = cast.client("owner")
    made = post(owner, path(cast), name="Dashboard", role="viewer")
    assert made.status_code == 201
    assert made["Cache-Control"] == "no-store"
    shown = made.json()
    token = shown.pop("key")
    assert shown == {
        "id": shown["id"],
        "name": "Dashboard",
        "role": "viewer",
        "prefix": token[:12],
        "createdBy": str(cast.people["owner"].pk),
        "createdAt": shown["createdAt"],
        "lastUsedAt": None,
        "expiresAt": None,
        "oldValidUntil": None,
    }
    assert token.startswith("ork_")
    assert len(token) == 4 + 43  # 256 bits
    assert status(token, cast) == 200
    listed = owner.get(path(cast))
    assert token not in listed.content.decode()
    (row,) = listed.json()["results"]
    assert row.pop("lastUsedAt") is not None
    assert row == {name: value for name, value in shown.items() if name != "lastUsedAt"}
    kept = [str(value) for value in ApiKey.objects.values_list().get()]
    told = [repr(event) for event in AuditEvent.objects.values_list()]
    assert not any(token in text for text in (*kept, *told))


def test_its_times_are_in_utc_wherever_its_owner_lives(cast: Cast, settings: Any) -> None:
    settings.TIME_ZONE = "America/New_York"
    User.objects.filter(pk=cast.people["owner"].pk).update(timezone="Asia/Kolkata")
    owner = cast.client("owner")
    made = post(
        owner, path(cast), name="K", role="owner", expiresAt="2030-01-01T05:30:00+05:30"
    ).json()
    bare = post(owner, path(cast), name="L", role="owner", expiresAt="2030-01-01T00:00:00").json()
    assert made["expiresAt"] == bare["expiresAt"] == "2030-01-01T00:00:00Z"
    assert status(made["key"], cast) == 200
    rotated = post(owner, path(cast, f"/{made['id']}/rotate")).json()
    listed = owner.get(path(cast)).json()["results"]
    for row in (made, rotated, *listed):
        assert row["createdAt"].endswith("Z"), row
        assert row["expiresAt"] == "2030-01-01T00:00:00Z"
    assert any((row["lastUsedAt"] or "").endswith("Z") for row in listed)


def test_the_list_is_paged_the_newest_first(cast: Cast) -> None:
    for number in range(3):
        ApiKey.objects.filter(pk=cast.key().row.pk).update(name=f"K{number}")
    page = cast.client("owner").get(path(cast, "?pageSize=2")).json()
    assert [row["name"] for row in page["results"]] == ["K2", "K1"]
    assert (page["count"], page["previous"]) == (3, None)
    assert [row["name"] for row in cast.client("owner").get(page["next"]).json()["results"]] == [
        "K0"
    ]


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({"role": "viewer"}, "name", "required"),
        ({"name": " ", "role": "viewer"}, "name", "blank"),
        ({"name": "x" * 101, "role": "viewer"}, "name", "max_length"),
        ({"name": "K"}, "role", "required"),
        ({"name": "K", "role": "superuser"}, "role", "invalid_choice"),
        ({"name": "K", "role": ["owner"]}, "role", "invalid_choice"),
        ({"expiresAt": "2020-01-01T00:00:00Z"}, "expiresAt", "in_the_past"),
        ({"expiresAt": "9999-12-31T23:59:59-14:00"}, "expiresAt", None),
        ({"expiresAt": "0001-01-01T00:00:00+14:00"}, "expiresAt", None),
        ({"expiresAt": "2200-01-01T00:00:00Z"}, "expiresAt", "too_far"),
        ({"expiresAt": "tomorrow"}, "expiresAt", "invalid"),
        ({"expiresAt": 7}, "expiresAt", "invalid"),
    ],
)
def test_bad_input_is_named(body: dict[str, Any], field: str, code: str | None, cast: Cast) -> None:
    full = {"name": "K", "role": "viewer", **body} if "expiresAt" in body else body
    answer = post(cast.client("owner"), path(cast), **full)
    assert answer.status_code == 400, answer.content
    (error,) = answer.json()["errors"]
    assert error["field"] == field
    assert code is None or error["code"] == code
    assert not ApiKey.objects.exists()


def test_a_key_has_at_most_the_role_of_its_maker(cast: Cast) -> None:
    # No role below owner may make keys; somebody gave this one the right.
    Grant.objects.create(
        user=cast.people["admin"],
        content_object=cast.acme,
        permission_id=Grant.objects.filter(permission__codename="manage_keys")
        .values_list("permission_id", flat=True)
        .first(),
    )
    admin = cast.client("admin")
    refused = post(admin, path(cast), name="K", role="owner")
    assert (refused.status_code, refused.json()["code"]) == (403, "role_too_high")
    assert post(admin, path(cast), name="K", role="admin").status_code == 201


def test_each_write_is_one_event_with_its_actor(cast: Cast) -> None:
    owner = cast.client("owner")
    id = post(owner, path(cast), name="K", role="viewer").json()["id"]
    post(owner, path(cast, f"/{id}/rotate"))
    owner.delete(path(cast, f"/{id}"))
    events = AuditEvent.objects.filter(object__id=id).order_by("seq")
    assert [event.action for event in events] == [
        "api_key_created",
        "api_key_rotated",
        "api_key_revoked",
    ]
    assert {event.actor_id for event in events} == {str(cast.people["owner"].pk)}
    made, gone = events[0].after or {}, events[2].before or {}
    assert made["role"] == gone["role"] == "viewer"
    assert made["prefix"] != gone["prefix"]


def test_a_revoked_key_is_dead_at_once_and_revoking_twice_is_404(cast: Cast) -> None:
    shown = cast.key()
    owner = cast.client("owner")
    assert status(shown.token, cast) == 200
    assert owner.delete(path(cast, f"/{shown.row.pk}")).status_code == 204
    assert status(shown.token, cast) == 401
    assert owner.delete(path(cast, f"/{shown.row.pk}")).status_code == 404


def test_a_rotated_key_is_valid_in_both_forms_until_the_grace_ends(cast: Cast) -> None:
    old = cast.key()
    answer = post(cast.client("owner"), path(cast, f"/{old.row.pk}/rotate"), graceSeconds=100)
    assert answer.status_code == 200
    new = answer.json()
    assert new["id"] == str(old.row.pk)
    assert new["prefix"] == new["key"][:12] != old.row.prefix
    assert (status(old.token, cast), status(new["key"], cast)) == (200, 200)
    row = ApiKey.objects.get()
    assert row.old_until is not None
    assert timedelta(seconds=95) < row.old_until - now() <= timedelta(seconds=100)
    ApiKey.objects.update(old_until=now() - timedelta(milliseconds=1))
    assert (status(old.token, cast), status(new["key"], cast)) == (401, 200)


def test_without_a_word_about_it_the_overlap_is_a_day(cast: Cast) -> None:
    keys.rotate(cast.acme, cast.people["owner"], cast.key().row.pk, actor=ACTOR)
    until = ApiKey.objects.get().old_until
    assert until is not None
    assert timedelta(hours=23, minutes=59) < until - now() <= timedelta(hours=24)


def test_without_grace_the_old_form_is_dead_at_once(cast: Cast) -> None:
    old = cast.key()
    new = post(cast.client("owner"), path(cast, f"/{old.row.pk}/rotate"), graceSeconds=0).json()
    assert (status(old.token, cast), status(new["key"], cast)) == (401, 200)


def test_rotated_again_only_the_last_two_forms_are_valid(cast: Cast) -> None:
    forms = [cast.key()]
    for _ in range(2):
        forms.append(keys.rotate(cast.acme, cast.people["owner"], forms[0].row.pk, actor=ACTOR))
    assert [status(form.token, cast) for form in forms] == [401, 200, 200]


@pytest.mark.parametrize("grace", [-1, keys.LONGEST_GRACE + 1, "a day", None, 1.5])
def test_a_grace_of_more_than_a_week_or_less_than_none_is_refused(grace: Any, cast: Cast) -> None:
    shown = cast.key()
    where = path(cast, f"/{shown.row.pk}/rotate")
    assert post(cast.client("owner"), where, graceSeconds=grace).status_code == 400
    assert status(shown.token, cast) == 200


def test_only_its_maker_rotates_a_key_and_every_owner_revokes_it(second: Cast) -> None:
    shown = second.key()
    other = second.client("stranger")
    refused = post(other, path(second, f"/{shown.row.pk}/rotate"))
    assert (refused.status_code, refused.json()["code"]) == (403, "not_maker")
    assert status(shown.token, second) == 200
    assert other.delete(path(second, f"/{shown.row.pk}")).status_code == 204


def test_an_expired_key_is_not_rotated(cast: Cast) -> None:
    shown = cast.key()
    ApiKey.objects.update(expires_at=now() - timedelta(seconds=1))
    answer = post(cast.client("owner"), path(cast, f"/{shown.row.pk}/rotate"))
    assert (answer.status_code, answer.json()["code"]) == (409, "key_expired")


def test_the_replay_of_a_creation_does_not_show_the_key_again(cast: Cast) -> None:
    owner, body = cast.client("owner"), {"name": "K", "role": "viewer"}
    first, again = (
        owner.post(
            path(cast), body, content_type="application/json", headers={"Idempotency-Key": "one"}
        )
        for _ in range(2)
    )
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json()["id"] == again.json()["id"]
    assert "key" in first.json()
    assert "key" not in again.json()
    assert ApiKey.objects.count() == 1


def test_who_stopped_being_an_owner_at_the_door_makes_no_key(second: Cast) -> None:
    """Asked again under the lock: the memo of the door says still owner."""
    owner = second.people["owner"]
    assert access_to(owner, second.acme.pk) is not None
    role_of(owner, "admin")
    with pytest.raises(PermissionDenied):
        second.key()


# --- who calls -------------------------------------------------------------------------------


def test_a_key_beats_the_cookie_and_needs_no_csrf_token(cast: Cast) -> None:
    client = bearing(cast.key(Role.VIEWER).token, enforce_csrf_checks=True)
    client.force_login(cast.people["stranger"], backend="workspaces.identity.Backend")
    assert client.get("/api/me").json()["email"] == "owner@acme.test"
    where, body = "/api/sync/trigger", {"workspaceId": str(cast.acme.pk)}
    assert post(client, where, **body).json()["code"] == "permission_denied"
    del client.defaults["HTTP_AUTHORIZATION"]
    assert post(client, where, **body).json()["code"] == "csrf_failed"


@pytest.mark.parametrize(
    "header",
    [
        "Bearer",
        "Bearer ",
        "bearer x",
        "Bearer ork_",
        "Bearer ork_" + "A" * 43,
        "BEARER ork_" + "A" * 42 + "=",
        "Bearer ork_ä",
        "Bearer " + "x" * 5000,
        "Bearer\tork_nothing",
    ],
)
def test_a_wrong_key_is_401_also_beside_a_good_cookie(header: str, cast: Cast) -> None:
    client = cast.client("owner")
    answer = client.get("/api/me", headers={"Authorization": header})
    assert (answer.status_code, answer.json()["code"]) == (401, "invalid_key")
    assert answer["WWW-Authenticate"] == 'Bearer realm="Orchestrator", error="invalid_token"'


def test_another_scheme_is_nobodys_key(cast: Cast) -> None:
    """A proxy's own password in front of the product does not sign anybody out."""
    answer = cast.client("owner").get("/api/me", headers={"Authorization": "Basic eDp5"})
    assert answer.status_code == 200


def expired(cast: Cast) -> None:
    ApiKey.objects.update(expires_at=now() - timedelta(milliseconds=1))


def removed(cast: Cast) -> None:
    Membership.objects.get(user=cast.people["owner"], workspace=cast.acme).delete()


def removed_by_sql(cast: Cast) -> None:
    sql("DELETE FROM workspaces_membership WHERE user_id = %s", cast.people["owner"].pk)
    assert not ApiKey.objects.exists()


def deactivated(cast: Cast) -> None:
    sql("UPDATE workspaces_user SET is_active = false WHERE id = %s", cast.people["owner"].pk)


def deleted(cast: Cast) -> None:
    cast.people["owner"].delete()


@pytest.mark.parametrize("ended", [expired, removed, removed_by_sql, deactivated, deleted])
def test_a_key_ends(ended: Any, second: Cast) -> None:
    token = second.key().token
    assert status(token, second) == 200
    ended(second)
    services.check_now()  # what is deferred to the commit, too
    assert status(token, second) == 401


def test_a_key_of_a_demo_account_is_dead_where_there_is_no_demo(cast: Cast, settings: Any) -> None:
    settings.DEMO = False
    token = cast.key().token
    assert status(token, cast) == 200
    sql("UPDATE workspaces_user SET demo = true WHERE id = %s", cast.people["owner"].pk)
    assert status(token, cast) == 401


def test_a_key_opens_no_page(cast: Cast) -> None:
    client = cast.client("owner_key")
    assert client.get("/w/acme/").status_code == 302
    assert b"Acme" not in client.get("/").content
    assert client.get("/_allauth/app/v1/auth/session").status_code == 401


def test_a_key_is_found_by_the_index_of_its_hash(cast: Cast) -> None:
    membership = Membership.objects.get(user=cast.people["owner"])
    ApiKey.objects.bulk_create(
        ApiKey(
            workspace=cast.acme,
            membership=membership,
            name="K",
            role="viewer",
            prefix="ork_",
            digest=keys.digest_of(str(number)),
        )
        for number in range(2000)
    )
    sql("ANALYZE workspaces_apikey")
    with CaptureQueriesContext(connection) as captured:
        assert keys.opened_by("ork_" + "A" * 43) is None
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN " + captured[0]["sql"])
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert len(captured) == 1
    assert "BitmapOr" in plan
    assert "workspaces_apikey_digest_" in plan
    assert "workspaces_apikey_old_digest_" in plan


def test_it_costs_a_query_to_know_the_key_one_to_know_its_rights_and_one_to_note_the_call(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    client = cast.client("owner_key")
    where = f"/api/workspaces/{cast.acme.pk}/permissions"
    assert client.get(where).status_code == 200  # writes the use
    with django_assert_num_queries(3):
        client.get(where)


def test_the_last_use_is_written_at_most_once_a_minute(cast: Cast) -> None:
    shown = cast.key()
    status(shown.token, cast)
    used = ApiKey.objects.get().last_used_at
    assert used is not None
    ApiKey.objects.update(last_used_at=now() - timedelta(seconds=50))
    before = ApiKey.objects.get().last_used_at
    status(shown.token, cast)
    assert ApiKey.objects.get().last_used_at == before
    ApiKey.objects.update(last_used_at=now() - timedelta(seconds=61))
    status(shown.token, cast)
    assert now() - ApiKey.objects.get().last_used_at < timedelta(seconds=10)  # type: ignore[operator]


# --- what it may -----------------------------------------------------------------------------


def rights(cast: Cast, token: str) -> frozenset[str]:
    key = keys.opened_by(token)
    assert key is not None
    user = key.membership.user
    user.key = key
    access = access_to(user, cast.acme.pk)
    return access.codenames if access else frozenset()


@pytest.mark.parametrize("role", Role.values)
def test_an_owners_key_has_its_roles_rights_but_those_of_no_key(role: str, cast: Cast) -> None:
    assert rights(cast, cast.key(Role(role)).token) == permissions_of(role) - NOT_BY_KEY


@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize("present", ["admin", "member", "viewer"])
def test_a_demoted_makers_key_has_what_both_have(role: str, present: str, second: Cast) -> None:
    token = second.key(Role(role)).token
    role_of(second.people["owner"], present)
    left = permissions_of(role) & permissions_of(present) - NOT_BY_KEY
    assert rights(second, token) == left
    told = bearing(token).get(f"/api/workspaces/{second.acme.pk}/permissions").json()
    assert told["role"] == Role.least(role, present)
    assert told["canWrite"] is ("campaigns.change_campaign" in left)
    assert (told["canManage"], told["canManageKeys"]) == (False, False)
    (mine,) = bearing(token).get("/api/workspaces").json()["results"]
    assert mine["role"] == Role.least(role, present)


def test_a_grant_taken_from_the_maker_is_taken_from_the_key(cast: Cast) -> None:
    client = cast.client("viewer_key")
    where = f"/api/workspaces/{cast.acme.pk}/campaigns"
    assert client.get(where).status_code == 200
    Grant.objects.filter(user=cast.people["owner"], permission__codename="view_campaign").delete()
    assert client.get(where).json()["code"] == "permission_denied"


def test_what_the_maker_could_not_either_is_not_called_forbidden_to_keys(second: Cast) -> None:
    client = second.client("owner_key")
    assert client.get(path(second)).json()["code"] == "key_forbidden"
    role_of(second.people["owner"], "member")
    assert client.get(path(second)).json()["code"] == "permission_denied"


def test_a_key_sees_its_own_workspace_alone(cast: Cast) -> None:
    services.add_member(cast.globex, cast.people["owner"], Role.OWNER, actor=ACTOR)
    client = cast.client("owner_key")
    assert [row["name"] for row in client.get("/api/workspaces").json()["results"]] == ["Acme"]
    assert [row["name"] for row in client.get("/api/me").json()["workspaces"]] == ["Acme"]
    for there in (f"workspaces/{cast.globex.pk}/permissions", f"campaigns/{cast.foreign.pk}"):
        assert cast.client("owner").get(f"/api/{there}").status_code == 200
        assert client.get(f"/api/{there}").status_code == 404
    elsewhere = {"workspaceId": str(cast.globex.pk)}
    assert post(client, "/api/sync/trigger", **elsewhere).status_code == 404


def test_has_perm_knows_the_key(cast: Cast) -> None:
    owner = cast.people["owner"]
    assert owner.has_perm("workspaces.manage_keys", cast.acme)
    assert owner.has_perm("campaigns.trigger_sync", cast.campaign)
    forget(owner)
    owner.key = cast.key(Role.MEMBER).row
    forget(owner)
    assert owner.has_perm("campaigns.change_campaign", cast.campaign)
    assert not owner.has_perm("campaigns.trigger_sync", cast.campaign)
    assert not owner.has_perm("workspaces.manage_keys", cast.acme)


def test_nothing_of_a_superuser_reaches_a_key(cast: Cast, settings: Any) -> None:
    boss = cast.people["superuser"]
    services.add_member(cast.acme, boss, Role.OWNER, actor=ACTOR)
    client = bearing(cast.key(maker="superuser").token)
    assert client.get("/api/me").json()["isSuperuser"] is False
    for settings.ALLOW_SIGNUP in (False, True):
        refused = post(client, "/api/workspaces", name="Initech")
        assert (refused.status_code, refused.json()["code"]) == (403, "key_forbidden")
    boss.refresh_from_db()
    assert boss.is_superuser


def test_a_key_does_not_write_its_maker(cast: Cast) -> None:
    key = keys.opened_by(cast.key().token)
    assert key is not None
    user = key.membership.user
    user.key = key
    with pytest.raises(TypeError, match="whom it speaks for"):
        user.save()


def test_what_a_key_does_is_done_by_the_key_on_behalf_of_its_maker(cast: Cast) -> None:
    shown = cast.key()
    answer = post(bearing(shown.token), "/api/sync/trigger", workspaceId=str(cast.acme.pk))
    assert answer.status_code < 300
    event = AuditEvent.objects.get(action="sync_requested")
    assert (event.actor_type, event.actor_id) == ("key", str(shown.row.pk))
    assert (event.actor_label, event.on_behalf_of) == ("A key", str(cast.people["owner"].pk))


# --- the quota -------------------------------------------------------------------------------


def test_over_the_quota_there_is_no_key_more(cast: Cast) -> None:
    quotas.set_limit(cast.acme, quotas.Name.KEYS, 1, actor=ACTOR)
    owner = cast.client("owner")
    assert post(owner, path(cast), name="K", role="viewer").status_code == 201
    refused = post(owner, path(cast), name="K", role="viewer")
    assert (refused.status_code, refused.json()["code"]) == (409, "quota_exceeded")


def test_of_two_at_once_at_the_quota_one_gets_a_key(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> None:
    with django_db_blocker.unblock(), own_database("test_keys_race"):
        owner = User.objects.create_user("race@acme.test")
        workspace = services.create_workspace("Race", owner=owner, actor=ACTOR)
        Quota.objects.create(workspace=workspace, name=quotas.Name.KEYS, limit=1)
        for _ in range(10):
            ApiKey.objects.all().delete()
            assert sorted(two_at_once(workspace, owner)) == ["made", "refused"]
            assert ApiKey.objects.count() == 1


def two_at_once(workspace: Workspace, owner: User) -> list[str]:
    barrier, told = threading.Barrier(2), []

    def make() -> None:
        try:
            barrier.wait(10)
            maker = User.objects.get(pk=owner.pk)
            name = uuid.uuid4().hex
            keys.create(workspace, maker, name=name, role="viewer", actor=ACTOR)
            told.append("made")
        except quotas.Exceeded:
            told.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=make) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return told
