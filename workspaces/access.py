"""The wall: who is a member, and what their grants say. One query, once per request.

Outsiders get 404, insiders without the right 403. The grants decide and not the role's name: one
deleted row takes exactly that right away. An API key has of its maker's rights at most its role's.
"""

import uuid
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.db import connection
from django.utils.translation import gettext_lazy as _

from orchestrator.problems import Problem
from workspaces.models import ApiKey, Role, RolePermission, Workspace

# Whatever its role: members, invitations and ownership, secrets, keys and the connection to n8n.
NOT_BY_KEY = frozenset({"workspaces.manage_members", "workspaces.manage_keys"})
UNHEARD_BY_KEY = frozenset({"member.changed", "member.removed", "invitation.changed"})

View = TypeVar("View", bound=Callable[..., Any])

_QUERY = """
SELECT w.id, w.name, w.slug, w.tag, w.timezone, w.instance_id, w.version, w.created_at,
       w.require_second_factor, w.suspended_at, w.suspension_reason,
       EXISTS (SELECT 1 FROM mfa_authenticator f
               WHERE f.user_id = m.user_id AND f.type IN ('totp', 'webauthn')),
       m.role, m.version, m.user_id,
       ARRAY(SELECT t.app_label || '.' || p.codename
             FROM workspaces_workspaceuserobjectpermission g
             JOIN auth_permission p ON p.id = g.permission_id
             JOIN django_content_type t ON t.id = p.content_type_id
             WHERE g.content_object_id = w.id AND g.user_id = m.user_id)
FROM workspaces_membership m
JOIN workspaces_workspace w ON w.id = m.workspace_id
JOIN workspaces_user u ON u.id = m.user_id AND u.is_active
WHERE m.user_id = ANY(%s) AND {where}
"""

_FIELDS = (
    "id",
    "name",
    "slug",
    "tag",
    "timezone",
    "instance_id",
    "version",
    "created_at",
    "require_second_factor",
    "suspended_at",
    "suspension_reason",
)


@dataclass(frozen=True, slots=True)
class Access:
    """What one member may do in one workspace, at the time of asking."""

    workspace: Workspace
    user_id: uuid.UUID
    role: str
    version: int
    codenames: frozenset[str]
    has_second_factor: bool = False
    withheld: frozenset[str] = frozenset()  # what the maker of a key may, and no key
    unheard: frozenset[str] = frozenset()  # kinds of frames that no socket of a key is sent

    def can(self, permission: str) -> bool:
        return permission in self.codenames

    @property
    def lacks_second_factor(self) -> bool:
        """The owners require one: but its name, nothing of the workspace is for this member yet."""
        return self.workspace.require_second_factor and not self.has_second_factor

    def refusal(self, permission: str) -> Exception:
        """What to raise where `can` says no."""
        return key_forbidden() if permission in self.withheld else PermissionDenied()

    @property
    def is_readable(self) -> bool:
        return self.can("workspaces.view_workspace")

    @property
    def audience(self) -> str | None:
        """The role, where the grants are just those of the role: whose frames may be shared."""
        return self.role if self.codenames == codenames_of(self.role) else None

    def permissions_state(self) -> dict[str, Any]:
        """`PermissionsState` of the manifesto."""
        return _permissions_state(self.role, self.codenames)


def key_forbidden() -> Problem:
    return Problem(403, "key_forbidden", _("An API key may not do this; sign in to do it."))


def refuse_keys(user: Any) -> None:
    """For what concerns a person and not one workspace."""
    if user.is_authenticated and user.key is not None:
        raise key_forbidden()


def _permissions_state(role: str, codenames: frozenset[str]) -> dict[str, Any]:
    return {
        "canRead": "workspaces.view_workspace" in codenames,
        "canWrite": "campaigns.change_campaign" in codenames,
        "canManage": "workspaces.manage_members" in codenames,
        "canManageKeys": "workspaces.manage_keys" in codenames,
        "isOwner": "workspaces.change_workspace" in codenames,
        "role": role,
    }


def permissions_of_role(role: str) -> dict[str, Any]:
    """`PermissionsState` of whoever has just the grants of this role."""
    return _permissions_state(role, codenames_of(role))


@lru_cache(maxsize=8)
def codenames_of(role: str) -> frozenset[str]:
    """What a role grants: the table that migrate filled, read once per process."""
    rows = RolePermission.objects.filter(role=role).values_list("app", "codename")
    return frozenset(f"{app}.{codename}" for app, codename in rows)


def access_to(user: Any, workspace_id: uuid.UUID) -> Access | None:
    """None: not signed in, inactive, no member, or no such workspace; not told apart."""
    return _access(user, workspace_id, "w.id = %s")


def access_by_slug(user: Any, slug: str) -> Access | None:
    return _access(user, slug, "w.slug = %s")


def forget(user: Any) -> None:
    """Ask the database again: for sockets, whose user object outlives a request."""
    user._access = {}


def _access(user: Any, key: uuid.UUID | str, where: str) -> Access | None:
    if not user.is_authenticated:
        return None
    # By attribute and not by __dict__: a request's user is a lazy wrapper with one of its own.
    known: dict[uuid.UUID | str, Access | None] | None = getattr(user, "_access", None)
    if known is None:
        known = user._access = {}
    if key not in known:
        access = _ask(user, key, where)
        known[key] = access
        if access is not None:
            known[access.workspace.pk] = access
    return known[key]


def accesses_of(user_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, list[Access]]:
    """Of each of these people all that they may, wherever they are a member; one query. Not yet
    narrowed to what a key may."""
    found: dict[uuid.UUID, list[Access]] = {id: [] for id in user_ids}
    with connection.cursor() as cursor:
        cursor.execute(_QUERY.format(where="true"), [list(user_ids)])
        for row in cursor.fetchall():
            access = _read(row)
            found[access.user_id].append(access)
    return found


def accesses(user: Any) -> dict[uuid.UUID, Access]:
    """All that this caller may, by workspace; one query."""
    if not user.is_authenticated:
        return {}
    found = accesses_of([user.pk])[user.pk]
    if user.key is not None:
        found = [less for access in found if (less := narrowed(access, user.key))]
    return {access.workspace.pk: access for access in found}


def _ask(user: Any, key: uuid.UUID | str, where: str) -> Access | None:
    with connection.cursor() as cursor:
        cursor.execute(_QUERY.format(where=where), [[user.pk], key])
        row = cursor.fetchone()
    if row is None:
        return None
    access = _read(row)
    return access if user.key is None else narrowed(access, user.key)


def _read(row: tuple[Any, ...]) -> Access:
    *about, second_factor, role, version, user_id, names = row
    workspace = Workspace(**dict(zip(_FIELDS, about, strict=True)))
    workspace._state.adding = False
    workspace._state.db = "default"
    return Access(
        workspace, user_id, str(Role(role)), version, frozenset(names), bool(second_factor)
    )


def narrowed(access: Access, key: ApiKey) -> Access | None:
    """What is left of its maker's rights in the hands of a key; nothing outside its workspace."""
    if access.workspace.pk != key.workspace_id:
        return None
    return replace(
        access,
        role=Role.least(access.role, key.role),
        codenames=(access.codenames & codenames_of(key.role)) - NOT_BY_KEY,
        withheld=access.codenames & NOT_BY_KEY,
        unheard=UNHEARD_BY_KEY,
    )
