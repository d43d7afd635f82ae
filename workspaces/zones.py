"""The time zones that are known here, by their IANA names."""

from collections.abc import Iterator
from contextlib import contextmanager
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from django.utils import timezone

ZONES = frozenset(available_timezones())

_PLACES = tuple(
    f"{area}/"
    for area in (
        "Africa America Antarctica Arctic Asia Atlantic Australia Europe Indian Pacific".split()
    )
)
OFFERED = ("UTC", *sorted(zone for zone in ZONES if zone.startswith(_PLACES)))  # no old spellings


def named(typed: str) -> str:
    """The zone that somebody means: `europe/berlin`, `new york`. As typed where none fits."""
    wanted = "_".join(typed.split()).casefold()
    for zone in OFFERED:
        if wanted in (zone.casefold(), zone.rpartition("/")[2].casefold()):
            return zone
    return typed.strip()


@contextmanager
def in_zone(name: str) -> Iterator[None]:
    """Times are shown in it; blank, or unknown to this machine's tables: as they were."""
    try:
        zone = ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError):
        zone = None
    if zone is None:
        yield
    else:
        with timezone.override(zone):
            yield
