"""How much a workspace may have: also for two at once at the limit."""

import threading
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from campaigns.adoption import take_back
from campaigns.models import Campaign, WorkspaceClock
from governance.models import AuditEvent
from orchestrator.events import command
from tests.cast import Cast, campaign_of
from tests.web_process import own_database
from workspaces import quotas, services
from workspaces.models import Membership, Quota, Role, User, Workspace
from workspaces.quotas import Name

ACTOR = command("test")


@pytest.fixture(scope="module")
def database(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock(), own_database("test_quotas"):
        yield


def person() -> User:
    return User.objects.create_user(f"{uuid.uuid4().hex}@x.test")


def test_where_nothing_is_said_the_defaults_hold(cast: Cast) -> None:
    assert quotas.limits(cast.acme.pk) == {
        "campaigns": 1000,
        "members": 1000,
        "sockets": 2000,
        "keys": 20,
        "heartbeatsPerMinute": 60_000,
        "hookCallsPerMinute": 6000,
    }


def test_it_counts_what_there_is(cast: Cast) -> None:
    campaign_of(cast.acme, "Old", archived_at=timezone.now())
    clock = WorkspaceClock.objects.filter(workspace=cast.acme)
    this_minute = timezone.now().replace(second=0, microsecond=0)
    assert clock.update(beats=7, beats_minute=this_minute)
    used = {name: usage["used"] for name, usage in quotas.used(cast.acme).items()}
    assert used == {
        "campaigns": 1,
        "members": 4,
        "sockets": 0,
        "keys": 0,
        "heartbeatsPerMinute": 7,
        "hookCallsPerMinute": 0,
    }
    clock.update(beats_minute=this_minute - timedelta(minutes=1))
    assert quotas.used(cast.acme)["heartbeatsPerMinute"]["used"] == 0


def test_it_is_counted_by_two_queries(cast: Cast, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(2):
        quotas.used(cast.acme)


def test_a_limit_is_set_for_one_workspace_and_said_to_the_ledger(cast: Cast) -> None:
    quotas.set_limit(cast.acme, Name.MEMBERS, 4, actor=ACTOR)
    quotas.set_limit(cast.acme, Name.MEMBERS, 4, actor=ACTOR)  # so already
    assert quotas.limits(cast.acme.pk)["members"] == 4
    assert quotas.limits(cast.globex.pk)["members"] == 1000
    (event,) = AuditEvent.objects.filter(action="quota_changed")
    assert (event.workspace_id, event.before, event.after) == (
        cast.acme.pk,
        {"members": 1000},
        {"members": 4},
    )
    quotas.set_limit(cast.acme, Name.MEMBERS, 1000, actor=ACTOR)
    assert not Quota.objects.exists()
    for wrong in (-1, 2**31):
        with pytest.raises(ValueError, match="no limit"):
            quotas.set_limit(cast.acme, Name.MEMBERS, wrong, actor=ACTOR)


def test_a_member_too_many_is_refused(cast: Cast) -> None:
    quotas.set_limit(cast.acme, Name.MEMBERS, 4, actor=ACTOR)
    with pytest.raises(quotas.Exceeded) as refused:
        services.add_member(cast.acme, cast.people["stranger"], Role.MEMBER, actor=ACTOR)
    assert refused.value.status == 409
    body = refused.value.body()
    assert (body["code"], body["limit"], body["used"]) == ("quota_exceeded", 4, 4)
    with pytest.raises(CommandError, match="has 4 members"):
        call_command("add_member", "acme", cast.people["stranger"].email)
    with pytest.raises(services.AlreadyMember):  # rather than that it is full
        services.add_member(cast.acme, cast.people["viewer"], Role.MEMBER, actor=ACTOR)
    assert not Membership.objects.filter(workspace=cast.acme, user=cast.people["stranger"]).exists()


def test_a_limit_below_what_there_is_takes_nothing_away(cast: Cast) -> None:
    quotas.set_limit(cast.acme, Name.MEMBERS, 2, actor=ACTOR)
    assert quotas.used(cast.acme)["members"] == {"limit": 2, "used": 4}


@pytest.fixture
def workspace(database: None) -> Workspace:
    return services.create_workspace("Race", owner=person(), actor=ACTOR)


def test_of_two_at_once_at_the_limit_one_is_refused(workspace: Workspace) -> None:
    def join(start: threading.Barrier) -> bool:
        user = person()
        start.wait(10)
        try:
            services.add_member(workspace, user, Role.MEMBER, actor=ACTOR)
        except quotas.Exceeded:
            return False
        else:
            return True
        finally:
            connection.close()

    for members in range(2, 12):
        quotas.set_limit(workspace, Name.MEMBERS, members, actor=ACTOR)
        start = threading.Barrier(3)
        with ThreadPoolExecutor(3) as threads:
            joined = list(threads.map(join, [start] * 3))
        assert joined.count(True) == 1
        assert workspace.memberships.count() == members


def test_what_comes_back_at_once_by_two_syncs_finds_no_more_room_than_there_is(
    workspace: Workspace,
) -> None:
    def back(some: list[Campaign]) -> int:
        versions = {row.pk: row.version for row in some}
        start.wait(10)
        try:
            took, left = take_back(workspace.instance, workspace, versions, actor=ACTOR)
            assert len(took) + left == len(some)
            return len(took)
        finally:
            connection.close()

    away: dict[str, Any] = {"archived_at": timezone.now(), "set_aside": True}
    rows = [campaign_of(workspace, f"Old {n}", **away) for n in range(6)]
    quotas.set_limit(workspace, Name.CAMPAIGNS, 4, actor=ACTOR)
    for _ in range(5):
        Campaign.objects.filter(workspace=workspace).update(**away)
        start = threading.Barrier(2)
        with ThreadPoolExecutor(2) as threads:
            assert sum(threads.map(back, [rows[:3], rows[3:]])) == 4
        assert quotas.used(workspace)["campaigns"] == {"limit": 4, "used": 4}
