"""From template to running workflow, from outside: the product, and an n8n with something between
the two that can break."""

import json
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import Any

import httpx
import pytest
from websockets.sync.client import connect

from tests import n8n_proxy, processes
from tests.n8n_proxy import Fault, Proxy
from tests.n8n_server import N8n
from tests.product import Product
from tests.provisioned import Owner, made, product_behind

WEBHOOK, SCHEDULE = "Contact form to a channel", "Weekly digest"
CREATE = "POST /api/v1/workflows"


@pytest.fixture(scope="module")
def proxy(sandbox: N8n) -> Iterator[Proxy]:
    with n8n_proxy.before(sandbox.url) as made:
        yield made


@pytest.fixture(scope="module")
def whole(
    sandbox: N8n, proxy: Proxy, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Product]:
    with product_behind(sandbox, proxy, tmp_path_factory.mktemp("provisioning")) as product:
        yield product


@pytest.fixture
def owner(whole: Product, proxy: Proxy) -> Iterator[Owner]:
    proxy.faults, proxy.away, proxy.away_from = {}, False, "nowhere"
    proxy.seen.clear()
    forget_failures(whole)
    with Owner.of(whole) as found:
        yield found


@pytest.fixture
def second(whole: Product) -> Iterator[Owner]:
    with Owner.of(whole, "owner2@acme.test") as found:
        yield found


def forget_failures(product: Product) -> None:
    """Of n8n's line, so that one test's fault is not the next one's pause."""
    with product.db() as db:
        db.execute("UPDATE workspaces_instance SET retry_at = NULL, breaker_failures = 0")


def error_of(state: dict[str, Any], step: str) -> str:
    (found,) = [one for one in state["steps"] if one["step"] == step]
    assert found["status"] == "error", state
    return str(found["error"]["code"])


def test_it_works(owner: Owner, sandbox: N8n) -> None:
    provision = owner.begin(WEBHOOK)
    state = owner.wait(provision)
    assert state["status"] == "done", state
    assert [(s["step"], s["status"], s["attempt"]) for s in state["steps"]] == [
        (step, "done", 1) for step in ("db", "n8n", "webhook", "complete")
    ]
    assert all(s["startedAt"] <= s["endedAt"] for s in state["steps"])
    campaign = owner.campaign(provision)
    assert (campaign["status"], campaign["n8nStatus"]) == ("active", "active")
    assert campaign["observed"]["value"] == "success"  # the test request's heartbeat
    with sandbox.client() as client:
        workflow = client.workflow(campaign["n8nWorkflowId"])
    assert (workflow.name, workflow.active, workflow.tag_names) == (
        state["name"],
        True,
        {"ork:acme"},
    )


def test_a_schedule_is_delivered_when_its_next_run_is_known(owner: Owner) -> None:
    provision = owner.begin(SCHEDULE)
    assert owner.wait(provision)["status"] == "done"
    campaign = owner.campaign(provision)
    assert campaign["status"] == "active"
    assert campaign["nextRunAt"] is not None
    assert campaign["observed"]["value"] == "none"  # it waits for its first run


def test_the_same_again_is_the_same_and_anything_else_is_refused(
    owner: Owner, second: Owner, proxy: Proxy
) -> None:
    wish = owner.wish(WEBHOOK)
    first = owner.http.post("/api/campaigns/provision", json=wish)
    again = owner.http.post("/api/campaigns/provision", json=wish)
    assert (first.status_code, again.status_code) == (202, 200)
    assert first.json()["campaignId"] == again.json()["campaignId"]
    owner.wait(wish["provision_id"])
    after = owner.http.post("/api/campaigns/provision", json=wish)
    assert (after.status_code, after.json()["status"]) == (200, "done")
    assert proxy.seen.count(CREATE) == 1
    for other in (
        owner.http.post("/api/campaigns/provision", json=wish | {"name": "Another"}),
        second.http.post("/api/campaigns/provision", json=wish | {"parameters": {}}),
    ):
        assert (other.status_code, other.json()["code"]) == (409, "provision_id_used")


def test_twice_at_once_it_is_one(owner: Owner, proxy: Proxy) -> None:
    wish = owner.wish(WEBHOOK)
    answers = at_once(owner, wish, 6)
    assert sorted(answers) == [200] * 5 + [202]
    assert owner.wait(wish["provision_id"])["status"] == "done"
    assert proxy.seen.count(CREATE) == 1


def at_once(owner: Owner, wish: dict[str, Any], times: int) -> list[int]:
    def ask(_: int) -> int:
        return owner.http.post("/api/campaigns/provision", json=wish).status_code

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(ask, range(times)))


