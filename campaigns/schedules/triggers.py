"""The schedule triggers of a workflow: what their parameters come to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Any

from campaigns.schedules import cron, zones
from campaigns.schedules.gates import Gate, never_opens, remembered
from campaigns.schedules.javascript import divides, number, text
from campaigns.schedules.schedule import Rule, Schedule
from orchestrator.n8n.rows import SCHEDULES, WEBHOOKS, Node

SCHEDULE_TRIGGER = "n8n-nodes-base.scheduleTrigger"
CRON = "n8n-nodes-base.cron"
OTHER_TRIGGERS = {"n8n-nodes-base.emailReadImap"}  # by name no trigger
BY_HAND = {"n8n-nodes-base.manualTrigger", "@n8n/n8n-nodes-langchain.manualChatTrigger"}

MOST_RULES = 20
LONGEST_EXPRESSION = 500
LONGEST_TIMER = 2**31 - 1  # ms, of Node.js

# What n8n fills in where a field is left out (not where it is null: then it is hashed).
INTERVALS: dict[str, dict[str, Any]] = {
    "seconds": {"secondsInterval": 30},
    "minutes": {"minutesInterval": 5},
    "hours": {"hoursInterval": 1, "triggerAtMinute": 0},
    "days": {"daysInterval": 1, "triggerAtHour": 0, "triggerAtMinute": 0},
    "weeks": {"weeksInterval": 1, "triggerAtDay": [0], "triggerAtHour": 0, "triggerAtMinute": 0},
    "months": {
        "monthsInterval": 1,
        "triggerAtDayOfMonth": 1,
        "triggerAtHour": 0,
        "triggerAtMinute": 0,
    },
    "cronExpression": {"expression": ""},
}
MOST = {"seconds": 59, "minutes": 59, "hours": 23, "days": 31, "months": float("inf")}


class Cause(StrEnum):
    """Why nobody outside of n8n can tell the next run."""

    SEVERAL_TRIGGERS = "several_triggers"
    EXPRESSION = "expression"
    TIMER = "timer"  # counts from when n8n started, or picks the minute at random then
    TOO_LONG = "too_long"  # too many rules, too long an expression


@dataclass(frozen=True, slots=True)
class Unknown:
    cause: Cause


@dataclass(frozen=True, slots=True)
class Problem:
    """It cannot run. `text` is one sentence for people."""

    text: str


class _Bad(Exception):
    pass


class _Unknown(Exception):
    def __init__(self, cause: Cause) -> None:
        super().__init__(cause)
        self.cause = cause


def read(
    nodes: Sequence[Node],
    *,
    zone: str,
    workflow_id: str,
    static_data: Mapping[str, Any] | None = None,
) -> Schedule | Problem | Unknown | None:
    """Of the nodes that run; `zone` is zone_of(…). None: no schedule trigger is among them."""
    triggers = [node for node in nodes if not node.disabled and _starts_runs(node)]
    schedules = [node for node in triggers if node.type in SCHEDULES]
    if not schedules:
        return None
    if zones.find(zone) is None:
        return Problem(f"n8n does not know the time zone {_quoted(zone)}.")
    rules: list[Rule] = []
    causes = [Cause.SEVERAL_TRIGGERS] if len(triggers) > 1 else []
    for node in schedules:
        try:
            rules += _rules(node, workflow_id, (static_data or {}).get(f"node:{node.name}"))
        except _Unknown as unknown:
            causes.append(unknown.cause)
        except (_Bad, cron.BadCron) as problem:
            return Problem(str(problem))
    return Unknown(causes[0]) if causes else Schedule(zone, tuple(rules))


def _starts_runs(node: Node) -> bool:
    if node.type in BY_HAND:
        return False
    return node.type in WEBHOOKS | SCHEDULES | OTHER_TRIGGERS or node.type.endswith("Trigger")


def _rules(node: Node, workflow_id: str, static: Any) -> list[Rule]:
    if node.type == SCHEDULE_TRIGGER:
        return _of_schedule_trigger(node, f"{workflow_id}:{node.id}", static)
    if node.type == CRON:
        return _of_cron(node)
    return _of_interval(node)


def _of_schedule_trigger(node: Node, seed: str, static: Any) -> list[Rule]:
    rule = node.parameters.get("rule", {"interval": [{"field": "days"}]})
    _refuse_expression(rule)
    if not isinstance(rule, dict) or "interval" not in rule:
        rule = {"interval": [{"field": "none"}]}
    rules: list[Rule] = []
    unknown: _Unknown | None = None
    for index, item in enumerate(_items(rule["interval"])):
        try:
            rules.append(_of_item(item, index, node.type_version, seed, static))
        except _Unknown as error:  # what comes after it may still be bad
            unknown = error
    if unknown:
        raise unknown
    return rules


def _of_item(item: dict[str, Any], index: int, version: float, seed: str, static: Any) -> Rule:
    kind = item.get("field", "days")
    _refuse_expression(kind)
    if not isinstance(kind, str) or kind not in INTERVALS:
        given: dict[str, Any] = {"daysInterval": 1}  # n8n takes it for days and fills in nothing
        kind = "days"
    else:
        given = {name: item.get(name, default) for name, default in INTERVALS[kind].items()}
    for value in given.values():
        _refuse_expression(value)
    if kind == "cronExpression":
        return _checked(given["expression"])
    name = f"{kind}Interval"
    size = given[name] if given[name] is not None else INTERVALS[kind][name]
    if version >= 1.3 and kind in MOST:
        units = number(size)
        if units > MOST[kind] or units < 1:
            most = f" to {MOST[kind]:.0f}" if kind != "months" else " or more"
            raise _Bad(f"The interval is {_quoted(text(size))} {kind}; n8n takes 1{most}.")
    gate = _gate(kind, size, index, static)
    return Rule(_checked(_expression(kind, size, given, seed)).cron, gate)


def _gate(kind: str, size: Any, index: int, static: Any) -> Gate | None:
    units = number(size)
    if kind == "minutes":
        active = units > 0 and not divides(units, 60)
    else:
        active = kind != "seconds" and units != 1
    if not active:
        return None
    if never_opens(kind, size):
        raise _Bad(f"With an interval of {_quoted(text(size))} {kind} it never runs again.")
    signature = f"{kind}:{text(size)}"
    return Gate(kind, units, remembered(static, index, kind, signature))


def _expression(kind: str, size: Any, given: Mapping[str, Any], seed: str) -> str:
    units = number(size)
    if kind == "seconds":
        return f"*/{text(size)} * * * * *"
    second = _hashed(seed, "second", 60)
    if kind == "minutes":
        every = f"*/{text(size)}" if divides(units, 60) else "*"
        return f"{second} {every} * * * *"
    minute = _or_hashed(given.get("triggerAtMinute"), seed, "minute", 60)
    if kind == "hours":
        every = f"*/{text(size)}" if divides(units, 24) else "*"
        return f"{second} {minute} {every} * * *"
    hour = _or_hashed(given.get("triggerAtHour"), seed, "hour", 24)
    if kind == "days":
        return f"{second} {minute} {hour} * * *"
    if kind == "weeks":
        weekdays = given["triggerAtDay"]
        weekdays = [0] if weekdays is None else weekdays
        if not isinstance(weekdays, list):
            raise _Bad("The weekdays are no list.")
        return f"{second} {minute} {hour} * * {text(weekdays) if weekdays else '*'}"
    day = given.get("triggerAtDayOfMonth")
    day = str(1 + _hashed(seed, "dayOfMonth", 28)) if day is None else text(day)
    every = f"*/{text(size)}" if divides(units, 12) else "*"
    return f"{second} {minute} {hour} {day} {every} *"


def _of_cron(node: Node) -> list[Rule]:
    times = node.parameters.get("triggerTimes", {})
    _refuse_expression(times)
    items = _items(times.get("item", []) if isinstance(times, dict) else [])
    rules: list[Rule] = []
    unknown: _Unknown | None = None
    for item in items:
        try:
            rules.append(_of_time(item))
        except _Unknown as error:
            unknown = error
    if unknown:
        raise unknown
    return rules


def _of_time(item: dict[str, Any]) -> Rule:
    """The second is picked at random when n8n starts it; here it is the first one possible."""
    for name in ("mode", "hour", "minute", "dayOfMonth", "weekday", "value", "unit"):
        _refuse_expression(item.get(name))
    mode = item.get("mode", "everyDay")
    minute, hour = text(item.get("minute", 0)), text(item.get("hour", 14))
    match mode:
        case "everyMinute":
            return Rule("0 * * * * *")
        case "everyHour":
            return _checked(f"0 {minute} * * * *")
        case "everyX":
            value, unit = text(item.get("value", 2)), item.get("unit", "hours")
            if unit == "minutes":
                return _checked(f"0 */{value} * * * *")
            if unit == "hours":
                _checked(f"0 0 */{value} * * *")
                raise _Unknown(Cause.TIMER)
            raise _Bad("The unit of the schedule is neither minutes nor hours.")
        case "everyDay":
            return _checked(f"0 {minute} {hour} * * *")
        case "everyWeek":
            return _checked(f"0 {minute} {hour} * * {text(item.get('weekday', '1'))}")
        case "everyMonth":
            return _checked(f"0 {minute} {hour} {text(item.get('dayOfMonth', 1))} * *")
        case "custom":
            expression = item.get("cronExpression", "* * * * * *")
            _refuse_expression(expression)
            return _checked(expression.strip() if isinstance(expression, str) else expression)
        case _:
            raise _Bad(f"n8n does not know the mode {_quoted(text(mode))} of a schedule.")


def _of_interval(node: Node) -> list[Rule]:
    interval, unit = node.parameters.get("interval", 1), node.parameters.get("unit", "seconds")
    _refuse_expression(interval)
    _refuse_expression(unit)
    factor = {"minutes": 60, "hours": 3600}.get(unit, 1) if isinstance(unit, str) else 1
    if not 0 < (length := number(interval) * factor * 1000) <= LONGEST_TIMER:
        size = "too short" if length <= 0 else "too long" if length > 0 else "no number"
        raise _Bad(f"The interval of the schedule is {size}.")
    raise _Unknown(Cause.TIMER)


def _items(items: Any) -> list[dict[str, Any]]:
    _refuse_expression(items)
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise _Bad("The times of the schedule are no list.")
    if not items:
        raise _Bad("The schedule has no times.")
    if len(items) > MOST_RULES:
        raise _Unknown(Cause.TOO_LONG)
    return items


def _checked(expression: Any) -> Rule:
    if not isinstance(expression, str):
        raise _Bad("The cron expression is no text.")
    if len(expression) > LONGEST_EXPRESSION:
        raise _Unknown(Cause.TOO_LONG)
    cron.parse(expression)
    return Rule(expression)


def _refuse_expression(value: Any) -> None:
    values = value if isinstance(value, list) else [value]
    if any(isinstance(one, str) and one.startswith("=") for one in values):
        raise _Unknown(Cause.EXPRESSION)


def _hashed(seed: str, part: str, size: int) -> int:
    return int.from_bytes(sha256(f"{seed}:{part}".encode(errors="replace")).digest()[:4]) % size


def _or_hashed(value: Any, seed: str, part: str, size: int) -> str:
    return str(_hashed(seed, part, size)) if value is None else text(value)


def _quoted(value: str) -> str:
    return f"“{value[:60]}”"
