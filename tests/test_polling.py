"""What n8n's executions fill in and correct: on a real n8n and on the sandbox alike."""

import secrets
import time
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from campaigns import polling, services
from campaigns.heartbeats import Beat
from campaigns.models import Campaign, Run
from campaigns.statement import INGEST, columns
from orchestrator import n8n as api
from orchestrator.events import command
from tests.cast import Cast, campaign_of
from tests.connected import call, stop_run, workflow
from tests.n8n_server import N8n
from tests.processes import wait_until
from tests.workflows import webhook_node
from workspaces.models import Instance

ACTOR = command("test")


def instance() -> Instance:
    return Instance.objects.get(pk="default")


def poll() -> polling.Polled:
    found = polling.poll(instance())
    assert found is not None
    return found


def push(found: api.Workflow, status: str, **fields: Any) -> None:
    beat = Beat(
        heartbeat_id=secrets.token_hex(8),
        workflow_id=found.id,
        status=status,  # type: ignore[arg-type]
        mode="webhook",
        **fields,
    )
    with connection.cursor() as cursor:
        cursor.execute(INGEST, columns([("default", beat)]))


def runs(name: str) -> list[Run]:
    campaign = Campaign.objects.get(name=name)
    return list(Run.objects.filter(campaign_id=campaign.pk).order_by("execution_id"))


def results(name: str) -> list[tuple[str, str]]:
    return sorted((run.result, run.source) for run in runs(name))


def node(kind: str, **parameters: Any) -> dict[str, Any]:
    return {
        "id": str(uuid.uuid4()),
        "name": "Second",
        "type": f"n8n-nodes-base.{kind}",
        "typeVersion": 1.1 if kind == "wait" else 1,
        "position": [200, 0],
        "parameters": parameters,
    } | ({"webhookId": str(uuid.uuid4())} if kind == "wait" else {})


def of_two(client: api.Client, tag: str, second: dict[str, Any], **more: Any) -> api.Workflow:
    return workflow(
        client,
        more.pop("name", "Two"),
        tag,
        nodes=[webhook_node(secrets.token_hex(8), **more.pop("webhook", {})), second],
        connections={"Webhook": {"main": [[{"node": "Second", "type": "main", "index": 0}]]}},
        **more,
    )


def ended(client: api.Client, found: api.Workflow, count: int = 1) -> list[api.Execution]:
    """Once n8n lists so many of them as waiting or over."""
    rows: list[api.Execution] = []

    def listed() -> bool:
        rows[:] = client.executions(workflow_id=found.id).data
        return len(rows) >= count

    assert wait_until(listed, 15)
    return rows


def synced(cast: Cast) -> None:
    run = services.sync_by_command(cast.acme, actor=ACTOR)
    assert not run.errors


def test_what_ran_while_nobody_listened_is_filled_in(
    tenants: Cast, asking: api.Client, n8n: N8n
) -> None:
    good = workflow(asking, "Good", tenants.acme.tag)
    bad = of_two(asking, tenants.acme.tag, node("stopAndError", errorMessage="x"), name="Bad")
    theirs = workflow(asking, "Theirs", tenants.globex.tag)
    for each in (good, good, bad, theirs):
        call(n8n, each)
    ended(asking, good, 2), ended(asking, bad), ended(asking, theirs)
    synced(tenants)
    assert poll().changed == 2
    assert results("Good") == [("success", "polled")] * 2
    assert results("Bad") == [("error", "polled")]
    state = {c.name: (c.n8n_status, c.last_result) for c in Campaign.objects.all()}
    assert state == {"Good": ("active", "success"), "Bad": ("error", "error")}
    run = runs("Good")[0]
    assert None not in (run.started_at, run.stopped_at)
    assert (run.mode, run.id.version) == ("webhook", 4)
    again = poll()
    assert (again.rows, again.changed, again.complete) == (0, 0, True)
    campaign = Campaign.objects.get(name="Good")
    assert campaign.heard_at is None  # n8n was asked, and told nothing by itself
    assert campaign.observed_source == "poll"


