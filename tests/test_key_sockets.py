"""API keys on sockets, by a real client on a real process."""

import asyncio
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, TypeVar

import pytest
from django.db import connection
from django.utils.timezone import now
from pytest_django.plugin import DjangoDbBlocker
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from orchestrator import realtime
from orchestrator.events import command
from orchestrator.realtime import AUDIENCES, Frame
from tests.test_socket import Cast, Person, campaign_of, changed, close_code, listen, sign_in, sql
from tests.web_process import WebProcess, own_database
from workspaces import keys, services
from workspaces.models import ApiKey, Membership, Role, User

ACTOR = command("test")


@pytest.fixture(scope="module")
def database(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock(), own_database("test_key_sockets"):
        yield


@pytest.fixture(scope="module", params=["uvicorn", "daphne"])
def web(
    request: pytest.FixtureRequest, database: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[WebProcess]:
    with WebProcess(tmp_path_factory.mktemp("web") / "log", request.param) as web:
        yield web


@pytest.fixture
def cast(database: None) -> Cast:
    """A workspace of two owners; the second has one of their own, too."""
    people = {}
    for name in ("owner", "other"):
        user = User.objects.create_user(f"{name}-{uuid.uuid4().hex[:8]}@x.test")
        people[name] = Person(user, sign_in(user))
    workspace = services.create_workspace("Keys", owner=people["owner"].user, actor=ACTOR)
    services.add_member(workspace, people["other"].user, Role.OWNER, actor=ACTOR)
    theirs = services.create_workspace("Theirs", owner=people["owner"].user, actor=ACTOR)
    return Cast(workspace, campaign_of(workspace), campaign_of(theirs), people)


T = TypeVar("T")


async def aside(call: Callable[..., T], *args: Any, **kwargs: Any) -> T:
    """In a thread, where the ORM may be used."""

    def run() -> T:
        try:
            return call(*args, **kwargs)
        finally:
            connection.close()

    return await asyncio.to_thread(run)


async def key(cast: Cast, role: Role = Role.VIEWER, **fields: Any) -> keys.Shown:
    maker = cast["owner"].user
    return await aside(
        keys.create, cast.workspace, maker, name="K", role=role, actor=ACTOR, **fields
    )


def bearing(shown: keys.Shown) -> dict[str, str]:
    return {"Authorization": f"Bearer {shown.token}"}


async def test_a_key_needs_no_origin_and_hears_what_its_role_hears(
    web: WebProcess, cast: Cast
) -> None:
    async with listen(web, bearing(await key(cast)), cast.workspace.pk) as viewer:
        permissions = (await viewer.next())["data"]["permissions"]
        assert (permissions["role"], permissions["isOwner"]) == ("viewer", False)
        await viewer.view(cast.campaign)
        await realtime.publish(cast.workspace.pk, [changed(cast, 100)])
        assert (await viewer.until("campaign.changed"))["data"] == {"as": "viewer"}


async def test_an_owners_key_has_not_an_owners_grants_and_gets_the_id_alone(
    web: WebProcess, cast: Cast
) -> None:
    async with listen(web, bearing(await key(cast, Role.OWNER)), cast.workspace.pk) as owner:
        permissions = (await owner.next())["data"]["permissions"]
        assert (permissions["role"], permissions["canManageKeys"]) == ("owner", False)
        await owner.view(cast.campaign)
        await realtime.publish(cast.workspace.pk, [changed(cast, 100)])
        assert (await owner.until("campaign.changed"))["data"] == {"id": str(cast.campaign.pk)}


async def test_a_key_hears_nothing_of_members(web: WebProcess, cast: Cast) -> None:
    def told(kind: str) -> Frame:
        who = cast["other"].user.pk
        body = {audience: {"userId": str(who)} for audience in AUDIENCES}
        return Frame.of(
            kind, cast.workspace.pk, who, body, version=None, needs="workspaces.view_workspace"
        )

    frames = [told(kind) for kind in ("member.changed", "member.removed", "invitation.changed")]
    for role in (Role.VIEWER, Role.OWNER):
        async with listen(web, bearing(await key(cast, role)), cast.workspace.pk) as mine:
            await mine.until("snapshot")
            await mine.view(cast.campaign)
            await realtime.publish(cast.workspace.pk, [*frames, changed(cast, 100)])
            assert (await mine.next())["type"] == "campaign.changed"


async def test_a_key_hears_its_own_workspace_alone(web: WebProcess, cast: Cast) -> None:
    elsewhere = cast.foreign.workspace_id
    async with listen(web, cast["owner"].token, elsewhere) as person:
        await person.until("snapshot")
    assert await close_code(web, bearing(await key(cast)), elsewhere) == 4404
    async with listen(web, bearing(await key(cast)), cast.workspace.pk) as viewer:
        await viewer.until("snapshot")
        await viewer.say("subscribe", campaigns=[str(cast.foreign.pk)])
        assert (await viewer.until("error"))["data"]["code"] == "not_found"


async def test_a_wrong_key_is_nobody_also_beside_a_good_session(
    web: WebProcess, cast: Cast
) -> None:
    for token in ("", " ork_" + "A" * 43, " x", " ork_\xe4"):
        wrong = {"Authorization": f"Bearer{token}", **cast["owner"].token}
        assert await close_code(web, wrong, cast.workspace.pk) == 4401
    cookie = {"Cookie": f"sessionid={(await key(cast)).token}"}  # no key by that door
    assert await close_code(web, cookie, cast.workspace.pk) == 4401


async def test_a_browsers_own_authorization_does_not_stand_for_an_origin(
    web: WebProcess, cast: Cast
) -> None:
    """Behind a proxy that asks for a password, a browser sends it from any page."""
    headers = {
        **cast["owner"].cookie,
        "Origin": "http://evil.test",
        "Authorization": "Basic eDp5",
    }
    url = f"{web.url.replace('http', 'ws', 1)}/ws/workspaces/{cast.workspace.pk}/"
    with pytest.raises(InvalidStatus) as refused:
        async with connect(url, additional_headers=headers):
            pass
    assert refused.value.response.status_code == 403


def revoked(cast: Cast, id: uuid.UUID) -> None:
    keys.revoke(cast.workspace, cast["owner"].user, id, actor=ACTOR)


def deleted_by_sql(cast: Cast, id: uuid.UUID) -> None:
    sql("DELETE FROM workspaces_apikey WHERE id = %s", id)


def rotated_away(cast: Cast, id: uuid.UUID) -> None:
    keys.rotate(cast.workspace, cast["owner"].user, id, grace=0, actor=ACTOR)


def ended_by_sql(cast: Cast, id: uuid.UUID) -> None:
    sql("UPDATE workspaces_apikey SET expires_at = now() WHERE id = %s", id)


def maker_removed(cast: Cast, id: uuid.UUID) -> None:
    Membership.objects.get(user=cast["owner"].user, workspace=cast.workspace).delete()


def maker_removed_by_sql(cast: Cast, id: uuid.UUID) -> None:
    sql(
        "DELETE FROM workspaces_membership WHERE user_id = %s AND workspace_id = %s",
        cast["owner"].user.pk,
        cast.workspace.pk,
    )


def maker_deactivated(cast: Cast, id: uuid.UUID) -> None:
    alone = Membership.objects.get(user=cast["owner"].user, workspace=cast.foreign.workspace_id)
    alone.workspace.memberships.create(user=cast["other"].user, role=Role.OWNER)
    sql("UPDATE workspaces_user SET is_active = false WHERE id = %s", cast["owner"].user.pk)


@pytest.mark.parametrize(
    "ended",
    [
        revoked,
        deleted_by_sql,
        rotated_away,
        ended_by_sql,
        maker_removed,
        maker_removed_by_sql,
        maker_deactivated,
    ],
)
async def test_when_a_key_ends_its_sockets_close_within_a_second(
    web: WebProcess, cast: Cast, ended: Any
) -> None:
    mine, another = await key(cast), await key(cast)
    async with (
        listen(web, bearing(mine), cast.workspace.pk) as dying,
        listen(web, cast["other"].token, cast.workspace.pk) as other,
    ):
        await dying.until("snapshot")
        await other.until("snapshot")
        await aside(ended, cast, mine.row.pk)
        assert await dying.code(seconds=1) == 4401
        await other.say("ping")
        await other.until("pong")
    stays = await aside(ApiKey.objects.filter(pk=another.row.pk).exists)
    assert stays is (ended not in (maker_removed, maker_removed_by_sql))


async def test_at_its_expiry_a_key_is_closed_within_a_second(web: WebProcess, cast: Cast) -> None:
    expiry = now() + timedelta(seconds=2)
    async with listen(web, bearing(await key(cast, expires_at=expiry)), cast.workspace.pk) as dying:
        await dying.until("snapshot")
        assert await dying.code(seconds=4) == 4401
        assert timedelta(0) <= now() - expiry < timedelta(seconds=1)


async def test_when_the_grace_ends_the_old_form_is_closed_and_the_new_one_stays(
    web: WebProcess, cast: Cast
) -> None:
    old = await key(cast)
    maker = cast["owner"].user
    async with listen(web, bearing(old), cast.workspace.pk) as dying:
        await dying.until("snapshot")
        new = await aside(keys.rotate, cast.workspace, maker, old.row.pk, grace=2, actor=ACTOR)
        async with listen(web, bearing(new), cast.workspace.pk) as living:
            await living.until("snapshot")
            await dying.say("ping")
            await dying.until("pong")
            assert await dying.code(seconds=4) == 4401
            assert new.row.old_until is not None
            assert timedelta(0) <= now() - new.row.old_until < timedelta(seconds=1)
            await living.say("ping")
            await living.until("pong")


async def test_a_demoted_makers_key_loses_at_once_what_the_maker_lost(
    web: WebProcess, cast: Cast
) -> None:
    async with listen(web, bearing(await key(cast, Role.MEMBER)), cast.workspace.pk) as member:
        assert (await member.next())["data"]["permissions"]["canWrite"] is True
        sql(
            "UPDATE workspaces_membership SET role = 'viewer'"
            " WHERE user_id = %s AND workspace_id = %s",
            cast["owner"].user.pk,
            cast.workspace.pk,
        )
        told = (await member.until("permissions.changed", seconds=1))["data"]
        assert (told["role"], told["canWrite"]) == ("viewer", False)


async def test_a_keys_role_lowered_by_sql_lowers_its_sockets(web: WebProcess, cast: Cast) -> None:
    mine = await key(cast, Role.MEMBER)
    async with listen(web, bearing(mine), cast.workspace.pk) as member:
        await member.view(cast.campaign)
        sql("UPDATE workspaces_apikey SET role = 'viewer' WHERE id = %s", mine.row.pk)
        assert (await member.until("permissions.changed", seconds=1))["data"]["role"] == "viewer"
        await realtime.publish(cast.workspace.pk, [changed(cast, 100)])
        assert (await member.until("campaign.changed"))["data"] == {"as": "viewer"}


async def test_an_open_socket_is_a_use_of_the_key(web: WebProcess, cast: Cast) -> None:
    mine = await key(cast)
    async with listen(web, bearing(mine), cast.workspace.pk) as viewer:
        await viewer.until("snapshot")
        assert (await aside(ApiKey.objects.get, pk=mine.row.pk)).last_used_at is not None
        await viewer.say("ping")
        await viewer.until("pong")  # and writing it closes nothing
