"""Of many cases of one test some are in every run; the others are marked `long`."""

from collections.abc import Iterable
from typing import Any

import pytest


def sampled(cases: Iterable[Any], *always: Any) -> list[Any]:
    """For `pytest.mark.parametrize`; a case may be a tuple."""
    listed = list(cases)
    missing = [case for case in always if case not in listed]
    assert not missing, f"no such case: {missing}"
    return [case if case in always else _long(case) for case in listed]


def _long(case: Any) -> Any:
    return pytest.param(*(case if isinstance(case, tuple) else (case,)), marks=pytest.mark.long)
