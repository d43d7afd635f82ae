"""The page of a campaign in words: when it runs next and by which zone, what changed and why."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from campaigns import next_run
from campaigns.models import Campaign
from campaigns.templatetags.run_words import NO_NEXT_RUN
from tests.cast import Cast
from tests.test_page_campaign import change, page

# --- the next run --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "own", "clock"),
    [
        ("Europe/Berlin", True, "Friday, July 10, 2026, 09:00"),
        ("America/New_York", False, "Friday, July 10, 2026, 03:00"),
        ("UTC+5:30", True, "Friday, July 10, 2026, 12:30"),
    ],
)
def test_the_next_run_is_told_on_the_clock_of_its_zone_and_whose_zone_that_is(
    cast: Cast, zone: str, own: bool, clock: str
) -> None:
    Campaign.objects.filter(pk=cast.campaign.pk).update(
        trigger="schedule",
        schedule={"zone": zone, "rules": []},
        next_run_at=datetime(2026, 7, 10, 7, tzinfo=UTC),
    )
    html = " ".join(next_of(cast).split())
    assert clock in html
    words = "the workflow's time zone" if own else "the time zone of its n8n"
    assert f"{zone}, {words}" in html


def next_of(cast: Cast) -> str:
    html = page(cast, "member")
    return html[html.index('data-part="next"') : html.index("data-drift")]


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"trigger": "webhook"}, "webhook"),
        ({"trigger": "webhook", "reported": "inactive"}, "inactive"),
        ({"trigger": "schedule", "schedule_unknown": "several_triggers"}, "several_triggers"),
        ({"trigger": "schedule", "schedule_problem": "Not a cron"}, "bad_schedule"),
        ({"trigger": "schedule", "reported": "missing"}, "inactive"),
        ({"trigger": "manual", "reported": "inactive"}, "manual"),
        ({"trigger": ""}, ""),
    ],
)
def test_where_there_is_none_it_says_why(cast: Cast, fields: dict[str, Any], why: str) -> None:
    Campaign.objects.filter(pk=cast.campaign.pk).update(**fields)
    cast.campaign.refresh_from_db()
    assert next_run.of(cast.campaign).why == why
    assert str(NO_NEXT_RUN[why]) in next_of(cast)


# --- what changed --------------------------------------------------------------------------------

FAILED = {"became": "error", "reason": "run_failed", "cause": "run", "execution": 4711}
BACK = {"was": "stale", "was_reason": "n8n_silent"}


@pytest.mark.parametrize(
    ("fields", "face", "sentence"),
    [
        (FAILED | {"result": "error"}, "Error", "Run 4711 failed."),
        (FAILED | {"result": "crashed", "execution": None}, "Error", "A run crashed."),
        (BACK | {"cause": "run"}, "Live", "A run gave a sign of life."),
        (BACK | {"cause": "n8n"}, "Live", "n8n answers again."),
        ({"became": "stale", "reason": "late"}, "Stale", "A scheduled run did not come."),
        (
            {"became": "stale", "reason": "n8n_unreachable", "cause": "n8n"},
            "Stale",
            "n8n cannot be reached.",
        ),
        (
            {"became": "inactive", "cause": "sync"},
            "Inactive",
            "A sync found it switched off in n8n.",
        ),
        (
            {"became": "inactive", "enabled": False, "reason": "paused", "cause": "person"},
            "Inactive",
            "Paused by owner@acme.test.",
        ),
        (
            {"was_enabled": False, "became": "error", "reason": "bad_schedule", "cause": "person"},
            "Error",
            "Resumed by owner@acme.test. Its schedule cannot fire.",
        ),
        (
            {
                "was": "inactive",
                "was_reason": "provisioning",
                "was_enabled": False,
                "became": "inactive",
                "cause": "person",
            },
            "Inactive",
            "Made by owner@acme.test.",
        ),
        ({"became": "archived", "cause": "person"}, "Archived", "Archived by owner@acme.test."),
        (
            {"was": "archived", "became": "inactive", "cause": "sync"},
            "Inactive",
            "Restored from the archive by a sync.",
        ),
        ({"enabled": False, "cause": "database"}, "Live", "Paused by hand, in the database."),
    ],
)
def test_a_change_is_said_with_its_cause(
    cast: Cast, fields: dict[str, Any], face: str, sentence: str
) -> None:
    change(cast.campaign, actor="owner@acme.test", **fields)
    (said,) = re.findall(r'<li class="change">(.*?)</li>', page(cast, "member"), re.DOTALL)
    assert f"<span data-word>{face}</span>" in said
    assert f'<span class="change-why">{sentence}</span>' in said
    assert "<time" in said


def test_the_name_of_a_key_is_for_who_may_see_keys(cast: Cast) -> None:
    change(cast.campaign, enabled=False, cause="key", actor="Dashboard")
    assert "Paused by the API key “Dashboard”." in page(cast, "owner")
    assert "Paused by an API key." in page(cast, "admin")


def test_changes_are_the_newest_first_and_its_own(cast: Cast) -> None:
    for minutes, reason in ((3, "late"), (1, "stuck"), (2, "silent")):
        at = timezone.now() - timedelta(minutes=minutes)
        change(cast.campaign, became="stale", reason=reason, at=at)
    change(cast.foreign, became="stale", reason="tag_missing")
    said = re.findall(r'<span class="change-why">(.*?)</span>', page(cast))
    assert [words.split()[1] for words in said] == ["run", "has", "scheduled"]
    assert len(said) == 3
