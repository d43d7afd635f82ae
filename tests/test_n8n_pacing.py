"""When an instance may be called: after a 429, and while nobody answers there."""

import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from orchestrator.n8n import (
    TRUSTED,
    BlockedAddress,
    Client,
    N8nError,
    NotFound,
    Pace,
    RateLimited,
    ServerError,
    Timeout,
    Unreachable,
    admit,
    after,
)
from tests.http_server import Server, answer, serving

NOW = datetime(2026, 1, 1, tzinfo=UTC)
NEW = Pace()


def later(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def failed(times: int, pace: Pace = NEW, at: datetime = NOW) -> Pace:
    for _ in range(times):
        pace = after(pace, Unreachable("no"), at)
    return pace


def test_a_new_instance_may_be_called_and_a_success_changes_nothing() -> None:
    assert admit(NEW, NOW) == NEW
    assert after(NEW, None, NOW) == NEW


def test_after_a_429_nothing_is_sent_before_n8n_said() -> None:
    pace = after(NEW, RateLimited("slowly", 90), NOW)

    with pytest.raises(RateLimited) as refused:
        admit(pace, later(30))

    assert refused.value.retry_after == 60
    assert admit(pace, later(90)) == pace  # all may call again, without asking one another
    assert after(pace, None, later(91)) == NEW


@pytest.mark.parametrize("said", [7200, 1e12, float("inf")])
def test_nobody_is_kept_waiting_for_more_than_an_hour(said: float) -> None:
    assert after(NEW, RateLimited("slowly", said), NOW).retry_at == later(3600)


def test_an_answer_to_an_earlier_call_does_not_take_the_429_back() -> None:
    pace = after(NEW, RateLimited("slowly", 90), NOW)
    for error in (None, NotFound("no"), ServerError("no"), RateLimited("slowly", 1)):
        assert after(pace, error, later(1)) == pace
    assert after(pace, Unreachable("no"), later(1)).retry_at == pace.retry_at


@pytest.mark.parametrize("error", [Unreachable("no"), Timeout("no")])
def test_the_fifth_failure_in_a_row_opens_the_breaker(error: N8nError) -> None:
    pace = NEW
    for _ in range(4):
        pace = after(pace, error, NOW)
        assert admit(pace, NOW) == pace
    pace = after(pace, error, NOW)

    with pytest.raises(Unreachable) as refused:
        admit(pace, later(2))

    assert refused.value.retry_after == 3


@pytest.mark.parametrize("error", [None, NotFound("no"), ServerError("no"), RateLimited("no", 0)])
def test_any_answer_in_between_starts_the_count_anew(error: N8nError | None) -> None:
    pace = after(failed(4), error, NOW)
    assert pace.failures == 0
    assert admit(failed(4, pace), NOW) == failed(4, pace)


def test_an_address_that_is_blocked_says_nothing_about_n8n() -> None:
    assert after(failed(4), BlockedAddress("no"), NOW) == failed(4)
    assert after(failed(5), BlockedAddress("no"), NOW) == failed(5)


def test_an_open_breaker_lets_one_call_through_at_a_time() -> None:
    pace = failed(5)

    tried = admit(pace, later(5))

    assert tried != pace
    with pytest.raises(Unreachable):
        admit(tried, later(5))
    assert after(tried, None, later(6)) == NEW
    assert admit(tried, later(10)) != tried  # the one that tried was never heard of again


def test_the_backoff_doubles_up_to_a_minute() -> None:
    pace, now, waits = failed(5), NOW, []
    for _ in range(7):
        assert pace.retry_at
        waits.append((pace.retry_at - now).total_seconds())
        now = pace.retry_at
        pace = after(admit(pace, now), Timeout("no"), now)
    assert waits == [5, 10, 20, 40, 60, 60, 60]
    assert failed(10_000).retry_at == later(60)


def test_a_429_of_the_one_that_tries_closes_the_breaker() -> None:
    pace = after(admit(failed(5), later(5)), RateLimited("slowly", 7), later(5))
    assert pace == Pace(later(12))


@pytest.fixture
def server() -> Iterator[Server]:
    with serving(Server()) as server:
        yield server


class Keeper:
    """Keeps the pace of one instance in memory, by a clock that a test turns."""

    def __init__(self) -> None:
        self.pace = NEW
        self.now = NOW

    def before_call(self) -> None:
        self.pace = admit(self.pace, self.now)

    def on_outcome(self, error: N8nError | None) -> None:
        self.pace = after(self.pace, error, self.now)


def test_a_client_that_keeps_the_pace_spares_an_n8n_that_does_not_answer(server: Server) -> None:
    server.respond = lambda handler: handler.connection.shutdown(socket.SHUT_RDWR)
    keeper = Keeper()
    with Client(
        server.url,
        "key",
        policy=TRUSTED,
        before_call=keeper.before_call,
        on_outcome=keeper.on_outcome,
    ) as calls:
        for _ in range(10):
            with pytest.raises(Unreachable):
                calls.deactivate("a")
        assert len(server.requests) == 5

        keeper.now = later(5)
        for _ in range(3):
            with pytest.raises(Unreachable):
                calls.discover()
        assert len(server.requests) == 6

        keeper.now = later(15)
        server.respond = lambda handler: answer(handler, 200, b'{"data": {"scopes": []}}')
        calls.discover()
        assert keeper.pace == NEW
