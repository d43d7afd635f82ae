"""The four steps to the first heartbeat: derived of what is so, on the page and its checklist."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.utils import timezone

from campaigns import services
from campaigns.connect_steps import checklist_of, facts_of, steps_of
from campaigns.models import Campaign, SyncRun, WorkspaceClock
from orchestrator.events import command
from tests.cast import Cast, campaign_of
from tests.own_n8n import Answering, connect_own
from workspaces.access import access_to
from workspaces.models import Instance

PATH = "/w/acme/connect"
ACTOR = command("test")


@pytest.fixture(autouse=True)
def shared(settings: Any) -> None:
    settings.DEMO = True
    settings.N8N_BASE_URL, settings.N8N_API_KEY = "https://inner.example", "the-key"


def states(cast: Cast) -> list[str]:
    cast.acme.refresh_from_db()
    return [str(step.state) for step in steps_of(facts_of(cast.acme))]


def said(cast: Cast) -> dict[str, str]:
    """By step, what the page says of it."""
    page = unescape(cast.client("owner").get(PATH).content.decode())
    pattern = r'data-step="(\w+)".*?data-said>(.*?)</p>'
    return dict(re.findall(pattern, page, re.DOTALL))


def page_of(cast: Cast) -> str:
    return unescape(cast.client("owner").get(PATH).content.decode())


def alive(**fields: Any) -> None:
    about = {"hooksVersion": "1.1.0", "n8nVersion": "2.41.1", "publicationService": False}
    Instance.objects.update(alive_at=timezone.now(), about={**about, **fields.pop("about", {})})


def heard(campaign: Campaign, source: str = "heartbeat") -> None:
    now = timezone.now()
    told = {"heard_at": now} if source != "poll" else {}
    Campaign.objects.filter(pk=campaign.pk).update(
        observed_at=now, observed_source=source, last_result="success", **told
    )


# --- on the shared n8n -----------------------------------------------------------------------


def test_where_no_n8n_is_connected_the_first_step_is_a_form(cast: Cast, settings: Any) -> None:
    settings.N8N_BASE_URL = ""
    assert states(cast) == ["todo", "later", "later", "later"]
    page = page_of(cast)
    assert page.count('name="base_url"') == 1
    assert "data-waits" not in page
    assert "Look again" not in page


def test_each_step_ticks_itself_off_on_the_shared_n8n(cast: Cast) -> None:
    Campaign.objects.filter(pk=cast.campaign.pk).delete()
    assert states(cast) == ["done", "todo", "waiting", "later"]
    assert "ork:acme" in page_of(cast)
    mine = campaign_of(cast.acme, "Mine", reported="inactive", enabled=False)
    assert states(cast) == ["done", "done", "waiting", "todo"]
    assert "None of them is active" in page_of(cast)
    Campaign.objects.filter(pk=mine.pk).update(reported="active", enabled=True)
    assert states(cast) == ["done", "done", "waiting", "waiting"]
    alive()
    assert states(cast) == ["done", "done", "done", "waiting"]
    heard(mine)
    assert states(cast) == ["done", "done", "done", "done"]
    page = page_of(cast)
    assert "data-waits" not in page
    assert f'href="/w/acme/campaigns/{mine.pk}"' in page


def test_nothing_of_another_workspace_ticks_a_step_off_or_is_named(cast: Cast) -> None:
    Campaign.objects.filter(pk=cast.campaign.pk).delete()
    heard(cast.foreign)
    assert states(cast) == ["done", "todo", "waiting", "later"]
    page = page_of(cast)
    assert "Secret" not in page.replace("secret", "")
    assert str(cast.foreign.pk) not in page


def test_a_run_that_was_only_found_is_no_heartbeat_and_the_workflows_own_report_is(
    cast: Cast,
) -> None:
    heard(cast.campaign, "poll")
    assert states(cast) == ["done", "done", "waiting", "waiting"]
    assert said(cast)["hooks"] == "Waiting for n8n. Until then runs show late."
    heard(cast.campaign, "report")
    assert states(cast) == ["done"] * 4
    heard(cast.campaign, "poll")  # the next one did not come to its node
    assert states(cast) == ["done"] * 4


def test_of_the_hooks_file_the_page_warns_as_doctor_does(cast: Cast) -> None:
    alive(about={"publicationService": True, "dropped": 3})
    page = page_of(cast)
    assert 'data-warning="publication"' in page
    assert "N8N_USE_WORKFLOW_PUBLICATION_SERVICE=false" in page
    assert "3 heartbeats were lost" in page
    assert "1.1.0" in page
    assert "2.41.1" in page
    Instance.objects.update(alive_at=timezone.now() - timedelta(seconds=91))
    assert said(cast)["hooks"] == "n8n has fallen silent."


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("unreachable", "n8n cannot be reached."),
        ("server_error", "n8n cannot be reached."),
        ("wrong_key", "n8n refuses our key."),
        ("missing_scope", "Our key of n8n may not do what is needed."),
        ("not_n8n", "What answers at n8n's address is not n8n."),
    ],
)
@pytest.mark.parametrize("come", range(4))
def test_an_n8n_that_goes_away_is_said_at_every_step_and_undoes_none_of_the_others(
    code: str, words: str, come: int, cast: Cast
) -> None:
    Campaign.objects.filter(pk=cast.campaign.pk).delete()
    if come > 0:
        mine = campaign_of(cast.acme, "Mine")
    if come > 1:
        alive()
    if come > 2:
        heard(mine)
    _, *before = states(cast)
    Instance.objects.update(failed_at=timezone.now(), failure=code)
    assert states(cast) == ["todo", *before]
    page = page_of(cast)
    assert f'data-trouble="{code}"' in page
    assert words in page
    assert "inner.example" not in page


# --- on an own one ---------------------------------------------------------------------------


def test_an_own_n8n_is_looked_into_at_once_and_its_settings_are_there_to_copy(
    cast: Cast, own_n8n: Answering
) -> None:
    own, secret = connect_own(cast.acme, own_n8n.url)
    assert states(cast) == ["done", "waiting", "waiting", "later"]
    assert said(cast)["workflows"] == "Looking into n8n…"
    Instance.objects.filter(pk=own.pk).update(last_ok_at=timezone.now())
    assert said(cast)["workflows"] == "None found yet."
    page = page_of(cast)
    for line in (
        f'export ORCHESTRATOR_INSTANCE="{own.pk}"',
        'export ORCHESTRATOR_SECRET="whsec_…"',
        f'ORCHESTRATOR_INSTANCE: "{own.pk}"',
        'N8N_USE_WORKFLOW_PUBLICATION_SERVICE: "false"',
        "/hooks.js",
    ):
        assert line in page
    assert secret not in page
    Instance.objects.filter(pk=own.pk).update(last_ok_at=None, failures=1, failure="slow")
    assert states(cast)[:2] == ["todo", "todo"]


def test_an_n8n_that_comes_back_has_to_be_told_its_new_secret(
    cast: Cast, own_n8n: Answering
) -> None:
    own, _ = connect_own(cast.acme, own_n8n.url)
    mine = campaign_of(cast.acme, "Mine")
    Instance.objects.filter(pk=own.pk).update(last_ok_at=timezone.now())
    alive()
    heard(mine)
    assert states(cast) == ["done"] * 4
    cast.client("owner").post(PATH, {"what": "disconnect", "mark": f"{own.pk}:{own.version}"})
    cast.acme.refresh_from_db()
    assert facts_of(cast.acme).instance.pk == "default"
    connect_own(cast.acme, own_n8n.url)
    assert states(cast) == ["done", "waiting", "waiting", "later"]  # what was heard is put aside
    Instance.objects.filter(pk=own.pk).update(last_ok_at=timezone.now())
    Campaign.objects.filter(pk=mine.pk).update(archived_at=None, set_aside=False)  # as a sync does
    assert states(cast) == ["done", "done", "waiting", "done"]


# --- looking again ---------------------------------------------------------------------------


def test_n8n_is_looked_into_again_once_in_half_a_minute(cast: Cast) -> None:
    client = cast.client("owner")
    assert client.post(PATH, {"what": "sync"}).status_code == 302
    assert SyncRun.objects.filter(workspace=cast.acme, trigger="user").count() == 1
    assert said(cast)["workflows"] == "Looking into n8n…"
    page = page_of(cast)
    assert 'aria-disabled="true" aria-describedby="why-no-look"' in page
    assert "Once in 30 s:" in page
    client.post(PATH, {"what": "sync"})
    asked = client.get(PATH).content.decode()
    assert re.search(r"n8n was asked a moment ago. Again in (30|[12]\d) s\.", asked)
    assert SyncRun.objects.filter(workspace=cast.acme, trigger="user").count() == 1
    WorkspaceClock.objects.update(sync_asked_at=timezone.now() - services.SYNC_EVERY)
    assert "It looks by itself every minute." in page_of(cast)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("tag_conflict", "carries the tags of two workspaces"),
        ("quota_exceeded", "more workflows than this workspace may have"),
        ("unreachable", "n8n cannot be reached."),
    ],
)
def test_what_the_last_look_ran_into_is_said(code: str, words: str, cast: Cast) -> None:
    now = timezone.now()
    errors = [{"code": code, "message": "Somebody's (id)"}]
    SyncRun.objects.create(workspace=cast.acme, trigger="schedule", ended_at=now, errors=errors)
    page = page_of(cast)
    assert f'data-sync-error="{code}"' in page
    assert words in page
    assert "Somebody's" not in page


# --- the checklist ---------------------------------------------------------------------------


def test_the_checklist_is_for_owners_until_all_is_done(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    access = {who: access_to(cast.people[who], cast.acme.pk) for who in ("owner", "admin")}
    assert access["owner"]
    assert access["admin"]
    with django_assert_num_queries(0):
        assert checklist_of(access["admin"]) is None
    alive()
    with django_assert_num_queries(1):
        found = checklist_of(access["owner"])
    card = render_to_string(
        "campaigns/_checklist.html", {"checklist": found, "workspace": cast.acme}
    )
    assert "3 of 4 steps to the first heartbeat" in card
    assert "See the first heartbeat: Waiting for the first heartbeat…" in card
    assert 'href="/w/acme/connect"' in card
    assert re.findall(r'data-state="(\w+)"', card) == ["done", "done", "done", "waiting"]
    heard(cast.campaign)
    with django_assert_num_queries(1):
        assert checklist_of(access["owner"]) is None
    empty = render_to_string("campaigns/_checklist.html", {"checklist": None})
    assert empty.strip() == ""
