"""The door of one provision: whoever began it, as long as they are owner, and super admins.

Each look of a super admin who did not begin it is an event. To everybody else it does not exist,
but for the owners of its workspace where it is `orphaned`: who began it is no owner any more.
"""

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.http import Http404
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request

from orchestrator import idempotency, rate_limit
from orchestrator.events import acting, emit
from provisioning.events import ProvisionInspected
from provisioning.models import Provision
from provisioning.seen_by import PERMISSION, is_orphaned
from workspaces import second_factor
from workspaces.access import access_to
from workspaces.actors import actor_of
from workspaces.suspended import SAFE, refuse_suspended

View = TypeVar("View", bound=Callable[..., Any])


def provision_view(*, orphaned: bool = False) -> Callable[[View], View]:
    """Calls the view with `row`, instead of its id. `orphaned`: also for the other owners of one
    whose creator is none any more."""

    def mark(view: View) -> View:
        @wraps(view)
        def guarded(self: Any, request: Request, id: uuid.UUID, **kwargs: Any) -> Any:
            row = _enter(request, id, orphaned)
            rate_limit.spend(request.user)

            def act() -> Any:
                if request.method not in SAFE and not request.user.is_superuser:
                    refuse_suspended(row.workspace)
                return view(self, request, row=row, **kwargs)

            return idempotency.once(request, act)

        guarded.permission = PERMISSION  # type: ignore[attr-defined]
        return cast(View, guarded)

    return mark


def _enter(request: Request, id: uuid.UUID, orphaned: bool) -> Provision:
    """Raises NotAuthenticated, Http404, and Problem 403 `mfa_required`."""
    user = request.user
    if not user.is_authenticated:
        raise NotAuthenticated
    row = Provision.objects.select_related("workspace", "campaign", "creator").filter(pk=id).first()
    if row is None:
        raise Http404
    access = access_to(user, row.workspace_id)
    if access is not None and access.can(PERMISSION) and _is_for(user, row, orphaned):
        if access.lacks_second_factor:
            raise second_factor.mfa_required()
        return row
    if not user.is_superuser or user.key is not None:
        raise Http404
    if second_factor.superuser_lacks_one(user):
        raise second_factor.mfa_required()
    actor = actor_of(request)
    with acting(actor):
        emit(ProvisionInspected, row, actor=actor, after={"method": request.method})
    return row


def _is_for(owner: Any, row: Provision, orphaned: bool) -> bool:
    return row.creator_id == owner.pk or (orphaned and is_orphaned(row))
