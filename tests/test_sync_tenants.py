"""Whose a workflow is: on a shared n8n by its tag, on one of a workspace's own without asking."""

import secrets
from typing import Any

import msgspec
import pytest
from django.db import connection

from campaigns import adoption, serializers, services
from campaigns.heartbeats import Failure
from campaigns.models import Campaign, Run, SyncRun
from governance.models import AuditEvent
from orchestrator import crypto
from orchestrator import n8n as api
from orchestrator.events import command
from tests.cast import Cast, campaign_of
from tests.connected import workflow
from tests.n8n_server import N8n
from tests.test_runs import ago, polled, pushed, take
from workspaces import quotas
from workspaces.connections import door
from workspaces.models import Instance, Workspace

ACTOR = command("test")


def sync(workspace: Workspace) -> SyncRun:
    return services.sync_by_command(Workspace.objects.get(pk=workspace.pk), actor=ACTOR)


def codes(run: SyncRun) -> list[str]:
    return [error["code"] for error in run.errors]


@pytest.fixture
def own(tenants: Cast, n8n: N8n, settings: Any) -> Workspace:
    """Acme, on an n8n of its own."""
    settings.N8N_BASE_URL = ""
    settings.N8N_ALLOWED_HOSTS = ["127.0.0.1"]
    instance = Instance(
        pk="acmes", kind=Instance.Kind.OWN, owner=tenants.acme, base_url=n8n.url, timezone="UTC"
    )
    instance.api_key_encrypted = crypto.encrypt(
        n8n.api_key, owner=door.owner_of(instance), field=door.API_KEY
    )
    instance.save()
    tenants.acme.instance = instance
    tenants.acme.save()
    return tenants.acme


def test_on_an_own_n8n_every_workflow_is_its_owners(
    own: Workspace, tenants: Cast, asking: api.Client
) -> None:
    untagged = workflow(asking, "Untagged")
    tagged = workflow(asking, "Tagged for somebody", tenants.globex.tag, "ork:third")
    archived = workflow(asking, "Archived", active=False)
    asking.archive(archived.id)
    run = sync(own)
    assert codes(run) == []
    ours = Campaign.objects.filter(workspace=own)
    found = set(ours.values_list("n8n_workflow_id", flat=True))
    assert {untagged.id, tagged.id} <= found
    assert archived.id not in found
    assert set(ours.values_list("tag_problem", flat=True)) == {""}
    assert not Campaign.objects.filter(workspace=tenants.globex).exists()


def test_a_workspace_that_is_not_the_owner_gets_nothing_of_it(
    own: Workspace, tenants: Cast, asking: api.Client
) -> None:
    workflow(asking, "Acme's", tenants.globex.tag)
    tenants.globex.instance = own.instance
    tenants.globex.save()
    assert sync(tenants.globex).synced == 0
    assert not Campaign.objects.filter(workspace=tenants.globex).exists()


def test_a_tag_that_was_taken_away_is_seen_and_one_that_came_back_too(
    tenants: Cast, asking: api.Client
) -> None:
    made = workflow(asking, "Mine", tenants.acme.tag)
    sync(tenants.acme)
    asking.set_workflow_tags(made.id, [])
    asking.deactivate(made.id)
    run = sync(tenants.acme)
    campaign = Campaign.objects.get()
    assert (codes(run), run.changed) == ([], 1)
    assert (campaign.tag_problem, campaign.reported) == (
        "tag_missing",
        "inactive",
    )  # still its campaign
    assert campaign.reason == "tag_missing"
    asking.set_workflow_tags(made.id, [asking.ensure_tag(tenants.acme.tag)])
    sync(tenants.acme)
    campaign.refresh_from_db()
    assert (campaign.tag_problem, campaign.reason) == ("", "")


def test_another_workspaces_tag_on_it_is_told_to_both_and_moves_nothing(
    tenants: Cast, asking: api.Client
) -> None:
    made = workflow(asking, "Acme's secret", tenants.acme.tag)
    sync(tenants.acme)
    asking.set_workflow_tags(made.id, [asking.ensure_tag(tenants.globex.tag)])
    assert codes(sync(tenants.acme)) == ["tenant_mismatch"]
    theirs = sync(tenants.globex)
    assert codes(theirs) == ["tenant_mismatch"]
    assert "secret" not in str(theirs.errors)
    assert theirs.synced == 0
    campaign = Campaign.objects.get()
    assert (campaign.workspace, campaign.tag_problem) == (tenants.acme, "tag_foreign")
    assert (campaign.n8n_status, campaign.reason) == ("unknown", "tag_missing")


