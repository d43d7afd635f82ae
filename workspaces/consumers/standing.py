"""Who holds a socket, and whether they still may: the session or key and its rights, for many."""

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

from workspaces import keys, sessions
from workspaces.models import ApiKey, User

# One query for all sockets of a process, every 15 s: a row for each that was asked for.
_SESSIONS = """
SELECT asked.place, s.session_data, u.password, u.is_superuser,
       extract(epoch FROM s.expire_date - now())::float8, m.role,
       ARRAY(SELECT g.permission_id
             FROM workspaces_workspaceuserobjectpermission g
             WHERE g.content_object_id = m.workspace_id AND g.user_id = m.user_id
             ORDER BY g.permission_id),
       coalesce(n.last_seen_at < now() - make_interval(secs => %s), false),
       coalesce(w.require_second_factor AND NOT workspaces_has_second_factor(m.user_id), false)
FROM unnest(%s::int[], %s::text[], %s::uuid[], %s::uuid[])
     AS asked (place, session_key, user_id, workspace_id)
JOIN django_session s ON s.session_key = asked.session_key AND s.expire_date > now()
LEFT JOIN workspaces_usersession n ON n.session_key = s.session_key
JOIN workspaces_user u ON u.id = asked.user_id AND u.is_active AND (%s OR NOT u.demo)
LEFT JOIN workspaces_membership m
     ON m.user_id = asked.user_id AND m.workspace_id = asked.workspace_id
LEFT JOIN workspaces_workspace w ON w.id = m.workspace_id
"""

# And one for those that were opened with an API key.
_KEYS = """
SELECT asked.place, k.id, k.workspace_id, k.role, m.user_id,
       extract(epoch FROM least(
           k.expires_at, CASE WHEN k.digest <> asked.digest THEN k.old_until END
       ) - now())::float8,
       k.last_used_at IS NULL OR k.last_used_at < now() - make_interval(secs => %s), m.role,
       ARRAY(SELECT g.permission_id
             FROM workspaces_workspaceuserobjectpermission g
             WHERE g.content_object_id = m.workspace_id AND g.user_id = m.user_id
             ORDER BY g.permission_id),
       w.require_second_factor AND NOT workspaces_has_second_factor(m.user_id)
FROM unnest(%s::int[], %s::text[]) AS asked (place, digest)
JOIN workspaces_apikey k
     ON k.digest = asked.digest OR (k.old_digest = asked.digest AND k.old_until > now())
JOIN workspaces_membership m ON m.id = k.membership_id AND m.workspace_id = k.workspace_id
JOIN workspaces_workspace w ON w.id = m.workspace_id
JOIN workspaces_user u ON u.id = m.user_id AND u.is_active AND (%s OR NOT u.demo)
WHERE k.expires_at IS NULL OR k.expires_at > now()
"""


@dataclass(frozen=True, slots=True)
class Claim:
    """What a socket says: this session, or this API key, in this workspace. The user of a session
    is filled in once known."""

    workspace_id: uuid.UUID
    session_key: str = ""
    key_digest: str = ""
    user_id: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """Signed in as this user. `rights`: role, whether a second factor is lacking, and grants, only
    to be compared; None: no member."""

    user_id: uuid.UUID
    rights: tuple[Any, ...] | None
    proof: str  # the session or key, as the database's notifications name it
    seconds: float | None  # for which it is valid, if nobody ends it; None: for good
    key: ApiKey | None = None  # as much of it as `access_to` asks


def token_claim(headers: Mapping[bytes, bytes], workspace_id: uuid.UUID) -> Claim | None:
    """By a header that no browser lets a page set: an API key, else the headless client's session.

    A browser does send `Authorization: Basic` by itself; that is no token.
    """
    key = keys.bearer(headers.get(b"authorization", b"").decode("latin-1"))
    if key is not None:
        return Claim(workspace_id, key_digest=keys.digest_of(key))
    token = headers.get(b"x-session-token")
    return None if token is None else Claim(workspace_id, token.decode("latin-1"))


def cookie_claim(headers: Mapping[bytes, bytes], workspace_id: uuid.UUID) -> Claim | None:
    cookies = parse_cookie(headers.get(b"cookie", b"").decode("latin-1"))
    session_key = cookies.get(settings.SESSION_COOKIE_NAME)
    return None if session_key is None else Claim(workspace_id, session_key)


def standings(claims: Collection[Claim]) -> dict[Claim, Standing]:
    """Who is missing in the answer is not signed in, or not any more."""
    by_key = [claim for claim in claims if claim.key_digest]
    by_session = [claim for claim in claims if not claim.key_digest]
    return {**_of_sessions(by_session), **_of_keys(by_key)}


def _of_keys(claims: list[Claim]) -> dict[Claim, Standing]:
    if not claims:
        return {}
    places, digests = list(range(len(claims))), [claim.key_digest for claim in claims]
    with connection.cursor() as cursor:
        cursor.execute(_KEYS, [keys.USED_EVERY, places, digests, settings.DEMO])
        rows = cursor.fetchall()
    found, unwritten = {}, set()
    for place, id, workspace_id, key_role, user_id, seconds, used, role, grants, lacks in rows:
        claim = claims[place]
        rights = (role, lacks, key_role, *grants) if workspace_id == claim.workspace_id else None
        key = ApiKey(id=id, workspace_id=workspace_id, role=key_role)
        found[claim] = Standing(user_id, rights, str(id), seconds, key)
        if used:
            unwritten.add(id)
    if unwritten:
        keys.used(unwritten)
    return found


def _of_sessions(claims: list[Claim]) -> dict[Claim, Standing]:
    asked = list(zip(claims, _with_users(claims), strict=True))
    known = [(claim, full) for claim, full in asked if full.user_id is not None]
    if not known:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            _SESSIONS,
            [
                sessions.SEEN_EVERY,
                list(range(len(known))),
                [full.session_key for _, full in known],
                [full.user_id for _, full in known],
                [full.workspace_id for _, full in known],
                settings.DEMO,
            ],
        )
        rows = cursor.fetchall()
    found, unseen = {}, set()
    for place, session_data, password, superuser, seconds, role, grants, late, lacks in rows:
        claim, full = known[place]
        holder = _holder(session_data)
        if holder is None or full.user_id is None or holder[0] != full.user_id:
            continue
        if not constant_time_compare(holder[1], _auth_hash(password, superuser)):
            continue  # the password was changed elsewhere, or they are a superuser no more
        rights = None if role is None else (role, lacks, *grants)
        proof = sha256(full.session_key.encode()).hexdigest()
        found[claim] = Standing(full.user_id, rights, proof, seconds)
        if late:
            unseen.add(full.session_key)
    if unseen:
        sessions.still_seen(unseen)
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
def _auth_hash(password: str, superuser: bool) -> str:
    return User(password=password, is_superuser=superuser).get_session_auth_hash()
