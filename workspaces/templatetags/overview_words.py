"""What the page of all my workspaces says, the same for the first render and for its script."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _

from orchestrator.templatetags.status_words import ROLES, grouped, spoken, status_word
from workspaces.models import Health
from workspaces.overview import NEEDS_ONE

register = template.Library()

NO_CAMPAIGNS = _("No campaigns yet")
BUT_PAUSED = _("All that are switched on are as they should be")  # what is off is not
ONLY_ONE = _("Your workspace needs you")
AT_REST = _("Nothing is running right now")


def _failing(total: int) -> str:
    one, many = "%(n)s of %(total)s campaign failing", "%(n)s of %(total)s campaigns failing"
    return ngettext(one, many, total)


def _silent(total: int) -> str:
    return ngettext(
        "%(n)s of %(total)s campaign without a sign of life",
        "%(n)s of %(total)s campaigns without a sign of life",
        total,
    )


def _busy(total: int) -> str:
    one, many = "%(n)s of %(total)s campaign working", "%(n)s of %(total)s campaigns working"
    return ngettext(one, many, total)


def _good(total: int) -> str:
    return ngettext(
        "%(total)s campaign, as it should be", "%(total)s campaigns, all as they should be", total
    )


# Shown to who does not know it yet: status, name, how many of its campaigns are so, and in all.
EXAMPLE = (
    ("error", "Umbrella Health", 2, 9),
    ("syncing", "Hooli", 1, 4),
    ("live", "Northwind Growth", 6, 6),
    ("live", "Initech", 12, 12),
)

LINES: dict[str, Callable[[int], str]] = {
    "error": _failing,
    "stale": _silent,
    "syncing": _busy,
    "live": _good,
}


def _need(n: int) -> str:
    return ngettext(
        "%(n)s of %(total)s workspaces needs you", "%(n)s of %(total)s workspaces need you", n
    )


def _all_fine(total: int) -> str:
    return ngettext("Your workspace is fine", "All %(total)s workspaces are fine", total)


def _fine(n: int) -> str:
    return ngettext("%(n)s is fine", "%(n)s are fine", n)


def _working(n: int) -> str:
    return ngettext("%(n)s working right now", "%(n)s working right now", n)


def _found(total: int) -> str:
    return ngettext("%(n)s of %(total)s workspace", "%(n)s of %(total)s workspaces", total)


COUNT = (
    '<li class="count" data-count="{}" data-face="{}"{}><svg class="icon" aria-hidden="true">'
    '<use href="#i-{}"/></svg><span data-n>{}</span> <span class="count-word">{}</span></li>'
)


@register.simple_tag
def counts(health: dict[str, Any]) -> SafeString:
    """How many campaigns have which status, the worst first. Written here, and remembered: a page
    of a hundred workspaces has many that are alike."""
    numbers = health["campaigns"]["byStatus"]
    return _counts(get_language(), tuple(numbers[status] for status in Health.WORST_FIRST))


@lru_cache(maxsize=1024)
def _counts(_language: str | None, numbers: tuple[int, ...]) -> SafeString:
    return format_html_join(
        "\n    ",
        COUNT,
        (
            (face, face, "" if n else mark_safe(" data-none"), face, grouped(n), status_word(face))
            for face, n in zip(Health.WORST_FIRST, numbers, strict=True)
        ),
    )


@register.filter
def line(health: dict[str, Any]) -> str:
    """What is wrong with a workspace, or that nothing is."""
    status, total = health["status"], health["campaigns"]["total"]
    counts = health["campaigns"]["byStatus"]
    if not total:
        return str(NO_CAMPAIGNS)
    if status == "live" and counts["live"] < total:
        return str(BUT_PAUSED)
    return LINES[status](total) % _grouped(n=counts[status], total=total)


@register.filter
def verdict(bar: dict[str, Any]) -> str:
    """Where to look, in one sentence."""
    total, needing = bar["campaigns"]["total"], _needing(bar)
    if needing and total == 1:
        return str(ONLY_ONE)
    words = _need(needing) if needing else _all_fine(total)
    return words % _grouped(n=needing, total=total)


@register.filter
def rest(bar: dict[str, Any]) -> str:
    """Of those that need nobody."""
    needing, working = _needing(bar), bar["campaigns"]["byStatus"]["syncing"]
    fine = bar["campaigns"]["total"] - needing
    parts = [_fine(fine) % _grouped(n=fine)] if needing and fine else []
    if working:
        parts.append(_working(working) % _grouped(n=working))
    return " · ".join(parts) or ("" if needing else str(AT_REST))


def _grouped(**numbers: int) -> dict[str, str]:
    return {name: grouped(number) for name, number in numbers.items()}


def _needing(bar: dict[str, Any]) -> int:
    return sum(bar["campaigns"]["byStatus"][status] for status in NEEDS_ONE)


@register.simple_tag
def how_many_found(n: int, total: int) -> str:
    return _found(total) % _grouped(n=n, total=total)


@register.simple_tag
def example() -> dict[str, Any]:
    def health(counts: dict[str, int], total: int, status: str = "") -> dict[str, Any]:
        by_status = dict.fromkeys(Health.WORST_FIRST, 0) | counts
        return {"status": status, "campaigns": {"total": total, "byStatus": by_status}}

    rows = [
        {"name": name, "health": health({status: n}, total, status)}
        for status, name, n, total in EXAMPLE
    ]
    return {"bar": health({"error": 1, "syncing": 1, "live": 28}, 30), "rows": rows}


def _forms(words: Callable[[int], str]) -> dict[str, str]:
    """By the language's plural rule; both languages have these two."""
    return {"one": words(1), "other": words(2)}


@register.simple_tag
def overview_words() -> dict[str, Any]:
    return {
        "lines": {status: _forms(words) for status, words in LINES.items()},
        "noCampaigns": str(NO_CAMPAIGNS),
        "butPaused": str(BUT_PAUSED),
        "onlyOne": str(ONLY_ONE),
        "atRest": str(AT_REST),
        "need": _forms(_need),
        "allFine": _forms(_all_fine),
        "fine": _forms(_fine),
        "working": _forms(_working),
        "found": _forms(_found),
        "roles": spoken(ROLES),
        "synced": str(_("synced")),
        "neverSynced": str(_("never synced")),
        "added": str(_("You are in %(workspace)s now.")),
        "removed": str(_("You are no longer a member of %(workspace)s.")),
        "roleChanged": str(_("Your rights in %(workspace)s have changed.")),
    }
