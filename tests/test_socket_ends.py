"""How many sockets a workspace may have, and what becomes of a super admin's who is one no more."""

import asyncio
import uuid
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack
from typing import Any

import pytest
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker

from orchestrator.events import command
from tests.test_socket import close_code, listen, sign_in, sql
from tests.web_process import WebProcess, own_database
from workspaces import people, quotas, services
from workspaces.models import Role, User, Workspace

ACTOR = command("test")


@pytest.fixture(scope="module")
def database(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock(), own_database("test_socket_ends"):
        yield


@pytest.fixture(scope="module", params=["uvicorn", "daphne"])
def web(
    request: pytest.FixtureRequest, database: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[WebProcess]:
    with WebProcess(tmp_path_factory.mktemp("web") / "log", request.param) as web:
        yield web


@pytest.fixture
def workspace(database: None) -> Workspace:
    return services.create_workspace("Ends", owner=person(), actor=ACTOR)


def person(**fields: Any) -> User:
    return User.objects.create_user(f"{uuid.uuid4().hex}@x.test", **fields)


def member(workspace: Workspace, **fields: Any) -> tuple[User, dict[str, str]]:
    user = person(**fields)
    services.add_member(workspace, user, Role.MEMBER, actor=ACTOR)
    return user, {"Cookie": f"sessionid={sign_in(user)}"}


async def aside(call: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """In a thread, where the ORM may be used."""

    def run() -> Any:
        try:
            return call(*args, **kwargs)
        finally:
            connection.close()

    return await asyncio.to_thread(run)


async def limit_to(workspace: Workspace, number: int) -> None:
    await aside(quotas.set_limit, workspace, quotas.Name.SOCKETS, number, actor=ACTOR)


async def test_over_its_quota_a_workspace_gets_no_socket_more(
    web: WebProcess, workspace: Workspace
) -> None:
    await limit_to(workspace, 2)
    cookies = [(await aside(member, workspace))[1] for _ in range(3)]
    async with AsyncExitStack() as first:
        await (await first.enter_async_context(listen(web, cookies[0], workspace.pk))).until(
            "snapshot"
        )
        async with listen(web, cookies[1], workspace.pk) as second:
            await second.until("snapshot")
            assert await close_code(web, cookies[2], workspace.pk) == 4429
            await second.say("ping")
            await second.until("pong")  # who is in stays
            await limit_to(workspace, 3)  # heard of at once
            async with listen(web, cookies[2], workspace.pk) as third:
                await third.until("snapshot")
    await limit_to(workspace, 0)
    assert await close_code(web, cookies[0], workspace.pk) == 4429


async def test_of_many_at_once_no_more_than_the_quota_come_in(
    web: WebProcess, workspace: Workspace
) -> None:
    await limit_to(workspace, 3)
    cookies = [(await aside(member, workspace))[1] for _ in range(8)]
    codes: list[int | None] = []

    async def come(cookie: dict[str, str]) -> None:
        async with listen(web, cookie, workspace.pk) as listener:
            try:
                codes.append(await listener.code(3))
            except TimeoutError:
                codes.append(None)  # it is in

    await asyncio.gather(*(come(cookie) for cookie in cookies))
    assert sorted(codes, key=str) == [4429] * 5 + [None] * 3


async def test_another_workspace_is_not_held_up(web: WebProcess, workspace: Workspace) -> None:
    await limit_to(workspace, 0)
    user, cookie = await aside(member, workspace)
    other = await aside(services.create_workspace, "Other", owner=user, actor=ACTOR)
    assert await close_code(web, cookie, workspace.pk) == 4429
    async with listen(web, cookie, other.pk) as listener:
        await listener.until("snapshot")


def by_sql(user: User) -> None:
    sql("UPDATE workspaces_user SET is_superuser = false WHERE id = %s", user.pk)


def by_service(user: User) -> None:
    people.set_superuser(user, False, actor=ACTOR)


def deactivated(user: User) -> None:
    people.set_active(user, False, actor=ACTOR)


@pytest.mark.parametrize("end", [by_sql, by_service, deactivated])
async def test_a_superuser_who_stops_being_one_loses_their_sockets_within_a_second(
    end: Callable[[User], None], web: WebProcess, workspace: Workspace
) -> None:
    user, cookie = await aside(member, workspace, is_superuser=True)
    async with listen(web, cookie, workspace.pk) as listener:
        await listener.until("snapshot")
        await aside(end, user)
        assert await listener.code(1) == 4401
    assert await close_code(web, cookie, workspace.pk) == 4401
