"""The words for states and ages, said once: pages render them, and scripts get the same ones."""

from datetime import date, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django import template
from django.contrib.staticfiles import finders
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _

register = template.Library()

FACES = {
    "live": (
        _("Live"),
        _(
            "Active in n8n, and the last run did not fail."
            " Counted as live is also what is switched off."
        ),
    ),
    "syncing": (_("Syncing"), _("A run or a sync is going on right now.")),
    "error": (_("Error"), _("The last finished run failed.")),
    "stale": (_("Stale"), _("No sign of life for a while. What you see may be old.")),
    "unknown": (_("Unknown"), _("n8n cannot be reached, or has not answered yet.")),
    "inactive": (_("Inactive"), _("Switched off, here or in n8n.")),
}

ROLES = {"owner": _("Owner"), "admin": _("Admin"), "member": _("Member"), "viewer": _("Viewer")}

# (seconds from which it counts, seconds in one, sentence)
AGES = (
    (86_400, 86_400, _("%(n)s d ago")),
    (3_600, 3_600, _("%(n)s h ago")),
    (60, 60, _("%(n)s min ago")),
    (5, 1, _("%(n)s s ago")),
)
JUST_NOW = _("just now")
AHEAD = (
    (86_400, 86_400, _("in %(n)s d")),
    (3_600, 3_600, _("in %(n)s h")),
    (60, 60, _("in %(n)s min")),
    (5, 1, _("in %(n)s s")),
)
NOW = _("now")
# Of what was to happen by then.
OVERDUE = (
    (86_400, 86_400, _("overdue by %(n)s d")),
    (3_600, 3_600, _("overdue by %(n)s h")),
    (60, 60, _("overdue by %(n)s min")),
)
DUE = _("due now")

SELECT = _("Select %(name)s")

CONNECTION = {
    "connecting": _("Connecting…"),
    "live": _("Live updates on"),
    "reconnecting": _("Connection lost. Next try in %(n)s s"),
    "retrying": _("Connection lost. Trying…"),
    "polling": _("Connection lost. Checking every %(n)s s"),
    "blocked": _("Live updates blocked on this network. Checking every %(n)s s"),
    "degraded": _("Live updates are down. Checking every %(n)s s"),
    "offline": _("You are offline. Last known state"),
    "slow": _("This page fell behind. Next try in %(n)s s"),
    "crowded": _("Too many pages are live. Checking every %(n)s s"),
}

# Why that is, and what helps.
CONNECTION_HELP = {
    "blocked": _(
        "This network lets pages through and the live connection not: a VPN, a firewall or a proxy"
        " blocks WebSockets. Changes show a few seconds late."
    ),
    "crowded": _("Close Orchestrator's pages in other browsers, or ask for a higher quota."),
    "slow": _("This device or its network could not take in what happened."),
    "degraded": _("The server's line for live updates is down. Changes show a few seconds late."),
}

HOPS = {
    "ok": _("ok"),
    "unknown": _("not known"),
    "offline": _("offline"),
    "unreachable": _("not reachable"),
    "partly": _("partly reachable"),
    "blocked": _("live connection blocked"),
    "degraded": _("live updates down"),
    "silent": _("slow to answer"),
}

# Where there is no room for more.
SHORT = {
    "lost": _("Not live"),
    "late": _("Delayed"),
    "n8n": _("n8n down"),
}

# Said of a whole workspace to whoever cannot see its colour.
STATES = {
    "live": _("Nothing is known to be wrong."),
    "syncing": _("Working right now."),
    "error": _("Something failed."),
    "stale": _("No sign of life for a while."),
}


@register.filter
def status_word(face: str) -> str:
    return str(FACES[face][0]) if face in FACES else face


@register.simple_tag
@cache
def favicon(name: str) -> str:
    """In the page itself: one changes with the status, and asks for nothing then."""
    found = finders.find(f"orchestrator/favicons/{name}.svg")
    if found is None:
        raise FileNotFoundError(name)
    return f"data:image/svg+xml,{quote(Path(found).read_text().strip())}"


@register.filter
def role_word(role: str) -> str:
    return str(ROLES.get(role, role))