@pytest.mark.parametrize("pushed_first", [True, False])
def test_pushed_and_polled_are_one_run(
    pushed_first: bool, tenants: Cast, asking: api.Client, n8n: N8n
) -> None:
    made = workflow(asking, "Drip", tenants.acme.tag)
    synced(tenants)
    call(n8n, made)
    (row,) = ended(asking, made)
    fields = {"execution_id": row.id, "run_id": "token", "started_at": row.started_at}
    steps: list[Callable[[], Any]] = [
        lambda: push(made, "running", **fields, sent_at=row.started_at),
        lambda: push(made, "success", **fields, stopped_at=row.stopped_at, sent_at=row.stopped_at),
    ]
    steps = [*steps, poll] if pushed_first else [poll, *steps]
    for step in steps:
        step()
    assert results("Drip") == [("success", "pushed")]
    campaign = Campaign.objects.get()
    assert (campaign.running, campaign.last_result) == (0, "success")


def test_a_crash_that_was_an_error_is_corrected(
    tenants: Cast, asking: api.Client, n8n: N8n
) -> None:
    bad = of_two(asking, tenants.acme.tag, node("stopAndError", errorMessage="x"), name="Bad")
    synced(tenants)
    call(n8n, bad)
    (row,) = ended(asking, bad)
    push(bad, "crashed", execution_id=row.id, started_at=row.started_at, sent_at=timezone.now())
    assert Campaign.objects.get().last_result == "crashed"
    poll()
    push(bad, "crashed", execution_id=row.id, started_at=row.started_at, sent_at=timezone.now())
    assert results("Bad") == [("error", "pushed")]
    assert Campaign.objects.get().last_result == "error"


def test_a_waiting_run_that_is_stopped_by_nobodys_hook_shows_canceled(
    tenants: Cast, asking: api.Client, n8n: N8n
) -> None:
    made = of_two(asking, tenants.acme.tag, node("wait", resume="webhook"), name="Wait")
    synced(tenants)
    call(n8n, made)
    assert wait_until(lambda: bool(asking.executions(status="waiting").data), 15)
    row = next(r for r in asking.executions(status="waiting").data if r.workflow_id == made.id)
    poll()
    campaign = Campaign.objects.get()
    assert (campaign.waiting, campaign.observed, results("Wait")) == (
        1,
        "waiting",
        [("waiting", "polled")],
    )
    stop_run(n8n, row.id)
    poll()
    campaign.refresh_from_db()
    assert (campaign.waiting, campaign.observed) == (0, "canceled")
    assert campaign.n8n_status == "active"  # a canceled run says nothing about it
    assert results("Wait") == [("canceled", "polled")]


def test_a_success_that_n8n_does_not_keep_is_counted_by_its_push(
    tenants: Cast, asking: api.Client, n8n: N8n
) -> None:
    made = workflow(asking, "Lean", tenants.acme.tag, settings={"saveDataSuccessExecution": "none"})
    synced(tenants)
    call(n8n, made)
    time.sleep(1)
    assert not asking.executions(workflow_id=made.id).data
    now = timezone.now()
    push(made, "success", execution_id="999999999", stopped_at=now, sent_at=now)
    poll()
    assert results("Lean") == [("success", "pushed")]


def test_a_run_that_n8n_does_not_know_is_not_given_up_before_a_day(
    tenants: Cast, asking: api.Client
) -> None:
    made = workflow(asking, "Lean", tenants.acme.tag)
    synced(tenants)
    push(made, "running", execution_id="999999999", sent_at=timezone.now())
    push(made, "running", run_id="never-named", sent_at=timezone.now())
    for hours, expected in ((0, "running"), (23, "running"), (25, "canceled")):
        at = timezone.now() - timedelta(hours=hours)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE campaigns_run_key SET sent_at = %s, seen_at = %s", [at, at])
        poll()
        assert {run.result for run in runs("Lean")} == {expected}
    campaign = Campaign.objects.get()
    assert (campaign.running, campaign.n8n_status) == (0, "active")


