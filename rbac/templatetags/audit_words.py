"""What the role audit says, in sentences that begin with the person."""

from typing import Any

from django import template
from django.utils.translation import gettext_lazy as _

from orchestrator.templatetags.status_words import role_word

register = template.Library()

JOINED = _("joined as %(new)s")
CHANGED = _("was %(old)s and is now %(new)s")
REMOVED = _("was removed (was %(old)s)")
LEFT = _("left (was %(old)s)")
MARKS = {"joined": "plus", "changed": "sync", "removed": "close"}


@register.filter
def audit_sentence(entry: dict[str, Any]) -> str:
    """ "was Member and is now Admin" """
    left = entry["kind"] == "removed" and entry["changedBy"] == str(entry["targetUser"])
    words = {"joined": JOINED, "changed": CHANGED, "removed": LEFT if left else REMOVED}
    old, new = role_word(entry["oldRole"] or ""), role_word(entry["newRole"] or "")
    return str(words[entry["kind"]]) % {"old": old, "new": new}


@register.filter
def audit_mark(entry: dict[str, Any]) -> str:
    return MARKS[entry["kind"]]


@register.filter
def audit_person(entry: dict[str, Any]) -> str:
    return str(entry["targetName"] or entry["targetEmail"] or _("Somebody who is gone"))


@register.filter
def audit_by(entry: dict[str, Any]) -> str:
    """By whose hand it was."""
    kind, name = entry["changedByType"], entry["changedByName"]
    if kind == "user":
        if entry["changedBy"] == str(entry["targetUser"]):
            return str(_("by themselves"))
        return str(_("by %(name)s") % {"name": name}) if name else str(_("by somebody who is gone"))
    if kind == "key":
        named = _("by the API key “%(name)s”") % {"name": name}
        return str(named if name else _("by an API key that is gone"))
    if kind == "command":
        return str(_("by the command %(name)s") % {"name": name})
    if kind == "system":
        return str(_("by Orchestrator itself (%(name)s)") % {"name": name})
    return str(_("by the database itself (user %(name)s)") % {"name": name})
