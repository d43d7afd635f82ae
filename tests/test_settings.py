"""A workspace's own row and settings: changed by its owner, by compare-and-set, and told."""

import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from openapi_schema_validator import OAS31Validator
from pytest_django import DjangoDbBlocker

from governance.models import AuditEvent
from orchestrator.events import command
from tests.cast import Cast
from tests.web_process import own_database
from workspaces import quotas, services, settings
from workspaces.models import Role, User, Workspace

ACTOR = command("test")


def get(cast: Cast, caller: str, path: str = "") -> Any:
    return cast.client(caller).get(f"/api/workspaces/{cast.acme.pk}{path}")


def patch(cast: Cast, body: Any, path: str = "", caller: str = "owner") -> Any:
    client = cast.client(caller)
    return client.patch(
        f"/api/workspaces/{cast.acme.pk}{path}", body, content_type="application/json"
    )


def problem(answer: Any, status: int, code: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.content
    body: dict[str, Any] = answer.json()
    assert body["code"] == code, body
    return body


def events(action: str) -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(action=action))


# --- the workspace ---------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["owner", "admin", "member", "viewer"])
def test_every_member_sees_the_workspace_and_its_quotas(cast: Cast, role: str) -> None:
    quotas.set_limit(cast.acme, quotas.Name.KEYS, 3, actor=ACTOR)
    assert get(cast, role).json() == {
        "id": str(cast.acme.pk),
        "name": "Acme",
        "slug": "acme",
        "role": role,
        "status": "stale",
        "timezone": "UTC",
        "quota": {
            "campaigns": {"limit": 1000, "used": 1},
            "members": {"limit": 1000, "used": 4},
            "sockets": {"limit": 2000, "used": 0},
            "keys": {"limit": 3, "used": cast.acme.api_keys.count()},
            "heartbeatsPerMinute": {"limit": 60_000, "used": 0},
            "hookCallsPerMinute": {"limit": 6000, "used": 0},
        },
        "version": 1,
    }


def test_the_etag_moves_with_the_answer(cast: Cast) -> None:
    before = get(cast, "owner")["ETag"]
    same = cast.client("owner").get(
        f"/api/workspaces/{cast.acme.pk}", headers={"If-None-Match": before}
    )
    assert same.status_code == 304
    patch(cast, {"version": 1, "name": "New"})
    assert get(cast, "owner")["ETag"] != before
    assert get(cast, "viewer")["ETag"] != get(cast, "owner")["ETag"]


def test_the_owner_changes_it_and_the_ledger_hears_what(cast: Cast) -> None:
    body = {"version": 1, "name": "Acme & Co", "slug": "acme-co", "timezone": "Europe/Berlin"}
    changed = patch(cast, body)
    assert changed.status_code == 200
    assert changed.json().items() >= {**body, "version": 2, "role": "owner"}.items()
    assert get(cast, "viewer").json()["name"] == "Acme & Co"
    cast.acme.refresh_from_db()
    assert cast.acme.tag == "ork:acme"  # of its workflows: never changes
    (event,) = events("workspace_changed")
    assert event.actor_id == str(cast.people["owner"].pk)
    assert event.before == {"name": "Acme", "slug": "acme", "timezone": "UTC"}
    assert event.after == {"name": "Acme & Co", "slug": "acme-co", "timezone": "Europe/Berlin"}
    assert cast.client("member").get("/w/acme-co/").status_code == 200


def test_what_is_so_already_changes_nothing(cast: Cast) -> None:
    for body in ({"version": 1}, {"version": 1, "name": "Acme", "slug": "acme"}):
        answer = patch(cast, body)
        assert answer.status_code == 200
        assert answer.json()["version"] == 1
    answer = patch(cast, {"version": 1, "changes": {"staleAfterSeconds": 300}}, "/settings")
    assert answer.json()["version"] == 1
    assert not events("workspace_changed")
    assert not events("settings_changed")


def test_who_has_not_seen_the_last_change_is_shown_it(cast: Cast) -> None:
    patch(cast, {"version": 1, "name": "First"})
    body = problem(patch(cast, {"version": 1, "name": "Second"}), 409, "stale_version")
    assert body["current"] == get(cast, "owner").json()
    assert body["current"]["name"] == "First"
    late = {"version": 1, "changes": {"timezone": "Asia/Tokyo"}}
    body = problem(patch(cast, late, "/settings"), 409, "stale_version")
    assert body["current"] == get(cast, "owner", "/settings").json()
    assert body["current"]["version"] == 2


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({"name": "New"}, "version", "required"),
        ({}, "version", "required"),
        ({"version": None}, "version", "null"),
        ({"version": "one"}, "version", "invalid"),
        ({"version": 0}, "version", "min_value"),
        ({"version": 1, "name": " "}, "name", "blank"),
        ({"version": 1, "name": "x" * 101}, "name", "max_length"),
        ({"version": 1, "slug": "no slug"}, "slug", "invalid"),
        ({"version": 1, "timezone": "Mars/Base"}, "timezone", "invalid_timezone"),
        ([], "", "invalid"),
    ],
)
def test_what_cannot_be_is_refused(cast: Cast, body: Any, field: str, code: str) -> None:
    (error,) = problem(patch(cast, body), 400, code)["errors"]
    assert (error["field"], error["code"]) == (field, code)