def test_two_owners_may_choose_the_same_name(owner: Owner, second: Owner) -> None:
    name = f"The same {uuid.uuid4().hex[:6]}"
    both = [owner.begin(WEBHOOK, name=name), second.begin(WEBHOOK, name=name)]
    states = [owner.wait(both[0]), second.wait(both[1])]
    assert [state["status"] for state in states] == ["done", "done"]
    assert states[0]["campaignId"] != states[1]["campaignId"]
    assert second.http.get(f"/api/provisions/{both[0]}").status_code == 404  # another's


def test_n8n_does_it_and_the_line_breaks(owner: Owner, proxy: Proxy, sandbox: N8n) -> None:
    proxy.faults = {"POST workflows": Fault.UNANSWERED}
    provision = owner.begin(WEBHOOK)
    assert processes.wait_until(lambda: CREATE in proxy.seen, 20)
    proxy.faults = {}
    state = owner.wait(provision)
    assert state["status"] == "done", state
    assert proxy.seen.count(CREATE) == 1  # the second try found it
    assert made(sandbox, provision) == [state["name"]]


@pytest.mark.long
def test_n8n_is_down_and_the_step_is_tried_again_when_it_is_back(
    owner: Owner, whole: Product, proxy: Proxy, sandbox: N8n
) -> None:
    proxy.away = True
    provision = owner.begin(WEBHOOK)
    state = owner.wait(provision, "error")
    assert error_of(state, "n8n") == "n8n_unreachable"
    assert owner.campaign(provision)["status"] == "error"
    assert made(sandbox, provision) == []
    steps = {step["step"]: step["attempt"] for step in state["steps"]}
    assert steps["n8n"] == 5
    assert owner.post(provision, "steps/webhook/retry").json()["code"] == "not_failed"
    assert owner.post(provision, "steps/nothing/retry").status_code == 404
    proxy.away = False
    forget_failures(whole)
    assert owner.post(provision, "steps/n8n/retry").status_code == 200
    assert owner.wait(provision)["status"] == "done"
    assert made(sandbox, provision) == [state["name"]]


def test_a_proxy_that_asks_for_fewer_calls_is_heeded(owner: Owner, proxy: Proxy) -> None:
    proxy.faults = {"POST workflows": Fault.LIMITED}
    provision = owner.begin(WEBHOOK)
    assert processes.wait_until(lambda: CREATE in proxy.seen, 20)
    proxy.faults = {}
    state = owner.wait(provision)
    assert state["status"] == "done", state
    told = [e["error"]["code"] for e in state["events"] if "error" in e]
    assert told[0] == "n8n_rate_limited"


def test_a_webhook_that_is_not_served_is_not_called_done(
    owner: Owner, proxy: Proxy, sandbox: N8n
) -> None:
    proxy.away_from = "/webhook/"
    provision = owner.begin(WEBHOOK)
    state = owner.wait(provision, "error")
    assert error_of(state, "complete") == "not_served"
    assert owner.campaign(provision)["status"] == "error"
    proxy.away_from = "nowhere"
    assert owner.post(provision, "steps/complete/retry").status_code == 200
    assert owner.wait(provision)["status"] == "done"


def test_cancel_takes_back_what_was_made_in_n8n_too(
    owner: Owner, proxy: Proxy, sandbox: N8n
) -> None:
    proxy.away_from = "/webhook/"
    provision = owner.begin(WEBHOOK)
    owner.wait(provision, "error")
    assert len(made(sandbox, provision)) == 1
    assert owner.post(provision, "cancel").status_code == 200
    state = owner.wait(provision, "canceled")
    assert made(sandbox, provision) == []
    undone = [e["step"] for e in state["events"] if e["status"] == "pending"]
    assert undone == ["complete", "webhook", "n8n", "db"]  # the last one first
    assert owner.http.get(f"/api/campaigns/{state['campaignId']}").status_code == 404
    assert owner.post(provision, "cancel").status_code == 200  # nothing more happens
    assert owner.state(provision)["events"] == state["events"]


@pytest.mark.long
def test_what_could_not_be_taken_back_is_said_and_tried_again(
    owner: Owner, whole: Product, proxy: Proxy, sandbox: N8n
) -> None:
    proxy.away_from = "/webhook/"
    provision = owner.begin(WEBHOOK)
    owner.wait(provision, "error")
    proxy.away = True
    owner.post(provision, "cancel")
    state = owner.wait(provision, "error")
    assert error_of(state, "n8n") == "n8n_unreachable"
    proxy.away = False
    forget_failures(whole)
    assert owner.post(provision, "cancel").status_code == 200
    owner.wait(provision, "canceled")
    assert made(sandbox, provision) == []


