"""Who may sign in, and from where a try counts; allauth does the rest."""

from typing import Any
from urllib.parse import urlsplit

import structlog
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.core.internal.httpkit import is_headless_request
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from orchestrator.client_address import client_address
from orchestrator.problems import Problem
from workspaces import factors, reauthentication, session_store, sessions
from workspaces.actors import oneself

log = structlog.get_logger(__name__)

LOCKED_SECONDS = 300  # of ACCOUNT_RATE_LIMITS["login_failed"], the longest wait


class PublicSite:
    """What mails call this place."""

    name = "Orchestrator"

    @property
    def domain(self) -> str:
        return str(urlsplit(settings.PUBLIC_URL).netloc)


def may_sign_in(user: Any) -> bool:
    return bool(user.is_active and (settings.DEMO or not user.demo))


class Backend(AuthenticationBackend):
    """Asked at sign-in and again for every session: whoever may no more is nobody at once."""

    def user_can_authenticate(self, user: Any) -> bool:
        return may_sign_in(user)

    def get_user(self, user_id: Any) -> Any:
        came = session_store.taken(user_id)
        if came is None:
            return super().get_user(user_id)
        return came if may_sign_in(came) else None


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return bool(settings.ALLOW_SIGNUP)

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request.META) or "unknown"

    # --- signing in --------------------------------------------------------------------------

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError as error:
            if not is_headless_request(request):
                raise  # the form says it
            raise Problem(
                429, "too_many_login_attempts", error.messages[0], retry_after=LOCKED_SECONDS
            ) from None

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        """Who may not sign in is told just what a wrong password is told."""
        user: AbstractBaseUser | None = super().authenticate(request, **credentials)
        return user if user is not None and may_sign_in(user) else None

    def pre_login(
        self, request: HttpRequest, user: AbstractBaseUser, **kwargs: Any
    ) -> HttpResponse | None:
        if not may_sign_in(user):
            raise PermissionDenied
        answer: HttpResponse | None = super().pre_login(request, user, **kwargs)
        return answer

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Without the Host that the caller sent: each name of ours would give five tries more."""
        return str(credentials.get("email", "")).strip().lower()

    def set_password(self, user: Any, password: str) -> None:
        """Changed by who is signed in, or by a link: then no session stays."""
        here = self.request.session.session_key if self.request.user == user else None
        sessions.set_password(user, password, but=here, actor=oneself(user))

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """allauth asks it for second factors, and itself would not count a fresh sign-in."""
        return not reauthentication.is_recent(self.request)

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """In our words, and a passkey only where a browser can use it."""
        words = {
            "reauthenticate": _("Use the password"),
            "mfa_reauthenticate": _("Use a code of the app, or a recovery code"),
            "mfa_reauthenticate:webauthn": _("Use a passkey"),
        }
        found = super().get_reauthentication_methods(user)
        if not factors.passkeys_at(self.request):
            found = [method for method in found if method["id"] != "mfa_reauthenticate:webauthn"]
        return [method | {"description": words[method["id"]]} for method in found]

    # --- links and mails ---------------------------------------------------------------------

    def get_reset_password_from_key_url(self, key: str) -> str:
        return on_public_url(super().get_reset_password_from_key_url(key))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        links = {
            name: on_public_url(value)
            for name, value in context.items()
            if name.endswith("_url") and isinstance(value, str)
        }
        place = {"current_site": PublicSite(), "public_url": settings.PUBLIC_URL}
        super().send_mail(template_prefix, email, {**context, **links, **place})

    def send_notification_mail(self, template_prefix: str, user: Any, **more: Any) -> None:
        """Told after it is done: that no mail can be sent does not undo it."""
        try:
            super().send_notification_mail(template_prefix, user, **more)
        except OSError as error:  # of the line to the mail server, and all of smtplib's
            log.warning("mail_not_sent", mail=template_prefix, error=type(error).__name__)


def on_public_url(url: str) -> str:
    """allauth builds links from the Host that somebody sent: a mail must not repeat it."""
    here = urlsplit(settings.PUBLIC_URL)
    return urlsplit(url)._replace(scheme=here.scheme, netloc=here.netloc).geturl()
