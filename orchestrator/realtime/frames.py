"""What goes over a socket: one state of one row, encoded once per audience by who publishes it."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec

AUDIENCES = ("viewer", "member", "admin", "owner")
TIMELESS = "viewer"  # learns no time of anything: its frames have no `at`

_encode = msgspec.json.Encoder().encode


class Reach(StrEnum):
    """Whose sockets: those with the subject in view (a pulse), or all of the workspace."""

    VIEW = "view"
    WORKSPACE = "workspace"


class Frame(msgspec.Struct, frozen=True, array_like=True):
    """One frame on its way: `bodies` has for each audience the whole frame as JSON, or nothing.

    `version` is the row's `stateVersion`: of the frames of one subject only the newest counts.
    None: not a state but a fact (`sync.finished`), which is never dropped or merged.
    `needs` is the permission without which a socket hears nothing of it; it is asked of sockets
    whose grants are not just those of their role, for they get the id only, and fetch.
    `user_id`: whose sockets alone hear of it; empty: everybody's.
    """

    kind: str
    workspace_id: str
    subject: str
    version: int | None
    reach: Reach
    needs: str
    bodies: dict[str, str]
    user_id: str = ""

    @classmethod
    def of(
        cls,
        kind: str,
        workspace_id: uuid.UUID,
        subject: uuid.UUID,
        data: Mapping[str, Any],
        *,
        version: int | None,
        needs: str,
        reach: Reach = Reach.WORKSPACE,
        at: datetime | None = None,
        user_id: uuid.UUID | None = None,
    ) -> "Frame":
        """`data` by audience (viewer, member, admin, owner): JSON-ready, camelCase, only what that
        audience may see; one that is missing gets nothing. `at`: when it happened; viewers are
        never told."""
        bodies = {
            audience: text(
                kind,
                workspace_id,
                body,
                subject=subject,
                version=version,
                at=None if audience == TIMELESS else at,
            )
            for audience, body in data.items()
        }
        only = "" if user_id is None else str(user_id)
        return cls(kind, str(workspace_id), str(subject), version, reach, needs, bodies, only)

    def text_for(
        self, audience: str | None, codenames: frozenset[str], user_id: uuid.UUID | None
    ) -> str | None:
        """None: nothing for this one."""
        if self.user_id and self.user_id != str(user_id):
            return None
        if audience is not None:
            return self.bodies.get(audience)
        if self.needs not in codenames:
            return None
        data = {"id": self.subject}
        return text(self.kind, self.workspace_id, data, subject=self.subject, version=self.version)


def text(
    kind: str,
    workspace_id: uuid.UUID | str | None,
    data: Any,
    *,
    subject: uuid.UUID | str | None = None,
    version: int | None = None,
    at: datetime | None = None,
) -> str:
    """A frame as the client reads it; what is None is absent."""
    frame: dict[str, Any] = {"type": kind}
    if workspace_id is not None:
        frame["workspaceId"] = workspace_id
    if subject is not None:
        frame["subject"] = subject
    if version is not None:
        frame["version"] = version
    if at is not None:
        frame["at"] = at
    frame["data"] = data
    return _encode(frame).decode()
