"""The strip of a campaign's last runs: one bar each, the newest at the right."""

from typing import Any

from django import template
from django.utils.translation import gettext_lazy as _

from campaigns.models import RECENT

register = template.Library()

LABEL = _("Last runs: %(ok)s succeeded, %(failed)s failed")
NONE = _("No run seen yet")
FAILED = {"error", "crashed"}


@register.filter
def bars(row: dict[str, Any]) -> list[str]:
    """As many as there is room for; empty where there was no run."""
    shown = [*row.get("recent", ())]
    if row["observed"]["value"] == "running":
        shown.append("running")
    return ([""] * RECENT + shown)[-RECENT:]


@register.filter
def strip_label(row: dict[str, Any]) -> str:
    ended = row.get("recent", ())
    if not ended:
        return str(NONE)
    counts = {
        "ok": sum(result == "success" for result in ended),
        "failed": sum(result in FAILED for result in ended),
    }
    return str(LABEL) % counts
