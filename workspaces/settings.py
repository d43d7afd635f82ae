"""What owners set of their workspace: its name, slug and zone, and the settings below.

Both are compare-and-set on the workspace's `version`: who has not seen the last change is told so.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from orchestrator.events import Actor, ActorType, Fact, acting, emit
from workspaces import rules, second_factor, services
from workspaces.events import SettingsChanged, WorkspaceChanged
from workspaces.models import User, Workspace
from workspaces.rules import STALE_AFTER

DEFAULT_STALE_AFTER = 300

# The fields of the model, by the names that callers know.
PROPERTIES = {"name": "name", "slug": "slug", "timezone": "timezone"}
SETTINGS = {
    "staleAfterSeconds": "stale_after_seconds",
    "timezone": "timezone",
    "requireSecondFactor": "require_second_factor",
    "storeHookBodies": "store_hook_bodies",
}


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
            "requireSecondFactor": {
                "type": "boolean",
                "default": False,
                "title": _("Second factor"),
                "description": _("Members without one are let in no more until they have one."),
            },
            "storeHookBodies": {
                "type": "boolean",
                "default": False,
                "title": _("Keep calls"),
                "description": _("What is sent to webhook addresses is kept, to send it again."),
            },
        },
        "additionalProperties": False,
    }


def values_of(workspace: Workspace) -> dict[str, Any]:
    """Properties and settings together, as the page has them."""
    return {name: getattr(workspace, field) for name, field in (PROPERTIES | SETTINGS).items()}


def change_workspace(
    workspace: Workspace, changes: Mapping[str, Any], *, version: int, actor: Actor
) -> Workspace:
    """`changes` of PROPERTIES. Raises StaleVersion, rules.Invalid and services.SlugTaken."""
    return _change(workspace, changes, {WorkspaceChanged: PROPERTIES}, version, actor)


def change_settings(
    workspace: Workspace, changes: Mapping[str, Any], *, version: int, actor: Actor
) -> Workspace:
    """`changes` of SETTINGS. Raises StaleVersion and rules.Invalid."""
    return _change(workspace, changes, {SettingsChanged: SETTINGS}, version, actor)


def change(
    workspace: Workspace, changes: Mapping[str, Any], *, version: int, actor: Actor
) -> Workspace:
    """Of both, all or nothing: one version, and a fact for each kind. Raises what they raise."""
    kinds = {
        WorkspaceChanged: PROPERTIES,
        SettingsChanged: {n: f for n, f in SETTINGS.items() if n not in PROPERTIES},
    }
    return _change(workspace, changes, kinds, version, actor)


def _change(
    workspace: Workspace,
    changes: Mapping[str, Any],
    kinds: Mapping[type[Fact], Mapping[str, str]],
    version: int,
    actor: Actor,
) -> Workspace:
    rules.check_workspace(changes)
    fields = {name: field for kind in kinds.values() for name, field in kind.items()}
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
        if after.get("requireSecondFactor"):
            _check_own_factor(actor)
        if "slug" in after and Workspace.objects.filter(slug=after["slug"]).exists():
            raise services.SlugTaken(after["slug"])
        for name, value in after.items():
            setattr(row, fields[name], value)
        row.version += 1
        row.save(update_fields=[*(fields[name] for name in after), "version"])
        for fact, kind in kinds.items():
            new = {name: value for name, value in after.items() if name in kind}
            if new:
                emit(fact, row, actor=actor, before={n: before[n] for n in new}, after=new)
    return row


def _check_own_factor(actor: Actor) -> None:
    """Who requires it of others would lock themselves out."""
    person = User(pk=actor.on_behalf_of or actor.id)
    if actor.type in (ActorType.USER, ActorType.KEY) and not second_factor.has_one(person):
        message = _("Set up a second factor of your own first.")
        rules.refuse("requireSecondFactor", message, "mfa_required")
