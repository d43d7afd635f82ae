"""Writes of campaigns: one transaction, a named actor, one event each."""

import logging
import time
import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone

from campaigns import announce
from campaigns.events import CampaignsSetAside, SyncRequested
from campaigns.models import Campaign, SyncRun, WorkspaceClock
from campaigns.sync import Outcome, SyncFailed, sync_instance
from orchestrator.events import Actor, acting, emit
from workspaces import quotas
from workspaces.connections import is_sandbox
from workspaces.models import Instance, Workspace

log = logging.getLogger(__name__)

SYNC_EVERY = timedelta(seconds=30)  # by hand, per workspace
# A sync under way that began longer ago is not joined: it may be lost, and nobody who asks twice
# should wait for the same lost one.
JOIN_WITHIN = SYNC_EVERY
# Scheduled ones are a minute apart; where several clocks ask, what comes sooner is another's turn.
DUE_AFTER = timedelta(seconds=45)
LOST_AFTER = timedelta(minutes=5)  # longer than any sync takes
UNREACHABLE_AFTER = 2  # background syncs in a row; one that a person asked for says it at once
PATIENCE = 2.5  # seconds for which a person waits for one answer of n8n
IN_FLIGHT = timedelta(seconds=60)  # at most: a sync that was killed is not shown for ever

# Codes of a sync's errors: of single workflows, and those that say that n8n did not answer.
PARTIAL = {"tag_conflict", "tenant_mismatch", "quota_exceeded"}
AWAY = {"unreachable", "slow", "server_error", "rate_limited"}


