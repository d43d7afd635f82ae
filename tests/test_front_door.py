"""The front door on a real server: what passes, what does not, and what each refusal says."""

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import httpx
import pytest
import websockets
from django.utils.timezone import now

from campaigns.models import Campaign
from provisioning import doors
from provisioning.models import FrontDoor, HookMeter
from tests.cast import Cast
from tests.front_door import (
    ACTOR,
    Place,
    address,
    front_door,
    head_and_body,
    linked,
    problem,
    reply,
)
from tests.processes import wait_until
from tests.web_process import Redis, WebProcess
from workspaces import quotas
from workspaces.models import Instance, Workspace

MIB = 1024 * 1024


# --- what passes -----------------------------------------------------------------------------


def test_a_call_reaches_the_workflow_and_its_answer_comes_back(either: Place) -> None:
    answer = either.call(
        content=b'{"a": 1}',
        params={"x": "1 2", "y": "ä"},
        headers={"Content-Type": "application/json", "X-Own": "yes", "Authorization": "Basic YQ=="},
    )
    assert (answer.status_code, answer.json()) == (200, {"hello": True})
    (got,) = either.n8n.got
    assert (got.method, got.body) == ("POST", b'{"a": 1}')
    assert got.target == "/webhook/leads?x=1+2&y=%C3%A4"
    assert got.header("x-own") == ["yes"]
    assert got.header("authorization") == ["Basic YQ=="]
    assert got.header("host") == [either.n8n.url.removeprefix("http://")]
    (call,) = either.calls(1)
    assert (call.method, call.status, call.code, call.size) == ("POST", 200, "", 8)
    assert not call.probe
    assert not call.kept_encrypted


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"])
def test_every_method_passes(place: Place, method: str) -> None:
    headers = {"Origin": "https://shop.test", "Access-Control-Request-Method": "POST"}
    place.n8n.respond = lambda handler: reply(
        handler, 201, b"made", ("Access-Control-Allow-Origin", "*"), ("X-Made", "1")
    )
    answer = place.call(method, headers=headers)
    assert answer.status_code == 201
    assert answer.content == (b"" if method == "HEAD" else b"made")
    assert answer.headers["access-control-allow-origin"] == "*"
    (got,) = place.n8n.got
    assert got.method == method
    assert got.header("access-control-request-method") == ["POST"]
    # What the client says of its body, and nothing of our own.
    assert got.header("content-length") == (["0"] if method in ("PUT", "PATCH") else [])
    assert place.calls(1)[0].method == method


def test_cookies_and_what_is_the_hops_own_stay_here(either: Place) -> None:
    either.n8n.respond = lambda handler: reply(
        handler,
        200,
        b"<script>alert(1)</script>",
        ("Content-Type", "text/html"),
        ("Set-Cookie", "sessionid=stolen"),
        ("Clear-Site-Data", '"*"'),
        ("Service-Worker-Allowed", "/"),
        ("Content-Security-Policy", "default-src *"),
        ("Strict-Transport-Security", "max-age=1"),
        ("NEL", "{}"),
        ("Alt-Svc", 'h3=":1"'),
        ("Connection", "X-Hop"),
        ("X-Hop", "1"),
        ("X-Kept", "1"),
    )
    answer = either.call(
        headers={
            "Cookie": "sessionid=secret",
            "Connection": "keep-alive, X-Mine",
            "X-Mine": "1",
            "TE": "trailers",
            "Proxy-Authorization": "Basic YQ==",
            "Upgrade": "h2c",
        }
    )
    (got,) = either.n8n.got
    for name in ("cookie", "x-mine", "te", "proxy-authorization", "upgrade"):
        assert got.header(name) == [], name
    for name in (
        "set-cookie clear-site-data service-worker-allowed strict-transport-security nel alt-svc"
        " x-hop"
    ).split():
        assert name not in answer.headers, name
    assert answer.headers.get_list("content-security-policy") == ["sandbox"]
    assert answer.headers.get_list("x-content-type-options") == ["nosniff"]
    assert answer.headers["x-kept"] == "1"
    assert len(answer.headers.get_list("date")) <= 1


