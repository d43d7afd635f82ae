"""API keys: made, rotated and revoked by owners, shown once, kept as a hash, found by it.

A key is found by the index over its SHA-256: what a wrong one has in common with a right one makes
no difference to the time.
"""

import re
import secrets
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models import Q
from django.db.models.functions import Now
from django.http import Http404
from django.utils import timezone

from orchestrator.events import Actor, acting, emit
from workspaces import quotas
from workspaces.access import access_to, forget
from workspaces.events import ApiKeyCreated, ApiKeyRevoked, ApiKeyRotated
from workspaces.identity import may_sign_in
from workspaces.models import ApiKey, Membership, Role, User, Workspace

PREFIX = "ork_"
SHOWN = 12  # characters of a key by which its owner knows it again
MANAGE = "workspaces.manage_keys"
GRACE = 24 * 3600  # seconds for which a rotated key's old form stays valid
LONGEST_GRACE = 7 * 24 * 3600
USED_EVERY = 60  # seconds: how often the last use is written down

_BEARER = re.compile(r"bearer(?:\s+(.*))?", re.IGNORECASE | re.DOTALL)
_TOKEN = re.compile(r"ork_[A-Za-z0-9_-]{43}")


class RoleTooHigh(Exception):
    """A key would have more than its maker."""


class NotItsMaker(Exception):
    """A key speaks for its maker: only to them a new form of it is shown."""


class Expired(Exception):
    """A new form of this key would be dead as well."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A key with the token that nobody sees again."""

    row: ApiKey
    token: str


# --- by owners -------------------------------------------------------------------------------


def create(
    workspace: Workspace,
    maker: User,
    *,
    name: str,
    role: str,
    expires_at: datetime | None = None,
    actor: Actor,
) -> Shown:
    """Raises RoleTooHigh, quotas.Exceeded, and what _managing raises."""
    with acting(actor):
        membership = _managing(workspace, maker)
        if Role.least(role, membership.role) != role:
            raise RoleTooHigh(role)
        quotas.check(workspace, quotas.Name.KEYS)
        token = _new()
        row = ApiKey.objects.create(
            workspace=workspace,
            membership=membership,
            name=name,
            role=role,
            prefix=token[:SHOWN],
            digest=digest_of(token),
            expires_at=expires_at,
        )
        emit(ApiKeyCreated, row, actor=actor, after=_told(row))
    return Shown(row, token)


def rotate(
    workspace: Workspace, user: User, key_id: uuid.UUID, *, grace: int = GRACE, actor: Actor
) -> Shown:
    """A new token; that of before is valid for `grace` seconds more, one before that no longer.

    Raises Http404, NotItsMaker, Expired, and what _managing raises.
    """
    with acting(actor):
        membership = _managing(workspace, user)
        row = _one(workspace, key_id)
        if row.membership_id != membership.pk:
            raise NotItsMaker
        if row.expires_at is not None and row.expires_at <= timezone.now():
            raise Expired
        before, token = row.prefix, _new()
        until = timezone.now() + timedelta(seconds=grace)
        row.old_digest, row.old_until = (row.digest, until) if grace else (None, None)
        row.digest, row.prefix = digest_of(token), token[:SHOWN]
        row.save(update_fields=["digest", "prefix", "old_digest", "old_until"])
        emit(
            ApiKeyRotated,
            row,
            actor=actor,
            before={"prefix": before},
            after={"prefix": row.prefix, "oldValidUntil": until.isoformat() if grace else None},
        )
    return Shown(row, token)


def revoke(workspace: Workspace, user: User, key_id: uuid.UUID, *, actor: Actor) -> None:
    """Raises Http404, and what _managing raises."""
    with acting(actor):
        _managing(workspace, user)
        row = _one(workspace, key_id)
        emit(ApiKeyRevoked, row, actor=actor, before=_told(row))
        row.delete()


def _managing(workspace: Workspace, user: User) -> Membership:
    """The user's, asked again under the workspace's lock: it may have ended since the door.

    Raises Http404 or PermissionDenied.
    """
    quotas.lock(workspace)
    forget(user)
    access = access_to(user, workspace.pk)
    if access is None:
        raise Http404
    if not access.can(MANAGE):
        raise PermissionDenied
    return Membership.objects.get(workspace=workspace, user=user)


def _one(workspace: Workspace, key_id: uuid.UUID) -> ApiKey:
    row = ApiKey.objects.select_for_update().filter(workspace=workspace, pk=key_id).first()
    if row is None:
        raise Http404
    return row


def _told(row: ApiKey) -> dict[str, Any]:
    expires_at = row.expires_at and row.expires_at.isoformat()
    return {"name": row.name, "role": row.role, "prefix": row.prefix, "expiresAt": expires_at}


# --- by who holds one ------------------------------------------------------------------------


def bearer(authorization: str) -> str | None:
    """The token of this header, whatever it is; None where the header is of another scheme."""
    found = _BEARER.fullmatch(authorization.strip())
    return None if found is None else (found[1] or "").strip()


def digest_of(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def opened_by(token: str) -> ApiKey | None:
    """With its maker. None: no key, or one that is revoked, rotated away or expired, or whose maker
    may not sign in."""
    if not _TOKEN.fullmatch(token):
        return None
    digest = digest_of(token)
    found = (  # at most one; unsorted, or the primary key would be taken for its order
        ApiKey.objects.select_related("membership__user")
        .filter(Q(digest=digest) | Q(old_digest=digest, old_until__gt=Now()))
        .filter(Q(expires_at=None) | Q(expires_at__gt=Now()))
    )
    key = next(iter(found), None)
    if key is None or not may_sign_in(key.membership.user):
        return None
    written = timezone.now() - timedelta(seconds=USED_EVERY)
    if key.last_used_at is None or key.last_used_at < written:
        used([key.pk])
    return key


def used(ids: Collection[uuid.UUID]) -> None:
    """Written once a minute, and never waited for: somebody else may be writing it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE workspaces_apikey SET last_used_at = now() WHERE id IN ("
            "  SELECT id FROM workspaces_apikey WHERE id = ANY (%s)"
            "    AND (last_used_at IS NULL OR last_used_at < now() - make_interval(secs => %s))"
            "  FOR UPDATE SKIP LOCKED)",
            [list(ids), USED_EVERY],
        )


def _new() -> str:
    return PREFIX + secrets.token_urlsafe(32)
