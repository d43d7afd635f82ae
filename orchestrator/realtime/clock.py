"""Timers of thousands of sockets, most of them due together: one of the loop's for each 5 ms."""

import asyncio
from collections.abc import Callable
from math import ceil
from typing import Protocol

SLOT = 0.005  # seconds


class Clock(Protocol):
    def time(self) -> float: ...

    def call_at(self, when: float, callback: Callable[[], object], /) -> object:
        """At `when` or a little later. Nothing can be taken back."""


class Slots:
    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._waiting: dict[int, list[Callable[[], object]]] = {}

    def time(self) -> float:
        return self._loop.time()

    def call_at(self, when: float, callback: Callable[[], object], /) -> object:
        slot = ceil(when / SLOT)
        waiting = self._waiting.setdefault(slot, [])
        waiting.append(callback)
        if len(waiting) == 1:
            self._loop.call_at(slot * SLOT, self._ring, slot)
        return None

    def _ring(self, slot: int) -> None:
        for callback in self._waiting.pop(slot):
            callback()
