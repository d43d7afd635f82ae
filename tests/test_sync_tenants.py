"""Whose a workflow is: on a shared n8n by its tag, on one of a workspace's own without asking."""

import secrets
from typing import Any

import msgspec
import pytest
from django.db import connection

from campaigns import adoption, serializers, services
from campaigns.models import Campaign, SyncRun
from orchestrator import crypto
from orchestrator import n8n as api
from orchestrator.events import command
from tests.cast import Cast, campaign_of
from tests.connected import workflow
from tests.n8n_server import N8n
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
    assert (campaign.workspace, campaign.tag_problem) == (tenants.acme, "tag_missing")


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
