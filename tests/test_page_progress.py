"""How far a provision is, as the server renders it: who sees it, each state, what can be done."""

import re
import uuid
from typing import Any

import pytest
from django.utils import timezone

from campaigns import making
from campaigns.serializers import webhook_url
from orchestrator.events import command
from provisioning import doors, log, services
from provisioning.models import Provision, Step, StepStatus, Template
from tests.cast import Cast
from workspaces import services as workspaces
from workspaces.models import Membership, Role, User

PENDING, RUNNING, DONE, ERROR = StepStatus


def begun(cast: Cast, slug: str = "lead-intake", **parameters: Any) -> Provision:
    template = Template.objects.get(slug=slug)
    values = {"crmUrl": "https://crm.example.com/hook"} if slug == "lead-intake" else parameters
    wish = services.Wish(uuid.uuid4(), template.pk, "Spring leads", values)
    row, _new = services.begin(cast.acme, wish, creator=cast.people["owner"], actor=command("test"))
    return row


def second_owner(cast: Cast) -> None:
    cast.people["second"] = User.objects.create_user("owner2@acme.test", None)
    workspaces.add_member(cast.acme, cast.people["second"], Role.OWNER, actor=command("test"))


def page(cast: Cast, row: Provision, who: str = "owner") -> str:
    answer = cast.client(who).get(f"/w/acme/new/{row.pk}")
    assert answer.status_code == 200
    return str(answer.content.decode())


def post(cast: Cast, row: Provision, what: str, who: str = "owner", **more: str) -> Any:
    return cast.client(who).post(f"/w/acme/new/{row.pk}", {"what": what, **more})


def steps(html: str) -> dict[str, str]:
    return dict(re.findall(r'data-step="(\w+)" data-status="(\w+)"', html))


def failed(row: Provision, code: str = "n8n_unreachable") -> None:
    log.write(row, Step.N8N, RUNNING)
    log.write(row, Step.N8N, ERROR, code=code, message="Nothing listens there.")
    making.fail(row.campaign_was)
    Provision.objects.filter(pk=row.pk).update(due_at=None)


def finished(row: Provision) -> None:
    for step in (Step.N8N, Step.WEBHOOK, Step.COMPLETE):
        log.write(row, step, RUNNING)
        log.write(row, step, DONE)
    Provision.objects.filter(pk=row.pk).update(
        ended=Provision.Ended.DONE, ended_at=timezone.now(), workflow_id="wf-1"
    )


def test_it_works(cast: Cast) -> None:
    html = page(cast, begun(cast))
    assert 'data-component="provisioning-progress"' in html
    assert steps(html) == {
        "db": "done",
        "n8n": "pending",
        "webhook": "pending",
        "complete": "pending",
    }
    assert 'data-provision-status="queued"' in html
    assert "Cancel…" in html


def test_it_is_its_creators_alone(cast: Cast) -> None:
    row = begun(cast)
    second_owner(cast)
    seen = {}
    for who in ("owner", "second", "admin", "member", "viewer", "stranger", "superuser", "nobody"):
        seen[who] = cast.client(who).get(f"/w/acme/new/{row.pk}").status_code
        if who not in ("owner", "nobody"):
            assert post(cast, row, "cancel", who).status_code == 404
    assert seen == {**dict.fromkeys(seen, 404), "owner": 200, "nobody": 302}
    row.refresh_from_db()
    assert not row.canceling
    # nor is it there under another workspace's address, even to who is there and here
    workspaces.add_member(cast.globex, cast.people["owner"], Role.OWNER, actor=command("test"))
    assert cast.client("owner").get(f"/w/globex/new/{row.pk}").status_code == 404


