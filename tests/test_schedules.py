"""Schedules: read as n8n reads them, and due when n8n fires."""

import json
import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.schedules import Cause, Problem, Schedule, Unknown, read, zone_of
from n8n.install import install, installed
from orchestrator.n8n.rows import Node
from tests.schedule_cases import ZONES, Case, Dice, ask_n8n, old, scheduled

# The second that n8n picks for workflow w1, node n1: it is hashed, not random.
SECOND = 41


def schedule(*nodes: Node, zone: str = "UTC", static: dict[str, Any] | None = None) -> Schedule:
    found = read(nodes, zone=zone, workflow_id="w1", static_data=static)
    assert isinstance(found, Schedule), found
    return found


def judged(*nodes: Node, zone: str = "UTC") -> Schedule | Problem | Unknown | None:
    return read(nodes, zone=zone, workflow_id="w1")


def cron(expression: Any, **more: Any) -> Node:
    return scheduled({"field": "cronExpression", "expression": expression, **more})


def crons(node: Node) -> list[str]:
    return [rule.cron for rule in schedule(node).rules]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def due(found: Schedule, start: datetime, last_run: datetime | None = None) -> Iterator[datetime]:
    """One after the other, as each run is seen."""
    while following := found.next_after(start, last_run):
        yield following
        start = last_run = following


def period(found: Schedule, start: datetime, last_run: datetime | None = None) -> float:
    """Seconds between the next two."""
    first, second = islice(due(found, start, last_run), 2)
    return (second - first).total_seconds()


def times(found: Schedule, start: str, count: int) -> list[str]:
    return [f"{one:%Y-%m-%d %H:%M:%S}" for one in islice(due(found, at(start)), count)]


@pytest.mark.parametrize(
    ("interval", "expected"),
    [
        ({"field": "seconds"}, "*/30 * * * * *"),
        ({"field": "seconds", "secondsInterval": 45}, "*/45 * * * * *"),
        ({"field": "minutes"}, "41 */5 * * * *"),
        ({"field": "minutes", "minutesInterval": 7}, "41 * * * * *"),
        ({"field": "hours"}, "41 0 */1 * * *"),
        ({"field": "hours", "hoursInterval": 6, "triggerAtMinute": 20}, "41 20 */6 * * *"),
        ({"field": "hours", "hoursInterval": 5}, "41 0 * * * *"),
        ({}, "41 0 0 * * *"),
        ({"field": "days", "triggerAtHour": 9, "triggerAtMinute": 30}, "41 30 9 * * *"),
        ({"field": "weeks"}, "41 0 0 * * 0"),
        ({"field": "weeks", "triggerAtDay": [1, 5], "triggerAtHour": 8}, "41 0 8 * * 1,5"),
        ({"field": "weeks", "triggerAtDay": []}, "41 0 0 * * *"),
        ({"field": "months"}, "41 0 0 1 */1 *"),
        ({"field": "months", "monthsInterval": 5, "triggerAtDayOfMonth": 15}, "41 0 0 15 * *"),
        ({"field": "cronExpression", "expression": "0 15 * 1 sun"}, "0 15 * 1 sun"),
    ],
)
def test_each_kind_of_interval_becomes_the_cron_that_n8n_makes_of_it(
    interval: dict[str, Any], expected: str
) -> None:
    assert crons(scheduled(interval)) == [expected]


def test_only_what_is_null_is_hashed_and_what_is_left_out_is_the_nodes_default() -> None:
    assert crons(Node(name="S", type=scheduled().type, id="n1")) == ["41 0 0 * * *"]
    assert crons(scheduled({"field": "months", "triggerAtDayOfMonth": None})) == ["41 0 0 18 */1 *"]
    nothing = Node(name="S", type=scheduled().type, id="n1", parameters={"rule": {}})
    nulls = scheduled({"field": "days", "triggerAtHour": None, "triggerAtMinute": None})
    assert crons(nothing) == crons(nulls) == ["41 13 14 * * *"]


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ({}, "0 0 14 * * *"),
        ({"mode": "everyMinute"}, "0 * * * * *"),
        ({"mode": "everyHour", "minute": 7}, "0 7 * * * *"),
        ({"mode": "everyWeek", "weekday": "2", "hour": 3}, "0 0 3 * * 2"),
        ({"mode": "everyMonth", "dayOfMonth": 31}, "0 0 14 31 * *"),
        ({"mode": "everyX", "unit": "minutes", "value": 15}, "0 */15 * * * *"),
        ({"mode": "custom", "cronExpression": " 5 4 * * * "}, "5 4 * * *"),
    ],
)
def test_the_old_cron_node_is_read(item: dict[str, Any], expected: str) -> None:
    assert crons(old("cron", triggerTimes={"item": [item]})) == [expected]


