"""An n8n that lives and that nobody asks: its campaigns cost no sync while others are measured.

No workspace is connected to it, so the worker lists nothing there; its heartbeats are taken as any.
Used by modules that have Django already.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from campaigns.models import Campaign
    from workspaces.models import User, Workspace

INSTANCE = "bench-quiet"
PATH = f"/api/webhooks/n8n/{INSTANCE}/heartbeat"


def secret() -> str:
    """Of its heartbeats; makes the n8n where it is not there yet."""
    from django.utils import timezone  # noqa: PLC0415 -- need django.setup()

    from orchestrator import crypto  # noqa: PLC0415
    from workspaces.connections import WEBHOOK_SECRETS, door  # noqa: PLC0415
    from workspaces.models import Instance  # noqa: PLC0415

    found = Instance.objects.filter(pk=INSTANCE).first()
    if found is not None:
        return door.webhook_secrets(found)[0]
    made = door.new_secret()
    Instance.objects.create(
        pk=INSTANCE,
        silent=False,
        alive_at=timezone.now() + timedelta(days=1),
        webhook_secrets_encrypted=crypto.encrypt(made, owner="shared", field=WEBHOOK_SECRETS),
    )
    return made


def workspaces(slugs: Iterable[str], owner: "User") -> list["Workspace"]:
    """Without limits: what is measured is not the quota."""
    from orchestrator.events import command  # noqa: PLC0415
    from workspaces import services  # noqa: PLC0415
    from workspaces.models import Quota  # noqa: PLC0415

    made = [
        services.create_workspace(slug, slug=slug, owner=owner, actor=command("bench"))
        for slug in slugs
    ]
    Quota.objects.bulk_create(
        Quota(workspace=workspace, name=name, limit=2**31 - 1)
        for workspace in made
        for name in Quota.Name
    )
    return made


def campaigns(workspace: "Workspace", count: int, first: int = 0) -> "Sequence[Campaign]":
    from django.utils import timezone  # noqa: PLC0415

    from campaigns.models import Campaign  # noqa: PLC0415

    now = timezone.now()
    return Campaign.objects.bulk_create(
        Campaign(
            workspace=workspace,
            instance_id=INSTANCE,
            n8n_workflow_id=workflow_id(workspace.slug, number),
            name=f"Campaign {number:05}",
            trigger="webhook",
            reported="active",
            reported_at=now,
            last_sync_at=now,
        )
        for number in range(first, first + count)
    )


def workflow_id(slug: str, number: int) -> str:
    return f"{slug}-{number:05}"


def people(count: int, name: str) -> "list[User]":
    """Who can sign in nowhere, but has a session each (`session_of`)."""
    from workspaces.models import User  # noqa: PLC0415

    return User.objects.bulk_create(
        User(email=f"{name}-{number:03}@bench.test", name=f"Person {number}", password="!")
        for number in range(count)
    )


def join(pairs: "Collection[tuple[Workspace, User]]") -> None:
    """Every role in turn."""
    from workspaces.models import Membership, Role  # noqa: PLC0415

    Membership.objects.bulk_create(
        Membership(workspace=workspace, user=user, role=Role.values[number % len(Role.values)])
        for number, (workspace, user) in enumerate(pairs)
    )


def session_of(user: "User") -> str:
    """As sign-in leaves it, but for the password, of which hundreds would take minutes."""
    from django.contrib.auth import (  # noqa: PLC0415
        BACKEND_SESSION_KEY,
        HASH_SESSION_KEY,
        SESSION_KEY,
    )
    from django.contrib.sessions.backends.db import SessionStore  # noqa: PLC0415

    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "workspaces.identity.Backend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    key = session.session_key
    assert key is not None
    return key
