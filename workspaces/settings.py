"""What owners set of their workspace: its name, slug and zone, and the settings below.

Both are compare-and-set on the workspace's `version`: who has not seen the last change is told so.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from orchestrator.events import Actor, Fact, acting, emit
from workspaces import services
from workspaces.events import SettingsChanged, WorkspaceChanged
from workspaces.models import Workspace

STALE_AFTER = (10, 86_400)  # seconds, least and most
DEFAULT_STALE_AFTER = 300

# The fields of the model, by the names that callers know.
PROPERTIES = {"name": "name", "slug": "slug", "timezone": "timezone"}
SETTINGS = {"staleAfterSeconds": "stale_after_seconds", "timezone": "timezone"}


class StaleVersion(Exception):
    """Somebody has changed the workspace since; as it is now is `current`."""

    def __init__(self, current: Workspace) -> None:
        super().__init__(f"it is version {current.version} now")
        self.current = current


def settings_of(workspace: Workspace) -> dict[str, Any]:
    return {name: getattr(workspace, field) for name, field in SETTINGS.items()}


def schema() -> dict[str, Any]:
    """JSON Schema of the settings, in the reader's language."""
    least, most = STALE_AFTER
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": {
            "staleAfterSeconds": {
                "type": "integer",
                "minimum": least,
                "maximum": most,
                "default": DEFAULT_STALE_AFTER,
                "title": _("Stale after"),
                "description": _("Seconds without any sign of n8n after which states are stale."),
            },
            "timezone": {
                "type": "string",
                "default": "UTC",
                "title": _("Time zone"),
                "description": _("By its IANA name, as Europe/Berlin."),
            },
        },
        "additionalProperties": False,
    }


def change_workspace(
    workspace: Workspace, changes: Mapping[str, Any], *, version: int, actor: Actor
) -> Workspace:
    """`changes` of PROPERTIES. Raises StaleVersion, and services.SlugTaken."""
    return _change(workspace, changes, PROPERTIES, WorkspaceChanged, version, actor)


def change_settings(
    workspace: Workspace, changes: Mapping[str, Any], *, version: int, actor: Actor
) -> Workspace:
    """`changes` of SETTINGS. Raises StaleVersion."""
    return _change(workspace, changes, SETTINGS, SettingsChanged, version, actor)


def _change(
    workspace: Workspace,
    changes: Mapping[str, Any],
    fields: Mapping[str, str],
    fact: type[Fact],
    version: int,
    actor: Actor,
) -> Workspace:
    with acting(actor):
        if "slug" in changes:
            services.lock_slugs()
        row = Workspace.objects.select_for_update(no_key=True).get(pk=workspace.pk)
        if row.version != version:
            raise StaleVersion(row)
        before = {name: getattr(row, fields[name]) for name in changes}
        after = {name: value for name, value in changes.items() if before[name] != value}
        if not after:
            return row
        if "slug" in after and Workspace.objects.filter(slug=after["slug"]).exists():
            raise services.SlugTaken(after["slug"])
        for name, value in after.items():
            setattr(row, fields[name], value)
        row.version += 1
        row.save(update_fields=[*(fields[name] for name in after), "version"])
        emit(fact, row, actor=actor, before={name: before[name] for name in after}, after=after)
    return row
