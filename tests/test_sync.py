"""What n8n says of its workflows, written down: on a real n8n and on the sandbox alike."""

import secrets
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from campaigns import services, tasks
from campaigns.models import Campaign, SyncRun
from governance.models import AuditEvent
from orchestrator import n8n as api
from orchestrator.events import command, emit
from tests.cast import Cast, campaign_of
from tests.connected import workflow
from tests.n8n_server import N8n
from workspaces.models import Health, Instance

ACTOR = command("test")
MS = timedelta(milliseconds=1)
MINUTES = timedelta(minutes=6)  # longer than any sync takes


def sync(cast: Cast) -> SyncRun:
    return services.sync_by_command(cast.acme, actor=ACTOR)


def found(cast: Cast) -> dict[str, tuple[str, str]]:
    rows = Campaign.objects.filter(workspace=cast.acme)
    return {c.name: (c.reported, c.n8n_status) for c in rows}


def test_it_adopts_what_carries_the_workspaces_tag(tenants: Cast, asking: api.Client) -> None:
    on = workflow(asking, "On", tenants.acme.tag)
    workflow(asking, "Off", tenants.acme.tag, active=False)
    workflow(asking, "Theirs", tenants.globex.tag)
    workflow(asking, "Nobody's")
    run = sync(tenants)
    assert (run.synced, run.changed, run.errors) == (2, 2, [])
    assert found(tenants) == {"On": ("active", "active"), "Off": ("inactive", "inactive")}
    campaign = Campaign.objects.get(name="On")
    assert (campaign.trigger, campaign.enabled, campaign.n8n_workflow_id) == (
        "webhook",
        True,
        on.id,
    )
    assert AuditEvent.objects.filter(action="campaign_adopted").count() == 2
    again = sync(tenants)
    assert (again.synced, again.changed) == (2, 0)
    assert Campaign.objects.count() == 2


def test_it_writes_down_what_changed_in_n8n(tenants: Cast, asking: api.Client) -> None:
    made = workflow(asking, "Drip", tenants.acme.tag)
    sync(tenants)
    before = Campaign.objects.get()
    asking.deactivate(made.id)
    run = sync(tenants)
    after = Campaign.objects.get()
    assert (run.changed, after.reported, after.enabled) == (1, "inactive", True)
    assert after.state_version > before.state_version
    assert after.version == before.version  # nobody edited it


def test_a_workflow_that_is_gone_is_asked_for_by_its_id(tenants: Cast, asking: api.Client) -> None:
    made = workflow(asking, "Gone", tenants.acme.tag)
    untagged = workflow(asking, "Untagged", tenants.acme.tag)
    sync(tenants)
    asking.deactivate(made.id)
    asking.delete(made.id)
    asking.set_workflow_tags(untagged.id, [])
    sync(tenants)
    gone = Campaign.objects.get(name="Gone")
    assert (gone.reported, gone.n8n_status, gone.reason) == (
        "missing",
        "unknown",
        "workflow_missing",
    )
    assert Campaign.objects.get(name="Untagged").reported == "active"


def test_an_archived_workflow_is_not_adopted(tenants: Cast, asking: api.Client) -> None:
    asking.archive(workflow(asking, "Old", tenants.acme.tag).id)
    assert sync(tenants).synced == 0
    assert not Campaign.objects.exists()


def test_a_workflow_with_two_of_our_tags_belongs_to_nobody(
    tenants: Cast, asking: api.Client
) -> None:
    workflow(asking, "Torn", tenants.acme.tag, tenants.globex.tag, "harmless")
    run = sync(tenants)
    assert [error["code"] for error in run.errors] == ["tag_conflict"]
    assert not Campaign.objects.exists()


def test_a_tag_does_not_move_a_campaign_to_another_workspace(
    tenants: Cast, asking: api.Client
) -> None:
    made = workflow(asking, "Mine", tenants.globex.tag)
    services.sync_by_command(tenants.globex, actor=ACTOR)
    asking.set_workflow_tags(made.id, [asking.ensure_tag(tenants.acme.tag)])
    run = sync(tenants)
    assert [error["code"] for error in run.errors] == ["tenant_mismatch"]
    assert Campaign.objects.get().workspace == tenants.globex


