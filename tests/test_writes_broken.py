"""Writes while n8n is away, hangs or dies in the middle, twice at once, and with our own process
killed between the intention and its end."""

import concurrent.futures
import json
import os
import signal
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import pytest
from django.utils import timezone
from websockets.sync.client import connect

from campaigns import adoption, calls, intentions, services, sweep, wall
from campaigns.intentions import Target
from campaigns.models import Campaign
from governance.models import AuditEvent
from orchestrator import n8n as api
from orchestrator.events import command
from tests import n8n_proxy, processes
from tests.cast import Cast
from tests.n8n_proxy import Fault, Proxy
from tests.n8n_server import N8n
from tests.product import Product, ready
from tests.workflows import webhook_node
from workspaces.models import Instance, Workspace


@dataclass
class Stage:
    cast: Cast
    client: api.Client
    proxy: Proxy
    campaign: Campaign

    @property
    def here(self) -> Campaign:
        return Campaign.objects.get(pk=self.campaign.pk)

    @property
    def there(self) -> api.Workflow:
        return self.client.workflow(self.campaign.n8n_workflow_id)

    def call(self, method: str, body: Any = None, end: str = "") -> Any:
        path = f"/api/campaigns/{self.campaign.pk}{end}"
        call = getattr(self.cast.client("owner"), method)
        return call(path, body, content_type="application/json")

    def pause(self) -> Any:
        return self.call("patch", {"version": self.here.version, "enabled": False})

    def overdue(self) -> None:
        """As if a minute had passed, and time enough since the last sweep."""
        past = timezone.now() - timedelta(seconds=1)
        Campaign.objects.filter(intended_until__isnull=False).update(
            intended_until=past, settling_until=None
        )


@pytest.fixture
def stage(
    cast: Cast, sandbox: N8n, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Stage]:
    monkeypatch.setattr(calls, "PATIENCE", 1.0)
    monkeypatch.setattr(calls, "LOOK_AGAIN", 1.0)
    monkeypatch.setattr(sweep, "PATIENCE", 1.0)
    Campaign.objects.all().delete()
    cast.acme.tag = f"ork:{uuid.uuid4().hex[:12]}"
    cast.acme.save()
    with n8n_proxy.before(sandbox.url) as proxy, sandbox.client() as client:
        settings.N8N_BASE_URL, settings.N8N_API_KEY = proxy.url, sandbox.api_key
        node = webhook_node(uuid.uuid4().hex)
        made = client.create_workflow(name="Drip", nodes=[node], connections={}, settings={})
        client.set_workflow_tags(made.id, [client.ensure_tag(cast.acme.tag)])
        client.activate(made.id)
        campaign, _ = adoption.adopt(
            cast.acme.instance, cast.acme, client.workflow(made.id), actor=command("test")
        )
        yield Stage(cast, client, proxy, campaign)


def unavailable(answer: Any) -> None:
    assert answer.status_code == 503, answer.content
    assert answer.json()["code"] in ("n8n_unreachable", "n8n_slow")
    assert answer.json()["detail"] in (
        "n8n does not answer at the moment.",
        "n8n reports an error of its own.",
    )
    assert int(answer["Retry-After"]) == answer.json()["retry_after"] > 0


def unchanged(stage: Stage) -> None:
    row = stage.here
    assert (row.version, row.enabled, row.name, row.archived_at) == (1, True, "Drip", None)
    assert (row.intention, row.intended_until, row.intended_by) == (None, None, None)
    assert not AuditEvent.objects.filter(action__startswith="campaign_p").exists()


POOL = 20  # connections to the database that a process has

CALLS: list[tuple[str, Any]] = [
    ("patch", {"version": 1, "enabled": False}),
    ("patch", {"version": 1, "name": "New"}),
    ("delete", None),
]


@pytest.mark.parametrize(("method", "body"), CALLS)
def test_with_n8n_away_nothing_changes(method: str, body: Any, stage: Stage) -> None:
    stage.proxy.away = True
    unavailable(stage.call(method, body))
    unchanged(stage)


