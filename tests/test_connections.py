"""A workspace's connection to n8n: its own or the shared one, tried before it is kept."""

import os
import secrets
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from campaigns import services as campaigns
from campaigns.models import Campaign
from governance.models import AuditEvent
from orchestrator import n8n as api
from orchestrator.events import command
from orchestrator.models import Outbox
from tests.cast import Cast, campaign_of
from tests.connected import workflow
from tests.n8n_server import HEARTBEAT_SECRET, ROOT, N8n, free_port, wait_for
from tests.own_n8n import KEY, Answering, answering, connect_own
from tests.processes import wait_until
from tests.product import Product
from workspaces.connections import api as connections_api
from workspaces.connections import client_of, connection_to, services, webhook_secrets
from workspaces.connections.door import fingerprint
from workspaces.models import Instance, Membership

ACTOR = command("test")


@pytest.fixture(autouse=True)
def loopback(settings: Any) -> None:
    """As in the demo, where an own n8n may be on this machine."""
    settings.DEMO = True


def put(cast: Cast, caller: str = "owner", workspace: Any = None, **body: Any) -> Any:
    path = f"/api/workspaces/{(workspace or cast.acme).pk}/connection"
    return cast.client(caller).put(path, body, content_type="application/json")


def get(cast: Cast) -> Any:
    return cast.client("owner").get(f"/api/workspaces/{cast.acme.pk}/connection").json()


def post(cast: Cast, what: str, **body: Any) -> Any:
    path = f"/api/workspaces/{cast.acme.pk}/connection/{what}"
    return cast.client("owner").post(path, body, content_type="application/json")


def delete(cast: Cast) -> Any:
    return cast.client("owner").delete(f"/api/workspaces/{cast.acme.pk}/connection")


def instance_of(cast: Cast) -> Instance:
    return Instance.objects.get(workspaces=cast.acme)


# --- what is shown ---------------------------------------------------------------------------


def test_of_the_shared_n8n_an_owner_sees_neither_address_nor_key(cast: Cast, settings: Any) -> None:
    settings.N8N_BASE_URL, settings.N8N_API_KEY = "https://inner.example", "the-key"
    shown = get(cast)
    assert shown.keys() == {
        *("instanceId", "kind", "timezone", "tag", "capabilities", "version", "aliveAt"),
        *("projectId", "lastOkAt"),
    }
    assert (shown["instanceId"], shown["kind"], shown["tag"]) == ("default", "shared", "ork:acme")


def test_of_an_own_one_its_address_and_what_tells_keys_apart(
    cast: Cast, own_n8n: Answering
) -> None:
    answer = put(cast, baseUrl=own_n8n.url + "/", apiKey=KEY, timezone="Europe/Berlin")
    assert answer.status_code == 200, answer.content
    made = answer.json()
    assert made.pop("webhookSecret").startswith("whsec_")
    assert answer["Cache-Control"] == "no-store"
    assert made == get(cast)
    assert (made["kind"], made["baseUrl"], made["timezone"]) == (
        "own",
        own_n8n.url,
        "Europe/Berlin",
    )
    assert made["keyFingerprint"] == fingerprint(KEY)
    assert made["capabilities"] == own_n8n.scopes
    assert made["version"] is None
    assert 0 < len(made["instanceId"]) <= 40


def test_n8ns_version_is_what_its_heartbeats_say(cast: Cast) -> None:
    Instance.objects.update(about={"n8nVersion": "2.41.1"})
    assert get(cast)["version"] == "2.41.1"


# --- connecting ------------------------------------------------------------------------------


def test_campaigns_of_the_n8n_of_before_are_put_aside_and_come_back_with_it(
    cast: Cast, own_n8n: Answering
) -> None:
    shared = Campaign.objects.get(pk=cast.campaign.pk)
    put(cast, baseUrl=own_n8n.url, apiKey=KEY)
    own = instance_of(cast)
    shared.refresh_from_db()
    assert (shared.set_aside, shared.status) == (True, "archived")
    assert Campaign.objects.get(pk=cast.foreign.pk).archived_at is None  # who stays keeps theirs
    cast.acme.refresh_from_db()
    mine = campaign_of(cast.acme, "Own")
    with answering() as second:
        put(cast, baseUrl=second.url, apiKey=KEY)
        other = instance_of(cast)
        assert other.pk != own.pk
        mine.refresh_from_db()
        assert mine.set_aside
        put(cast, baseUrl=own_n8n.url, apiKey=KEY)
    assert instance_of(cast).pk == own.pk == mine.instance_id  # a sync finds it again here
    assert Instance.objects.filter(left_by=cast.acme).get().pk == other.pk


