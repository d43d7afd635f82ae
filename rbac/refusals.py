"""Why a change of people is refused: one stable code and one sentence each."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from orchestrator.problems import Problem

# By code: the status and the words, which the page shows at what it cannot offer as well.
REASONS: dict[str, tuple[int, Promise | str]] = {
    "own_role": (403, _("You cannot change your own role; another owner can.")),
    "owner_only": (403, _("Only owners can make, change or remove admins and owners.")),
    "last_owner": (409, _("A workspace needs an owner: make somebody else owner first.")),
    "stale_version": (409, _("Somebody has changed it meanwhile.")),
    "not_found": (404, _("Not a member of this workspace any more.")),
    "already_member": (409, _("This address is a member already.")),
    "already_invited": (409, _("This address is invited already. Send the invitation again.")),
    "invitation_expired": (410, _("This invitation is no longer valid. Ask for another one.")),
    "wrong_address": (403, _("This invitation is for another address. Sign in with that one.")),
    "resent_just_now": (429, _("It was sent less than a minute ago.")),
    "already_offered": (409, _("The ownership is offered to somebody already.")),
    "already_owner": (409, _("This member is an owner already.")),
    "not_offered": (404, _("There is no offer of ownership for you.")),
    "sign_in_instead": (409, _("This did not work. If you have an account, sign in with it.")),
}


class Refused(Problem):
    """One of REASONS."""

    def __init__(self, code: str, **members: Any) -> None:
        status, words = REASONS[code]
        super().__init__(status, code, words, **members)


def bulk_refused(errors: dict[str, str]) -> Problem:
    """`errors`: user → code. Nothing was changed."""
    named = [
        {"userId": user, "code": code, "message": str(REASONS[code][1])}
        for user, code in errors.items()
    ]
    return Problem(409, "bulk_refused", _("Nothing was changed."), extra={"errors": named})
