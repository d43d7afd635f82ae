"""Pause, resume, rename, archive, restore, adopt: here and in n8n, a real one and the sandbox."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.utils import timezone

from campaigns import adoption, intentions, services, writes
from campaigns.models import Campaign
from governance.models import AuditEvent
from orchestrator import crypto
from orchestrator import n8n as api
from orchestrator.events import command
from tests.cast import Cast
from tests.n8n_server import N8n
from tests.workflows import webhook_node
from workspaces import quotas
from workspaces.connections import API_KEY, owner_of
from workspaces.models import Instance, Workspace

ACTOR = command("test")
NO_SUCH_VERSION = "00000000-0000-4000-8000-000000000000"


@dataclass
class Stage:
    cast: Cast
    client: api.Client
    campaign: Campaign  # of acme: published in n8n, and tagged

    @property
    def id(self) -> str:
        return self.campaign.n8n_workflow_id

    @property
    def path(self) -> str:
        return f"/api/campaigns/{self.campaign.pk}"

    @property
    def there(self) -> api.Workflow:
        return self.client.workflow(self.id)

    @property
    def here(self) -> Campaign:
        return Campaign.objects.get(pk=self.campaign.pk)

    def patch(self, caller: str = "owner", /, **body: Any) -> Any:
        body.setdefault("version", self.here.version)
        return self.call("patch", self.path, body, caller)

    def call(
        self, method: str, path: str, body: Any = None, caller: str = "owner", *, key: str = ""
    ) -> Any:
        call = getattr(self.cast.client(caller), method)
        headers = {"Idempotency-Key": key} if key else {}
        return call(path, body, content_type="application/json", headers=headers)

    def adopt(self, workflow_id: str, caller: str = "owner") -> Any:
        path = f"/api/workspaces/{self.cast.acme.pk}/campaigns"
        return self.call("post", path, {"n8nWorkflowId": workflow_id}, caller)

    def workflow(self, *tags: str, active: bool = True) -> api.Workflow:
        made = self.client.create_workflow(
            name="Drip", nodes=[webhook()], connections={}, settings={"executionTimeout": 60}
        )
        self.client.set_workflow_tags(made.id, [self.client.ensure_tag(tag) for tag in tags])
        return self.client.activate(made.id) if active else made

    def draft(self) -> None:
        """Somebody edits it in n8n, and what runs stays as it was."""
        running = self.there.active_version_id
        self.client.update_workflow(
            self.id, name=self.there.name, nodes=[webhook()], connections={}, settings={}
        )
        if running:
            self.client.activate(self.id, running)


def webhook() -> dict[str, Any]:
    return webhook_node(secrets.token_hex(8))


@pytest.fixture
def stage(cast: Cast, n8n: N8n, settings: Any) -> Iterator[Stage]:
    settings.N8N_BASE_URL, settings.N8N_API_KEY = n8n.url, n8n.api_key
    Campaign.objects.all().delete()
    for workspace in (cast.acme, cast.globex):
        workspace.tag = f"ork:{secrets.token_hex(6)}"
        workspace.save()
    with n8n.client() as client:
        made = Stage(cast, client, cast.campaign)
        workflow = client.workflow(made.workflow(cast.acme.tag).id)
        made.campaign, _ = adoption.adopt(cast.acme.instance, cast.acme, workflow, actor=ACTOR)
        yield made


def last_event() -> AuditEvent:
    found = AuditEvent.objects.order_by("-created_at", "-seq").first()
    assert found is not None
    return found


def refused(answer: Any, status: int, code: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body["code"] == code, body
    return body


# --- pause and resume ---------------------------------------------------------------------------


def test_a_pause_deactivates_in_n8n_and_a_resume_activates(stage: Stage) -> None:
    running = stage.there.active_version_id
    assert running
    paused = stage.patch(enabled=False)
    assert paused.status_code == 200, paused.content
    row = paused.json()
    assert (row["enabled"], row["status"], row["version"]) == (False, "paused", 2)
    assert (row["desired"]["value"], row["reported"]["value"]) == ("disabled", "inactive")
    assert (row["n8nStatus"], row["reason"]) == ("inactive", "paused")
    assert not stage.there.active
    assert stage.here.paused_version_id == running
    event = last_event()
    owner = stage.cast.people["owner"]
    assert (event.action, event.actor_type, event.actor_id) == (
        "campaign_paused",
        "user",
        str(owner.pk),
    )
    assert (event.before, event.after) == (
        {"enabled": True, "reported": "active"},
        {"enabled": False, "reported": "inactive"},
    )

    resumed = stage.patch("member", enabled=True)
    assert resumed.status_code == 200, resumed.content
    row = resumed.json()
    assert (row["enabled"], row["reported"]["value"], row["version"]) == (True, "active", 3)
    assert (row["n8nStatus"], row["syncStatus"]) == ("active", "live")
    assert stage.there.active_version_id == running
    assert last_event().action == "campaign_resumed"
    assert (stage.here.intention, stage.here.intended_until, stage.here.intended_by) == (None,) * 3


def test_a_resume_activates_what_ran_and_not_a_newer_draft(stage: Stage) -> None:
    running = stage.there.active_version_id
    stage.patch(enabled=False)
    stage.draft()
    assert stage.there.version_id != running
    assert stage.patch(enabled=True).status_code == 200
    there = stage.there
    assert (there.active, there.active_version_id) == (True, running)
    assert there.version_id != running  # the draft is still there


def test_what_n8n_has_activated_meanwhile_is_not_overwritten(stage: Stage) -> None:
    stage.patch(enabled=False)
    stage.draft()
    newer = stage.client.activate(stage.id).active_version_id
    assert stage.patch(enabled=True).status_code == 200
    assert stage.there.active_version_id == newer == stage.here.active_version_id


def test_a_resume_of_a_version_that_is_gone_says_so_and_changes_nothing(stage: Stage) -> None:
    stage.patch(enabled=False)
    Campaign.objects.update(paused_version_id=NO_SUCH_VERSION)
    before = stage.here
    refused(stage.patch(enabled=True), 409, "n8n_refused")
    assert (stage.here.version, stage.here.enabled) == (before.version, False)
    assert stage.here.intended_until is None
    assert not stage.there.active


def test_what_drifted_is_put_back_or_taken_over(stage: Stage) -> None:
    stage.client.deactivate(stage.id)
    services.sync_by_command(stage.cast.acme, actor=ACTOR)
    assert (stage.here.enabled, stage.here.reported) == (True, "inactive")
    assert stage.patch(enabled=True).json()["reported"]["value"] == "active"
    assert stage.there.active
    stage.client.deactivate(stage.id)
    services.sync_by_command(stage.cast.acme, actor=ACTOR)
    assert stage.patch(enabled=False).json()["enabled"] is False
    assert stage.patch(enabled=True).status_code == 200
    assert stage.there.active


def test_n8n_refusing_is_told_with_its_reason_and_changes_nothing(stage: Stage) -> None:
    manual = {**webhook(), "type": "n8n-nodes-base.manualTrigger", "parameters": {}}
    made = stage.client.create_workflow(name="M", nodes=[manual], connections={}, settings={})
    stage.client.set_workflow_tags(made.id, [stage.client.ensure_tag(stage.cast.acme.tag)])
    row = stage.adopt(made.id).json()
    before = Campaign.objects.get(pk=row["id"])
    answer = stage.call("patch", f"/api/campaigns/{row['id']}", {"version": 1, "enabled": True})
    body = refused(answer, 409, "n8n_refused")
    assert "trigger" in body["reason"]
    after = Campaign.objects.get(pk=row["id"])
    assert (after.version, after.enabled, after.name) == (1, False, "M")
    assert (after.intended_until, before.version) == (None, 1)


def test_a_reason_of_n8n_names_nobody_elses_workflow(stage: Stage) -> None:
    node = webhook()
    theirs = stage.client.create_workflow(
        name="Their secret", nodes=[node], connections={}, settings={}
    )
    stage.client.activate(theirs.id)
    ours = stage.client.create_workflow(name="Ours", nodes=[node], connections={}, settings={})
    stage.client.set_workflow_tags(ours.id, [stage.client.ensure_tag(stage.cast.acme.tag)])
    path = f"/api/campaigns/{stage.adopt(ours.id).json()['id']}"
    answer = stage.call("patch", path, {"version": 1, "enabled": True})
    assert "conflict" in refused(answer, 409, "n8n_refused")["reason"]
    assert "Their secret" not in answer.content.decode()
    assert theirs.id not in answer.content.decode()


# --- rename -------------------------------------------------------------------------------------


def test_a_rename_renames_in_n8n_and_touches_nothing_else(stage: Stage) -> None:
    before, body = stage.client.editable(stage.id)
    renamed = stage.patch(name="  Spring drip ")
    assert renamed.status_code == 200, renamed.content
    assert (renamed.json()["name"], renamed.json()["version"]) == ("Spring drip", 2)
    after, body_after = stage.client.editable(stage.id)
    assert after.name == "Spring drip"
    assert (after.nodes, body_after.nodes) == (before.nodes, body.nodes)
    assert (after.settings, body_after.connections) == (before.settings, body.connections)
    assert after.version_id == before.version_id == after.active_version_id
    assert (last_event().action, last_event().after) == (
        "campaign_renamed",
        {"name": "Spring drip"},
    )


def test_a_rename_that_would_publish_somebodys_draft_is_refused(stage: Stage) -> None:
    stage.draft()
    before = stage.there
    refused(stage.patch(name="New"), 409, "draft_pending")
    after = stage.there
    assert (after.name, after.version_id, after.active_version_id) == (
        "Drip",
        before.version_id,
        before.active_version_id,
    )
    assert (stage.here.version, stage.here.name, stage.here.intention) == (1, "Drip", None)


def test_what_is_paused_is_renamed_beside_a_draft(stage: Stage) -> None:
    running = stage.there.active_version_id
    stage.draft()
    both = stage.patch(name="New", enabled=False)
    assert both.status_code == 200, both.content
    assert (stage.there.name, stage.there.active) == ("New", False)
    assert stage.patch(name="Newer", enabled=True).status_code == 200
    there = stage.there
    assert (there.name, there.active_version_id) == ("Newer", running)
    assert there.version_id != running


def test_of_two_changes_in_one_call_neither_is_done_if_one_is_refused(stage: Stage) -> None:
    stage.patch(enabled=False)
    Campaign.objects.update(paused_version_id=NO_SUCH_VERSION)
    refused(stage.patch(name="New", enabled=True), 409, "n8n_refused")
    assert (stage.there.name, stage.there.active) == ("Drip", False)
    assert (stage.here.name, stage.here.enabled, stage.here.version) == ("Drip", False, 2)


# --- what is asked ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"enabled": False}, "required"),
        ({"version": None, "enabled": False}, "null"),
        ({"version": "x", "enabled": False}, "invalid"),
        ({"version": 2**31}, "max_value"),
        ({"version": 1, "enabled": "perhaps"}, "invalid"),
        ({"version": 1, "enabled": None}, "null"),
        ({"version": 1, "name": "  "}, "blank"),
        ({"version": 1, "name": "x" * 129}, "max_length"),
        ({"version": 1, "name": ["x"]}, "invalid"),
        ([1], "invalid"),
        (7, "invalid"),
    ],
)
def test_bad_input_is_a_clear_refusal(body: Any, code: str, cast: Cast) -> None:
    answer = cast.client("owner").patch(
        f"/api/campaigns/{cast.campaign.pk}", body, content_type="application/json"
    )
    refused(answer, 400, code)


def test_a_stale_version_is_told_with_the_row_as_it_is(stage: Stage) -> None:
    stage.patch(name="New")
    body = refused(stage.patch(version=1, enabled=False), 409, "stale_version")
    assert (body["current"]["version"], body["current"]["name"]) == (2, "New")
    assert body["current"]["n8nWorkflowId"] == stage.id
    assert "n8nWorkflowId" not in stage.patch("member", version=1, enabled=False).json()["current"]
    assert stage.there.active


def test_who_read_the_row_before_somebody_else_changed_it_is_stale(stage: Stage) -> None:
    read = stage.here
    stage.patch(name="New")
    with pytest.raises(intentions.Stale):
        writes.change(read, read.version, enabled=False, actor=ACTOR)
    with pytest.raises(intentions.Stale):
        writes.archive(read, actor=ACTOR)
    assert (stage.here.version, stage.here.intended_until, stage.there.active) == (2, None, True)


@pytest.mark.parametrize("body", [{}, {"name": "Drip"}, {"enabled": True, "name": " Drip "}])
def test_what_is_so_already_changes_nothing(body: Any, stage: Stage) -> None:
    answer = stage.patch(**body)
    assert (answer.status_code, answer.json()["version"]) == (200, 1)
    assert not AuditEvent.objects.filter(action__startswith="campaign_re").exists()


def test_while_n8n_has_not_said_how_it_ended_nothing_else_is_begun(stage: Stage) -> None:
    Campaign.objects.update(
        intention={"enabled": False}, intended_until=timezone.now(), intended_by={}
    )
    body = refused(stage.patch(enabled=False), 409, "stale_version")
    assert body["current"]["id"] == str(stage.campaign.pk)
    refused(stage.patch(enabled=True), 409, "stale_version")
    refused(stage.call("delete", stage.path), 409, "in_progress")
    assert stage.there.active


def test_the_same_key_twice_is_one_pause(stage: Stage) -> None:
    body = {"version": 1, "enabled": False}
    first = stage.call("patch", stage.path, body, key="once")
    again = stage.call("patch", stage.path, body, key="once")
    assert (first.status_code, again.status_code) == (200, 200), again.content
    shown = first.json()
    assert shown.pop("reportUrl").startswith("http")
    assert again.json() == shown  # a secret is not given again
    assert stage.here.version == 2
    assert AuditEvent.objects.filter(action="campaign_paused").count() == 1
    refused(
        stage.call("patch", stage.path, {"version": 2}, key="once"), 409, "idempotency_mismatch"
    )


def test_the_same_key_twice_is_one_archive_and_one_adoption(stage: Stage) -> None:
    made = stage.workflow(stage.cast.acme.tag)
    path = f"/api/workspaces/{stage.cast.acme.pk}/campaigns"
    body = {"n8nWorkflowId": made.id}
    answers = [stage.call("post", path, body, key="once") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json()["id"] == answers[1].json()["id"]
    assert "reportUrl" not in answers[1].json()
    for _ in range(2):
        answer = stage.call("delete", stage.path, key="once")
        assert (answer.status_code, answer.content) == (204, b"")
    for _ in range(2):
        restored = stage.call("post", f"{stage.path}/restore", key="once")
        assert (restored.status_code, restored.json()["version"]) == (200, 3)
    assert AuditEvent.objects.filter(action="campaign_archived").count() == 1
    assert AuditEvent.objects.filter(action="campaign_restored").count() == 1


# --- the n8n wall -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tags", "reason"),
    [((), "tag_missing"), (("globex",), "tag_missing"), (("acme", "globex"), "tag_conflict")],
)
def test_what_is_no_more_the_workspaces_is_not_touched(
    tags: tuple[str, ...], reason: str, stage: Stage
) -> None:
    named = {"acme": stage.cast.acme.tag, "globex": stage.cast.globex.tag}
    stage.client.set_workflow_tags(stage.id, [stage.client.ensure_tag(named[tag]) for tag in tags])
    for answer in (
        stage.patch(enabled=False),
        stage.patch(name="Ours"),
        stage.call("delete", stage.path),
    ):
        assert refused(answer, 409, "tenant_mismatch")["reason"] == reason
    assert (stage.there.active, stage.there.name) == (True, "Drip")
    assert (stage.here.version, stage.here.enabled, stage.here.archived_at) == (1, True, None)


def test_a_workflow_that_is_gone_cannot_be_paused_but_its_campaign_archived(stage: Stage) -> None:
    stage.client.deactivate(stage.id)
    stage.client.delete(stage.id)
    body = refused(stage.patch(enabled=False), 409, "tenant_mismatch")
    assert body["reason"] == "workflow_missing"
    assert stage.call("delete", stage.path).status_code == 204
    assert (stage.here.status, stage.here.reported) == ("archived", "missing")
    refused(stage.call("post", f"{stage.path}/restore"), 409, "tenant_mismatch")


def test_a_workspace_that_has_left_its_n8n_writes_nothing_there(stage: Stage) -> None:
    own = Instance.objects.create(id="own", kind=Instance.Kind.OWN, owner=stage.cast.acme)
    Workspace.objects.filter(pk=stage.cast.acme.pk).update(instance=own)
    body = refused(stage.patch(enabled=False), 409, "tenant_mismatch")
    assert body["reason"] == "other_instance"
    assert stage.there.active


# --- archive and restore ------------------------------------------------------------------------


def test_the_archive_pauses_in_n8n_and_keeps_the_workflow(stage: Stage) -> None:
    running = stage.there.active_version_id
    assert stage.call("delete", stage.path).status_code == 204
    there = stage.there
    assert (there.active, there.is_archived) == (False, False)
    row = stage.call("get", stage.path).json()
    assert (row["status"], row["enabled"], row["version"]) == ("archived", False, 2)
    listed = stage.call("get", f"/api/workspaces/{stage.cast.acme.pk}/campaigns").json()
    assert listed["count"] == 0
    assert last_event().action == "campaign_archived"
    assert stage.call("delete", stage.path).status_code == 204  # what is so already
    assert stage.here.version == 2
    refused(stage.patch(enabled=True), 409, "archived")
    services.sync_by_command(stage.cast.acme, actor=ACTOR)
    assert (Campaign.objects.count(), stage.here.status) == (1, "archived")

    restored = stage.call("post", f"{stage.path}/restore")
    assert restored.status_code == 200, restored.content
    assert (restored.json()["status"], restored.json()["version"]) == ("paused", 3)
    assert last_event().action == "campaign_restored"
    assert not stage.there.active
    assert stage.patch(enabled=True).status_code == 200
    assert stage.there.active_version_id == running


def test_a_restore_takes_it_out_of_n8ns_archive_as_well(stage: Stage) -> None:
    stage.call("delete", stage.path)
    stage.client.archive(stage.id)
    restored = stage.call("post", f"{stage.path}/restore")
    assert restored.status_code == 200, restored.content
    assert restored.json()["reported"]["value"] == "inactive"
    assert not stage.there.is_archived


def test_a_restore_is_refused_over_the_quota_before_n8n_is_asked(
    stage: Stage, settings: Any
) -> None:
    stage.call("delete", stage.path)
    quotas.set_limit(stage.cast.acme, quotas.Name.CAMPAIGNS, 0, actor=ACTOR)
    settings.N8N_BASE_URL = "http://127.0.0.1:9"
    refused(stage.call("post", f"{stage.path}/restore"), 409, "quota_exceeded")
    assert (stage.here.status, stage.here.version) == ("archived", 2)


def leave(stage: Stage) -> tuple[Instance, Instance]:
    """Acme goes to an n8n of its own."""
    former = stage.cast.acme.instance
    own = Instance.objects.create(id="own", kind=Instance.Kind.OWN, owner=stage.cast.acme)
    services.leave(stage.cast.acme, former, actor=ACTOR)
    Workspace.objects.filter(pk=stage.cast.acme.pk).update(instance=own)
    return former, own


def archived_by() -> list[str]:
    events = AuditEvent.objects.filter(action="campaign_archived")
    return [event.actor_type for event in events]


def test_what_was_left_with_its_n8n_can_be_archived_and_does_not_come_back_with_it(
    stage: Stage, settings: Any
) -> None:
    former, _ = leave(stage)
    url, settings.N8N_BASE_URL = settings.N8N_BASE_URL, "http://127.0.0.1:9"
    before = stage.here
    answer = stage.call("delete", stage.path, key="once")
    assert (answer.status_code, answer.content) == (204, b"")
    row = stage.here
    assert (row.status, row.set_aside, row.enabled) == ("archived", False, False)
    assert (row.version, archived_by()) == (before.version + 1, ["user"])
    assert stage.call("delete", stage.path, key="once").status_code == 204
    assert stage.call("delete", stage.path).status_code == 204  # what is so already
    assert (stage.here.version, len(archived_by())) == (row.version, 1)
    with pytest.raises(intentions.Stale):  # who read it before
        writes.archive(before, actor=ACTOR)
    settings.N8N_BASE_URL = url
    Workspace.objects.filter(pk=stage.cast.acme.pk).update(instance=former)
    services.sync_by_command(stage.cast.acme, actor=ACTOR)
    assert (stage.here.status, stage.here.set_aside) == ("archived", False)
    assert stage.there.active  # nobody could tell n8n


def test_what_found_no_room_when_its_n8n_came_back_is_paused_there_by_the_archive(
    stage: Stage,
) -> None:
    services.set_aside(stage.cast.acme.instance, actor=ACTOR)
    quotas.set_limit(stage.cast.acme, quotas.Name.CAMPAIGNS, 0, actor=ACTOR)
    services.sync_by_command(stage.cast.acme, actor=ACTOR)
    assert stage.here.set_aside
    assert stage.call("delete", stage.path).status_code == 204
    assert (stage.here.status, stage.here.set_aside, archived_by()) == (
        "archived",
        False,
        ["user"],
    )
    assert not stage.there.active
    quotas.set_limit(stage.cast.acme, quotas.Name.CAMPAIGNS, 9, actor=ACTOR)
    services.sync_by_command(stage.cast.acme, actor=ACTOR)
    assert stage.here.status == "archived"


# --- adopt --------------------------------------------------------------------------------------


def test_a_tagged_workflow_is_adopted_at_once(stage: Stage) -> None:
    made = stage.workflow(stage.cast.acme.tag)
    answer = stage.adopt(made.id)
    assert answer.status_code == 201, answer.content
    row = answer.json()
    assert (row["n8nWorkflowId"], row["enabled"], row["trigger"]) == (made.id, True, "webhook")
    assert row["reportUrl"].count("/api/webhooks/c/") == 1
    token = row["reportUrl"].rsplit("/", 1)[1]
    assert len(token) >= 43
    assert token not in Campaign.objects.get(pk=row["id"]).report_token_encrypted
    again = stage.adopt(made.id)
    assert (again.status_code, again.json()["id"]) == (200, row["id"])
    assert AuditEvent.objects.filter(action="campaign_adopted").count() == 2


def test_what_is_not_the_workspaces_does_not_exist_for_it(stage: Stage) -> None:
    acme, globex = stage.cast.acme.tag, stage.cast.globex.tag
    theirs = stage.workflow(globex)
    for id in (
        theirs.id,
        stage.workflow().id,
        stage.workflow(acme, globex).id,
        "doesNotExist1234",
    ):
        refused(stage.adopt(id), 404, "not_found")
    adoption.adopt(
        stage.cast.globex.instance, stage.cast.globex, stage.client.workflow(theirs.id), actor=ACTOR
    )
    refused(stage.adopt(theirs.id), 404, "not_found")
    assert Campaign.objects.filter(workspace=stage.cast.acme).count() == 1


def test_nothing_is_adopted_of_an_n8n_that_was_left_while_it_was_asked(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = stage.workflow(stage.cast.acme.tag)
    ask = api.Client.workflow

    def leaving(client: api.Client, id: str) -> api.Workflow:
        found = ask(client, id)
        leave(stage)
        return found

    monkeypatch.setattr(api.Client, "workflow", leaving)
    body = refused(stage.adopt(made.id), 409, "tenant_mismatch")
    assert body["reason"] == "other_instance"
    assert not Campaign.objects.filter(n8n_workflow_id=made.id).exists()
    assert not Campaign.objects.filter(workspace=stage.cast.acme, archived_at=None).exists()


def test_on_an_own_n8n_any_workflow_is_adopted(stage: Stage, n8n: N8n, settings: Any) -> None:
    made = stage.workflow(active=False)
    settings.N8N_ALLOWED_HOSTS = ["127.0.0.1"]
    own = Instance(id="own", kind=Instance.Kind.OWN, owner=stage.cast.acme, base_url=n8n.url)
    own.api_key_encrypted = crypto.encrypt(n8n.api_key, owner=owner_of(own), field=API_KEY)
    own.save()
    Workspace.objects.filter(pk=stage.cast.acme.pk).update(instance=own)
    answer = stage.adopt(made.id)
    assert (answer.status_code, answer.json()["enabled"]) == (201, False)
    path = f"/api/campaigns/{answer.json()['id']}"
    assert stage.call("patch", path, {"version": 1, "enabled": True}).status_code == 200
    assert stage.client.workflow(made.id).active
    # Of somebody else's own n8n nothing is.
    own.owner = stage.cast.globex
    own.api_key_encrypted = crypto.encrypt(n8n.api_key, owner=owner_of(own), field=API_KEY)
    own.save()
    refused(stage.adopt(stage.workflow().id), 404, "not_found")
    refused(stage.call("patch", path, {"version": 2, "enabled": False}), 409, "tenant_mismatch")


def test_an_archived_one_is_not_adopted(stage: Stage) -> None:
    made = stage.workflow(stage.cast.acme.tag)
    stage.client.archive(made.id)
    refused(stage.adopt(made.id), 409, "workflow_archived")
    stage.call("delete", stage.path)
    body = refused(stage.adopt(stage.id), 409, "archived")
    assert body["current"]["id"] == str(stage.campaign.pk)


def test_over_the_quota_n8n_is_not_even_asked(stage: Stage, settings: Any) -> None:
    made = stage.workflow(stage.cast.acme.tag)
    quotas.set_limit(stage.cast.acme, quotas.Name.CAMPAIGNS, 1, actor=ACTOR)
    settings.N8N_BASE_URL = "http://127.0.0.1:9"
    refused(stage.adopt(made.id), 409, "quota_exceeded")
    assert stage.adopt(stage.id).status_code == 200  # what is so already needs no room


@pytest.mark.parametrize("id", ["", "../users", "a b", "x" * 65, 7.5, None, ["x"]])
def test_a_malformed_workflow_id_is_refused(id: Any, cast: Cast) -> None:
    path = f"/api/workspaces/{cast.acme.pk}/campaigns"
    answer = cast.client("owner").post(path, {"n8nWorkflowId": id}, content_type="application/json")
    assert answer.status_code == 400, answer.content
