"""What is known of an n8n beside where it is: learned when it answers, forgotten with its URL."""

from copy import copy
from typing import Any

from django.utils import timezone

from workspaces.connections.pacing import Pacer
from workspaces.models import Instance

UNKNOWN: dict[str, Any] = {
    "alive_at": None,
    "last_ok_at": None,
    "failed_at": None,
    "failures": 0,
    "failure": "",
    "about": {},
    "capabilities": [],
    "checked_at": None,
    "check_failures": 0,
    "check_failure": "",
    "retry_at": None,
    "breaker_failures": 0,
}


def learn(instance: Instance, scopes: list[str]) -> None:
    """It was asked, past its pacing, and answered: the breaker closes. What n8n itself asked for
    with a 429 stays."""
    Pacer(instance).settle(None)
    Instance.objects.filter(pk=instance.pk, base_url=instance.base_url).update(
        checked_at=timezone.now(), check_failures=0, check_failure="", capabilities=scopes
    )


def forget(instance: Instance) -> None:
    """What was known of one n8n says nothing of another. Not saved."""
    for name, value in UNKNOWN.items():
        setattr(instance, name, copy(value))