def test_where_it_comes_from_is_ours_to_say(place: Place) -> None:
    place.call(
        headers={
            "X-Forwarded-For": "6.6.6.6",
            "X-Forwarded-Host": "evil.test",
            "X-Forwarded-Proto": "gopher",
            "X-Forwarded-Prefix": "/x",
            "X_Forwarded_For": "6.6.6.6",
            "Forwarded": "for=6.6.6.6",
            "X-Real-IP": "6.6.6.6",
        }
    )
    (got,) = place.n8n.got
    assert got.header("x-forwarded-for") == ["127.0.0.1"]
    assert got.header("x-forwarded-proto") == ["http"]
    assert got.header("x-forwarded-host") == [place.web.url.removeprefix("http://")]
    assert "6.6.6.6" not in str(got.headers)
    assert got.header("x-forwarded-prefix") == []


def test_behind_a_proxy_of_ours_it_is_believed(stage: Cast, tmp_path: Path) -> None:
    with front_door(tmp_path, stage, TRUSTED_PROXIES="127.0.0.1") as place:
        place.call(headers={"X-Forwarded-For": "6.6.6.6, 9.9.9.9"})
        assert place.n8n.got[0].header("x-forwarded-for") == ["9.9.9.9"]


def test_nobody_outside_can_pass_for_our_test(place: Place) -> None:
    place.call(headers={"X-Orchestrator-Probe": "whatever"})
    assert place.n8n.got[0].header("x-orchestrator-probe") == []
    assert not place.calls(1)[0].probe


def test_an_answer_is_streamed(either: Place) -> None:
    go_on = threading.Event()

    def slowly(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        handler.wfile.write(b"5\r\nfirst\r\n")
        handler.wfile.flush()
        go_on.wait(10)
        handler.wfile.write(b"4\r\nlast\r\n0\r\n\r\n")

    either.n8n.respond = slowly
    with either.client.stream("POST", either.url) as answer:
        pieces = answer.iter_raw()
        assert next(pieces) == b"first"  # while the rest is not yet said
        go_on.set()
        assert b"".join(pieces) == b"last"


# --- bodies ----------------------------------------------------------------------------------


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("size", [0, 1, 300_000, 5 * MIB])
def test_a_body_of_up_to_five_mib_passes_whole(either: Place, size: int, chunked: bool) -> None:
    body = bytes(range(256)) * (size // 256) + bytes(size % 256)
    content: Any = iter([body[:1000], body[1000:]]) if chunked else body
    answer = either.call(content=content)
    assert answer.status_code == 200, answer.text
    (got,) = either.n8n.got
    assert got.body == body
    assert got.header("content-length") == [str(size)]
    assert either.calls(1)[0].size == size


@pytest.mark.parametrize("chunked", [False, True])
def test_a_larger_one_is_refused_and_n8n_hears_nothing(either: Place, chunked: bool) -> None:
    piece = b"x" * MIB
    content: Any = iter([piece] * 6) if chunked else piece * 5 + b"x"
    answer = either.call(content=content)
    assert problem(answer) == (413, "too_large")
    assert either.n8n.got == []
    (call,) = either.calls(1)
    assert (call.status, call.code) == (413, "too_large")


def test_one_who_breaks_off_starts_nothing(place: Place) -> None:
    def leave(connection: Any) -> None:
        connection.shutdown(2)

    place.raw(
        f"POST /hook/{place.token} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf".encode(),
        more=leave,
    )
    (call,) = place.calls(1)
    assert (call.status, call.code) == (0, "caller_gone")
    assert place.n8n.got == []


def test_a_slow_sender_holds_no_connection_of_n8n(place: Place) -> None:
    def slowly(connection: Any) -> None:
        assert place.call().status_code == 200  # others pass meanwhile
        assert len(place.n8n.got) == 1
        connection.sendall(b"rest")

    place.raw(
        f"POST /hook/{place.token} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        "Content-Length: 8\r\n\r\nhalf".encode(),
        more=slowly,
    )
    assert [got.body for got in place.n8n.got] == [b"", b"halfrest"]


# --- closed ----------------------------------------------------------------------------------


def test_an_unknown_token_is_404(either: Place) -> None:
    for token in ("A" * 43, "a" * 20, "b" * 100):
        answer = either.client.post(f"{either.web.url}/hook/{token}", content=b"x" * 100_000)
        assert problem(answer) == (404, "not_found")
    assert either.n8n.got == []


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"archived_at": now()}, "archived"),
        ({"enabled": False}, "paused"),
        ({"tag_problem": "tag_foreign"}, "tenant_mismatch"),
        ({"tag_problem": "tag_conflict"}, "tenant_mismatch"),
    ],
)
def test_what_is_closed_says_why_at_once(place: Place, fields: Any, code: str) -> None:
    assert place.call().status_code == 200
    Campaign.objects.filter(pk=place.campaign.pk).update(**fields)
    assert problem(place.call()) == (409, code)
    assert len(place.n8n.got) == 1
    assert [call.code for call in place.calls(2)] == ["", code]


