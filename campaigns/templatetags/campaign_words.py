"""A campaign's row in words, the same for the first render and for the script after it."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from campaigns.templatetags.campaign_advice import advice_of, reason_of
from campaigns.templatetags.campaign_strip import LABEL, NONE
from orchestrator.templatetags.status_words import age, counted, grouped, spoken, status_word

register = template.Library()

TRIGGERS = {
    "webhook": _("Webhook"),
    "schedule": _("Schedule"),
    "manual": _("Started by hand"),
    "other": _("Other trigger"),
    "": _("No trigger known"),
}

DESIRED = {
    "enabled": _("Enabled"),
    "disabled": _("Paused"),
    # While it is being made nobody has wanted it either way.
    "provisioning": _("Being made"),
    "error": _("Its making has stopped"),
}

REPORTED = {
    "active": _("Active"),
    "inactive": _("Inactive"),
    "archived": _("Archived"),
    "missing": _("Not found"),
    "unknown": _("Nothing yet"),
}

OBSERVED = {
    "success": _("Succeeded"),
    "error": _("Failed"),
    "crashed": _("Crashed"),
    "canceled": _("Canceled"),
    "running": _("Running now"),
    "waiting": _("Waiting"),
    "none": _("None seen yet"),
}

TRUTHS = {"desired": DESIRED, "reported": REPORTED, "observed": OBSERVED}

# Before the age of each truth: how it is known. "checked 12 s ago".
AGE_VERBS = {
    "orchestrator": _("set"),
    "making": _("begun"),
    "sync": _("checked"),
    "heartbeat": _("heartbeat"),
    "report": _("the workflow's own report"),
    "poll": _("found in n8n"),
}

# Why a schedule has no next run that could be told beforehand.
NO_NEXT_RUN = {
    "several_triggers": _("Several triggers"),
    "expression": _("Set by an expression"),
    "timer": _("Counted from n8n's start"),
    "too_long": _("Too long a schedule"),
    "": _("None"),
}

DRIFT = {
    "enabled": _("Enabled here, yet n8n does not run it."),
    "disabled": _("Paused here, yet n8n runs it."),
}

REASONS = {
    "provisioning": _("It is being made."),
    "provisioning_failed": _("Its making has stopped."),
    "archived": _("Archived."),
    "run_failed": _("The last run failed."),
    "n8n_unreachable": _("n8n cannot be reached."),
    "workflow_missing": _("The workflow is gone from n8n."),
    "paused": _("Paused here."),
    "never_synced": _("n8n has not been asked yet."),
    "n8n_wrong_key": _("n8n refuses our key."),
    "n8n_missing_scope": _("Our key of n8n may not do what is needed."),
    "n8n_not_n8n": _("What answers at n8n's address is not n8n."),
    "n8n_not_connected": _("No n8n is connected."),
    "n8n_blocked_address": _("n8n's address is not allowed."),
    "n8n_wrong_keys": _("The stored key of n8n cannot be read."),
    "n8n_silent": _("n8n has not been heard for minutes."),
    "not_served": _("n8n calls it active, but does not answer its webhook."),
    "bad_schedule": _("Its schedule cannot fire."),
    "stuck": _("A run has not been seen for an hour."),
    "late": _("A scheduled run did not come."),
    "silent": _("Nothing has been heard for longer than this workspace allows."),
    "path_contested": _("Another workflow claims the same webhook path; n8n serves one."),
    "tag_missing": _("Its tag was taken away in n8n."),
    "tag_conflict": _("In n8n it carries the tags of two workspaces."),
}

HOW = _("How do we know, and what can be done: %(name)s")

# Where no reason is given, the state itself is one; of what is live, with its last run.
STATES = {
    "live": _("Nothing is known to be wrong."),
    "live success": _("The last run succeeded."),
    "live none": _("Nothing is wrong. No run seen yet."),
    "syncing": _("Working right now."),
    "error": _("Something failed."),
    "stale": _("No sign of life for a while."),
    "unknown": _("n8n has not answered yet."),
    "inactive": _("Not active in n8n."),
}


@register.filter
def face(row: dict[str, Any]) -> str:
    """Gray if it is stale, else as n8n's status says."""
    if row["syncStatus"] == "stale":
        return "stale"
    return "live" if row["n8nStatus"] == "active" else str(row["n8nStatus"])


@register.filter
def why_face(row: dict[str, Any]) -> str:
    """The reason's own colour: an error stays said while a new run goes."""
    return "error" if row["syncStatus"] == "error" else face(row)


@register.filter
def why(row: dict[str, Any]) -> str:
    said = why_face(row)
    told = REASONS.get(reason_of(row)) or STATES.get(f"{said} {row['observed']['value']}")
    return str(told or STATES[said])


@register.filter
def trigger_word(trigger: str | None) -> str:
    return str(TRIGGERS.get(trigger or "", TRIGGERS["other"]))