def test_what_a_former_owner_left_is_seen_in_part_and_taken_over(cast: Cast) -> None:
    row = begun(cast)
    failed(row)
    second_owner(cast)
    Membership.objects.filter(user=cast.people["owner"]).update(role=Role.ADMIN)
    assert cast.client("owner").get(f"/w/acme/new/{row.pk}").status_code == 404
    left = page(cast, row, "second")
    assert "Spring leads" in left
    assert str(row.pk) in left
    assert "Stopped" in left
    assert steps(left) == {}
    assert "Nothing listens there." not in left
    assert "left by a former owner" in cast.client("second").get("/w/acme/new").content.decode()
    assert cast.client("admin").get(f"/w/acme/new/{row.pk}").status_code == 404
    assert post(cast, row, "cancel", "second").status_code == 400
    assert post(cast, row, "take-over", "second").status_code == 302
    assert steps(page(cast, row, "second"))["n8n"] == "error"


def test_nobody_takes_over_what_an_owner_is_at(cast: Cast) -> None:
    row = begun(cast)
    second_owner(cast)
    assert post(cast, row, "take-over", "second").status_code == 404
    row.refresh_from_db()
    assert row.creator == cast.people["owner"]


def test_a_step_that_failed_says_why_what_to_do_and_is_tried_again(cast: Cast) -> None:
    row = begun(cast)
    failed(row)
    html = page(cast, row)
    assert steps(html)["n8n"] == "error"
    assert "n8n cannot be reached." in html
    assert "Look whether n8n runs, then try again." in html
    assert "Nothing listens there." in html
    assert post(cast, row, "retry", step="n8n").status_code == 302
    html = page(cast, row)
    assert steps(html)["n8n"] == "pending"  # until its turn comes
    assert "n8n cannot be reached." not in html
    assert post(cast, row, "retry", step="n8n").status_code == 302  # it is under way already
    assert post(cast, row, "retry", step="nonsense").status_code == 400


def test_a_try_says_why_the_one_before_did_not_work(cast: Cast) -> None:
    row = begun(cast)
    log.write(row, Step.N8N, RUNNING)
    assert "data-trouble" not in page(cast, row)
    log.write(row, Step.N8N, RUNNING, code="n8n_unreachable", message="Nothing listens there.")
    why = '<p class="small muted" data-trouble="n8n_unreachable">n8n cannot be reached.</p>'
    assert why in page(cast, row)
    log.write(row, Step.N8N, RUNNING, attempt=2)
    assert why in page(cast, row)
    log.write(row, Step.N8N, DONE, attempt=2)
    assert "data-trouble" not in page(cast, row)


def test_a_code_that_nobody_foresaw_has_words_too(cast: Cast) -> None:
    row = begun(cast)
    failed(row, "something_new")
    assert "It did not work." in page(cast, row)


def test_cancel_says_what_it_takes_back_and_asks_first_without_a_script(cast: Cast) -> None:
    row = begun(cast)
    html = cast.client("owner").get(f"/w/acme/new/{row.pk}?ask=cancel").content.decode()
    assert re.search(r"<dialog[^>]* open>", html)
    assert "its workflow is stopped and deleted in n8n;" in html
    assert not re.search(r"<dialog[^>]* open>", page(cast, row))
    assert post(cast, row, "cancel").status_code == 302
    row.refresh_from_db()
    assert row.canceling
    html = page(cast, row)
    assert "Being taken back" in html
    assert "Cancel…" not in html


def test_what_could_not_be_taken_back_is_said(cast: Cast) -> None:
    row = begun(cast)
    log.write(row, Step.N8N, RUNNING)
    services.cancel(row, actor=command("test"))
    log.write(row, Step.N8N, ERROR, code="n8n_wrong_key", message="No.", undoing=True)
    Provision.objects.filter(pk=row.pk).update(due_at=None, workflow_id="wf-77")
    html = page(cast, row)
    assert "data-left-over" in html
    assert "Delete the workflow wf-77 in n8n by hand." in html
    assert "n8n refuses our key." in html
    assert 'value="retry"' in html
    assert "Cancel…" not in html


def test_when_all_is_taken_back_it_says_so(cast: Cast) -> None:
    row = begun(cast)
    services.cancel(row, actor=command("test"))
    log.write(row, Step.DB, PENDING, undoing=True)
    assert row.campaign is not None
    making.undo(row.campaign)
    Provision.objects.filter(pk=row.pk).update(
        ended=Provision.Ended.CANCELED, ended_at=timezone.now()
    )
    html = page(cast, row)
    assert "All is taken back" in html
    assert "Campaign taken back" in html
    assert f"/w/acme/new?template={row.template.template_id}" in html


