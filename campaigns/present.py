"""Rows as they are now, read by an event loop on a connection of its own, prepared once: Django's
way to the same rows costs several times what the database needs for them."""

import uuid
from collections.abc import Collection
from functools import cache
from typing import Any

import psycopg
from django.db.models import Model

from campaigns.models import RECENT, RECENT_RUNS, Campaign
from workspaces.models import Health, Workspace

Connection = psycopg.AsyncConnection[Any]


async def campaigns(connection: Connection, ids: Collection[uuid.UUID]) -> list[Campaign]:
    """With `recent`, as `with_recent` has it."""
    cursor = await connection.execute(_campaigns(), [RECENT, list(ids)], prepare=True)
    found, names = [], _names(Campaign)
    for *fields, recent in await cursor.fetchall():
        campaign = Campaign.from_db("default", names, fields)
        campaign.recent = recent  # type: ignore[attr-defined] # an annotation elsewhere
        found.append(campaign)
    return found


async def moved_bars(connection: Connection, ids: Collection[uuid.UUID]) -> list[Health]:
    """Of these workspaces, brought up to date first: those that changed."""
    cursor = await connection.execute(
        "SELECT campaigns_refresh_health(%s)", [list(ids)], prepare=True
    )
    moved = [id for (id,) in await cursor.fetchall()]
    if not moved:
        return []
    cursor = await connection.execute(_bars(), [moved], prepare=True)
    found, names = [], _names(Health)
    for *fields, suspended_at, reason in await cursor.fetchall():
        bar = Health.from_db("default", names, fields)
        bar.workspace = Workspace(
            id=bar.workspace_id, suspended_at=suspended_at, suspension_reason=reason
        )
        found.append(bar)
    return found


@cache
def _campaigns() -> str:
    columns = _columns(Campaign)
    return (
        f"SELECT {columns}, {RECENT_RUNS} FROM campaigns_campaign"  # noqa: S608 -- our own names
        " WHERE id = ANY (%s)"
    )


@cache
def _bars() -> str:
    """With what a bar shows of its workspace."""
    columns = _columns(Health)
    return (
        f"SELECT {columns}, w.suspended_at, w.suspension_reason"  # noqa: S608 -- our own names
        " FROM workspaces_health JOIN workspaces_workspace w ON w.id = workspace_id"
        " WHERE workspace_id = ANY (%s)"
    )


def _columns(model: type[Model]) -> str:
    table = model._meta.db_table
    return ", ".join(f"{table}.{field.column}" for field in model._meta.concrete_fields)


def _names(model: type[Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]
