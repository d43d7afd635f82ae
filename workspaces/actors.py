"""The named actor of a request."""

from typing import Any

import structlog

from orchestrator.events import Actor, ActorType


def actor_of(request: Any) -> Actor:
    """Of a page's or the API's request; its id in the log goes into the ledger as well."""
    context = structlog.contextvars.get_contextvars()
    return Actor(
        ActorType.USER,
        str(request.user.pk),
        request.user.email,
        ip=context.get("ip"),
        request_id=str(context.get("request_id", "")),
    )
