"""Whatever dies, and under load: nothing acknowledged is lost, nothing is done twice, and all is
true again by itself. Real processes, SIGKILL."""

import sys
import time
from collections.abc import Callable, Iterator

import pytest

from tests import breaking
from tests.aftermath import hold, true_again
from tests.breaking import Place, killed, opened
from tests.processes import wait_until
from tests.sampled import sampled
from tests.storm import LONG, SECONDS, Storm
from tests.storm_work import beats, calls, edits, provisions, roles, sockets

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")

KINDS = ("heartbeat", "call", "edit", "role", "provision", "socket")
SERVED_WITHIN = 15  # seconds
FAULTS: dict[str, Callable[[Place], None]] = {
    "web": killed("web"),
    "workers": breaking.all_workers,
    "n8n": killed("n8n"),
    "redis": breaking.redis,
    "postgres": breaking.postgres,
    "network-cut": breaking.network_cut,
    "network-silent": breaking.network_silent,
    "network-slow": breaking.network_slow,
    "clock-back": breaking.clock("-4 s"),
    "supervisor": breaking.supervisor,
}
if LONG:
    FAULTS |= {child: killed(child) for child in ("worker", "clock", "making", "beat")}
    # n8n says that it lives every half minute; so long it counts as silent
    FAULTS["clock-ahead"] = breaking.clock("1 hour")
TAKE_WEB_ALONG = ("web", "supervisor")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """One product for all faults: what one of them leaves behind, the next would meet."""
    with opened(tmp_path_factory.mktemp("faults"), "storm-a", "storm-b") as place:
        yield place


@pytest.mark.parametrize("fault", sampled(FAULTS, "redis"))
def test_nothing_is_lost_nothing_done_twice_and_all_is_true_again(fault: str, place: Place) -> None:
    for tenant in place.tenants:
        tenant.begin_anew()
    storm = Storm(place.tenants)
    with storm.blowing([beats, calls, edits, roles, provisions], watching=[sockets]):
        time.sleep(SECONDS)
        began = time.monotonic()
        FAULTS[fault](place)
        mended = time.monotonic()
        served = lambda: storm.is_served(*KINDS, since=mended)  # noqa: E731
        assert wait_until(served, SERVED_WITHIN), storm.seen
        time.sleep(SECONDS)
        storm.calm()
        killed_at = (began, mended) if fault in TAKE_WEB_ALONG else None
        hold(storm, place.line, killed_at)
        seconds = true_again(storm)
        hold(storm, place.line, killed_at)
    print(f"\n{fault}: mended after {mended - began:.1f} s, true {seconds:.1f} s after the load")
    for kind in KINDS:
        print(
            f"  {kind}: {len(storm.yes[kind])} served, away {storm.away(kind, began):.1f} s;"
            f" {storm.refused(kind)}"
        )
