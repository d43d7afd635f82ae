"""The god view: all workspaces at one point in time, for super admins, each look written down."""

import time
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from governance.models import AuditEvent
from orchestrator.events import command
from tests.cast import CALLERS, KEYS, Cast
from workspaces import quotas, services
from workspaces.models import Health, Instance, Role, User, Workspace

ALL = "/api/admin/all-workspaces"
ACTOR = command("test")


def look(cast: Cast, path: str = ALL, **query: str) -> dict[str, Any]:
    answer = cast.client("superuser").get(path, query)
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


def names(cast: Cast, **query: str) -> list[str]:
    return [row["name"] for row in look(cast, **query)["results"]]


def many(cast: Cast, count: int) -> None:
    """By SQL: each with an owner, two members and a bar."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO workspaces_workspace (id, name, slug, tag, timezone, instance_id, version,"
            " created_at) SELECT gen_random_uuid(), 'Client ' || lpad(n::text, 4, '0'),"
            " 'client-' || n, 'ork:client-' || n, 'UTC', %s, 1, now()"
            " FROM generate_series(1, %s) n",
            [cast.acme.instance_id, count],
        )
        for caller, role in (("stranger", "owner"), ("member", "member"), ("viewer", "viewer")):
            cursor.execute(
                "INSERT INTO workspaces_membership (id, workspace_id, user_id, role, version,"
                " joined_at) SELECT gen_random_uuid(), id, %s, %s, 1, now()"
                " FROM workspaces_workspace WHERE slug LIKE 'client-%%'",
                [cast.people[caller].pk, role],
            )
        cursor.execute(
            "INSERT INTO workspaces_health (workspace_id, status, state_version, total, live,"
            " syncing, stale, error, n8n, sandbox) SELECT id,"
            " (ARRAY['live', 'syncing', 'stale', 'error'])[1 + row_number() OVER () % 4],"
            " 1, 4, 1, 1, 1, 1, 'ok', false FROM workspaces_workspace WHERE slug LIKE 'client-%'"
            " ON CONFLICT (workspace_id) DO NOTHING"
        )
        cursor.execute("ANALYZE workspaces_workspace, workspaces_membership, workspaces_health")


@pytest.mark.parametrize("path", [ALL, "/api/admin/workspaces/{acme}/members", "/watch/"])
def test_to_others_it_does_not_exist(path: str, cast: Cast) -> None:
    path = path.format(acme=cast.acme.pk)
    for caller in {*CALLERS, *KEYS} - {"superuser", "bare", "nobody"}:
        if caller in KEYS and not path.startswith("/api/"):
            continue  # a page knows no keys
        assert cast.client(caller).get(path).status_code == 404, caller


def test_a_row_has_what_somebody_who_watches_over_all_needs(cast: Cast) -> None:
    services.add_member(cast.acme, cast.people["stranger"], Role.OWNER, actor=ACTOR)
    quotas.set_limit(cast.acme, quotas.Name.MEMBERS, 5, actor=ACTOR)
    alive = timezone.now() - timedelta(seconds=30)
    Instance.objects.update(alive_at=alive, last_ok_at=alive - timedelta(hours=1), silent=False)
    cast.client("owner").get(f"/api/workspaces/{cast.acme.pk}/health")  # its bar is brought up
    found = look(cast, search="acme")
    assert found["count"] == 1
    assert abs((timezone.now() - datetime.fromisoformat(found["asOf"])).seconds) < 60
    (row,) = found["results"]
    assert row["id"] == str(cast.acme.pk)
    assert (row["name"], row["slug"]) == ("Acme", "acme")
    assert (row["ownerEmail"], row["owners"], row["memberCount"]) == ("owner@acme.test", 2, 5)
    assert row["campaigns"]["total"] == 1
    assert row["quota"]["members"] == {"limit": 5, "used": 5}
    assert row["quota"]["campaigns"]["used"] == 1
    assert row["instance"]["id"] == cast.acme.instance_id
    assert row["instance"]["silent"] is False
    assert datetime.fromisoformat(row["instance"]["aliveAt"]) == alive
    assert (row["suspendedAt"], row["suspensionReason"]) == (None, None)


@pytest.mark.parametrize(("language", "words"), [("en", "1 of 1,000"), ("de", "1 von 1.000")])
def test_the_page_groups_numbers_as_its_reader_does(language: str, words: str, cast: Cast) -> None:
    quotas.set_limit(cast.acme, quotas.Name.CAMPAIGNS, 1000, actor=ACTOR)
    User.objects.filter(pk=cast.people["superuser"].pk).update(language=language)
    page = cast.client("superuser").get(f"/watch/workspaces/{cast.acme.pk}").content.decode()
    assert f"<span>{words}</span>" in page


def test_the_owner_named_is_the_active_one_who_joined_first(cast: Cast) -> None:
    services.add_member(cast.acme, cast.people["stranger"], Role.OWNER, actor=ACTOR)
    User.objects.filter(pk=cast.people["owner"].pk).update(is_active=False)
    (row,) = look(cast, search="acme")["results"]
    assert (row["ownerEmail"], row["owners"], row["memberCount"]) == ("owner@globex.test", 1, 5)


def test_a_workspace_without_members_and_bar_is_there_as_well(cast: Cast) -> None:
    Workspace.objects.create(name="Empty", slug="empty", tag="ork:e", instance=cast.acme.instance)
    (row,) = look(cast, search="empty")["results"]
    assert (row["ownerEmail"], row["memberCount"], row["status"]) == (None, 0, "stale")


def test_the_worst_come_first_and_any_order_can_be_asked_for(cast: Cast) -> None:
    many(cast, 8)
    ranks = [Health.WORST_FIRST.index(row["status"]) for row in look(cast)["results"]]
    assert ranks == sorted(ranks)
    by_name = names(cast, ordering="name")
    assert by_name == sorted(by_name, key=str.lower)
    assert names(cast, ordering="-name") == by_name[::-1]
    most = look(cast, ordering="-memberCount")["results"][0]
    assert (most["name"], most["memberCount"]) == ("Acme", 4)
    for ordering in ("ownerEmail", "campaigns", "aliveAt", "-lastSyncAt", "createdAt"):
        assert set(names(cast, ordering=ordering)) == set(by_name)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"search": "ACM"}, ["Acme"]),
        ({"search": "owner@globex"}, ["Globex"]),
        ({"search": "member@acme.test"}, []),  # no owner
        ({"search": "%"}, []),
        ({"suspended": "true"}, ["Globex"]),
        ({"suspended": "false"}, ["Acme"]),
        ({"status": "error"}, []),
        ({"status": "error,stale,live,syncing", "search": "globex"}, ["Globex"]),
    ],
    ids=str,
)
def test_search_and_filters(query: dict[str, str], found: list[str], cast: Cast) -> None:
    Workspace.objects.filter(pk=cast.globex.pk).update(
        suspended_at=timezone.now(), suspension_reason="Unpaid"
    )
    assert names(cast, **query) == found


@pytest.mark.parametrize(
    "query",
    [{"status": "fine"}, {"suspended": "maybe"}, {"ordering": "password"}, {"page": "0"}],
    ids=str,
)
def test_what_cannot_be_asked_for_is_a_400(query: dict[str, str], cast: Cast) -> None:
    answer = cast.client("superuser").get(ALL, query)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == next(iter(query))
    assert not AuditEvent.objects.filter(action="all_workspaces_viewed").exists()


def test_pages_are_cut_by_the_server(cast: Cast) -> None:
    many(cast, 5)
    first = look(cast, pageSize="3", ordering="name")
    assert (first["count"], len(first["results"]), first["previous"]) == (7, 3, None)
    last = look(cast, pageSize="3", page="3", ordering="name")
    assert (len(last["results"]), last["next"]) == (1, None)
    beyond = look(cast, pageSize="3", page="9")
    assert (beyond["count"], beyond["results"]) == (7, [])


def test_a_page_takes_as_many_questions_for_two_as_for_fifty(
    cast: Cast,
) -> None:
    client = cast.client("superuser")
    client.get(ALL)
    counted = []
    for more in (0, 60):
        many(cast, more)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(ALL).status_code == 200
        counted.append(len(asked))
    assert counted[0] == counted[1] <= 12


@pytest.mark.parametrize("count", [50, 1000])
def test_it_is_quick(count: int, cast: Cast) -> None:
    many(cast, count)
    client = cast.client("superuser")
    client.get(ALL)
    begun = time.monotonic()
    answer = client.get(ALL, {"ordering": "-memberCount", "search": "client"})
    taken = time.monotonic() - begun
    assert len(answer.json()["results"]) == 50
    assert taken < 2


def test_members_are_shown_owners_first_and_can_be_searched(cast: Cast) -> None:
    path = f"/api/admin/workspaces/{cast.acme.pk}/members"
    found = look(cast, path)
    assert [row["role"] for row in found["results"]] == ["owner", "admin", "member", "viewer"]
    assert found["results"][0]["email"] == "owner@acme.test"
    assert [row["email"] for row in look(cast, path, search="VIEW")["results"]] == [
        "viewer@acme.test"
    ]
    assert len(look(cast, path, pageSize="3")["results"]) == 3


def test_each_look_is_an_event_of_whom_it_concerns(cast: Cast) -> None:
    look(cast, search="acme")
    event = AuditEvent.objects.get(action="all_workspaces_viewed")
    assert (event.chain, event.actor_label) == ("platform", "super@demo.test")
    assert event.after == {"search": "acme"}
    look(cast, f"/api/admin/workspaces/{cast.acme.pk}/members")
    inspected = AuditEvent.objects.get(action="workspace_members_inspected")
    assert inspected.workspace_id == cast.acme.pk


@pytest.mark.parametrize("path", [ALL, "/api/admin/workspaces/{acme}/members"])
def test_sixty_a_minute_are_the_most(
    path: str, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = path.format(acme=cast.acme.pk)
    monkeypatch.setattr("rbac.watched.PER_MINUTE", 2)
    client = cast.client("superuser")
    assert [client.get(path).status_code for _ in range(3)] == [200, 200, 429]
    assert "Retry-After" in client.get(path)
    assert client.get("/api/admin/role-audit").status_code == 200  # each kind has its own


def test_a_super_admin_who_is_none_any_more_is_out_at_once(cast: Cast) -> None:
    client = cast.client("superuser")
    assert client.get(ALL).status_code == 200
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE workspaces_user SET is_superuser = false WHERE id = %s",
            [cast.people["superuser"].pk],
        )
    assert client.get(ALL).status_code == 401


def test_without_a_second_factor_where_one_is_required(cast: Cast) -> None:
    for path in (ALL, f"/api/admin/workspaces/{cast.acme.pk}/members", "/api/admin/role-audit"):
        answer = cast.client("bare").get(path)
        assert (answer.status_code, answer.json()["code"]) == (403, "mfa_required")
