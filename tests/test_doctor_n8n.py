"""What `doctor` says of each n8n that is connected."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from orchestrator.management.commands import doctor
from tests.cast import Cast
from tests.own_n8n import KEY, Answering, connect_own
from workspaces.models import Instance


@pytest.fixture
def shared(cast: Cast, own_n8n: Answering, settings: Any) -> Answering:
    settings.N8N_BASE_URL, settings.N8N_API_KEY = own_n8n.url, KEY
    return own_n8n


def hears(ago: float = 5, **about: Any) -> None:
    told = {"hooksVersion": "1.1.0", "n8nVersion": "2.41.1", "publicationService": False}
    heard = timezone.now() - timedelta(seconds=ago)
    Instance.objects.update(alive_at=heard, about={**told, **about})


def test_the_hooks_file_is_there_with_its_version(shared: Answering) -> None:
    hears()
    assert doctor.reachable() == f"default at {shared.url}, hooks file 1.1.0, n8n 2.41.1"


def test_no_hooks_file_or_one_that_fell_silent_is_told(shared: Answering) -> None:
    assert "no hooks file has reported yet" in doctor.reachable()
    hears(ago=91)
    assert "hooks file 1.1.0 silent for 91 s" in doctor.reachable()


def test_an_n8n_that_publishes_asynchronously_is_told_how_not_to(shared: Answering) -> None:
    hears(publicationService=True)
    assert "N8N_USE_WORKFLOW_PUBLICATION_SERVICE=false" in doctor.reachable()


def test_heartbeats_that_were_dropped_are_told(shared: Answering) -> None:
    hears(dropped=3)
    assert "3 heartbeats dropped" in doctor.reachable()


def test_missing_scopes_are_named(shared: Answering) -> None:
    shared.scopes = [scope for scope in shared.scopes if scope != "execution:list"]
    with pytest.raises(doctor.Ill, match="missing_scope, The API key lacks: execution:list"):
        doctor.reachable()


def test_an_own_n8n_is_looked_at_too_and_one_that_was_left_is_not(
    cast: Cast, own_n8n: Answering, settings: Any
) -> None:
    settings.N8N_BASE_URL, settings.N8N_API_KEY = "http://127.0.0.1:9", KEY
    settings.DEMO = True
    own, _ = connect_own(cast.acme, own_n8n.url)
    with pytest.raises(doctor.Ill, match=r"default at .*:9: unreachable") as ill:
        doctor.reachable()
    assert own.pk not in str(ill.value)
    own_n8n.keys = set()
    with pytest.raises(doctor.Ill, match=f"{own.pk} at {own_n8n.url}: wrong_key") as ill:
        doctor.reachable()
    assert "API key (page Connection of Acme); default" in str(ill.value)
    connect_own(cast.acme, "https://n8n.example.com")
    with pytest.raises(doctor.Ill) as ill:
        doctor.reachable()
    assert own.pk not in str(ill.value)
