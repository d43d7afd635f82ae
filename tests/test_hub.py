"""The hub's rules of time and order, by a clock that stands still until it is told."""

import asyncio
import json
import time
import uuid
from collections.abc import AsyncIterator, Callable, Collection, Mapping, MutableMapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
import redis
from django.conf import settings

from orchestrator import realtime
from orchestrator.realtime import AUDIENCES, Frame, Hub, Merged, Reach, Socket, publishing, source
from orchestrator.realtime.crowds import CROWD
from orchestrator.realtime.publishing import FEW
from orchestrator.realtime.socket import OUTBOX

WORKSPACE = uuid.uuid4()
CAMPAIGN = uuid.uuid4()


class StillClock:
    def __init__(self) -> None:
        self.now = 100.0
        self.timers: list[tuple[float, Callable[[], object]]] = []

    def time(self) -> float:
        return self.now

    def call_at(self, when: float, callback: Callable[[], object], /) -> None:
        self.timers.append((when, callback))

    async def move(self, seconds: float) -> None:
        """Everything that is due on the way happens at its time."""
        await settle()
        end = self.now + seconds
        while due := [timer for timer in self.timers if timer[0] <= end + 1e-9]:
            when, callback = timer = min(due, key=lambda timer: timer[0])
            self.timers.remove(timer)
            self.now = max(self.now, when)
            callback()
            await settle()
        self.now = end
        await settle()


async def settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


@dataclass
class Reader:
    """A client's end. It stops reading while `open` is not set."""

    clock: StillClock
    heard: list[tuple[float, dict[str, Any]]] = field(default_factory=list)
    open: asyncio.Event = field(default_factory=asyncio.Event)
    code: int | None = None

    async def send(self, message: MutableMapping[str, Any]) -> None:
        await self.open.wait()
        if message["type"] == "websocket.close":
            self.code = message["code"]
        else:
            self.heard.append((round(self.clock.now - 100, 3), json.loads(message["text"])))

    def versions(self, kind: str = "campaign.changed") -> list[tuple[float, int]]:
        return [(at, frame["version"]) for at, frame in self.heard if frame["type"] == kind]


def caller(audience: str | None = "owner", *codenames: str) -> Any:
    return SimpleNamespace(
        user_id=uuid.uuid4(),
        audience=audience,
        codenames=frozenset(codenames),
        unheard=frozenset(),
    )


def changed(
    version: int, *, subject: uuid.UUID = CAMPAIGN, reach: Reach = Reach.VIEW, **data: Any
) -> Frame:
    bodies = {audience: {"id": subject, "as": audience, **data} for audience in AUDIENCES}
    return Frame.of(
        "campaign.changed",
        WORKSPACE,
        subject,
        bodies,
        version=version,
        needs="campaigns.view_campaign",
        reach=reach,
    )


def health(version: int) -> Frame:
    bodies = {audience: {"status": "live", "stateVersion": version} for audience in AUDIENCES}
    return Frame.of(
        "health.changed",
        WORKSPACE,
        WORKSPACE,
        bodies,
        version=version,
        needs="workspaces.view_workspace",
    )


def fact(number: int) -> Frame:
    bodies = {audience: {"n": number} for audience in AUDIENCES}
    needs = "workspaces.view_workspace"
    return Frame.of("sync.finished", WORKSPACE, WORKSPACE, bodies, version=None, needs=needs)


class Rows:
    """A Source over two dictionaries; `reads` counts."""

    def __init__(self) -> None:
        self.campaigns: dict[uuid.UUID, int] = {CAMPAIGN: 1}
        self.health_version = 1
        self.reads: list[str] = []

    def snapshot(self, access: Any) -> Mapping[str, Any]:
        self.reads.append("snapshot")
        return {"status": "live", "stateVersion": self.health_version}

    def snapshots(self, accesses: Collection[Any]) -> Mapping[uuid.UUID, Mapping[str, Any]]:
        return {access.workspace.pk: self.snapshot(access) for access in accesses}

    def rows(self, workspace_id: uuid.UUID, ids: Collection[uuid.UUID]) -> list[Frame]:
        self.reads.append("rows")
        return [changed(self.campaigns[i], subject=i) for i in ids if i in self.campaigns]

    def versions(self, view: Mapping[uuid.UUID, Collection[uuid.UUID]]) -> Mapping[uuid.UUID, int]:
        found = {i: self.campaigns[i] for ids in view.values() for i in ids if i in self.campaigns}
        return {**found, WORKSPACE: self.health_version}

    def health(self, workspace_ids: Collection[uuid.UUID]) -> list[Frame]:
        return [health(self.health_version)]


