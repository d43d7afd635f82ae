"""docs/permissions.md is what the code says, and so is what the OpenAPI document says of keys."""

import re

from django.test import Client

from docs import permissions
from orchestrator.schema import openapi
from rbac.roles import PERMISSIONS
from rbac.words import ABILITIES, SUMMARY
from tests.test_wall import NOT_BY_KEY, NOTHING_BY_KEY
from workspaces.models import Role


def test_the_page_is_current() -> None:
    wanted = permissions.document()
    assert permissions.FILE.read_text() == wanted, "run `make permissions`"


def test_every_right_has_its_words_and_all_words_a_right() -> None:
    assert list(ABILITIES) == list(PERMISSIONS)
    assert set(SUMMARY) == set(Role)


def test_every_right_is_in_the_page_and_so_is_every_address() -> None:
    page = permissions.FILE.read_text()
    for name in PERMISSIONS:
        assert f"| `{name}` |" in page
    for method, route, _ in permissions.doors():
        assert str(permissions._door(method, route)) in page


def test_what_the_wall_closes_to_keys_the_page_says_so() -> None:
    closed = permissions.closed_to_keys()
    assert closed >= NOT_BY_KEY
    assert closed >= {
        (method, route)
        for method, route, _ in permissions.doors()
        if route.startswith(NOTHING_BY_KEY)
    }


def test_the_openapi_document_offers_keys_wherever_they_are_not_closed_out() -> None:
    closed = permissions.closed_to_keys() | {
        (method, route)
        for method, route, _ in permissions.doors()
        if route.startswith(permissions.OF_SUPERUSERS)
    }
    wanted = {(method, "/" + re.sub(r"<[^>]*>", "{}", route)) for method, route in closed if method}
    withheld = {
        (method, re.sub(r"{\w+}", "{}", path))
        for path, item in openapi()["paths"].items()
        for method, operation in item.items()
        if {"sessionToken": []} in operation.get("security", [])
        and {"apiKey": []} not in operation["security"]
    }
    assert withheld == wanted


def test_the_page_of_the_api_shows_a_key_wherever_the_document_offers_one(db: None) -> None:
    page = Client().get("/api/docs").content.decode()
    for item in openapi()["paths"].values():
        for operation in item.values():
            id = operation["operationId"]
            (section,) = re.findall(rf'<section[^>]*id="{id}".*?</section>', page, re.DOTALL)
            assert ("Bearer ork_" in section) == ({"apiKey": []} in operation.get("security", []))
            assert "* `" not in section  # spectacular's list of values, beside ours
    assert "1,200 times a minute" in page