def test_what_is_done_is_not_canceled(owner: Owner) -> None:
    provision = owner.begin(WEBHOOK)
    owner.wait(provision)
    answer = owner.post(provision, "cancel")
    assert (answer.status_code, answer.json()["code"]) == (409, "already_done")


def test_while_it_is_made_nobody_changes_or_archives_it(owner: Owner, proxy: Proxy) -> None:
    proxy.away_from = "/webhook/"
    provision = owner.begin(WEBHOOK)
    owner.wait(provision, "error")
    row = owner.campaign(provision)
    url = f"/api/campaigns/{row['id']}"
    answers = [
        owner.http.patch(url, json={"version": row["version"], "enabled": True}),
        owner.http.patch(url, json={"version": row["version"], "name": "Another"}),
        owner.http.delete(url),
    ]
    assert [(a.status_code, a.json()["code"]) for a in answers] == [(409, "provisioning")] * 3
    owner.post(provision, "cancel")
    owner.wait(provision, "canceled")


@contextmanager
def limited(product: Product, campaigns: int) -> Iterator[None]:
    with product.db() as db:
        db.execute(
            'INSERT INTO workspaces_quota (workspace_id, name, "limit")'
            " VALUES (%s, 'campaigns', %s)",
            [product.workspace(), campaigns],
        )
        yield
        db.execute("DELETE FROM workspaces_quota")


def test_over_the_quota_n8n_is_not_even_asked(owner: Owner, whole: Product, proxy: Proxy) -> None:
    wish = owner.wish(WEBHOOK)
    with limited(whole, 1):
        proxy.seen.clear()
        answer = owner.http.post("/api/campaigns/provision", json=wish)
    assert (answer.status_code, answer.json()["code"]) == (409, "quota_exceeded")
    assert CREATE not in proxy.seen
    assert owner.http.post("/api/campaigns/provision", json=wish).status_code == 202


def test_a_template_that_goes_away_leaves_what_was_begun(
    owner: Owner, whole: Product, proxy: Proxy
) -> None:
    wish = owner.wish("Uptime check")
    begun = owner.begin("Uptime check")
    with whole.db() as db:
        db.execute(
            "UPDATE workflow_templates SET withdrawn_at = now() WHERE id = %s", [wish["templateId"]]
        )
    answer = owner.http.post("/api/campaigns/provision", json=wish)
    assert (answer.status_code, answer.json()["code"]) == (422, "template_missing")
    assert owner.wait(begun)["status"] == "done"
    with whole.db() as db:
        db.execute("UPDATE workflow_templates SET withdrawn_at = NULL")


def test_who_is_no_owner_any_more_stops_at_the_next_step_and_another_takes_over(
    owner: Owner, second: Owner, whole: Product, proxy: Proxy, sandbox: N8n
) -> None:
    proxy.away_from = "/webhook/"
    provision = second.begin(WEBHOOK)
    second.wait(provision, "error")
    with whole.db() as db:
        member = "user_id = (SELECT id FROM workspaces_user WHERE email = 'owner2@acme.test')"
        db.execute(f"UPDATE workspaces_membership SET role = 'admin' WHERE {member}")  # noqa: S608
        try:
            assert second.http.get(f"/api/provisions/{provision}").status_code == 404
            brief = owner.state(provision)
            assert brief.keys() == {"provision_id", "name", "status", "orphaned"}
            rows = owner.http.get(f"/api/workspaces/{owner.workspace}/provisions").json()["results"]
            assert brief in rows
            assert owner.post(provision, "cancel").status_code == 404
            proxy.away_from = "nowhere"
            answer = owner.post(provision, "take-over")
            assert (answer.status_code, len(answer.json()["steps"])) == (200, 4)
            assert owner.post(provision, "steps/complete/retry").status_code == 200
            assert owner.wait(provision)["status"] == "done"
        finally:
            db.execute(f"UPDATE workspaces_membership SET role = 'owner' WHERE {member}")  # noqa: S608
    assert len(made(sandbox, provision)) == 1
    assert second.post(provision, "take-over").status_code == 404


def test_it_stops_where_the_workspace_is_suspended(owner: Owner, whole: Product) -> None:
    with whole.db() as db:
        db.execute("UPDATE workspaces_workspace SET suspended_at = now() WHERE slug = 'acme'")
        answer = owner.http.post("/api/campaigns/provision", json=owner.wish(WEBHOOK))
        assert (answer.status_code, answer.json()["code"]) == (409, "workspace_suspended")
        db.execute("UPDATE workspaces_workspace SET suspended_at = NULL")


