"""Mails about people's roles, in the language of who reads them where that is known."""

from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from rbac.models import Invitation, OwnershipTransfer
from workspaces.models import Role, User, Workspace

PREFIX = settings.ACCOUNT_EMAIL_SUBJECT_PREFIX


def invitation(row: Invitation, token: str) -> None:
    """To an address of which nothing is known: in the inviter's language."""
    link = settings.PUBLIC_URL + reverse("invitation", args=[token])
    context = {"invitation": row, "role": Role(row.role).label, "link": link}
    _send("rbac/mail/invitation", row.email, row.inviter.language, **context)


def role_changed(workspace: Workspace, user: User, old: str, new: str) -> None:
    context = {"workspace": workspace, "old": Role(old), "new": Role(new), "link": _page(workspace)}
    _send("rbac/mail/role_changed", user.email, user.language, **context)


def removed(workspace: Workspace, user: User) -> None:
    _send("rbac/mail/removed", user.email, user.language, workspace=workspace)


def ownership_offered(row: OwnershipTransfer) -> None:
    link = settings.PUBLIC_URL + reverse("members", args=[row.workspace.slug])
    _send("rbac/mail/ownership", row.receiver.email, row.receiver.language, offer=row, link=link)


def suspension(workspace: Workspace, owner: User) -> None:
    """How it is now."""
    _send(
        "rbac/mail/suspension",
        owner.email,
        owner.language,
        workspace=workspace,
        link=_page(workspace),
    )


def _page(workspace: Workspace) -> str:
    return str(settings.PUBLIC_URL + reverse("campaign-list", args=[workspace.slug]))


def _send(template: str, to: str, language: str, **context: Any) -> None:
    """Raises what the mail server says."""
    with translation.override(language or settings.LANGUAGE_CODE):
        subject = render_to_string(f"{template}_subject.txt", context)
        text = render_to_string(f"{template}.txt", context)
    send_mail(PREFIX + " ".join(subject.split()), text.strip() + "\n", None, [to])
