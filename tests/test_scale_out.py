"""Two of each process on one database: nothing is done twice, and everybody sees the same."""

import json
import sys
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from itertools import pairwise
from typing import Any

import httpx
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message
from celery import Celery
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.aftermath import hold, rows, true_again
from tests.breaking import Place, opened
from tests.line import Asked
from tests.n8n_server import free_port
from tests.page_people import person
from tests.processes import PATIENCE, wait_until
from tests.product import heartbeat
from tests.second_machine import beside
from tests.storm import SECONDS, Storm, Tenant
from tests.storm_work import beats, calls, edits, looking, provisions, push, roles, sockets

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")

AT_ONCE = 1.0 * PATIENCE  # seconds within which a change of rights is felt
KINDS = ("heartbeat", "call", "edit", "role", "provision", "socket")
EVERY = 0.1  # seconds between two frames of one campaign


class Mailbox(Message):
    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def handle_message(self, message: Any) -> None:
        parsed = message_from_bytes(message.as_bytes(), policy=policy.default)
        body = parsed.get_body()
        self.texts.append(f"{parsed['subject']}\n{body.get_content() if body else ''}")


@dataclass
class Two:
    place: Place
    urls: tuple[str, str]
    mailbox: Mailbox

    @property
    def tenant(self) -> Tenant:
        return self.place.tenants[0]


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Two]:
    mailbox = Mailbox()
    mail = Controller(mailbox, hostname="127.0.0.1", port=free_port())
    mail.start()
    address = f"smtp://127.0.0.1:{mail.port}"
    try:
        with (
            opened(tmp_path_factory.mktemp("first"), "two-a", "two-b", mail=address) as place,
            beside(place, tmp_path_factory.mktemp("second")) as second,
        ):
            yield Two(place, (place.product.url, second), mailbox)
    finally:
        mail.stop()


@pytest.fixture
def http(two: Two) -> Iterator[tuple[httpx.Client, httpx.Client]]:
    """The first tenant's owner at either of them."""
    headers = {"X-Session-Token": two.tenant.token}
    with (
        httpx.Client(base_url=two.urls[0], headers=headers, timeout=15) as first,
        httpx.Client(base_url=two.urls[1], headers=headers, timeout=15) as second,
    ):
        yield first, second


@pytest.mark.long
def test_under_load_at_both_nothing_is_done_twice(two: Two) -> None:
    """What each asks one of them, it looks at by the other's socket; provisions it asks of both."""
    for tenant, url, other in zip(two.place.tenants, two.urls, two.urls[::-1], strict=True):
        tenant.door = tenant.door.replace(tenant.url, url)
        tenant.url, tenant.other = url, other
    storm = Storm(two.place.tenants)
    with storm.blowing([beats, calls, edits, roles, provisions], watching=[sockets]):
        time.sleep(2 * SECONDS)
        assert wait_until(lambda: storm.is_served(*KINDS, since=0), 20), storm.seen
        storm.calm()
        true_again(storm)
        hold(storm, two.place.line)
    made = [id for tenant in two.place.tenants for id in tenant.provisions]
    assert wait_until(lambda: all(mails_of(two, id) for id in made), 20)
    assert {mails_of(two, id) for id in made} == {1}


def mails_of(two: Two, provision: str) -> int:
    """That say it is done."""
    return sum(f"Made {provision[:6]}" in text for text in two.mailbox.texts)


