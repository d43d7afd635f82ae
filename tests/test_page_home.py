"""The first page: all my workspaces, the worst first, as the server renders it; what it is when
there are none; and the words on top. What happens while somebody looks: test_page_home_live.py."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from campaigns.models import Campaign
from orchestrator.events import command
from tests.cast import Cast, campaign_of
from workspaces import services
from workspaces.models import Instance, Role, Workspace, WorkspaceUserObjectPermission
from workspaces.overview import bar_of, matching
from workspaces.templatetags.overview_words import rest, verdict

ACTOR = command("test")
MANY = 200


def page_of(client: Client, **query: str) -> str:
    answer = client.get("/", query)
    assert answer.status_code == 200
    return str(answer.content.decode())


def rows_in(page: str) -> dict[str, str]:
    """Name → the row's text, in the order of the page."""
    found = {}
    for row in page.partition("<template")[0].split('<li class="workspace ')[1:]:
        name = re.findall(r"data-name>([^<]+)<", row)[0]
        found[name] = " ".join(re.sub(r"<[^>]+>", " ", row).split())
    return found


def another(cast: Cast, name: str, role: Role = Role.OWNER, **campaigns: Any) -> Workspace:
    """Of the stranger, and of acme's owner in this role; its campaigns by name."""
    workspace = services.create_workspace(name, owner=cast.people["stranger"], actor=ACTOR)
    services.add_member(workspace, cast.people["owner"], role, actor=ACTOR)
    for title, fields in campaigns.items():
        campaign_of(workspace, title, **fields)
    return workspace


FAILED = {"last_result": "error", "counted_result": "error"}


def late(workspace: Workspace) -> None:
    """A run is overdue, and no clock goes."""
    now = timezone.now()
    Campaign.objects.filter(workspace=workspace).update(
        expected_at=now - timedelta(minutes=3), late_at=now - timedelta(minutes=1)
    )


# --- what it shows -------------------------------------------------------------------------------


def test_the_worst_come_first_and_say_what_is_wrong(cast: Cast) -> None:
    another(cast, "Broken", a=FAILED, b=FAILED, c={})
    late(another(cast, "Late", a={}, b={"enabled": False}))
    another(cast, "Busy", a={"running": 1})
    another(cast, "Nothing")
    another(cast, "Switched off", a={}, b={**FAILED, "enabled": False})
    rows = rows_in(page_of(cast.client("owner")))
    assert list(rows) == ["Broken", "Late", "Busy", "Acme", "Nothing", "Switched off"]
    lines = {
        "Broken": "2 of 3 campaigns failing",
        "Late": "of 2 campaigns without a sign of life",
        "Busy": "1 of 1 campaign working",
        "Acme": "1 campaign, as it should be",
        "Nothing": "No campaigns yet",
        "Switched off": "All that are switched on are as they should be",
    }
    for name, line in lines.items():
        assert line in rows[name], rows[name]
    assert "2 Error" in rows["Broken"]
    assert "1 Live" in rows["Broken"]


def test_it_says_which_n8n_is_not_reachable_and_which_is_a_sandbox(cast: Cast) -> None:
    own = Instance.objects.create(id="own", base_url="https://n8n.example", sandbox=True)
    gone = another(cast, "Gone")
    Workspace.objects.filter(pk=gone.pk).update(instance=own)
    page = page_of(cast.client("owner"))
    tags = re.findall(r"data-(unreachable|sandbox)[^>]*?( hidden)?>", page.split("<template")[0])
    assert tags == [
        ("unreachable", ""),
        ("sandbox", ""),
        ("unreachable", " hidden"),
        ("sandbox", " hidden"),
    ]
    assert list(rows_in(page)) == ["Gone", "Acme"]  # its n8n is not heard: stale
    assert 'data-hop="n8n" data-face="syncing" data-state="partly"' in page


def test_the_bar_counts_workspaces_and_the_tab_has_the_worst(cast: Cast) -> None:
    another(cast, "Broken", a=FAILED)
    page = page_of(cast.client("owner"))
    assert re.search(r"<title>Error · Workspaces · Orchestrator</title>", page)
    assert re.search(r'rel="icon"[^>]*E0354C', page)
    bar = page[page.index('data-component="system-health-bar"') : page.index("</header>")]
    assert 'data-socket="/ws/me/"' in bar
    assert "data-workspace-id" not in bar
    assert re.findall(r'data-count="(\w+)"[^>]*>.*?data-n>(\d+)', bar) == [
        ("error", "1"),
        ("stale", "0"),
        ("live", "1"),
        ("syncing", "0"),
    ]
    assert "1 of 2 workspaces needs you" in page


def health(**counts: int) -> dict[str, Any]:
    by_status = dict.fromkeys(("error", "stale", "syncing", "live"), 0) | counts
    return {"campaigns": {"total": sum(counts.values()), "byStatus": by_status}}


@pytest.mark.parametrize(
    ("counts", "sentence", "more"),
    [
        ({"live": 1}, "Your workspace is fine", "Nothing is running right now"),
        ({"syncing": 1}, "Your workspace is fine", "1 working right now"),
        ({"error": 1}, "Your workspace needs you", ""),
        ({"stale": 1, "live": 1}, "1 of 2 workspaces needs you", "1 is fine"),
        ({"error": 1, "stale": 1}, "2 of 2 workspaces need you", ""),
        (
            {"error": 2, "syncing": 3, "live": 25},
            "2 of 30 workspaces need you",
            "28 are fine · 3 working right now",
        ),
        ({"error": 1, "live": 1000}, "1 of 1,001 workspaces needs you", "1,000 are fine"),
        ({"live": 30}, "All 30 workspaces are fine", "Nothing is running right now"),
    ],
)
def test_one_sentence_says_where_to_look(counts: dict[str, int], sentence: str, more: str) -> None:
    assert (verdict(health(**counts)), rest(health(**counts))) == (sentence, more)


