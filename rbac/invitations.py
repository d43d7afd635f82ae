"""Invitations: asked for, sent, taken back, accepted.

The token is made where the mail is sent and nowhere kept: only its hash is here. The answer to who
invites never depends on whether the address has an account; who accepts finds out.
"""

import secrets
import uuid
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404
from django.utils.timezone import now
from django.utils.translation import get_language

from orchestrator.events import Actor, acting, emit
from rbac import mails
from rbac.events import InvitationAccepted, InvitationResent, InvitationRevoked, MemberInvited
from rbac.models import Invitation
from rbac.refusals import Refused
from rbac.services import gives, may_give, present
from workspaces import quotas, rules, services
from workspaces.access import access_to, forget
from workspaces.actors import oneself
from workspaces.models import Membership, Role, User, Workspace
from workspaces.suspended import refuse_suspended

VALID = timedelta(days=7)
AGAIN_AFTER = timedelta(minutes=1)
LONGEST_TOKEN = 100


@dataclass(frozen=True, slots=True)
class NewPerson:
    """Who has no account yet, and makes one by accepting."""

    name: str
    password: str


# --- by who manages members --------------------------------------------------------------------


def invite(workspace: Workspace, email: str, role: str, *, by: User, actor: Actor) -> Invitation:
    """Raises Refused, quotas.Exceeded, rules.Invalid, PermissionDenied and Http404."""
    email = User.objects.normalize_email(email.strip())
    services.check_person(email)
    with acting(actor):
        may_give(present(workspace, by), role)
        if Membership.objects.filter(workspace=workspace, user__email__iexact=email).exists():
            raise Refused("already_member")
        before = _pending(workspace, email)
        if before is not None and before.expires_at > now() and _inviter_may(before):
            raise Refused("already_invited")
        if before is not None:  # dead already
            _end(before, Invitation.End.REVOKED)
        quotas.check(workspace, quotas.Name.MEMBERS, 1 + _others_pending(workspace))
        row = Invitation.objects.create(
            workspace=workspace, email=email, role=role, inviter=by, expires_at=now() + VALID
        )
        emit(MemberInvited, row, actor=actor, after=_told(row), invitation_id=row.pk)
    return row


def resend(workspace: Workspace, id: uuid.UUID, *, by: User, actor: Actor) -> Invitation:
    """Another mail with another link, valid for seven days more; the link of before is dead.

    Raises Refused, PermissionDenied and Http404.
    """
    with acting(actor):
        mine = present(workspace, by)
        row = _one(workspace, id)
        may_give(mine, row.role)
        wait = row.asked_at + AGAIN_AFTER - now()
        if wait > timedelta(0):
            raise Refused("resent_just_now", retry_after=1 + int(wait.total_seconds()))
        row.inviter, row.digest, row.sent_at = by, None, None
        row.asked_at, row.expires_at = now(), now() + VALID
        row.save(update_fields=["inviter", "digest", "sent_at", "asked_at", "expires_at"])
        emit(InvitationResent, row, actor=actor, after=_told(row), invitation_id=row.pk)
    return row


def revoke(workspace: Workspace, id: uuid.UUID, *, by: User, actor: Actor) -> None:
    """Raises Refused, PermissionDenied and Http404."""
    with acting(actor):
        mine = present(workspace, by)
        row = _one(workspace, id)
        may_give(mine, row.role)
        _end(row, Invitation.End.REVOKED)
        emit(InvitationRevoked, row, actor=actor, before=_told(row), invitation_id=row.pk)


# --- by the worker -----------------------------------------------------------------------------


def send(id: uuid.UUID) -> None:
    """Once for each time that it was asked for: the mail goes out while the row is locked, and
    where it does not the link of it is not kept either. Raises what the mail server says."""
    with transaction.atomic():
        row = Invitation.objects.select_for_update(of=("self",)).filter(pk=id, ended_at=None)
        found = row.select_related("workspace", "inviter").first()
        if found is None or found.sent_at is not None:
            return
        token = secrets.token_urlsafe(32)
        found.digest, found.sent_at = _digest(token), now()
        found.save(update_fields=["digest", "sent_at"])
        mails.invitation(found, token)


# --- by who is invited -------------------------------------------------------------------------


def opened_by(token: str) -> Invitation:
    """Raises Http404 of no token, and Refused of one that is dead."""
    if not 0 < len(token) <= LONGEST_TOKEN:
        raise Http404
    rows = Invitation.objects.select_related("workspace", "inviter")
    row = rows.filter(digest=_digest(token)).first()
    if row is None:
        raise Http404
    if row.ended_at is not None or row.expires_at <= now() or not _inviter_may(row):
        raise Refused("invitation_expired")
    return row


def accepted_into(token: str) -> Workspace | None:
    """The workspace that somebody came into by it."""
    rows = Invitation.objects.select_related("workspace")
    row = rows.filter(digest=_digest(token), end=Invitation.End.ACCEPTED).first()
    return None if row is None else row.workspace


def accept(token: str, person: User | NewPerson, *, actor: Actor | None = None) -> Membership:
    """Raises Refused, quotas.Exceeded, rules.Invalid and Http404."""
    row = opened_by(token)
    if isinstance(person, User) and person.email.lower() != row.email.lower():
        raise Refused("wrong_address")
    with transaction.atomic():
        quotas.lock(row.workspace)
        Invitation.objects.select_for_update(of=("self",)).get(pk=row.pk)
        row = opened_by(token)  # two at once: the second finds it accepted
        refuse_suspended(row.workspace)
        user = person if isinstance(person, User) else _create(row.email, person)
        by = actor or oneself(user)
        with acting(by):
            try:
                membership = services.add_member(row.workspace, user, Role(row.role), actor=by)
            except services.AlreadyMember:
                raise Refused("already_member") from None
            _end(row, Invitation.End.ACCEPTED)
            emit(InvitationAccepted, row, actor=by, after=_told(row), invitation_id=row.pk)
    return membership


def _create(email: str, person: NewPerson) -> User:
    """The mail proves the address. Raises Refused where it has an account, and rules.Invalid."""
    user = User(email=email, name=person.name.strip())
    services.check_person(email, user.name)
    try:
        validate_password(person.password, user)
    except ValidationError as error:
        raise rules.Invalid({"password": error}) from None
    if User.objects.filter(email__iexact=email).exists():
        raise Refused("sign_in_instead")
    spoken = get_language() or ""  # their mails speak it as well
    return User.objects.create_user(email, person.password, name=user.name, language=spoken)


def _inviter_may(row: Invitation) -> bool:
    """Whether who has invited still could."""
    forget(row.inviter)
    access = access_to(row.inviter, row.workspace_id)
    return access is not None and gives(access, row.role)


def _pending(workspace: Workspace, email: str) -> Invitation | None:
    rows = Invitation.objects.pending().filter(workspace=workspace, email__iexact=email)
    return rows.select_for_update(of=("self",)).select_related("inviter").first()


def _others_pending(workspace: Workspace) -> int:
    """Everybody who is asked finds a place."""
    return Invitation.objects.pending().filter(workspace=workspace, expires_at__gt=now()).count()


def _one(workspace: Workspace, id: uuid.UUID) -> Invitation:
    rows = Invitation.objects.pending().select_for_update(of=("self",))
    row = rows.filter(workspace=workspace, pk=id).first()
    if row is None:
        raise Http404
    return row


def _end(row: Invitation, how: Invitation.End) -> None:
    row.ended_at, row.end = now(), how
    row.save(update_fields=["ended_at", "end"])


def _told(row: Invitation) -> dict[str, str]:
    return {"email": row.email, "role": row.role}


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()
