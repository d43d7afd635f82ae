"""What a template asks for: kinds of values, their JSON Schema, and what is refused."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import time
from typing import Any
from urllib.parse import urlsplit

import msgspec
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from workspaces.rules import Invalid

LONGEST = {"text": 500, "longtext": 10_000, "url": 2000, "email": 254}  # characters
_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)\Z")


class Option(msgspec.Struct, frozen=True):
    value: str
    label: str


class Parameter(msgspec.Struct, frozen=True, omit_defaults=True):
    """One field of the wizard's form, as the API shows it."""

    name: str
    kind: str
    label: str
    help: str = ""
    required: bool = False
    default: str | int | float | bool | None = None
    minimum: float | None = None
    maximum: float | None = None
    options: list[Option] | None = None


def read(raw: Sequence[Mapping[str, Any]]) -> list[Parameter]:
    """Of what is stored. Raises msgspec.ValidationError."""
    return msgspec.convert(list(raw), list[Parameter])


def schema(parameters: Sequence[Parameter]) -> dict[str, Any]:
    """JSON Schema (2020-12) of the values together."""
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {one.name: _property(one) for one in parameters},
        "required": [one.name for one in parameters if one.required and one.default is None],
    }


def checked(parameters: Sequence[Parameter], given: Mapping[str, Any]) -> dict[str, Any]:
    """The values, with defaults where nothing was said. Raises Invalid, which names each field."""
    errors: dict[str, ValidationError] = {}
    values: dict[str, Any] = {}
    for name in given.keys() - {one.name for one in parameters}:
        errors[f"parameters.{name}"] = _wrong(_("The template has no such field."), "unknown_field")
    for one in parameters:
        value = given.get(one.name)
        if value is None or value == "":
            if one.required and one.default is None:
                errors[f"parameters.{one.name}"] = _wrong(_("This field is required."), "required")
            values[one.name] = one.default if one.default is not None else _EMPTY[one.kind]
            continue
        try:
            values[one.name] = _KINDS[one.kind](one, value)
        except ValidationError as error:
            errors[f"parameters.{one.name}"] = error
    if errors:
        raise Invalid(errors)
    return values


# --- one function for each kind ----------------------------------------------------------------


def _text(one: Parameter, value: Any) -> str:
    if not isinstance(value, str):
        raise _wrong(_("Not a text."), "invalid")
    if "\0" in value:
        raise _wrong(_("Null characters are not allowed."), "null_characters_not_allowed")
    if len(value) > LONGEST[one.kind]:
        message = _("At most %(most)s characters.") % {"most": LONGEST[one.kind]}
        raise _wrong(message, "max_length")
    return value


def _number(one: Parameter, value: Any) -> int | float:
    if isinstance(value, str):
        value = _number_in(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
        raise _wrong(_("Not a number."), "invalid")
    if one.minimum is not None and value < one.minimum:
        raise _wrong(_("At least %(least)s.") % {"least": f"{one.minimum:g}"}, "min_value")
    if one.maximum is not None and value > one.maximum:
        raise _wrong(_("At most %(most)s.") % {"most": f"{one.maximum:g}"}, "max_value")
    return value


def _number_in(text: str) -> int | float | None:
    """A form sends text."""
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return None


def _boolean(one: Parameter, value: Any) -> bool:
    known = {True: True, False: False, "true": True, "false": False, "on": True, "off": False}
    if not isinstance(value, bool | str) or value not in known:
        raise _wrong(_("Not yes or no."), "invalid")
    return known[value]


def _choice(one: Parameter, value: Any) -> str:
    if value not in [option.value for option in one.options or ()]:
        raise _wrong(_("There is no such value to choose."), "invalid_choice")
    return str(value)


def _url(one: Parameter, value: Any) -> str:
    text = _text(one, value).strip()
    try:
        parts = urlsplit(text)
        whole = parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.username
    except ValueError:
        whole = False
    if not whole or re.search(r"\s", text):
        raise _wrong(_("Not a web address, such as https://example.com/hook."), "invalid")
    return text


def _email(one: Parameter, value: Any) -> str:
    text = _text(one, value).strip()
    try:
        validate_email(text)
    except ValidationError:
        raise _wrong(_("Not an email address."), "invalid") from None
    return text


def _time(one: Parameter, value: Any) -> str:
    if not isinstance(value, str) or not _TIME.match(value):
        raise _wrong(_("Not a time of day, such as 09:30."), "invalid")
    return time.fromisoformat(value).strftime("%H:%M")


def _weekday(one: Parameter, value: Any) -> int:
    number = _number_in(value) if isinstance(value, str) else value
    if not isinstance(number, int | float) or isinstance(number, bool) or number not in range(7):
        raise _wrong(_("Not a day of the week."), "invalid")
    return int(number)


_KINDS: dict[str, Callable[[Parameter, Any], Any]] = {
    "text": _text,
    "longtext": _text,
    "number": _number,
    "boolean": _boolean,
    "select": _choice,
    "url": _url,
    "email": _email,
    "time": _time,
    "weekday": _weekday,
}
KINDS = frozenset(_KINDS)
_EMPTY: dict[str, Any] = dict.fromkeys(KINDS, "") | {"number": 0, "boolean": False, "weekday": 1}
_EMPTY["time"] = "00:00"


def _property(one: Parameter) -> dict[str, Any]:
    found: dict[str, Any] = {"title": one.label}
    if one.help:
        found["description"] = one.help
    if one.default is not None:
        found["default"] = one.default
    match one.kind:
        case "number":
            found["type"] = "number"
        case "boolean":
            found["type"] = "boolean"
        case "weekday":
            found |= {"type": "integer", "minimum": 0, "maximum": 6}
        case "select":
            found |= {"type": "string", "enum": [option.value for option in one.options or ()]}
        case "time":
            found |= {"type": "string", "pattern": r"^([01]\d|2[0-3]):[0-5]\d$"}
        case kind:
            found |= {"type": "string", "maxLength": LONGEST[kind]}
            if kind in ("url", "email"):
                found["format"] = {"url": "uri", "email": "email"}[kind]
    if one.minimum is not None:
        found["minimum"] = one.minimum
    if one.maximum is not None:
        found["maximum"] = one.maximum
    return found


def _wrong(message: Any, code: str) -> ValidationError:
    return ValidationError(message, code=code)
