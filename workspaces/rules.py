"""What names, slugs, zones and settings may be: one rule each, by whichever door they come."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from workspaces.models import User, Workspace
from workspaces.zones import ZONES

STALE_AFTER = (10, 86_400)  # seconds, least and most


class Invalid(Exception):
    """Values that may not be: which, and why."""

    def __init__(self, errors: Mapping[str, ValidationError]) -> None:
        self.errors = errors
        super().__init__(
            "; ".join(f"{name}: {' '.join(error.messages)}" for name, error in errors.items())
        )


def check_model(row: Model, *fields: str) -> None:
    """What the model says of these fields. Raises Invalid."""
    try:
        row.clean_fields(exclude={field.name for field in row._meta.fields} - set(fields))
    except ValidationError as error:
        raise Invalid({n: ValidationError(said) for n, said in error.error_dict.items()}) from None


def check_zone(zone: str) -> None:
    if zone not in ZONES:
        refuse("timezone", _("Not a time zone."), "invalid_timezone")


def check_workspace(changes: Mapping[str, Any]) -> None:
    """Of a workspace's name, slug, zone and settings, those that are named. Raises Invalid."""
    given = {name: changes[name] for name in ("name", "slug", "timezone") if name in changes}
    check_model(Workspace(**given), *given)
    if "timezone" in given:
        check_zone(given["timezone"])
    if "staleAfterSeconds" in changes:
        _check_stale_after(changes["staleAfterSeconds"])


def check_profile(changes: Mapping[str, str]) -> None:
    """Of a person's name, zone and language, those that are named. Raises Invalid."""
    check_model(User(**changes), *changes)
    if changes.get("timezone"):
        check_zone(changes["timezone"])
    if changes.get("language", "") not in ("", *dict(settings.LANGUAGES)):
        refuse("language", _("There is no such value to choose."), "invalid_choice")


def refuse(field: str, message: Any, code: str) -> None:
    raise Invalid({field: ValidationError(message, code=code)})


def _check_stale_after(seconds: int) -> None:
    least, most = STALE_AFTER
    if not least <= seconds <= most:
        message = _("From %(least)s to %(most)s seconds.") % {"least": least, "most": most}
        refuse("staleAfterSeconds", message, "min_value" if seconds < least else "max_value")
