"""The templates that ship with the product: read, and filled in as a clone of one would be."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent.parent / "provisioning" / "shipped"
SLUGS = sorted(file.stem for file in FOLDER.glob("*.json"))
PLACEHOLDER = re.compile(r"\[\[([^\[\]]*)\]\]")
WEBHOOK = "n8n-nodes-base.webhook"
SCHEDULE = "n8n-nodes-base.scheduleTrigger"

Template = dict[str, Any]
Values = Mapping[str, Any]


def template(slug: str) -> Template:
    loaded: Template = json.loads((FOLDER / f"{slug}.json").read_text())
    return loaded


def trigger(made: Template) -> dict[str, Any]:
    """Its first node starts it."""
    first: dict[str, Any] = made["body"]["nodes"][0]
    return first


def of_trigger(type: str) -> list[str]:
    return [slug for slug in SLUGS if trigger(template(slug))["type"] == type]


def examples(made: Template, base_url: str, **given: Any) -> dict[str, Any]:
    """A value for each parameter; an address leads to /its-name below the base."""
    values = {
        parameter["name"]: f"{base_url}/{parameter['name']}"
        if parameter["kind"] == "url"
        else parameter.get("default", "")
        for parameter in made["parameters"]
    }
    return {**values, **given}


def filled(part: Any, values: Values) -> Any:
    if isinstance(part, dict):
        return {key: filled(value, values) for key, value in part.items()}
    if isinstance(part, list):
        return [filled(value, values) for value in part]
    if not isinstance(part, str) or part.startswith("="):
        return part
    if whole := PLACEHOLDER.fullmatch(part):
        return value_of(whole[1], values)
    return PLACEHOLDER.sub(lambda found: str(value_of(found[1], values)), part)


def value_of(name: str, values: Values) -> Any:
    name, _, piece = name.partition(".")
    if piece:
        hour, minute = values[name].split(":")
        return int({"hour": hour, "minute": minute}[piece])
    return values[name]


def strings(part: Any) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, Mapping):
        for value in part.values():
            yield from strings(value)
    elif isinstance(part, list):
        for value in part:
            yield from strings(value)
