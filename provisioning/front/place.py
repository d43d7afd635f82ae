"""What the front door needs of one event loop: connections to PostgreSQL and to each n8n."""

import asyncio
import time
import weakref
from collections import Counter
from dataclasses import dataclass, field
from uuid import UUID

from orchestrator import n8n
from orchestrator.n8n.passage import Passage
from provisioning.front.entrance import Entrance, Entry
from provisioning.front.notes import Notebook

UNUSED = 60.0  # seconds after which the connections to an n8n are given up


@dataclass(slots=True)
class Place:
    entrance: Entrance = field(default_factory=Entrance)
    notebook: Notebook = field(default_factory=Notebook)
    under_way: Counter[UUID] = field(default_factory=Counter)  # calls of each workspace
    _passages: dict[tuple[str, n8n.Policy], Passage] = field(default_factory=dict)
    _used: dict[tuple[str, n8n.Policy], float] = field(default_factory=dict)

    async def passage(self, entry: Entry) -> Passage:
        key = (entry.base_url, entry.policy)
        now = self._used[key] = time.monotonic()
        if key not in self._passages:
            self._passages[key] = Passage(*key)
            for old in [k for k, used in self._used.items() if now - used > UNUSED]:
                del self._used[old]
                await self._passages.pop(old).close()
        return self._passages[key]

    async def close(self) -> None:
        await self.notebook.close()
        await self.entrance.close()
        while self._passages:
            await self._passages.popitem()[1].close()


_places: "weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, Place]" = weakref.WeakKeyDictionary()


def here() -> Place:
    """That of the running event loop."""
    loop = asyncio.get_running_loop()
    found = _places.get(loop)
    if found is None:
        found = _places[loop] = Place()
    return found


async def close() -> None:
    found = _places.pop(asyncio.get_running_loop(), None)
    if found is not None:
        await found.close()