def test_a_sync_is_asked_for_in_the_same_breath(cast: Cast, own_n8n: Answering) -> None:
    put(cast, baseUrl=own_n8n.url, apiKey=KEY)
    told = Outbox.objects.get(fact="connection_changed")
    assert told.data == {"instance_id": instance_of(cast).pk}
    delete(cast)
    assert Outbox.objects.get(fact="connection_removed").data == {"instance_id": "default"}


def test_who_sends_what_is_so_already_changes_nothing(cast: Cast, own_n8n: Answering) -> None:
    put(cast, baseUrl=own_n8n.url, apiKey=KEY)
    before, asked = instance_of(cast), len(own_n8n.requests)
    again = put(cast, baseUrl=own_n8n.url, apiKey=KEY)
    assert again.status_code == 200
    assert "webhookSecret" not in again.json()
    assert put(cast, baseUrl=own_n8n.url).status_code == 200
    assert instance_of(cast).version == before.version
    assert len(own_n8n.requests) == asked
    assert AuditEvent.objects.filter(action="connection_changed").count() == 1


def test_another_key_is_tried_and_the_rest_stays(cast: Cast, own_n8n: Answering) -> None:
    made = put(cast, baseUrl=own_n8n.url, apiKey=KEY).json()
    own = instance_of(cast)
    refused = put(cast, baseUrl=own_n8n.url, apiKey="wrong")
    assert (refused.status_code, refused.json()["code"]) == (422, "wrong_key")
    assert connection_to(instance_of(cast)).api_key == KEY
    own_n8n.keys.add("another")
    answer = put(cast, baseUrl=own_n8n.url, apiKey="another").json()
    assert answer["keyFingerprint"] != made["keyFingerprint"]
    assert answer["instanceId"] == made["instanceId"]
    assert "webhookSecret" not in answer
    assert webhook_secrets(instance_of(cast)) == webhook_secrets(own)
    assert Campaign.objects.filter(set_aside=True).count() == 1  # nothing moved a second time


def test_the_key_of_one_n8n_never_goes_to_another(cast: Cast, own_n8n: Answering) -> None:
    put(cast, baseUrl=own_n8n.url, apiKey=KEY)
    with answering() as second:
        refused = put(cast, baseUrl=second.url)
        assert (refused.status_code, refused.json()["code"]) == (400, "required")
        assert refused.json()["errors"][0]["field"] == "apiKey"
        assert post(cast, "test", baseUrl=second.url).json()["code"] == "required"
        assert second.requests == []
    assert instance_of(cast).base_url == own_n8n.url


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("baseUrl", "n8n.example.com", "invalid"),
        ("baseUrl", "ftp://n8n.example.com", "scheme_not_supported"),
        ("baseUrl", "https://me:pass@n8n.example.com", "userinfo_not_allowed"),
        ("baseUrl", "https://n8n.example.com/?x=1", "query_not_allowed"),
        ("baseUrl", "https://n8n.example.com/" + "n" * 600, "max_length"),
        ("apiKey", "schlüssel", "invalid"),
        ("timezone", "Mars/Olympus", "invalid_timezone"),
    ],
)
def test_what_is_malformed_is_named(cast: Cast, field: str, value: str, code: str) -> None:
    body = {"baseUrl": "https://n8n.example.com", "apiKey": KEY, field: value}
    refused = put(cast, **body)
    assert refused.status_code == 400, refused.content
    assert [(e["field"], e["code"]) for e in refused.json()["errors"]] == [(field, code)]