@register.filter
def trigger_icon(trigger: str | None) -> str:
    return trigger if trigger in ("webhook", "schedule") else "other"


@register.filter
def truth_word(said: dict[str, Any], name: str) -> str:
    """By its name: an `error` is a failed run, or a making that stopped."""
    return str(TRUTHS[name].get(said["value"], said["value"]))


@register.filter
def here(row: dict[str, Any]) -> dict[str, Any]:
    """What is wanted of it, or how far it is made. As paint.js says it."""
    if row["status"] not in ("provisioning", "error"):
        return dict(row["desired"])
    return {**row["desired"], "value": row["status"], "source": "making"}


@register.filter
def age_verb(truth: dict[str, Any]) -> str:
    return str(AGE_VERBS.get(truth["source"], ""))


@register.filter
def how_label(name: str) -> str:
    return str(HOW) % {"name": name}


@register.simple_tag
def pulse(row: dict[str, Any]) -> str:
    """How a campaign is: shape, word and colour. Written here like `truth`."""
    shown = face(row)
    return format_html(
        '<span class="pulse" data-component="campaign-pulse" data-status="{}" data-n8n-status="{}"'
        ' data-face="{}"><svg class="icon shape" aria-hidden="true"><use href="#i-{}"/></svg>'
        '<span data-word>{}</span><span class="doubt" aria-hidden="true">?</span></span>',
        row["syncStatus"],
        row["n8nStatus"],
        shown,
        shown,
        status_word(shown),
    )


@register.simple_tag
def truth(name: str, said: dict[str, Any]) -> str:
    """One of a campaign's three truths, with its age where the caller may see it; paint.js keeps
    it true. Written here and not as a component: it is drawn for each card."""
    age_of = ""
    if said.get("at"):
        age_of = format_html(
            '<span class="truth-age"><span data-verb>{}</span> {}</span>',
            age_verb(said),
            age(said["at"]),
        )
    return format_html(
        '<span class="truth" data-truth="{}" data-value="{}"><span data-word>{}</span>{}</span>',
        name,
        said["value"],
        truth_word(said, name),
        age_of,
    )


@register.filter
def scheduled(row: dict[str, Any]) -> bool:
    """A schedule may start it, also one beside a webhook."""
    known = row.get("nextRunAt") or row.get("nextRunUnknown")
    return row["trigger"] == "schedule" or bool(known)


@register.filter
def no_next_run(row: dict[str, Any]) -> str:
    return str(NO_NEXT_RUN.get(row.get("nextRunUnknown", ""), NO_NEXT_RUN[""]))


@register.filter
def drift_word(row: dict[str, Any]) -> str:
    return str(DRIFT["enabled" if row["enabled"] else "disabled"])


@register.filter
def campaigns_counted(count: int) -> str:
    return ngettext("%(n)s campaign", "%(n)s campaigns", count) % {"n": grouped(count)}


@register.simple_tag(takes_context=True)
def campaign_words(context: Any) -> dict[str, Any]:
    return {
        "triggers": spoken(TRIGGERS),
        "truths": {name: spoken(said) for name, said in TRUTHS.items()},
        "verbs": spoken(AGE_VERBS),
        "reasons": spoken(REASONS),
        "states": spoken(STATES),
        "advice": advice_of(context.get("access")),
        "strip": {"label": str(LABEL), "none": str(NONE)},
        "drift": spoken(DRIFT),
        "noNextRun": spoken(NO_NEXT_RUN),
        "campaigns": counted("%(n)s campaign", "%(n)s campaigns"),
        "removed": str(_("%(name)s was removed.")),
        "howAsked": str(_("One moment…")),
        "howFailed": str(_("This could not be loaded. Close it and open it again.")),
        "notLoaded": str(_("The server cannot be reached. Nothing was changed.")),
        "refreshFailed": str(_("The list could not be refreshed. Reload the page to try again.")),
    }


@register.simple_tag
def sync_words() -> dict[str, Any]:
    return {
        "done": counted("%(n)s campaign synced.", "%(n)s campaigns synced."),
        "doneWithErrors": counted(
            "Synced, but n8n refused %(n)s answer.", "Synced, but n8n refused %(n)s answers."
        ),
        "accepted": str(_("The sync takes longer than usual. It goes on by itself.")),
        "tooSoon": str(_("Synced a moment ago. Try again in %(n)s s.")),
        "unreachable": str(_("n8n did not answer, so nothing was synced. Try again in %(n)s s.")),
        "away": str(_("The sync failed: n8n does not answer.")),
        "refused": str(_("Only owners can start a sync.")),
        "failed": str(_("The sync failed. Nothing was changed.")),
        "noServer": str(_("The server cannot be reached. Nothing was changed.")),
        "wait": str(_("Again in %(n)s s")),
    }