@pytest.fixture
def rows(monkeypatch: pytest.MonkeyPatch) -> Rows:
    rows = Rows()
    monkeypatch.setattr(source, "_source", rows)
    return rows


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
async def hub(clock: StillClock, rows: Rows) -> AsyncIterator[Hub]:
    hub = Hub(clock)
    yield hub
    await hub.close()


Connect = Callable[..., Any]


@pytest.fixture
async def connect(hub: Hub, clock: StillClock) -> AsyncIterator[Connect]:
    tasks = []

    async def connect(access: Any = None, *, view: bool = True) -> tuple[Socket, Reader]:
        socket, reader = hub.socket(WORKSPACE), Reader(clock)
        reader.open.set()
        access = access or caller()
        socket.allow(access)
        tasks.append(asyncio.create_task(socket.write(reader.send)))
        await hub.enter(socket, access)
        if view:
            await hub.subscribe(socket, {str(CAMPAIGN)})
        await settle()
        return socket, reader

    yield connect
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def test_a_first_change_goes_at_once_and_the_last_state_after_the_pause(
    hub: Hub, clock: StillClock, connect: Connect
) -> None:
    _, reader = await connect()
    await clock.move(1)
    for version in (2, 3, 4):
        await hub.receive([changed(version)])
        await clock.move(0.02)
    await clock.move(1)
    assert reader.versions() == [(0, 1), (1, 2), (1.1, 4)]


async def test_a_subject_that_never_rests_is_told_every_100_ms(
    hub: Hub, clock: StillClock, connect: Connect
) -> None:
    _, reader = await connect()
    await clock.move(1)
    for version in range(2, 102):
        await hub.receive([changed(version)])
        await clock.move(0.01)
    await clock.move(1)
    times = [at for at, _ in reader.versions()[1:]]
    gaps = [round(b - a, 3) for a, b in pairwise(times)]
    assert times[0] == 1
    assert reader.versions()[-1][1] == 101
    assert set(gaps) == {0.1}


async def test_the_pause_also_follows_the_present_state_of_a_subscribe(
    hub: Hub, clock: StillClock, connect: Connect
) -> None:
    _, reader = await connect()
    await hub.receive([changed(2)])
    await clock.move(0.05)
    await hub.receive([changed(3)])
    await clock.move(1)
    assert reader.versions() == [(0, 1), (0.1, 3)]


async def test_the_health_which_everybody_hears_is_told_four_times_a_second(
    hub: Hub, clock: StillClock, connect: Connect
) -> None:
    _, reader = await connect()
    await clock.move(1)
    for version in range(2, 102):
        await hub.receive([health(version)])
        await clock.move(0.01)
    await clock.move(1)
    assert [at for at, _ in reader.versions("health.changed")] == [1, 1.25, 1.5, 1.75, 2]
    assert reader.versions("health.changed")[-1][1] == 101


async def test_each_socket_has_its_own_pause(
    hub: Hub, clock: StillClock, connect: Connect, rows: Rows
) -> None:
    _, first = await connect()
    await clock.move(1)
    await hub.receive([changed(2)])
    await clock.move(0.06)
    rows.campaigns[CAMPAIGN] = 2
    _, second = await connect()  # told version 2 at 1.06
    await hub.receive([changed(3)])
    await clock.move(1)
    assert first.versions() == [(0, 1), (1, 2), (1.1, 3)]
    assert second.versions() == [(1.06, 2), (1.16, 3)]