class TooSoon(Exception):
    """A sync of this workspace was asked for less than 30 s ago."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"again in {retry_after} s")
        self.retry_after = retry_after


def request_sync(workspace: Workspace, *, actor: Actor) -> SyncRun:
    """A sync for whoever pressed the button: a new one, or the one that is under way already."""
    with acting(actor):
        _spend_turn(workspace)
        running = SyncRun.objects.filter(
            workspace=workspace, ended_at=None, created_at__gt=timezone.now() - JOIN_WITHIN
        ).first()
        if running is not None:
            return running
        run = SyncRun.objects.create(workspace=workspace, trigger=SyncRun.Trigger.USER)
        emit(SyncRequested, run, actor=actor, sync_id=run.pk)
        return run


def _spend_turn(workspace: Workspace) -> None:
    now = timezone.now()
    clock = WorkspaceClock.objects.filter(workspace=workspace)
    mine = clock.filter(Q(sync_asked_at=None) | Q(sync_asked_at__lte=now - SYNC_EVERY))
    if not mine.update(sync_asked_at=now):  # two at once: the second finds the first's time
        asked_at = clock.get().sync_asked_at
        left = SYNC_EVERY - (now - asked_at) if asked_at else SYNC_EVERY
        raise TooSoon(max(1, round(left.total_seconds())))


def run_sync(run: SyncRun, *, actor: Actor) -> None:
    """Does what `run` stands for, once, whoever calls it how often."""
    mine = SyncRun.objects.filter(pk=run.pk, started_at=None, ended_at=None)
    if not mine.update(started_at=timezone.now()):
        return
    workspace = Workspace.objects.select_related("instance").get(pk=run.workspace_id)
    asked_for = run.trigger == SyncRun.Trigger.USER
    if asked_for:
        _show_in_flight(workspace, timezone.now() + IN_FLIGHT)
        announce.turned(workspace.pk)
    try:
        _run(workspace.instance, {workspace.pk: (workspace, run)}, actor, hurry=asked_for)
    finally:
        if asked_for:
            _show_in_flight(workspace, None)


def _show_in_flight(workspace: Workspace, until: datetime | None) -> None:
    """On every campaign: also on those that another sync adopts or takes back just now."""
    with transaction.atomic():
        quotas.lock(workspace)  # as adoption does: it is through, or reads what is written here
        WorkspaceClock.objects.filter(workspace=workspace).update(syncing_until=until)


def sync_by_command(workspace: Workspace, *, actor: Actor) -> SyncRun:
    instance = Instance.objects.get(workspaces=workspace)
    (run,) = sync_in_background(
        instance, trigger=SyncRun.Trigger.COMMAND, actor=actor, only=workspace
    )
    return run


def sync_in_background(
    instance: Instance, *, trigger: str, actor: Actor, only: Workspace | None = None
) -> list[SyncRun]:
    """All workspaces of the instance by one list, or one of them."""
    found = instance.workspaces.order_by("pk")
    workspaces = list(found.filter(pk=only.pk) if only else found)
    return _all(instance, workspaces, _begin(workspaces, trigger, actor), actor)


def sync_due(instance: Instance, *, actor: Actor) -> list[SyncRun]:
    """The minute's sync, once, however many clocks there are: twice as many failures in a row
    would else be counted of an n8n that is away."""
    workspaces = list(instance.workspaces.order_by("pk"))
    with acting(actor):
        # Of two at once the second waits here, and then finds what the first began.
        Instance.objects.select_for_update(no_key=True).get(pk=instance.pk)
        recent = SyncRun.objects.filter(
            workspace__in=workspaces,
            trigger=SyncRun.Trigger.SCHEDULE,
            created_at__gt=timezone.now() - DUE_AFTER,
        )
        if recent.exists():
            return []
        runs = _begin(workspaces, SyncRun.Trigger.SCHEDULE, actor)
    return _all(instance, workspaces, runs, actor)


def _all(
    instance: Instance, workspaces: list[Workspace], runs: list[SyncRun], actor: Actor
) -> list[SyncRun]:
    by_id = {workspace.pk: workspace for workspace in workspaces}
    of_each = {run.workspace_id: (by_id[run.workspace_id], run) for run in runs}
    _run(instance, of_each, actor, hurry=False)
    return runs


def _begin(workspaces: Iterable[Workspace], trigger: str, actor: Actor) -> list[SyncRun]:
    """Begun from the start: the worker, who hears of the event as well, leaves them alone."""
    with acting(actor):
        now = timezone.now()
        runs = SyncRun.objects.bulk_create(
            SyncRun(workspace=w, trigger=trigger, created_at=now, started_at=now)
            for w in workspaces
        )
        if trigger != SyncRun.Trigger.SCHEDULE:  # somebody wanted it
            for run in runs:
                emit(SyncRequested, run, actor=actor, sync_id=run.pk)
    return runs


def end_lost() -> None:
    """Syncs whose worker was killed: nobody else takes up what was begun."""
    open_runs = SyncRun.objects.filter(ended_at=None)
    for run in open_runs.filter(created_at__lt=timezone.now() - LOST_AFTER):
        run.ended_at = timezone.now()
        run.errors = [{"code": "lost", "message": "The process that did it was stopped."}]
        if open_runs.filter(pk=run.pk).update(ended_at=run.ended_at, errors=run.errors):
            announce.synced(run, Outcome())


def _run(
    instance: Instance,
    runs: dict[uuid.UUID, tuple[Workspace, SyncRun]],
    actor: Actor,
    *,
    hurry: bool,
) -> None:
    began = time.monotonic()
    workspaces = [workspace for workspace, _ in runs.values()]
    try:
        outcomes = sync_instance(
            instance,
            workspaces,
            actor=actor,
            read_timeout=PATIENCE if hurry else 10.0,
            hurry=hurry,
        )
    except SyncFailed as error:
        at_once = any(run.trigger != SyncRun.Trigger.SCHEDULE for _, run in runs.values())
        _failed(instance, error, at_once=at_once)
        failure = Outcome(errors=[{"code": error.code, "message": str(error)}])
        outcomes = dict.fromkeys(runs, failure)
    else:
        _worked(instance)
    for workspace_id, (workspace, run) in runs.items():
        outcome = outcomes[workspace_id]
        if hurry:
            _show_in_flight(workspace, None)  # before anybody is told that it is over
        run.ended_at = timezone.now()
        run.synced, run.errors = outcome.synced, outcome.errors
        run.changed = len(outcome.changed) + len(outcome.adopted)
        run.save(update_fields=["ended_at", "synced", "changed", "errors"])
        log.info(
            "sync of workspace %s: %s synced, %s changed, errors %s, %.0f ms",
            workspace_id,
            run.synced,
            run.changed,
            [error["code"] for error in run.errors],
            (time.monotonic() - began) * 1000,
        )
        announce.synced(run, outcome)


def _worked(instance: Instance) -> None:
    with transaction.atomic():
        Instance.objects.filter(pk=instance.pk).update(
            last_ok_at=timezone.now(),
            silent=False,  # as the clock would find in a moment
            failures=0,
            failed_at=None,
            failure="",
            sandbox=is_sandbox(instance),  # the environment may name a real one since
        )


def _failed(instance: Instance, error: SyncFailed, *, at_once: bool) -> None:
    """Unreachable from the second background failure in a row on, for a person at once."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE workspaces_instance SET failures = failures + 1, failure = %s, failed_at ="
            " CASE WHEN %s OR failures + 1 >= %s THEN clock_timestamp() ELSE failed_at END"
            " WHERE id = %s",
            [error.code, at_once, UNREACHABLE_AFTER, instance.pk],
        )


def set_aside(instance: Instance, *, actor: Actor, workspace: Workspace | None = None) -> None:
    """Its n8n, or this workspace's, is another one now. A sync that finds a campaign's workflow
    again takes it back."""
    with acting(actor):
        campaigns = Campaign.objects.filter(instance=instance, archived_at=None)
        if workspace is not None:
            campaigns = campaigns.filter(workspace=workspace)
        count = campaigns.update(
            archived_at=timezone.now(), set_aside=True, version=F("version") + 1
        )
        if count:
            left = workspace or instance
            emit(CampaignsSetAside, left, actor=actor, after={"campaigns": count})


def leave(workspace: Workspace, former: Instance, *, actor: Actor) -> None:
    """In the transaction in which the workspace moves to another n8n."""
    set_aside(former, actor=actor, workspace=workspace)