@register.filter
def moment(at: Any) -> datetime | None:
    """The time in a row, whose times are ISO strings."""
    if isinstance(at, datetime):
        return at
    try:
        return datetime.fromisoformat(at)
    except (TypeError, ValueError):
        return None


@register.filter
def ago(at: datetime, due: bool = False) -> str:
    """Said as page.js says it, from the same sentences. `due`: it is something to come, and late
    once its time has passed."""
    seconds = (timezone.now() - at).total_seconds()
    past = (OVERDUE, DUE) if due else (AGES, JUST_NOW)
    sentences, none = past if seconds >= 0 else (AHEAD, NOW)
    for least, unit, sentence in sentences:
        if abs(seconds) >= least:
            return str(sentence) % {"n": int(abs(seconds) // unit)}
    return str(none)


@register.filter
def grouped(number: int) -> str:
    """ "1,000", as the reader's language groups it."""
    return formats.number_format(number, use_l10n=True, force_grouping=True)


@register.filter
def exactly(at: datetime) -> str:
    local = timezone.localtime(at)
    return f"{_day(local.date(), get_language())}, {local:%H:%M:%S %Z}"


@register.filter
def to_minute(at: datetime) -> str:
    """Of what is said beforehand: nobody asks for the second at which a key ends."""
    local = timezone.localtime(at)
    return f"{_day(local.date(), get_language())}, {local:%H:%M}"


@lru_cache(maxsize=512)
def _day(day: date, language: str | None) -> str:
    """A page says few days many times over, and Django takes its time for each."""
    return formats.date_format(day, "DATE_FORMAT")


@register.simple_tag
def age(at: Any, due: bool = False) -> str:
    """How long ago, as an element that page.js keeps true; nothing where there is no time."""
    when = moment(at)
    if when is None:
        return ""
    return format_html(
        '<time data-ago{} datetime="{}" title="{}">{}</time>',
        " data-due" if due else "",
        timezone.localtime(when).isoformat(),
        exactly(when),
        ago(when, due),
    )


@register.filter
def select_label(name: str) -> str:
    """Of the box that selects a row. Not by `blocktrans`: each row of a list has it."""
    return str(SELECT) % {"name": name}


@register.simple_tag
def legend() -> list[dict[str, str]]:
    return [
        {"face": face, "word": str(word), "meaning": str(meaning)}
        for face, (word, meaning) in FACES.items()
    ]


@register.simple_tag
def page_words() -> dict[str, Any]:
    """What the script of every page says."""
    return {
        "ages": [[least, unit, str(sentence)] for least, unit, sentence in AGES],
        "justNow": str(JUST_NOW),
        "ahead": [[least, unit, str(sentence)] for least, unit, sentence in AHEAD],
        "now": str(NOW),
        "overdue": [[least, unit, str(sentence)] for least, unit, sentence in OVERDUE],
        "due": str(DUE),
        "dismiss": str(_("Dismiss")),
    }


def spoken(words: dict[str, Any]) -> dict[str, str]:
    return {code: str(word) for code, word in words.items()}


def counted(one: str, other: str) -> dict[str, str]:
    """By the language's plural rule; both languages have these two forms."""
    return {"one": ngettext(one, other, 1), "other": ngettext(one, other, 2)}


@register.simple_tag
def live_words() -> dict[str, Any]:
    """What the script of a live page says of the connection and of statuses."""
    return {
        "faces": {face: str(word) for face, (word, _meaning) in FACES.items()},
        "connection": spoken(CONNECTION),
        "help": spoken(CONNECTION_HELP),
        "hops": spoken(HOPS),
        "short": spoken(SHORT),
        "states": spoken(STATES),
        "roleChanged": str(_("Your rights in this workspace have changed.")),
        "noMember": str(_("You are no longer a member of %(workspace)s.")),
        "noFactor": str(_("This workspace is open only to who has a second factor now.")),
        "suspended": str(_("This workspace has been suspended.")),
        "resumed": str(_("The suspension of this workspace has ended.")),
        "signedOut": str(_("You have been signed out.")),
    }