def test_a_suspended_workspace_takes_no_calls(place: Place) -> None:
    Workspace.objects.update(suspended_at=now(), suspension_reason="Unpaid.")
    assert problem(place.call()) == (409, "suspended")


def test_one_that_is_being_made_is_open_for_its_test(place: Place) -> None:
    Campaign.objects.filter(pk=place.campaign.pk).update(enabled=False, making="provisioning")
    assert place.call().status_code == 200


def test_a_former_address_is_open_for_its_grace_alone(place: Place) -> None:
    first = place.url
    doors.rotate(place.campaign, 3600, actor=ACTOR)
    second = place.url
    assert first != second
    assert [place.client.post(url).status_code for url in (first, second)] == [200, 200]
    FrontDoor.objects.exclude(ends_at=None).update(ends_at=now() - timedelta(milliseconds=1))
    assert [place.client.post(url).status_code for url in (first, second)] == [404, 200]
    doors.rotate(place.campaign, 0, actor=ACTOR)
    assert place.client.post(second).status_code == 404
    doors.revoke(place.campaign)
    assert not FrontDoor.objects.filter(campaign=place.campaign).exists()


def test_it_follows_a_path_that_was_changed_in_n8n(place: Place) -> None:
    Campaign.objects.filter(pk=place.campaign.pk).update(webhook_path="moved/to here/ä?#")
    place.call(params={"a": "1"})
    assert place.n8n.got[0].target == "/webhook/moved/to%20here/%C3%A4%3F%23?a=1"


# --- the quota -------------------------------------------------------------------------------


def test_over_the_quota_is_429_and_other_workspaces_pass(place: Place) -> None:
    other = linked(place.cast.globex, "Other")
    quotas.set_limit(place.cast.acme, quotas.Name.HOOKS, 5, actor=ACTOR)
    wait_for_a_whole_minute()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: place.call(), range(12)))
    codes = sorted(answer.status_code for answer in answers)
    assert codes == [200] * 5 + [429] * 7
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert problem(refused) == (429, "quota_exceeded")
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert refused.json()["retry_after"] == int(refused.headers["retry-after"])
    assert place.client.post(address(other, place.web)).status_code == 200
    assert len(place.n8n.got) == 6
    assert sorted(call.status for call in place.calls(6)) == [200] * 5 + [429]  # once a minute
    assert quotas.used(place.cast.acme)["hookCallsPerMinute"]["used"] == 12
    HookMeter.objects.update(minute=now() - timedelta(minutes=2))
    assert place.call().status_code == 200


def test_it_holds_over_several_web_processes_and_without_redis(
    stage: Cast,
    tmp_path: Path,
) -> None:
    redis = Redis(tmp_path)
    redis.start()
    (tmp_path / "b").mkdir()
    try:
        with front_door(tmp_path, stage, REDIS_URL=redis.url) as place:
            place.another()
            env = {"N8N_BASE_URL": place.n8n.url, "N8N_API_KEY": "x", "REDIS_URL": redis.url}
            with WebProcess(tmp_path / "b" / "web.log", **env) as second:
                redis.kill()
                quotas.set_limit(place.cast.acme, quotas.Name.HOOKS, 10, actor=ACTOR)
                wait_for_a_whole_minute()
                urls = [place.url, address(place.campaign, second)] * 10
                with ThreadPoolExecutor(8) as pool:
                    answers = list(pool.map(lambda url: httpx.post(url).status_code, urls))
        assert sorted(answers) == [200] * 10 + [429] * 10
    finally:
        redis.kill()


def wait_for_a_whole_minute() -> None:
    """So that the calls that follow are counted in one."""
    assert wait_until(lambda: time.time() % 60 < 50, 15)


# --- n8n misbehaves --------------------------------------------------------------------------


