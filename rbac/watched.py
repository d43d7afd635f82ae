"""What a super admin looks at across workspaces: counted, and told in the ledger each time."""

from collections.abc import Mapping
from typing import Any

from orchestrator import rate_limit
from orchestrator.events import Fact, acting, emit
from workspaces.actors import actor_of
from workspaces.models import Workspace

PER_MINUTE = 60  # of one super admin, for each kind of thing to look at


def spend(request: Any, kind: str) -> None:
    """Raises the 429 of who has looked too often."""
    rate_limit.spend_on(f"watch:{kind}", request.user, PER_MINUTE)


def tell(
    request: Any,
    fact: type[Fact],
    workspace: Workspace | None = None,
    asked: Mapping[str, Any] | None = None,
) -> None:
    """One look or export. Of a workspace it is in that one's ledger, for its owners to be told;
    else in that of the platform, which then names the super admin as what it is about."""
    actor = actor_of(request)
    with acting(actor):
        emit(fact, workspace or request.user, actor=actor, after=dict(asked or {}) or None)
