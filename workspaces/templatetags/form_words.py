"""Zones, spans of time and what the scripts of forms say of them."""

from typing import Any

from django import template
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from orchestrator.templatetags.status_words import counted
from workspaces.page_forms import FACTOR_WORDS, KEEPING_WORDS
from workspaces.zones import OFFERED, in_zone

register = template.Library()

THERE = _("It is %(time)s there now.")
SPANS = ((86_400, _("%(n)s d")), (3_600, _("%(n)s h")), (60, _("%(n)s min")), (1, _("%(n)s s")))


@register.simple_tag
def zones_offered() -> tuple[str, ...]:
    return OFFERED


@register.filter
def city(zone: str) -> str:
    """As people type it."""
    return zone.rpartition("/")[2].replace("_", " ")


@register.filter
def time_there(zone: Any) -> str:
    if not zone:
        return ""
    with in_zone(str(zone)):
        if timezone.get_current_timezone_name() != zone:
            return ""
        return str(THERE) % {"time": f"{timezone.localtime():%H:%M}"}


@register.filter
def span(seconds: Any) -> str:
    """`3660` as "1 h 1 min"."""
    try:
        left = int(seconds)
    except (TypeError, ValueError):
        return ""
    parts = []
    for unit, words in SPANS:
        if left >= unit:
            parts.append(str(words) % {"n": left // unit})
            left %= unit
    return " ".join(parts)


@register.simple_tag
def setting_word(name: str, value: Any) -> Any:
    """A workspace's setting, as its field says it."""
    words = {"requireSecondFactor": FACTOR_WORDS, "storeHookBodies": KEEPING_WORDS}.get(name)
    return words.get(value, "") if words else value


@register.simple_tag
def form_words() -> dict[str, Any]:
    return {
        "there": str(THERE),
        "spans": [[unit, str(words)] for unit, words in SPANS],
        "useZone": str(_("Use %(zone)s")),
        "unsaved": counted("%(n)s unsaved change", "%(n)s unsaved changes"),
    }
