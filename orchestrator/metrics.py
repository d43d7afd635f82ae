"""What this process counts of itself. `orchestrator/metrics_page.py` tells it, and what the
database knows of all of them."""

from prometheus_client import CollectorRegistry, Counter, Histogram

registry = CollectorRegistry()

_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_ANSWERS = Histogram(
    "orchestrator_answer_seconds",
    "From the request to the end of the answer, by kind of address and hundreds of the status.",
    ["kind", "status"],
    buckets=_BUCKETS,
    registry=registry,
)
_HEARTBEATS = Counter(
    "orchestrator_heartbeats",
    "Heartbeats by what became of them.",
    ["verdict"],
    registry=registry,
)


def answered(kind: str, status: int, seconds: float) -> None:
    """`status` 0: the caller went away before there was one."""
    _ANSWERS.labels(kind, f"{status // 100}xx" if status else "gone").observe(seconds)


def heard(verdict: str, count: int) -> None:
    if count:
        _HEARTBEATS.labels(verdict).inc(count)