@pytest.mark.parametrize(
    ("node", "zone", "start", "expected"),
    [
        (cron("0 0 29 2 *"), "UTC", "2026-03-01", ["2028-02-29 00:00:00", "2032-02-29 00:00:00"]),
        (cron("0 9 13 * fri"), "UTC", "2026-03-01", ["2026-03-06 09:00:00", "2026-03-13 09:00:00"]),
        (cron("@weekly"), "UTC", "2026-01-01", ["2026-01-04 00:00:00", "2026-01-11 00:00:00"]),
        (cron("0 0 31 * *"), "UTC", "2026-04-01", ["2026-05-31 00:00:00", "2026-07-31 00:00:00"]),
        (
            cron("0 9 * * *"),
            "Europe/Berlin",
            "2026-03-28",
            ["2026-03-28 08:00:00", "2026-03-29 07:00:00"],
        ),
        (  # the skipped hour: at the moment the clocks go forward
            cron("30 2 * * *"),
            "Europe/Berlin",
            "2026-03-28 12:00",
            ["2026-03-29 01:00:00", "2026-03-30 00:30:00"],
        ),
        (  # in the doubled hour once, at the first of the two
            cron("30 1 * * *"),
            "America/New_York",
            "2026-10-31 12:00",
            ["2026-11-01 05:30:00", "2026-11-02 06:30:00"],
        ),
        (  # in the hour after it twice: n8n adds one in the second 01:30
            cron("30 2 * * *"),
            "America/New_York",
            "2026-10-31 12:00",
            ["2026-11-01 06:30:00", "2026-11-01 07:30:00", "2026-11-02 07:30:00"],
        ),
        (  # but an hourly one runs in both
            cron("30 * * * *"),
            "America/New_York",
            "2026-11-01 05:00",
            ["2026-11-01 05:30:00", "2026-11-01 06:30:00", "2026-11-01 07:30:00"],
        ),
        (  # from within the second of the two hours on
            cron("*/30 * * * *"),
            "America/New_York",
            "2026-11-01 06:15",
            ["2026-11-01 06:30:00", "2026-11-01 07:00:00"],
        ),
        (  # in the south the skipped time comes an hour later by the clock
            cron("30 0 * * *"),
            "America/Santiago",
            "2026-09-05 12:00",
            ["2026-09-06 04:30:00", "2026-09-07 03:30:00"],
        ),
    ],
)
def test_runs_come_when_n8n_starts_them_through_the_changes_of_the_clocks(
    node: Node, zone: str, start: str, expected: list[str]
) -> None:
    assert times(schedule(node, zone=zone), start, len(expected)) == expected


def test_of_several_intervals_the_earliest_is_next() -> None:
    found = schedule(scheduled({"field": "days", "triggerAtHour": 9}, {"field": "days"}))
    assert times(found, "2026-01-01 08:00", 3) == [
        "2026-01-01 09:00:41",
        "2026-01-02 00:00:41",
        "2026-01-02 09:00:41",
    ]


def test_the_period_is_the_time_between_the_next_two_runs() -> None:
    start = at("2026-03-28 12:00")
    assert period(schedule(scheduled({"field": "seconds"})), start) == 30
    nightly = schedule(cron("0 5 * * *"), zone="Europe/Berlin")
    assert period(nightly, start) == 24 * 3600
    assert period(nightly, start - timedelta(days=1)) == 23 * 3600


FIVE_HOURS = {"field": "hours", "hoursInterval": 5}


