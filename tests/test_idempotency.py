"""`Idempotency-Key`: the same call twice is done once, and answered the same."""

import json
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import httpx
import psycopg
import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.test import Client
from django.urls import include, path
from django.utils import timezone
from pytest_django import DjangoDbBlocker
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from orchestrator import idempotency
from orchestrator.events import command
from orchestrator.idempotency import idempotent
from orchestrator.models import Installed, KeptAnswer
from orchestrator.problems import Problem
from orchestrator.schema import openapi
from tests.cast import factor
from tests.processes import wait_until
from tests.test_wall import METHODS, methods_of, patterns
from tests.web_process import WebProcess, database_url, own_database
from workspaces import services
from workspaces.access import Access
from workspaces.door import workspace_view
from workspaces.models import Membership, Role, User, Workspace

ACTOR = command("test")
BACKEND = "workspaces.identity.Backend"


# --- doors of the test's own -----------------------------------------------------------------


def effect(mark: str) -> None:
    Installed.objects.create(key=uuid.uuid4().hex, digest=mark)


def effects(mark: str) -> int:
    return Installed.objects.filter(digest=mark).count()


class Gate:
    """Keeps views waiting, where a test says so."""

    def __init__(self) -> None:
        self.arrived, self.opened = threading.Event(), threading.Event()


GATES: dict[str, Gate] = {}


class Do(APIView):
    """Has its effect, and then answers with the status that the body names."""

    @idempotent(secret=("key",))
    def post(self, request: Request, name: str = "") -> Response:
        data: Any = request.data
        effect(data["mark"])
        gate = GATES.pop(data["mark"], None)  # for the first that comes
        if gate is not None:
            gate.arrived.set()
            assert gate.opened.wait(20)
        match data.get("status", 201):
            case 201:
                body = {"id": str(uuid.uuid4()), "key": "ork_secret"}
                return Response(body, status=201, headers={"Location": "/api/there"})
            case 204:
                return Response(status=204)
            case 403:
                raise PermissionDenied
            case 500:
                raise RuntimeError("a bug")
            case status:
                raise Problem(status, "refused", f"Try {uuid.uuid4()}", current={"version": 2})

    put = post


class Outside(APIView):
    """Calls somebody, with no transaction open, and writes down before and after."""

    @idempotent(own_transactions=True)
    def post(self, request: Request) -> Response:
        data: Any = request.data
        mark, how = data["mark"], data.get("how", "")
        effect(mark)
        answer = Response({"open": connection.in_atomic_block, "id": str(uuid.uuid4())})
        if how == "after":
            return answer
        with transaction.atomic():
            effect(f"{mark}-last")
            idempotency.in_last_transaction(answer)
        if how == "fails":
            raise RuntimeError("a bug in what comes after")
        return answer


class Tenants(APIView):
    @workspace_view("campaigns.change_campaign")
    def post(self, request: Request, access: Access) -> Response:
        data: Any = request.data
        effect(data["mark"])
        return Response({"id": str(uuid.uuid4())})

    def get(self, request: Request, id: uuid.UUID) -> Response:
        return Response({"id": str(uuid.uuid4())})


urlpatterns = [
    path("api/do", Do.as_view()),
    path("api/do/<name>", Do.as_view()),
    path("api/outside", Outside.as_view()),
    path("api/tenants/<uuid:id>", Tenants.as_view()),
    path("", include("orchestrator.urls")),
]
handler500 = "orchestrator.problems.server_error"
pytestmark = pytest.mark.urls(__name__)


