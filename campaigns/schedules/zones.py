"""Time zones by the names that n8n takes."""

import re
from collections.abc import Mapping
from datetime import UTC, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

# Of the machine, not of the world; n8n does not know them.
NOT_ZONES = {"Factory", "localtime"}

_UTC_OFFSET = re.compile(r"utc([+-])(\d{1,2})(?::(\d{2}))?", re.ASCII)
_OFFSET = re.compile(r"([+-])([01]\d|2[0-3])(?::?([0-5]\d))?", re.ASCII)


def zone_of(settings: Mapping[str, Any] | None, instance_zone: str) -> str:
    """The name of a workflow's zone: its own, else that of its n8n."""
    name = (settings or {}).get("timezone")
    if name is None or str(name).lower() in ("default", "local", "system"):
        return instance_zone
    return str(name) or "UTC"


@lru_cache(maxsize=1000)
def find(name: str) -> tzinfo | None:
    """None: n8n would not know it either."""
    lowered = name.lower()
    if lowered in ("utc", "gmt"):
        return UTC
    if match := _UTC_OFFSET.fullmatch(lowered) or _OFFSET.fullmatch(name):
        sign, hours, minutes = match.groups()
        offset = timedelta(hours=int(hours), minutes=int(minutes or 0))
        if offset >= timedelta(days=1):
            return None
        return timezone(-offset if sign == "-" else offset)
    key = _keys().get(lowered)
    return ZoneInfo(key) if key else None


@lru_cache(maxsize=1)
def _keys() -> dict[str, str]:
    return {key.lower(): key for key in available_timezones() - NOT_ZONES}
