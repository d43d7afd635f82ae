"""`/ws/me/`: all my workspaces over one socket, by a real client on a real process."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import pytest
from pytest_django.plugin import DjangoDbBlocker
from websockets.asyncio.client import connect

from orchestrator import realtime
from orchestrator.events import command
from tests.test_socket import Cast, Listener, campaign_of, cast, sign_in, sql
from tests.web_process import WebProcess, own_database
from workspaces import keys, services
from workspaces.models import Role, User, Workspace

__all__ = ["cast"]
ACTOR = command("test")
MANY = 300  # more than wait for a reader at once, were the writer given no turn


@pytest.fixture(scope="module")
def database(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock(), own_database("test_my_socket"):
        yield


@pytest.fixture(scope="module")
def web(database: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebProcess]:
    with WebProcess(tmp_path_factory.mktemp("web") / "log") as web:
        yield web


@asynccontextmanager
async def mine(web: WebProcess, headers: dict[str, str]) -> AsyncIterator[Listener]:
    if "Cookie" in headers:
        headers = {**headers, "Origin": web.url}
    url = f"{web.url.replace('http', 'ws', 1)}/ws/me/"
    async with connect(url, additional_headers=headers, compression=None) as connection:
        yield Listener(connection)


async def beginning(listener: Listener) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The snapshots by workspace, and the workspaces that are named after them."""
    snapshots = {}
    while (frame := await listener.next())["type"] == "snapshot":
        snapshots[frame["workspaceId"]] = frame["data"]
    assert frame["type"] == "workspaces.changed"
    return snapshots, frame["data"]["workspaces"]


async def second(cast: Cast, name: str, role: Role) -> Workspace:
    """Another workspace, of the stranger, in which the cast's owner has this role."""
    return await realtime.in_thread(_second, cast, name, role)


def _second(cast: Cast, name: str, role: Role) -> Workspace:
    workspace = services.create_workspace(name, owner=cast["stranger"].user, actor=ACTOR)
    services.add_member(workspace, cast["owner"].user, role, actor=ACTOR)
    return workspace


async def test_it_begins_with_a_snapshot_of_each_and_names_them_all(
    web: WebProcess, cast: Cast
) -> None:
    other = await second(cast, "Another", Role.VIEWER)
    async with mine(web, cast["owner"].cookie) as owner:
        snapshots, named = await beginning(owner)
    assert set(snapshots) == {str(cast.workspace.pk), str(other.pk)}
    assert [(row["name"], row["role"]) for row in named] == [
        ("Another", "viewer"),
        (cast.workspace.name, "owner"),
    ]
    seen = snapshots[str(cast.workspace.pk)]
    assert seen["campaigns"]["total"] == 1
    assert seen["permissions"]["isOwner"] is True
    assert "lastSyncAt" in seen["connections"]
    assert "lastSyncAt" not in snapshots[str(other.pk)]["connections"]  # a viewer there


async def test_one_that_may_not_be_read_is_not_named(web: WebProcess, cast: Cast) -> None:
    other = await second(cast, "Another", Role.VIEWER)
    sql(
        "DELETE FROM workspaces_workspaceuserobjectpermission g USING auth_permission p"
        " WHERE p.id = g.permission_id AND p.codename = 'view_workspace'"
        " AND g.content_object_id = %s",
        other.pk,
    )
    async with mine(web, cast["owner"].cookie) as owner:
        snapshots, named = await beginning(owner)
    assert list(snapshots) == [row["id"] for row in named] == [str(cast.workspace.pk)]


async def test_who_is_in_none_hears_just_that(web: WebProcess, cast: Cast) -> None:
    async with mine(web, cast["superuser"].cookie) as nobody:
        assert await beginning(nobody) == ({}, [])
        await nobody.say("ping")
        await nobody.until("pong")


@pytest.mark.parametrize("headers", [{}, {"Cookie": "sessionid=none"}, {"X-Session-Token": "no"}])
async def test_nobody_is_closed_with_4401(
    web: WebProcess, cast: Cast, headers: dict[str, str]
) -> None:
    async with mine(web, headers) as nobody:
        assert await nobody.code() == 4401


async def test_a_key_hears_of_its_own_workspace_alone(web: WebProcess, cast: Cast) -> None:
    await second(cast, "Another", Role.OWNER)
    owner = cast["owner"].user
    key = await realtime.in_thread(
        keys.create, cast.workspace, owner, name="Key", role=Role.VIEWER, actor=ACTOR
    )
    async with mine(web, {"Authorization": f"Bearer {key.token}"}) as program:
        snapshots, named = await beginning(program)
    assert [(row["id"], row["role"]) for row in named] == [(str(cast.workspace.pk), "viewer")]
    assert list(snapshots) == [str(cast.workspace.pk)]
    assert "lastSyncAt" not in snapshots[str(cast.workspace.pk)]["connections"]


