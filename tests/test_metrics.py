"""`/metrics`: who may read it, what it says, and that each alert has its number."""

import re
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.db import connection
from django.test import Client
from django.utils.timezone import now
from prometheus_client.parser import text_string_to_metric_families

from campaigns.models import Campaign
from orchestrator import metrics_page
from orchestrator.models import Outbox
from tests.cast import Cast, campaign_of
from tests.provisioned import provision_of
from workspaces.models import Instance

ROOT = Path(__file__).resolve().parent.parent
TOKEN = "a-token-of-enough-characters"

pytestmark = pytest.mark.django_db


def told(**extra: str) -> dict[str, dict[tuple[str, ...], float]]:
    """By name and values of the labels."""
    answer = Client().get("/metrics", **extra)  # type: ignore[arg-type]
    assert answer.status_code == 200
    found: dict[str, dict[tuple[str, ...], float]] = {}
    for family in text_string_to_metric_families(answer.content.decode()):
        for sample in family.samples:
            found.setdefault(sample.name, {})[tuple(sample.labels.values())] = sample.value
    return found


def one(name: str) -> float:
    (value,) = told()[name].values()
    return value


@pytest.mark.parametrize(
    "headers",
    [
        {"REMOTE_ADDR": "10.0.0.7"},
        {"HTTP_X_FORWARDED_FOR": "10.0.0.7"},  # a proxy of this machine passes it on
        {"HTTP_X_FORWARDED_FOR": "127.0.0.1"},
        {"HTTP_FORWARDED": "for=127.0.0.1"},
        {"HTTP_AUTHORIZATION": "Bearer wrong", "REMOTE_ADDR": "10.0.0.7"},
        {"HTTP_AUTHORIZATION": "Bearer ", "REMOTE_ADDR": "10.0.0.7"},
    ],
)
@pytest.mark.parametrize("token", ["", TOKEN])
def test_strangers_read_nothing(settings: Any, headers: dict[str, str], token: str) -> None:
    settings.METRICS_TOKEN = token
    answer = Client().get("/metrics", **headers)  # type: ignore[arg-type]
    assert answer.status_code == 401
    assert answer["content-type"] == "application/problem+json"
    assert b"orchestrator_" not in answer.content


def test_the_token_lets_in_from_anywhere(settings: Any) -> None:
    settings.METRICS_TOKEN = TOKEN
    assert told(HTTP_AUTHORIZATION=f"Bearer {TOKEN}", REMOTE_ADDR="10.0.0.7")


def test_a_person_s_session_is_no_key(cast: Cast) -> None:
    for caller in ("owner", "superuser"):
        client = cast.client(caller)
        client.defaults["REMOTE_ADDR"] = "10.0.0.7"
        assert client.get("/metrics").status_code == 401


def test_it_says_what_waits(cast: Cast) -> None:
    Outbox.objects.all().delete()
    assert one("orchestrator_outbox_waiting") == 0
    row = Outbox.objects.create(fact="x")
    Outbox.objects.filter(pk=row.pk).update(created_at=now() - timedelta(seconds=90))
    assert one("orchestrator_outbox_waiting") == 1
    assert 90 <= one("orchestrator_outbox_oldest_seconds") < 100


def test_it_says_for_how_long_the_clock_has_stood(cast: Cast) -> None:
    campaign = campaign_of(cast.acme, "Late")
    assert one("orchestrator_clock_behind_seconds") == 0
    with connection.cursor() as cursor:  # the trigger would derive another
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE campaigns_campaign DISABLE TRIGGER USER")
    Campaign.objects.filter(pk=campaign.pk).update(due_at=now() - timedelta(seconds=50))
    assert 50 <= one("orchestrator_clock_behind_seconds") < 60


def test_it_counts_provisions_that_wait_and_those_that_failed(cast: Cast) -> None:
    first = provision_of(cast.acme, cast.people["owner"])
    second = provision_of(cast.acme, cast.people["owner"])
    type(first).objects.filter(pk=first.pk).update(due_at=now() - timedelta(seconds=70))
    type(first).objects.filter(pk=second.pk).update(due_at=None)
    assert told()["orchestrator_provisions"] == {("under_way",): 1, ("failed",): 1}
    assert 70 <= one("orchestrator_provisions_overdue_seconds") < 80


def test_it_says_which_n8n_is_silent(cast: Cast) -> None:
    Instance.objects.update(silent=True)
    assert told()["orchestrator_instance_silent"][("default",)] == 1


def test_it_counts_answers_and_queues() -> None:
    Client().get("/accounts/login/")
    found = told()
    assert found["orchestrator_answer_seconds_count"][("page", "2xx")] >= 1
    assert {queue for (queue,) in found["orchestrator_queue_length"]} == {
        "celery", "clock", "making",
    }  # fmt: skip
    assert found["orchestrator_up"] == {("database",): 1, ("redis",): 1}


def test_without_a_database_it_tells_so_before_whoever_scrapes_gives_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Prometheus waits ten seconds, and so does the pool."""
    monkeypatch.setattr(
        connection, "get_connection_params", lambda: {"host": "127.0.0.1", "port": 9}
    )
    began = time.monotonic()
    found = told()
    assert time.monotonic() - began < 5
    assert found["orchestrator_up"] == {("database",): 0, ("redis",): 1}
    assert "orchestrator_outbox_waiting" not in found


def test_without_redis_it_tells_the_rest(settings: Any) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    found = told()
    assert found["orchestrator_up"] == {("database",): 1, ("redis",): 0}
    assert "orchestrator_outbox_waiting" in found


def test_a_scrape_asks_little(django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(len(metrics_page.ONE_NUMBER) + 12):
        told()


def test_every_alert_has_its_number(cast: Cast) -> None:
    Client().get("/accounts/login/")
    Instance.objects.update(alive_at=now())
    provision_of(cast.acme, cast.people["owner"])
    text = Client().get("/metrics").content.decode()
    kinds = set(re.findall(r"^# TYPE (\w+)", text, re.M))
    rules = yaml.safe_load((ROOT / "docs/alerts.yml").read_text())["groups"][0]["rules"]
    asked = {name for rule in rules for name in re.findall(r"orchestrator_\w+", rule["expr"])}
    assert {re.sub(r"_(count|bucket|sum)$", "", name) for name in asked} <= kinds
    assert all({"summary", "look"} == rule["annotations"].keys() for rule in rules)