def test_a_slug_is_one_workspaces(cast: Cast) -> None:
    problem(patch(cast, {"version": 1, "slug": "globex"}), 409, "slug_taken")
    assert patch(cast, {"version": 1, "slug": "initech"}).status_code == 200
    free = services.create_workspace("Acme", owner=cast.people["owner"], actor=ACTOR)
    assert (free.slug, free.tag) == ("acme", "ork:acme-2")  # the tag stays with who has it


def test_a_german_name_becomes_a_slug_as_germans_write_it(cast: Cast) -> None:
    made = services.create_workspace("Süß & Söhne", owner=cast.people["owner"], actor=ACTOR)
    assert made.slug == "suss-sohne"


# --- the settings ----------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["owner", "admin"])
def test_admins_and_owners_see_the_settings(cast: Cast, role: str) -> None:
    body = get(cast, role, "/settings").json()
    assert body["version"] == 1
    assert body["settings"] == {
        "staleAfterSeconds": 300,
        "timezone": "UTC",
        "requireSecondFactor": False,
        "storeHookBodies": False,
    }
    assert body["schema"] == settings.schema()


def test_the_schema_is_one_and_says_what_the_door_takes(cast: Cast) -> None:
    schema = get(cast, "owner", "/settings").json()["schema"]
    OAS31Validator.check_schema(schema)
    validator = OAS31Validator(schema)
    version = 1
    for value, right in ((9, False), (10, True), (86_400, True), (86_401, False), ("x", False)):
        changes = {"staleAfterSeconds": value}
        answer = patch(cast, {"version": version, "changes": changes}, "/settings")
        assert answer.status_code == (200 if right else 400)
        version += right
        assert validator.is_valid(changes) is right
    assert not validator.is_valid({"nothing": 1})


def test_the_owner_changes_settings_and_the_ledger_hears_what(cast: Cast) -> None:
    changes = {"staleAfterSeconds": 60, "timezone": "UTC"}
    answer = patch(cast, {"version": 1, "changes": changes}, "/settings")
    assert answer.json()["version"] == 2
    assert answer.json()["settings"] == {
        **changes,
        "requireSecondFactor": False,
        "storeHookBodies": False,
    }
    assert get(cast, "admin", "/settings").json() == answer.json()
    assert get(cast, "owner").json()["version"] == 2  # one version for both
    (event,) = events("settings_changed")
    assert (event.before, event.after) == ({"staleAfterSeconds": 300}, {"staleAfterSeconds": 60})


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({"version": 1}, "changes", "required"),
        ({"changes": {}}, "version", "required"),
        ({"version": 1, "changes": []}, "changes", "invalid"),
        ({"version": 1, "changes": {"staleAfter": 1}}, "changes.staleAfter", "unknown_setting"),
        (
            {"version": 1, "changes": {"staleAfterSeconds": 9}},
            "changes.staleAfterSeconds",
            "min_value",
        ),
        ({"version": 1, "changes": {"timezone": ""}}, "changes.timezone", "blank"),
    ],
)
def test_settings_that_cannot_be_are_refused(cast: Cast, body: Any, field: str, code: str) -> None:
    (error,) = problem(patch(cast, body, "/settings"), 400, code)["errors"]
    assert (error["field"], error["code"]) == (field, code)


# --- at once ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def database(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock(), own_database("test_settings"):
        yield


def test_of_two_who_write_at_once_one_is_told(database: None) -> None:
    owner = User.objects.create_user(f"{uuid.uuid4().hex}@x.test")
    workspace = services.create_workspace("Race", owner=owner, actor=ACTOR)

    def write(name: str) -> bool:
        try:
            settings.change_workspace(workspace, {"name": name}, version=version, actor=ACTOR)
        except settings.StaleVersion:
            return False
        else:
            return True
        finally:
            connection.close()

    for version in range(1, 11):
        with ThreadPoolExecutor(2) as threads:
            written = list(threads.map(write, [f"A{version}", f"B{version}"]))
        assert written.count(True) == 1
        assert Workspace.objects.get(pk=workspace.pk).version == version + 1


def test_of_two_who_want_one_slug_one_gets_it(database: None) -> None:
    owner = User.objects.create_user(f"{uuid.uuid4().hex}@x.test")
    pair = [services.create_workspace("Pair", owner=owner, actor=ACTOR) for _ in range(2)]

    def take(workspace: Workspace) -> bool:
        try:
            settings.change_workspace(workspace, {"slug": slug}, version=1, actor=ACTOR)
        except services.SlugTaken:
            return False
        else:
            return True
        finally:
            connection.close()

    slug = f"slug-{uuid.uuid4().hex[:8]}"
    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(take, pair)) == [False, True]


def test_a_superuser_who_is_a_member_is_one(cast: Cast) -> None:
    services.add_member(cast.acme, cast.people["superuser"], Role.VIEWER, actor=ACTOR)
    assert get(cast, "superuser").status_code == 200
    assert patch(cast, {"version": 1, "name": "x"}, caller="superuser").status_code == 403
