"""The parameters that somebody asks a template to have: checked, and put where they belong."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from provisioning import offers, parameters
from provisioning.cloning import OURS
from provisioning.leaks import looks_secret
from provisioning.offers import Offer
from provisioning.stripping import Ref, Stripped
from workspaces.rules import Invalid

NAME = re.compile(r"[a-z][a-zA-Z0-9]{0,39}")
LONGEST_LABEL = 100
LONGEST_HELP = 200
MOST_OPTIONS = 50
LARGEST = 64 * 1024  # bytes, all of them as JSON
TEXTS = frozenset({"text", "longtext", "url", "email", "select"})
KINDS_OF: dict[type, frozenset[str]] = {
    str: TEXTS,
    bool: frozenset({"boolean"}),
    int: frozenset({"number", "weekday"}),
    float: frozenset({"number"}),
}


def put_in(
    stripped: Stripped, offered: Sequence[Offer], wanted: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Into the nodes; gives the template's parameters. Raises Invalid, which names each."""
    by_name = {offer.name: offer for offer in offered}
    literals = offers.literal_at(stripped)
    errors: dict[str, ValidationError] = {}
    made: list[dict[str, Any]] = []
    used: set[Ref] = set()
    for number, one in enumerate(wanted):
        field = f"parameters.{number}"
        try:
            raw, refs = _one(one, by_name, literals, stripped)
            if not used.isdisjoint(refs):
                raise _wrong("places", _("A place is another parameter's already."), "used_twice")
        except Invalid as wrong:
            errors |= {f"{field}.{name}": error for name, error in wrong.errors.items()}
            continue
        used.update(refs)
        offers.put(stripped, refs, raw["name"])
        made.append(raw)
    if errors:
        raise Invalid(errors)
    check_all(made)
    return made


def check_all(made: Sequence[Mapping[str, Any]]) -> None:
    """Raises Invalid."""
    if len(made) > offers.MOST:
        text = _("At most %(most)s parameters.") % {"most": offers.MOST}
        raise _wrong("parameters", text, "too_many")
    names = [one["name"] for one in made]
    if len(set(names)) < len(names):
        raise _wrong("parameters", _("Two parameters have the same name."), "name_twice")
    if len(json.dumps(list(made)).encode()) > LARGEST:
        raise _wrong("parameters", _("The parameters are larger than 64 KB."), "too_large")


def check_one(raw: Mapping[str, Any]) -> None:
    """Of a parameter as it is stored. Raises Invalid."""
    if not NAME.fullmatch(raw["name"]) or raw["name"] in OURS:
        text = _("A name begins with a small letter and goes on with letters and digits.")
        raise _wrong("name", text, "invalid_name")
    if raw["kind"] not in parameters.KINDS:
        raise _wrong("kind", _("There is no such value to choose."), "invalid_choice")
    if not 0 < len(raw["label"].strip()) <= LONGEST_LABEL:
        text = _("From 1 to %(most)s characters.") % {"most": LONGEST_LABEL}
        raise _wrong("label", text, "max_length")
    if len(raw.get("help", "")) > LONGEST_HELP:
        text = _("At most %(most)s characters.") % {"most": LONGEST_HELP}
        raise _wrong("help", text, "max_length")
    options = raw.get("options") or []
    if (raw["kind"] == "select") != bool(options) or len(options) > MOST_OPTIONS:
        raise _wrong("options", _("A choice, and nothing else, has options."), "invalid")
    _check_default(raw)
    said = [raw["label"], raw.get("help", ""), *(part for o in options for part in o.values())]
    if any("\0" in text or looks_secret(text) for text in said):
        raise _wrong("label", _("This looks like a secret."), "looks_secret")


def _check_default(raw: Mapping[str, Any]) -> None:
    default = raw.get("default")
    if default is None:
        return
    if isinstance(default, str) and looks_secret(default):
        raise _wrong("default", _("This looks like a secret."), "looks_secret")
    try:
        parameters.checked(parameters.read([raw]), {raw["name"]: default})
    except Invalid as wrong:
        raise Invalid({"default": next(iter(wrong.errors.values()))}) from None


def _one(
    wanted: Mapping[str, Any],
    by_name: Mapping[str, Offer],
    literals: Mapping[tuple[str, str], tuple[Ref, Any]],
    stripped: Stripped,
) -> tuple[dict[str, Any], list[Ref]]:
    offer = by_name.get(wanted["name"])
    places = wanted.get("places")
    if places:
        refs, values = _at(places, literals)
    elif offer is not None:
        refs, values = offer.refs, [offer.default]
    else:
        raise _wrong(
            "places", _("Nothing of this name is offered: say where it stands."), "required"
        )
    was_secret = any(ref in stripped.blanks for ref in refs)
    kind = wanted.get("kind") or (offer.kind if offer else offers.kind_of_value(values[0]))
    if not was_secret and any(kind not in KINDS_OF[type(value)] for value in values):
        raise _wrong("kind", _("What stands there is of another kind."), "wrong_kind")
    if was_secret and kind not in TEXTS:
        raise _wrong("kind", _("What stands there is of another kind."), "wrong_kind")
    present = None if was_secret else values[0]
    raw = _raw(wanted, offer, kind, present)
    check_one(raw)
    return raw, refs


def _at(
    places: Sequence[Mapping[str, str]],
    literals: Mapping[tuple[str, str], tuple[Ref, Any]],
) -> tuple[list[Ref], list[Any]]:
    found = [literals.get((place["node"], place["path"])) for place in places]
    known = [one for one in found if one is not None]
    if len(known) < len(found):
        raise _wrong("places", _("No plain value stands there (any more)."), "no_such_place")
    return [ref for ref, _value in known], [value for _ref, value in known]


def _raw(wanted: Mapping[str, Any], offer: Offer | None, kind: str, present: Any) -> dict[str, Any]:
    more = offer.more if offer is not None and offer.kind == kind else {}
    raw: dict[str, Any] = {
        **more,
        "name": wanted["name"],
        "kind": kind,
        "label": wanted.get("label") or (offer.label if offer else wanted["name"]),
    }
    raw |= {key: wanted[key] for key in ("help", "options", "minimum", "maximum") if key in wanted}
    default = wanted.get("default", present)
    if default is not None:
        raw["default"] = default
    raw["required"] = wanted.get("required", more.get("required", default is None))
    try:
        parameters.read([raw])
    except msgspec.ValidationError as error:
        raise _wrong("name", str(error), "invalid") from None
    return {key: value for key, value in raw.items() if value not in ("", None)}


def _wrong(field: str, message: str, code: str) -> Invalid:
    return Invalid({field: ValidationError(message, code=code)})
