"""Forms of the keys page."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from workspaces.models import Role

HOUR, DAY = 3600, 24 * 3600


class NewKeyForm(forms.Form):
    name = forms.CharField(
        label=_("Name"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("What it is for, as “Dashboard” or “Nightly export”."),
    )
    role = forms.ChoiceField(
        label=_("Role"),
        widget=forms.Select(attrs={"class": "input"}),
        help_text=_("The least that is enough. Members, keys and secrets are closed to every key."),
    )
    days = forms.ChoiceField(
        label=_("Ends"),
        choices=[
            ("30", _("In 30 days")),
            ("90", _("In 90 days")),
            ("365", _("In a year")),
            ("", _("Never")),
        ],
        initial="90",
        required=False,
        widget=forms.Select(attrs={"class": "input"}),
    )

    def __init__(self, role: str, *args: Any, **kwargs: Any) -> None:
        """`role`: of who makes it, which is the most that the key may have."""
        super().__init__(*args, **kwargs)
        known = [choice for choice in Role.choices if Role.least(choice[0], role) == choice[0]]
        self.fields["role"].choices = known  # type: ignore[attr-defined]
        self.fields["role"].initial = Role.VIEWER

    def expires_at(self) -> datetime | None:
        days = self.cleaned_data["days"]
        return timezone.now() + timedelta(days=int(days)) if days else None


class RotationForm(forms.Form):
    grace = forms.ChoiceField(
        label=_("The old secret stays valid"),
        choices=[
            ("0", _("not at all")),
            (str(HOUR), _("for an hour")),
            (str(DAY), _("for a day")),
            (str(7 * DAY), _("for a week")),
        ],
        initial=str(DAY),
        widget=forms.Select(attrs={"class": "input"}),
    )