@pytest.mark.parametrize(
    ("result", "trouble"),
    [
        ("unreachable", {"refusing": 502}),
        ("wrong_key", {"keys": {"another"}}),
        ("missing_scope", {"scopes": ["workflow:list"]}),
        ("not_n8n", {"refusing": 418}),
        ("too_old", None),
        ("blocked_address", None),
    ],
)
def test_what_does_not_work_is_named_and_not_kept(
    result: str, trouble: dict[str, Any] | None, cast: Cast, own_n8n: Answering, settings: Any
) -> None:
    for name, value in (trouble or {}).items():
        setattr(own_n8n, name, value)
    if result == "too_old":
        respond, own_n8n.keys = own_n8n.respond, {KEY}
        own_n8n.respond = lambda handler: _old(handler, respond)
    if result == "blocked_address":
        settings.DEMO = False
    tried = post(cast, "test", baseUrl=own_n8n.url, apiKey=KEY)
    assert (tried.status_code, tried.json()["result"]) == (200, result)
    refused = put(cast, baseUrl=own_n8n.url, apiKey=KEY)
    assert (refused.status_code, refused.json()["code"]) == (422, result)
    assert KEY not in refused.content.decode() + tried.content.decode()
    assert instance_of(cast).pk == "default"
    assert not Instance.objects.filter(kind="own").exists()
    assert Campaign.objects.filter(set_aside=True).count() == 0
    if result == "blocked_address":
        assert own_n8n.requests == []


def _old(handler: Any, respond: Any) -> None:
    """An n8n without /discover."""
    if handler.path.startswith("/api/v1/executions"):
        body = b'{"data": [], "nextCursor": null}'
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)
    else:
        handler.path = "/nothing"
        respond(handler)


def test_an_address_inside_is_refused_at_every_call_and_not_only_when_saved(
    cast: Cast, own_n8n: Answering, settings: Any
) -> None:
    own, _ = connect_own(cast.acme, own_n8n.url)
    with client_of(own) as client:
        client.discover()
    settings.DEMO = False
    asked = len(own_n8n.requests)
    with client_of(own) as client, pytest.raises(api.BlockedAddress):
        client.discover()
    assert len(own_n8n.requests) == asked
    settings.N8N_ALLOWED_HOSTS = ["127.0.0.0/8"]
    with client_of(own) as client:
        client.discover()


# --- one base URL is one instance ------------------------------------------------------------


def test_another_workspaces_n8n_cannot_be_taken_however_it_is_spelled(
    cast: Cast, own_n8n: Answering
) -> None:
    connect_own(cast.globex, own_n8n.url)
    for url in (own_n8n.url, f"HTTP://127.0.0.1:{own_n8n.server_port}/"):
        refused = put(cast, baseUrl=url, apiKey=KEY)
        assert (refused.status_code, refused.json()["code"]) == (409, "instance_taken")
    assert own_n8n.requests == []


def test_nor_the_shared_one(cast: Cast, own_n8n: Answering, settings: Any) -> None:
    settings.N8N_BASE_URL, settings.N8N_API_KEY = own_n8n.url + "/", KEY
    assert put(cast, baseUrl=own_n8n.url, apiKey=KEY).json()["code"] == "instance_taken"
    settings.N8N_BASE_URL = ""
    Instance.objects.update(base_url=own_n8n.url)
    assert put(cast, baseUrl=own_n8n.url, apiKey=KEY).json()["code"] == "instance_taken"


