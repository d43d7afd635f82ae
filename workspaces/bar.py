"""What every page of a workspace shows: the workspace, what this caller may, and the bar."""

from typing import Any

from orchestrator import realtime
from workspaces.access import Access


def page_of(access: Access) -> dict[str, Any]:
    """The context that base.html asks of such a page; the bar as a socket would tell it first."""
    health = realtime.registered().snapshot(access)
    return {"workspace": access.workspace, "access": access, "health": health}
