"""How JavaScript reads values, because n8n's schedules are made of unchecked JSON."""

import math
from typing import Any


def number(value: Any) -> float:
    """NaN for what is no number."""
    if value is None:
        return 0.0
    if isinstance(value, str):
        value = value.strip()
        if not value:
            return 0.0
        if not set(value) <= set("+-.0123456789eE"):  # Python reads more: inf, 1_000
            return math.nan
    elif not isinstance(value, int | float):
        return math.nan
    try:
        return float(value)
    except ValueError:
        return math.nan
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        read = number(value)
        return str(int(read)) if abs(read) < 1e21 and read == int(read) else repr(read)
    if isinstance(value, list):
        return ",".join("[]" if isinstance(item, list) else text(item) for item in value)
    return "null" if value is None else "[object Object]"


def divides(part: float, whole: int) -> bool:
    """`whole % part === 0`."""
    return math.isfinite(part) and part != 0 and math.fmod(whole, part) == 0
