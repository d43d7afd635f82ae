"""Two who change people at once, by HTTP to two processes on one database: one is told, and there
is always an owner."""

import re
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import httpx
import psycopg
import pytest
from django.core import mail
from django.db import connection
from pytest_django import DjangoDbBlocker

from orchestrator.events import command
from rbac import invitations
from tests import role_truths
from tests.processes import wait_until
from tests.test_socket import sign_in
from tests.web_process import WebProcess, database_url, own_database
from workspaces import services
from workspaces.models import Membership, Role, User, Workspace

ACTOR = command("test")
ROUNDS = 200
FEW = 30
CSRF = "c" * 32
PASSWORD = "a long pass phrase"
TO = (Role.ADMIN, Role.MEMBER, Role.VIEWER)

Answer = tuple[int, str]  # the status, and the code of a refusal
OK = (200, "")
OWNER_ONLY = (403, "owner_only")


@pytest.fixture(scope="module")
def database(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock(), own_database("test_members_race"):
        yield


@pytest.fixture(scope="module")
def processes(
    database: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[WebProcess, WebProcess]]:
    folder = tmp_path_factory.mktemp("web")
    limit = {"API_RATE_PER_MINUTE": "1000000"}  # what is raced is not the limit
    with WebProcess(folder / "one", **limit) as one, WebProcess(folder / "two", **limit) as two:
        yield one, two


@pytest.fixture(scope="module")
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(3) as threads:
        yield threads


@dataclass
class Stage:
    """Two owners, each a browser on a process of their own, and two more members."""

    workspace: Workspace
    people: dict[str, User]
    browsers: dict[str, httpx.Client]
    threads: ThreadPoolExecutor

    def path(self, name: str) -> str:
        return f"/api/workspaces/{self.workspace.pk}/members/{self.people[name].pk}"

    def version(self, name: str) -> int:
        return Membership.objects.get(workspace=self.workspace, user=self.people[name]).version

    def change(self, by: str, whom: str, role: str, version: int) -> Callable[[], httpx.Response]:
        body = {"newRole": role, "version": version}
        return partial(self.browsers[by].patch, self.path(whom), json=body)

    def bulk(self, by: str, role: str, versions: dict[str, int]) -> Callable[[], httpx.Response]:
        changes = [
            {"userId": str(self.people[name].pk), "newRole": role, "version": version}
            for name, version in versions.items()
        ]
        path = f"/api/workspaces/{self.workspace.pk}/members/bulk"
        return partial(self.browsers[by].post, path, json={"changes": changes})

    def at_once(self, *acts: Callable[[], Any]) -> "list[Future[Any]]":
        start = threading.Barrier(len(acts))

        def act(call: Callable[[], Any]) -> Any:
            start.wait(10)
            return call()

        return [self.threads.submit(act, call) for call in acts]

    def answers(self, *acts: Callable[[], httpx.Response]) -> list[httpx.Response]:
        return [done.result(30) for done in self.at_once(*acts)]

    def restore(self, **wanted: str) -> None:
        """By SQL; whoever is not named is as in the beginning."""
        usual = {"one": "owner", "two": "owner", "three": "admin", "four": "admin"}
        with connection.cursor() as cursor:
            for name, role in (usual | wanted).items():
                cursor.execute(
                    "UPDATE workspaces_membership SET role = %s"
                    " WHERE workspace_id = %s AND user_id = %s AND role <> %s",
                    [role, self.workspace.pk, self.people[name].pk, role],
                )

    def roles(self) -> dict[str, str]:
        found = role_truths.roles(self.workspace.pk)
        return {name: found[user.pk] for name, user in self.people.items() if user.pk in found}

    def check(self) -> None:
        assert role_truths.active_owners(self.workspace.pk) >= 1
        assert role_truths.with_other_grants(self.workspace.pk) == {}
        assert role_truths.told_by_the_audit(self.workspace.pk) == role_truths.roles(
            self.workspace.pk
        )


@pytest.fixture
def stage(processes: tuple[WebProcess, WebProcess], threads: ThreadPoolExecutor) -> Iterator[Stage]:
    people = {name: person() for name in ("one", "two", "three", "four")}
    workspace = services.create_workspace("Race", owner=people["one"], actor=ACTOR)
    services.add_member(workspace, people["two"], Role.OWNER, actor=ACTOR)
    for name in ("three", "four"):
        services.add_member(workspace, people[name], Role.ADMIN, actor=ACTOR)
    browsers = {
        name: browser(people[name], web) for name, web in zip(people, processes * 2, strict=True)
    }
    yield Stage(workspace, people, browsers, threads)
    for client in browsers.values():
        client.close()


def person() -> User:
    return User.objects.create_user(f"{uuid.uuid4().hex}@x.test")


def browser(user: User | None, web: WebProcess) -> httpx.Client:
    cookies = {"csrftoken": CSRF} | ({"sessionid": sign_in(user)} if user else {})
    headers = {"X-CSRFToken": CSRF, "Origin": web.url}
    return httpx.Client(  # a context of TLS takes long to make, and is not used
        base_url=web.url,
        cookies=cookies,
        headers=headers,
        timeout=30,
        verify=False,  # noqa: S501
    )


def said(answer: httpx.Response) -> Answer:
    return answer.status_code, answer.json()["code"] if answer.is_error else ""


def wait_for_locks(number: int) -> bool:
    """So many backends of this database wait for somebody's lock."""

    def waiting() -> bool:
        (found,) = role_truths.asked(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return bool(found[0] >= number)

    return wait_until(waiting, 10)


@contextmanager
def by_sql(statement: str, *values: Any) -> Iterator["psycopg.Connection[Any]"]:
    """A transaction of somebody at the database's own prompt, who has not committed yet."""
    with closing(psycopg.connect(database_url())) as db:
        with db:
            db.execute(statement, values)
            yield db


# --- two owners demote each other -------------------------------------------------------------


@pytest.mark.long
def test_of_two_owners_who_demote_each_other_at_once_one_is_left(stage: Stage) -> None:
    """In every second round both are let past their doors before either may go on."""
    for number in range(ROUNDS):
        stage.restore()
        one, two = TO[number % 3], TO[number // 3 % 3]
        acts = (
            stage.change("one", "two", two, stage.version("two")),
            stage.change("two", "one", one, stage.version("one")),
        )
        before = role_truths.audited(stage.workspace.pk)
        if number % 2:
            with by_sql(
                "SELECT 1 FROM workspaces_workspace WHERE id = %s FOR NO KEY UPDATE",
                stage.workspace.pk,
            ):
                both = stage.at_once(*acts)
                assert wait_for_locks(2)
            answers = [said(one.result(30)) for one in both]
        else:
            answers = [said(one) for one in stage.answers(*acts)]
        assert answers.count(OK) == 1, (number, answers)
        won = answers.index(OK)
        lost = (two, one)[won]  # what the other one is now
        expected = {OWNER_ONLY}
        if not number % 2 and lost != Role.ADMIN:
            expected.add((403, "permission_denied"))  # came so late that the door said it
        assert answers[1 - won] in expected, (number, answers)
        loser = ("two", "one")[won]
        assert stage.roles() == {
            "one": "owner",
            "two": "owner",
            "three": "admin",
            "four": "admin",
            loser: lost,
        }
        assert role_truths.active_owners(stage.workspace.pk) == 1
        assert role_truths.with_other_grants(stage.workspace.pk) == {}
        assert role_truths.audited(stage.workspace.pk) == before + 1
        assert role_truths.asked(
            "SELECT changed_by, changed_by_type, target_user, old_role, new_role"
            " FROM role_audit_log WHERE workspace_id = %s ORDER BY created_at DESC LIMIT 1",
            stage.workspace.pk,
        ) == [
            (
                str(stage.people[("one", "two")[won]].pk),
                "user",
                stage.people[loser].pk,
                "owner",
                lost.value,
            )
        ]
    stage.check()


# --- two change the same row ------------------------------------------------------------------


def test_of_two_who_change_the_same_row_one_is_told_what_it_is_now(stage: Stage) -> None:
    for _ in range(FEW):
        stage.restore()
        version = stage.version("three")
        wanted = {"one": "member", "two": "viewer"}
        answers = stage.answers(
            *(stage.change(by, "three", role, version) for by, role in wanted.items())
        )
        assert sorted(said(one) for one in answers) == [OK, (409, "stale_version")]
        now = stage.roles()["three"]
        assert now in wanted.values()
        for answer in answers:
            row = answer.json() if answer.is_success else answer.json()["current"]
            assert (row["role"], row["version"]) == (now, version + 1)
    stage.check()


def test_of_two_admins_who_want_the_same_one_does_it_and_both_have_it(stage: Stage) -> None:
    for _ in range(FEW):
        stage.restore(four="member")
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE workspaces_membership SET role = 'admin' WHERE user_id = %s",
                [stage.people["two"].pk],
            )
        version, before = stage.version("four"), role_truths.audited(stage.workspace.pk)
        answers = stage.answers(
            *(stage.change(by, "four", "viewer", version) for by in ("two", "three"))
        )
        assert [said(one) for one in answers] == [OK, OK]
        assert {one.json()["version"] for one in answers} == {version + 1}
        assert role_truths.audited(stage.workspace.pk) == before + 1
    stage.check()


def test_many_at_once_and_one_of_them_alone_do_not_mix(stage: Stage) -> None:
    for _ in range(FEW):
        stage.restore()
        three, four = stage.version("three"), stage.version("four")
        bulk, single = stage.answers(
            stage.bulk("one", "viewer", {"four": four, "three": three}),
            stage.change("two", "three", "member", three),
        )
        roles = stage.roles()
        if said(bulk) == OK:
            assert said(single) == (409, "stale_version")
            assert (roles["three"], roles["four"]) == ("viewer", "viewer")
        else:
            assert said(bulk) == (409, "bulk_refused")
            (error,) = bulk.json()["errors"]
            assert (error["userId"], error["code"]) == (
                str(stage.people["three"].pk),
                "stale_version",
            )
            assert said(single) == OK
            assert (roles["three"], roles["four"]) == ("member", "admin")
    stage.check()


def test_two_who_change_many_in_opposite_order_do_not_stand_in_each_others_way(
    stage: Stage,
) -> None:
    for _ in range(FEW):
        stage.restore()
        three, four = stage.version("three"), stage.version("four")
        answers = stage.answers(
            stage.bulk("one", "viewer", {"three": three, "four": four}),
            stage.bulk("two", "member", {"four": four, "three": three}),
        )
        assert sorted(said(one) for one in answers) == [OK, (409, "bulk_refused")]
        roles = stage.roles()
        assert roles["three"] == roles["four"]
    stage.check()


# --- invitations ------------------------------------------------------------------------------


def invited(stage: Stage, email: str) -> str:
    """The token, as it is in the mail."""
    row = invitations.invite(
        stage.workspace, email, Role.MEMBER, by=stage.people["one"], actor=ACTOR
    )
    invitations.send(row.pk)
    found = re.search(r"/invitations/([\w-]+)", str(mail.outbox[-1].body))
    assert found is not None
    return found[1]


def test_an_invitation_accepted_twice_at_once_makes_one_member(
    stage: Stage, processes: tuple[WebProcess, WebProcess]
) -> None:
    for _ in range(FEW // 3):
        user = person()
        path = f"/api/invitations/{invited(stage, user.email)}/accept"
        clients = [browser(user, web) for web in processes]
        answers = stage.answers(*(partial(one.post, path, json={}) for one in clients))
        assert sorted(said(one) for one in answers) == [OK, (410, "invitation_expired")]
        assert role_truths.roles(stage.workspace.pk)[user.pk] == "member"
        for client in clients:
            client.close()
    stage.check()


def test_an_invitation_accepted_twice_at_once_by_somebody_new_makes_one_person(
    stage: Stage, processes: tuple[WebProcess, WebProcess]
) -> None:
    clients = [browser(None, web) for web in processes]
    for _ in range(5):
        email = f"{uuid.uuid4().hex}@x.test"
        path = f"/api/invitations/{invited(stage, email)}/accept"
        body = {"name": "Ada", "password": PASSWORD}
        answers = stage.answers(*(partial(one.post, path, json=body) for one in clients))
        assert sorted(said(one) for one in answers) == [OK, (410, "invitation_expired")]
        user = User.objects.get(email=email)
        assert role_truths.roles(stage.workspace.pk)[user.pk] == "member"
    for client in clients:
        client.close()
    stage.check()


def test_one_address_invited_twice_at_once_is_invited_once(stage: Stage) -> None:
    path = f"/api/workspaces/{stage.workspace.pk}/invitations"
    for _ in range(FEW):
        local = uuid.uuid4().hex
        emails = {"one": f"{local}@x.test", "two": f"{local.upper()}@x.test"}
        answers = stage.answers(
            *(
                partial(stage.browsers[by].post, path, json={"email": email, "role": "member"})
                for by, email in emails.items()
            )
        )
        assert sorted(one.status_code for one in answers) == [201, 409]
        assert [said(one)[1] for one in answers if one.is_error] == ["already_invited"]


# --- against the database's own prompt --------------------------------------------------------


def test_a_demotion_by_sql_and_one_by_http_leave_an_owner(stage: Stage) -> None:
    """Each of the other's owner: the database counts, whoever comes second."""
    seen = set()
    for _ in range(FEW):
        stage.restore()
        change = stage.change("one", "two", "member", stage.version("two"))

        def prompt() -> str:
            try:
                with by_sql(
                    "UPDATE workspaces_membership SET role = 'viewer' WHERE user_id = %s",
                    stage.people["one"].pk,
                ):
                    pass
            except psycopg.errors.CheckViolation as error:
                return str(error.diag.constraint_name)
            return "committed"

        http, sql = (done.result(30) for done in stage.at_once(change, prompt))
        seen.add((said(http), sql))
        stage.check()
    assert seen <= {
        (OK, "last_owner"),
        (OWNER_ONLY, "committed"),
        ((403, "permission_denied"), "committed"),
        ((409, "last_owner"), "committed"),
    }


def test_who_changes_a_row_that_sql_holds_waits_and_is_told_that_it_is_another(
    stage: Stage,
) -> None:
    """SQL takes the row and, when it commits, the workspace. Taken the other way round by us, the
    database would have to end one of the two after a second: a 503, or an error at the prompt."""
    for act in ("change", "bulk", "remove"):
        stage.restore()
        version = stage.version("two")
        calls: dict[str, Callable[[], httpx.Response]] = {
            "change": stage.change("one", "two", "member", version),
            "bulk": stage.bulk("one", "member", {"two": version}),
            "remove": partial(stage.browsers["one"].delete, stage.path("two")),
        }
        with by_sql(
            "UPDATE workspaces_membership SET role = 'viewer' WHERE user_id = %s",
            stage.people["two"].pk,
        ) as db:
            (answer,) = stage.at_once(calls[act])
            assert wait_for_locks(1)
            begun = time.monotonic()
            db.commit()
        expected = {
            "change": (409, "stale_version"),
            "bulk": (409, "bulk_refused"),
            "remove": (204, ""),
        }
        assert said(answer.result(30)) == expected[act]
        assert time.monotonic() - begun < 0.9  # no deadlock that was waited for
        stage.check()


def test_an_owner_whom_sql_demotes_meanwhile_demotes_nobody_after_it(stage: Stage) -> None:
    stage.restore()
    with by_sql(
        "UPDATE workspaces_membership SET role = 'viewer' WHERE user_id = %s",
        stage.people["one"].pk,
    ) as db:
        db.execute("SET CONSTRAINTS ALL IMMEDIATE")  # as at the commit: the workspace is locked
        (answer,) = stage.at_once(stage.change("one", "two", "member", stage.version("two")))
        assert wait_for_locks(1)
    assert said(answer.result(30)) == OWNER_ONLY
    assert stage.roles()["two"] == "owner"
    stage.check()
