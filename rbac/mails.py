"""Mails about people's roles, in the language of who reads them where that is known."""

from django.conf import settings
from django.urls import reverse

from rbac.models import Invitation, OwnershipTransfer
from workspaces.mails import send
from workspaces.models import Role, User, Workspace


def invitation(row: Invitation, token: str) -> None:
    """To an address of which nothing is known: in the inviter's language."""
    link = settings.PUBLIC_URL + reverse("invitation", args=[token])
    context = {"invitation": row, "role": Role(row.role).label, "link": link}
    send("rbac/mail/invitation", row.email, row.inviter.language, **context)


def role_changed(workspace: Workspace, user: User, old: str, new: str) -> None:
    context = {"workspace": workspace, "old": Role(old), "new": Role(new), "link": _page(workspace)}
    send("rbac/mail/role_changed", user.email, user.language, **context)


def removed(workspace: Workspace, user: User) -> None:
    send("rbac/mail/removed", user.email, user.language, workspace=workspace)


def ownership_offered(row: OwnershipTransfer) -> None:
    link = settings.PUBLIC_URL + reverse("members", args=[row.workspace.slug])
    send("rbac/mail/ownership", row.receiver.email, row.receiver.language, offer=row, link=link)


def suspension(workspace: Workspace, owner: User) -> None:
    """How it is now."""
    send(
        "rbac/mail/suspension",
        owner.email,
        owner.language,
        workspace=workspace,
        link=_page(workspace),
    )


def _page(workspace: Workspace) -> str:
    return str(settings.PUBLIC_URL + reverse("campaign-list", args=[workspace.slug]))
