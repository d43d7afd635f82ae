"""What was sent to a front door: kept where the workspace says so, and sent again."""

import json
from typing import Any

import pytest

from campaigns.models import Campaign
from governance.models import AuditEvent
from orchestrator.events import command
from provisioning import calls, front, tasks
from provisioning.front.notes import KEPT, Sent
from provisioning.models import HookCall
from tests.front_door import Place, linked, reply
from workspaces import settings as workspace_settings
from workspaces.models import Workspace

ACTOR = command("test")


def keep(workspace: Workspace, kept: bool = True) -> None:
    row = Workspace.objects.get(pk=workspace.pk)
    workspace_settings.change_settings(
        row, {"storeHookBodies": kept}, version=row.version, actor=ACTOR
    )


@pytest.fixture
def connected(place: Place, settings: Any) -> Place:
    """For calls of our own in this process, too."""
    settings.N8N_BASE_URL, settings.N8N_API_KEY = place.n8n.url, "not-for-webhooks"
    return place


def test_nothing_is_kept_where_nobody_said_so(connected: Place) -> None:
    connected.call(content=b"secret")
    assert connected.calls(1)[0].kept_encrypted == ""


def test_what_was_sent_is_kept_encrypted_and_sent_again(connected: Place) -> None:
    keep(connected.cast.acme)
    connected.call(
        "PUT",
        content=b"\x00secret\xff",
        params={"q": "hidden"},
        headers={"X-Own": "yes", "Cookie": "sessionid=1", "X-Forwarded-For": "6.6.6.6"},
    )
    (call,) = connected.calls(1)
    assert call.kept_encrypted.startswith("v1:")
    assert "hidden" not in call.kept_encrypted
    sent = Sent.opened(call.kept_encrypted, connected.cast.acme.pk)
    assert "sessionid" not in str(sent)
    assert "6.6.6.6" not in str(sent)
    connected.n8n.respond = lambda handler: reply(handler, 201, b"again")
    answer = calls.send_again(call, actor=ACTOR)
    assert (answer.status, answer.body) == (201, b"again")
    first, second = connected.n8n.got
    assert (first.method, first.target, first.body) == (second.method, second.target, second.body)
    assert second.header("x-own") == ["yes"]
    assert connected.calls(2)[1].status == 201
    (event,) = AuditEvent.objects.filter(action="hook_call_resent")
    assert event.after == {"call": str(call.pk)}


@pytest.mark.parametrize(("size", "kept"), [(KEPT - 4000, True), (KEPT + 1, False)])
def test_of_more_than_64_kb_nothing_is_kept(connected: Place, size: int, kept: bool) -> None:
    keep(connected.cast.acme)
    assert connected.call(content=b"x" * size).status_code == 200
    assert bool(connected.calls(1)[0].kept_encrypted) is kept


def test_back_to_less_deletes_what_was_kept(connected: Place) -> None:
    keep(connected.cast.acme)
    keep(connected.cast.globex)
    other = linked(connected.cast.globex, "Other")
    theirs = HookCall.objects.create(
        campaign=other, method="POST", status=200, duration_ms=1, size=1, kept_encrypted="v1:x:y"
    )
    connected.call(content=b"secret")
    assert connected.calls(1)[0].kept_encrypted
    keep(connected.cast.acme, False)
    tasks.forget_kept()
    assert connected.calls(1)[0].kept_encrypted == ""
    theirs.refresh_from_db()
    assert theirs.kept_encrypted
    connected.call(content=b"secret")
    assert [call.kept_encrypted for call in connected.calls(2)] == ["", ""]


def test_it_goes_to_where_the_address_leads_now_and_is_refused_as_anybody(connected: Place) -> None:
    keep(connected.cast.acme)
    connected.call(content=b"x")
    (call,) = connected.calls(1)
    Campaign.objects.filter(pk=connected.campaign.pk).update(enabled=False)
    answer = calls.send_again(call, actor=ACTOR)
    assert answer.status == 409
    assert json.loads(answer.body)["code"] == "paused"
    assert len(connected.n8n.got) == 1


def test_a_test_of_ours_is_marked_and_only_it_carries_the_secret(connected: Place) -> None:
    headers = [(b"x-orchestrator-probe", b"the-secret")]
    answer = front.send(connected.campaign, front.Sent("POST", b"", headers, b"{}"), probe=True)
    assert (answer.status, answer.body) == (200, b'{"hello": true}')
    assert connected.n8n.got[0].header("x-orchestrator-probe") == ["the-secret"]
    assert connected.calls(1)[0].probe


def test_the_page_says_what_the_answer_was(connected: Place) -> None:
    keep(connected.cast.acme)
    connected.call(content=b"{}")
    (call,) = connected.calls(1)
    path = f"/w/acme/campaigns/{connected.campaign.pk}/calls/{call.pk}"
    client = connected.cast.client("owner")
    assert "the answer was 200" in client.post(path, follow=True).content.decode()
    connected.n8n.respond = lambda handler: reply(handler, 500)
    assert "the answer was 500" in client.post(path, follow=True).content.decode()
    assert client.get(path).status_code == 302  # who reloads it sends nothing
    assert len(connected.n8n.got) == 3