def test_n8n_down_is_502(either: Place) -> None:
    either.leads_nowhere()
    assert problem(either.call()) == (502, "n8n_unreachable")
    assert either.calls(1)[0].code == "n8n_unreachable"


def hang_up(handler: BaseHTTPRequestHandler) -> None:
    handler.close_connection = True


def test_n8n_that_closes_without_an_answer_is_502(place: Place) -> None:
    place.n8n.respond = hang_up
    assert problem(place.call()) == (502, "n8n_unreachable")


def test_n8n_that_speaks_no_http_is_502(place: Place) -> None:
    def rubbish(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"SSH-2.0-OpenSSH_9.9\r\n\r\n")
        handler.close_connection = True

    place.n8n.respond = rubbish
    assert problem(place.call()) == (502, "n8n_unreachable")


@pytest.mark.parametrize("chunked", [False, True])
def test_n8n_that_breaks_off_breaks_the_callers_answer_off(either: Place, chunked: bool) -> None:
    def half(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        if chunked:
            handler.send_header("Transfer-Encoding", "chunked")
            handler.end_headers()
            handler.wfile.write(b"64\r\nhalf")
        else:
            handler.send_header("Content-Length", "100")
            handler.end_headers()
            handler.wfile.write(b"half")
        handler.close_connection = True

    either.n8n.respond = half
    with pytest.raises(httpx.RemoteProtocolError):
        either.call(timeout=10)
    (call,) = either.calls(1)
    assert (call.status, call.code) == (200, "n8n_unreachable")


def test_a_redirect_is_the_callers_to_follow(place: Place) -> None:
    place.n8n.respond = lambda handler: reply(handler, 302, b"", ("Location", "https://x.test/"))
    answer = place.call()
    assert (answer.status_code, answer.headers["location"]) == (302, "https://x.test/")
    assert len(place.n8n.got) == 1


def test_an_address_that_is_forbidden_is_not_connected_to(place: Place) -> None:
    own = Instance.objects.create(
        pk="own", kind="own", owner=place.cast.globex, base_url="https://169.254.169.254"
    )
    other = linked(place.cast.globex, "Other")
    Campaign.objects.filter(pk=other.pk).update(instance=own)
    answer = place.client.post(address(other, place.web))
    assert problem(answer) == (502, "n8n_blocked_address")


def test_a_caller_who_leaves_does_not_hold_an_endless_answer(either: Place) -> None:
    ended = threading.Event()

    def endless(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        try:
            while True:
                handler.wfile.write(b"4\r\ntick\r\n")
                time.sleep(0.02)
        except OSError:
            ended.set()
        handler.close_connection = True

    either.n8n.respond = endless
    with either.client.stream("POST", either.url) as answer:
        next(answer.iter_raw())
    assert ended.wait(15)
    (call,) = either.calls(1)
    assert (call.status, call.code) == (200, "caller_gone")


def test_who_leaves_after_the_whole_call_has_called(place: Place) -> None:
    """As many senders of webhooks do, who wait for no answer."""

    def late(handler: BaseHTTPRequestHandler) -> None:
        time.sleep(0.3)
        reply(handler, 200, b"late")

    place.n8n.respond = late
    place.raw(
        f"POST /hook/{place.token} HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi".encode(),
        more=lambda connection: connection.shutdown(2),
    )
    assert wait_until(lambda: [got.body for got in place.n8n.got] == [b"hi"], 10)
    place.calls(1)


# --- PostgreSQL ------------------------------------------------------------------------------


def test_a_connection_that_was_cut_is_opened_again(place: Place) -> None:
    from django.db import connection  # noqa: PLC0415 -- the test's own

    assert place.call().status_code == 200
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    assert place.call().status_code == 200
    assert place.call().status_code == 200
    place.calls(3)


# --- hostile ---------------------------------------------------------------------------------


def test_tricks_with_the_path_lead_nowhere_else(place: Place) -> None:
    token = place.token
    for path in (
        f"/hook/{token}/../../api/v1/workflows",
        f"/hook/{token}%2f..%2f..%2fapi",
        f"/hook/%2e%2e/{token}",
        f"/hook/{token}%00",
        f"/hook/{token}/",
        f"/hook//{token}",
        f"/hook/{token};x",
        f"/HOOK/{token}",
        f"/hook/{token}%0d%0aX: y",
    ):
        request = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
        answer = place.raw(request.replace("X: y", "X:%20y").encode())
        assert not answer or head_and_body(answer)[0] in (400, 403, 404), (path, answer)
    assert place.n8n.got == []


def test_a_target_with_a_host_leads_to_the_same_door(place: Place) -> None:
    request = f"POST http://evil.test/hook/{place.token} HTTP/1.1\r\nHost: evil.test\r\n"
    answer = place.raw(f"{request}Connection: close\r\nContent-Length: 0\r\n\r\n".encode())
    assert head_and_body(answer)[0] == 200
    (got,) = place.n8n.got
    assert got.header("host") == [place.n8n.url.removeprefix("http://")]
    assert "evil" not in str(got.headers)


def test_headers_that_are_huge_are_refused(either: Place) -> None:
    lines = "".join(f"X-{n}: {'y' * 4000}\r\n" for n in range(20))
    request = f"POST /hook/{either.token} HTTP/1.1\r\nHost: 127.0.0.1\r\n{lines}"
    answer = either.raw(f"{request}Connection: close\r\nContent-Length: 0\r\n\r\n".encode())
    assert not answer or head_and_body(answer)[0] in (400, 431)
    assert either.n8n.got == []


@pytest.mark.parametrize(
    "lines",
    [
        "Content-Length: 4\r\nContent-Length: 5",
        "Content-Length: 4\r\nTransfer-Encoding: chunked",
        "Content-Length: -1",
        "Content-Length: 4x",
        "Transfer-Encoding: chunked, identity",
    ],
)
def test_a_body_of_two_lengths_smuggles_nothing(place: Place, lines: str) -> None:
    smuggled = "0\r\n\r\nGET /webhook/other HTTP/1.1\r\nHost: x\r\n\r\n"
    request = f"POST /hook/{place.token} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{lines}\r\n"
    place.raw(f"{request}\r\n{smuggled}".encode())
    assert all(got.target == "/webhook/leads" for got in place.n8n.got)
    assert len(place.n8n.got) <= 1


def test_connection_names_cannot_take_our_headers_away(place: Place) -> None:
    place.call(
        content=b"body",
        headers={"Connection": "content-length, host, x-forwarded-for, transfer-encoding"},
    )
    (got,) = place.n8n.got
    assert got.body == b"body"
    assert got.header("x-forwarded-for") == ["127.0.0.1"]
    assert len(got.header("host")) == 1


@pytest.mark.parametrize("query", [b"a=\xff\xfe", b"a=%ff", b"?", b"a=b#c", b"a='\"<>"])
def test_odd_queries_pass_as_they_are(place: Place, query: bytes) -> None:
    request = b"GET /hook/" + place.token.encode() + b"?" + query + b" HTTP/1.1\r\nHost: x\r\n"
    answer = place.raw(request + b"Connection: close\r\n\r\n")
    assert head_and_body(answer)[0] in (200, 400)
    for got in place.n8n.got:
        assert got.target.startswith("/webhook/leads?")


def test_a_websocket_is_refused(either: Place) -> None:
    url = either.url.replace("http", "ws")

    async def knock() -> None:
        async with websockets.connect(url) as socket:
            await socket.recv()

    with pytest.raises(websockets.WebSocketException):
        asyncio.run(knock())
    assert either.n8n.got == []
    assert "Traceback" not in either.log()


# --- secrets ---------------------------------------------------------------------------------


def test_the_token_is_in_no_log(either: Place) -> None:
    token = either.token
    either.call(params={"q": "1"})
    either.client.get(f"{either.web.url}/hook/{token}/more")
    either.client.post(f"{either.web.url}/hook/{token}", content=b"x" * (5 * MIB + 1))
    either.raw(f"POST /hook/{token} HTTP/1.1\r\nHost: x\r\nBad Header\r\n\r\n".encode())
    either.n8n.respond = hang_up
    either.call()
    either.leads_nowhere()
    either.call()
    either.calls(4)
    assert token not in either.log()
    assert "leads" not in either.log()


def test_the_door_of_one_tenant_shows_nothing_of_another(place: Place, tmp_path: Path) -> None:
    cast: Cast = place.cast
    other = linked(cast.globex, "Other", path="theirs")
    place.client.post(address(other, place.web))
    place.call()
    assert [got.target for got in place.n8n.got] == ["/webhook/theirs", "/webhook/leads"]
    place.calls(1)