@pytest.mark.parametrize(("method", "body"), CALLS)
@pytest.mark.parametrize("fault", [Fault.HUNG, Fault.FAILED])
def test_with_an_n8n_that_cannot_tell_who_is_who_nothing_is_sent(
    fault: Fault, method: str, body: Any, stage: Stage
) -> None:
    stage.proxy.faults["GET"] = fault
    began = time.monotonic()
    unavailable(stage.call(method, body))
    assert time.monotonic() - began < 8
    unchanged(stage)
    assert stage.proxy.writes() == []


@pytest.mark.parametrize("fault", [Fault.LOST, Fault.FAILED])
@pytest.mark.parametrize(("method", "body"), CALLS)
def test_what_n8n_has_not_done_is_taken_back(
    method: str, body: Any, fault: Fault, stage: Stage
) -> None:
    stage.proxy.faults |= {"POST": fault, "PUT": fault}
    unavailable(stage.call(method, body))
    unchanged(stage)
    assert (stage.there.active, stage.there.name) == (True, "Drip")


@pytest.mark.parametrize(
    ("method", "body", "status"), [(*call, 204 if call[0] == "delete" else 200) for call in CALLS]
)
def test_what_n8n_has_done_without_saying_so_counts(
    method: str, body: Any, status: int, stage: Stage
) -> None:
    stage.proxy.faults |= {"POST": Fault.UNANSWERED, "PUT": Fault.UNANSWERED}
    answer = stage.call(method, body)
    assert answer.status_code == status, answer.content
    assert stage.here.version == 2
    assert stage.here.intended_until is None
    assert len(stage.proxy.writes()) == 1


def test_what_cannot_be_known_is_left_to_the_sweep_which_waits_for_n8n(stage: Stage) -> None:
    stage.client.update_workflow(  # published at once, and not yet known here
        stage.campaign.n8n_workflow_id,
        name="Drip",
        nodes=[webhook_node(uuid.uuid4().hex)],
        connections={},
        settings={},
    )
    running = stage.there.active_version_id
    stage.proxy.faults["POST"] = Fault.HUNG  # nobody knows whether it will still do it
    unavailable(stage.pause())
    row = stage.here
    assert (row.version, row.enabled, row.intention and row.intention["enabled"]) == (
        1,
        True,
        False,
    )
    assert row.sync_status == "syncing"
    assert sweep.settle_overdue() == 0  # not yet due
    stage.overdue()
    stage.proxy.away = True
    assert sweep.settle_overdue() == 0
    asked = len(stage.proxy.seen)
    assert sweep.settle_overdue() == 0  # not at once again
    assert len(stage.proxy.seen) == asked
    stage.client.deactivate(stage.campaign.n8n_workflow_id)  # it has done it after all
    stage.proxy.away = False
    stage.overdue()
    assert sweep.settle_overdue() == 1
    row = stage.here
    assert (row.version, row.enabled, row.reported, row.intended_until) == (
        2,
        False,
        "inactive",
        None,
    )
    assert row.paused_version_id == running  # n8n no longer tells
    event = AuditEvent.objects.get(action="campaign_paused")
    owner = stage.cast.people["owner"]
    assert (event.actor_type, event.actor_id, event.on_behalf_of) == (
        "system",
        "intentions",
        f"user:{owner.pk}",
    )
    assert event.before == {"enabled": True, "reported": "active"}
    assert sweep.settle_overdue() == 0


def test_nothing_is_under_way_for_longer_than_a_minute_however_long_n8n_is_away(
    stage: Stage,
) -> None:
    stage.client.deactivate(stage.campaign.n8n_workflow_id)
    services.sync_by_command(stage.cast.acme, actor=command("test"))
    stage.proxy.faults["POST"] = Fault.HUNG
    unavailable(stage.call("patch", {"version": 1, "enabled": True}))  # to put back what drifted
    Campaign.objects.update(differs_since=timezone.now() - timedelta(seconds=90))
    shown = stage.call("get").json()
    assert (shown["syncStatus"], shown["drift"]) == ("syncing", False)
    stage.overdue()
    stage.proxy.away = True
    for _ in range(2):  # as often as it is tried
        assert sweep.settle_overdue() == 0
        shown = stage.call("get").json()
        assert (shown["n8nStatus"], shown["syncStatus"]) == ("inactive", "live")
        assert (shown["drift"], shown["version"]) == (True, 1)
        again = stage.call("patch", {"version": 1, "enabled": False})
        assert again.json()["code"] == "stale_version"
        Campaign.objects.update(settling_until=None)
    stage.proxy.away = False
    Instance.objects.update(retry_at=None)  # n8n may be tried again
    assert sweep.settle_overdue() == 1
    shown = stage.call("get").json()
    assert (shown["enabled"], shown["drift"], shown["version"]) == (False, False, 2)


