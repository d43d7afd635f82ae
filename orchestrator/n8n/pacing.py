"""When an instance may be called: not before it said so, and rarely while nobody answers there.

Pure: the state comes in and the next one goes out. Whoever keeps it writes only what changed.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from orchestrator.n8n.errors import BlockedAddress, N8nError, RateLimited, Timeout, Unreachable

OPENS_AT = 5  # calls in a row that nobody answered
FIRST_BACKOFF = 5.0
LONGEST_BACKOFF = 60.0
LONGEST_RETRY_AFTER = 3600.0


@dataclass(frozen=True, slots=True)
class Pace:
    """`failures` in a row: from OPENS_AT on one call at a time is let through, after `retry_at`."""

    retry_at: datetime | None = None
    failures: int = 0


def admit(pace: Pace, now: datetime) -> Pace:
    """Raises RateLimited or Unreachable, both with `retry_after`, where nothing may be sent.

    If the answer is another state, this is the one call that tries whether n8n is back: write it
    by compare-and-set before sending, and ask again where another one was faster.
    """
    if pace.retry_at and now < pace.retry_at:
        seconds = (pace.retry_at - now).total_seconds()
        if pace.failures < OPENS_AT:
            raise RateLimited("n8n asked for fewer calls", seconds)
        failure = Unreachable("n8n does not answer at the moment")
        failure.retry_after = seconds
        raise failure
    if pace.failures < OPENS_AT:
        return pace
    return replace(pace, retry_at=now + _backoff(pace.failures))


def after(pace: Pace, error: N8nError | None, now: datetime) -> Pace:
    """The state after a call that ended with this error, or with none."""
    limited = pace.failures < OPENS_AT and pace.retry_at is not None and now < pace.retry_at
    match error:
        case RateLimited():
            until = now + timedelta(seconds=min(error.retry_after, LONGEST_RETRY_AFTER))
            return Pace(max(until, pace.retry_at) if limited and pace.retry_at else until)
        case Unreachable() | Timeout():
            failures = pace.failures + 1
            if failures < OPENS_AT:
                return replace(pace, failures=failures)
            return Pace(now + _backoff(failures), failures)
        case BlockedAddress():
            return pace  # nothing was sent
        case _:
            # It answered. What was sent before n8n asked for fewer calls does not take that back.
            return Pace(pace.retry_at if limited else None)


def _backoff(failures: int) -> timedelta:
    doubled = min(failures - OPENS_AT, 10)
    return timedelta(seconds=min(FIRST_BACKOFF * 2**doubled, LONGEST_BACKOFF))