async def test_subjects_do_not_wait_for_each_other(
    hub: Hub, clock: StillClock, connect: Connect, rows: Rows
) -> None:
    other = uuid.uuid4()
    rows.campaigns[other] = 1
    socket, reader = await connect()
    await hub.subscribe(socket, {str(other)})
    await clock.move(1)
    await hub.receive([changed(2), changed(2, subject=other)])
    await settle()
    assert [at for at, _ in reader.versions()] == [0, 0, 1, 1]


async def test_what_is_older_or_was_told_is_dropped(
    hub: Hub, clock: StillClock, connect: Connect
) -> None:
    _, reader = await connect()
    await clock.move(1)
    await hub.receive([changed(5)])
    await clock.move(1)
    await hub.receive([changed(4), changed(5)])
    await clock.move(1)
    assert [version for _, version in reader.versions()] == [1, 5]


async def test_facts_are_neither_dropped_nor_merged(
    hub: Hub, clock: StillClock, connect: Connect
) -> None:
    _, reader = await connect()
    fact = Frame.of(
        "sync.finished", WORKSPACE, CAMPAIGN, {"owner": {"synced": 1}}, version=None, needs="x"
    )
    await hub.receive([fact, fact, fact])
    await settle()
    assert [f["type"] for _, f in reader.heard].count("sync.finished") == 3


async def test_a_pulse_goes_to_viewers_only_and_a_persons_change_to_all(
    hub: Hub, clock: StillClock, connect: Connect
) -> None:
    _, viewing = await connect()
    _, elsewhere = await connect(view=False)
    await clock.move(1)
    await hub.receive([changed(2)])
    await clock.move(1)
    await hub.receive([changed(3, reach=Reach.WORKSPACE)])
    await settle()
    assert [version for _, version in viewing.versions()] == [1, 2, 3]
    assert [version for _, version in elsewhere.versions()] == [3]


async def test_a_persons_change_reaches_all_even_if_the_comparison_told_the_viewers_first(
    hub: Hub, clock: StillClock, connect: Connect, rows: Rows
) -> None:
    _, viewing = await connect()
    _, elsewhere = await connect(view=False)
    await clock.move(1)
    rows.campaigns[CAMPAIGN] = 2
    await hub.compare()
    await hub.receive([changed(2, reach=Reach.WORKSPACE)])
    await clock.move(1)
    assert [version for _, version in viewing.versions()] == [1, 2]
    assert [version for _, version in elsewhere.versions()] == [2]


async def test_each_audience_hears_its_own_body_or_nothing(
    hub: Hub, clock: StillClock, connect: Connect
) -> None:
    readers = {audience: (await connect(caller(audience)))[1] for audience in AUDIENCES}
    only = Frame.of(
        "sync.finished", WORKSPACE, CAMPAIGN, {"admin": 1, "owner": 2}, version=None, needs="x"
    )
    await hub.receive([only])
    await settle()
    for audience, reader in readers.items():
        rows = [f["data"]["as"] for _, f in reader.heard if f["type"] == "campaign.changed"]
        assert rows == [audience]
    heard = {
        a: [f["data"] for _, f in r.heard if f["type"] == "sync.finished"]
        for a, r in readers.items()
    }
    assert heard == {"viewer": [], "member": [], "admin": [1], "owner": [2]}


async def test_what_is_for_one_person_only_that_ones_sockets_hear(
    hub: Hub, clock: StillClock, connect: Connect
) -> None:
    person, other = caller("owner"), caller("owner")
    readers = [(await connect(one))[1] for one in (person, person, other)]
    frame = Frame.of(
        "provisioning.changed",
        WORKSPACE,
        uuid.uuid4(),
        {"owner": 1},
        version=1,
        needs="x",
        user_id=person.user_id,
    )
    await hub.receive([frame])
    await settle()
    heard = [sum(f["type"] == "provisioning.changed" for _, f in r.heard) for r in readers]
    assert heard == [1, 1, 0]