def test_of_an_n8n_that_was_left_meanwhile_nothing_is_asked(stage: Stage) -> None:
    stage.proxy.faults["POST"] = Fault.HUNG
    unavailable(stage.pause())
    stage.overdue()
    former = stage.cast.acme.instance
    own = Instance.objects.create(id="own", kind=Instance.Kind.OWN, owner=stage.cast.acme)
    services.leave(stage.cast.acme, former, actor=command("test"))
    Workspace.objects.filter(pk=stage.cast.acme.pk).update(instance=own)
    asked = len(stage.proxy.seen)
    assert sweep.settle_overdue() == 1
    assert len(stage.proxy.seen) == asked
    row = stage.here
    assert (row.intended_until, row.enabled, row.set_aside) == (None, True, True)


@pytest.mark.parametrize("fault", [Fault.LOST, Fault.FAILED])
def test_no_version_is_given_to_two_states(
    fault: Fault, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []
    fetch = wall.fetch

    def read_meanwhile(*args: Any) -> Any:
        seen.append(stage.call("get").json()["version"])
        return fetch(*args)

    monkeypatch.setattr(wall, "fetch", read_meanwhile)
    stage.proxy.faults["POST"] = fault
    unavailable(stage.pause())
    unchanged(stage)
    renamed = stage.call("patch", {"version": 1, "name": "Somebody else's"})
    assert renamed.status_code == 200, renamed.content
    late = stage.call("patch", {"version": seen[0], "enabled": False})
    assert (late.status_code, late.json()["code"]) == (409, "stale_version")
    assert (stage.here.version, stage.here.enabled) == (2, True)


def test_who_took_too_long_settles_nothing_of_the_next_change(stage: Stage) -> None:
    first = intentions.begin(stage.here, Target(enabled=False), actor=command("test"))
    intentions.withdraw(first)
    second = intentions.begin(stage.here, Target(name="New"), actor=command("test"))
    with pytest.raises(intentions.Lost):
        intentions.note(first, "")
    with pytest.raises(intentions.Lost):
        intentions.settle(first, stage.there, actor=command("test"))
    intentions.withdraw(first)
    assert stage.here.intended_until == second.until
    assert stage.here.intention == {"name": "New"}


def test_what_n8n_did_not_do_the_sweep_says(stage: Stage) -> None:
    stage.proxy.faults["POST"] = Fault.HUNG
    unavailable(stage.pause())
    stage.overdue()
    assert sweep.settle_overdue() == 1
    row = stage.here
    assert row.version == 1
    assert (row.enabled, row.reported, row.intended_until) == (True, "active", None)
    assert AuditEvent.objects.get(action="campaign_change_failed").actor_type == "system"
    stage.proxy.faults.clear()
    assert stage.pause().status_code == 200


def test_of_two_sweeps_at_once_one_has_it(stage: Stage) -> None:
    stage.proxy.faults["POST"] = Fault.HUNG
    unavailable(stage.pause())
    stage.overdue()
    first, second = stage.here, stage.here
    assert sweep._claim(first)
    assert not sweep._claim(second)
    assert sweep.settle_overdue() == 0
    stage.overdue()
    assert sweep.settle_overdue() == 1


def test_an_archive_that_broke_off_is_ended_by_the_sweep(stage: Stage) -> None:
    stage.proxy.faults |= {"POST": Fault.HUNG}
    unavailable(stage.call("delete"))
    stage.client.deactivate(stage.campaign.n8n_workflow_id)
    stage.overdue()
    assert sweep.settle_overdue() == 1
    assert (stage.here.status, stage.here.enabled) == ("archived", False)
    assert AuditEvent.objects.filter(action="campaign_archived").count() == 1


def test_a_workflow_that_went_to_somebody_else_tells_the_sweep_nothing(stage: Stage) -> None:
    stage.proxy.faults |= {"PUT": Fault.HUNG}
    unavailable(stage.call("patch", {"version": 1, "name": "New"}))
    tag = stage.client.ensure_tag("ork:somebody-else")
    stage.client.set_workflow_tags(stage.campaign.n8n_workflow_id, [tag])
    _, body = stage.client.editable(stage.campaign.n8n_workflow_id)
    stage.client.update_workflow(
        stage.campaign.n8n_workflow_id,
        name="Their secret",
        nodes=body.nodes,
        connections={},
        settings={},
    )
    stage.overdue()
    assert sweep.settle_overdue() == 1
    assert (stage.here.name, stage.here.intended_until) == ("Drip", None)


def test_the_second_half_of_two_changes_lost_takes_back_the_first(stage: Stage) -> None:
    stage.proxy.faults["PUT"] = Fault.LOST
    unavailable(stage.call("patch", {"version": 1, "name": "New", "enabled": False}))
    unchanged(stage)
    assert (stage.there.active, stage.there.name) == (True, "Drip")


# --- the running product ------------------------------------------------------------------------


@dataclass
class Line:
    """The product's own sandbox, behind a proxy."""

    product: Product
    proxy: Proxy
    owner: httpx.Client
    id: uuid.UUID
    workflow: str

    def row(self) -> Any:
        with self.product.db() as db:
            return db.execute(
                "SELECT version, enabled, intention IS NOT NULL, archived_at IS NOT NULL"
                " FROM campaigns_campaign WHERE id = %s",
                [self.id],
            ).fetchone()

    def pause(self, **headers: str) -> httpx.Response:
        return self.owner.patch(
            f"/api/campaigns/{self.id}",
            json={"version": 1, "enabled": False},
            headers=headers,
            timeout=30,
        )

    def wrote(self, end: str) -> int:
        return sum(call.endswith(f"{self.workflow}/{end}") for call in self.proxy.seen)


@pytest.fixture
def line(product: Product) -> Iterator[Line]:
    id, workflow = product.campaign(f"line {uuid.uuid4().hex[:6]}")
    sandbox = f"http://127.0.0.1:{product.env['SANDBOX_PORT']}"
    with n8n_proxy.before(sandbox) as proxy, product.client("owner@acme.test") as owner:
        _point(product, proxy.url)
        try:
            yield Line(product, proxy, owner, id, workflow)
        finally:
            _point(product, sandbox)


def _point(product: Product, url: str) -> None:
    with product.db() as db:
        db.execute("UPDATE workspaces_instance SET base_url = %s WHERE id = 'default'", [url])


def test_of_two_at_once_one_is_told_before_n8n_is_called_and_no_transaction_is_open(
    line: Line,
) -> None:
    line.proxy.faults["POST deactivate"] = Fault.HELD
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        both = [pool.submit(line.pause) for _ in range(2)]
        assert line.proxy.arrived.wait(10)
        done, _ = concurrent.futures.wait(both, 5, concurrent.futures.FIRST_COMPLETED)
        (refused,) = [call.result() for call in done]
        assert (refused.status_code, refused.json()["code"]) == (409, "stale_version")
        assert refused.json()["current"]["version"] == 1
        with line.product.db() as db:
            open_now = db.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%%'"
                " AND xact_start < now() - interval '0.3 s' AND datname = current_database()"
            ).fetchone()
        assert open_now == (0,)
        assert line.row()[:3] == (1, True, True)
        line.proxy.let_go.set()
        codes = sorted(call.result(20).status_code for call in both)
    assert codes == [200, 409]
    assert line.wrote("deactivate") == 1
    assert line.row() == (2, False, False, False)


