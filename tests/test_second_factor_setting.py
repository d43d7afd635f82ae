"""Owners decide whether their workspace is open to who has no second factor."""

from typing import Any

from governance.models import AuditEvent
from tests.cast import Cast, factor
from workspaces.models import Workspace


def patch(cast: Cast, value: Any, caller: str = "owner") -> Any:
    version = Workspace.objects.get(pk=cast.acme.pk).version
    return cast.client(caller).patch(
        f"/api/workspaces/{cast.acme.pk}/settings",
        {"version": version, "changes": {"requireSecondFactor": value}},
        content_type="application/json",
    )


def required(cast: Cast) -> bool:
    return Workspace.objects.get(pk=cast.acme.pk).require_second_factor


def test_an_owner_with_one_requires_it_and_takes_it_back(cast: Cast) -> None:
    factor(cast.people["owner"])
    answer = patch(cast, True)
    assert answer.status_code == 200, answer.content
    assert answer.json()["settings"]["requireSecondFactor"] is True
    assert "requireSecondFactor" in answer.json()["schema"]["properties"]
    assert required(cast)
    event = AuditEvent.objects.get(action="settings_changed")
    assert event.after == {"requireSecondFactor": True}
    assert patch(cast, False).status_code == 200
    assert not required(cast)


def test_an_owner_without_one_would_lock_themselves_out(cast: Cast) -> None:
    answer = patch(cast, True)
    assert (answer.status_code, answer.json()["code"]) == (400, "mfa_required")
    assert answer.json()["errors"][0]["field"] == "changes.requireSecondFactor"
    assert patch(cast, True, "owner_key").status_code == 400  # nor by a key of theirs
    assert not required(cast)


def test_what_is_no_yes_or_no_is_refused(cast: Cast) -> None:
    assert patch(cast, "perhaps").status_code == 400
    assert patch(cast, None).status_code == 400


def test_admins_see_it_and_do_not_change_it(cast: Cast) -> None:
    factor(cast.people["admin"])
    seen = cast.client("admin").get(f"/api/workspaces/{cast.acme.pk}/settings").json()
    assert seen["settings"]["requireSecondFactor"] is False
    assert patch(cast, True, "admin").status_code == 403
    page = cast.client("admin").get("/w/acme/settings").content.decode()
    assert 'name="requireSecondFactor"' in page
    assert "disabled" in page.partition('name="requireSecondFactor"')[2].partition(">")[0]


def form(value: str) -> dict[str, str]:
    said = {
        "name": "Acme",
        "slug": "acme",
        "timezone": "UTC",
        "staleAfterSeconds": "300",
        "requireSecondFactor": "False",
    }
    base = {f"base_{name}": text for name, text in said.items()}
    return {"version": "1", **base, **said, "requireSecondFactor": value}


def test_the_page_says_at_the_field_what_is_missing(cast: Cast) -> None:
    client, path = cast.client("owner"), f"/workspaces/{cast.acme.pk}/settings"
    assert b"would lock yourself out" in client.get("/w/acme/settings").content
    answer = client.post(path, form("True"))
    assert answer.status_code == 422
    assert b"Set up a second factor of your own first." in answer.content
    assert b'id="id_requireSecondFactor_error"' in answer.content
    factor(cast.people["owner"])
    assert b"would lock yourself out" not in client.get("/w/acme/settings").content
    assert client.post(path, form("True")).status_code == 302
    assert required(cast)


def test_a_page_from_before_there_was_the_field_changes_nothing_of_it(cast: Cast) -> None:
    factor(cast.people["owner"])
    patch(cast, True)
    sent = form("True") | {"version": "2", "name": "Acme 2"}
    old = {name: value for name, value in sent.items() if "requireSecondFactor" not in name}
    answer = cast.client("owner").post(f"/workspaces/{cast.acme.pk}/settings", old)
    assert answer.status_code == 302
    assert required(cast)
    assert Workspace.objects.get(pk=cast.acme.pk).name == "Acme 2"
