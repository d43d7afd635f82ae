"""The named actor of a request."""

from dataclasses import replace
from typing import Any

import structlog

from orchestrator.events import Actor, ActorType


def actor_of(request: Any) -> Actor:
    """Of a page's or the API's request; its id in the log goes into the ledger as well."""
    user, key = request.user, request.user.key
    actor = (
        Actor(ActorType.USER, str(user.pk), user.email)
        if key is None
        else Actor(ActorType.KEY, str(key.pk), key.name, on_behalf_of=str(user.pk))
    )
    return _placed(actor)


def oneself(user: Any) -> Actor:
    """Who has proved to be this person, also by a link in a mail and without a session."""
    return _placed(Actor(ActorType.USER, str(user.pk), user.email))


def _placed(actor: Actor) -> Actor:
    context = structlog.contextvars.get_contextvars()
    return replace(actor, ip=context.get("ip"), request_id=str(context.get("request_id", "")))
