"""The strip of a campaign's last runs: one bar each, the newest at the right."""

from functools import lru_cache
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from campaigns.models import RECENT

register = template.Library()

LABEL = _("Last runs: %(ok)s succeeded, %(failed)s failed")
NONE = _("No run seen yet")
FAILED = {"error", "crashed"}


def bars(row: dict[str, Any]) -> list[str]:
    """As many as there is room for; empty where there was no run."""
    shown = [*row.get("recent", ())]
    if row["observed"]["value"] == "running":
        shown.append("running")
    return ([""] * RECENT + shown)[-RECENT:]


@register.simple_tag
def run_strip(row: dict[str, Any]) -> SafeString:
    """Written here and not as a component: a page has nine hundred bars."""
    return format_html(
        '<div class="strip" role="img" aria-label="{}" data-strip>{}</div>',
        strip_label(row),
        mark_safe("".join(map(_bar, bars(row)))),  # noqa: S308 -- of escaped ones
    )


@lru_cache(maxsize=16)
def _bar(result: str) -> SafeString:
    return format_html('<i data-result="{}"></i>', result) if result else SafeString("<i></i>")


def strip_label(row: dict[str, Any]) -> str:
    ended = row.get("recent", ())
    if not ended:
        return str(NONE)
    counts = {
        "ok": sum(result == "success" for result in ended),
        "failed": sum(result in FAILED for result in ended),
    }
    return str(LABEL) % counts