@pytest.fixture(scope="module")
def database(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock(), own_database("test_idempotency"):
        yield


def person(**fields: Any) -> User:
    return User.objects.create_user(f"{uuid.uuid4().hex}@x.test", **fields)


class Caller:
    def __init__(self, user: User) -> None:
        self.user = user
        self.client = Client(raise_request_exception=False)
        self.client.force_login(user, backend=BACKEND)

    def send(
        self, path: str, body: Any, key: str | None, method: str = "post", **extra: Any
    ) -> Any:
        content = body if isinstance(body, bytes | str) else json.dumps(body)
        headers = {} if key is None else {"Idempotency-Key": key}
        call = getattr(self.client, method)
        return call(path, content, content_type="application/json", headers=headers, **extra)


@pytest.fixture
def caller(database: None) -> Caller:
    return Caller(person())


@pytest.fixture
def mark() -> str:
    return uuid.uuid4().hex


@pytest.fixture
def key() -> str:
    return uuid.uuid4().hex


def problem(answer: Any, status: int, code: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body["code"] == code
    return body


def in_threads(*calls: Callable[[], Any]) -> list[Any]:
    start = threading.Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        start.wait(10)
        try:
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(run, calls))


# --- once ------------------------------------------------------------------------------------


def test_without_a_key_it_is_done_each_time(caller: Caller, mark: str) -> None:
    answers = [caller.send("/api/do", {"mark": mark}, None) for _ in range(2)]
    assert [a.status_code for a in answers] == [201, 201]
    assert effects(mark) == 2


def test_with_a_key_it_is_done_once_and_answered_the_same(
    caller: Caller, mark: str, key: str
) -> None:
    first, again = (caller.send("/api/do", {"mark": mark}, key) for _ in range(2))
    assert effects(mark) == 1
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json()["id"] == first.json()["id"]
    assert again["Location"] == first["Location"] == "/api/there"
    assert again["Content-Type"] == first["Content-Type"] == "application/json"
    assert "Idempotent-Replayed" not in first
    assert again["Idempotent-Replayed"] == "true"


def test_a_secret_is_never_given_again_and_never_written_down(
    caller: Caller, mark: str, key: str
) -> None:
    first, again = (caller.send("/api/do", {"mark": mark}, key) for _ in range(2))
    assert first.json()["key"] == "ork_secret"
    assert again.json() == {"id": first.json()["id"]}
    assert "ork_secret" not in KeptAnswer.objects.get(key=key).body


def test_an_answer_without_a_body_is_given_again(caller: Caller, mark: str, key: str) -> None:
    first, again = (caller.send("/api/do", {"mark": mark, "status": 204}, key) for _ in range(2))
    assert (first.status_code, again.status_code) == (204, 204)
    assert again.content == b""
    assert effects(mark) == 1


def test_another_body_with_the_same_key_is_refused(caller: Caller, mark: str, key: str) -> None:
    caller.send("/api/do", {"mark": mark}, key)
    for body in ({"mark": mark, "more": 1}, "", "{", b"\xff"):
        problem(caller.send("/api/do", body, key), 409, "idempotency_mismatch")
    problem(caller.send("/api/do?x=1", {"mark": mark}, key), 409, "idempotency_mismatch")
    assert effects(mark) == 1


def test_another_caller_path_or_method_is_another_call(caller: Caller, mark: str, key: str) -> None:
    body = {"mark": mark}
    answers = [
        caller.send("/api/do", body, key),
        Caller(person()).send("/api/do", body, key),
        caller.send("/api/do/elsewhere", body, key),
        caller.send("/api/do", body, key, "put"),
    ]
    assert {a.status_code for a in answers} == {201}
    assert len({a.json()["id"] for a in answers}) == effects(mark) == 4


def test_the_key_of_a_call_that_only_reads_means_nothing(caller: Caller, key: str) -> None:
    url = f"/api/tenants/{uuid.uuid4()}"
    answers = [caller.client.get(url, headers={"Idempotency-Key": key}) for _ in range(2)]
    assert answers[0].json() != answers[1].json()
    assert not KeptAnswer.objects.filter(key=key).exists()


@pytest.mark.parametrize("bad", ["", "x" * 256, "schlüssel", "tab\there"])
def test_a_key_that_is_none_is_a_bad_request(caller: Caller, mark: str, bad: str) -> None:
    body = problem(caller.send("/api/do", {"mark": mark}, bad), 400, "invalid_idempotency_key")
    assert body["errors"][0]["field"] == "Idempotency-Key"
    assert effects(mark) == 0


def test_any_printable_ascii_is_a_key(caller: Caller, mark: str) -> None:
    long = "".join(map(chr, range(0x21, 0x7F))) + "x" * 161
    assert len(long) == 255
    answers = [caller.send("/api/do", {"mark": mark}, long) for _ in range(2)]
    assert [a.status_code for a in answers] == [201, 201]
    assert effects(mark) == 1


def test_a_big_body_is_as_good_as_a_small_one(caller: Caller, mark: str, key: str) -> None:
    body = {"mark": mark, "text": "ü" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 7)}
    first, again = (caller.send("/api/do", body, key) for _ in range(2))
    assert first.json()["id"] == again.json()["id"]
    last = body | {"text": body["text"][:-1] + "u"}
    problem(caller.send("/api/do", last, key), 409, "idempotency_mismatch")
    too_big = "x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
    problem(caller.send("/api/do", too_big, uuid.uuid4().hex), 413, "too_large")


# --- what is kept ----------------------------------------------------------------------------


@pytest.mark.parametrize("status", [400, 404, 409, 422])
def test_a_refusal_is_kept_and_what_was_begun_is_undone(
    caller: Caller, mark: str, key: str, status: int
) -> None:
    first, again = (caller.send("/api/do", {"mark": mark, "status": status}, key) for _ in range(2))
    assert problem(first, status, "refused") == problem(again, status, "refused")
    assert again["Cache-Control"] == "no-store"
    assert effects(mark) == 0