async def test_a_bar_that_moves_is_told_and_nothing_of_campaigns(
    web: WebProcess, cast: Cast
) -> None:
    other = await second(cast, "Another", Role.VIEWER)
    async with mine(web, cast["owner"].cookie) as owner:
        await beginning(owner)
        await owner.say("subscribe", campaigns=[str(cast.campaign.pk)])
        assert (await owner.next())["data"]["code"] == "forbidden"
        sql(
            "UPDATE campaigns_campaign SET last_result = 'error', counted_result = 'error'"
            " WHERE workspace_id = %s",
            cast.workspace.pk,
        )
        heard: list[dict[str, Any]] = []
        while not heard or heard[-1]["data"]["status"] != "error":
            heard.append(await owner.next(seconds=8))  # by the comparison with the database
        assert {frame["type"] for frame in heard} == {"health.changed"}
        assert heard[-1]["workspaceId"] == str(cast.workspace.pk)
        assert str(other.pk) not in {f["workspaceId"] for f in heard if f["data"].get("at")}


async def test_a_workspace_comes_and_goes_while_one_listens(web: WebProcess, cast: Cast) -> None:
    async with mine(web, cast["owner"].cookie) as owner:
        await beginning(owner)
        other = await second(cast, "Came later", Role.MEMBER)
        snapshots, named = await beginning(owner)
        assert list(snapshots) == [str(other.pk)]
        assert [row["name"] for row in named] == ["Came later", cast.workspace.name]
        sql(
            "UPDATE workspaces_membership SET role = 'viewer' WHERE workspace_id = %s"
            " AND user_id = %s",
            other.pk,
            cast["owner"].user.pk,
        )
        told = await owner.until("permissions.changed", seconds=1)
        assert (told["workspaceId"], told["data"]["role"]) == (str(other.pk), "viewer")
        sql(
            "DELETE FROM workspaces_membership WHERE workspace_id = %s AND user_id = %s",
            other.pk,
            cast["owner"].user.pk,
        )
        named = (await owner.until("workspaces.changed", seconds=1))["data"]["workspaces"]
        while any(row["id"] == str(other.pk) for row in named):
            named = (await owner.until("workspaces.changed", seconds=1))["data"]["workspaces"]
        assert [row["id"] for row in named] == [str(cast.workspace.pk)]


async def test_after_one_has_left_nothing_of_it_is_heard(web: WebProcess, cast: Cast) -> None:
    other = await second(cast, "Left", Role.OWNER)
    campaign = await realtime.in_thread(campaign_of, other)
    async with mine(web, cast["owner"].cookie) as owner:
        await beginning(owner)
        sql(
            "DELETE FROM workspaces_membership WHERE workspace_id = %s AND user_id = %s",
            other.pk,
            cast["owner"].user.pk,
        )
        await owner.until("workspaces.changed", seconds=1)
        sql(
            "UPDATE campaigns_campaign SET last_result = 'error', counted_result = 'error'"
            " WHERE id = %s",
            campaign.pk,
        )
        await owner.silent(6, of="health.changed")


async def test_the_session_s_end_closes_it(web: WebProcess, cast: Cast) -> None:
    async with mine(web, cast["owner"].cookie) as owner:
        await beginning(owner)
        sql("DELETE FROM django_session WHERE session_key = %s", cast["owner"].session)
        assert await owner.code(seconds=2) == 4401


async def test_it_counts_among_the_ten_of_a_person(web: WebProcess, cast: Cast) -> None:
    async with AsyncExitStack() as stack:
        for _ in range(10):
            listener = await stack.enter_async_context(mine(web, cast["owner"].cookie))
            await beginning(listener)
        async with mine(web, cast["owner"].cookie) as eleventh:
            assert await eleventh.code() == 4429


async def test_many_workspaces_begin_at_once_and_leave_the_socket_open(
    web: WebProcess, database: None
) -> None:
    session = await realtime.in_thread(many)
    async with mine(web, {"Cookie": f"sessionid={session}"}) as owner:
        async with asyncio.timeout(30):
            snapshots, named = await beginning(owner)
        assert len(snapshots) == len(named) == MANY
        await owner.say("ping")
        assert (await owner.until("pong"))["type"] == "pong"
    assert [row["name"] for row in named] == [f"Client {n:03}" for n in range(MANY)]


def many() -> str:
    """The session of somebody with that many workspaces."""
    user = User.objects.create_user(f"many-{uuid.uuid4().hex[:6]}@x.test")
    for n in range(MANY):
        services.create_workspace(f"Client {n:03}", owner=user, actor=ACTOR)
    return sign_in(user)