async def test_whose_grants_are_not_the_roles_gets_the_id_only_and_only_with_the_right(
    hub: Hub, clock: StillClock, connect: Connect
) -> None:
    _, granted = await connect(caller(None, "campaigns.view_campaign"))
    _, bare = await connect(caller(None))
    await clock.move(1)
    await hub.receive([changed(2, name="secret")])
    await settle()
    assert granted.heard[-1][1] == {
        "type": "campaign.changed",
        "workspaceId": str(WORKSPACE),
        "subject": str(CAMPAIGN),
        "version": 2,
        "data": {"id": str(CAMPAIGN)},
    }
    assert bare.versions() == []


def test_viewers_learn_no_time() -> None:
    bodies = dict.fromkeys(AUDIENCES, True)
    at = datetime(2026, 1, 2, tzinfo=UTC)
    frame = Frame.of("x", WORKSPACE, CAMPAIGN, bodies, version=1, needs="x", at=at)
    has_time = {audience: "at" in json.loads(body) for audience, body in frame.bodies.items()}
    assert has_time == {"viewer": False, "member": True, "admin": True, "owner": True}


async def test_who_loses_rights_hears_nothing_more_of_what_waited(
    hub: Hub, clock: StillClock, connect: Connect
) -> None:
    socket, reader = await connect(caller("owner"))
    await clock.move(1)
    reader.open.clear()
    await hub.receive([changed(2)])
    await settle()  # the writer is stuck with 2
    await clock.move(0.1)
    await hub.receive([changed(3)])
    socket.allow(caller("viewer"))
    reader.open.set()
    await clock.move(1)
    assert [f["data"]["as"] for _, f in reader.heard if f.get("version") == 3] == ["viewer"]


async def test_the_snapshot_is_first_and_what_came_meanwhile_follows(
    hub: Hub, clock: StillClock, rows: Rows
) -> None:
    socket, reader = hub.socket(WORKSPACE), Reader(clock)
    reader.open.set()
    socket.allow(caller())
    writer = asyncio.create_task(socket.write(reader.send))
    entering = asyncio.create_task(hub.enter(socket, caller()))
    await settle()
    await hub.receive([health(2), changed(2, reach=Reach.WORKSPACE)])
    await entering
    await clock.move(1)
    assert [f["type"] for _, f in reader.heard] == [
        "snapshot",
        "campaign.changed",
        "health.changed",
    ]
    socket.close(0)
    await writer


async def test_a_lost_publish_is_made_good_by_the_comparison(
    hub: Hub, clock: StillClock, connect: Connect, rows: Rows
) -> None:
    _, reader = await connect()
    await clock.move(1)
    await hub.compare()
    await settle()
    assert len(reader.heard) == 2, "nothing differs, nothing is sent"
    rows.campaigns[CAMPAIGN] = 7
    rows.health_version = 8
    await hub.compare()
    await settle()
    assert reader.versions()[-1] == (1, 7)
    assert reader.versions("health.changed") == [(1, 8)]


async def test_health_is_repeated_though_nothing_changed(
    hub: Hub, clock: StillClock, connect: Connect
) -> None:
    _, reader = await connect()
    await clock.move(30)
    await hub.repeat_health()
    await clock.move(30)
    await hub.repeat_health()
    await settle()
    assert reader.versions("health.changed") == [(30, 1), (60, 1)]


async def test_a_slow_reader_is_closed_and_the_others_go_on(
    hub: Hub, clock: StillClock, connect: Connect
) -> None:
    _, slow = await connect()
    _, quick = await connect()
    await clock.move(1)
    slow.open.clear()
    for version in range(2, OUTBOX + 10):
        await hub.receive([changed(version)])
        await clock.move(0.1)
    assert len(quick.versions()) == OUTBOX + 9
    slow.open.set()
    await settle()
    assert slow.code == 4408
    assert len(slow.versions()) == 2, "what waited is dropped"


async def test_who_never_reads_again_is_left_after_ten_seconds(hub: Hub, clock: StillClock) -> None:
    socket, reader = hub.socket(WORKSPACE), Reader(clock)
    socket.allow(caller())
    writer = asyncio.create_task(socket.write(reader.send))
    await hub.enter(socket, caller())
    await settle()
    socket.close(4404)
    await clock.move(9.9)
    assert not writer.done()
    await clock.move(0.2)
    assert writer.done()