@pytest.mark.parametrize("status", [403, 429, 500, 503])
def test_what_the_next_try_may_not_meet_is_not_kept(
    caller: Caller, mark: str, key: str, status: int
) -> None:
    assert caller.send("/api/do", {"mark": mark, "status": status}, key).status_code == status
    assert effects(mark) == 0
    assert not KeptAnswer.objects.filter(key=key).exists()
    assert caller.send("/api/do", {"mark": mark}, key).status_code == 201


def test_it_is_kept_for_a_day(caller: Caller, mark: str, key: str) -> None:
    caller.send("/api/do", {"mark": mark}, key)
    row = KeptAnswer.objects.get(key=key)
    assert 86_390 < (row.expires_at - timezone.now()).total_seconds() <= 86_400
    KeptAnswer.objects.filter(key=key).update(expires_at=timezone.now())
    caller.send("/api/do", {"mark": mark}, key)
    assert effects(mark) == 2
    KeptAnswer.objects.filter(key=key).update(expires_at=timezone.now())
    other = uuid.uuid4().hex
    caller.send("/api/do", {"mark": mark}, other)
    idempotency.forget()
    assert not KeptAnswer.objects.filter(key=key).exists()
    assert KeptAnswer.objects.filter(key=other).exists()


# --- rights ----------------------------------------------------------------------------------


@pytest.fixture
def workspace(caller: Caller) -> Workspace:
    made = services.create_workspace("Rights", owner=person(), actor=ACTOR)
    services.add_member(made, caller.user, Role.MEMBER, actor=ACTOR)
    return made


def test_rights_are_asked_before_an_answer_is_given_again(
    caller: Caller, workspace: Workspace, mark: str, key: str
) -> None:
    url, body = f"/api/tenants/{workspace.pk}", {"mark": mark}
    first = caller.send(url, body, key)
    assert first.status_code == 200
    assert caller.send(url, body, key).json() == first.json()
    membership = Membership.objects.filter(workspace=workspace, user=caller.user)
    membership.update(role=Role.VIEWER)
    problem(caller.send(url, body, key), 403, "permission_denied")
    problem(caller.send(url, {"mark": "other"}, key), 403, "permission_denied")
    membership.update(role=Role.MEMBER)
    assert caller.send(url, body, key).json() == first.json()
    membership.delete()
    problem(caller.send(url, body, key), 404, "not_found")
    assert effects(mark) == 1


def test_who_may_create_no_workspace_any_more_gets_no_old_answer(database: None, key: str) -> None:
    caller = Caller(person(is_superuser=True))
    factor(caller.user)
    body = {"name": f"Once {key}"}
    assert caller.send("/api/workspaces", body, key).status_code == 201
    assert caller.send("/api/workspaces", body, key).status_code == 201
    assert Workspace.objects.filter(name=body["name"]).count() == 1
    User.objects.filter(pk=caller.user.pk).update(is_superuser=False)  # signs them out
    again = Caller(User.objects.get(pk=caller.user.pk))
    problem(again.send("/api/workspaces", body, key), 403, "permission_denied")


# --- two at once -----------------------------------------------------------------------------


def test_of_many_at_once_one_is_done(caller: Caller, mark: str) -> None:
    for number in range(10):
        name = key = f"{mark}-{number}"
        calls = [
            partial(Caller(caller.user).send, "/api/do", {"mark": name}, key) for _ in "123456"
        ]
        answers = in_threads(*calls)
        done = [a for a in answers if a.status_code == 201]
        assert effects(name) == 1
        assert len({a.json()["id"] for a in done}) == 1
        for answer in answers:
            if answer not in done:
                problem(answer, 409, "in_progress")


@pytest.fixture
def under_way(caller: Caller, mark: str, key: str) -> Iterator[tuple[Gate, Callable[[], Any]]]:
    """A call that has had its effect and not yet committed; and how to let it go on."""
    gate = GATES[mark] = Gate()
    threads = ThreadPoolExecutor(1)

    def send() -> Any:
        try:
            return Caller(caller.user).send("/api/do", {"mark": mark}, key)
        finally:
            connection.close()

    answer = threads.submit(send)
    assert gate.arrived.wait(10)

    def end() -> Any:
        gate.opened.set()
        return answer.result(10)

    yield gate, end
    gate.opened.set()
    threads.shutdown()


def test_a_living_twin_is_told_so(caller: Caller, mark: str, key: str, under_way: Any) -> None:
    answer = caller.send("/api/do", {"mark": mark}, key)
    problem(answer, 409, "in_progress")
    assert "Retry-After" not in answer
    problem(caller.send("/api/do", {"mark": "other"}, key), 409, "idempotency_mismatch")
    first = under_way[1]()
    assert first.status_code == 201
    assert caller.send("/api/do", {"mark": mark}, key).json()["id"] == first.json()["id"]
    assert effects(mark) == 1