@pytest.mark.parametrize("kept", [True, False])
def test_what_bears_anothers_tag_tells_its_former_workspace_nothing_more(
    kept: bool, tenants: Cast, asking: api.Client
) -> None:
    made = workflow(asking, "Acme's", tenants.acme.tag)
    sync(tenants.acme)
    campaign = Campaign.objects.get()
    before = campaign.reported_at
    tags = [tenants.globex.tag, *([tenants.acme.tag] if kept else [])]
    asking.set_workflow_tags(made.id, [asking.ensure_tag(tag) for tag in tags])
    _, body = asking.editable(made.id)
    asking.update_workflow(made.id, **{**msgspec.structs.asdict(body), "name": "Globex's secret"})
    sync(tenants.acme)
    failure = Failure("the secret is 42", "Code")
    told = pushed("error", execution_id="1", stopped_at=ago(1), sent_at=ago(1), error=failure)
    listed = polled("error", "2", stopped_at=ago(1), sent_at=ago(1))
    assert take(campaign, told) == take(campaign, listed) == ["unknown"]
    sync(tenants.acme)
    campaign.refresh_from_db()
    assert (campaign.name, campaign.reported_at) == ("Acme's", before)
    assert (campaign.n8n_status, campaign.sync_status, campaign.next_run_at) == (
        "unknown",
        "stale",
        None,
    )
    assert not Run.objects.exists()
    asking.set_workflow_tags(made.id, [asking.ensure_tag(tenants.acme.tag)])
    sync(tenants.acme)
    campaign.refresh_from_db()
    assert (campaign.name, campaign.n8n_status, campaign.reason) == (
        "Globex's secret",
        "active",
        "",
    )
    assert take(campaign, told) == ["accepted"]


def test_a_second_tag_on_a_campaign_is_a_conflict_for_both(
    tenants: Cast, asking: api.Client
) -> None:
    made = workflow(asking, "Acme's secret", tenants.acme.tag)
    sync(tenants.acme)
    both = [asking.ensure_tag(w.tag) for w in (tenants.acme, tenants.globex)]
    asking.set_workflow_tags(made.id, both)
    for workspace in (tenants.acme, tenants.globex):
        run = sync(workspace)
        assert codes(run) == ["tag_conflict"]
        assert ("secret" in str(run.errors)) is (workspace == tenants.acme)
    assert Campaign.objects.get().workspace == tenants.acme


def test_an_archived_campaign_is_left_alone(tenants: Cast, asking: api.Client) -> None:
    made = workflow(asking, "Old", tenants.acme.tag)
    sync(tenants.acme)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE campaigns_campaign SET archived_at = now()")
    asking.deactivate(made.id)
    run = sync(tenants.acme)
    assert (run.synced, codes(run)) == (0, [])
    assert Campaign.objects.get().reported == "active"


def test_no_more_are_adopted_than_the_quota_allows(tenants: Cast, asking: api.Client) -> None:
    for n in range(4):
        workflow(asking, f"Drip {n}", tenants.acme.tag)
    quotas.set_limit(tenants.acme, quotas.Name.CAMPAIGNS, 2, actor=ACTOR)
    run = sync(tenants.acme)
    assert (run.synced, codes(run)) == (2, ["quota_exceeded"])
    assert run.errors[0]["message"].startswith("2 more workflows")
    assert Campaign.objects.count() == 2
    quotas.set_limit(tenants.acme, quotas.Name.CAMPAIGNS, 10, actor=ACTOR)
    assert codes(sync(tenants.acme)) == []
    assert Campaign.objects.count() == 4


