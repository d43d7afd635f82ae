"""How many calls one n8n gets from all processes together."""

import time

import pytest

from orchestrator import n8n
from tests.cast import Cast
from workspaces.connections import pacing
from workspaces.connections.pacing import Pacer
from workspaces.models import Instance


def test_a_burst_goes_at_once_and_what_follows_in_an_even_flow(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []
    monkeypatch.setattr(time, "sleep", waited.append)
    shared = Instance.objects.get(pk="default")
    for _ in range(pacing.BURST):
        Pacer(shared).before_call()
    assert not waited
    for _ in range(5):
        Pacer(shared).before_call()  # of another process as well: the row is one
    assert len(waited) >= 4
    assert waited == sorted(waited)
    assert waited[-1] <= 5 / pacing.CALLS_PER_SECOND


def test_who_would_wait_too_long_is_told_when_to_come_back(cast: Cast) -> None:
    shared = Instance.objects.get(pk="default")
    with pytest.raises(n8n.RateLimited) as refused:
        take_turns(shared, pacing.BURST + 3 * pacing.CALLS_PER_SECOND)
    assert pacing.LONGEST_WAIT < refused.value.retry_after < pacing.LONGEST_WAIT + 1
    other = Instance.objects.create(id="other")
    Pacer(other).before_call()  # another n8n is not concerned


def take_turns(instance: Instance, often: int) -> None:
    for _ in range(often):
        Pacer(instance)._take_turn()
