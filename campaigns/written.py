"""What is known of campaigns, and what a sync writes to them."""

import json
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from itertools import islice
from typing import Any, Self

from django.db import connection
from django.utils import timezone

from campaigns import expectations, served
from campaigns.adoption import reported_of
from campaigns.models import Campaign, Reported
from campaigns.schedules import Schedule
from campaigns.seen import Seen, seen
from orchestrator import n8n
from orchestrator.events import Actor, acting
from workspaces.models import Instance

Times = tuple[datetime | None, datetime | None, datetime | None]  # as of expectations.expect

CHUNK = 500  # rows that are locked at once
FOREIGN = {"tag_foreign", "tag_conflict"}  # it carries the tag of another workspace

_FIELDS = (
    "n8n_workflow_id", "id", "workspace_id", "version", "name", "reported", "trigger",
    "archived_at", "set_aside", "intention", "tag_problem", "contested", "served",
    "active_version_id", "webhook_path", "schedule",
    "schedule_problem", "schedule_unknown", "next_run_at", "last_started_at",
    "last_sync_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Known:
    """A campaign as it was before n8n was asked."""

    id: uuid.UUID
    workspace_id: uuid.UUID
    version: int
    name: str
    reported: str
    trigger: str
    archived: bool
    set_aside: bool
    intended: bool
    tag_problem: str
    contested: bool
    served: bool | None
    active_version_id: str
    webhook_path: str
    schedule: dict[str, Any] | None
    schedule_problem: str
    schedule_unknown: str
    next_run_at: datetime | None
    last_started_at: datetime | None
    synced_at: datetime | None

    @classmethod
    def of(cls, campaign: Campaign) -> Self:
        return cls._of(*(getattr(campaign, name) for name in _FIELDS[1:]))

    @classmethod
    def _of(cls, *values: Any) -> Self:
        row = dict(zip(_FIELDS[1:], values, strict=True))
        archived_at, intention = row.pop("archived_at"), row.pop("intention")
        return cls(
            archived=archived_at is not None and not row["set_aside"],
            intended=intention is not None,
            synced_at=row.pop("last_sync_at"),
            **row,
        )


def known_of(instance: Instance) -> dict[str, Known]:
    """By workflow."""
    rows = Campaign.objects.filter(instance=instance, making="").values_list(*_FIELDS)
    return {id: Known._of(*values) for id, *values in rows.iterator(2000)}


def write_down(
    known: Mapping[str, Known],
    answers: Mapping[str, Seen | None],
    serving: Mapping[str, bool | None],
    at: datetime,
    *,
    tag_problem: Callable[[Seen, uuid.UUID], str],
    contested: Callable[[str], bool | None],
    actor: Actor,
) -> Iterator[tuple[Known, bool]]:
    """Each that n8n told of, and whether it changed. Other people's are left alone by `known`.

    Both functions judge one workflow; `contested` gives None for what cannot be told.
    """
    rows = (
        (before, _Row.of(before, found, serving.get(id), at, tag_problem, contested(id)))
        for id, found in answers.items()
        if (before := known.get(id)) and _writes(before)
    )
    while chunk := list(islice(rows, CHUNK)):
        written = _write([row for _, row in chunk], at, actor)
        for before, row in chunk:
            yield before, before.id in written and row.differs_from(before)


def write_one(campaign: Campaign, workflow: n8n.Workflow, *, actor: Actor) -> None:
    """What n8n said of this one, which is its workspace's, outside of a sync."""
    id = campaign.n8n_workflow_id
    found = seen(workflow, campaign.instance.timezone)
    known = {id: Known.of(campaign)}
    rows = write_down(
        known,
        {id: found},
        {},
        timezone.now(),
        tag_problem=lambda *_: "",
        contested=lambda _: None,
        actor=actor,
    )
    list(rows)


def _writes(before: Known) -> bool:
    # What is set aside a sync has found no room for; what was intended is settled by itself.
    return not (before.archived or before.set_aside or before.intended)


@dataclass(frozen=True, slots=True)
class _Row:
    """In the order of the columns of _UPDATE."""

    id: uuid.UUID
    version: int
    name: str
    reported: str
    trigger: str
    tag_problem: str
    contested: bool
    served: bool | None
    active_version_id: str
    webhook_path: str
    schedule: str | None
    schedule_problem: str
    schedule_unknown: str
    heard: bool  # n8n's word is taken for it
    timed: bool  # the three that follow are written
    expected_at: datetime | None
    next_run_at: datetime | None
    late_at: datetime | None

    @classmethod
    def of(
        cls,
        before: Known,
        found: Seen | None,
        serves: bool | None,
        at: datetime,
        tag_problem: Callable[[Seen, uuid.UUID], str],
        contested: bool | None,
    ) -> Self:
        head = before.id, before.version
        if found is None:
            return cls(
                *head, before.name, str(Reported.MISSING), before.trigger,
                before.tag_problem, False, None, before.active_version_id,
                before.webhook_path, _text(before.schedule),
                before.schedule_problem, before.schedule_unknown, True, True, None, None, None,
            )  # fmt: skip
        problem = tag_problem(found, before.workspace_id)
        if problem in FOREIGN:  # its name and what it does are for others to know
            return cls(
                *head, before.name, before.reported, before.trigger,
                problem, before.contested, before.served, before.active_version_id,
                before.webhook_path, _text(before.schedule),
                before.schedule_problem, before.schedule_unknown, False, True, None, None, None,
            )  # fmt: skip
        workflow = found.workflow
        reported, version = reported_of(workflow), workflow.active_version_id or ""
        times = _times(before, found, reported, at)
        return cls(
            *head, workflow.name, reported, workflow.trigger or "",
            problem, before.contested if contested is None else contested,
            _served(before, workflow, serves), version,
            served.webhook_path(workflow, before.webhook_path),
            _text(found.schedule), found.schedule_problem, found.schedule_unknown,
            True, times is not None, *(times or (None, None, None)),
        )  # fmt: skip

    def differs_from(self, before: Known) -> bool:
        rules = _rules(self.schedule and json.loads(self.schedule))
        return (*_told(self), rules) != (*_told(before), _rules(before.schedule))


def _told(row: "_Row | Known") -> tuple[Any, ...]:
    """What a sync counts as a change where it is another than before."""
    return (
        row.name, row.reported, row.trigger, row.tag_problem, row.contested, row.served is False,
        row.active_version_id, row.schedule_problem, row.schedule_unknown,
    )  # fmt: skip


_UPDATE = """
UPDATE campaigns_campaign c SET
    name = u.name, reported = u.reported, last_sync_at = %s,
    reported_at = CASE WHEN u.heard THEN %s ELSE c.reported_at END,
    trigger = u.trigger, tag_problem = u.tag_problem, contested = u.contested, served = u.served,
    active_version_id = u.active_version_id, webhook_path = u.webhook_path,
    -- A resume activates what ran last.
    paused_version_id = CASE WHEN c.active_version_id <> '' AND u.active_version_id = ''
                        THEN c.active_version_id ELSE c.paused_version_id END,
    schedule = u.schedule, schedule_problem = u.problem, schedule_unknown = u.cause,
    expected_at = CASE WHEN u.timed THEN u.expected_at ELSE c.expected_at END,
    next_run_at = CASE WHEN u.timed THEN u.next_run_at ELSE c.next_run_at END,
    late_at = CASE WHEN u.timed THEN u.late_at ELSE c.late_at END
FROM unnest(%s::uuid[], %s::int[], %s::text[], %s::text[], %s::text[], %s::text[],
            %s::bool[], %s::bool[], %s::text[], %s::text[], %s::jsonb[], %s::text[], %s::text[],
            %s::bool[], %s::bool[], %s::timestamptz[], %s::timestamptz[], %s::timestamptz[])
    AS u (id, version, name, reported, trigger, tag_problem, contested, served,
          active_version_id, webhook_path, schedule, problem, cause, heard,
          timed, expected_at, next_run_at, late_at)
WHERE c.id = u.id AND c.version = u.version AND c.intention IS NULL
RETURNING c.id
"""


def _write(rows: list[_Row], at: datetime, actor: Actor) -> set[uuid.UUID]:
    """Those that were written: not what a person changed since."""
    columns = [[getattr(row, f.name) for row in rows] for f in fields(_Row)]
    with acting(actor), connection.cursor() as cursor:
        # In the order in which heartbeats lock them, so that neither waits for the other for ever.
        cursor.execute(
            "SELECT 1 FROM campaigns_campaign WHERE id = ANY (%s) ORDER BY id FOR NO KEY UPDATE",
            [columns[0]],
        )
        cursor.execute(_UPDATE, [at, at, *columns])
        return {id for (id,) in cursor.fetchall()}


def _served(before: Known, workflow: n8n.Workflow, serves: bool | None) -> bool | None:
    if not is_active_webhook(workflow):
        return None
    same = before.active_version_id == workflow.active_version_id
    return before.served if serves is None and same else serves


def is_active_webhook(workflow: n8n.Workflow) -> bool:
    return workflow.active and not workflow.is_archived and workflow.trigger == n8n.Trigger.WEBHOOK


def _times(before: Known, found: Seen, reported: str, at: datetime) -> Times | None:
    """None: as they are. The schedule is another one, or the workflow begins to run by it."""
    if found.schedule is None or reported != Reported.ACTIVE:
        return None, None, None
    going = before.reported == Reported.ACTIVE and before.next_run_at is not None
    ran = before.last_started_at
    if going and _rules(found.schedule) == _rules(before.schedule):
        # Of intervals like 5 hours n8n counts from its last run: each that was seen tells more.
        counts = any("every" in rule for rule in found.schedule["rules"])
        if not (counts and ran and before.synced_at and ran > before.synced_at):
            return None
    return expectations.expect(Schedule.from_json(found.schedule), at, ran)


def _rules(schedule: Any) -> Any:
    """Without what n8n remembers of its last run."""
    return schedule and (
        schedule["zone"],
        [
            (rule["cron"], every and (every["unit"], every["size"]))
            for rule in schedule["rules"]
            for every in [rule.get("every")]
        ],
    )


def _text(schedule: Any) -> str | None:
    return None if schedule is None else json.dumps(schedule)
