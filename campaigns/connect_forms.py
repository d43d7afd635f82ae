"""What an owner types to connect an n8n, and how its address is read."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from orchestrator import n8n
from workspaces.page_forms import ZoneField

# Where somebody is in n8n's editor, or in its API, when they copy its address.
_INSIDE = re.compile(
    r"/(?:home|workflows?|projects|credentials|executions|settings|sign(?:in|up|out)|setup"
    r"|api(?:/v\d+)?)(?:/.*)?$"
)
_LOOPBACK = re.compile(r"(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?:[:/]|$)", re.I)

ADDRESSES = {
    "scheme_not_supported": _("Only https:// and http:// addresses are known here."),
    "userinfo_not_allowed": _("Leave the user and the password out of the address."),
    "invalid_port": _("There is no such port."),
    "invalid_host": _("There can be no such host."),
}


def address_of(typed: str) -> str:
    """What somebody means who copies the address of a page of n8n, or leaves out https://."""
    text = typed.strip()
    if text and "://" not in text:
        text = ("http://" if _LOOPBACK.match(text) else "https://") + text
    start, slashes, rest = text.partition("://")
    return start + slashes + _INSIDE.sub("", re.split(r"[?#]", rest)[0])


class AddressField(forms.CharField):
    def clean(self, value: Any) -> str:
        try:
            return n8n.normalised(address_of(super().clean(value)))
        except n8n.BadAddress as error:
            words = ADDRESSES.get(error.code, _("This is no web address."))
            raise ValidationError(words, code=error.code) from None


class KeyField(forms.CharField):
    def clean(self, value: Any) -> str:
        key = str(super().clean(value))
        if not key.isascii() or not key.isprintable():
            raise ValidationError(_("A key of n8n has only letters, digits and signs of ASCII."))
        return key


class ConnectionForm(forms.Form):
    base_url = AddressField(
        label=_("Address of n8n"),
        max_length=500,
        widget=forms.URLInput(
            attrs={
                "placeholder": "https://n8n.example.com",
                "autocomplete": "off",
                "autocapitalize": "none",
                "spellcheck": "false",
            }
        ),
        help_text=_("As you open it in the browser."),
    )
    # Never rendered: what was typed stays in the browser that it was typed in.
    api_key = KeyField(
        label=_("API key"),
        max_length=2048,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("In n8n: Settings → n8n API → Create an API key."),
    )
    timezone = ZoneField(
        label=_("Time zone of n8n"),
        required=False,
        help_text=_("GENERIC_TIMEZONE of n8n. Its heartbeats tell it by themselves."),
    )

    def refuse(self, name: str, words: Any, code: str) -> None:
        self.add_error(name, ValidationError(words, code=code))
