"""What somebody has filled in of the wizard so far, and the fields that ask for it."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from provisioning import parameters, translated
from provisioning.models import Template, TemplateVersion
from provisioning.parameters import LONGEST, Parameter
from workspaces.rules import Invalid

LONGEST_NAME = 128
PREFIX = "p-"  # of a parameter's field: `name` is the campaign's own
INPUTS = {"number": "number", "url": "url", "email": "email", "time": "time"}


@dataclass(frozen=True, slots=True)
class Field:
    """One parameter, as the form shows it."""

    one: Parameter
    value: str
    error: str = ""

    @property
    def id(self) -> str:
        return PREFIX + self.one.name

    @property
    def input_type(self) -> str:
        return INPUTS.get(self.one.kind, "text")

    @property
    def most(self) -> int | None:
        return LONGEST.get(self.one.kind)

    @property
    def on(self) -> bool:
        return self.value == "true"

    @property
    def choices(self) -> list[tuple[str, str]]:
        if self.one.kind == "weekday":  # as n8n counts them; a week begins on Monday
            return [(str((n + 1) % 7), str(WEEKDAYS[n])) for n in range(7)]
        return [(option.value, option.label) for option in self.one.options or ()]

    @property
    def must(self) -> bool:
        return self.one.required and self.one.default is None

    @property
    def said(self) -> str:
        """The value in words, for who looks it over."""
        if self.one.kind == "boolean":
            return _("Yes") if self.on else _("No")
        if self.one.kind in ("select", "weekday"):
            return dict(self.choices).get(self.value, self.value)
        return self.value


@dataclass(slots=True)
class Draft:
    template: Template
    version: TemplateVersion
    provision_id: uuid.UUID
    name: str = ""
    values: dict[str, str] = field(default_factory=dict)  # as they were typed
    errors: dict[str, str] = field(default_factory=dict)  # by `name`, or a parameter's own
    asked: list[Parameter] = field(init=False)

    def __post_init__(self) -> None:
        self.asked = translated.asked(self.template, parameters.read(self.version.parameters))

    @property
    def title(self) -> str:
        return translated.told(self.template, self.template.name)

    @property
    def about(self) -> str:
        return translated.told(self.template, self.template.description)

    @property
    def fields(self) -> list[Field]:
        return [
            Field(one, self.values.get(one.name, ""), self.errors.get(one.name, ""))
            for one in self.asked
        ]

    @property
    def looked_over(self) -> list[Field]:
        """With the defaults that stand where nothing was said."""
        known = {**defaults(self.asked), **{k: v for k, v in self.values.items() if v}}
        return [Field(one, known.get(one.name, "")) for one in self.asked]

    @property
    def schema(self) -> dict[str, Any]:
        return parameters.schema(self.asked)

    def check(self) -> bool:
        """Whether all may be so; else `errors` says what may not."""
        self.errors = {}
        try:
            parameters.checked(self.asked, self.values)
        except Invalid as invalid:
            self.take(invalid)
        if wrong := _wrong_name(self.name):
            self.errors["name"] = wrong
        return not self.errors

    def take(self, invalid: Invalid) -> None:
        for name, error in invalid.errors.items():
            self.errors[name.removeprefix("parameters.")] = " ".join(error.messages)


def defaults(asked: list[Parameter]) -> dict[str, str]:
    return {one.name: as_text(one.default) for one in asked if one.default is not None}


def as_text(value: Any) -> str:
    """As a form holds it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def read(sent: QueryDict, asked: list[Parameter]) -> dict[str, str]:
    """A box that is not ticked is not sent. Browsers send line ends of their own kind."""
    found = {one.name: _sent(sent, one) for one in asked}
    return {name: value for name, value in found.items() if value is not None}


def known_of(asked: list[Parameter], values: Mapping[str, Any]) -> dict[str, str]:
    """What is known of another campaign's values, for the fields that are still asked for."""
    return {one.name: as_text(values[one.name]) for one in asked if one.name in values}


def _sent(sent: QueryDict, one: Parameter) -> str | None:
    value = sent.get(PREFIX + one.name)
    if one.kind == "boolean":
        return "true" if value in ("true", "on") else "false"
    return None if value is None else value.replace("\r\n", "\n")


def _wrong_name(name: str) -> str:
    if not name:
        return _("This field is required.")
    if len(name) > LONGEST_NAME:
        return _("At most %(most)s characters.") % {"most": LONGEST_NAME}
    return _("Null characters are not allowed.") if "\0" in name else ""
