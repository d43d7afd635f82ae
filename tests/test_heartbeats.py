"""Heartbeats through the real door: signed, deduplicated, in order, durable before the 202."""

import json
import secrets
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.processes import wait_until
from tests.product import Product, heartbeat, signed

State = Callable[[], dict[str, Any]]
COLUMNS = "n8n_status, sync_status, reason, running, waiting, last_result, state_version, heard_at"


@pytest.fixture
def campaign(product: Product) -> tuple[str, State]:
    """Its workflow's id, and how the database has it."""
    id, workflow = product.campaign("heartbeats")

    def state() -> dict[str, Any]:
        with product.db() as db:
            row = db.execute(
                f"SELECT {COLUMNS} FROM campaigns_campaign WHERE id = %s",  # noqa: S608
                [id],
            ).fetchone()
        assert row is not None
        return dict(zip(COLUMNS.split(", "), row, strict=True))

    return workflow, state


def counts(answer: httpx.Response) -> tuple[int, int, int, int, int]:
    assert answer.status_code == 202, answer.text
    said = answer.json()
    keys = ("accepted", "duplicates", "stale", "unknown")
    return (*(said[key] for key in keys), len(said["rejected"]))


def ago(seconds: float) -> str:
    return (datetime.now(UTC) - timedelta(seconds=seconds)).isoformat()


def test_a_run_turns_amber_and_then_green(product: Product, campaign: tuple[str, State]) -> None:
    workflow, state = campaign
    assert counts(product.beat(heartbeat(workflow, "running", runId="t1"))) == (1, 0, 0, 0, 0)
    assert (state()["n8n_status"], state()["sync_status"]) == ("syncing", "syncing")
    end = heartbeat(workflow, "success", runId="t1", executionId="1", stoppedAt=ago(0))
    assert counts(product.beat(end)) == (1, 0, 0, 0, 0)
    assert (state()["n8n_status"], state()["sync_status"]) == ("active", "live")
    assert state()["running"] == 0


def test_a_failed_run_turns_red_and_stays_so_while_the_next_goes(
    product: Product, campaign: tuple[str, State]
) -> None:
    workflow, state = campaign
    product.beat(
        heartbeat(workflow, "error", executionId="1", error={"message": "no", "node": "X"})
    )
    assert (state()["n8n_status"], state()["reason"]) == ("error", "run_failed")
    product.beat(heartbeat(workflow, "running", executionId="2"))
    assert (state()["n8n_status"], state()["sync_status"]) == ("syncing", "error")


def test_the_same_id_counts_once_also_within_one_body(
    product: Product, campaign: tuple[str, State]
) -> None:
    workflow, state = campaign
    beat = heartbeat(workflow, "success", executionId="1")
    assert counts(product.beat(beat, beat)) == (1, 1, 0, 0, 0)
    before = heard(state)
    assert counts(product.beat(beat)) == (0, 1, 0, 0, 0)
    assert heard(state) == before


def test_the_same_id_counts_once_on_another_day_as_well(
    product: Product, campaign: tuple[str, State]
) -> None:
    workflow, _ = campaign
    for beat in (
        heartbeat(workflow, "success", executionId="1"),
        heartbeat(workflow, "success", executionId="2", sentAt=ago(26 * 3600)),
        heartbeat(workflow, "success", executionId="3", sentAt=ago(-600)),
    ):
        product.beat(beat)
        with product.db() as db:  # as if it had come two days ago
            db.execute(
                "UPDATE campaigns_heartbeat_key SET day = day - 2 WHERE heartbeat_id = %s",
                [beat["heartbeatId"]],
            ) if "sentAt" not in beat else None
        assert counts(product.beat(beat)) == (0, 1, 0, 0, 0)


def test_a_start_that_comes_after_its_end_changes_nothing(
    product: Product, campaign: tuple[str, State]
) -> None:
    workflow, state = campaign
    product.beat(heartbeat(workflow, "success", runId="t", executionId="5"))
    late = heartbeat(workflow, "running", runId="t", sentAt=ago(5))
    assert counts(product.beat(late)) == (0, 0, 1, 0, 0)
    assert state()["n8n_status"] == "active"


def test_of_two_runs_the_later_end_holds_whatever_comes_first(
    product: Product, campaign: tuple[str, State]
) -> None:
    workflow, state = campaign
    product.beat(heartbeat(workflow, "success", executionId="8", stoppedAt=ago(10)))
    older = heartbeat(workflow, "error", executionId="7", stoppedAt=ago(20))
    assert counts(product.beat(older)) == (0, 0, 1, 0, 0)
    assert state()["last_result"] == "success"
    tie = ago(5)
    product.beat(heartbeat(workflow, "error", executionId="10", stoppedAt=tie))
    assert counts(product.beat(heartbeat(workflow, "success", executionId="9", stoppedAt=tie))) == (
        0,
        0,
        1,
        0,
        0,
    )
    assert state()["last_result"] == "error"


