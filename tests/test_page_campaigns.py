"""The list of campaigns: searched, filtered, in order by its address; what each badge answers."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from campaigns import list_page, listing
from campaigns.models import RECENT, Campaign
from campaigns.templatetags.campaign_advice import ADVICE, FOR_VIEWERS
from campaigns.templatetags.campaign_words import REASONS
from orchestrator.templatetags.status_words import age
from tests.cast import Cast, campaign_of


def page(cast: Cast, caller: str = "owner", **query: str) -> str:
    answer = cast.client(caller).get("/w/acme/", query)
    assert answer.status_code == 200
    return str(answer.content.decode())


def how(cast: Cast, caller: str, name: str) -> str:
    """What opens behind its card."""
    row = Campaign.objects.get(workspace=cast.acme, name=name)
    answer = cast.client(caller).get(f"/w/acme/campaigns/{row.pk}/how")
    assert answer.status_code == 200
    return str(answer.content.decode())


def names(html: str) -> list[str]:
    return re.findall(r"data-row-link data-name title=\"([^\"]*)\"", html)


@pytest.fixture
def mixed(cast: Cast) -> Cast:
    Campaign.objects.all().delete()
    campaign_of(cast.acme, "Fine")
    failed = {"last_result": "error", "counted_result": "error"}
    campaign_of(cast.acme, "Failed", **failed, trigger="schedule")
    campaign_of(cast.acme, "Paused", enabled=False, reported="inactive")
    archived = {"archived_at": timezone.now(), "enabled": False, "reported": "inactive"}
    campaign_of(cast.acme, "Old", **archived)
    return cast


def run(campaign: Campaign, number: int, result: str, **fields: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO campaigns_run_key (run_id, campaign_id, day, execution_id, result, manual,"
            " sent_at, end_at, seen_at, polled) VALUES (gen_random_uuid(), %s, current_date, %s,"
            " %s, %s, now(), now() + make_interval(secs => %s), now(), false)",
            [campaign.pk, str(number), result, fields.get("manual", False), number],
        )


def strip(html: str) -> list[str]:
    """The bars of the one strip, "" where there was no run."""
    (found,) = re.findall(r"data-strip>(.*?)</div>", html)
    return re.findall(r"<i(?: data-result=\"(\w+)\")?></i>", found)


# --- as the address asks ---------------------------------------------------------------------


def test_it_works_the_worst_first_and_without_the_archive(mixed: Cast) -> None:
    assert names(page(mixed)) == ["Failed", "Fine", "Paused"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"search": "fai"}, ["Failed"]),
        ({"syncStatus": "error"}, ["Failed"]),
        ({"status": "archived"}, ["Old"]),
        ({"status": "paused"}, ["Paused"]),
        ({"trigger": "schedule"}, ["Failed"]),
        ({"ordering": "name"}, ["Failed", "Fine", "Paused"]),
        ({"ordering": "-name"}, ["Paused", "Fine", "Failed"]),
        ({"syncStatus": "error,live", "ordering": "name"}, ["Failed", "Fine", "Paused"]),
    ],
)
def test_it_shows_what_its_address_asks_for(
    mixed: Cast, query: dict[str, str], found: list[str]
) -> None:
    html = page(mixed, **query)
    assert names(html) == found
    for name, value in query.items():
        if name == "search":
            assert f'name="search" value="{value}"' in html
        elif name != "syncStatus" and not value.startswith("-name"):
            assert f'<option value="{value}" selected>' in html or name == "ordering"


@pytest.mark.parametrize(
    "query",
    [
        {"syncStatus": "purple"},
        {"ordering": "password"},
        {"page": "x"},
        {"page": "-3"},
        {"drift": "1' OR 1=1"},
        {"utm_source": "mail"},
    ],
)
def test_what_cannot_be_asked_for_is_as_if_it_were_not_there(
    mixed: Cast, query: dict[str, str]
) -> None:
    assert names(page(mixed, **query)) == ["Failed", "Fine", "Paused"]


def test_a_viewer_is_not_offered_and_cannot_use_an_order_by_time(mixed: Cast) -> None:
    html = page(mixed, "viewer", ordering="-lastSyncAt")
    assert names(html) == ["Failed", "Fine", "Paused"]
    assert re.findall(r'<option value="([^"]*)"[^>]*>', html.partition('name="ordering"')[2]) == [
        "",
        "name",
    ]
    assert '<option value="-lastSyncAt" selected>' in page(mixed, "member", ordering="-lastSyncAt")


@pytest.mark.parametrize(
    ("seconds", "said"), [(7, "in 7 s"), (-7, "due now"), (-150, "overdue by 2 min")]
)
def test_a_next_run_is_never_told_as_if_it_had_been(seconds: int, said: str) -> None:
    at = timezone.now() + timedelta(seconds=seconds, milliseconds=300)
    assert f">{said}</time>" in age(at, due=True)
    assert (f">{said}</time>" in age(at)) is (seconds > 0)


def test_turning_the_page_keeps_what_was_chosen(mixed: Cast) -> None:
    for n in range(list_page.PAGE + 1):
        campaign_of(mixed.acme, f"Many {n:02}")
    html = page(mixed, search="many", ordering="-name", junk="1")
    (following,) = re.findall(r'rel="next" href="([^"]*)"', html)
    for part in ("search=many", "ordering=-name", "page=2"):
        assert part in following
    assert "junk" not in following
    assert names(page(mixed, search="many", ordering="-name", page="2")) == ["Many 00"]


def test_nothing_found_says_so_and_leads_back(mixed: Cast) -> None:
    html = page(mixed, search="nowhere <b>")
    assert "No campaign is like that" in html
    assert "“nowhere &lt;b&gt;”" in html
    assert 'href="/w/acme/">Show all campaigns' in html


def test_an_empty_workspace_leads_its_owner_to_the_connection(mixed: Cast) -> None:
    Campaign.objects.all().delete()
    assert 'href="/w/acme/connect"' in page(mixed).partition("<main")[2]
    for caller in ("admin", "member", "viewer"):
        html = page(mixed, caller).partition("<main")[2]
        assert "as soon as an owner has connected n8n" in html
        assert "/connect" not in html


def test_the_number_of_queries_is_that_of_one_campaign_for_a_full_page(mixed: Cast) -> None:
    client = mixed.client("owner")
    client.get("/w/acme/")  # what a process learns once
    with CaptureQueriesContext(connection) as few:
        client.get("/w/acme/")
    for n in range(60):
        run(campaign_of(mixed.acme, f"Many {n}"), n, "success")
    with CaptureQueriesContext(connection) as many:
        client.get("/w/acme/")
    assert len(many) == len(few)


# --- the strip -------------------------------------------------------------------------------


def test_the_strip_has_the_last_thirty_runs_the_newest_at_the_right(cast: Cast) -> None:
    for n in range(RECENT + 5):
        run(cast.campaign, n, "error" if n % 5 == 4 else "success")
    run(cast.campaign, 900, "error", manual=True)
    html = page(cast)
    assert strip(html) == ["error" if n % 5 == 4 else "success" for n in range(5, RECENT + 5)]
    assert "Last runs: 24 succeeded, 6 failed" in html
    row = cast.client("viewer").get(f"/api/campaigns/{cast.campaign.pk}").json()
    assert row["recent"] == strip(html)


def test_a_run_that_goes_is_the_last_bar(cast: Cast) -> None:
    run(cast.campaign, 1, "success")
    Campaign.objects.filter(pk=cast.campaign.pk).update(running=1)
    assert strip(page(cast))[-3:] == ["", "success", "running"]


def test_no_run_is_said(cast: Cast) -> None:
    html = page(cast)
    assert strip(html) == [""] * RECENT
    assert 'aria-label="No run seen yet"' in html


# --- what each may ---------------------------------------------------------------------------


def test_everybody_finds_the_three_truths_and_what_they_can_do_themselves(mixed: Cast) -> None:
    asks = {
        "viewer": "Members, admins and owners of the workspace can act on it.",
        "member": "Look at its failed run: it says which node failed, and why.",
        "owner": "Look at its failed run: it says which node failed, and why.",
    }
    for caller, text in asks.items():
        html = how(mixed, caller, "Failed")
        assert re.findall(r"<span data-word>([^<]+)", html) == ["Enabled", "Active", "Failed"]
        assert re.findall(r'data-truth="(\w+)"', html) == ["desired", "reported", "observed"]
        assert text in html


def test_the_script_of_the_list_knows_what_its_reader_can_do(mixed: Cast) -> None:
    asks = {"viewer": str(FOR_VIEWERS), "member": str(ADVICE["paused"])}
    for caller, text in asks.items():
        (words,) = re.findall(r'id="campaign-words"[^>]*>(.*?)</script>', page(mixed, caller))
        assert json.loads(words)["advice"]["paused"] == text


@pytest.mark.parametrize(
    ("result", "said"),
    [
        ("success", "The last run succeeded."),
        ("", "Nothing is wrong. No run seen yet."),
        ("canceled", "Nothing is known to be wrong."),
    ],
)
def test_a_green_card_says_no_more_than_is_known(cast: Cast, result: str, said: str) -> None:
    Campaign.objects.filter(pk=cast.campaign.pk).update(last_result=result)
    assert re.findall(r"data-why[^>]*>([^<]+)<", page(cast, "viewer")) == [said]


def test_only_what_the_role_may_is_there_to_press(mixed: Cast) -> None:
    acts = {
        caller: set(
            re.findall(r'data-act="([\w-]+)"', page(mixed, caller) + how(mixed, caller, "Fine"))
        )
        for caller in ("viewer", "member", "admin", "owner")
    }
    change = {"pause", "resume", "rename", "adopt", "put-back"}
    assert acts == {
        "viewer": set(),
        "member": change,
        "admin": change,
        "owner": change | {"archive"},
    }
    assert "data-pick" not in page(mixed, "viewer")
    assert "data-selection" not in page(mixed, "viewer")
    assert "Only owners can archive." in how(mixed, "admin", "Fine")
    assert "Only owners can archive." not in how(mixed, "owner", "Fine")


def test_from_the_archive_owners_restore_and_others_read_why_they_cannot(mixed: Cast) -> None:
    assert 'data-act="restore"' in how(mixed, "owner", "Old")
    html = how(mixed, "admin", "Old")
    assert 'data-act="restore"' not in html
    assert 'data-act="pause"' not in html
    assert "Only owners can restore." in html


def test_of_an_archived_one_that_alone_is_said(mixed: Cast) -> None:
    html = page(mixed, status="archived")
    assert "data-narrowed" in html  # the numbers count others
    assert re.findall(r"data-why[^>]*>([^<]*)<", html) == ["Archived."]
    for who in ("owner", "viewer"):
        assert "An owner can restore it." in how(mixed, who, "Old")
    assert "data-narrowed" not in page(mixed)


def test_every_reason_has_its_advice() -> None:
    assert ADVICE.keys() - {""} == REASONS.keys()


def test_the_page_and_the_api_know_the_same_filters() -> None:
    for name, words in list_page.CHOICES.items():
        values = {value.removeprefix("-") for value in words if value}
        known = listing.ORDERINGS if name == "ordering" else listing.FILTERS[name]
        assert values <= known.keys(), name
