"""Runs in words: how each ended, how long it took, how it is known."""

from datetime import datetime
from typing import Any

from django import template
from django.utils import formats, timezone
from django.utils.translation import gettext_lazy as _

from orchestrator.templatetags.status_words import exactly
from workspaces.templatetags.form_words import span

register = template.Library()

RESULTS = {
    "success": ("live", _("Succeeded")),
    "error": ("error", _("Failed")),
    "crashed": ("error", _("Crashed")),
    "canceled": ("inactive", _("Canceled")),
    "running": ("syncing", _("Running")),
    "waiting": ("stale", _("Waiting")),
}

# How n8n says that a run was started.
MODES = {
    "webhook": _("by webhook"),
    "trigger": _("by its trigger"),
    "manual": _("by hand"),
    "cli": _("by a command"),
    "error": _("by another's error"),
    "integrated": _("by another workflow"),
    "internal": _("by n8n itself"),
    "retry": _("as a retry"),
    "evaluation": _("as an evaluation"),
}

SOURCES = {
    "pushed": _("seen by heartbeat"),
    "polled": _("found by asking n8n"),
}

# Why no next run is shown, and what starts it then.
NO_NEXT_RUN = {
    "inactive": _("None while it is not active in n8n."),
    "bad_schedule": _("None: its schedule cannot fire."),
    "several_triggers": _("Cannot be told: it has several triggers."),
    "expression": _("Cannot be told: an expression sets its schedule."),
    "timer": _("Cannot be told: n8n counts from its own start."),
    "too_long": _("Cannot be told: its schedule is too long."),
    "webhook": _("Whenever its webhook is called."),
    "manual": _("Whenever somebody starts it in n8n."),
    "other": _("Whenever its trigger fires."),
    "": _("None is known."),
}

MS = _("%(n)s ms")
SECONDS = _("%(n)s s")
TIMES_USUAL = _("%(n)s × usual")  # noqa: RUF001 -- the sign for times
TEN = 10


@register.filter
def result_face(result: str) -> str:
    return RESULTS[result][0]


@register.filter
def result_word(result: str) -> str:
    return str(RESULTS[result][1])


@register.filter
def mode_word(mode: str) -> str:
    return str(MODES.get(mode, mode))


@register.filter
def source_word(source: str) -> str:
    return str(SOURCES.get(source, source))


@register.filter
def why_no_next_run(why: str) -> str:
    return str(NO_NEXT_RUN.get(why, NO_NEXT_RUN[""]))


@register.filter
def clock_time(local: datetime) -> str:
    """On the clock of its own zone, whatever the reader's is."""
    weekday = formats.date_format(local, "l", use_l10n=False)
    time = local.strftime("%H:%M:%S" if local.second else "%H:%M")
    return f"{weekday}, {formats.date_format(local, 'DATE_FORMAT')}, {time}"


@register.filter
def duration(ms: float | None) -> str:
    """`1234` as "1.2 s"."""
    if ms is None:
        return ""
    seconds = ms / 1000
    if round(ms) < 1000:
        return str(MS) % {"n": round(ms)}
    if round(seconds, 1) < TEN:
        return str(SECONDS) % {"n": formats.number_format(seconds, 1)}
    return span(round(seconds))


@register.filter
def times_usual_word(times: float) -> str:
    shown = formats.number_format(times, 1) if round(times, 1) < TEN else str(round(times))
    return str(TIMES_USUAL) % {
        "n": shown.removesuffix(formats.get_format("DECIMAL_SEPARATOR") + "0")
    }


@register.filter
def bar_words(run: dict[str, Any]) -> str:
    """What a bar says when it is pointed at."""
    parts = [result_word(run["result"])]
    if run.get("durationMs") is not None:
        parts.append(duration(run["durationMs"]))
    if run.get("shownAt"):
        parts.append(exactly(timezone.localtime(run["shownAt"])))
    return ", ".join(parts)