def test_within_a_run_error_beats_success_beats_crashed(
    product: Product, campaign: tuple[str, State]
) -> None:
    workflow, state = campaign
    for status, verdict in (("crashed", 0), ("success", 0), ("error", 0), ("success", 2)):
        answer = counts(product.beat(heartbeat(workflow, status, executionId="3")))
        assert answer[verdict] == 1, (status, answer)
    assert state()["last_result"] == "error"


def test_a_corrected_end_gives_the_state_back_to_a_later_run(
    product: Product, campaign: tuple[str, State]
) -> None:
    workflow, state = campaign
    product.beat(heartbeat(workflow, "crashed", executionId="1", sentAt=ago(1)))
    product.beat(heartbeat(workflow, "success", executionId="2", stoppedAt=ago(10)))
    assert state()["last_result"] == "crashed"
    product.beat(heartbeat(workflow, "error", executionId="1", stoppedAt=ago(60)))
    assert state()["last_result"] == "success"


def test_a_time_in_the_future_counts_as_the_arrival(
    product: Product, campaign: tuple[str, State]
) -> None:
    workflow, state = campaign
    product.beat(heartbeat(workflow, "error", executionId="1", stoppedAt=ago(-86400)))
    time.sleep(0.05)
    product.beat(heartbeat(workflow, "success", executionId="2", stoppedAt=ago(0)))
    assert state()["last_result"] == "success"


def test_a_manual_run_is_history_and_never_the_state(
    product: Product, campaign: tuple[str, State]
) -> None:
    workflow, state = campaign
    before = heard(state)
    manual = heartbeat(workflow, "error", executionId="1") | {"mode": "manual"}
    running = heartbeat(workflow, "running", executionId="2") | {"mode": "manual"}
    assert counts(product.beat(manual, running)) == (2, 0, 0, 0, 0)
    after = heard(state)
    assert {**after, "heard_at": None} == {**before, "heard_at": None}


def test_a_waiting_run_is_neither_going_nor_finished(
    product: Product, campaign: tuple[str, State]
) -> None:
    workflow, state = campaign
    product.beat(heartbeat(workflow, "running", executionId="1", sentAt=ago(3)))
    product.beat(heartbeat(workflow, "waiting", executionId="1", sentAt=ago(2)))
    assert (state()["running"], state()["waiting"], state()["n8n_status"]) == (0, 1, "active")
    product.beat(heartbeat(workflow, "running", executionId="1", sentAt=ago(1)))
    assert (state()["running"], state()["waiting"], state()["n8n_status"]) == (1, 0, "syncing")
    product.beat(heartbeat(workflow, "success", executionId="1"))
    assert (state()["running"], state()["waiting"]) == (0, 0)


def test_the_answer_adds_up_and_one_bad_item_spoils_no_other(
    product: Product, campaign: tuple[str, State]
) -> None:
    workflow, _ = campaign
    good = heartbeat(workflow, "success", executionId="1")
    bad: list[Any] = [
        {"workflowId": workflow, "status": "success"},
        heartbeat(workflow, "exploded"),
        heartbeat(workflow, "success", stoppedAt="yesterday"),
        heartbeat(workflow, "success", executionId="x" * 65),
        heartbeat(workflow, "success", executionId="a\x00b"),
        heartbeat(workflow, "success", stoppedAt="0001-01-01T00:00:00+14:00"),
        heartbeat("", "success"),
        7,
        None,
        [],
        "text",
        {"heartbeatId": secrets.token_hex(8), "kind": "weird"},
    ]
    stranger = heartbeat("no-such-workflow", "success")
    answer = product.beat(good, *bad, good, stranger)
    assert counts(answer) == (1, 1, 0, 1, len(bad))
    rejected = answer.json()["rejected"]
    assert [entry["index"] for entry in rejected] == list(range(1, len(bad) + 1))
    assert [entry["code"] for entry in rejected[:4]] == [
        "required",
        "invalid_status",
        "invalid_time",
        "too_long",
    ]


def test_an_error_text_is_cut_and_its_keys_are_masked(
    product: Product, campaign: tuple[str, State]
) -> None:
    workflow, _ = campaign
    secret = "sk-" + secrets.token_hex(20)
    message = f"Bearer {secret} refused at https://me:hunter2@api.test " + "x" * 900
    product.beat(
        heartbeat(workflow, "error", executionId="1", error={"message": message, "node": "HTTP"})
    )
    with product.db() as db:
        row = db.execute(
            "SELECT r.error_message, r.error_node FROM campaigns_run r"
            " JOIN campaigns_campaign c ON c.id = r.campaign_id WHERE c.n8n_workflow_id = %s",
            [workflow],
        ).fetchone()
    assert row is not None
    assert secret not in row[0]
    assert "hunter2" not in row[0]
    assert (len(row[0]), row[1]) == (500, "HTTP")


def post(
    product: Product, body: bytes, instance: str = "default", **headers: str
) -> httpx.Response:
    return httpx.post(
        f"{product.url}/api/webhooks/n8n/{instance}/heartbeat",
        content=body,
        headers=signed(product.secret, body) | headers,
    )


def heard(state: State) -> dict[str, Any]:
    """What heartbeats alone change: a sync of the minute may come between."""
    return {key: state()[key] for key in ("heard_at", "last_result", "running", "waiting")}


