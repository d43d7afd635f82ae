"""The form of "Save as template": its own fields, and one row for each parameter on offer."""

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from provisioning.asked import LONGEST_LABEL
from provisioning.models import Template
from provisioning.offers import Offer, place
from provisioning.saving import Look, Wish
from provisioning.testable import Trial
from workspaces.models import Workspace
from workspaces.rules import Invalid

KINDS = {
    "text": _("Text"),
    "longtext": _("Text of several lines"),
    "number": _("Number"),
    "boolean": _("Yes or no"),
    "url": _("Web address"),
    "email": _("Email address"),
    "time": _("Time of day"),
    "weekday": _("Day of the week"),
    "select": _("Choice"),
}
OF_TEXT = ("text", "longtext", "url", "email")
PLACES = 5  # that are named


class TemplateForm(forms.Form):
    name = forms.CharField(
        label=_("Name"), max_length=100, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    description = forms.CharField(
        label=_("Description"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"class": "input", "rows": 3}),
        help_text=_("What it does and for whom, in a sentence or two."),
    )
    category = forms.CharField(
        label=_("Category"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"list": "categories", "autocomplete": "off"}),
    )
    version_of = forms.ChoiceField(
        label=_("Save as"),
        required=False,
        widget=forms.Select(attrs={"class": "input"}),
    )
    accepts_test = forms.BooleanField(
        label=_("Each new campaign may run once for real, with all that it does"), required=False
    )

    def __init__(
        self, workspace: Workspace, seen: Look, data: QueryDict | None = None, **more: Any
    ) -> None:
        super().__init__(data, **more)
        own = Template.objects.filter(workspace=workspace, withdrawn_at=None).order_by("name")
        versions = [
            (str(row.pk), _("A new version of “%(name)s”") % {"name": row.name}) for row in own
        ]
        if versions:
            choices = [("", _("A new template")), *versions]
            self.fields["version_of"].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields["version_of"]
        if seen.trial != Trial.REAL:
            del self.fields["accepts_test"]
        self.seen = seen
        self.rows = list(self._rows())

    def wish(self) -> Wish:
        said = self.cleaned_data
        version_of = said.get("version_of")
        return Wish(
            name=said["name"],
            description=said["description"],
            category=said["category"],
            parameters=[row.wanted for row in self.rows if row.chosen],
            template_id=uuid.UUID(version_of) if version_of else None,
            accepts_test=said.get("accepts_test", False),
        )

    def clean(self) -> None:
        """What was chosen is there no more where the workflow has changed since."""
        if self.is_bound and isinstance(self.data, QueryDict):
            gone = set(self.data.getlist("use")) - {row.offer.name for row in self.rows}
            if gone:
                text = _("The workflow has changed meanwhile. Please look it through again.")
                raise ValidationError(text, code="changed")

    def put_errors(self, error: Invalid) -> None:
        """Beside the parameter, or the field, that they are about."""
        chosen = [row for row in self.rows if row.chosen]
        for name, wrong in error.errors.items():
            kind, _dot, rest = name.partition(".")
            number = rest.partition(".")[0]
            if kind == "parameters" and number.isdigit():
                chosen[int(number)].errors += wrong.messages
                self.add_error(None, _("Please look at what is marked below."))
            else:
                self.add_error(name if name in self.fields else None, wrong)

    def _rows(self) -> Iterator["Row"]:
        """At first what was left out is chosen, and what was asked for before."""
        for offer in self.seen.offered:
            chosen = offer.default is None or bool(offer.more)
            if self.is_bound and isinstance(self.data, QueryDict):
                chosen = offer.name in self.data.getlist("use")
            yield Row(self.seen, offer, self.data if self.is_bound else {}, chosen)


@dataclass(slots=True)
class Row:
    seen: Look
    offer: Offer
    data: Mapping[str, Any]
    chosen: bool
    errors: list[str] = field(default_factory=list)

    @property
    def label(self) -> str:
        return str(self.data.get(f"label.{self.offer.name}", self.offer.label))[:LONGEST_LABEL]

    @property
    def kind(self) -> str:
        return str(self.data.get(f"kind.{self.offer.name}", self.offer.kind))

    @property
    def said(self) -> str:
        """What stands there now, in words."""
        now = self.offer.default
        return str(_("Yes") if now else _("No")) if isinstance(now, bool) else str(now)

    @property
    def kinds(self) -> list[tuple[str, Any]]:
        """What it may be; what is no text stays what it is."""
        of_text = OF_TEXT if self.offer.kind in OF_TEXT else ()
        return [(kind, KINDS[kind]) for kind in dict.fromkeys((self.offer.kind, *of_text))]

    @property
    def places(self) -> list[dict[str, str]]:
        return [place(self.seen.stripped, ref) for ref in self.offer.refs[:PLACES]]

    @property
    def wanted(self) -> dict[str, str]:
        return {"name": self.offer.name, "label": self.label.strip(), "kind": self.kind}
