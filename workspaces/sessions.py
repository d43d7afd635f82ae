"""Where people are signed in: noted at sign-in, seen once a minute at most, listed and ended.

A request costs nothing here but a look into a dictionary: what was seen within the last minute by
this process is not written again. Sockets hear of an ended session by the database's own triggers.
"""

import time
import uuid
from collections.abc import Collection, Mapping
from ipaddress import ip_address
from typing import Any

from django.contrib.sessions.models import Session
from django.db import connection
from django.http import HttpRequest
from django.utils.timezone import now

from orchestrator.client_address import client_address
from orchestrator.events import Actor, acting, emit
from workspaces.events import PasswordChanged, SessionsEnded
from workspaces.models import User, UserSession

SEEN_EVERY = 60  # seconds: how often the last use is written down
LONGEST_AGENT = 300
KNOWN = 20_000  # sessions of which a process remembers when it wrote

_NOTE = """
INSERT INTO workspaces_usersession
    (id, session_key, user_id, ip, user_agent, signed_in_at, last_seen_at)
SELECT gen_random_uuid(), s.session_key, %(user)s, %(ip)s, %(agent)s,
       CASE WHEN %(new)s THEN now() END, now()
FROM django_session s WHERE s.session_key = %(key)s
ON CONFLICT (session_key) DO UPDATE
SET ip = excluded.ip, user_agent = excluded.user_agent, last_seen_at = now()
WHERE workspaces_usersession.last_seen_at < now() - make_interval(secs => %(every)s)
"""

_written: dict[str, float] = {}  # session → when, by this process's own clock


# --- kept ------------------------------------------------------------------------------------


def signed_in(sender: object, request: HttpRequest | None, user: User, **_: Any) -> None:
    """Django's signal, by whichever door: the form, the app client, sign-up, a reset."""
    if request is None:
        return
    if request.session.session_key is None:
        request.session.save()
    _note(request.session.session_key, user, request.META, new=True)


def seen(session_key: str | None, user: Any, meta: Mapping[str, Any]) -> None:
    if session_key is None:
        return
    if time.monotonic() - _written.get(session_key, float("-inf")) >= SEEN_EVERY:
        _note(session_key, user, meta, new=False)


def still_seen(session_keys: Collection[str]) -> None:
    """A page that is looked at holds a socket, and may ask for nothing else for hours."""
    UserSession.objects.filter(session_key__in=session_keys).update(last_seen_at=now())


def _note(session_key: str | None, user: Any, meta: Mapping[str, Any], *, new: bool) -> None:
    if session_key is None:
        return
    if len(_written) >= KNOWN:
        _written.clear()
    _written[session_key] = time.monotonic()
    values = {
        "key": session_key,
        "user": user.pk,
        "ip": _ip(meta),
        "agent": str(meta.get("HTTP_USER_AGENT", ""))[:LONGEST_AGENT].replace("\x00", ""),
        "new": new,
        "every": SEEN_EVERY,
    }
    with connection.cursor() as cursor:
        cursor.execute(_NOTE, values)


def _ip(meta: Mapping[str, Any]) -> str | None:
    try:
        return str(ip_address(client_address(meta)))
    except ValueError:
        return None


# --- read ------------------------------------------------------------------------------------


def of(user: User) -> list[UserSession]:
    """Those that are alive, the latest in use first."""
    alive = Session.objects.filter(expire_date__gt=now()).values("session_key")
    rows = UserSession.objects.filter(user=user, session_key__in=alive)
    return list(rows.order_by("-last_seen_at", "pk"))


def began(request: HttpRequest) -> Any:
    """When the session that asks did; None where nobody knows."""
    found = UserSession.objects.filter(session_key=request.session.session_key)
    return found.values_list("signed_in_at", flat=True).first()


# --- ended -----------------------------------------------------------------------------------


def end(user: User, id: uuid.UUID, *, but: str | None, actor: Actor) -> int:
    """One of this person's, and never the one that asks; gives how many there were."""
    return _end(user, actor, but, pk=id)


def end_others(user: User, *, but: str | None, actor: Actor) -> int:
    return _end(user, actor, but)


def _end(user: User, actor: Actor, but: str | None, **which: Any) -> int:
    with acting(actor):
        ended = _delete(user, but, **which)
        if ended:
            emit(SessionsEnded, user, actor=actor, after={"ended": ended})
    return ended


def _delete(user: User, but: str | None, **which: Any) -> int:
    theirs = UserSession.objects.filter(user=user, **which).exclude(session_key=but or "")
    keys: Collection[str] = list(theirs.values_list("session_key", flat=True))
    return Session.objects.filter(pk__in=keys).delete()[0]


def set_password(user: User, password: str, *, but: str | None, actor: Actor) -> None:
    """All their sessions end but the one that asks, which then has to be given the new hash."""
    user.set_password(password)
    with acting(actor):
        user.save(update_fields=["password"])  # and nothing that changed meanwhile
        ended = _delete(user, but)
        emit(PasswordChanged, user, actor=actor, after={"sessionsEnded": ended})


def renewed(request: HttpRequest, user: User, signed_in_at: Any) -> None:
    """A session that goes on under a new key was begun when the old one was."""
    _note(request.session.session_key, user, request.META, new=False)
    UserSession.objects.filter(session_key=request.session.session_key).update(
        signed_in_at=signed_in_at
    )
