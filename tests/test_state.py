"""The states by the contract's rules: one pure function of facts and time, case by case."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def ago(**parts: float) -> datetime:
    return NOW - timedelta(**parts)


def ahead(**parts: float) -> datetime:
    return NOW + timedelta(**parts)


# In the function's order. The usual: enabled, reported active, all is heard and answers.
USUAL: dict[str, Any] = {
    "at": NOW,
    "enabled": True,
    "reported": "active",
    "served": True,
    "bad_schedule": False,
    "contested": False,
    "tag_problem": "",
    "running": 0,
    "stuck": 0,
    "counted_result": "success",
    "heard_at": ago(hours=1),
    "last_started_at": ago(hours=1),
    "expected_at": None,
    "late_at": None,
    "differs_since": None,
    "intended_until": None,
    "unreachable_at": None,
    "failure": "",
    "instance_silent": False,
    "workspace_silent": False,
    "syncing_until": None,
    "stale_after": timedelta(seconds=300),
    "making": "",
    "making_until": None,
}
ERROR = {"counted_result": "error"}
GONE = {"reported": "missing"}
PAUSED = {"enabled": False, "reported": "inactive"}
FOREIGN = {"tag_problem": "tag_foreign"}
AWAY = {"unreachable_at": ago(minutes=2)}
SILENT = {"instance_silent": True}
RUNNING = {"running": 1}
STUCK = {"running": 1, "stuck": 1}
LATE = {
    "expected_at": ago(minutes=3),
    "late_at": ago(minutes=2),
    "last_started_at": ago(minutes=4),
}
QUIET = {"workspace_silent": True}
MADE = {
    "making": "provisioning",
    "making_until": ahead(seconds=60),
    "enabled": False,
    "reported": "unknown",
}
UNMADE = {**MADE, "making": "failed", "making_until": None}

CASES: list[tuple[str, dict[str, Any], str, str, str]] = [
    ("all is well", {}, "active", "live", ""),
    ("nothing ever ran", {"counted_result": "", "heard_at": None}, "active", "live", ""),
    # 1. unknown
    ("n8n is away since the last heartbeat", AWAY, "unknown", "stale", "n8n_unreachable"),
    ("n8n is away, never heard", {**AWAY, "heard_at": None}, "unknown", "stale", "n8n_unreachable"),
    (
        "n8n refuses the key",
        {**AWAY, "failure": "wrong_key"},
        "unknown",
        "stale",
        "n8n_wrong_key",
    ),
    ("a heartbeat came since", {**AWAY, "heard_at": ago(seconds=119)}, "active", "live", ""),
    (
        "a heartbeat of the very moment",
        {**AWAY, "heard_at": ago(minutes=2)},
        "active",
        "live",
        "",
    ),
    ("n8n is silent", SILENT, "unknown", "stale", "n8n_silent"),
    (
        "silent, and no heartbeat of its own helps",
        {**SILENT, "heard_at": NOW},
        "unknown",
        "stale",
        "n8n_silent",
    ),
    ("the workflow is gone", GONE, "unknown", "stale", "workflow_missing"),
    ("gone while a run goes", {**GONE, **RUNNING}, "unknown", "stale", "workflow_missing"),
    ("gone and disabled", {**GONE, "enabled": False}, "unknown", "live", "workflow_missing"),
    ("away and failed before", {**AWAY, **ERROR}, "unknown", "error", "n8n_unreachable"),
    ("away and disabled", {**AWAY, **PAUSED}, "unknown", "live", "n8n_unreachable"),
    # 2. syncing
    ("a run goes", RUNNING, "syncing", "syncing", ""),
    ("a run goes while paused", {**PAUSED, **RUNNING}, "syncing", "syncing", "paused"),
    ("a new run goes after a failed one", {**RUNNING, **ERROR}, "syncing", "error", "run_failed"),
    ("a sync was asked for", {"syncing_until": ahead(seconds=9)}, "syncing", "syncing", ""),
    ("that sync was lost", {"syncing_until": NOW}, "active", "live", ""),
    ("a resume is under way", {"intended_until": ahead(seconds=9)}, "syncing", "syncing", ""),
    ("that resume was lost", {"intended_until": NOW}, "active", "live", ""),
    # 3. error
    ("the last run failed", ERROR, "error", "error", "run_failed"),
    ("the last run crashed", {"counted_result": "crashed"}, "error", "error", "run_failed"),
    ("failed, paused, n8n has it on", {**ERROR, "enabled": False}, "error", "error", "run_failed"),
    ("failed, then paused", {**ERROR, **PAUSED}, "inactive", "live", "paused"),
    (
        "failed, only n8n has it off",
        {**ERROR, "reported": "inactive"},
        "error",
        "error",
        "run_failed",
    ),
    ("not served", {"served": False}, "error", "error", "not_served"),
    ("not known whether served", {"served": None}, "active", "live", ""),
    ("not served, for it is off", {**PAUSED, "served": False}, "inactive", "live", "paused"),
    ("a bad schedule", {"bad_schedule": True}, "error", "error", "bad_schedule"),
    (
        "not served says more than failed",
        {**ERROR, "served": False},
        "error",
        "error",
        "not_served",
    ),
    ("a run that nobody sees", STUCK, "error", "error", "stuck"),
    ("another one is seen", {**STUCK, "running": 2}, "syncing", "error", "stuck"),
    # 4. inactive
    ("off in n8n, on here", {"reported": "inactive"}, "inactive", "live", ""),
    ("archived in n8n", {"reported": "archived"}, "inactive", "live", ""),
    ("paused", PAUSED, "inactive", "live", "paused"),
    (
        "never reported, disabled",
        {"reported": "unknown", "enabled": False},
        "inactive",
        "live",
        "paused",
    ),
    # 5. active
    ("never reported, enabled", {"reported": "unknown"}, "active", "live", ""),
    ("paused here, on in n8n", {"enabled": False}, "active", "live", "paused"),
    # stale by the clock
    ("late", LATE, "active", "stale", "late"),
    ("not late yet", {**LATE, "late_at": ahead(seconds=1)}, "active", "live", ""),
    ("late to the second", {**LATE, "late_at": NOW}, "active", "stale", "late"),
    ("it came", {**LATE, "last_started_at": ago(minutes=3)}, "active", "live", ""),
    ("it came a little early", {**LATE, "last_started_at": ago(seconds=181)}, "active", "live", ""),
    ("never ran, and late", {**LATE, "last_started_at": None}, "active", "stale", "late"),
    ("nothing is awaited while paused", {**LATE, **PAUSED}, "inactive", "live", "paused"),
    ("nothing is awaited while off", {**LATE, "reported": "inactive"}, "inactive", "live", ""),
    ("late, while a run goes", {**LATE, **RUNNING}, "syncing", "stale", "late"),
    ("late and failed", {**LATE, **ERROR}, "error", "error", "run_failed"),
    ("nobody says anything", QUIET, "active", "stale", "silent"),
    ("nor ever did", {**QUIET, "heard_at": None}, "active", "stale", "silent"),
    ("its own heartbeat is young", {**QUIET, "heard_at": ago(seconds=299)}, "active", "live", ""),
    ("no longer young", {**QUIET, "heard_at": ago(seconds=300)}, "active", "stale", "silent"),
    ("old, but n8n lives", {"heard_at": ago(days=9)}, "active", "live", ""),
    # another workspace's by its tag
    ("foreign", FOREIGN, "unknown", "stale", "tag_missing"),
    ("of two", {"tag_problem": "tag_conflict"}, "unknown", "stale", "tag_conflict"),
    ("foreign, and failed", {**FOREIGN, **ERROR}, "unknown", "stale", "tag_missing"),
    ("foreign, paused", {**FOREIGN, **PAUSED}, "unknown", "live", "tag_missing"),
    ("foreign and gone", {**FOREIGN, **GONE}, "unknown", "stale", "workflow_missing"),
    # being made
    ("begun", MADE, "syncing", "syncing", "provisioning"),
    ("nobody goes on", {**MADE, "making_until": NOW}, "inactive", "live", "provisioning"),
    (
        "made in n8n, not yet here",
        {**MADE, "reported": "active"},
        "syncing",
        "syncing",
        "provisioning",
    ),
    ("not made", UNMADE, "error", "error", "provisioning_failed"),
    ("not made, n8n is away", {**UNMADE, **AWAY}, "unknown", "error", "provisioning_failed"),
    # words only
    ("its tag is gone", {"tag_problem": "tag_missing"}, "active", "live", "tag_missing"),
    ("another claims its path", {"contested": True}, "active", "live", "path_contested"),
    ("a worse word wins", {"tag_problem": "tag_missing", **ERROR}, "error", "error", "run_failed"),
]


def state(**facts: Any) -> tuple[Any, ...]:
    values = {**USUAL, **facts}
    assert list(values) == list(USUAL)
    named = ", ".join(f"{name} => %s" for name in values)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM campaigns_state({named})", list(values.values()))  # noqa: S608
        found: tuple[Any, ...] = cursor.fetchone()
    return found


@pytest.mark.parametrize(
    ("case", "facts", "n8n", "sync", "reason"), CASES, ids=[c[0] for c in CASES]
)
def test_state(
    case: str, facts: dict[str, Any], n8n: str, sync: str, reason: str, db: None
) -> None:
    assert state(**facts)[:3] == (n8n, sync, reason)


@pytest.mark.parametrize(
    ("facts", "drift", "due"),
    [
        ({}, False, None),
        ({"differs_since": ago(seconds=59)}, False, ahead(seconds=1)),
        ({"differs_since": ago(seconds=60)}, True, None),
        (
            {"differs_since": ago(seconds=90), "intended_until": ahead(seconds=5)},
            False,
            ahead(seconds=5),
        ),
        ({"syncing_until": ahead(seconds=7)}, False, ahead(seconds=7)),
        (MADE, False, ahead(seconds=60)),
        ({**UNMADE, "differs_since": ago(seconds=90)}, False, None),
        ({"expected_at": NOW, "late_at": ahead(seconds=60)}, False, ahead(seconds=60)),
        ({"workspace_silent": True, "heard_at": ago(seconds=1)}, False, ahead(seconds=299)),
        (LATE, False, None),
    ],
)
def test_drift_and_when_the_clock_is_due(
    facts: dict[str, Any], drift: bool, due: datetime | None, db: None
) -> None:
    assert state(**facts)[3:] == (drift, due)


times = st.one_of(
    st.none(), st.integers(-4000, 4000).map(lambda seconds: NOW + timedelta(seconds=seconds))
)


@settings(max_examples=300)
@given(
    st.fixed_dictionaries(
        {
            "enabled": st.booleans(),
            "reported": st.sampled_from(["active", "inactive", "archived", "missing", "unknown"]),
            "served": st.sampled_from([True, False, None]),
            "running": st.integers(0, 2),
            "stuck": st.integers(0, 2),
            "counted_result": st.sampled_from(["", "success", "error", "crashed"]),
            "heard_at": times,
            "last_started_at": times,
            "expected_at": times,
            "late_at": times,
            "differs_since": times,
            "intended_until": times,
            "unreachable_at": times,
            "instance_silent": st.booleans(),
            "workspace_silent": st.booleans(),
            "syncing_until": times,
        }
    )
)
@pytest.mark.django_db
def test_nothing_changes_before_it_is_due_and_something_then(facts: dict[str, Any]) -> None:
    """The clock looks at `due_at` alone: it must never be later than a change, nor for nothing."""
    facts["stuck"] = min(facts["stuck"], facts["running"])
    *before, due = state(**facts)
    if due is None:
        assert list(state(**{**facts, "at": NOW + timedelta(days=9)})[:4]) == before
        return
    assert due > NOW
    just = due - timedelta(microseconds=1)
    assert list(state(**{**facts, "at": just})[:4]) == before
