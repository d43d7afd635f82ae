"""Forms of the administration. What they ask for, the services do."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from workspaces import quotas
from workspaces.models import User, Workspace
from workspaces.zones import ZONES

QUOTA = "quota_"  # prefix of the fields that are quotas, by their names


def known_zone(value: str) -> None:
    if value not in ZONES:
        raise ValidationError(_("Not a time zone."), code="invalid_timezone")


def _limit(label: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=quotas.LARGEST)


class UserForm(forms.ModelForm):  # type: ignore[type-arg] # no generic at run time
    class Meta:
        model = User
        fields = ["name", "is_active", "is_superuser"]
        help_texts = {
            "is_active": _("Without it they cannot sign in, and are signed out everywhere."),
            "is_superuser": _("Either way they are signed out everywhere."),
        }


class WorkspaceForm(forms.ModelForm):  # type: ignore[type-arg] # likewise
    seen = forms.IntegerField(widget=forms.HiddenInput)  # the version that the page showed
    timezone = forms.CharField(max_length=64, validators=[known_zone])
    quota_campaigns = _limit(_("Campaigns"))
    quota_members = _limit(_("Members"))
    quota_sockets = _limit(_("Live connections"))
    quota_keys = _limit(_("API keys"))
    quota_heartbeatsPerMinute = _limit(_("Heartbeats per minute"))
    quota_hookCallsPerMinute = _limit(_("Webhook calls per minute"))

    class Meta:
        model = Workspace
        fields = ["name", "timezone", "n8n_project_id"]
        labels = {"n8n_project_id": _("Project in n8n")}
        help_texts = {
            "n8n_project_id": _("Of a user of its own there. What is made here is made in it.")
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = self.instance.version
        for name, usage in quotas.used(self.instance).items():
            field = self.fields[QUOTA + name]
            field.initial = usage["limit"]
            field.help_text = _("%(used)s in use; %(default)s where nothing is set.") % {
                "used": usage["used"],
                "default": quotas.DEFAULTS[quotas.Name(name)],
            }

    def changed_limits(self) -> dict[quotas.Name, int]:
        return {
            quotas.Name(name.removeprefix(QUOTA)): self.cleaned_data[name]
            for name in self.changed_data
            if name.startswith(QUOTA)
        }


class NewWorkspaceForm(forms.ModelForm):  # type: ignore[type-arg] # likewise
    slug = forms.SlugField(
        max_length=50, required=False, help_text=_("Made from the name where it is left out.")
    )
    timezone = forms.CharField(max_length=64, initial="UTC", validators=[known_zone])
    owner = forms.EmailField(
        label=_("Owner"), help_text=_("The address of somebody who has an account.")
    )

    class Meta:
        model = Workspace
        fields = ["name", "slug", "timezone"]

    def clean_owner(self) -> User:
        owner = User.objects.filter(
            email__iexact=self.cleaned_data["owner"], is_active=True
        ).first()
        if owner is None:
            raise ValidationError(
                _("Nobody active has this address. Name yourself, then invite them as owner."),
                code="unknown",
            )
        return owner
