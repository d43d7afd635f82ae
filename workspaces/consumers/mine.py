"""`/ws/me/`: how all workspaces of one person are doing, and which ones these are."""

import asyncio
import uuid
from typing import Any

from orchestrator import realtime
from orchestrator.realtime import Bars, text
from workspaces.access import Access, narrowed
from workspaces.consumers.standing import Claim, Standing
from workspaces.consumers.watch import Member, watch


class Mine(Member):
    """First the `snapshot` of each workspace, then `workspaces.changed`, which names them all."""

    def __init__(self, socket: Bars, claim: Claim, standing: Standing) -> None:
        super().__init__(socket, claim, standing)
        self._bars = socket
        self._known: dict[uuid.UUID, Access] = {}
        self._told: list[dict[str, Any]] | None = None
        self._turn = asyncio.Lock()

    def concerned_by(self, workspace_id: uuid.UUID | None) -> bool:
        return True

    async def begin(self) -> None:
        await self._look()

    async def renew(self, standing: Standing) -> None:
        self.key = standing.key
        await self._look()

    async def _look(self) -> None:
        async with self._turn:
            mine = await self._mine()
            present = {id: access for id, access in mine.items() if not access.lacks_second_factor}
            if self.socket.closed is not None:
                return
            for id in self._known.keys() - present.keys():
                realtime.hub().leave_one(self._bars, str(id))
            new = {id: access for id, access in present.items() if id not in self._known}
            for id in self._known.keys() & present.keys():
                self._allow(self._known[id], present[id])
            self._known = present
            await realtime.hub().enter_all(self._bars, new)
            rows = [_row(access) for access in mine.values()]
            if rows != self._told:
                self._told = rows
                self.socket.say("workspaces.changed", {"workspaces": rows})

    async def _mine(self) -> dict[uuid.UUID, Access]:
        found = await watch().accesses_of(self.user_id)
        if self.key is not None:
            found = [less for access in found if (less := narrowed(access, self.key))]
        return {access.workspace.pk: access for access in found if access.is_readable}

    def _allow(self, before: Access, now: Access) -> None:
        if (before.role, before.codenames) == (now.role, now.codenames):
            return
        id = str(now.workspace.pk)
        self._bars.admit(id, now)
        self._bars.put(text("permissions.changed", id, now.permissions_state()))


def _row(access: Access) -> dict[str, Any]:
    workspace = access.workspace
    lacks = {"needsSecondFactor": True} if access.lacks_second_factor else {}
    return {
        "id": workspace.pk,
        "name": workspace.name,
        "slug": workspace.slug,
        "role": access.role,
        **lacks,
    }
