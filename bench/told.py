"""What many sockets saw, held against what was sent: how long each took to show at each of them."""

import base64
from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Sights = list[tuple[float, int]]  # when, and at which socket

PATIENCE = 2000.0  # ms after which a change counts as not seen


@dataclass
class Told:
    """Of one rate: milliseconds from a heartbeat to a socket that has its campaign in view."""

    first: list[float] = field(default_factory=list)
    repeat: list[float] = field(default_factory=list)
    due: int = 0  # first changes and sockets that should have heard of them
    heard: int = 0


class Seen:
    """Of all the crowd's processes."""

    def __init__(self, crowds: Sequence[Mapping[str, Any]]) -> None:
        found: defaultdict[tuple[str, str], Sights] = defaultdict(list)
        before = 0  # sockets of the processes before
        for crowd in crowds:
            columns = [_column(code, crowd[name]) for name, code in _COLUMNS.items()]
            names = crowd["names"]
            for at, campaign, status, socket in zip(*columns, strict=True):
                found[names[campaign], chr(status)].append((at, before + socket))
            before += max(columns[3], default=-1) + 1
        self._found = {key: sorted(sights) for key, sights in found.items()}

    def told(
        self, sent: Sequence[Sequence[Any]], campaigns: Sequence[str], viewers: Mapping[str, int]
    ) -> Told:
        """`sent`: (which campaign, first letter of what it became, when in ms, of what kind)."""
        outcome = Told()
        for index, status, at, kind in sent:
            campaign = campaigns[index]
            if kind == "lead" or not viewers.get(campaign):
                continue
            taken = self._of(campaign, status, at)
            if kind == "repeat":
                outcome.repeat += taken
            else:
                outcome.first += taken
                outcome.due += viewers[campaign]
                outcome.heard += len(taken)
        return outcome

    def _of(self, campaign: str, status: str, at: float) -> list[float]:
        """Once for each socket; what comes after the next heartbeat like it is that one's."""
        sights = self._found.get((campaign, status), [])
        had: set[int] = set()
        taken = []
        for seen, socket in sights[bisect_left(sights, (at, -1)) :]:
            if seen - at > PATIENCE:
                break
            if socket not in had:
                had.add(socket)
                taken.append(seen - at)
        return taken


_COLUMNS = {"at": "d", "campaign": "H", "status": "B", "socket": "H"}


def _column(code: str, packed: str) -> Any:
    values: array[Any] = array(code)
    values.frombytes(base64.b64decode(packed))
    return values
