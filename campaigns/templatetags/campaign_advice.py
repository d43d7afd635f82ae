"""What can be done about a campaign's state, by who looks at it."""

from typing import Any

from django import template
from django.utils.translation import gettext_lazy as _

from orchestrator.templatetags.status_words import spoken
from workspaces.access import Access

register = template.Library()

_ASK_N8N = _("Look whether n8n runs. Until it answers, what you see may be old.")
_ASK_OWNER = _("An owner can mend this on the page “Connection”.")

# By reason; "" is where there is nothing to do.
ADVICE = {
    "provisioning": _("This takes some seconds."),
    "provisioning_failed": _("Whoever began it can try the failed step again, or cancel it."),
    "archived": _("An owner can restore it. It stays paused until somebody resumes it."),
    "run_failed": _("Look at its failed run: it says which node failed, and why."),
    "not_served": _("Pause and resume it. If that does not help, publish it anew in n8n."),
    "bad_schedule": _("Correct its schedule in n8n."),
    "stuck": _("Look at the run in n8n, and stop it there if it hangs."),
    "late": _("Look whether n8n runs, and whether the schedule's time zone is the one meant."),
    "silent": _ASK_N8N,
    "n8n_silent": _ASK_N8N,
    "n8n_unreachable": _ASK_N8N,
    "n8n_wrong_key": _ASK_OWNER,
    "n8n_missing_scope": _ASK_OWNER,
    "n8n_not_n8n": _ASK_OWNER,
    "n8n_not_connected": _ASK_OWNER,
    "n8n_blocked_address": _ASK_OWNER,
    "n8n_wrong_keys": _ASK_OWNER,
    "never_synced": _("It is asked within a minute."),
    "workflow_missing": _("If it was deleted for good, an owner can archive the campaign."),
    "tag_missing": _("Give the workflow its tag again in n8n."),
    "tag_conflict": _("Take the other workspace's tag away in n8n."),
    "path_contested": _("Give one of the two workflows another path in n8n."),
    "paused": _("Resume it to let it run."),
    "": _("There is nothing to do."),
}

FOR_EVERYBODY = ("archived", "")
FOR_VIEWERS = _("Members, admins and owners of the workspace can act on it.")


def reason_of(row: dict[str, Any]) -> str:
    """Of an archived one that alone: whatever else is so of it keeps nothing from running."""
    return "archived" if row["status"] == "archived" else row.get("reason") or ""


def advice_of(access: Access | None) -> dict[str, str]:
    """By reason, what this caller can do."""
    return spoken({reason: _for(access, reason) for reason in ADVICE})


@register.simple_tag
def advice(row: dict[str, Any], access: Access | None) -> str:
    reason = reason_of(row)
    return str(_for(access, reason if reason in ADVICE else ""))


def _for(access: Access | None, reason: str) -> Any:
    acts = access is not None and access.can("campaigns.change_campaign")
    return ADVICE[reason] if acts or reason in FOR_EVERYBODY else FOR_VIEWERS
