"""The log: JSON lines that name the request and hold no secret, whoever wrote them."""

import asyncio
import io
import json
import logging
import logging.config
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog
from django.test import Client

from campaigns import pulse
from orchestrator import logs

JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIiwiaXNzIjoibjhuIn0.c2lnbmF0dXJlLW9mLXRoaXMtdG9rZW4"
PLANTED = {
    "an API key of ours": ("using ork_9fK2mQ-x7Zt_4bVn8sWcYd3LpRaE for it", "9fK2mQ"),
    "a webhook secret": ("secret is whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "MfKQ9r8G"),
    "n8n's key": (f"sent {JWT} to n8n", "c2lnbmF0dXJl"),
    "an Authorization header": ("Authorization: Basic YWRhOmx1bmNo", "YWRhOmx1bmNo"),
    "a bearer": ("header was 'Bearer abcDEF123456.xyz'", "abcDEF123456"),
    "n8n's header in a dict": ("{'X-N8N-API-KEY': 'short pass'}", "short pass"),
    "a cookie": ("Cookie: theme=dark; sessionid=k3j4h5g6", "k3j4h5g6"),
    "ASGI's cookie": ("[(b'cookie', b'sessionid=k3j4h5g6; a=b')]", "k3j4h5g6"),
    "a session in a query": ("GET /x?sessionid=k3j4h5g6&a=b", "k3j4h5g6"),
    "a session token": ('"X-Session-Token": "tok-en-1"', "tok-en-1"),
    "a database's password": ("postgresql://app:s3cr/et@x@db:5432/main", "s3cr"),
    "Redis's password": ("redis://:hunter2@127.0.0.1:6379/0", "hunter2"),
    "a front door": ("POST /hook/Zk3v9Qw1?x=1", "Zk3v9Qw1"),
    "a report URL": ("POST /api/webhooks/c/Zk3v9Qw1", "Zk3v9Qw1"),
    "an invitation": ("GET /api/invitations/Zk3v9Qw1/accept", "Zk3v9Qw1"),
    "a reset link": ("GET /accounts/password/reset/key/3k-cx1b2c-77aa/", "cx1b2c"),
    "a form": ("csrfmiddlewaretoken=a1b2&password=hunter2&x=1", "hunter2"),
    "JSON": ('{"password": "hunter2"}', "hunter2"),
}


@pytest.fixture
def lines() -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """What the configured handler writes, while the test runs."""
    stream = io.StringIO()
    configuration = logs.configuration("DEBUG")["formatters"]["json"]
    formatter = configuration.pop("()")(**configuration)
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.addHandler(handler)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.removeHandler(handler)


@pytest.mark.parametrize("what", PLANTED)
def test_a_secret_is_masked_wherever_it_stands(
    what: str, lines: Callable[[], list[dict[str, Any]]]
) -> None:
    text, secret = PLANTED[what]
    logging.getLogger("celery.worker").warning("task said %s", text)
    logging.getLogger("uvicorn.error").warning("said", extra={"said": {"deep": [text]}})
    structlog.get_logger("ours").warning(text, said=text, raw=text.encode())
    try:
        raise ValueError(text)
    except ValueError:
        logging.getLogger("django.request").exception("failed")
        structlog.get_logger("ours").exception("failed")
    written = lines()
    assert len(written) == 5
    assert secret not in json.dumps(written)
    assert "ValueError" in written[4]["exception"]


@pytest.mark.parametrize(
    "name",
    [
        "password",
        "apiKey",
        "api_key",
        "Authorization",
        "cookie",
        "sessionid",
        "session_key",
        "X-Session-Token",
        "client_secret",
        "webhookSecrets",
        "FIELD_ENCRYPTION_KEYS",
    ],
)
def test_what_stands_under_a_secrets_name_is_masked(
    name: str, lines: Callable[[], list[dict[str, Any]]]
) -> None:
    structlog.get_logger("ours").info("x", **{name: "plain"}, inner={name: ["plain"]})
    (line,) = lines()
    assert "plain" not in json.dumps(line)


def test_what_is_no_secret_stays_readable(lines: Callable[[], list[dict[str, Any]]]) -> None:
    said = {
        "id": "7f5d2a4e-6a3c-4a59-9a57-0a7f6f2c4b11",
        "request": "GET /api/workspaces/7f5d2a4e-6a3c-4a59-9a57-0a7f6f2c4b11/campaigns?page=2",
        "words": "authentication failed at 12:30 for ada@example.com, see https://n8n.example/x",
        "path": "/srv/site-packages/django/core/handlers/exception.py",
        "n": 3,
        "none": None,
        "yes": True,
    }
    structlog.get_logger("ours").info("said", **said)
    (line,) = lines()
    assert {key: line[key] for key in said} == said


def test_a_line_break_in_a_message_makes_no_second_line(
    lines: Callable[[], list[dict[str, Any]]],
) -> None:
    logging.getLogger("x").warning("user said %s", 'a\n{"event": "forged"}')
    assert [line["event"].startswith("user said") for line in lines()] == [True]


@pytest.mark.django_db
def test_a_request_has_one_line_and_its_id_is_in_the_answer(
    client: Client, lines: Callable[[], list[dict[str, Any]]]
) -> None:
    answer = client.get("/api/nothing?token=hunter2", headers={"X-Request-ID": "forged"})
    (line,) = [line for line in lines() if line["event"] == "request_finished"]
    assert line["request_id"] == answer["X-Request-ID"] == answer.json()["requestId"] != "forged"
    assert line["code"] == 404
    assert line["request"] == "GET /api/nothing?token=***"
    assert line["ip"] == "127.0.0.1"
    assert line["ms"] >= 0


def test_an_outage_of_redis_is_a_line_of_beats_and_not_a_page(
    lines: Callable[[], list[dict[str, Any]]],
) -> None:
    logger = logging.getLogger("celery.beat")
    try:
        raise ConnectionError("Timeout reading from socket")
    except ConnectionError as error:
        logger.error("Message Error: %s\n%s", error, ["  File x"] * 9, exc_info=True)
    assert [line["event"] for line in lines()] == ["Message Error: Timeout reading from socket"]
    assert "exception" not in lines()[0]


def test_heartbeats_that_reach_no_page_are_told_of_once(
    lines: Callable[[], list[dict[str, Any]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    away = True

    async def read(_pulse: pulse.Pulse, _ids: Any) -> dict[Any, Any]:
        if away:
            raise ConnectionError
        return {}

    monkeypatch.setattr(pulse.Pulse, "_rows", read)
    monkeypatch.setattr(pulse.Pulse, "_moved", read)

    async def beats() -> None:
        nonlocal away
        ours = pulse.Pulse()
        for away in (True, True, True, False, False):  # noqa: B007 -- `read` sees it
            ours.beat([(uuid.uuid4(), uuid.uuid4())])
            await asyncio.sleep(0.05)

    asyncio.run(beats())
    assert [line["event"] for line in lines() if line["logger"] == "campaigns.pulse"] == [
        "heartbeats reach no page (ConnectionError) but by the hubs' comparison, every 5 s",
        "heartbeats reach pages at once again",
    ]


def test_a_503_of_our_own_has_one_line(lines: Callable[[], list[dict[str, Any]]]) -> None:
    logger = logging.getLogger("django.request")
    logger.error("Service Unavailable: %s", "/readyz", extra={"status_code": 503})
    try:
        raise ValueError
    except ValueError:
        logger.exception("Internal Server Error: %s", "/x")
    assert [line["event"] for line in lines()] == ["Internal Server Error: /x"]


def test_the_servers_loggers_have_no_handler_of_their_own() -> None:
    loggers = logs.configuration("info")["loggers"]
    assert {"django", "celery", "uvicorn", "uvicorn.error", "uvicorn.access"} <= loggers.keys()
    assert all(not configured["handlers"] for configured in loggers.values())