def test_done_has_the_campaign_its_address_and_a_test(cast: Cast) -> None:
    row = begun(cast)
    assert row.campaign is not None
    linked = doors.link_made(row.campaign, "wf-1", "a-path", actor=command("test"))
    finished(row)
    html = page(cast, row)
    assert str(webhook_url(linked)) in html
    assert f"/w/acme/campaigns/{row.campaign_id}" in html
    assert 'value="test"' in html
    assert 'data-provision-status="done"' in html
    assert "Cancel…" not in html


def test_a_schedule_has_no_address_and_waits_for_its_first_run(cast: Cast) -> None:
    row = begun(cast, "weekly-digest", feedUrl="https://a.test/f", channelUrl="https://a.test/c")
    finished(row)
    at = timezone.now()
    assert row.campaign is not None
    row.campaign.next_run_at, row.campaign.schedule = at, {"zone": "Europe/Berlin"}
    row.campaign.save()
    html = page(cast, row)
    assert "Webhook address: none, it starts by itself" in html
    assert "by the clock of Europe/Berlin" in html
    assert "it waits for the first run" in html
    assert 'value="test"' not in html


def test_a_campaign_that_was_deleted_since_breaks_nothing(cast: Cast) -> None:
    row = begun(cast)
    finished(row)
    assert row.campaign is not None
    row.campaign.delete()
    assert "The campaign is no longer here." in page(cast, row)
    assert "The campaign has no webhook address." in post(cast, row, "test").content.decode()


def test_a_test_request_before_the_end_is_not_sent(cast: Cast) -> None:
    row = begun(cast)
    assert "The campaign has no webhook address." in post(cast, row, "test").content.decode()


@pytest.mark.parametrize(("making_is", "word"), [("", "how far"), ("failed", "what went wrong")])
def test_the_campaign_leads_its_creator_there_and_cannot_be_paused(
    cast: Cast, making_is: str, word: str
) -> None:
    row = begun(cast)
    if making_is:
        failed(row)
    campaign = f"/w/acme/campaigns/{row.campaign_id}"
    for url in (f"{campaign}/how", campaign):
        html = cast.client("owner").get(url).content.decode()
        assert f'href="/w/acme/new/{row.pk}"' in html
        assert word in html
        theirs = cast.client("member").get(url).content.decode()
        assert f"/w/acme/new/{row.pk}" not in theirs
        assert "Whoever began it sees how far it is." in theirs
    one = cast.client("owner").get(campaign).content.decode()
    assert not re.search(r'data-act="(pause|resume|rename|archive)"', one)


def test_what_a_template_made_can_be_duplicated_by_owners(cast: Cast) -> None:
    row = begun(cast)
    finished(row)
    assert row.campaign is not None
    type(row.campaign).objects.filter(pk=row.campaign.pk).update(making="", from_template=True)
    url = f"/w/acme/campaigns/{row.campaign_id}"
    assert f"/w/acme/new?from={row.campaign_id}" in cast.client("owner").get(url).content.decode()
    assert "?from=" not in cast.client("member").get(url).content.decode()
    adopted = cast.client("owner").get(f"/w/acme/campaigns/{cast.campaign.pk}").content.decode()
    assert "?from=" not in adopted


def test_a_script_gets_the_part_that_changes(cast: Cast) -> None:
    row = begun(cast)
    url = f"/w/acme/new/{row.pk}"
    html = cast.client("owner").get(url, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in html
    assert f'data-version="{row.version}"' in html


def test_many_unfinished_of_others_cost_as_many_queries_as_one(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    second_owner(cast)
    for _ in range(6):
        begun(cast)
    client = cast.client("second")
    with django_assert_max_num_queries(22):
        assert "data-provision-id" not in client.get("/w/acme/new").content.decode()
