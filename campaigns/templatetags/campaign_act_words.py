"""What the scripts say that change campaigns: one at a time, or several that were selected."""

from typing import Any

from django import template
from django.utils.translation import gettext as _

from orchestrator.templatetags.status_words import counted

register = template.Library()


@register.simple_tag
def act_words() -> dict[str, Any]:
    return {
        "done": {
            "pause": _("%(name)s is paused."),
            "resume": _("%(name)s runs again."),
            "adopt": _("%(name)s: what n8n says is now set here too."),
            "put-back": _("%(name)s is in n8n as it is set here."),
            "rename": _("Renamed to %(name)s."),
            "archive": _("%(name)s is in the archive."),
            "restore": _(
                "%(name)s is out of the archive. It stays paused until somebody resumes it."
            ),
        },
        "failed": _("%(name)s was not changed: %(reason)s"),
        "noServer": _("the server cannot be reached."),
        "forbidden": _("your role does not allow it."),
        "gone": _("it is not there any more."),
        "renamedMeanwhile": _(
            "Somebody renamed it to %(name)s in the meantime. Press Rename again to replace that."
        ),
        "undo": _("Undo"),
        "rename": {"title": _("Rename the campaign"), "label": _("Name"), "do": _("Rename")},
        "archive": {
            "title": _("Archive %(name)s?"),
            "text": _(
                "Its workflow is deactivated in n8n. The history is kept, and it can be restored."
            ),
            "do": _("Archive"),
        },
        "cancel": _("Cancel"),
        "close": _("Close"),
        "selected": counted("%(n)s selected", "%(n)s selected"),
        "doing": {
            "pause": _("Pausing: %(n)s of %(all)s"),
            "resume": _("Resuming: %(n)s of %(all)s"),
        },
        "results": {
            "pause": counted("%(n)s campaign paused", "%(n)s campaigns paused"),
            "resume": counted("%(n)s campaign resumed", "%(n)s campaigns resumed"),
            "failed": counted("%(n)s not changed", "%(n)s not changed"),
            "same": _("was so already"),
            "ok": {"pause": _("paused"), "resume": _("runs again")},
            "again": _("Try those again"),
        },
    }