def test_a_bad_signature_changes_nothing(product: Product, campaign: tuple[str, State]) -> None:
    workflow, state = campaign
    before = heard(state)
    body = json.dumps(heartbeat(workflow, "error", executionId="1")).encode()
    good = signed(product.secret, body)
    url = f"{product.url}/api/webhooks/n8n/default/heartbeat"
    wrong = [
        {},
        signed("whsec_" + "A" * 32, body),
        signed(product.secret, body + b" "),
        signed(product.secret, body, at=int(time.time()) - 301),
        signed(product.secret, body, at=int(time.time()) + 330),  # its time comes nearer
        good | {"webhook-id": "msg_other"},
        good | {"webhook-timestamp": "soon"},
        good | {"webhook-signature": good["webhook-signature"].replace("v1,", "v2,")},
    ]
    for headers in wrong:
        answer = httpx.post(url, content=body, headers=headers)
        assert answer.status_code == 401, headers
        assert answer.headers["content-type"] == "application/problem+json"
    assert post(product, body, instance="nowhere").status_code == 401
    assert heard(state) == before
    several = good | {"webhook-signature": "v1,AAAA v1a,BBBB " + good["webhook-signature"]}
    assert httpx.post(url, content=body, headers=several).status_code == 202


def test_what_is_no_heartbeat_is_a_clear_refusal(product: Product) -> None:
    for body in (b"", b"[]", b"nonsense", b"7", b"\xff\xfe", b"[" * 100_000, b'{"heartbeats": 7}'):
        answer = post(product, body)
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid"), body[:20]
    many = json.dumps({"heartbeats": [heartbeat("w", "success")] * 501}).encode()
    assert post(product, many).status_code == 413
    assert post(product, b" " * (1024 * 1024 + 1)).status_code == 413
    assert post(product, b'{"heartbeats": []}').status_code == 202
    url = f"{product.url}/api/webhooks/n8n/default/heartbeat"
    assert httpx.get(url).status_code == 405


def test_alive_says_that_the_instance_lives_and_what_it_is(product: Product) -> None:
    alive = {
        "heartbeatId": secrets.token_hex(8),
        "kind": "alive",
        "sentAt": ago(0),
        "dropped": 3,
        "hooksVersion": "test",
        "n8nVersion": "2.41.1",
        "mode": "regular",
        "timezone": "Europe/Berlin",
        "publicationService": False,
    }
    assert counts(product.beat(alive)) == (1, 0, 0, 0, 0)
    assert counts(product.beat(alive)) == (0, 1, 0, 0, 0)
    with product.db() as db:
        row = db.execute("SELECT about FROM workspaces_instance WHERE id = 'default'").fetchone()
    assert row is not None
    assert row[0]["n8nVersion"] in ("2.41.1", "sandbox")


def test_an_n8n_that_was_upgraded_is_shown_with_its_version_and_loses_nothing(
    product: Product, campaign: tuple[str, State]
) -> None:
    workflow, state = campaign
    path = f"/api/workspaces/{product.workspace()}/connection"
    end = heartbeat(workflow, "success", executionId="9", stoppedAt=ago(0))
    with product.client("owner@acme.test") as owner:
        for version in ("2.41.1", "3.0.0"):
            about = {"n8nVersion": version, "hooksVersion": "test"}

            def shows(about: dict[str, str] = about) -> bool:
                alive = {"heartbeatId": secrets.token_hex(8), "kind": "alive", **about}
                assert counts(product.beat(alive, end))[4] == 0
                shown: str = owner.get(path).json()["version"]
                return shown == about["n8nVersion"]

            assert wait_until(shows, 5)  # the product's own n8n says that it lives as well
    assert (state()["n8n_status"], state()["last_result"]) == ("active", "success")


def test_heartbeats_of_one_workspace_touch_no_other(product: Product) -> None:
    mine, my_workflow = product.campaign("mine", "acme")
    theirs, _ = product.campaign("theirs", "globex")
    product.beat(heartbeat(my_workflow, "error", executionId="77"))
    with product.db() as db:
        found = dict(
            db.execute(
                "SELECT id, n8n_status FROM campaigns_campaign WHERE id = ANY (%s)",
                [[mine, theirs]],
            ).fetchall()
        )
    assert found == {mine: "error", theirs: "active"}


def test_a_group_of_campaigns_is_taken_from_many_senders_at_once(product: Product) -> None:
    import concurrent.futures  # noqa: PLC0415

    workflows = [product.campaign(f"many-{n}")[1] for n in range(4)]

    def send(n: int) -> int:
        beats = [
            heartbeat(workflows[(n + k) % 4], "success", executionId=str(uuid.uuid4().int % 10**12))
            for k in range(20)
        ]
        return sum(counts(product.beat(*beats))[:3])

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(send, range(24))) == 24 * 20
    with product.db() as db:
        row = db.execute(
            "SELECT count(*) FROM campaigns_run r JOIN campaigns_campaign c ON c.id = r.campaign_id"
            " WHERE c.n8n_workflow_id = ANY (%s)",
            [workflows],
        ).fetchone()
    assert row == (480,)
