"""The named actor of a request."""

from dataclasses import replace
from typing import Any

import structlog

from orchestrator.events import Actor, ActorType


def actor_of(request: Any) -> Actor:
    """Of a page's or the API's request; its id in the log goes into the ledger as well."""
    context = structlog.contextvars.get_contextvars()
    user, key = request.user, request.user.key
    actor = (
        Actor(ActorType.USER, str(user.pk), user.email)
        if key is None
        else Actor(ActorType.KEY, str(key.pk), key.name, on_behalf_of=str(user.pk))
    )
    return replace(actor, ip=context.get("ip"), request_id=str(context.get("request_id", "")))
