"""Whether `doctor` notices that nobody works."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from campaigns.models import SyncRun
from orchestrator.celery import app as celery
from orchestrator.management.commands import doctor
from tests.cast import Cast

Workers = Callable[..., None]


@pytest.fixture
def workers(monkeypatch: pytest.MonkeyPatch) -> Workers:
    """Says which queues the workers that answer have."""

    def answer(*queues: str) -> None:
        told = {f"{name}@host": [{"name": name}] for name in queues}

        class Inspect:
            def __init__(self, **_: Any) -> None: ...

            def active_queues(self) -> dict[str, Any] | None:
                return told or None

        monkeypatch.setattr(celery.control, "inspect", Inspect)

    answer("celery", "clock", "making")
    return answer


def synced(cast: Cast, ago: float, trigger: str = "schedule") -> None:
    at = timezone.now() - timedelta(seconds=ago)
    SyncRun.objects.create(workspace=cast.acme, trigger=trigger, created_at=at)


def test_what_was_set_up_just_now_is_well(db: None, workers: Workers) -> None:
    assert doctor.work() == "a worker for each of celery, clock, making; no sync yet"


def test_so_is_one_whose_n8n_is_asked(cast: Cast, workers: Workers) -> None:
    synced(cast, ago=40)
    assert doctor.work().endswith("last sync 40 s ago")


def test_beat_that_stopped_is_told_by_the_syncs_that_are_missing(
    cast: Cast, workers: Workers
) -> None:
    synced(cast, ago=263)
    synced(cast, ago=1, trigger="user")  # a click needs no beat
    with pytest.raises(doctor.Ill, match="nothing was synced for 263 s: beat does not run"):
        doctor.work()


def test_each_queue_without_a_worker_is_named(cast: Cast, workers: Workers) -> None:
    workers("making")
    with pytest.raises(doctor.Ill) as ill:
        doctor.work()
    assert "queue `celery` answers" in str(ill.value)
    assert "queue `clock` answers" in str(ill.value)
    assert "making" not in str(ill.value)
    workers()
    synced(cast, ago=300)
    with pytest.raises(doctor.Ill, match=r"`making` answers; nothing was synced for 300 s$"):
        doctor.work()
