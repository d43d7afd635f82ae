"""Forms of people's own pages. What they ask for, the services do, and refuse by the same rules."""

from typing import Any

from allauth.account.forms import ChangePasswordForm
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from workspaces import zones
from workspaces.rules import STALE_AFTER, Invalid


def put_errors(form: forms.Form, error: Invalid) -> None:
    """What a service refused, beside the fields that it names."""
    for name, wrong in error.errors.items():
        form.add_error(name if name in form.fields else None, wrong)


class ZoneField(forms.CharField):
    """Typed, with all zones to choose from; `new york` is understood as well."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"list": "zones", "autocomplete": "off", "spellcheck": "false", "class": "input"}
        super().__init__(max_length=64, widget=forms.TextInput(attrs=attrs), **kwargs)

    def clean(self, value: Any) -> str:
        zone = zones.named(super().clean(value))
        if zone and zone not in zones.ZONES:
            raise ValidationError(_("Not a time zone."), code="invalid_timezone")
        return zone


def _languages() -> list[tuple[str, Any]]:
    """Each by its own name: who looks for it may not read the present one."""
    own = [(code, get_language_info(code)["name_local"].title()) for code, _ in settings.LANGUAGES]
    return [("", _("As the browser says")), *own]


class ProfileForm(forms.Form):
    name = forms.CharField(
        label=_("Name"),
        max_length=150,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    language = forms.ChoiceField(
        label=_("Language"),
        choices=_languages,
        required=False,
        widget=forms.Select(attrs={"class": "input"}),
    )
    timezone = ZoneField(
        label=_("Time zone"),
        required=False,
        help_text=_("Left empty, times are in the zone of each workspace."),
    )


class PasswordForm(ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = {
            "oldpassword": _("Current password"),
            "password1": _("New password"),
            "password2": _("New password, again"),
        }
        for name, label in labels.items():
            self.fields[name].label = label
            self.fields[name].widget.attrs.pop("placeholder", None)
        self.fields["oldpassword"].help_text = ""


KEEPING_WORDS = {False: _("Only how each call went"), True: _("What was sent as well")}
FACTOR_WORDS = {False: _("The password is enough"), True: _("Only with a second factor")}


class SettingsForm(forms.Form):
    """A workspace's name, slug, zone and settings."""

    name = forms.CharField(
        label=_("Name"), max_length=100, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    slug = forms.SlugField(
        label=_("Address"),
        max_length=50,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("Part of every address here. After a change, links to the old one are dead."),
    )
    timezone = ZoneField(
        label=_("Time zone"),
        help_text=_("Times here are shown in it to everybody who has not chosen one of their own."),
    )
    staleAfterSeconds = forms.IntegerField(
        label=_("Stale after"),
        min_value=STALE_AFTER[0],
        max_value=STALE_AFTER[1],
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        help_text=_("Seconds without any sign of n8n after which what you see counts as old."),
    )
    requireSecondFactor = forms.TypedChoiceField(
        label=_("Signing in"),
        choices=[(str(required), word) for required, word in FACTOR_WORDS.items()],
        coerce=lambda value: value == "True",
        required=False,
        empty_value=None,  # a page from before there was the field
        widget=forms.Select(attrs={"class": "input"}),
        help_text=_(
            "Members without a second factor are asked to set one up; until then the workspace is"
            " closed to them."
        ),
    )
    storeHookBodies = forms.TypedChoiceField(
        label=_("Webhook calls keep"),
        choices=[(str(kept), word) for kept, word in KEEPING_WORDS.items()],
        coerce=lambda value: value == "True",
        required=False,
        empty_value=None,  # likewise
        widget=forms.Select(attrs={"class": "input"}),
        help_text=_(
            "Encrypted, at most 64 KB of a call, so that it can be sent again. Switching back"
            " deletes what was kept."
        ),
    )