@pytest.mark.long
def test_frames_are_gathered_whichever_took_the_heartbeats(
    two: Two, http: tuple[httpx.Client, httpx.Client]
) -> None:
    id, workflow = two.tenant.beating[0]
    with looking(two.tenant) as eyes:
        while eyes.hear(1):
            pass
        times: list[float] = []
        began = time.monotonic()
        number = 1
        while time.monotonic() < began + 1.5:
            status = "running" if number % 2 else "success"
            beat = heartbeat(workflow, status, executionId=str(10**15 + (number + 1) // 2))
            taken = push(http[number % 2], two.tenant, beat).json()
            assert taken["accepted"] == 1
            number += 1
            while eyes.hear(0):
                if eyes.newest == str(id):
                    times.append(time.monotonic())
        took = time.monotonic() - began
        while eyes.hear(1):
            pass
        assert number > 20
        assert 3 <= len(times) <= took / EVERY + 2
        last = http[0].get(f"/api/campaigns/{id}").json()
        assert eyes.rows[str(id)]["stateVersion"] == last["stateVersion"]


def test_a_change_of_rights_at_one_is_felt_at_the_other_at_once(
    two: Two, http: tuple[httpx.Client, httpx.Client]
) -> None:
    email = person(two.place.product, "member", two.tenant.slug)
    path = f"/api/workspaces/{two.tenant.id}/members"
    rows = http[0].get(path, params={"search": email}).json()["results"]
    (row,) = [row for row in rows if row["email"] == email]
    url = f"{two.urls[1].replace('http', 'ws')}/ws/workspaces/{two.tenant.id}/"
    token = two.place.product.token(email)
    with connect(url, additional_headers={"X-Session-Token": token}) as socket:
        assert json.loads(socket.recv(10))["type"] == "snapshot"
        wish = {"version": row["version"], "newRole": "viewer"}
        assert http[0].patch(f"{path}/{row['userId']}", json=wish).status_code == 200
        began = time.monotonic()
        while (frame := json.loads(socket.recv(10)))["type"] != "permissions.changed":
            pass
        assert frame["data"]["role"] == "viewer"
        assert time.monotonic() - began < AT_ONCE
        assert http[0].delete(f"{path}/{row['userId']}").status_code == 204
        began = time.monotonic()
        assert code_of(socket) == 4404
        assert time.monotonic() - began < AT_ONCE


def code_of(socket: ClientConnection) -> int | None:
    try:
        while True:
            socket.recv(10)
    except ConnectionClosed:
        return socket.close_code


def send(two: Two, task: str, *args: Any, times: int) -> None:
    """As so many clocks would at once."""
    with Celery(broker=two.place.product.env["REDIS_URL"], set_as_current=False) as clock:
        for _ in range(times):
            clock.send_task(f"campaigns.tasks.{task}", args)


def test_one_polls_an_n8n_at_a_time(two: Two) -> None:
    line = two.place.line
    line.asked.clear()
    line.slow = 0.03  # so that those who do it at once are seen to
    try:
        for _ in range(4):
            send(two, "poll_instance", "default", times=6)
            time.sleep(0.3)
        assert wait_until(lambda: len(rounds(line.asked)) >= 2, 10)
    finally:
        line.slow = 0.0
    polls = [call for call in line.asked if "/executions" in call.what and call.ended]
    overlaps = [
        (one.what, other.what)
        for one, other in pairwise(sorted(polls, key=lambda call: call.began))
        if other.began < one.ended and other.connection != one.connection
    ]
    assert overlaps == []


def rounds(asked: list[Asked]) -> list[Asked]:
    return [call for call in asked if call.what.endswith("/executions?limit=1") and call.ended]


def test_two_clocks_make_one_sync_a_minute(two: Two) -> None:
    product = two.place.product
    with product.db() as db:
        db.execute("UPDATE campaigns_syncrun SET created_at = created_at - interval '1 minute'")
    send(two, "sync_all", times=6)
    count = "SELECT workspace_id FROM campaigns_syncrun WHERE trigger = 'schedule'"
    count += " AND created_at > now() - interval '30 s'"
    assert wait_until(lambda: bool(rows(product, count)), 20)
    time.sleep(1)
    assert set(Counter(rows(product, count)).values()) == {1}


def test_what_the_time_changes_is_changed_once(two: Two) -> None:
    """An n8n that falls silent, and its return: two clocks tick, and each change is in the log."""
    product, ids = two.place.product, two.tenant.campaigns
    began = rows(product, "SELECT clock_timestamp()")[0][0]
    with product.db() as db:
        db.execute(
            "UPDATE workspaces_instance SET alive_at = now() - interval '1 hour',"
            " last_ok_at = now() - interval '1 hour'"
        )
    log = (
        "SELECT campaign_id, was, became FROM campaigns_statechange"
        " WHERE campaign_id = ANY (%s) AND statement_at >= %s ORDER BY at"
    )
    assert wait_until(lambda: len(rows(product, log, ids, began)) >= len(ids), 10)
    time.sleep(2.2)  # some more ticks of each
    steps: dict[uuid.UUID, list[tuple[str, str]]] = {id: [] for id in ids}
    for id, was, became in rows(product, log, ids, began):
        steps[id].append((was, became))
    for of_one in steps.values():
        # Its n8n may have come back meanwhile: each step goes on from the one before.
        assert of_one
        assert all(before[1] == after[0] for before, after in pairwise(of_one)), of_one