def test_one_whose_lease_ran_out_is_taken_over_and_has_no_effect(
    caller: Caller, mark: str, key: str, under_way: Any
) -> None:
    lease = KeptAnswer.objects.get(key=key).lease_until
    assert 50 < (lease - timezone.now()).total_seconds() <= 60
    KeptAnswer.objects.filter(key=key).update(lease_until=timezone.now())
    problem(caller.send("/api/do", {"mark": "other"}, key), 409, "idempotency_mismatch")
    second = caller.send("/api/do", {"mark": mark}, key)
    assert second.status_code == 201
    problem(under_way[1](), 409, "in_progress")
    assert effects(mark) == 1
    assert caller.send("/api/do", {"mark": mark}, key).json()["id"] == second.json()["id"]


# --- views with transactions of their own ----------------------------------------------------


@pytest.mark.parametrize("how", ["", "after"])
def test_a_view_with_its_own_transactions_holds_none(
    caller: Caller, mark: str, key: str, how: str
) -> None:
    body = {"mark": mark, "how": how}
    first, again = (caller.send("/api/outside", body, key) for _ in range(2))
    assert first.json()["open"] is False
    assert again.json() == first.json()
    assert effects(mark) == 1
    assert caller.send("/api/outside", body, None).status_code == 200  # and without a key


def test_the_answer_is_written_with_the_last_transaction(
    caller: Caller, mark: str, key: str
) -> None:
    body = {"mark": mark, "how": "fails"}
    assert caller.send("/api/outside", body, key).status_code == 500
    again = caller.send("/api/outside", body, key)
    assert again.status_code == 200
    assert again["Idempotent-Replayed"] == "true"
    assert effects(mark) == effects(f"{mark}-last") == 1


# --- kills -----------------------------------------------------------------------------------


def signed_in(user: User) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = BACKEND
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    assert session.session_key
    return session.session_key


def test_a_call_killed_between_claim_and_effect_is_taken_over(
    database: None, key: str, tmp_path: Any
) -> None:
    token, name = signed_in(person(is_superuser=True)), f"Killed {key}"
    headers = {"X-Session-Token": token, "Idempotency-Key": key}

    def create(web: WebProcess) -> httpx.Response:
        url = f"{web.url}/api/workspaces"
        return httpx.post(url, json={"name": name}, headers=headers, timeout=20)

    def waits(db: "psycopg.Connection[Any]") -> bool:
        waiting = "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        return db.execute(waiting).fetchone() is not None

    with WebProcess(tmp_path / "log") as web:
        with psycopg.connect(database_url(), autocommit=True) as db:
            db.execute("SELECT pg_advisory_lock(hashtext('workspaces.slug'))")
            with ThreadPoolExecutor(1) as threads:
                first = threads.submit(create, web)
                assert wait_until(lambda: waits(db), 20)
                assert web.process is not None
                web.process.kill()
                web.process.wait()
                with pytest.raises(httpx.HTTPError):
                    first.result(20)
        web.start()
        problem_body = create(web)
        assert problem_body.status_code == 409
        assert problem_body.json()["code"] == "in_progress"
        assert not Workspace.objects.filter(name=name).exists()
        KeptAnswer.objects.filter(key=key).update(lease_until=timezone.now())
        done = create(web)
        assert done.status_code == 201, done.text
        assert create(web).json() == done.json()
    time.sleep(0.2)  # whatever the killed one's connection still held
    assert Workspace.objects.filter(name=name).count() == 1


# --- everywhere ------------------------------------------------------------------------------


def test_every_unsafe_call_of_the_api_heeds_it() -> None:
    for route, pattern in patterns():
        view = getattr(pattern.callback, "view_class", None) or getattr(
            pattern.callback, "cls", None
        )
        if view is None or not route.startswith("api/") or route.startswith("api/webhooks/"):
            continue
        for name in methods_of(pattern) - {"get"}:
            method = getattr(view, name)
            assert hasattr(method, "permission") or hasattr(method, "idempotent"), (name, route)


HEARTBEATS = ("/api/webhooks/n8n/", "/api/webhooks/c/")


def test_the_document_says_so() -> None:
    for path_, item in openapi()["paths"].items():
        for method, operation in item.items():
            if method in METHODS and not path_.startswith("/hook/"):
                heeds = method != "get" and not path_.startswith(HEARTBEATS)
                named = "Idempotency-Key" in {p["name"] for p in operation.get("parameters", [])}
                assert named == heeds, (method, path_)