async def test_a_burst_is_no_slow_reader(
    hub: Hub, clock: StillClock, connect: Connect, rows: Rows
) -> None:
    many = [uuid.uuid4() for _ in range(900)]
    rows.campaigns.update(dict.fromkeys(many, 1))
    socket, reader = await connect()
    for start in range(0, 900, 200):
        await hub.subscribe(socket, {str(i) for i in many[start : start + 200]})
        await settle()
    await clock.move(1)
    await hub.receive([changed(2, subject=i) for i in many])
    await clock.move(0.01)
    await hub.receive([changed(3, subject=i) for i in many])
    await clock.move(1)
    assert reader.code is None
    assert len([version for _, version in reader.versions() if version == 3]) == 900


async def test_foreign_ids_are_named_and_heard_of_no_more(
    hub: Hub, clock: StillClock, connect: Connect
) -> None:
    socket, reader = await connect(view=False)
    stranger = uuid.uuid4()
    assert await hub.subscribe(socket, {str(CAMPAIGN), str(stranger)}) == {str(stranger)}
    await hub.receive([changed(9, subject=stranger)])
    await settle()
    assert [f["subject"] for _, f in reader.heard if f["type"] == "campaign.changed"] == [
        str(CAMPAIGN)
    ]


async def test_what_is_out_of_view_is_not_told_even_if_it_waited(
    hub: Hub, clock: StillClock, connect: Connect
) -> None:
    socket, reader = await connect()
    await hub.receive([changed(2)])
    hub.unsubscribe(socket, [str(CAMPAIGN)])
    await clock.move(1)
    await hub.receive([changed(3)])
    await clock.move(1)
    assert reader.versions() == [(0, 1)]


async def test_another_workspaces_frames_never_arrive(
    hub: Hub, clock: StillClock, connect: Connect
) -> None:
    _, reader = await connect()
    foreign = Frame.of(
        "campaign.changed",
        uuid.uuid4(),
        CAMPAIGN,
        dict.fromkeys(AUDIENCES, True),
        version=9,
        needs="x",
    )
    await hub.receive([foreign])
    await clock.move(1)
    assert reader.versions() == [(0, 1)]


async def test_a_thousand_sockets_that_come_at_once_cost_a_few_reads(
    hub: Hub, clock: StillClock, connect: Connect, rows: Rows
) -> None:
    sockets = await asyncio.gather(*(connect() for _ in range(1000)))
    assert all(len(reader.heard) == 2 for _, reader in sockets)
    assert len(rows.reads) < 20


async def test_an_answer_is_never_older_than_its_question() -> None:
    value = 0

    async def read(asked: dict[str, None]) -> dict[str, int]:
        seen = value
        await asyncio.sleep(0.01)
        return dict.fromkeys(asked, seen)

    merged: Merged[str, None, int] = Merged(read)
    first = asyncio.create_task(merged.one("a", None))
    await settle()
    value = 1
    second = asyncio.create_task(merged.one("a", None))
    assert (await first, await second) == (0, 1)


async def test_a_publish_reaches_every_hub_over_redis(
    hub: Hub, clock: StillClock, connect: Connect
) -> None:
    _, reader = await connect()
    await clock.move(1)
    await realtime.publish(WORKSPACE, [changed(2)])
    await asyncio.to_thread(realtime.publish_sync, WORKSPACE, [health(2)])
    async with asyncio.timeout(5):
        while len(reader.heard) < 4:  # noqa: ASYNC110 -- from another thread
            await asyncio.sleep(0.01)
    assert reader.versions() == [(0, 1), (1, 2)]
    assert reader.versions("health.changed") == [(1, 2)]


