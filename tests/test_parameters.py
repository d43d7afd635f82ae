"""What a wizard's form may send, kind by kind."""

from typing import Any

import pytest

from provisioning.parameters import checked, read, schema
from workspaces.rules import Invalid

RAW: list[dict[str, Any]] = [
    {"name": "url", "kind": "url", "label": "Address", "required": True},
    {"name": "limit", "kind": "number", "label": "Limit", "default": 5, "minimum": 1, "maximum": 9},
    {"name": "on", "kind": "boolean", "label": "On", "default": True},
    {
        "name": "tone",
        "kind": "select",
        "label": "Tone",
        "default": "warm",
        "options": [{"value": "warm", "label": "Warm"}, {"value": "dry", "label": "Dry"}],
    },
    {"name": "to", "kind": "email", "label": "To"},
    {"name": "at", "kind": "time", "label": "At", "default": "09:00"},
    {"name": "day", "kind": "weekday", "label": "Day", "default": 1},
    {"name": "note", "kind": "longtext", "label": "Note"},
]
GOOD = {"url": "https://crm.example.com/hook"}


def test_it_works_and_fills_in_defaults() -> None:
    assert checked(read(RAW), GOOD) == {
        "url": "https://crm.example.com/hook",
        "limit": 5,
        "on": True,
        "tone": "warm",
        "to": "",
        "at": "09:00",
        "day": 1,
        "note": "",
    }


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("url", None, "required"),
        ("url", "", "required"),
        ("url", "crm.example.com", "invalid"),
        ("url", "javascript:alert(1)", "invalid"),
        ("url", "https://user:word@crm.example.com", "invalid"),
        ("url", "https://crm.example.com/a b", "invalid"),
        ("url", "https://[", "invalid"),
        ("url", 7, "invalid"),
        ("url", "https://x.test/" + "x" * 2000, "max_length"),
        ("limit", 0, "min_value"),
        ("limit", 10, "max_value"),
        ("limit", "many", "invalid"),
        ("limit", True, "invalid"),
        ("limit", float("nan"), "invalid"),
        ("on", "perhaps", "invalid"),
        ("on", 2, "invalid"),
        ("tone", "loud", "invalid_choice"),
        ("tone", [], "invalid_choice"),
        ("to", "nobody", "invalid"),
        ("at", "25:00", "invalid"),
        ("at", "9:00", "invalid"),
        ("at", 9, "invalid"),
        ("day", 7, "invalid"),
        ("day", "x", "invalid"),
        ("note", "a\0b", "null_characters_not_allowed"),
        ("note", {"a": 1}, "invalid"),
        ("other", "x", "unknown_field"),
    ],
)
def test_what_is_wrong_is_named(name: str, value: Any, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        checked(read(RAW), GOOD | {name: value})
    ((field, error),) = refused.value.errors.items()
    assert (field, error.code) == (f"parameters.{name}", code)


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [
        ("limit", "7", 7),
        ("limit", 2.5, 2.5),
        ("on", "off", False),
        ("day", "0", 0),
        ("to", " ada@example.com ", "ada@example.com"),
        ("at", "23:59", "23:59"),
    ],
)
def test_a_form_sends_text(name: str, value: Any, kept: Any) -> None:
    assert checked(read(RAW), GOOD | {name: value})[name] == kept


def test_all_wrong_ones_are_named_at_once() -> None:
    with pytest.raises(Invalid) as refused:
        checked(read(RAW), {"limit": 0, "at": "x"})
    assert refused.value.errors.keys() == {"parameters.url", "parameters.limit", "parameters.at"}


def test_the_schema_says_the_same() -> None:
    found = schema(read(RAW))
    assert found["required"] == ["url"]
    assert found["properties"]["limit"] == {
        "title": "Limit",
        "default": 5,
        "type": "number",
        "minimum": 1,
        "maximum": 9,
    }
    assert found["properties"]["tone"]["enum"] == ["warm", "dry"]
