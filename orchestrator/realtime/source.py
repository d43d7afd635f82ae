"""Where the hub reads states: the floor knows no app, so the feature registers itself here.

    # campaigns/apps.py
    def ready(self) -> None:
        realtime.register(live.CampaignSource())

All are plain synchronous functions with the ORM or a cursor. The hub calls them on a few
threads of its own, merges calls that come together, and closes the connection after each. They may
raise when the database is away: the hub asks again. Ids of other workspaces are never answered:
these reads are the wall of `subscribe`.
"""

import uuid
from collections.abc import Collection, Mapping
from typing import Any, Protocol

from orchestrator.realtime.frames import Frame


class Caller(Protocol):
    """What the floor needs of `workspaces.access.Access`: whose socket it is."""

    @property
    def user_id(self) -> uuid.UUID: ...

    @property
    def audience(self) -> str | None:
        """viewer, member, admin or owner; None if the grants are not just those of the role."""

    @property
    def codenames(self) -> frozenset[str]: ...

    @property
    def unheard(self) -> frozenset[str]:
        """Kinds of frames that are not for this caller, whatever the grants."""


class Source(Protocol):
    def snapshot(self, access: Any) -> Mapping[str, Any]:
        """`data` of the `snapshot` frame for this caller (`workspaces.access.Access`): the health
        body, `stateVersion` included, JSON-ready (UUID and datetime are fine).

        Read after the socket's group was joined. One answer serves all callers of the same
        workspace and audience who connect at that moment; with audience None it is theirs alone.
        """

    def snapshots(self, accesses: Collection[Any]) -> Mapping[uuid.UUID, Mapping[str, Any]]:
        """The same for many workspaces of one caller, by workspace, in a few queries."""

    def rows(self, workspace_id: uuid.UUID, ids: Collection[uuid.UUID]) -> list[Frame]:
        """The present state of these campaigns as `campaign.changed` frames (reach VIEW, version =
        `stateVersion`) with the bodies of all four audiences, in any order. Ids that are unknown or
        of another workspace are left out: a subscriber is told `not_found`. At most 500 ids a
        call. Archived campaigns are rows like others.
        """

    def versions(self, view: Mapping[uuid.UUID, Collection[uuid.UUID]]) -> Mapping[uuid.UUID, int]:
        """`stateVersion` of everything in view, for the comparison every 5 s; one query, please.

        In: workspace id → ids of its campaigns in view (often none). Out, flat: campaign id →
        stateVersion for those of them that exist, and workspace id → stateVersion of its health.
        """

    def health(self, workspace_ids: Collection[uuid.UUID]) -> list[Frame]:
        """One `health.changed` frame per workspace (reach WORKSPACE, subject = workspace id,
        version = the health's `stateVersion`), bodies of all four audiences with that audience's
        PermissionsState. A workspace that is gone is left out. Sent every 30 s, and when
        `versions` says that the last one is not the newest.
        """


_source: Source | None = None


def register(source: Source) -> None:
    """Once per process, from an app's `ready()`."""
    global _source
    _source = source


def registered() -> Source:
    if _source is None:
        raise RuntimeError("no realtime.Source is registered")
    return _source