async def test_a_process_hears_its_own_publish_at_once_and_only_once(
    hub: Hub, clock: StillClock, connect: Connect
) -> None:
    _, reader = await connect()
    await clock.move(1)
    await realtime.publish(WORKSPACE, [fact(1)])
    assert [frame["data"] for _, frame in reader.heard[2:]] == [{"n": 1}], "before Redis said it"
    # Heard by Redis, and after the other had the time to come back.
    await asyncio.to_thread(realtime.publish_sync, WORKSPACE, [fact(2)])
    async with asyncio.timeout(5):
        while len(reader.heard) < 4:  # noqa: ASYNC110 -- from another thread
            await asyncio.sleep(0.01)
    assert [frame["data"] for _, frame in reader.heard[2:]] == [{"n": 1}, {"n": 2}]


async def test_a_process_hears_its_own_publish_while_redis_is_away(
    hub: Hub, clock: StillClock, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, reader = await connect()
    await clock.move(1)
    monkeypatch.setattr(publishing, "_down_until", time.monotonic() + 60)
    with pytest.raises(realtime.Unavailable):
        await realtime.publish(WORKSPACE, [changed(2)])
    assert reader.versions() == [(0, 1), (1, 2)]


def published() -> int:
    """Messages that Redis was given to hand on, by its own count."""
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        return int(client.info("commandstats").get("cmdstat_publish", {}).get("calls", 0))


async def test_news_of_many_workspaces_are_one_message_and_reach_who_is_in_them(
    hub: Hub, clock: StillClock, connect: Connect
) -> None:
    _, reader = await connect()
    await clock.move(1)
    others = {uuid.uuid4(): [health(7)] for _ in range(FEW)}
    strangers = {
        id: [msgspec.structs.replace(frame, workspace_id=str(id))]
        for id, (frame,) in others.items()
    }
    before = published()
    await realtime.publish_all({WORKSPACE: [changed(2)], **strangers})
    assert published() == before + 1
    async with asyncio.timeout(5):
        while len(reader.heard) < 3:  # noqa: ASYNC110 -- it comes by Redis
            await asyncio.sleep(0.01)
    await realtime.publish(WORKSPACE, [health(2)])
    async with asyncio.timeout(5):
        while not reader.versions("health.changed"):  # noqa: ASYNC110 -- likewise
            await asyncio.sleep(0.01)
    assert reader.versions() == [(0, 1), (1, 2)]
    assert reader.versions("health.changed") == [(1, 2)]


@pytest.mark.parametrize("reach", [Reach.VIEW, Reach.WORKSPACE])
async def test_a_crowd_hears_the_newest_and_who_leaves_meanwhile_nothing(
    hub: Hub, clock: StillClock, connect: Connect, reach: Reach
) -> None:
    crowd = [await connect() for _ in range(10 * CROWD)]
    await clock.move(1)
    await hub.receive([changed(2, reach=reach)])
    await hub.receive([changed(4, reach=reach)])  # before anybody has heard of the other
    await hub.receive([changed(3, reach=reach)])  # it comes late
    async with asyncio.timeout(5):
        while not any(one.versions()[-1:] == [(1, 4)] for _, one in crowd):  # noqa: ASYNC110
            await asyncio.sleep(0)  # a turn of the writers
        gone, missed = next(one for one in crowd if one[1].versions() == [(0, 1)])
        hub.leave(gone)
        told = [(0, 1), (1, 4)]
        while sum(one.versions() == told for _, one in crowd) < len(crowd) - 1:  # noqa: ASYNC110
            await asyncio.sleep(0.001)  # the pauses between them are real
    assert missed.versions() == [(0, 1)]


async def test_a_crowd_that_could_not_be_told_is_logged_and_hears_what_comes_next(
    hub: Hub,
    clock: StillClock,
    connect: Connect,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    crowd = [await connect() for _ in range(2 * CROWD)]
    await clock.move(1)
    offer = Socket.offer

    def broken(socket: Socket, frame: Frame, now: float, *, again: bool = False) -> None:
        if frame.version == 2:
            raise ValueError("no such frame")
        offer(socket, frame, now, again=again)

    monkeypatch.setattr(Socket, "offer", broken)
    await hub.receive([changed(2)])
    await settle()
    assert [record.message for record in caplog.records] == ["could not tell a crowd"]
    await hub.receive([changed(3)])
    await settle()
    assert all(one.versions() == [(0, 1), (1, 3)] for _, one in crowd)