def test_an_interval_that_does_not_divide_counts_from_the_last_run() -> None:
    found = schedule(scheduled(FIVE_HOURS))
    assert times(found, "2026-01-01 03:30", 3) == [
        "2026-01-01 04:00:41",
        "2026-01-01 09:00:41",
        "2026-01-01 14:00:41",
    ]
    ran = at("2026-01-01 03:00:41") + timedelta(milliseconds=90)
    assert found.next_after(ran, ran) == at("2026-01-01 08:00:41")
    by_hand = at("2026-01-01 03:20")
    assert found.next_after(by_hand, by_hand) == at("2026-01-01 04:00:41")
    assert period(found, ran, ran) == 5 * 3600


@pytest.mark.parametrize(
    ("kept", "hour"),
    [
        ({"recurrenceRules": [3], "recurrenceRuleSignatures": ["hours:5"]}, 8),
        ({"recurrenceRules": [3]}, 8),  # by an older n8n
        ({"recurrenceRules": [24]}, 5),  # by an older n8n, of another unit
        ({"recurrenceRules": [3], "recurrenceRuleSignatures": ["hours:6"]}, 5),
        ({"recurrenceRules": [None], "recurrenceRuleSignatures": ["hours:5"]}, 5),
        ("nonsense", 5),
    ],
)
def test_what_n8n_remembers_counts_where_no_run_is_known(kept: Any, hour: int) -> None:
    found = schedule(scheduled(FIVE_HOURS), static={"node:Schedule": kept})
    start = at("2026-01-01 04:30")
    assert found.next_after(start) == at(f"2026-01-01 {hour:02}:00:41")
    seen = at("2026-01-01 04:00:41")
    assert found.next_after(start, seen) == at("2026-01-01 09:00:41")


@pytest.mark.parametrize(
    ("node", "words"),
    [
        (cron("0 0 30 2 *"), "a date that no year has"),
        (cron("0 0 31 4,6,9,11 *"), "a date that no year has"),
        (cron("* * * *"), "too few fields"),
        (cron(""), "too few fields"),
        (cron("* * * * * * *"), "too many fields"),
        (cron("61 * * * *"), "minute out of range"),
        (cron("*/0 * * * *"), "minute out of range"),
        (cron("5-1 * * * *"), "minute out of range"),
        (cron("1* * * * *"), "misplaced *"),
        (cron("* * * foo *"), "unknown word"),
        (cron("\u0665 * * * *"), "minute that is none"),
        (cron(5), "no text"),
        (scheduled({"field": "seconds", "secondsInterval": 60}), "n8n takes 1 to 59"),
        (scheduled({"field": "minutes", "minutesInterval": 0}), "n8n takes 1 to 59"),
        (scheduled({"field": "hours", "hoursInterval": 24}), "n8n takes 1 to 23"),
        (scheduled({"field": "days", "daysInterval": 32}), "n8n takes 1 to 31"),
        (scheduled({"field": "months", "monthsInterval": 0}), "n8n takes 1 or more"),
        (scheduled({"field": "weeks", "weeksInterval": 0}), "never runs again"),
        (scheduled({"field": "hours", "hoursInterval": 30}, version=1.2), "never runs again"),
        (scheduled({"field": "hours", "triggerAtMinute": 60}), "minute out of range"),
        (scheduled({"field": "days"}, {"field": "days", "daysInterval": 40}), "n8n takes 1 to 31"),
        (scheduled(), "has no times"),
        (old("cron"), "has no times"),
        (old("cron", triggerTimes={"item": [{"mode": "everyX", "value": 0}]}), "hour out of range"),
        (old("cron", triggerTimes={"item": [{"mode": "new"}]}), "does not know the mode"),
        (old("interval", interval=0), "too short"),
        (old("interval", interval=600, unit="hours"), "too long"),
        (old("interval", interval="x"), "no number"),
    ],
)
def test_what_cannot_run_is_a_problem_said_in_one_sentence(node: Node, words: str) -> None:
    found = judged(node)
    assert isinstance(found, Problem)
    assert words in found.text
    assert found.text.endswith(".")


def test_older_versions_of_the_node_take_longer_intervals() -> None:
    minutes = scheduled({"field": "minutes", "minutesInterval": 90}, version=1.2)
    assert times(schedule(minutes), "2026-01-01", 2) == [
        "2026-01-01 00:00:41",
        "2026-01-01 01:30:41",
    ]


