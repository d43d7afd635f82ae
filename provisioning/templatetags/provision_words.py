"""How far a provision is, in words: its status, its steps, and what to do about what went wrong."""

from typing import Any

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

register = template.Library()

STATUSES = {
    "queued": ("stale", gettext_lazy("Waiting")),
    "running": ("syncing", gettext_lazy("Being made")),
    "error": ("error", gettext_lazy("Stopped")),
    "canceling": ("syncing", gettext_lazy("Being taken back")),
    "canceled": ("inactive", gettext_lazy("Taken back")),
    "done": ("live", gettext_lazy("Done")),
}

_ASK_N8N = gettext_lazy("Look whether n8n runs, then try again.")
_CONNECTION = gettext_lazy("Mend it on the page “Connection”, then try again.")
_ANEW = gettext_lazy("Cancel this one, and begin again from the template.")
_OPEN_N8N = gettext_lazy("Look at the workflow's runs in n8n, then try again.")

# By code: what happened, and what to do. `""` is for what nobody has foreseen.
TROUBLES: dict[str, tuple[Any, Any]] = {
    "n8n_unreachable": (gettext_lazy("n8n cannot be reached."), _ASK_N8N),
    "n8n_slow": (gettext_lazy("n8n takes too long to answer."), _ASK_N8N),
    "n8n_server_error": (gettext_lazy("n8n reports an error of its own."), _ASK_N8N),
    "n8n_rate_limited": (
        gettext_lazy("n8n asks for fewer calls."),
        gettext_lazy("Wait a minute, then try again."),
    ),
    "n8n_blocked_address": (gettext_lazy("n8n's address may not be connected to."), _CONNECTION),
    "n8n_wrong_key": (gettext_lazy("n8n refuses our key."), _CONNECTION),
    "n8n_missing_scope": (gettext_lazy("Our key of n8n may not do what is needed."), _CONNECTION),
    "n8n_not_n8n": (gettext_lazy("What answers at n8n's address is not n8n."), _CONNECTION),
    "not_connected": (gettext_lazy("No n8n is connected."), _CONNECTION),
    "wrong_keys": (gettext_lazy("What is stored encrypted does not open here."), _CONNECTION),
    "n8n_not_found": (
        gettext_lazy("The workflow is not in n8n any more."),
        gettext_lazy("Try again: it is made anew. Or cancel."),
    ),
    "n8n_refused": (gettext_lazy("n8n does not take the workflow."), _ANEW),
    "n8n_conflict": (
        gettext_lazy("n8n says that it is in conflict with another workflow."),
        gettext_lazy("Look for a workflow with the same webhook in n8n, then try again."),
    ),
    "connection_changed": (
        gettext_lazy("The workspace has moved to another n8n since this began."),
        _ANEW,
    ),
    "template_broken": (gettext_lazy("The template asks for a value that nobody gave."), _ANEW),
    "not_ours": (
        gettext_lazy("The workflow in n8n is not the one that was made here."),
        _ANEW,
    ),
    "already_linked": (
        gettext_lazy("The campaign's address leads to another workflow."),
        _ANEW,
    ),
    "no_front_door": (gettext_lazy("The campaign has no webhook address."), _ANEW),
    "not_published": (
        gettext_lazy("n8n has not published the workflow yet."),
        gettext_lazy("Try again. If it stays so, publish the workflow in n8n."),
    ),
    "not_served": (
        gettext_lazy("n8n calls the workflow active, and does not answer at its webhook."),
        gettext_lazy("Try again. If it stays so, publish the workflow anew in n8n."),
    ),
    "probe_refused": (gettext_lazy("The workflow refused the test request."), _OPEN_N8N),
    "probe_failed": (gettext_lazy("The test request ran and failed in n8n."), _OPEN_N8N),
    "not_heard": (
        gettext_lazy("The test request ran, and n8n has not reported it."),
        gettext_lazy("Look at “Connection” whether n8n tells of its runs, then try again."),
    ),
    "bad_schedule": (
        gettext_lazy("The schedule cannot fire."),
        gettext_lazy("Correct it in n8n and try again, or cancel and begin again."),
    ),
    "": (gettext_lazy("It did not work."), gettext_lazy("Try again. If it stays so, cancel.")),
}


@register.filter
def provision_face(status: str) -> str:
    return STATUSES[status][0]


@register.filter
def provision_word(status: str) -> Any:
    return STATUSES[status][1]


@register.filter
def trouble(code: str) -> Any:
    return TROUBLES.get(code, TROUBLES[""])[0]


@register.filter
def trouble_advice(code: str) -> Any:
    return TROUBLES.get(code, TROUBLES[""])[1]


@register.filter
def took(seconds: float | None) -> str:
    if seconds is None:
        return ""
    if seconds < 60:
        return _("%(n)s s") % {"n": f"{seconds:.1f}"}
    minutes, rest = divmod(round(seconds), 60)
    return _("%(m)s min %(n)s s") % {"m": minutes, "n": rest}


@register.simple_tag
def provision_words() -> dict[str, str]:
    return {
        "seconds": _("%(n)s s"),
        "minutes": _("%(m)s min %(n)s s"),
        "noServer": _("The server cannot be reached. It goes on there nevertheless."),
        "failed": _("That did not work. Please try again."),
        "lost": _("The server cannot be reached: what you see may be old."),
    }
