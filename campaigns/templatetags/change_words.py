"""What a campaign was said to be, in sentences: what made it so, as far as the reader may know."""

from django import template
from django.utils.translation import gettext_lazy as _

from campaigns.models import StateChange
from campaigns.templatetags.campaign_words import REASONS
from orchestrator.templatetags.status_words import FACES
from workspaces.access import Access

register = template.Library()

Cause = StateChange.Cause
ARCHIVED = _("Archived")

RAN = {
    "success": (_("Run %(n)s succeeded."), _("A run succeeded.")),
    "error": (_("Run %(n)s failed."), _("A run failed.")),
    "crashed": (_("Run %(n)s crashed."), _("A run crashed.")),
}

# Where it is in order again.
WELL = {
    Cause.RUN: _("A run gave a sign of life."),
    Cause.SYNC: _("A sync found it in order in n8n."),
    Cause.N8N: _("n8n answers again."),
    Cause.CLOCK: _("There was a sign of life again."),
}

# Where nothing else is said of it.
INACTIVE = _("A sync found it switched off in n8n.")
CHANGED = _("Changed by %(who)s.")

DONE = {
    "archived": _("Archived by %(who)s."),
    "restored": _("Restored from the archive by %(who)s."),
    "paused": _("Paused by %(who)s."),
    "resumed": _("Resumed by %(who)s."),
    "made": _("Made by %(who)s."),
}


@register.filter
def became_face(change: StateChange) -> str:
    return "inactive" if change.became == "archived" else change.became


@register.filter
def became_word(change: StateChange) -> str:
    return str(ARCHIVED if change.became == "archived" else FACES[change.became][0])


@register.filter
def change_sentence(change: StateChange, access: Access) -> str:
    """ "Run 4711 failed." """
    if done := _done(change):
        said = str(DONE[done]) % {"who": who(change, access)}
        return f"{said} {_trouble(change)}".strip()
    if change.cause == Cause.RUN and change.result in RAN:
        numbered, plain = RAN[change.result]
        seen = change.execution is not None and access.can("campaigns.view_times")
        ran = str(numbered) % {"n": change.execution} if seen else str(plain)
        return f"{ran} {_trouble(change)}".strip()
    if change.reason in REASONS and change.reason != "paused":
        return str(REASONS[change.reason])
    if change.became == "inactive" and change.cause == Cause.SYNC:
        return str(INACTIVE)
    return str(WELL.get(Cause(change.cause)) or CHANGED % {"who": who(change, access)})


@register.filter
def who(change: StateChange, access: Access) -> str:
    """A key's name is for those who may see the keys."""
    if change.cause == Cause.PERSON:
        return change.actor
    if change.cause == Cause.KEY:
        if access.can("workspaces.manage_keys"):
            return str(_("the API key “%(name)s”") % {"name": change.actor})
        return str(_("an API key"))
    if change.cause == Cause.COMMAND:
        return str(_("the command %(name)s") % {"name": change.actor})
    return str(_("a sync") if change.cause == Cause.SYNC else _("hand, in the database"))


def _done(change: StateChange) -> str:
    if change.became == "archived":
        return "archived"
    if change.was == "archived":
        return "restored"
    if change.enabled and change.was_reason in ("provisioning", "provisioning_failed"):
        return "made"
    if change.enabled != change.was_enabled:
        return "resumed" if change.enabled else "paused"
    return ""


def _trouble(change: StateChange) -> str:
    """What is wrong beside what is said already."""
    said = {"", "paused", "run_failed"}
    return "" if change.reason in said else str(REASONS.get(change.reason, ""))
