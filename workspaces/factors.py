"""How allauth keeps second factors here: secrets encrypted and bound to their owner, passkeys of
this place alone, and each that comes or goes told to the ledger."""

import re
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import structlog
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from orchestrator import crypto
from orchestrator.events import Actor, acting, emit
from workspaces import people, second_factor, sessions
from workspaces.actors import actor_of
from workspaces.events import (
    RecoveryCodesCreated,
    SecondFactorAdded,
    SecondFactorRemoved,
    SecondFactorReset,
)
from workspaces.models import User

SECRETS = ("secret", "seed")  # of an authenticator app, and of recovery codes
NAME = "Orchestrator"

_BASE32 = re.compile(r"[A-Z2-7]+=*")

log = structlog.get_logger(__name__)


def place() -> str:
    """What passkeys are bound to: the name in PUBLIC_URL. An address is none; at home, `localhost`
    stands for it."""
    host = urlsplit(settings.PUBLIC_URL).hostname or ""
    try:
        return "localhost" if ip_address(host).is_loopback else ""
    except ValueError:
        return host


def passkeys_at(request: HttpRequest) -> bool:
    """Whether a browser can make or use one where this request was sent to."""
    return bool(place()) and request.get_host().partition(":")[0] == place()


class Adapter(DefaultMFAAdapter):
    """A sealed secret names its owner and field, which `checked` holds against its row."""

    def encrypt(self, text: str) -> str:
        owner = str(context.request.user.pk)
        field = "secret" if _BASE32.fullmatch(text) else "seed"
        return f"{owner} {field} {crypto.encrypt(text, owner=owner, field=f'mfa.{field}')}"

    def decrypt(self, encrypted_text: str) -> str:
        owner, _space, rest = encrypted_text.partition(" ")
        field, _space, token = rest.partition(" ")
        try:
            return crypto.decrypt(token, owner=owner, field=f"mfa.{field}")
        except crypto.Undecryptable as error:
            log.error("second_factor_unreadable", user_id=owner, error=str(error))
            raise self.validation_error("incorrect_code") from None

    def get_totp_issuer(self) -> str:
        return NAME

    def _get_site_name(self) -> str:
        return NAME

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {"id": place() or "localhost", "name": NAME}

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        n = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return _("Passkey %(n)s") % {"n": n + 1} if n else _("Passkey")


def checked(sender: object, instance: Authenticator, **_more: Any) -> None:
    """Of each row that is read or made: what was sealed for another owner or field opens none."""
    for field in SECRETS:
        sealed = instance.data.get(field)
        if sealed and not str(sealed).startswith(f"{instance.user_id} {field} "):
            log.error("second_factor_moved", user_id=str(instance.user_id), field=field)
            instance.data[field] = ""


# --- lost ------------------------------------------------------------------------------------


def reset(user: User, *, actor: Actor) -> int:
    """Of who has lost them, by who runs this: no page does it. The recovery codes end as well, and
    each session. Gives how many there were."""
    with acting(actor):
        theirs = Authenticator.objects.select_for_update().filter(user=user)
        types = sorted(one.type for one in theirs)
        if types:
            theirs.delete()
            people.end_sessions(user)
            emit(SecondFactorReset, user, actor=actor, before={"types": types})
    return len(types)


# --- told ------------------------------------------------------------------------------------


def added(sender: object, instance: Authenticator, created: bool, **_more: Any) -> None:
    """In the transaction of the write. The first one ends all other sessions: they were begun
    without it."""
    request = _by_oneself(instance)
    if request is None or not created:
        return
    user, actor = instance.user, actor_of(request)
    with acting(actor):
        if instance.type == Authenticator.Type.RECOVERY_CODES:
            emit(RecoveryCodesCreated, user, actor=actor)
            return
        emit(SecondFactorAdded, user, actor=actor, after=_told(instance))
    if second_factor.count(user) == 1:
        sessions.end_others(user, but=request.session.session_key, actor=actor)


def removed(sender: object, instance: Authenticator, **_more: Any) -> None:
    request = _by_oneself(instance)
    if request is None or instance.type == Authenticator.Type.RECOVERY_CODES:
        return  # the codes go with the last factor, or for new ones
    actor = actor_of(request)
    with acting(actor):
        emit(SecondFactorRemoved, instance.user, actor=actor, before=_told(instance))


def _by_oneself(instance: Authenticator) -> HttpRequest | None:
    """The request of the person whose it is: else it goes with its user, or a command did it."""
    request: HttpRequest | None = context.request
    return request if request is not None and request.user.pk == instance.user_id else None


def _told(instance: Authenticator) -> dict[str, str]:
    name = instance.data.get("name")
    return {"type": str(instance.type), **({"name": name} if name else {})}
