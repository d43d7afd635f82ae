"""What the scripts of the members' page say, and what each role may."""

from typing import Any

from django import template
from django.utils.translation import gettext as _

from orchestrator.templatetags.status_words import counted
from rbac.refusals import REASONS
from rbac.roles import permissions_of
from rbac.services import OWNERS_OWN, gives
from rbac.words import ABILITIES, SUMMARY
from workspaces.access import Access
from workspaces.models import Role

register = template.Library()


def _refused(access: Access, role: Role) -> str:
    """Why this role is not theirs to give; `""`: it is."""
    if gives(access, role):
        return ""
    return "owner_only" if role in OWNERS_OWN else "forbidden"


@register.filter
def remove_label(name: str) -> str:
    return _("Remove %(name)s") % {"name": name}


@register.simple_tag
def member_words(access: Access) -> dict[str, Any]:
    abilities = list(ABILITIES)
    return {
        "roles": {
            role.value: {
                "label": str(role.label),
                "summary": str(SUMMARY[role]),
                "may": [
                    abilities.index(name) for name in abilities if name in permissions_of(role)
                ],
                "refused": _refused(access, role),
            }
            for role in Role
        },
        "abilities": [str(words) for words in ABILITIES.values()],
        "reasons": {code: str(words) for code, (_status, words) in REASONS.items()}
        | {"forbidden": _("Only admins and owners change roles.")},
        "roleOf": _("Role of %(name)s"),
        "make": _("Make %(name)s: %(role)s"),
        "same": _("This is the present role."),
        "changed": _("%(name)s is now: %(role)s."),
        "undo": _("Undo"),
        "undone": _("Undone: %(name)s is %(role)s again."),
        "notChanged": _("%(name)s stays as before: %(reason)s"),
        "meanwhile": _(
            "Somebody made %(name)s %(role)s in the meantime. Your change was not made."
        ),
        "remove": {
            "title": _("Remove %(name)s?"),
            "text": _(
                "Their pages of this workspace close at once, and API keys that they made end."
            ),
            "do": _("Remove"),
        },
        "removed": _("%(name)s was removed."),
        "leave": {
            "title": _("Leave this workspace?"),
            "text": _("You come back only when somebody invites you. Your API keys of it end."),
            "do": _("Leave"),
        },
        "soleOwner": _(
            "You are the only owner: make somebody else owner first, or hand the whole workspace"
            " over from the menu of their role."
        ),
        "left": _("You have left %(workspace)s."),
        "revoke": {
            "title": _("Take the invitation of %(name)s back?"),
            "text": _("The link in the mail stops working at once."),
            "do": _("Take back"),
        },
        "revoked": _("The invitation of %(name)s was taken back."),
        "resent": _("Sent to %(name)s again. The link of before no longer works."),
        "invited": counted("%(n)s invitation sent.", "%(n)s invitations sent."),
        "noAddress": _("Write at least one address."),
        "oddAddress": _("This is no mail address."),
        "sending": _("Sending…"),
        "picked": counted("%(n)s selected", "%(n)s selected"),
        "gains": _("Gains"),
        "losses": _("Loses"),
        "nothing": _("Stays as it is"),
        "bulk": {
            "title": counted("Change %(n)s role?", "Change %(n)s roles?"),
            "refused": _("Nothing can be changed as long as these are in it:"),
            "do": _("Change roles"),
            "done": counted("%(n)s role changed.", "%(n)s roles changed."),
            "undone": _("The roles are as they were."),
        },
        "handOver": {
            "title": _("Offer the ownership to %(name)s?"),
            "text": _("Once they accept, they are owner and you are admin."),
            "do": _("Offer"),
        },
        "offered": _("Offered to %(name)s, who has seven days to accept."),
        "accepted": _("You are the owner now."),
        "ended": _("The offer has ended."),
        "cancel": _("Cancel"),
        "close": _("Close"),
        "failed": _("This did not work: %(reason)s"),
        "noServer": _("The server does not answer. Please try again."),
        "confirm": _("Please confirm that it is you."),
    }
