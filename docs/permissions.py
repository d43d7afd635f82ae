"""`make permissions` writes docs/permissions.md from the code: who may do what, and which
address asks for which right. A test compares the two."""

import os
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import django
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import translation

FILE = Path(__file__).with_suffix(".md")
METHODS = ("get", "post", "put", "patch", "delete")
NOT_OURS = ("admin/", "accounts/", "_allauth/")  # have doors of their own
OF_SUPERUSERS = ("watch", "api/admin/")

INTRODUCTION = """\
# Who may do what

Written by `make permissions` from `rbac/roles.py`, `rbac/words.py` and the addresses
themselves; a test fails where it is not current. Change those, not this page.

Everybody in a workspace has one of four roles there. The role decides what they may do in this
workspace and says nothing about any other. Who is no member finds nothing: each address of the
workspace answers 404, as if it did not exist. A member without the right gets 403.
"""

HOW = """\
## How a right is decided

- The role is the truth. The database itself keeps each member's rights in step with it, whoever
  changes the role: the page, the API, a command or SQL by hand. Each change leaves a line in the
  role audit, which nobody can alter.
- A right is asked anew at each request, and once more under the workspace's lock where roles are
  changed. Nobody acts on a right that has ended.
- One right can be taken from one member by deleting its row; it is gone on routes, pages and
  sockets, and the rest stays. The next change of that member's role gives the rights of the role.
- What somebody may not see is absent from an answer, and cannot be sorted or filtered by.
- A workspace always has an active owner. What would end that is refused (409 `last_owner`), by the
  database as well. A sole owner who wants to go offers the ownership to a member first.
- Nobody changes the own role (403 `own_role`). Admins make, change and remove members and viewers;
  whatever makes or ends an admin or an owner is for owners (403 `owner_only`).
"""

SUPERUSERS = """\
## Super admins

A super admin who is no member of a workspace is a stranger there: pages, API and sockets answer
404. They read and change nobody's campaigns, members, settings or secrets through them. Beside what
every person has who is signed in, they reach these, and each access is an event in the ledger:

- `POST /api/workspaces` makes a workspace; who makes it is its owner.
- `GET /api/health/connection` without a workspace.
- `GET /api/provisions/…`, and its retry and cancel.
- `/admin/`, where nobody's password, address or second factor can be set, and no membership."""

KEYS = """\
## API keys

A key belongs to one workspace and may what its maker may **and** its role allows; its role is at
most its maker's. Whatever its role, a key never may (403 `key_forbidden`):
"""


@dataclass(frozen=True, order=True)
class Door:
    path: str
    method: str  # empty: of a page

    def __str__(self) -> str:
        return f"`{self.method} {self.path}`" if self.method else f"`{self.path}`"


def doors() -> Iterator[tuple[str, str, Callable[..., Any]]]:
    """Method, route and what answers, of each address of ours."""
    for route, pattern in _patterns(get_resolver()):
        if route.startswith(NOT_OURS):
            continue
        callback: Any = pattern.callback
        view = getattr(callback, "view_class", None) or getattr(callback, "cls", None)
        if view is None:
            yield "", route, callback
        else:
            for method in METHODS:
                if hasattr(view, method):
                    yield method, route, getattr(view, method)


def closed_to_keys() -> set[tuple[str, str]]:
    from orchestrator import schema_keys  # noqa: PLC0415 -- needs django.setup()

    return {(method, route) for method, route, view in doors() if schema_keys.closed(view)}


def document() -> str:
    with translation.override("en"):
        parts = [INTRODUCTION, _roles(), _matrix(), HOW, _keys(), _superusers(), _addresses()]
    return "\n".join(parts)


def _roles() -> str:
    from rbac.words import SUMMARY  # noqa: PLC0415 -- need django.setup()
    from workspaces.models import Role  # noqa: PLC0415

    return "".join(f"- **{Role(role).label}**: {words}\n" for role, words in SUMMARY.items())


def _matrix() -> str:
    from rbac.roles import PERMISSIONS  # noqa: PLC0415 -- need django.setup()
    from rbac.words import ABILITIES  # noqa: PLC0415
    from workspaces.models import Role  # noqa: PLC0415

    roles = [Role.VIEWER, Role.MEMBER, Role.ADMIN, Role.OWNER]
    lines = [
        f"| May | {' | '.join(str(role.label) for role in roles)} | Right |",
        f"| --- | {' | '.join('---' for _ in roles)} | --- |",
    ]
    for name, have in PERMISSIONS.items():
        marks = " | ".join("✓" if role in have else "-" for role in roles)
        lines.append(f"| {ABILITIES[name]} | {marks} | `{name}` |")
    note = (
        "Everybody sees the own role. Viewers see the roles of others, so that they know whom to\n"
        "ask; members do not.\n"
    )
    return "## The roles side by side\n\n" + "\n".join(lines) + "\n\n" + note


def _keys() -> str:
    from rbac.words import ABILITIES  # noqa: PLC0415 -- need django.setup()
    from workspaces.access import NOT_BY_KEY  # noqa: PLC0415

    rights = "".join(
        f"- {ABILITIES[name]} (`{name}`)\n" for name in ABILITIES if name in NOT_BY_KEY
    )
    found = sorted(_door(method, route) for method, route in closed_to_keys() if method)
    addresses = "".join(f"- {door}\n" for door in found)
    return f"{KEYS}\n{rights}\nSo these addresses are closed to keys:\n\n{addresses}"


def _superusers() -> str:
    found = sorted(
        _door(method, route) for method, route, _ in doors() if route.startswith(OF_SUPERUSERS)
    )
    return SUPERUSERS + "".join(f"\n- {door}" for door in found) + "\n"


def _addresses() -> str:
    from rbac.roles import PERMISSIONS  # noqa: PLC0415 -- need django.setup()
    from rbac.words import ABILITIES  # noqa: PLC0415

    asking: dict[str | None, list[Door]] = defaultdict(list)
    for method, route, view in doors():
        if not route.startswith(OF_SUPERUSERS):
            asking[getattr(view, "permission", None)].append(_door(method, route))
    lines = [
        "## Which address asks for which right",
        "",
        "This is the least that an address asks for; a field or an act of it may need more, as is",
        "said above. Addresses without a method are pages. `{…}` is an id, a slug or a token.",
    ]
    for name in PERMISSIONS:
        if found := asking.pop(name, []):
            lines += ["", f"**To {ABILITIES[name]}** (`{name}`)", ""]
            lines += [f"- {door}" for door in sorted(found)]
    lines += ["", "**No right of a workspace**: they concern the caller, or ask for themselves", ""]
    lines += [f"- {door}" for door in sorted(asking.pop(None, []))]
    assert not asking, f"rights that nobody has: {sorted(map(str, asking))}"
    return "\n".join(lines) + "\n"


def _door(method: str, route: str) -> Door:
    return Door("/" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route), method.upper())


def _patterns(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _patterns(entry, route)
        else:
            yield route, entry


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "orchestrator.settings")
    django.setup()
    FILE.write_text(document())
    print(FILE.name)


if __name__ == "__main__":
    main()
