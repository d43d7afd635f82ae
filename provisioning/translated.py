"""The templates that come with us, in the reader's language. What is stored, and what REST tells,
is their English; what somebody else has written is never translated."""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import msgspec
from django.utils.translation import gettext

from provisioning.library import FOLDER
from provisioning.models import Template
from provisioning.parameters import Option, Parameter


def told(template: Template, text: str) -> str:
    """The name or the description of it."""
    return gettext(text) if template.slug and text else text


def category(text: str) -> str:
    """Whoever's template it is of: one chip of the gallery holds ours and theirs."""
    return gettext(text) if text in _categories() else text


def asked(template: Template, parameters: list[Parameter]) -> list[Parameter]:
    """Defaults stay as they are: they are read by the client's people, not by who fills them in."""
    if not template.slug:
        return parameters
    return [
        msgspec.structs.replace(
            one,
            label=gettext(one.label),
            help=one.help and gettext(one.help),
            options=one.options and [Option(o.value, gettext(o.label)) for o in one.options],
        )
        for one in parameters
    ]


def slugs_with(word: str) -> list[str]:
    """Of those whose name or description has this word, in the reader's language."""
    wanted = word.casefold()
    return [
        each["slug"]
        for each in shipped()
        if any(wanted in gettext(each[key]).casefold() for key in ("name", "description"))
    ]


def texts() -> Iterator[str]:
    """All that is to be translated."""
    for each in shipped():
        yield from (each["name"], each["description"], each["category"])
        for one in each["parameters"]:
            yield one["label"]
            yield from filter(None, [one.get("help")])
            yield from (option["label"] for option in one.get("options", ()))


@cache
def shipped() -> list[dict[str, Any]]:
    return [json.loads(path.read_text()) for path in sorted(FOLDER.glob("*.json"))]


@cache
def _categories() -> frozenset[str]:
    return frozenset(each["category"] for each in shipped())
