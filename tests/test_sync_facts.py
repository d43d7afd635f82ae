"""What a sync writes down beside the name: served or not, when it runs next; and how it fails."""

import json
import resource
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection, transaction
from django.utils import timezone

from campaigns import expectations, services
from campaigns.adoption import adopt_many
from campaigns.models import Campaign, SyncRun, WorkspaceClock
from campaigns.schedules import Schedule
from campaigns.sync import sync_instance
from orchestrator import crypto
from orchestrator import n8n as api
from orchestrator.events import command
from orchestrator.n8n.rows import WebhookAnswer
from tests.cast import Cast
from tests.connected import workflow
from tests.workflows import schedule_node
from workspaces import quotas
from workspaces.connections import door
from workspaces.models import Instance

ACTOR = command("test")


def sync(cast: Cast) -> Campaign:
    run = services.sync_by_command(cast.acme, actor=ACTOR)
    assert run.errors == []
    return Campaign.objects.get(workspace=cast.acme)


# --- served ----------------------------------------------------------------------------------


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """A publish is long ago at once."""
    monkeypatch.setattr("campaigns.sync.FRESH", timedelta())


def test_a_served_webhook_is_known_to_be_served(
    settled: None, tenants: Cast, asking: api.Client
) -> None:
    made = workflow(asking, "Lead", tenants.acme.tag)
    assert sync(tenants).served is True
    asking.deactivate(made.id)
    assert sync(tenants).served is None


