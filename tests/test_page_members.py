"""The page of members as the server renders it, and every page with one grant less."""

import re
from typing import Any

import pytest
from django.db import connection

from orchestrator.events import command
from rbac.roles import PERMISSIONS
from tests.cast import Cast
from workspaces import services
from workspaces.models import Role

PAGES = (
    "/w/acme/",
    "/w/acme/campaigns/{campaign}",
    "/w/acme/connect",
    "/w/acme/settings",
    "/w/acme/keys",
    "/w/acme/members",
    "/w/acme/role-audit",
    "/w/acme/templates",
    "/w/acme/new",
)
NOTHING = "\N{EN DASH}"
SELECTOR = re.compile(r'<button[^>]*data-component="role-selector"[^>]*>')


def without(cast: Cast, who: str, permission: str) -> None:
    """Takes one grant row away."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM workspaces_workspaceuserobjectpermission g USING auth_permission p"
            " WHERE p.id = g.permission_id AND g.user_id = %s AND p.codename = %s",
            [cast.people[who].pk, permission.split(".")[1]],
        )
        assert cursor.rowcount == 1


def seen(cast: Cast, who: str) -> str:
    answer = cast.client(who).get("/w/acme/members")
    assert answer.status_code == 200
    return str(answer.content.decode())


def rows(html: str, cast: Cast) -> dict[str, str]:
    """The row of each of the cast."""
    found = dict(re.findall(r'<tr data-user-id="([^"]+)"(.*?)</tr>', html, re.DOTALL))
    return {who: found[str(user.pk)] for who, user in cast.people.items() if str(user.pk) in found}


@pytest.mark.parametrize(
    ("permission", "who"),
    [
        (permission, who)
        for who in (Role.OWNER, Role.ADMIN)
        for permission, roles in PERMISSIONS.items()
        if who in roles
    ],
)
def test_with_one_grant_less_no_page_breaks(permission: str, who: str, cast: Cast) -> None:
    client = cast.client(who)
    pages = [page.format(campaign=cast.campaign.pk) for page in PAGES]
    before = {page: client.get(page).status_code for page in pages}
    without(cast, who, permission)
    after = {page: client.get(page).status_code for page in pages}
    assert set(before.values()) <= {200, 403}
    assert all(after[page] in (before[page], 403) for page in pages), after


@pytest.mark.parametrize("who", ["owner", "admin"])
def test_who_may_not_see_roles_sees_their_own_and_no_selector_of_others(
    who: str, cast: Cast
) -> None:
    without(cast, who, "workspaces.view_roles")
    html = seen(cast, who)
    shown = rows(html, cast)
    assert [name for name, row in shown.items() if SELECTOR.search(row)] == [who]
    assert all(NOTHING in row for name, row in shown.items() if name != who)
    heads = re.findall(r"<th[ >]", html.split("<thead>")[1].split("</thead>")[0])
    assert {len(re.findall(r"<t[hd][ >]", row)) for row in shown.values()} == {len(heads)}
    assert "ordering=role" not in html


@pytest.mark.parametrize("who", ["owner", "admin", "member", "viewer"])
def test_heads_and_cells_agree_and_so_do_selectors_and_roles(who: str, cast: Cast) -> None:
    html = seen(cast, who)
    shown = rows(html, cast)
    heads = re.findall(r"<th[ >]", html.split("<thead>")[1].split("</thead>")[0])
    assert {len(re.findall(r"<t[hd][ >]", row)) for row in shown.values()} == {len(heads)}
    selectors = {name: SELECTOR.findall(row) for name, row in shown.items()}
    assert {name for name, found in selectors.items() if found} == (
        {"member"} if who == "member" else {"owner", "admin", "member", "viewer"}
    )
    for name, found in selectors.items():
        for selector in found:
            assert f'data-role="{name}"' in selector
            assert (" disabled" in selector) == (who in ("member", "viewer"))
            assert ("Only admins and owners" in selector) == (who in ("member", "viewer"))


@pytest.mark.parametrize("who", ["owner", "viewer"])
def test_whoever_looks_is_on_the_page_once(who: str, cast: Cast) -> None:
    assert seen(cast, who).count(f'data-user-id="{cast.people[who].pk}"') == 1


def refusals(html: str, cast: Cast) -> dict[str, Any]:
    return {
        who: re.findall(r'data-refused="(\w*)"', row)[0] for who, row in rows(html, cast).items()
    }


def leaves(html: str) -> str:
    found = re.search(r"<button[^>]*data-leave[^>]*>", html)
    assert found is not None
    return found[0]


def test_a_sole_owner_reads_that_somebody_else_has_to_be_owner_first(cast: Cast) -> None:
    html = seen(cast, "owner")
    assert refusals(html, cast) == {"owner": "last_owner", "admin": "", "member": "", "viewer": ""}
    assert 'aria-disabled="true"' in leaves(html)
    assert "You are the only owner" in leaves(html)
    assert "data-sole-owner" in html
    second = cast.people["bare"]
    services.add_member(cast.acme, second, Role.OWNER, actor=command("test"))
    html = seen(cast, "owner")
    assert refusals(html, cast)["owner"] == "own_role"
    assert "aria-disabled" not in leaves(html)
    second.is_active = False
    second.save()
    assert refusals(seen(cast, "owner"), cast)["owner"] == "last_owner"


def test_an_admin_may_leave_and_reads_what_owners_alone_do(cast: Cast) -> None:
    html = seen(cast, "admin")
    assert refusals(html, cast) == {
        "owner": "owner_only",
        "admin": "own_role",
        "member": "",
        "viewer": "",
    }
    assert "aria-disabled" not in leaves(html)


@pytest.mark.parametrize(
    ("who", "roles"),
    [("owner", ["owner", "admin", "member", "viewer"]), ("admin", ["member", "viewer"])],
)
def test_only_roles_that_are_theirs_to_give_are_offered(
    who: str, roles: list[str], cast: Cast
) -> None:
    html = seen(cast, who)
    for id in ("invite-role", "bulk-role"):
        offered = html.split(f'id="{id}"')[1].split("</select>")[0]
        assert re.findall(r'<option value="(\w+)"', offered) == roles
