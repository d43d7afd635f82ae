"""The log of calls: written for every call, seen by owners, sent again where that is kept."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.utils.timezone import now

from campaigns.models import Campaign
from orchestrator.events import command
from provisioning import calls, tasks
from provisioning.front.notes import Sent
from provisioning.models import HookCall
from tests.cast import Cast
from workspaces import settings as workspace_settings
from workspaces.models import Workspace

ACTOR = command("test")


def keep(workspace: Workspace, kept: bool = True) -> None:
    row = Workspace.objects.get(pk=workspace.pk)
    workspace_settings.change_settings(
        row, {"storeHookBodies": kept}, version=row.version, actor=ACTOR
    )


def call_of(campaign: Campaign, **fields: Any) -> HookCall:
    values = {"method": "POST", "status": 200, "duration_ms": 12, "size": 3, **fields}
    return HookCall.objects.create(campaign=campaign, **values)


def kept_of(cast: Cast, body: bytes = b"{}") -> str:
    return Sent("POST", b"a=1", [(b"x-own", b"yes")], body).sealed(cast.acme.pk)


# --- forgotten -------------------------------------------------------------------------------


def test_calls_go_with_the_retention(cast: Cast, settings: Any) -> None:
    settings.RETENTION_DAYS = 30
    old = call_of(cast.campaign, at=now() - timedelta(days=31))
    young = call_of(cast.campaign, at=now() - timedelta(days=29))
    tasks.forget_old()
    assert list(HookCall.objects.values_list("pk", flat=True)) == [young.pk]
    assert old.pk != young.pk


# --- the page --------------------------------------------------------------------------------


def page(cast: Cast, caller: str = "owner", query: str = "") -> Any:
    return cast.client(caller).get(f"/w/acme/campaigns/{cast.campaign.pk}/calls{query}")


def again(cast: Cast, call: HookCall, caller: str = "owner") -> Any:
    path = f"/w/acme/campaigns/{cast.campaign.pk}/calls/{call.pk}"
    return cast.client(caller).post(path, follow=True)


def test_owners_see_how_each_call_went_the_newest_first(cast: Cast) -> None:
    first = call_of(cast.campaign, at=now() - timedelta(minutes=1), status=504, code="n8n_timeout")
    second = call_of(cast.campaign, method="GET", probe=True)
    foreign = call_of(cast.foreign)
    text = page(cast).content.decode()
    assert text.index(str(second.pk)) < text.index(str(first.pk))
    assert str(foreign.pk) not in text
    assert "504, n8n did not answer in time" in text
    assert "our test" in text
    assert "Send again" not in text
    assert page(cast)["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("caller", ["admin", "member", "viewer"])
def test_nobody_else_does(cast: Cast, caller: str) -> None:
    assert page(cast, caller).status_code == 403
    assert again(cast, call_of(cast.campaign), caller).status_code == 403


def test_pages_go_on_where_the_last_ended_though_more_calls_come(cast: Cast) -> None:
    made = [call_of(cast.campaign, at=now() - timedelta(seconds=n)) for n in range(90)]
    seen: list[str] = []
    query = ""
    for _ in range(3):
        found = page(cast, query=query).context
        seen += [str(call.pk) for call in found["calls"]]
        call_of(cast.campaign)
        query = found["older"]
    assert seen == [str(call.pk) for call in made]
    assert query == ""
    assert page(cast, query="?cursor=nonsense").status_code == 302


def test_an_empty_log_says_what_is_missing(cast: Cast) -> None:
    assert "It has no webhook address" in page(cast).content.decode()
    Campaign.objects.filter(pk=cast.campaign.pk).update(webhook_token_encrypted="v1:x:y")
    assert "Nobody has called yet" in page(cast).content.decode()


def test_send_again_is_there_only_where_it_is_kept(cast: Cast) -> None:
    keep(cast.acme)
    call_of(cast.campaign, kept_encrypted=kept_of(cast))
    call_of(cast.campaign)
    assert page(cast).content.decode().count("Send again") == 1
    keep(cast.acme, False)
    assert "Send again" not in page(cast).content.decode()


def test_what_cannot_be_sent_again_says_why(cast: Cast) -> None:
    assert "not kept any more" in again(cast, call_of(cast.campaign)).content.decode()
    sealed = Sent("POST", b"", [], b"").sealed(cast.globex.pk)  # of another workspace
    moved = call_of(cast.campaign, kept_encrypted=sealed)
    assert "not kept any more" in again(cast, moved).content.decode()
    call = call_of(cast.campaign, kept_encrypted=kept_of(cast))
    assert "has no webhook address" in again(cast, call).content.decode()
    assert again(cast, call_of(cast.foreign)).status_code == 404
    assert again(cast, HookCall(pk=uuid.uuid4())).status_code == 404


def test_no_more_than_a_few_threads_wait_for_n8n(cast: Cast) -> None:
    call = call_of(cast.campaign, kept_encrypted=kept_of(cast))
    taken = [calls._free.acquire(blocking=False) for _ in range(calls.AT_ONCE)]
    try:
        assert all(taken)
        with pytest.raises(calls.Busy):
            calls.send_again(call, actor=ACTOR)
    finally:
        for _ in taken:
            calls._free.release()