def test_an_n8n_that_keeps_many_waiting_keeps_nobody_else(line: Line) -> None:
    line.proxy.faults["POST deactivate"] = Fault.HELD
    ids = [line.product.campaign(f"held {number}")[0] for number in range(POOL + 4)]
    body = {"version": 1, "enabled": False}
    with concurrent.futures.ThreadPoolExecutor(len(ids)) as pool:
        calls = [
            pool.submit(line.owner.patch, f"/api/campaigns/{id}", json=body, timeout=30)
            for id in ids
        ]
        held = lambda: len(line.proxy.writes()) == len(ids)  # noqa: E731
        assert processes.wait_until(held, 10)
        began = time.monotonic()
        assert line.owner.get("/api/me").status_code == 200
        assert time.monotonic() - began < 2
        line.proxy.let_go.set()
        assert {call.result(30).status_code for call in calls} == {200}


def test_of_two_adoptions_at_once_there_is_one_campaign(line: Line) -> None:
    with line.product.n8n() as n8n:
        made = n8n.create_workflow(
            name="Twice", nodes=[webhook_node(uuid.uuid4().hex)], connections={}, settings={}
        )
        n8n.set_workflow_tags(made.id, [n8n.ensure_tag("ork:acme")])
    path = f"/api/workspaces/{line.product.workspace()}/campaigns"
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        calls = [
            pool.submit(line.owner.post, path, json={"n8nWorkflowId": made.id}) for _ in range(4)
        ]
        answers = [call.result(20) for call in calls]
    assert {answer.status_code for answer in answers} <= {200, 201}
    assert sum(answer.status_code == 201 for answer in answers) <= 1  # a sync may have been first
    assert len({answer.json()["id"] for answer in answers}) == 1


