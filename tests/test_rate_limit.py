"""The general limit of a caller: in Redis, and without Redis no weaker."""

import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest
import redis
from django.db import connection
from django.utils import timezone

from orchestrator import rate_limit
from orchestrator.models import CallerRate
from orchestrator.problems import Problem
from tests.cast import Cast
from tests.processes import wait_until
from tests.web_process import Redis
from workspaces.models import User

LIMIT = 6


@pytest.fixture(autouse=True)
def _small(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.API_RATE_PER_MINUTE = LIMIT
    monkeypatch.setattr(rate_limit, "_away_until", 0.0)


@pytest.fixture(params=["redis", "postgresql"])
def counter(request: pytest.FixtureRequest, settings: Any) -> str:
    if request.param == "postgresql":
        settings.REDIS_URL = "redis://127.0.0.1:9/0"  # nobody there
    name: str = request.param
    return name


def statuses(client: Any, path: str, times: int = LIMIT + 1) -> list[int]:
    return [client.get(path).status_code for _ in range(times)]


def test_so_many_calls_a_minute_and_then_429(cast: Cast, counter: str) -> None:
    client = cast.client("member")
    path = f"/api/workspaces/{cast.acme.pk}/permissions"
    assert statuses(client, path) == [200] * LIMIT + [429]
    refused = client.get("/api/me")  # one bucket for all
    assert refused.status_code == 429
    assert refused.json()["code"] == "rate_limited"
    assert refused.json()["retry_after"] == int(refused["Retry-After"]) == 60 // LIMIT
    assert CallerRate.objects.exists() is (counter == "postgresql")


def test_each_caller_has_a_bucket_of_their_own(cast: Cast, counter: str) -> None:
    assert statuses(cast.client("superuser"), "/api/me")[-1] == 429
    assert statuses(cast.client("viewer"), "/api/me", 1) == [200]


def test_a_key_is_not_its_maker(cast: Cast, counter: str) -> None:
    maker = User.objects.get(pk=cast.people["owner"].pk)
    for _ in range(LIMIT):
        rate_limit.spend(maker)
    maker.key = type("Key", (), {"pk": uuid.uuid4()})()
    rate_limit.spend(maker)
    maker.key = None
    with pytest.raises(Problem):
        rate_limit.spend(maker)


def test_it_comes_after_404_and_before_403(cast: Cast, counter: str) -> None:
    client = cast.client("viewer")
    assert statuses(client, "/api/me")[-1] == 429
    assert client.get(f"/api/workspaces/{cast.globex.pk}/permissions").status_code == 404
    assert client.get(f"/api/campaigns/{cast.foreign.pk}").status_code == 404
    body = {"workspaceId": str(cast.acme.pk)}
    asked = client.post("/api/sync/trigger", body, content_type="application/json")
    assert asked.status_code == 429
    fresh = cast.client("member")
    asked = fresh.post("/api/sync/trigger", body, content_type="application/json")
    assert asked.status_code == 403


def test_pages_and_probes_are_not_counted(cast: Cast) -> None:
    client = cast.client("member")
    for path in ("/", "/w/acme/", "/healthz", "/api/schema", "/api/docs"):
        assert statuses(client, path) == [200] * (LIMIT + 1)
    assert client.get("/api/me").status_code == 200


@pytest.mark.usefixtures("counter")
def test_what_is_spent_comes_back(cast: Cast, settings: Any) -> None:
    settings.API_RATE_PER_MINUTE = 600  # one in 0.1 s
    user = cast.people["member"]

    def spend() -> bool:
        try:
            rate_limit.spend(user)
        except Problem:
            return False
        return True

    began = perf_counter()
    taken = 0
    while spend():
        taken += 1
    assert 600 <= taken <= 600 + (perf_counter() - began) * 10 + 1
    assert wait_until(spend, 0.5)


@pytest.fixture
def own_redis(tmp_path: Path, settings: Any) -> Iterator[Redis]:
    server = Redis(tmp_path)
    settings.REDIS_URL = server.url
    server.start()
    with redis.Redis.from_url(server.url) as client:
        assert wait_until(lambda: _answers(client), 10)
    yield server
    server.kill()


def _answers(client: "redis.Redis") -> bool:
    try:
        return bool(client.ping())
    except redis.ConnectionError:
        return False


def test_a_redis_that_dies_lets_nobody_through(
    cast: Cast, own_redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = cast.client("member")
    assert statuses(client, "/api/me", 1) == [200]
    assert not CallerRate.objects.exists()
    own_redis.kill()
    assert statuses(client, "/api/me") == [200] * LIMIT + [429]
    own_redis.start()
    monkeypatch.setattr(rate_limit, "_away_until", 0.0)  # as if two seconds had passed
    assert wait_until(lambda: client.get("/api/me").status_code == 200, 5)


def test_full_buckets_are_swept(cast: Cast, settings: Any) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:9/0"
    rate_limit.spend(cast.people["member"])
    rate_limit.spend(cast.people["viewer"])
    full = CallerRate.objects.filter(caller=f"user:{cast.people['viewer'].pk}")
    full.update(used_to=timezone.now() - timedelta(seconds=1))
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM orchestrator_callerrate")
        assert cursor.fetchone() == (2,)
    rate_limit.forget()
    assert [row.caller for row in CallerRate.objects.all()] == [f"user:{cast.people['member'].pk}"]