def test_the_workspace_moves_to_another_n8n_between_two_steps(
    owner: Owner, whole: Product, proxy: Proxy, sandbox: N8n
) -> None:
    proxy.away_from = "/webhook/"
    provision = owner.begin(WEBHOOK)
    owner.wait(provision, "error")
    with whole.db() as db:
        columns = [
            name
            for (name,) in db.execute(
                "SELECT column_name FROM information_schema.columns"
                " WHERE table_name = 'workspaces_instance' AND column_name <> 'id'"
            )
        ]
        names = ", ".join(f'"{name}"' for name in columns)
        db.execute(
            f"INSERT INTO workspaces_instance (id, {names})"  # noqa: S608 -- its own columns
            f" SELECT 'elsewhere', {names} FROM workspaces_instance WHERE id = 'default'"
        )
        db.execute("UPDATE workspaces_workspace SET instance_id = 'elsewhere' WHERE slug = 'acme'")
    try:
        owner.post(provision, "steps/complete/retry")
        state = owner.wait(provision, "error")
        assert error_of(state, "complete") == "connection_changed"
        owner.post(provision, "cancel")
        owner.wait(provision, "canceled")
        assert made(sandbox, provision) == []  # in the n8n where it was made
    finally:
        with whole.db() as db:
            db.execute(
                "UPDATE workspaces_workspace SET instance_id = 'default' WHERE slug = 'acme'"
            )
            db.execute("DELETE FROM workspaces_instance WHERE id = 'elsewhere'")


def test_only_who_began_it_hears_of_it(owner: Owner, second: Owner, whole: Product) -> None:
    url = f"ws://127.0.0.1:{whole.port}/ws/workspaces/{owner.workspace}/"

    def listening(who: Owner) -> Any:
        return connect(
            url, additional_headers={"X-Session-Token": who.http.headers["X-Session-Token"]}
        )

    with listening(owner) as mine, listening(second) as others:
        provision = owner.begin(WEBHOOK)
        statuses = []
        while "done" not in statuses:
            frame = json.loads(mine.recv(30))
            if frame["type"] == "provisioning.changed":
                assert frame["subject"] == provision
                statuses.append(frame["data"]["status"])
        state = owner.state(provision)
        shown = json.loads(json.dumps(frame["data"]))
        assert (shown["steps"], shown["events"]) == (state["steps"], state["events"])
        heard = []
        with suppress(TimeoutError):  # it has gone quiet
            while True:
                heard.append(json.loads(others.recv(1))["type"])
    assert "campaign.changed" in heard  # the row that is being made everybody sees
    assert "provisioning.changed" not in heard


def test_a_program_makes_a_workflow_and_calls_it(owner: Owner, whole: Product) -> None:
    wish = owner.wish(WEBHOOK)
    del wish["name"]
    answer = owner.http.post("/api/n8n/clone", json=wish, timeout=30)
    assert answer.status_code == 200, answer.text
    assert answer.json().keys() == {"workflowId", "webhookUrl"}
    again = owner.http.post("/api/n8n/clone", json=wish, timeout=30)
    assert again.json() == answer.json()
    state = owner.wait(wish["provision_id"])
    assert (state["status"], state["name"]) == ("done", WEBHOOK)
    called = httpx.post(answer.json()["webhookUrl"], json={"name": "A", "message": "B"}, timeout=30)
    assert called.status_code == 200


@pytest.mark.long
def test_super_admins_look_retry_and_cancel_and_each_is_an_event(
    owner: Owner, whole: Product, proxy: Proxy, sandbox: N8n
) -> None:
    proxy.away_from = "/webhook/"
    provision = owner.begin(WEBHOOK)
    owner.wait(provision, "error")
    with whole.client("super@demo.test") as http:
        admin = Owner(http, owner.workspace)
        assert admin.state(provision)["status"] == "error"
        assert admin.post(provision, "steps/complete/retry").status_code == 200
        assert admin.post(provision, "take-over").status_code == 404
        owner.wait(provision, "error")
        assert admin.post(provision, "cancel").status_code == 200
    owner.wait(provision, "canceled")
    with whole.db() as db:
        rows = db.execute(
            "SELECT count(*) FROM audit_event WHERE action = 'provision_inspected'"
            " AND object ->> 'id' = %s",
            [provision],
        ).fetchone()
    assert rows == (3,)