# --- who sees what -------------------------------------------------------------------------------


def test_who_may_see_no_times_gets_none_from_page_or_api(cast: Cast) -> None:
    another(cast, "Theirs", Role.VIEWER)
    page = page_of(cast.client("owner"))
    assert "synced" in rows_in(page)["Acme"]
    assert "sync" not in rows_in(page)["Theirs"]
    assert page.count("<time") == 1
    listed = cast.client("owner").get("/api/workspaces").json()["results"]
    seen = {row["name"]: "lastSyncAt" in row["health"]["connections"] for row in listed}
    assert seen == {"Acme": True, "Theirs": False}
    assert "<time" not in page_of(cast.client("viewer"))


@pytest.mark.parametrize("search", ["", "glob", "e"])
def test_no_workspace_of_others_is_ever_named(cast: Cast, search: str) -> None:
    for caller in ("owner", "viewer", "superuser"):
        assert "Globex" not in page_of(cast.client(caller), search=search)
        listed = cast.client(caller).get("/api/workspaces", {"search": search})
        assert "Globex" not in listed.content.decode()


def test_a_workspace_that_one_may_not_read_is_as_none(cast: Cast) -> None:
    another(cast, "Withheld")
    assert "Withheld" in page_of(cast.client("owner"))
    WorkspaceUserObjectPermission.objects.filter(
        user=cast.people["owner"],
        content_object__name="Withheld",
        permission__codename="view_workspace",
    ).delete()
    assert "Withheld" not in page_of(cast.client("owner"))
    assert cast.client("owner").get("/api/workspaces").json()["count"] == 1


def test_a_super_admin_of_no_workspace_is_told_so_and_led_to_the_administration(cast: Cast) -> None:
    page = page_of(cast.client("superuser"))
    assert "You are a member of no workspace" in page
    assert 'href="/admin/"' in page
    assert "data-status" not in page[: page.index("<main")]
    services.add_member(cast.acme, cast.people["superuser"], Role.VIEWER, actor=ACTOR)
    assert list(rows_in(page_of(cast.client("superuser")))) == ["Acme"]


def test_who_is_in_no_workspace_is_told_whom_to_ask(cast: Cast) -> None:
    cast.people["member"].memberships.all().delete()
    page = page_of(cast.client("member"))
    assert "You are a member of no workspace" in page
    assert "member@acme.test" in page
    assert "/admin/" not in page


def test_signed_out_it_says_what_this_is_and_names_nobody(cast: Cast, settings: Any) -> None:
    page = page_of(cast.client("nobody"))
    assert 'href="/accounts/login/"' in page
    assert "An example of the first page." in page
    assert "Acme" not in page
    assert "/accounts/signup/" not in page
    settings.ALLOW_SIGNUP = True
    assert "/accounts/signup/" in page_of(cast.client("nobody"))


# --- search --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("", ["Acme", "Müller & Söhne", "Muller Ltd"]),
        ("MULLER", ["Müller & Söhne", "Muller Ltd"]),
        ("müller", ["Müller & Söhne", "Muller Ltd"]),
        ("sohne mul", ["Müller & Söhne"]),
        ("  acme  ", ["Acme"]),
        ("\x00<b>", []),
    ],
)
def test_a_name_is_found_by_words_of_it(search: str, found: list[str]) -> None:
    rows = [{"name": name} for name in ("Acme", "Müller & Söhne", "Muller Ltd")]
    assert [row["name"] for row in matching(rows, search)] == found


def test_the_address_searches_and_the_sentence_on_top_stays_of_all(cast: Cast) -> None:
    another(cast, "Broken", a=FAILED)
    page = page_of(cast.client("owner"), search="acm")
    assert list(rows_in(page)) == ["Acme"]
    assert "1 of 2 workspaces needs you" in page
    assert 'value="acm"' in page
    listed = cast.client("owner").get("/api/workspaces", {"search": "acm"}).json()
    assert [row["name"] for row in listed["results"]] == ["Acme"]
    none = page_of(cast.client("owner"), search="<b>zz")
    assert rows_in(none) == {}
    assert "&lt;b&gt;zz" in none
    assert "<b>zz" not in none
    assert re.search(r"data-none-found>", none)


# --- many ----------------------------------------------------------------------------------------


def test_two_hundred_cost_as_many_queries_as_one(cast: Cast) -> None:
    client = cast.client("owner")
    paths = ("/", "/api/workspaces?pageSize=200", "/api/me")

    def asked() -> list[int]:
        counts = []
        for path in paths:
            assert client.get(path).status_code == 200  # brings the bars of new ones up to date
            with CaptureQueriesContext(connection) as captured:
                answer = client.get(path)
            assert answer.content.decode().count("Client 1") == shown
            counts.append(len(captured))
        return counts

    shown = 0
    before = asked()
    for n in range(MANY - 1):
        another(cast, f"Client {n:03}")
    shown = 99
    assert asked() == before
    assert max(before) <= 8


def test_the_bar_of_many_is_the_worst_of_them() -> None:
    rows = [
        {"health": {"status": status, "connections": {"n8n": n8n}}}
        for status, n8n in (("live", "ok"), ("stale", "unreachable"), ("live", "ok"))
    ]
    bar = bar_of(rows)
    assert (bar["status"], bar["connections"]["n8n"]) == ("stale", "partly")
    assert bar["campaigns"]["byStatus"] == {"error": 0, "stale": 1, "syncing": 0, "live": 2}
    assert bar_of(rows[:1])["connections"]["n8n"] == "ok"
    assert bar_of([])["connections"]["n8n"] == "unknown"
