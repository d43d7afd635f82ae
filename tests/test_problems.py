"""Refusals are problem+json to programs and pages to people; nothing that is sent is a 500."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import BadRequest, PermissionDenied
from django.db import DataError, OperationalError, connection
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from orchestrator.problems import Problem
from workspaces.models import User

MIB = 1024 * 1024
HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


class Inner(serializers.Serializer[Any]):
    size = serializers.IntegerField()


class Shape(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=5)
    rows = Inner(many=True, required=False)


class Echo(APIView):
    authentication_classes = ()
    permission_classes = ()

    def post(self, request: Request) -> Response:
        shape = Shape(data=request.data)
        shape.is_valid(raise_exception=True)
        return Response(shape.data)


RAISED = {
    "problem": Problem(409, "stale_version", "Changed.", current={"version": 2}),
    "busy": Problem(503, "n8n_unreachable", "Away.", retry_after=7, extra={"success": False}),
    "missing": Http404("No Workspace matches the given query."),
    "denied": PermissionDenied("internal words"),
    "bad": BadRequest("internal words"),
    "data": DataError("value out of range"),
    "away": OperationalError("could not connect to 10.0.0.5"),
    "bug": RuntimeError("internal words"),
}


def raises(request: HttpRequest, what: str) -> HttpResponse:
    raise RAISED[what]


class Raises(APIView):
    authentication_classes = ()
    permission_classes = ()

    def get(self, request: Request, what: str) -> Response:
        raise RAISED[what]


handler400 = "orchestrator.problems.bad_request"
handler403 = "orchestrator.problems.permission_denied"
handler404 = "orchestrator.problems.not_found"
handler500 = "orchestrator.problems.server_error"
urlpatterns = [
    path("api/echo", Echo.as_view()),
    path("api/raises/<what>", Raises.as_view()),
    path("raises/<what>", raises),
    path("", include("orchestrator.urls")),
]
pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db]


@pytest.fixture
def caller(client: Client) -> Client:
    client.raise_request_exception = False
    return client


@pytest.fixture
def signed_in(caller: Client) -> Client:
    caller.force_login(
        User.objects.create_user("ada@example.com"),
        backend="workspaces.identity.Backend",
    )
    return caller


def problem(answer: Any, status: int, code: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body["status"] == status
    assert body["code"] == code
    assert body["type"] == "about:blank"
    assert body["title"]
    assert body["detail"]
    assert body["requestId"] == answer["X-Request-ID"] != ""
    return body


@pytest.mark.parametrize(
    ("what", "status", "code"),
    [
        ("problem", 409, "stale_version"),
        ("busy", 503, "n8n_unreachable"),
        ("missing", 404, "not_found"),
        ("denied", 403, "permission_denied"),
        ("bad", 400, "bad_request"),
        ("data", 400, "invalid"),
        ("away", 503, "unavailable"),
        ("bug", 500, "server_error"),
    ],
)
def test_an_exception_becomes_its_problem(
    caller: Client, what: str, status: int, code: str
) -> None:
    body = problem(caller.get(f"/api/raises/{what}"), status, code)
    assert "internal" not in json.dumps(body)
    assert "10.0.0.5" not in json.dumps(body)
    assert "Workspace" not in json.dumps(body)
    answer = caller.get(f"/raises/{what}", headers=HTML)
    assert answer.status_code == status
    assert answer["Content-Type"].startswith("text/html")
    assert body["title"].lower() in answer.content.decode().lower() or status != 409
    assert "internal" not in answer.content.decode()
    problem(caller.get(f"/raises/{what}", headers={"Accept": "application/json"}), status, code)


def test_extra_members_and_retry_after_are_given(caller: Client) -> None:
    assert problem(caller.get("/api/raises/problem"), 409, "stale_version")["current"] == {
        "version": 2
    }
    answer = caller.get("/api/raises/busy")
    body = problem(answer, 503, "n8n_unreachable")
    assert (answer["Retry-After"], body["retry_after"], body["success"]) == ("7", 7, False)


def test_validation_names_field_code_and_message(caller: Client) -> None:
    sent = {"name": "too long", "rows": [{"size": 1}, {"size": "x"}]}
    answer = caller.post("/api/echo", sent, content_type="application/json")
    errors = problem(answer, 400, "invalid")["errors"]
    assert {(error["field"], error["code"]) for error in errors} == {
        ("name", "max_length"),
        ("rows.1.size", "invalid"),
    }
    assert all(error["message"] for error in errors)


def test_one_kind_of_error_names_the_whole(caller: Client) -> None:
    answer = caller.post("/api/echo", {}, content_type="application/json")
    assert problem(answer, 400, "required")["errors"][0]["field"] == "name"


def test_http_refusals_are_problems(signed_in: Client) -> None:
    problem(signed_in.get("/api/nothing"), 404, "not_found")
    problem(signed_in.get("/api/workspaces/not-a-uuid/permissions"), 404, "not_found")
    problem(signed_in.get("/_allauth/nothing"), 404, "not_found")
    problem(signed_in.delete("/_allauth/app/v1/config"), 405, "method_not_allowed")
    answer = signed_in.delete("/api/me")
    problem(answer, 405, "method_not_allowed")
    assert "PATCH" in answer["Allow"]
    problem(signed_in.options("/api/me"), 405, "method_not_allowed")
    problem(signed_in.get("/api/me", headers={"Accept": "text/csv"}), 406, "not_acceptable")
    answer = signed_in.post("/api/echo", b"<a/>", content_type="text/xml")
    problem(answer, 415, "unsupported_media_type")


def test_signed_out_is_401_with_a_challenge(caller: Client) -> None:
    answer = caller.get("/api/me")
    problem(answer, 401, "not_authenticated")
    assert answer["WWW-Authenticate"].startswith("Session")


def test_a_request_without_csrf_token_is_a_problem_and_a_page() -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(
        User.objects.create_user("ada@example.com"), backend="workspaces.identity.Backend"
    )
    answer = client.patch("/api/me", {"name": "Eve"}, content_type="application/json")
    problem(answer, 403, "csrf_failed")
    page = client.post("/theme", {"theme": "dark"}, headers=HTML)
    assert page.status_code == 403
    assert page["Content-Type"].startswith("text/html")
    assert User.objects.get().name == ""


def test_a_page_that_is_not_there_is_a_page(caller: Client) -> None:
    answer = caller.get("/nothing/", headers=HTML)
    assert answer.status_code == 404
    assert answer["Content-Type"].startswith("text/html")
    assert "Content-Security-Policy" in answer
    assert "If it is a link from a mail" in answer.content.decode()
    assert 'href="/accounts/login/"' in answer.content.decode()


def test_signed_in_it_says_as_whom_and_lets_them_out(signed_in: Client) -> None:
    page = signed_in.get("/nothing/", headers=HTML).content.decode()
    assert "You are signed in as ada@example.com." in page
    assert 'action="/accounts/logout/"' in page


BODIES: dict[str, bytes] = {
    "cut off": b'{"name": ',
    "nothing": b"",
    "a bare word": b"nope",
    "not UTF-8": b'{"name": "\xff\xfe"}',
    "UTF-16": '{"name": "a"}'.encode("utf-16"),
    "a NUL": b'{"name": "a\\u0000"}',
    "a NUL in a name": b'{"a\\u0000": 1}',
    "half a pair": b'{"name": "\\ud800"}',
    "deep arrays": b"[" * 100_000,
    "deep objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "deep but whole": b"[" * 900 + b"]" * 900,
    "a huge integer": b'{"name": ' + b"9" * 5000 + b"}",
    "more than a bigint": b'{"name": 99999999999999999999}',
    "a huge float": b'{"name": 1e999}',
    "NaN": b'{"name": NaN}',
    "a list": b"[1, 2]",
    "a string": b'"name"',
    "null": b"null",
    "wrong types": b'{"name": {"a": []}, "rows": "x", "timezone": 7, "language": [[]]}',
    "email of another type": b'{"email": {"a": 1}, "password": ["x"]}',
    "ids of another type": b'{"workspaceId": {"a": 1}}',
    "a slug too many": b'{"name": "x", "slug": "' + b"a" * 5000 + b'"}',
}


@pytest.mark.parametrize("what", BODIES)
@pytest.mark.parametrize(
    ("method", "url"),
    [
        ("POST", "/api/echo"),
        ("PATCH", "/api/me"),
        ("POST", "/api/workspaces"),
        ("POST", "/api/sync/trigger"),
        ("POST", "/_allauth/app/v1/auth/login"),
        ("POST", "/_allauth/app/v1/auth/password/request"),
    ],
)
def test_no_body_is_a_500(signed_in: Client, method: str, url: str, what: str) -> None:
    answer = signed_in.generic(method, url, BODIES[what], content_type="application/json")
    assert answer.status_code < 500, answer.content
    if answer.status_code >= 400:
        assert "json" in answer["Content-Type"]
        assert answer.json()["status"] == answer.status_code


@pytest.mark.parametrize(
    "what",
    [
        "cut off",
        "not UTF-8",
        "a NUL",
        "half a pair",
        "deep arrays",
        "deep objects",
        "deep but whole",
        "a huge integer",
        "more than a bigint",
        "a huge float",
        "NaN",
    ],
)
def test_json_that_cannot_be_kept_is_a_parse_error(caller: Client, what: str) -> None:
    answer = caller.post("/api/echo", BODIES[what], content_type="application/json")
    problem(answer, 400, "parse_error")


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary().map(repr),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
bodies = st.dictionaries(
    st.sampled_from(["name", "timezone", "language", "slug", "workspaceId", "email", "password"])
    | st.text(),
    values,
    max_size=5,
)


@hypothesis_settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=bodies, target=st.sampled_from(["/api/me", "/api/workspaces", "/api/sync/trigger"]))
def test_no_json_that_somebody_thinks_of_is_a_500(
    signed_in: Client, body: dict[str, Any], target: str
) -> None:
    method = "PATCH" if target == "/api/me" else "POST"
    answer = signed_in.generic(method, target, json.dumps(body), content_type="application/json")
    assert answer.status_code < 500, answer.content


@pytest.mark.parametrize("charset", ["utf-16", "rot13", "bz2_codec", "idna", "no-such", "latin-1"])
def test_text_is_utf8(caller: Client, charset: str) -> None:
    kind = f"application/json; charset={charset}"
    answer = caller.generic("POST", "/api/echo", b"{}", content_type=kind)
    problem(answer, 415, "unsupported_charset")


@pytest.mark.parametrize(
    "url",
    ["/api/workspaces?page=1%00", "/api/workspaces?search=%00", "/?%00=1"],
)
def test_a_nul_in_the_query_is_refused(signed_in: Client, url: str) -> None:
    answer = signed_in.get(url, headers={"Accept": "application/json"})
    problem(answer, 400, "nul_character")


def test_a_nul_anywhere_else_is_refused(caller: Client) -> None:
    caller.cookies["sessionid"] = "aaaaaaaa\0bbbbbbbb"  # goes out quoted, as \000
    problem(caller.get("/api/me"), 400, "nul_character")
    caller.cookies.clear()
    problem(caller.get("/api/me\0"), 404, "not_found")
    answer = caller.post(
        "/accounts/login/",
        "login=a%00&password=b",
        content_type="application/x-www-form-urlencoded",
        headers={"Accept": "application/json"},
    )
    problem(answer, 400, "nul_character")


@pytest.mark.parametrize(
    "query",
    [
        "page=0",
        "page=-1",
        "page=x",
        "page=1.5",
        "page=",
        "page=٣",
        "pageSize=0",
        "pageSize=x",
        "page=" + "9" * 5000,
    ],
)
def test_a_page_that_is_no_number_is_400(signed_in: Client, query: str) -> None:
    body = problem(signed_in.get(f"/api/workspaces?{query}"), 400, "invalid")
    assert body["errors"][0]["field"] in {"page", "pageSize"}


@pytest.mark.parametrize("query", ["page=999", "page=99999999999999999999", "pageSize=999999"])
def test_a_page_beyond_the_last_is_empty(signed_in: Client, query: str) -> None:
    body = signed_in.get(f"/api/workspaces?{query}").json()
    assert body["results"] == []
    assert body["next"] is None
    assert body["count"] == 0


def test_a_header_of_another_site_is_refused_and_not_echoed(caller: Client) -> None:
    answer = caller.get("/api/me", headers={"Host": "evil.example"})
    body = problem(answer, 400, "bad_request")
    assert "evil" not in json.dumps(body)


def test_thousands_of_parameters_are_refused(signed_in: Client) -> None:
    query = "&".join(f"a{n}=1" for n in range(2000))
    problem(signed_in.get(f"/api/workspaces?{query}"), 400, "bad_request")


@pytest.mark.parametrize("url", ["/api/me", "/_allauth/app/v1/auth/login", "/accounts/login/"])
def test_a_body_over_one_mebibyte_is_413(signed_in: Client, url: str) -> None:
    answer = signed_in.generic(
        "POST",
        url,
        b" " * (MIB + 1),
        content_type="application/json",
        headers={"Accept": "application/json"},
    )
    problem(answer, 413, "too_large")


def test_the_whole_mebibyte_is_read(caller: Client) -> None:
    body = json.dumps({"name": "a", "more": ""})
    body = body[:-2] + "x" * (MIB - len(body)) + body[-2:]
    assert len(body) == MIB
    assert caller.post("/api/echo", body, content_type="application/json").status_code == 200


@pytest.fixture
def database_away(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def away(*_: Any, **__: Any) -> None:
        raise OperationalError("connection refused")

    with monkeypatch.context() as patched:
        patched.setattr(connection, "cursor", away)
        patched.setattr(connection, "chunked_cursor", away)
        yield


@pytest.mark.usefixtures("database_away")
def test_without_a_database_pages_and_api_say_503(caller: Client) -> None:
    caller.cookies["sessionid"] = "a" * 32
    assert caller.get("/healthz").status_code == 200
    answer = caller.get("/api/me")
    assert problem(answer, 503, "unavailable")["retry_after"] == 5
    page = caller.get("/", headers=HTML)
    assert page.status_code == 503
    assert page["Content-Type"].startswith("text/html")
    assert ">Try again</a>" in page.content.decode()  # there is nowhere else to go
