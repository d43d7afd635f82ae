"""What super admins change of others: a name, whether they may sign in, whether they are one too.

Nobody's password, address or second factor: those are the person's own.
"""

import uuid

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import IntegrityError
from django.utils.timezone import now

from orchestrator.events import Actor, acting, emit
from workspaces import services
from workspaces.events import (
    SuperuserGranted,
    SuperuserRevoked,
    UserDeactivated,
    UserReactivated,
    UserRenamed,
)
from workspaces.models import User


class LastOwner(Exception):
    """A workspace would be left without an active owner."""


class Oneself(Exception):
    """Nobody takes this from themselves: they could not give it back."""


def rename(user: User, name: str, *, actor: Actor) -> None:
    with acting(actor):
        row = _locked(user.pk)
        before, row.name = row.name, name
        if before != name:
            row.save(update_fields=["name"])
            emit(UserRenamed, row, actor=actor, before={"name": before}, after={"name": name})


def set_active(user: User, active: bool, *, actor: Actor) -> None:
    """Raises LastOwner. Who comes back has to sign in again, everywhere."""
    try:
        with acting(actor):
            row = _locked(user.pk)
            if row.is_active == active:
                return
            if not active:
                _not_oneself(row, actor)
                end_sessions(row)
            row.is_active = active
            row.save(update_fields=["is_active"])
            services.check_now()
            emit(UserReactivated if active else UserDeactivated, row, actor=actor)
    except IntegrityError as error:
        if services.is_last_owner(error):
            raise LastOwner from None
        raise


def set_superuser(user: User, superuser: bool, *, actor: Actor) -> None:
    """Either way they have to sign in again, everywhere."""
    with acting(actor):
        row = _locked(user.pk)
        if row.is_superuser == superuser:
            return
        if not superuser:
            _not_oneself(row, actor)
        end_sessions(row)
        row.is_superuser = row.is_staff = superuser
        row.save(update_fields=["is_superuser", "is_staff"])
        emit(SuperuserGranted if superuser else SuperuserRevoked, row, actor=actor)


def end_sessions(user: User) -> None:
    """All of them, sockets included. A session tells whose it is only when it is read."""
    theirs = [
        session.pk
        for session in Session.objects.filter(expire_date__gt=now()).iterator()
        if session.get_decoded().get(SESSION_KEY) == str(user.pk)
    ]
    Session.objects.filter(pk__in=theirs).delete()


def _locked(id: uuid.UUID) -> User:
    return User.objects.select_for_update(no_key=True).get(pk=id)


def _not_oneself(user: User, actor: Actor) -> None:
    if actor.id == str(user.pk):
        raise Oneself
