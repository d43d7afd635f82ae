"""The page of a campaign as it is rendered: its runs against the usual, for each role no more than
it may see, and what that costs."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from campaigns import timeline
from campaigns.adoption import give_missing_tokens
from campaigns.models import Campaign, Making, StateChange
from orchestrator.events import command
from tests.cast import Cast
from tests.test_history import NOW, explained, run
from workspaces import services
from workspaces.models import Instance, Role

FULL = ("owner", "admin", "member")
# Whatever tells a time: an element for it, an age, a date or hour, how long something took.
TIMES = r"<time|data-ago|\bago\b|\b\d+(\.\d+)? (ms|s|min|h|d)\b|\d\d:\d\d|\busual\b"


def get(cast: Cast, caller: str = "owner", query: str = "", **headers: str) -> Any:
    url = f"/w/acme/campaigns/{cast.campaign.pk}{query}"
    return cast.client(caller).get(url, headers=headers)


def page(cast: Cast, caller: str = "owner", query: str = "") -> str:
    answer = get(cast, caller, query)
    assert answer.status_code == 200, (answer.status_code, answer.get("Location"))
    return unescape(answer.content.decode())


def test_while_it_is_made_it_is_neither_enabled_nor_paused(cast: Cast) -> None:
    for making, word in ((Making.PROVISIONING, "Being made"), (Making.FAILED, "Its making has")):
        Campaign.objects.filter(pk=cast.campaign.pk).update(making=making, enabled=False)
        here = re.search(r'data-truth="desired".*?</dd>', page(cast, "admin"), re.DOTALL)
        assert here
        assert word in here[0]
        assert "Paused" not in here[0]
        assert "begun" in here[0]
    Campaign.objects.filter(pk=cast.campaign.pk).update(making="", enabled=True)
    assert "Enabled" in page(cast)


def main_of(html: str) -> str:
    return html[html.index("<main") : html.index("</main>")].split('<script id="campaign-words"')[0]


def rows(html: str) -> list[str]:
    """The text of each run in the list."""
    found = re.findall(r'<li class="run".*?</li>', html, re.DOTALL)
    return [" ".join(re.sub(r"<title>.*?</title>|<[^>]+>", " ", row).split()) for row in found]


def bars(html: str) -> list[tuple[str, int]]:
    """(result, height), as drawn from left to right."""
    found = re.findall(r'<rect class="bar-(\w+)" data-run[^>]* height="(\d+)"', html)
    return [(result, int(height)) for result, height in found]


def lasting(campaign: Campaign, minutes: int, seconds: float, **fields: Any) -> None:
    stopped = NOW - timedelta(minutes=minutes) + timedelta(seconds=seconds)
    run(campaign, minutes, stopped_at=stopped, **fields)


def change(campaign: Campaign, **fields: Any) -> None:
    values: dict[str, Any] = {
        "at": timezone.now(),
        "was": "live",
        "was_enabled": True,
        "became": "live",
        "enabled": True,
        "cause": "clock",
        "statement_at": timezone.now(),
        "workspace_id": campaign.workspace_id,
    }
    StateChange(campaign_id=campaign.pk, **values | fields).save(force_insert=True)


# --- runs ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("caller", FULL)
def test_a_run_says_how_it_ended_when_how_long_and_what_failed(cast: Cast, caller: str) -> None:
    failed = {"result": "error", "error_message": "No such host", "error_node": "Send mail"}
    lasting(cast.campaign, 3, 1.25, **failed, source="polled", mode="trigger")
    (said,) = rows(page(cast, caller))
    assert re.sub(r"\d+ min ago", "… ago", said) == (
        "Failed … ago 1.2 s by its trigger, found by asking n8n Execution 997"
        " Send mail No such host"
    )


def test_a_duration_is_held_against_the_median_of_the_last_good_runs(cast: Cast) -> None:
    for minutes in range(10, 10 + timeline.SAMPLE):
        lasting(cast.campaign, minutes, 2)
    for minutes in range(100, 200):  # older ones do not count, nor do failed ones
        lasting(cast.campaign, minutes, 60)
    for minutes in (8, 9):
        lasting(cast.campaign, minutes, 90, result="error")
    lasting(cast.campaign, 1, 3.9)
    lasting(cast.campaign, 2, 5)
    html = page(cast)
    first, second, third, *_ = rows(html)
    assert "usual" not in first
    assert re.search(r"5\.0 s 2\.5 . usual", second)
    assert re.search(r"1 min 30 s 45 . usual", third)
    assert "usual 2.0 s" in html
    drawn = bars(html)
    assert len(drawn) == timeline.SLOTS
    assert drawn[-1] == ("success", 78)  # 3.9 s, where 2 s are 40 high
    assert drawn[-2] == ("success", 100)
    assert drawn[-3] == ("error", 100)  # cut
    assert html.count('class="bar-cut"') == 2 + 6  # with those of a minute that are on the page


def test_without_a_good_run_there_is_no_usual_one(cast: Cast) -> None:
    lasting(cast.campaign, 1, 2, result="error")
    lasting(cast.campaign, 2, 1, result="crashed")
    html = page(cast)
    assert "usual" not in main_of(html)
    assert bars(html) == [("crashed", 50), ("error", 100)]


def test_where_nobody_told_how_long_runs_took_their_bars_are_alike(cast: Cast) -> None:
    for minutes, result in ((1, "error"), (2, "success")):
        run(cast.campaign, minutes, result=result, started_at=None)
    assert bars(page(cast)) == [("success", timeline.USUAL_AT), ("error", timeline.USUAL_AT)]


def test_a_run_that_goes_has_a_row_and_no_bar(cast: Cast) -> None:
    run(cast.campaign, 1, result="running", stopped_at=None)
    run(cast.campaign, 2)
    html = page(cast)
    assert [row.split()[0] for row in rows(html)] == ["Running", "Succeeded"]
    assert len(bars(html)) == 1


def test_older_runs_are_pages_further_back(cast: Cast) -> None:
    for minutes in range(timeline.SLOTS + 5):
        run(cast.campaign, minutes)
    html = page(cast)
    assert len(rows(html)) == timeline.SLOTS
    assert "data-follows" in html
    (older,) = re.findall(r'id="older-runs"[^>]* href="([^"]+)"', html)
    html = page(cast, query=older)
    assert len(rows(html)) == len(bars(html)) == 5
    assert "data-follows" not in html
    assert "Back to the newest" in html


@pytest.mark.parametrize(
    ("wanted", "shown"),
    [
        ("success", ["success"]),
        ("failed", ["error", "crashed"]),
        ("canceled", ["canceled"]),
        ("open", ["running", "waiting"]),
        ("nonsense", ["success", "error", "crashed", "canceled", "running", "waiting"]),
    ],
)
@pytest.mark.parametrize("caller", ["owner", "viewer"])
def test_runs_are_picked_by_how_they_ended(
    cast: Cast, caller: str, wanted: str, shown: list[str]
) -> None:
    for minutes, result in enumerate(
        ["success", "error", "crashed", "canceled", "running", "waiting"]
    ):
        run(cast.campaign, minutes, result=result)
    html = page(cast, caller, f"?result={wanted}")
    assert re.findall(r'<li class="run"[^>]* data-result="(\w+)"', html) == shown


def test_who_follows_the_link_of_another_role_begins_at_the_newest(cast: Cast) -> None:
    for minutes in range(timeline.SLOTS + 5):
        run(cast.campaign, minutes, result="error")
    (older,) = re.findall(
        r'id="older-runs"[^>]* href="([^"]+)"', page(cast, "owner", "?result=failed")
    )
    here = f"/w/acme/campaigns/{cast.campaign.pk}"
    answer = get(cast, "viewer", older)
    assert (answer.status_code, answer["Location"]) == (302, f"{here}?result=failed")
    answer = get(cast, "owner", "?cursor=nonsense")
    assert (answer.status_code, answer["Location"]) == (302, here)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"trigger": "webhook"}, "Call its webhook once"),
        ({"trigger": "schedule"}, "The next one that its schedule starts"),
        ({"trigger": "manual"}, "Start it in n8n once"),
        ({"archived_at": NOW}, "It did not run while it was watched"),
    ],
)
def test_where_nothing_ran_yet_it_says_what_to_do(
    cast: Cast, fields: dict[str, Any], words: str
) -> None:
    Campaign.objects.filter(pk=cast.campaign.pk).update(**fields)
    for caller in ("owner", "viewer"):
        html = page(cast, caller)
        assert "No run seen yet" in html
        assert words in html
        assert ("See how n8n reports" in html) is (caller == "owner")
    assert "No such run" in page(cast, query="?result=failed")


def test_where_n8n_is_away_it_says_so(cast: Cast) -> None:
    Instance.objects.update(failed_at=timezone.now(), failure="unreachable")
    html = page(cast, "member")
    assert "Its n8n cannot be reached just now." in html
    assert "n8n cannot be reached." in html


# --- who sees what -------------------------------------------------------------------------------


def test_a_viewer_gets_results_and_no_time_anywhere(cast: Cast) -> None:
    failed = {"result": "error", "error_message": "No such host", "error_node": "Send mail"}
    for minutes in range(timeline.SLOTS + 2):
        run(cast.campaign, minutes, **(failed if minutes == 1 else {}), execution_id=f"77{minutes}")
    Campaign.objects.update(
        next_run_at=NOW, schedule={"zone": "Europe/Berlin", "rules": []}, observed_at=NOW
    )
    change(cast.campaign, became="error", reason="run_failed", cause="run", result="error",
           execution=771)  # fmt: skip
    for query in ("", "?result=failed"):
        for html in (page(cast, "viewer", query), fragment(cast, "viewer", query)):
            seen = main_of(html) if "<main" in html else html
            assert not re.search(TIMES, seen), re.findall(f".{{40}}(?:{TIMES})", seen)
            for hidden in ("No such host", "Send mail", "77", "Berlin", "webhook,", "heartbeat"):
                assert hidden not in re.sub(r"[0-9a-f-]{36}|cursor=[^\"]+", "", seen), hidden
            assert cast.campaign.n8n_workflow_id not in seen
            assert "A run failed." in seen
    html = page(cast, "viewer")
    assert [row.split() for row in rows(html)[:3]] == [["Succeeded"], ["Failed"], ["Succeeded"]]
    assert {height for _, height in bars(html)} == {100}
    assert re.search(TIMES, main_of(page(cast, "member")))  # what is looked for would be found


def fragment(cast: Cast, caller: str, query: str = "") -> str:
    answer = get(cast, caller, query, **{"HX-Request": "true"})
    assert answer["Vary"].startswith("HX-Request, Cookie")
    assert b"<html" not in answer.content
    return unescape(answer.content.decode())


def test_the_report_address_is_the_owners(cast: Cast) -> None:
    give_missing_tokens(cast.acme)
    assert 'data-copy="http' in page(cast, "owner")
    for caller in ("admin", "member", "viewer"):
        assert "/api/webhooks/c/" not in page(cast, caller)


def test_only_who_may_opens_n8n_and_only_an_own_one(cast: Cast) -> None:
    run(cast.campaign, 1)
    assert "/workflow/" not in page(cast)  # where a shared one is is nobody's to know
    instance = cast.acme.instance
    instance.kind, instance.owner = Instance.Kind.OWN, cast.acme
    instance.base_url = "https://n8n.acme.test/sub"
    instance.save()
    workflow = f"https://n8n.acme.test/sub/workflow/{cast.campaign.n8n_workflow_id}"
    for caller in ("owner", "admin"):
        links = re.findall(r'<a [^>]*href="(https://n8n[^"]*)"[^>]*>', page(cast, caller))
        assert links == [workflow, f"{workflow}/executions/999"]
        for link in re.findall(r"<a [^>]*https://n8n[^>]*>", page(cast, caller)):
            assert 'rel="noopener noreferrer"' in link
    for caller in ("member", "viewer"):
        assert "n8n.acme.test" not in page(cast, caller)


def test_an_archived_one_says_so_and_its_owner_may_restore_it(cast: Cast) -> None:
    Campaign.objects.filter(pk=cast.campaign.pk).update(archived_at=NOW, enabled=False)
    for caller in ("owner", "admin", "viewer"):
        html = page(cast, caller)
        assert 'data-gone="archived"' in html
        assert "This campaign is archived." in html
        assert ('data-act="restore"' in html) is (caller == "owner")


def test_it_is_there_under_its_own_workspace_alone(cast: Cast) -> None:
    services.add_member(cast.globex, cast.people["owner"], Role.VIEWER, actor=command("test"))
    client = cast.client("owner")
    assert client.get(f"/w/globex/campaigns/{cast.foreign.pk}").status_code == 200
    assert client.get(f"/w/acme/campaigns/{cast.foreign.pk}").status_code == 404


# --- what it costs -------------------------------------------------------------------------------


def test_it_asks_no_more_for_more_runs(cast: Cast) -> None:
    counts = []
    for many in (1, 70):
        for minutes in range(many):
            run(cast.campaign, 100 * many + minutes, result="success" if minutes % 3 else "error")
            change(cast.campaign, at=timezone.now() - timedelta(seconds=minutes))
        client = cast.client("owner")
        with CaptureQueriesContext(connection) as asked:
            assert client.get(f"/w/acme/campaigns/{cast.campaign.pk}").status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 12, [query["sql"][:90] for query in asked]


def test_of_a_long_history_it_reads_the_newest_by_their_index(cast: Cast) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO campaigns_run (day, id, workspace_id, campaign_id, instance_id, result,"
            " mode, started_at, stopped_at, sent_at, error_message, error_node)"
            " SELECT current_date, gen_random_uuid(), %s, CASE n %% 50 WHEN 0 THEN %s::uuid"
            " ELSE md5((n %% 50)::text)::uuid END, 'default', 'success', '',"
            " now() - n * interval '1 s', now(), now(), '', '' FROM generate_series(1, 20000) n",
            [cast.acme.pk, cast.campaign.pk],
        )
        cursor.execute("ANALYZE campaigns_run")
    plans: list[str] = []
    with connection.execute_wrapper(explained(plans)):
        page(cast, query="?result=success")
    read = [plan for plan in plans if " on campaigns_run_" in plan]
    assert len(read) == 2  # the page, and what is usual
    for plan in read:
        assert plan.count("Index Cond") == plan.count(" on campaigns_run_") > 1
        assert "Sort  " not in plan  # nothing is sorted: the index has the order