def test_a_zone_that_n8n_does_not_know_is_a_problem() -> None:
    for zone in (
        "Mars/Olympus",
        " Europe/Berlin",
        "Factory",
        "../UTC",
        "UTC+99",
        "posix/UTC",
        "\x00",
    ):
        found = judged(scheduled({}), zone=zone)
        assert isinstance(found, Problem), zone
        assert "time zone" in found.text
    for zone in ("europe/berlin", "UTC", "gmt", "UTC+3", "+05:30", "EST5EDT"):
        assert isinstance(judged(scheduled({}), zone=zone), Schedule), zone


def test_the_zone_is_the_workflows_own_else_that_of_its_n8n() -> None:
    assert zone_of({"timezone": "Asia/Tokyo"}, "Europe/Berlin") == "Asia/Tokyo"
    for settings in (None, {}, {"timezone": None}, {"timezone": "DEFAULT"}):
        assert zone_of(settings, "Europe/Berlin") == "Europe/Berlin"
    assert zone_of({"timezone": ""}, "Europe/Berlin") == "UTC"


WEBHOOK = Node(name="W", type="n8n-nodes-base.webhook", parameters={"path": "x"})
BY_HAND = Node(name="M", type="n8n-nodes-base.manualTrigger")
OFF = Node(name="Off", type="n8n-nodes-base.webhook", disabled=True)
OTHER = Node(name="T", type="n8n-nodes-base.telegramTrigger")
SET = Node(name="Set", type="n8n-nodes-base.set", parameters={"rule": "=1"})


@pytest.mark.parametrize(
    ("nodes", "cause"),
    [
        ([cron("={{ $now }}")], Cause.EXPRESSION),
        ([scheduled({"field": "=days"})], Cause.EXPRESSION),
        ([scheduled({"field": "days", "triggerAtHour": "={{ 4 }}"})], Cause.EXPRESSION),
        ([scheduled({"field": "weeks", "triggerAtDay": [1, "={{ 4 }}"]})], Cause.EXPRESSION),
        ([old("interval", interval="={{ 4 }}")], Cause.EXPRESSION),
        ([scheduled({}), WEBHOOK], Cause.SEVERAL_TRIGGERS),
        ([scheduled({}), OTHER], Cause.SEVERAL_TRIGGERS),
        ([scheduled({}), scheduled({})], Cause.SEVERAL_TRIGGERS),
        ([old("interval", interval=5)], Cause.TIMER),
        ([old("cron", triggerTimes={"item": [{"mode": "everyX"}]})], Cause.TIMER),
        ([cron("0," * 300 + "0 * * * *")], Cause.TOO_LONG),
        ([scheduled(*[{}] * 21)], Cause.TOO_LONG),
    ],
)
def test_what_cannot_be_told_from_outside_is_unknown_and_no_problem(
    nodes: list[Node], cause: Cause
) -> None:
    assert judged(*nodes) == Unknown(cause)


def test_a_problem_is_one_beside_other_triggers_too() -> None:
    assert isinstance(judged(WEBHOOK, cron("x")), Problem)
    assert isinstance(judged(cron("=1"), cron("x")), Problem)
    bad = {"field": "cronExpression", "expression": "x"}
    assert isinstance(judged(scheduled({"field": "=1"}, bad)), Problem)


def test_what_is_disabled_started_by_hand_or_irrelevant_is_left_out() -> None:
    alone = schedule(scheduled({}))
    assert judged(scheduled({}), BY_HAND, OFF, SET) == alone
    assert judged(scheduled({"field": "days", "expression": "={{ 1 }}"})) == alone
    assert judged(WEBHOOK, BY_HAND, SET) is None


@pytest.mark.parametrize(
    "node",
    [
        scheduled(
            {"field": "minutes", "minutesInterval": 7},
            {"field": "cronExpression", "expression": "@daily"},
        ),
        scheduled({"field": "weeks", "weeksInterval": 2, "triggerAtDay": [1, 2]}),
        cron("0 0 29 2 *"),
    ],
)
def test_a_schedule_goes_through_json_unchanged_and_small(node: Node) -> None:
    kept = {"node:Schedule": {"recurrenceRules": [5], "recurrenceRuleSignatures": ["weeks:2"]}}
    found = schedule(node, zone="Europe/Berlin", static=kept)
    text = json.dumps(found.to_json())
    assert Schedule.from_json(json.loads(text)) == found
    assert len(text) < 300