def test_active_and_not_served_is_an_error(
    settled: None, tenants: Cast, asking: api.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    workflow(asking, "Lead", tenants.acme.tag)
    answer = WebhookAnswer(500, "OPTIONS", b"<pre>Internal Server Error</pre>")
    monkeypatch.setattr(api.Client, "webhook_options", lambda *args: answer)
    campaign = sync(tenants)
    assert (campaign.served, campaign.n8n_status, campaign.reason) == (False, "error", "not_served")
    unclear = WebhookAnswer(404, "", b"")
    monkeypatch.setattr(api.Client, "webhook_options", lambda *args: unclear)
    assert sync(tenants).served is False  # what proves nothing changes nothing
    monkeypatch.undo()
    campaign = sync(tenants)
    assert (campaign.served, campaign.n8n_status) == (True, "active")


def test_a_webhook_is_not_asked_for_right_after_its_publish(
    tenants: Cast, asking: api.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = workflow(asking, "Lead", tenants.acme.tag)
    asked: list[str] = []

    def answer(self: api.Client, path: str, method: str) -> WebhookAnswer:
        asked.append(path)
        return WebhookAnswer(204, f"OPTIONS, {method}", b"")

    monkeypatch.setattr(api.Client, "webhook_options", answer)
    assert sync(tenants).served is None
    assert asked == []
    assert sync(tenants).served is True  # the same version as at the last sync
    assert len(asked) == 1
    asking.deactivate(made.id)
    sync(tenants)
    assert len(asked) == 1


# --- schedules -------------------------------------------------------------------------------


def test_the_next_run_is_known_when_it_begins_to_run_by_a_schedule(
    tenants: Cast, asking: api.Client
) -> None:
    made = workflow(
        asking,
        "Digest",
        tenants.acme.tag,
        active=False,
        nodes=[schedule_node(field="cronExpression", expression="0 0 9 * * *")],
        settings={"timezone": "Europe/Berlin"},
    )
    campaign = sync(tenants)
    assert campaign.trigger == "schedule"
    assert campaign.schedule == {"zone": "Europe/Berlin", "rules": [{"cron": "0 0 9 * * *"}]}
    assert (campaign.next_run_at, campaign.expected_at, campaign.late_at) == (None, None, None)
    asking.activate(made.id)
    campaign = sync(tenants)
    due = campaign.next_run_at
    assert due is not None
    assert due == Schedule.from_json(campaign.schedule or {}).next_after(timezone.now())
    assert (campaign.expected_at, campaign.late_at) == (due, due + timedelta(hours=2.4))
    # What the clock has moved on is not moved back.
    moved = due + timedelta(days=1)
    Campaign.objects.update(next_run_at=moved)
    assert sync(tenants).next_run_at == moved
    asking.deactivate(made.id)
    campaign = sync(tenants)
    assert (campaign.next_run_at, campaign.expected_at, campaign.late_at) == (None, None, None)


def test_another_schedule_is_expected_anew(tenants: Cast, asking: api.Client) -> None:
    made = workflow(
        asking, "Digest", tenants.acme.tag, nodes=[schedule_node(field="hours", hoursInterval=1)]
    )
    before = sync(tenants).next_run_at
    asking.update_workflow(
        made.id,
        name="Digest",
        nodes=[schedule_node(field="cronExpression", expression="0 30 4 1 1 *")],
        connections={},
        settings={},
    )
    asking.activate(made.id)
    after = sync(tenants).next_run_at
    assert before is not None
    assert after is not None
    assert (after != before, after.month) == (True, 1)


def test_a_schedule_that_cannot_be_told_beforehand_says_so(
    tenants: Cast, asking: api.Client
) -> None:
    workflow(
        asking,
        "Two",
        tenants.acme.tag,
        active=False,
        nodes=[
            schedule_node(field="hours"),
            schedule_node(field="days") | {"name": "B", "id": "b"},
        ],
    )
    campaign = sync(tenants)
    assert (campaign.schedule, campaign.schedule_unknown) == (None, "several_triggers")


def test_a_bad_cron_that_is_reported_active_is_an_error(
    tenants: Cast, asking: api.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    workflow(
        asking,
        "Bad",
        tenants.acme.tag,
        active=False,
        nodes=[schedule_node(field="cronExpression", expression="61 0 9 * * *")],
    )
    campaign = sync(tenants)
    assert campaign.schedule_problem
    assert campaign.n8n_status == "inactive"
    # As n8n says of it with its publication service.
    Campaign.objects.update(reported="active", enabled=True)
    campaign.refresh_from_db()
    assert (campaign.n8n_status, campaign.reason) == ("error", "bad_schedule")


HOURLY = Schedule.from_json({"zone": "UTC", "rules": [{"cron": "0 0 * * * *"}]})
TEN = datetime(2026, 3, 1, 10, tzinfo=UTC)


def test_a_run_is_late_after_a_tenth_of_its_period_and_no_sooner_than_a_minute() -> None:
    assert expectations.expect(HOURLY, TEN) == (
        TEN + timedelta(hours=1),
        TEN + timedelta(hours=1),
        TEN + timedelta(hours=1, minutes=6),
    )
    often = Schedule.from_json({"zone": "UTC", "rules": [{"cron": "*/30 * * * * *"}]})
    assert expectations.expect(often, TEN)[2] == TEN + timedelta(seconds=90)


@pytest.mark.parametrize(
    ("started", "expected"),
    [
        (None, TEN),  # the one of ten is still waited for
        (TEN + timedelta(milliseconds=50), TEN + timedelta(hours=1)),
        (TEN - timedelta(milliseconds=500), TEN + timedelta(hours=1)),  # clocks differ
        (TEN - timedelta(minutes=5), TEN),
    ],
)
def test_what_is_waited_for_is_waited_for_until_it_comes(
    started: datetime | None, expected: datetime
) -> None:
    campaign = Campaign(
        reported="active",
        schedule=HOURLY.to_json(),
        expected_at=TEN,
        late_at=TEN + timedelta(minutes=6),
        next_run_at=TEN + timedelta(hours=1),
        last_started_at=started,
    )
    expectations.move_on(campaign, TEN + timedelta(hours=1, seconds=1))
    assert campaign.expected_at == expected
    assert campaign.late_at == expected + timedelta(minutes=6)
    assert campaign.next_run_at == TEN + timedelta(hours=2)


# --- how it fails ----------------------------------------------------------------------------

LARGE = b'{"data": [], "pad": "' + b"x" * (17 * 1024 * 1024) + b'"}'


class Strange(ThreadingHTTPServer):
    """Answers as an n8n may that is none, or not well."""

    daemon_threads = True
    status, content, kind, retry_after, pause = 200, b"", "application/json", "", 0.0
    large_from = 0
    asked = 0


class _Handler(BaseHTTPRequestHandler):
    server: Strange

    def do_GET(self) -> None:
        server = self.server
        server.asked += 1
        time.sleep(server.pause)
        limit = int(parse_qs(urlsplit(self.path).query).get("limit", ["0"])[0])
        content = LARGE if server.large_from and limit >= server.large_from else server.content
        self.send_response(server.status)
        self.send_header("Content-Type", server.kind)
        self.send_header("Content-Length", str(len(content)))
        if server.retry_after:
            self.send_header("Retry-After", server.retry_after)
        self.end_headers()
        with suppress(OSError):  # it may have had enough
            self.wfile.write(content)

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def strange(cast: Cast, settings: Any) -> Iterator[Strange]:
    server = Strange(("127.0.0.1", 0), _Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    settings.N8N_BASE_URL = f"http://127.0.0.1:{server.server_port}"
    settings.N8N_API_KEY = "key"
    yield server
    server.shutdown()
    server.server_close()


def asked_for(cast: Cast) -> SyncRun:
    """By a person, who waits."""
    run = SyncRun.objects.create(workspace=cast.acme, trigger=SyncRun.Trigger.USER)
    services.run_sync(run, actor=ACTOR)
    run.refresh_from_db()
    return run


EMPTY = b'{"data": [], "nextCursor": null}'


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("wrong_key", {"status": 401, "content": b'{"message": "unauthorized"}'}),
        ("missing_scope", {"status": 403, "content": b'{"message": "Forbidden"}'}),
        ("not_n8n", {"content": b"<!doctype html><title>Welcome</title>", "kind": "text/html"}),
        ("not_n8n", {"status": 404, "content": b"<!doctype html>", "kind": "text/html"}),
        ("not_n8n", {"status": 404, "content": b'{"message": "not found"}'}),
        ("not_n8n", {"status": 302}),
        ("not_n8n", {"content": b'{"data": [{"id": 1}]}'}),
        ("rate_limited", {"status": 429, "retry_after": "100", "content": b"{}"}),
        ("too_large", {"large_from": 1}),
        ("slow", {"pause": 1.0, "content": EMPTY}),
        ("server_error", {"status": 500, "content": b"<html>"}),
    ],
)
def test_each_way_to_fail_has_its_name(
    code: str,
    change: dict[str, Any],
    strange: Strange,
    cast: Cast,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(services, "PATIENCE", 0.3)
    for name, value in change.items():
        setattr(strange, name, value)
    (error,) = asked_for(cast).errors
    assert error["code"] == code
    assert "doctype" not in error["message"]
    assert Instance.objects.get(pk="default").failure == code


def test_an_n8n_that_is_nowhere_or_nobody_named(cast: Cast, settings: Any) -> None:
    for url, code in (("http://127.0.0.1:9", "unreachable"), ("", "not_connected")):
        settings.N8N_BASE_URL, settings.N8N_API_KEY = url, "key"
        assert [error["code"] for error in asked_for(cast).errors] == [code]


def test_an_own_n8n_at_a_private_address_is_not_asked(
    strange: Strange, cast: Cast, settings: Any
) -> None:
    strange.content = EMPTY
    url = settings.N8N_BASE_URL
    settings.N8N_BASE_URL, settings.N8N_ALLOWED_HOSTS, settings.DEMO = "", [], False
    own = Instance.objects.create(
        pk="own", kind=Instance.Kind.OWN, owner=cast.acme, base_url=url, api_key_encrypted=""
    )
    own.api_key_encrypted = crypto.encrypt("k", owner=door.owner_of(own), field=door.API_KEY)
    own.save()
    cast.acme.instance = own
    cast.acme.save()
    assert [error["code"] for error in asked_for(cast).errors] == ["blocked_address"]
    assert strange.asked == 0


def test_n8n_is_left_alone_for_as_long_as_it_asks(strange: Strange, cast: Cast) -> None:
    strange.status, strange.retry_after = 429, "100"
    for _ in range(3):
        assert [error["code"] for error in asked_for(cast).errors] == ["rate_limited"]
    assert strange.asked == 1


def test_pages_are_smaller_where_n8ns_answer_would_be_too_large(
    strange: Strange, cast: Cast
) -> None:
    Campaign.objects.all().delete()
    strange.content, strange.large_from = EMPTY, 50
    assert asked_for(cast).errors == []


def test_a_sync_that_a_person_asked_for_is_shown_while_it_goes(
    strange: Strange, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    strange.content = EMPTY
    Campaign.objects.all().delete()
    seen: list[Any] = []
    clock = WorkspaceClock.objects.filter(workspace=cast.acme)

    def look(*args: Any, **kwargs: Any) -> Any:
        seen.append(clock.values_list("syncing_until", flat=True).get())
        return original(*args, **kwargs)

    original = sync_instance
    monkeypatch.setattr(services, "sync_instance", look)
    asked_for(cast)
    assert len(seen) == 1
    assert timedelta(seconds=50) < seen[0] - timezone.now() <= timedelta(seconds=60)
    assert clock.values_list("syncing_until", flat=True).get() is None


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("committed")
def test_what_another_sync_adopts_while_one_ends_is_not_shown_in_flight_for_good(
    cast: Cast, asking: api.Client
) -> None:
    made = asking.workflow(workflow(asking, "Lead", cast.acme.tag).id)
    services._show_in_flight(cast.acme, timezone.now() + timedelta(seconds=60))

    def end() -> None:
        services._show_in_flight(cast.acme, None)
        connection.close()

    ending = threading.Thread(target=end)
    with transaction.atomic():
        adopted, _ = adopt_many(cast.acme.instance, cast.acme, [made], actor=ACTOR)
        ending.start()
        ending.join(0.5)  # it waits for the adoption, or is through before that is seen
    ending.join()
    assert Campaign.objects.get(pk=adopted[0].pk).n8n_status != "syncing"


# --- many ------------------------------------------------------------------------------------

MANY = 10_000


def listed(count: int, tag: str) -> list[bytes]:
    """The pages of an n8n with so many workflows of eight nodes, as n8n lists them: all twice."""
    nodes = [
        {
            "id": f"n{n}",
            "name": f"Node {n}",
            "type": "n8n-nodes-base.webhook" if n == 0 else "n8n-nodes-base.set",
            "typeVersion": 2,
            "position": [0, 0],
            "parameters": {"path": "p", "httpMethod": "POST", "text": "x" * 60},
        }
        for n in range(8)
    ]
    pages = []
    for start in range(0, count, 250):
        rows = [
            {
                "id": f"w{number:07}",
                "name": f"Campaign {number}",
                "active": False,
                "createdAt": "2026-01-01T00:00:00.000Z",
                "updatedAt": "2026-01-01T00:00:00.000Z",
                "nodes": nodes,
                "connections": {},
                "settings": {},
                "tags": [{"id": "t", "name": tag}],
            }
            for number in range(start, start + 250)
        ]
        cursor = str(start + 250) if start + 250 < count else None
        pages.append(json.dumps({"data": rows, "nextCursor": cursor}).encode())
    return pages


@pytest.mark.long
def test_ten_thousand_workflows_are_synced_in_bounded_time_and_memory(
    strange: Strange, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    Campaign.objects.all().delete()
    quotas.set_limit(cast.acme, quotas.Name.CAMPAIGNS, MANY, actor=ACTOR)
    pages = listed(MANY, cast.acme.tag)
    monkeypatch.setattr(_Handler, "do_GET", _paged(pages))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    seconds = []
    for _ in range(2):
        begun = time.monotonic()
        run = services.sync_by_command(cast.acme, actor=ACTOR)
        seconds.append(time.monotonic() - begun)
        assert (run.synced, run.errors) == (MANY, [])
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(
        f"\n{MANY} workflows: first {seconds[0]:.1f} s, again {seconds[1]:.1f} s, +{grown:.0f} MB"
    )
    assert seconds[1] < 30
    assert grown < 300


def _paged(pages: list[bytes]) -> Callable[[Any], None]:
    def do_get(handler: _Handler) -> None:
        query = parse_qs(urlsplit(handler.path).query)
        content = pages[int(query.get("cursor", ["0"])[0]) // 250]
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)

    return do_get
