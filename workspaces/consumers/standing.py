"""Who holds a socket, and whether they still may: the session and its rights, for many at once."""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.http import parse_cookie
from django.utils.crypto import constant_time_compare

from workspaces.models import User

# One query for all sockets of a process, every 15 s: a row for each that was asked for.
_QUERY = """
SELECT asked.place, s.session_data, u.password, m.role,
       ARRAY(SELECT g.permission_id
             FROM workspaces_workspaceuserobjectpermission g
             WHERE g.content_object_id = m.workspace_id AND g.user_id = m.user_id
             ORDER BY g.permission_id)
FROM unnest(%s::int[], %s::text[], %s::uuid[], %s::uuid[])
     AS asked (place, session_key, user_id, workspace_id)
JOIN django_session s ON s.session_key = asked.session_key AND s.expire_date > now()
JOIN workspaces_user u ON u.id = asked.user_id AND u.is_active AND (%s OR NOT u.demo)
LEFT JOIN workspaces_membership m
     ON m.user_id = asked.user_id AND m.workspace_id = asked.workspace_id
"""


@dataclass(frozen=True, slots=True)
class Claim:
    """What a socket says: this session, in this workspace. The user is filled in once known."""

    session_key: str
    workspace_id: uuid.UUID
    user_id: uuid.UUID | None = None

    @property
    def digest(self) -> str:
        """Of the session's key, as the database's notifications name it."""
        return sha256(self.session_key.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Standing:
    """Signed in as this user. `rights`: role and grants, only to be compared; None: no member."""

    user_id: uuid.UUID
    rights: tuple[Any, ...] | None


def session_key(headers: Mapping[bytes, bytes]) -> str | None:
    """Of the headless client's header, else of the cookie."""
    token = headers.get(b"x-session-token")
    if token is not None:
        return token.decode("latin-1")
    cookies = parse_cookie(headers.get(b"cookie", b"").decode("latin-1"))
    return cookies.get(settings.SESSION_COOKIE_NAME)


def standings(claims: Collection[Claim]) -> dict[Claim, Standing]:
    """Who is missing in the answer is not signed in, or not any more."""
    asked = list(zip(claims, _with_users(claims), strict=True))
    known = [(claim, full) for claim, full in asked if full.user_id is not None]
    if not known:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            _QUERY,
            [
                list(range(len(known))),
                [full.session_key for _, full in known],
                [full.user_id for _, full in known],
                [full.workspace_id for _, full in known],
                settings.DEMO,
            ],
        )
        rows = cursor.fetchall()
    found = {}
    for place, session_data, password, role, grants in rows:
        claim, full = known[place]
        holder = _holder(session_data)
        if holder is None or full.user_id is None or holder[0] != full.user_id:
            continue
        if not constant_time_compare(holder[1], _auth_hash(password)):
            continue  # the password was changed elsewhere
        found[claim] = Standing(full.user_id, None if role is None else (role, *grants))
    return found


def _with_users(claims: Collection[Claim]) -> list[Claim]:
    strangers = [claim.session_key for claim in claims if claim.user_id is None]
    if not strangers:
        return list(claims)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT session_key, session_data FROM django_session"
            " WHERE session_key = ANY(%s) AND expire_date > now()",
            [strangers],
        )
        holders = {key: _holder(data) for key, data in cursor.fetchall()}
    full = []
    for claim in claims:
        holder = holders.get(claim.session_key)
        full.append(replace(claim, user_id=holder[0]) if holder else claim)
    return full


@lru_cache(maxsize=4096)
def _holder(session_data: str) -> tuple[uuid.UUID, str] | None:
    """Who signed in with this session, and the hash of their password then."""
    data = SessionStore().decode(session_data)
    try:
        if data[BACKEND_SESSION_KEY] not in settings.AUTHENTICATION_BACKENDS:
            return None
        return uuid.UUID(data[SESSION_KEY]), data[HASH_SESSION_KEY]
    except (KeyError, ValueError):
        return None


@lru_cache(maxsize=4096)
def _auth_hash(password: str) -> str:
    return User(password=password).get_session_auth_hash()
