"""What n8n says of its workflows, written down: on a real n8n and on the sandbox alike."""

import secrets
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from campaigns import services
from campaigns.models import Campaign, SyncRun
from governance.models import AuditEvent
from orchestrator import n8n as api
from orchestrator.events import command
from tests.cast import Cast, campaign_of
from tests.connected import workflow
from tests.n8n_server import N8n
from workspaces.models import Health, Instance

ACTOR = command("test")


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
    first = services.request_sync(cast.acme, actor=ACTOR)
    with pytest.raises(services.TooSoon) as refused:
        services.request_sync(cast.acme, actor=ACTOR)
    assert 25 < refused.value.retry_after <= 30
    assert services.request_sync(cast.globex, actor=ACTOR) != first  # each workspace has its own
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE campaigns_workspaceclock SET sync_asked_at = now() - interval '31 s'"
        )
    assert services.request_sync(cast.acme, actor=ACTOR) == first


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
