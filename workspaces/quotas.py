"""How much a workspace may have, and how much it has.

    with acting(actor):
        quotas.check(workspace, Name.MEMBERS)
        Membership.objects.create(...)

`check` locks the workspace's row until the transaction ends: of two at once at the limit the second
counts what the first has added. So check first and add then, never the other way round.
"""

import uuid
from collections.abc import Collection
from typing import TypedDict

from django.db import connection
from django.utils.translation import gettext_lazy as _

from orchestrator import realtime
from orchestrator.events import Actor, acting, emit
from orchestrator.problems import Problem
from workspaces.events import QuotaChanged
from workspaces.models import Quota, Workspace

Name = Quota.Name

DEFAULTS = {
    Name.CAMPAIGNS: 1000,  # that are not archived
    Name.MEMBERS: 1000,
    Name.SOCKETS: 2000,
    Name.KEYS: 20,
    Name.HEARTBEATS: 60_000,
    Name.HOOKS: 6000,
}
LARGEST = 2**31 - 1

# What counts it: a query of one number, with the workspace's id as its only parameter. Sockets are
# no rows, and are counted where they are.
_counts = {
    Name.MEMBERS: "SELECT count(*) FROM workspaces_membership WHERE workspace_id = %s",
    Name.KEYS: "SELECT count(*) FROM workspaces_apikey WHERE workspace_id = %s",
}


class Usage(TypedDict):
    limit: int
    used: int


class Exceeded(Problem):
    """The workspace has as much of this as it may have."""

    def __init__(self, name: Name, limit: int, used: int) -> None:
        detail = _("The limit of this workspace is reached.")
        super().__init__(409, "quota_exceeded", detail, quota=name.value, limit=limit, used=used)


def counted_by(name: Name, query: str) -> None:
    """For what apps above keep."""
    _counts[name] = query


def counts(workspace: str) -> dict[Name, str]:
    """The queries, of the workspace that this piece of SQL names: for statements over many."""
    return {name: query.replace("%s", workspace) for name, query in _counts.items()}


def limits(workspace_id: uuid.UUID) -> dict[str, int]:
    rows = Quota.objects.filter(workspace_id=workspace_id).values_list("name", "limit")
    return {**{name.value: limit for name, limit in DEFAULTS.items()}, **dict(rows)}


def limits_of(workspace_ids: Collection[uuid.UUID], name: Name) -> dict[uuid.UUID, int]:
    """One limit, for many workspaces at once."""
    rows = Quota.objects.filter(workspace_id__in=workspace_ids, name=name)
    return {
        **dict.fromkeys(workspace_ids, DEFAULTS[name]),
        **dict(rows.values_list("workspace_id", "limit")),
    }


def used(workspace: Workspace) -> dict[str, Usage]:
    """Of sockets those of this process: it knows no others."""
    counted = _count(workspace.pk, list(_counts))
    counted[Name.SOCKETS] = realtime.sockets_in(workspace.pk)
    return {
        name: {"limit": limit, "used": counted.get(Name(name), 0)}
        for name, limit in limits(workspace.pk).items()
    }


def lock(workspace: Workspace) -> None:
    """Until the transaction ends. Rows that only point to the workspace are still written."""
    Workspace.objects.select_for_update(no_key=True).values_list("pk").get(pk=workspace.pk)


def check(workspace: Workspace, name: Name, adding: int = 1) -> None:
    """Raises Exceeded where the workspace may not have `adding` more."""
    lock(workspace)
    limit = limits(workspace.pk)[name]
    present = _count(workspace.pk, [name])[name]
    if present + adding > limit:
        raise Exceeded(name, limit, present)


def set_limit(workspace: Workspace, name: Name, limit: int, *, actor: Actor) -> None:
    """What is there above a lower limit stays; it only cannot become more."""
    if not 0 <= limit <= LARGEST:
        raise ValueError(f"{limit} is no limit")
    with acting(actor):
        lock(workspace)
        before = limits(workspace.pk)[name]
        if before == limit:
            return
        if limit == DEFAULTS[name]:
            Quota.objects.filter(workspace=workspace, name=name).delete()
        else:
            Quota.objects.update_or_create(
                workspace=workspace, name=name, defaults={"limit": limit}
            )
        emit(
            QuotaChanged,
            workspace,
            actor=actor,
            before={name.value: before},
            after={name.value: limit},
        )


def _count(workspace_id: uuid.UUID, names: list[Name]) -> dict[Name, int]:
    columns = ", ".join(f"coalesce(({_counts[name]}), 0)" for name in names)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns}", [workspace_id] * len(names))
        row = cursor.fetchone()
    assert row is not None
    return dict(zip(names, row, strict=True))