def test_a_run_is_followed_by_its_id_when_no_list_shows_it(
    tenants: Cast, asking: api.Client, n8n: N8n, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = workflow(asking, "Old", tenants.acme.tag)
    other = workflow(asking, "Busy", tenants.globex.tag)
    synced(tenants)
    call(n8n, made)
    (row,) = ended(asking, made)
    monkeypatch.setattr(polling, "PAGE", 2)
    for _ in range(3):
        call(n8n, other)
    ended(asking, other, 3)
    push(made, "running", execution_id=row.id, sent_at=row.started_at)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE campaigns_run_key SET seen_at = now() - interval '1 min'")
    poll()
    assert results("Old") == [("success", "pushed")]


def test_a_round_that_is_cut_leaves_no_hole(
    tenants: Cast, asking: api.Client, n8n: N8n, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = workflow(asking, "Many", tenants.acme.tag)
    synced(tenants)
    poll()  # from here on nothing may be missing
    monkeypatch.setattr(polling, "PAGE", 4)
    monkeypatch.setattr(polling, "PAGES", 2)
    calls = 0
    for more in (19, 11, 0):
        for _ in range(more):
            assert call(n8n, made) == 200
        calls += more
        ended(asking, made, calls)
        assert poll().complete is False
    assert len(runs("Many")) < calls
    for _ in range(10):
        if poll().complete:
            break
    assert len(runs("Many")) == calls == 30
    assert instance().poll_gaps == []


def test_a_round_that_fails_is_made_good_by_the_next(
    tenants: Cast, asking: api.Client, n8n: N8n, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = workflow(asking, "Many", tenants.acme.tag)
    synced(tenants)
    poll()
    for _ in range(9):
        call(n8n, made)
    ended(asking, made, 9)
    monkeypatch.setattr(polling, "PAGE", 4)
    asked = api.Client.executions

    def failing(self: api.Client, **given: Any) -> Any:
        if given.get("cursor"):
            raise api.Timeout("n8n did not answer in time")
        return asked(self, **given)

    monkeypatch.setattr(api.Client, "executions", failing)
    broken = poll()
    assert (broken.error, broken.complete) == ("slow", False)
    assert instance().poller is None
    monkeypatch.setattr(api.Client, "executions", asked)
    assert poll().complete
    assert len(runs("Many")) == 9


def test_it_looks_back_no_further_than_a_page_at_first(
    tenants: Cast, asking: api.Client, n8n: N8n, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = workflow(asking, "Many", tenants.acme.tag)
    synced(tenants)
    for _ in range(7):
        call(n8n, made)
    ended(asking, made, 7)
    monkeypatch.setattr(polling, "PAGE", 5)
    assert poll().complete
    assert len(runs("Many")) == 5


def test_only_campaigns_of_its_instance_are_touched(
    tenants: Cast, asking: api.Client, n8n: N8n
) -> None:
    made = workflow(asking, "Mine", tenants.acme.tag)
    synced(tenants)
    other = Instance.objects.create(pk="other")
    tenants.globex.instance = other
    tenants.globex.save()
    twin = campaign_of(tenants.globex, "Twin", n8n_workflow_id=made.id)
    call(n8n, made)
    ended(asking, made)
    poll()
    assert len(runs("Mine")) == 1
    assert not Run.objects.filter(campaign_id=twin.pk).exists()
    twin.refresh_from_db()
    assert twin.observed_at is None


def test_an_n8n_that_is_away_is_named_and_the_next_may_poll(cast: Cast, settings: Any) -> None:
    settings.N8N_BASE_URL, settings.N8N_API_KEY = "http://127.0.0.1:9", "key"
    for _ in range(2):
        assert poll().error == "unreachable"


def test_a_poll_under_way_keeps_others_out_for_a_minute_at_most(cast: Cast) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE workspaces_instance SET poller = gen_random_uuid(),"
            " poller_until = clock_timestamp() + interval '60 s'"
        )
        assert polling.poll(instance()) is None
        cursor.execute(
            "UPDATE workspaces_instance SET poller_until = clock_timestamp() - interval '1 s'"
        )
    assert polling.poll(instance()) is not None