def test_what_one_workspace_has_left_another_may_have(cast: Cast, own_n8n: Answering) -> None:
    put(cast, baseUrl=own_n8n.url, apiKey=KEY)
    left = instance_of(cast)
    delete(cast)
    answer = put(cast, "stranger", cast.globex, baseUrl=own_n8n.url, apiKey=KEY)
    assert answer.status_code == 200
    assert answer.json()["instanceId"] != left.pk
    assert put(cast, baseUrl=own_n8n.url, apiKey=KEY).json()["code"] == "instance_taken"


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("committed")
def test_of_two_workspaces_that_take_it_at_once_one_gets_it(cast: Cast, own_n8n: Answering) -> None:
    both = threading.Barrier(2)
    respond = own_n8n.respond

    def together(handler: Any) -> None:
        both.wait(10)  # both have passed the first look before either is kept
        respond(handler)

    own_n8n.respond = together
    answers: list[Any] = []

    def connect(caller: str, workspace: Any) -> None:
        try:
            answers.append(put(cast, caller, workspace, baseUrl=own_n8n.url, apiKey=KEY))
        finally:
            connection.close()

    threads = [
        threading.Thread(target=connect, args=args)
        for args in (("owner", cast.acme), ("stranger", cast.globex))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    (refused,) = [answer.json() for answer in answers if answer.status_code == 409]
    assert refused["code"] == "instance_taken"
    assert Instance.objects.filter(base_url=own_n8n.url).count() == 1
    assert Campaign.objects.filter(set_aside=True).count() == 1  # the other's stayed


def test_who_was_overtaken_is_told(cast: Cast, own_n8n: Answering) -> None:
    planned = services.plan(cast.acme, own_n8n.url, KEY, None)
    with answering() as faster:
        connect_own(cast.acme, faster.url)
        with pytest.raises(services.Changed):
            services.connect_own(planned, [], actor=ACTOR, last=lambda _: None)
        assert instance_of(cast).base_url == faster.url


def test_who_lost_the_right_while_n8n_was_asked_changes_nothing(
    cast: Cast, own_n8n: Answering, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask = api.probe

    def demoted(*args: Any, **kwargs: Any) -> Any:
        found = ask(*args, **kwargs)
        member = Membership.objects.get(workspace=cast.acme, user=cast.people["admin"])
        Membership.objects.filter(pk=member.pk).update(role="owner")
        Membership.objects.filter(workspace=cast.acme, user=cast.people["owner"]).update(
            role="admin"
        )
        return found

    monkeypatch.setattr(api, "probe", demoted)
    assert put(cast, baseUrl=own_n8n.url, apiKey=KEY).status_code == 403
    assert instance_of(cast).pk == "default"


# --- leaving ---------------------------------------------------------------------------------


def test_who_leaves_takes_keys_and_secrets_along(cast: Cast, own_n8n: Answering) -> None:
    put(cast, baseUrl=own_n8n.url, apiKey=KEY)
    own = instance_of(cast)
    assert delete(cast).status_code == 204
    assert get(cast)["instanceId"] == "default"
    own.refresh_from_db()
    assert (own.api_key_encrypted, own.webhook_secrets_encrypted, own.base_url) == ("", "", "")
    assert (own.key_fingerprint, own.capabilities) == ("", [])
    assert webhook_secrets(own) == []  # its heartbeats are believed no more
    assert delete(cast).json()["code"] == "shared_instance"


def test_the_campaigns_of_the_shared_n8n_come_back(
    tenants: Cast, asking: api.Client, own_n8n: Answering
) -> None:
    workflow(asking, "Drip", tenants.acme.tag)
    campaigns.sync_by_command(tenants.acme, actor=ACTOR)
    kept = Campaign.objects.get(name="Drip")
    put(tenants, baseUrl=own_n8n.url, apiKey=KEY)
    assert Campaign.objects.get(name="Drip").status == "archived"
    delete(tenants)
    tenants.acme.refresh_from_db()
    campaigns.sync_by_command(tenants.acme, actor=ACTOR)
    back = Campaign.objects.get(name="Drip")
    assert (back.pk, back.status) == (kept.pk, "active")


# --- webhook secrets -------------------------------------------------------------------------


def test_both_secrets_are_valid_for_the_overlap_and_then_the_new_one_alone(
    cast: Cast, own_n8n: Answering
) -> None:
    first = put(cast, baseUrl=own_n8n.url, apiKey=KEY).json()["webhookSecret"]
    answer = post(cast, "webhook-secret/rotate", graceSeconds=3600)
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    second = answer.json()["webhookSecret"]
    assert webhook_secrets(instance_of(cast)) == [second, first]
    Instance.objects.filter(owner=cast.acme).update(
        old_secrets_until=timezone.now() - timedelta(seconds=1)
    )
    assert webhook_secrets(instance_of(cast)) == [second]
    third = post(cast, "webhook-secret/rotate").json()["webhookSecret"]
    assert webhook_secrets(instance_of(cast)) == [third, second]  # what ended stays so


def test_without_an_overlap_the_former_secret_ends_at_once(cast: Cast, own_n8n: Answering) -> None:
    connect_own(cast.acme, own_n8n.url)
    new = post(cast, "webhook-secret/rotate", graceSeconds=0).json()["webhookSecret"]
    assert webhook_secrets(instance_of(cast)) == [new]


def test_the_shared_n8ns_secret_is_not_an_owners(cast: Cast) -> None:
    refused = post(cast, "webhook-secret/rotate")
    assert (refused.status_code, refused.json()["code"]) == (409, "shared_instance")


@pytest.mark.parametrize("seconds", [-1, 604_801, "soon"])
def test_an_overlap_has_limits(seconds: Any, cast: Cast) -> None:
    assert post(cast, "webhook-secret/rotate", graceSeconds=seconds).status_code == 400


def test_a_secret_is_never_told_twice(cast: Cast, own_n8n: Answering) -> None:
    path = f"/api/workspaces/{cast.acme.pk}/connection"
    client, body = cast.client("owner"), {"baseUrl": own_n8n.url, "apiKey": KEY}
    header = {"Idempotency-Key": "once"}
    first = client.put(path, body, content_type="application/json", headers=header)
    again = client.put(path, body, content_type="application/json", headers=header)
    assert again.status_code == 200
    assert {**again.json(), "webhookSecret": first.json()["webhookSecret"]} == first.json()
    assert "webhookSecret" not in again.json()


# --- trying ----------------------------------------------------------------------------------


def test_a_test_of_the_present_connection_learns_what_the_key_may_do(
    cast: Cast, own_n8n: Answering
) -> None:
    own, _ = connect_own(cast.acme, own_n8n.url)
    Instance.objects.filter(pk=own.pk).update(check_failures=5, about={"n8nVersion": "2.41.1"})
    answer = post(cast, "test").json()
    assert answer == {
        "result": "ok",
        "detail": "n8n answers, and the API key may do what is needed.",
        "capabilities": own_n8n.scopes,
        "version": "2.41.1",
    }
    own.refresh_from_db()
    assert (own.capabilities, own.check_failures) == (own_n8n.scopes, 0)


def test_who_tries_two_keys_in_a_row_may_and_who_looks_for_open_doors_may_not(
    cast: Cast, own_n8n: Answering
) -> None:
    another = {"baseUrl": own_n8n.url, "apiKey": "another"}
    doors: list[Callable[[], Any]] = [
        partial(post, cast, "test"),
        partial(post, cast, "test", **another),
        partial(put, cast, **another),
    ]
    said = [doors[number % 3]() for number in range(connections_api.TRIALS_PER_MINUTE)]
    assert {answer.status_code for answer in said} == {200, 422}
    for door in doors:
        # Where the calls before took longer than that, another fits in every three seconds.
        refused = next(answer for _ in range(10) if (answer := door()).status_code == 429)
        assert (refused.status_code, refused.json()["code"]) == (429, "rate_limited")
        assert 0 < refused.json()["retry_after"] == int(refused["Retry-After"]) <= 60
    assert post(cast, "test", baseUrl="nonsense").status_code == 400  # which spends nothing
    path = f"/api/workspaces/{cast.globex.pk}/connection/test"
    client = cast.client("stranger")
    assert client.post(path, {}, content_type="application/json").status_code == 200


def test_a_test_of_the_present_connection_that_works_ends_the_pause(cast: Cast) -> None:
    soon = timezone.now() + timedelta(seconds=60)
    with answering() as gone:
        own, _ = connect_own(cast.acme, gone.url)
    with answering() as another, answering(gone.server_port) as back:
        away = Instance.objects.filter(pk=own.pk)
        away.update(retry_at=soon, breaker_failures=7)
        assert post(cast, "test", baseUrl=another.url, apiKey=KEY).json()["result"] == "ok"
        assert away.values_list("retry_at", "breaker_failures").get() == (soon, 7)
        back.refusing = 503
        assert post(cast, "test").json()["result"] != "ok"
        assert away.values_list("retry_at", "breaker_failures").get() == (soon, 7)
        back.refusing = 0
        assert post(cast, "test").json()["result"] == "ok"
        with client_of(own) as client:
            client.discover()
        # What n8n itself asked for is another matter.
        away.update(retry_at=soon, breaker_failures=2)
        assert post(cast, "test").json()["result"] == "ok"
        assert away.values_list("retry_at", "breaker_failures").get() == (soon, 0)


def test_a_missing_scope_is_named(cast: Cast, own_n8n: Answering) -> None:
    own_n8n.scopes = [scope for scope in own_n8n.scopes if scope != "workflow:activate"]
    answer = post(cast, "test", baseUrl=own_n8n.url, apiKey=KEY).json()
    assert answer["detail"] == "The API key lacks: workflow:activate."


# --- the ledger ------------------------------------------------------------------------------


def test_the_ledger_tells_who_and_where_and_no_secret(cast: Cast, own_n8n: Answering) -> None:
    first = put(cast, baseUrl=own_n8n.url, apiKey=KEY).json()["webhookSecret"]
    second = post(cast, "webhook-secret/rotate").json()["webhookSecret"]
    delete(cast)
    events = AuditEvent.objects.filter(workspace_id=cast.acme.pk).order_by("seq")
    told = [event for event in events if "onnection" in event.action or "secret" in event.action]
    assert [event.action for event in told] == [
        "connection_changed",
        "webhook_secret_rotated",
        "connection_removed",
    ]
    assert told[0].before == {"kind": "shared"}
    assert told[0].after == {
        "kind": "own",
        "baseUrl": own_n8n.url,
        "keyFingerprint": fingerprint(KEY),
        "timezone": "America/New_York",
    }
    everything = str([(event.before, event.after, event.object) for event in events])
    for secret in (KEY, first, second):
        assert secret not in everything
    assert AuditEvent.objects.filter(action="campaigns_set_aside").exists()


# --- pacing ----------------------------------------------------------------------------------


def test_n8ns_429_is_obeyed_by_every_client(cast: Cast, own_n8n: Answering) -> None:
    own, _ = connect_own(cast.acme, own_n8n.url)

    def busy(handler: Any) -> None:
        handler.send_response(429)
        handler.send_header("Retry-After", "40")
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    own_n8n.respond = busy
    with client_of(own) as client, pytest.raises(api.RateLimited):
        client.discover()
    asked = len(own_n8n.requests)
    with client_of(own) as another, pytest.raises(api.RateLimited) as refused:
        another.discover()
    assert len(own_n8n.requests) == asked == 1
    assert 30 < refused.value.retry_after <= 40


def test_an_n8n_that_does_not_answer_is_left_alone_and_tried_again(cast: Cast) -> None:
    with answering() as gone:
        own, _ = connect_own(cast.acme, gone.url)
    for _ in range(2):  # three tries each
        with client_of(own) as client, pytest.raises(api.Unreachable):
            client.discover()
    own.refresh_from_db()
    assert own.breaker_failures == 5  # and the sixth try was not made
    with answering(gone.server_port) as back:
        with client_of(own) as client, pytest.raises(api.Unreachable) as refused:
            client.discover()
        assert refused.value.retry_after
        assert back.requests == []
        Instance.objects.update(retry_at=timezone.now())
        with client_of(own) as client:
            client.discover()
    own.refresh_from_db()
    assert (own.retry_at, own.breaker_failures) == (None, 0)


# --- a real n8n, and two of them ---------------------------------------------------------------


def test_a_real_n8n_connects_is_tried_and_is_well(cast: Cast, n8n: N8n) -> None:
    tried = post(cast, "test", baseUrl=n8n.url, apiKey=n8n.api_key)
    assert tried.json()["result"] == "ok", tried.content
    assert "workflow:read" in tried.json()["capabilities"]
    connected = put(cast, baseUrl=n8n.url, apiKey=n8n.api_key)
    assert connected.status_code == 200, connected.content
    assert post(cast, "test").json()["result"] == "ok"
    wrong = secrets.token_urlsafe(20)
    refused = put(cast, baseUrl=n8n.url, apiKey=wrong)
    assert (refused.status_code, refused.json()["code"]) == (422, "wrong_key")
    cast.acme.refresh_from_db()
    run = campaigns.sync_by_command(cast.acme, actor=ACTOR)
    assert run.errors == []


def test_two_n8n_with_the_same_workflow_ids_do_not_mix(product: Product, tmp_path: Path) -> None:
    """A workspace's own n8n is a copy of the shared one: same ids, same tags, same run numbers."""
    shutil.copy(product.run_dir / "sandbox.json", tmp_path)
    port, key = free_port(), secrets.token_urlsafe(24)
    globex = product.workspace("globex")
    path = f"/api/workspaces/{globex}/connection"

    owners = {slug: product.client(f"owner@{slug}.test") for slug in ("globex", "acme")}

    def shown(slug: str) -> dict[str, dict[str, Any]]:
        path = f"/api/workspaces/{product.workspace(slug)}/campaigns"
        rows = owners[slug].get(path, params={"pageSize": 200}).json()  # other tests' as well
        # One that another test is still having made has no workflow yet.
        return {id: row for row in rows["results"] if (id := row.get("n8nWorkflowId"))}

    owner = owners["globex"]
    with closing(owner), closing(owners["acme"]):
        before, others = shown("globex"), shown("acme")
        assert before
        assert others
        with copy_of_sandbox(tmp_path, port, key, ORCHESTRATOR_URL="http://127.0.0.1:9"):
            made = owner.put(path, json={"baseUrl": f"http://127.0.0.1:{port}", "apiKey": key})
            assert made.status_code == 200, made.text
        try:
            with copy_of_sandbox(
                tmp_path,
                port,
                key,
                ORCHESTRATOR_URL=product.url,
                ORCHESTRATOR_INSTANCE=made.json()["instanceId"],
                ORCHESTRATOR_SECRET=made.json()["webhookSecret"],
            ):
                # All of its workflows are the workspace's, whatever their tags say.
                assert wait_until(
                    lambda: before.keys() | others.keys() <= shown("globex").keys(), 90
                )
                assert wait_until(lambda: owner.get(path).json()["aliveAt"], 60)
                mine = shown("globex")
                assert {row["id"] for row in mine.values()}.isdisjoint(
                    row["id"] for row in [*before.values(), *others.values()]
                )
                assert {k: v["id"] for k, v in shown("acme").items()} == {
                    k: v["id"] for k, v in others.items()
                }
                assert owner.post(f"{path}/test").json()["result"] == "ok"  # without a body
        finally:
            assert owner.delete(path).status_code == 204
        assert wait_until(
            lambda: (
                {row["id"] for row in shown("globex").values()}
                >= {row["id"] for row in before.values()}
            ),
            90,
        )


@contextmanager
def copy_of_sandbox(run_dir: Path, port: int, key: str, **env: str) -> Iterator[None]:
    process = subprocess.Popen(
        [sys.executable, "-m", "n8n.sandbox"],
        cwd=ROOT,
        env={
            **os.environ,
            "ORCHESTRATOR_SECRET": HEARTBEAT_SECRET,
            **env,
            "SANDBOX_PORT": str(port),
            "SANDBOX_API_KEY": key,
            "RUN_DIR": str(run_dir),
        },
    )
    try:
        wait_for(f"http://127.0.0.1:{port}/healthz/readiness", process)
        yield
    finally:
        process.terminate()
        process.wait(timeout=10)


# --- commands --------------------------------------------------------------------------------


def test_the_demos_command_does_not_take_a_workspaces_own(
    cast: Cast, own_n8n: Answering, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect_own(cast.globex, own_n8n.url)
    monkeypatch.setenv("CONNECT_BASE_URL", own_n8n.url)
    monkeypatch.setenv("CONNECT_API_KEY", KEY)
    monkeypatch.setenv("CONNECT_WEBHOOK_SECRET", HEARTBEAT_SECRET)
    with pytest.raises(CommandError, match="a workspace's own"):
        call_command("connect_default")