def test_what_a_person_changed_meanwhile_is_not_overwritten(
    tenants: Cast, asking: api.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = workflow(asking, "Drip", tenants.acme.tag)
    sync(tenants)
    asking.deactivate(made.id)
    asked = api.Client.workflows

    def asked_and_edited(self: api.Client, **kwargs: Any) -> Any:
        rows = list(asked(self, **kwargs))
        with connection.cursor() as cursor:
            cursor.execute("UPDATE campaigns_campaign SET version = version + 1")
        return iter(rows)

    monkeypatch.setattr(api.Client, "workflows", asked_and_edited)
    sync(tenants)
    assert Campaign.objects.get().reported == "active"


def test_the_background_sync_serves_all_workspaces_by_one_list(
    tenants: Cast, asking: api.Client
) -> None:
    workflow(asking, "A", tenants.acme.tag)
    workflow(asking, "G", tenants.globex.tag)
    runs = services.sync_in_background(
        tenants.acme.instance, trigger=SyncRun.Trigger.SCHEDULE, actor=ACTOR
    )
    assert sorted(run.synced for run in runs) == [1, 1]
    names = Campaign.objects.values_list("name", "workspace__name")
    assert sorted(names) == [("A", "Acme"), ("G", "Globex")]


def test_two_clocks_make_one_sync_a_minute_and_one_failure_of_an_n8n_that_is_away(
    nowhere: Cast,
) -> None:
    first = services.sync_due(instance(), actor=ACTOR)
    assert len(first) == instance().workspaces.count()
    assert services.sync_due(instance(), actor=ACTOR) == []
    assert instance().failures == 1
    SyncRun.objects.update(created_at=timezone.now() - timedelta(seconds=46))
    assert len(services.sync_due(instance(), actor=ACTOR)) == len(first)
    assert instance().failures == 2


@pytest.fixture
def nowhere(cast: Cast, settings: Any) -> Cast:
    settings.N8N_BASE_URL, settings.N8N_API_KEY = "http://127.0.0.1:9", "key"
    return cast


def instance() -> Instance:
    return Instance.objects.get(pk="default")


def test_n8n_away_makes_campaigns_unknown_and_the_bar_stale(nowhere: Cast) -> None:
    run = sync(nowhere)
    assert [error["code"] for error in run.errors] == ["unreachable"]
    nowhere.campaign.refresh_from_db()
    assert (nowhere.campaign.n8n_status, nowhere.campaign.sync_status) == ("unknown", "stale")
    assert nowhere.campaign.reason == "n8n_unreachable"
    assert Health.objects.get(pk=nowhere.acme.pk).status == "stale"


def test_one_failed_background_sync_says_nothing_yet_two_do(nowhere: Cast) -> None:
    for failed in (False, True):
        services.sync_in_background(instance(), trigger=SyncRun.Trigger.SCHEDULE, actor=ACTOR)
        assert (instance().failed_at is not None) is failed


def test_a_heartbeat_since_then_says_that_it_lives(nowhere: Cast) -> None:
    sync(nowhere)
    Campaign.objects.filter(pk=nowhere.campaign.pk).update(heard_at=timezone.now())
    nowhere.campaign.refresh_from_db()
    assert nowhere.campaign.n8n_status == "active"


def test_a_heartbeat_from_before_the_last_failed_sync_proves_nothing_more(nowhere: Cast) -> None:
    sync(nowhere)
    Campaign.objects.filter(pk=nowhere.campaign.pk).update(heard_at=timezone.now())
    sync(nowhere)
    nowhere.campaign.refresh_from_db()
    assert (nowhere.campaign.n8n_status, nowhere.campaign.reason) == ("unknown", "n8n_unreachable")


def test_n8n_back_makes_them_known_again(nowhere: Cast, n8n: N8n, settings: Any) -> None:
    sync(nowhere)
    settings.N8N_BASE_URL, settings.N8N_API_KEY = n8n.url, n8n.api_key
    sync(nowhere)
    assert instance().failed_at is None
    nowhere.campaign.refresh_from_db()  # n8n never had this one
    assert (nowhere.campaign.reported, nowhere.campaign.reason) == ("missing", "workflow_missing")


def test_a_wrong_key_is_named_and_never_told(
    tenants: Cast, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.N8N_API_KEY = "not-the-key-" + secrets.token_hex(8)
    run = sync(tenants)
    assert [error["code"] for error in run.errors] == ["wrong_key"]
    assert settings.N8N_API_KEY not in str(run.errors) + caplog.text


def test_a_sync_runs_once_however_often_it_is_started(nowhere: Cast) -> None:
    run = SyncRun.objects.create(workspace=nowhere.acme, trigger=SyncRun.Trigger.USER)
    services.run_sync(run, actor=ACTOR)
    services.run_sync(run, actor=ACTOR)
    assert instance().failures == 1


def test_a_sync_by_hand_is_once_in_thirty_seconds_and_joins_one_under_way(cast: Cast) -> None:
    under_way = run_of(cast, timedelta(seconds=20), trigger=SyncRun.Trigger.SCHEDULE)
    assert services.request_sync(cast.acme, actor=ACTOR) == under_way
    with pytest.raises(services.TooSoon) as refused:
        services.request_sync(cast.acme, actor=ACTOR)
    assert 25 < refused.value.retry_after <= 30
    other = services.request_sync(cast.globex, actor=ACTOR)  # each workspace has its own
    assert other != under_way


@pytest.mark.parametrize("arguments", [[], ["--workspace", "acme"]])
def test_the_command_is_in_the_ledger_and_asks_n8n_once_however_soon_the_worker_hears(
    nowhere: Cast, arguments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def heard_at_once(fact: Any, run: SyncRun, **values: Any) -> None:
        emit(fact, run, **values)
        services.run_sync(run, actor=ACTOR)

    monkeypatch.setattr(services, "emit", heard_at_once)
    with pytest.raises(CommandError, match=r"could not be asked.*acme"):
        call_command("sync", *arguments, stdout=StringIO())
    events = AuditEvent.objects.filter(action="sync_requested")
    asked_for = {nowhere.acme.pk} if arguments else {nowhere.acme.pk, nowhere.globex.pk}
    assert {event.workspace_id for event in events} == asked_for
    assert set(events.values_list("actor_type", "actor_id")) == {("command", "sync")}
    assert instance().failures == 1


def test_the_command_says_that_n8n_was_away_only_if_it_was(
    tenants: Cast, asking: api.Client, settings: Any
) -> None:
    workflow(asking, "Torn", tenants.acme.tag, tenants.globex.tag)
    told = StringIO()
    call_command("sync", "--workspace", "acme", stdout=told)
    assert "acme: 0 synced, 0 changed; tag_conflict: " in told.getvalue()
    settings.N8N_API_KEY = "not-the-key"
    with pytest.raises(CommandError, match=r"could not be asked"):
        call_command("sync", "--workspace", "acme", stdout=told)


# --- lost ------------------------------------------------------------------------------------


def run_of(cast: Cast, age: timedelta, **values: Any) -> SyncRun:
    """One that began so long ago, and whose worker may be gone."""
    at = timezone.now() - age
    values = {"trigger": SyncRun.Trigger.USER, "created_at": at, "started_at": at, **values}
    return SyncRun.objects.create(workspace=cast.acme, **values)


def test_a_sync_whose_worker_was_killed_ends_as_lost(cast: Cast) -> None:
    killed, never_began = run_of(cast, MINUTES), run_of(cast, MINUTES, started_at=None)
    going = run_of(cast, timedelta(minutes=4))
    ended = run_of(cast, MINUTES, ended_at=timezone.now(), synced=3)
    tasks.sync_all()
    path = f"/api/workspaces/{cast.acme.pk}/syncs"
    rows = {row["id"]: row for row in cast.client("owner").get(path).json()["results"]}
    for run in (killed, never_began):
        (error,) = rows[str(run.pk)]["errors"]
        assert error["code"] == "lost"
        assert error["message"]
    assert rows[str(killed.pk)]["durationMs"] == pytest.approx(MINUTES / MS, abs=5000)
    assert rows[str(going.pk)]["durationMs"] is None
    assert (rows[str(ended.pk)]["synced"], rows[str(ended.pk)]["errors"]) == (3, [])


def test_a_lost_sync_does_not_begin_after_all(nowhere: Cast) -> None:
    run = run_of(nowhere, MINUTES, started_at=None)
    services.end_lost()
    services.run_sync(run, actor=ACTOR)
    assert instance().failures == 0


def test_whoever_asks_again_waits_for_no_sync_of_before(cast: Cast) -> None:
    lost = run_of(cast, timedelta(seconds=31))
    assert services.request_sync(cast.acme, actor=ACTOR) != lost


# --- n8n comes and goes ----------------------------------------------------------------------


def test_campaigns_of_an_n8n_that_was_left_come_back_with_it(
    tenants: Cast, asking: api.Client
) -> None:
    workflow(asking, "Drip", tenants.acme.tag)
    other = campaign_of(tenants.acme, "Elsewhere")
    sync(tenants)
    services.set_aside(instance(), actor=ACTOR)
    assert not Campaign.objects.filter(archived_at=None).exists()
    sync(tenants)
    assert [c.name for c in Campaign.objects.filter(archived_at=None)] == ["Drip"]
    other.refresh_from_db()
    assert other.status == "archived"


def test_the_page_says_sandbox_only_while_it_is_one(tenants: Cast) -> None:
    Instance.objects.filter(pk="default").update(sandbox=True)
    sync(tenants)  # the environment names the n8n that answered
    assert instance().sandbox is False
    assert Health.objects.get(pk=tenants.acme.pk).sandbox is False