@pytest.mark.parametrize(
    ("limit", "there", "left_out"),
    [
        (2, ["Old 0", "Old 1"], 4),
        (3, ["Old 0", "Old 1", "Old 2"], 3),
        (4, ["New 0", "Old 0", "Old 1", "Old 2"], 2),
    ],
)
def test_what_comes_back_with_its_n8n_needs_room_as_well_and_gets_it_first(
    limit: int, there: list[str], left_out: int, tenants: Cast, asking: api.Client
) -> None:
    def live() -> list[str]:
        found = Campaign.objects.filter(archived_at=None, set_aside=False)
        return sorted(found.values_list("name", flat=True))

    for n in range(3):
        workflow(asking, f"Old {n}", tenants.acme.tag)
        sync(tenants.acme)
    services.set_aside(tenants.acme.instance, actor=ACTOR)
    workflow(asking, "New 0", tenants.acme.tag)
    quotas.set_limit(tenants.acme, quotas.Name.CAMPAIGNS, limit, actor=ACTOR)
    for new in (1, 2):
        workflow(asking, f"New {new}", tenants.acme.tag)
    run = sync(tenants.acme)
    assert (codes(run), run.synced, run.changed) == (["quota_exceeded"], limit, limit)
    assert run.errors[0]["message"].startswith(f"{left_out} more workflows")
    assert len(live()) == limit
    assert live()[-3:] == there[-3:]
    assert Campaign.objects.filter(set_aside=True).count() == max(0, 3 - limit)
    back = AuditEvent.objects.filter(action="campaign_restored")
    assert (back.count(), {e.actor_type for e in back}) == (min(3, limit), {"command"})
    assert codes(sync(tenants.acme)) == ["quota_exceeded"]  # until there is room
    assert len(live()) == limit
    quotas.set_limit(tenants.acme, quotas.Name.CAMPAIGNS, 10, actor=ACTOR)
    assert codes(sync(tenants.acme)) == []
    assert len(live()) == 6
    assert set(Campaign.objects.values_list("version", flat=True)) == {1, 2}  # never by a sync


def test_what_was_archived_or_moved_while_n8n_was_asked_does_not_come_back(
    tenants: Cast, asking: api.Client
) -> None:
    workflow(asking, "Old", tenants.acme.tag)
    sync(tenants.acme)
    instance = tenants.acme.instance
    services.set_aside(instance, actor=ACTOR)
    campaign = Campaign.objects.get()
    read = {campaign.pk: campaign.version}
    Campaign.objects.update(version=campaign.version + 1)
    assert adoption.take_back(instance, tenants.acme, read, actor=ACTOR) == (set(), 0)
    Campaign.objects.update(version=campaign.version)
    elsewhere = Instance.objects.create(pk="elsewhere", kind=Instance.Kind.OWN)
    Workspace.objects.filter(pk=tenants.acme.pk).update(instance=elsewhere)
    assert adoption.take_back(instance, tenants.acme, read, actor=ACTOR) == (set(), 0)
    Workspace.objects.filter(pk=tenants.acme.pk).update(instance=instance)
    assert adoption.take_back(instance, tenants.acme, read, actor=ACTOR) == ({campaign.pk}, 0)


def test_a_name_is_what_fits_and_nothing_that_the_database_refuses(
    tenants: Cast, asking: api.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = workflow(asking, "x" * 128, tenants.acme.tag)
    listed = api.Client.workflows

    def renamed(self: api.Client, **kwargs: Any) -> Any:
        for row in listed(self, **kwargs):
            yield msgspec.structs.replace(row, name="a\x00" + "y" * 300)

    monkeypatch.setattr(api.Client, "workflows", renamed)
    for _ in range(2):
        assert codes(sync(tenants.acme)) == []
        assert Campaign.objects.get(n8n_workflow_id=made.id).name == "a" + "y" * 127


def test_many_that_are_gone_are_asked_for_in_turn(
    tenants: Cast, asking: api.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("campaigns.sync.ASKED", 2)
    for n in range(5):
        campaign_of(tenants.acme, f"Gone {n}", n8n_workflow_id=secrets.token_hex(8))
    counts = []
    for _ in range(3):
        sync(tenants.acme)
        counts.append(Campaign.objects.filter(reported="missing").count())
    assert counts == [2, 4, 5]


def test_a_workspace_that_moved_while_n8n_was_asked_adopts_nothing_of_the_former(
    tenants: Cast, asking: api.Client
) -> None:
    made = workflow(asking, "Left behind", tenants.acme.tag)
    before = Workspace.objects.get(pk=tenants.acme.pk)
    former = before.instance
    elsewhere = Instance.objects.create(pk="elsewhere", kind=Instance.Kind.OWN, owner=before)
    Workspace.objects.filter(pk=before.pk).update(instance=elsewhere)
    assert adoption.adopt_many(former, before, [asking.workflow(made.id)], actor=ACTOR) == ([], 0)
    assert not Campaign.objects.exists()


def test_a_campaign_that_is_older_than_report_urls_gets_one(
    tenants: Cast, asking: api.Client
) -> None:
    workflow(asking, "Old", tenants.acme.tag)
    sync(tenants.acme)
    Campaign.objects.update(report_token_digest=None, report_token_encrypted="")
    sync(tenants.acme)
    campaign = Campaign.objects.get()
    assert campaign.report_token_digest
    assert serializers.report_url(campaign)
