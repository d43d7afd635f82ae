"""Forms of second factors, where they are other than allauth's."""

from typing import Any

from allauth.headless.mfa import inputs, views
from allauth.mfa import app_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.core.cache import cache
from django.utils.translation import gettext_lazy as _


class Once:
    """A code of an app counts once, for as long as it is valid: allauth forgets it sooner than the
    tolerance lets it live."""

    authenticator: Authenticator
    user: Any

    def clean_code(self) -> str:
        code: str = super().clean_code()  # type: ignore[misc] # of the form that it is mixed into
        if self.authenticator.type == Authenticator.Type.TOTP:
            lives = app_settings.TOTP_PERIOD * (2 * app_settings.TOTP_TOLERANCE + 1)
            plain = "".join(c for c in code if c.isdigit())
            if not cache.add(f"second-factor:{self.user.pk}:{plain}", 1, timeout=lives):
                raise get_adapter().validation_error("incorrect_code")
        return code


class Authenticate(Once, AuthenticateForm):
    pass


class Reauthenticate(Once, ReauthenticateForm):
    pass


class AddPasskey(AddWebAuthnForm):
    name = forms.CharField(
        label=_("Name"),
        max_length=100,
        required=False,
        help_text=_("By which you know it again, as “Phone” or “Blue key”."),
    )
    passwordless = forms.BooleanField(
        label=_("Sign in with it alone, without the password"), required=False, initial=True
    )


class _AuthenticateInput(Once, inputs.AuthenticateInput):
    pass


class _ReauthenticateInput(Once, inputs.ReauthenticateInput):
    pass


class AppAuthenticate(views.AuthenticateView):
    input_class = _AuthenticateInput


class AppReauthenticate(views.ReauthenticateView):
    input_class = _ReauthenticateInput