HOSTILE: list[Node] = [
    cron("*/1,1-59/1,0-59," * 33 + "* * * * *"),
    cron("59 59 23 29 2 *"),
    cron("a" * 100_000),
    cron("9" * 400 + " * * * *"),
    cron("*/" + "9" * 400 + " * * * *"),
    cron("\ud800 * * * *"),
    scheduled(*[{"field": "weeks", "weeksInterval": 60, "triggerAtDay": list(range(7))}] * 20),
    scheduled(*[{"field": "months", "monthsInterval": 10**9}] * 20),
    scheduled(*[{"field": "minutes", "minutesInterval": 999_983}] * 20, version=1),
    scheduled(*[{"field": "days", "daysInterval": 363}] * 20, version=1),
    scheduled({"field": "weeks", "triggerAtDay": [[[[]]]] * 1000}),
    scheduled({"field": "hours", "hoursInterval": "1" * 10_000}),
    scheduled({"field": "hours", "hoursInterval": 10**400}),
    scheduled({"field": "months", "monthsInterval": 1e308}),
    scheduled({"field": "days", "triggerAtHour": 1e308, "triggerAtMinute": -0.0}),
]


@pytest.mark.parametrize("node", HOSTILE)
@pytest.mark.parametrize("zone", ["Europe/Berlin", "Antarctica/Troll"])
def test_no_input_takes_long(node: Node, zone: str) -> None:
    judged(scheduled({}), zone=zone)  # the zones are read once
    kept = {"node:Schedule": {"recurrenceRules": [1] * 20}}
    begun = time.process_time()
    found = read([node], zone=zone, workflow_id="\ud800", static_data=kept)
    if isinstance(found, Schedule):
        list(islice(due(found, at("2026-03-28"), at("2026-03-27")), 2))
    assert time.process_time() - begun < 1


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)
NAMES = "secondsInterval minutesInterval hoursInterval daysInterval weeksInterval monthsInterval"
INTERVAL = st.fixed_dictionaries(
    {},
    optional={
        "field": st.sampled_from([name.removesuffix("Interval") for name in NAMES.split()]) | JSON,
        "expression": JSON,
        "triggerAtDay": st.lists(st.integers(0, 6)) | JSON,
        "triggerAtHour": st.integers(0, 23) | JSON,
        "triggerAtMinute": st.integers(0, 59) | JSON,
        "triggerAtDayOfMonth": st.integers(1, 31) | JSON,
        **{name: st.integers(-2, 70) | JSON for name in NAMES.split()},
    },
)
START = st.datetimes(
    datetime(2025, 1, 1),  # noqa: DTZ001 -- gets its zone below
    datetime(2035, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)


@given(st.lists(INTERVAL, max_size=3), JSON, st.sampled_from(ZONES), START, st.integers(10, 14))
def test_any_json_is_judged_and_what_is_due_is_later(
    intervals: list[Any], static: Any, zone: str, start: datetime, version: int
) -> None:
    node = scheduled(*intervals, version=version / 10)
    kept = {"node:Schedule": {"recurrenceRules": [static, static]}}
    for one in (node, old("cron", triggerTimes=static), old("interval", interval=static)):
        found = read([one], zone=zone, workflow_id="w1", static_data=kept)
        if isinstance(found, Schedule):
            following = found.next_after(start)
            assert following is None or following > start
            assert Schedule.from_json(json.loads(json.dumps(found.to_json()))) == found


def part(low: int, high: int) -> st.SearchStrategy[str]:
    return st.one_of(
        st.just("*"),
        st.integers(1, high).map("*/{}".format),
        st.lists(st.integers(low, high), min_size=1, max_size=4).map(
            lambda numbers: ",".join(map(str, numbers))
        ),
    )


@given(st.tuples(part(0, 59), part(0, 23), part(1, 28), part(1, 12), part(0, 7)), START)
def test_nothing_is_due_between_two_runs(fields: tuple[str, ...], start: datetime) -> None:
    """Against the plainest reading of cron there is: minute after minute, for a week."""
    found = schedule(cron(" ".join(fields)))
    bounds = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
    minutes, hours, days, months, weekdays = (
        {n for n in range(low, high + 1) if _fits(text, n, low)}
        for text, (low, high) in zip(fields, bounds, strict=True)
    )

    def plainly(one: datetime) -> bool:
        on_weekday = bool({one.isoweekday() % 7, one.isoweekday()} & weekdays)
        on_day = one.day in days
        both = len(days) < 31 and not set(range(7)) <= weekdays | {n % 7 for n in weekdays}
        right_day = on_day or on_weekday if both else on_day and on_weekday
        return one.minute in minutes and one.hour in hours and one.month in months and right_day

    minute = start.replace(second=0, microsecond=0) + timedelta(minutes=1)
    week = (minute + timedelta(minutes=n) for n in range(7 * 24 * 60))
    expected = next((one for one in week if plainly(one)), None)
    following = found.next_after(start)
    if expected:
        assert following == expected
    else:
        assert following is None or following > start + timedelta(days=6)


def _fits(text: str, number: int, low: int) -> bool:
    if text.startswith("*"):
        return (number - low) % int(text[2:] or 1) == 0
    return str(number) in text.split(",")


@pytest.fixture(scope="module")
def n8n_code() -> None:
    if not installed() and not os.environ.get("CI"):
        pytest.skip("n8n is not installed: python -m n8n.server install")
    install()


RUNS = 4


@pytest.mark.n8n
@pytest.mark.usefixtures("n8n_code")
@pytest.mark.parametrize(
    "kind", ["custom", "seconds", "minutes", "hours", "days", "weeks", "months", "old"]
)
def test_n8ns_own_code_comes_to_the_same(kind: str) -> None:
    dice = Dice(seed=20_260_328)
    cases = [dice.case(kind) for _ in range(30)]
    compared = 0
    for case, theirs in zip(cases, ask_n8n(cases, RUNS), strict=True):
        ours = read([case.node], zone=case.zone, workflow_id="w1", static_data=case.static)
        if isinstance(ours, Problem) and "never runs again" in ours.text:
            assert "error" not in theirs, case  # n8n takes it, and then it never comes
        elif isinstance(ours, Problem):
            assert "error" in theirs, (case, ours)
        elif isinstance(ours, Schedule):
            assert "error" not in theirs, (case, theirs)
            compared += _compared(case, ours, theirs)
    assert compared > len(cases) / 2  # most of them were read and are equal


def _compared(case: Case, ours: Schedule, theirs: dict[str, Any]) -> bool:
    written = [rule.cron for rule in ours.rules]
    if case.node.type == old("cron").type and written != theirs["crons"]:
        # The second is picked at random.
        assert [text.split(" ", 1)[1] for text in written] == [
            text.split(" ", 1)[1] for text in theirs["crons"]
        ], case
        return True
    assert written == theirs["crons"], case
    if len(ours.rules) > 1 and any(rule.gate for rule in ours.rules):
        # One run does not tell by which of the rules it came.
        return _first(case, ours, theirs)
    found = [one.timestamp() for one in islice(due(ours, case.start), RUNS)]
    assert [one for one in found if one <= theirs["until"]] == theirs["due"], case
    return True


def _first(case: Case, ours: Schedule, theirs: dict[str, Any]) -> bool:
    if theirs["due"]:
        first = ours.next_after(case.start)
        assert first, case
        assert first.timestamp() == theirs["due"][0], case
    return True


@pytest.mark.n8n
@pytest.mark.usefixtures("n8n_code")
def test_n8ns_own_code_refuses_the_same_intervals_of_the_old_node() -> None:
    values = [1, 0, -1, 0.5, "7", "x", None, True, 596, 597, 10**12]
    nodes = [
        old("interval", interval=value, unit=unit)
        for value in values
        for unit in ("seconds", "minutes", "hours", "days")
    ]
    cases = [Case(node, "UTC", at("2026-01-01")) for node in nodes]
    for case, theirs in zip(cases, ask_n8n(cases, 1), strict=True):
        # What is no number n8n takes for a thousandth of a second: no problem to it, but one here.
        refused = "error" in theirs or theirs["timers"] == [None]
        assert isinstance(judged(case.node), Problem) == refused, (case, theirs)