def test_a_process_killed_between_intention_and_end_leaves_it_to_the_sweep(line: Line) -> None:
    line.proxy.faults["POST deactivate"] = Fault.HELD
    key = {"Idempotency-Key": uuid.uuid4().hex}
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        call = pool.submit(line.pause, **key)
        assert line.proxy.arrived.wait(10)
        time.sleep(0.3)  # n8n has done it
        (web,) = [
            pid for pid, name in processes.of(line.product.run_dir).items() if "uvicorn" in name
        ]
        os.kill(web, signal.SIGKILL)
        with pytest.raises(httpx.HTTPError):
            call.result(20)
    line.proxy.faults.clear()
    line.proxy.let_go.set()
    assert processes.wait_until(lambda: ready(line.product), 30)
    assert line.row()[:3] == (1, True, True)
    again = line.pause(**key)
    assert (again.status_code, again.json()["code"]) == (409, "in_progress")
    with line.product.db() as db:
        db.execute(
            "UPDATE campaigns_campaign SET intended_until = now() - interval '1 s' WHERE id = %s",
            [line.id],
        )
    assert processes.wait_until(lambda: line.row() == (2, False, False, False), 40)
    with line.product.db() as db:
        events = db.execute(
            "SELECT action, actor_type, on_behalf_of LIKE 'user:%%' FROM audit_event"
            " WHERE object ->> 'id' = %s AND action LIKE 'campaign_p%%'",
            [str(line.id)],
        ).fetchall()
    assert events == [("campaign_paused", "system", True)]
    assert line.wrote("deactivate") == 1


def test_sockets_hear_of_a_pause_and_of_an_archive_at_once(line: Line) -> None:
    url = line.product.url.replace("http", "ws") + f"/ws/workspaces/{line.product.workspace()}/"
    token = line.owner.headers["X-Session-Token"]
    with connect(url, additional_headers={"X-Session-Token": token}) as socket:

        def until(kind: str, **data: Any) -> dict[str, Any]:
            end = time.monotonic() + 3  # before the comparison with the database could tell
            while True:
                frame: dict[str, Any] = json.loads(socket.recv(max(0.01, end - time.monotonic())))
                if frame["type"] == kind and data.items() <= frame["data"].items():
                    return frame

        until("snapshot")
        assert line.pause().status_code == 200
        frame = until("campaign.changed", id=str(line.id), enabled=False)
        assert (frame["subject"], frame["data"]["version"]) == (str(line.id), 2)
        assert line.owner.delete(f"/api/campaigns/{line.id}").status_code == 204
        frame = until("campaign.removed", id=str(line.id))
        assert frame["data"] == {"id": str(line.id)}
        assert line.owner.post(f"/api/campaigns/{line.id}/restore").status_code == 200
        until("campaign.changed", id=str(line.id), status="paused")
