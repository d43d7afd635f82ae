"""Sessions as Django keeps them; with each comes, in the same query, the person whose it is.

Named as Django's own store: the name is part of what its sessions are signed with.
"""

from contextvars import ContextVar
from typing import Any

from django.contrib.sessions.backends import db
from django.db import connection
from django.utils import timezone

from workspaces.models import User

_FIELDS = [field.attname for field in User._meta.concrete_fields]
_PERSON = ", ".join(f"u.{field.column}" for field in User._meta.concrete_fields)
_QUERY = f"""
SELECT s.session_data, s.expire_date, {_PERSON}
FROM django_session s
LEFT JOIN workspaces_usersession k ON k.session_key = s.session_key
LEFT JOIN workspaces_user u ON u.id = k.user_id
WHERE s.session_key = %s AND s.expire_date > %s
"""  # noqa: S608 -- our own columns

_came: ContextVar[User | None] = ContextVar("came_with_the_session", default=None)


class SessionStore(db.SessionStore):
    def _get_session_from_db(self) -> Any:
        _came.set(None)
        with connection.cursor() as cursor:
            cursor.execute(_QUERY, [self.session_key, timezone.now()])
            row = cursor.fetchone()
        if row is None:
            self._session_key = None
            return None
        data, expires, *person = row
        if person[_FIELDS.index("id")] is not None:
            _came.set(User.from_db("default", _FIELDS, person))
        return self.model(
            session_key=self.session_key or "", session_data=data, expire_date=expires
        )


def taken(user_id: Any) -> User | None:
    """Who came with the session that was just read, once, if it is this person."""
    user = _came.get()
    _came.set(None)
    return user if user is not None and str(user.pk) == str(user_id) else None
