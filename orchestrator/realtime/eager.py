"""The first step of an awaitable at once, in no task of its own: as Python 3.12's eager tasks, for
what nearly always ends in it. A turn of a task costs as much as a frame that is written."""

from collections.abc import Awaitable, Generator
from functools import partial
from typing import Any


class Begun:
    """Stands where it had to wait; who awaits this brings it to its end, as if begun there."""

    def __init__(self, steps: Generator[Any, Any, object], waits_for: Any) -> None:
        self._steps = steps
        self._waits_for = waits_for

    def __await__(self) -> Generator[Any, Any, None]:
        while True:
            try:
                value = yield self._waits_for
            except BaseException as error:  # noqa: BLE001 -- a cancellation is its own to answer
                step = partial(self._steps.throw, error)
            else:
                step = partial(self._steps.send, value)
            try:
                self._waits_for = step()
            except StopIteration:
                return


def begin(awaitable: Awaitable[object]) -> Begun | None:
    """None where it has ended. Raises what it raises. It must not ask for its task."""
    steps = awaitable.__await__()
    try:
        return Begun(steps, next(steps))
    except StopIteration:
        return None
