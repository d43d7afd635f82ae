"""The wall: who is a member, and what their grants say. One query, once per request.

Outsiders get 404, insiders without the right 403. The grants decide and not the role's name: one
deleted row takes exactly that right away. An API key has of its maker's rights at most its role's.
"""

import uuid
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from functools import lru_cache, wraps
from typing import Any, TypeVar, cast

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models import Model
from django.http import Http404, HttpRequest
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request

from orchestrator import idempotency, rate_limit
from orchestrator.problems import Problem
from workspaces import reauthentication, second_factor
from workspaces.models import ApiKey, Role, RolePermission, Workspace
from workspaces.suspended import SAFE, refuse_suspended
from workspaces.zones import in_zone

# Whatever its role: members, invitations and ownership, secrets, keys and the connection to n8n.
NOT_BY_KEY = frozenset({"workspaces.manage_members", "workspaces.manage_keys"})

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
    )


def workspace_view(
    permission: str,
    model: type[Model] | None = None,
    *,
    body: str | None = None,
    own_transactions: bool = False,
    secret: Collection[str] = (),
    reauthenticated: bool = False,
    while_suspended: bool = False,
) -> Callable[[View], View]:
    """The permission, written on the door: of a page, or of a method of an API view.

    Finds the workspace (by `slug`, by `id`, by the body's field, or that of the `model`'s row with
    this `id`), lets members in (else 404), with a second factor where the owners require it (else
    403 `mfa_required`), asks for the permission (else 403) and calls the view with `access`, and
    with `row` where a model is named. The mark is read by the test that walks all URLs.

    `reauthenticated`, of the API: 403 where they have not proved lately who they are.

    An unsafe method is refused in a workspace that is suspended, but for `while_suspended`.

    An unsafe method of the API heeds `Idempotency-Key`, and runs in one transaction where the
    caller sends one; `own_transactions` and `secret` as in `orchestrator.idempotency`.
    """

    def mark(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            request = next(a for a in args if hasattr(a, "user"))
            if isinstance(request, HttpRequest) and not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            access, found = _enter(request, kwargs, model, body)
            if access is None:
                raise Http404
            if access.lacks_second_factor:
                if isinstance(request, Request):
                    raise second_factor.mfa_required()
                return second_factor.lead_to_setup(request, workspace=access.workspace.slug)
            if isinstance(request, Request):
                rate_limit.spend(request.user)
            if not request.user.has_perm(permission, access.workspace):
                raise access.refusal(permission)
            if reauthenticated:
                reauthentication.require(request)

            def act() -> Any:
                if request.method not in SAFE and not while_suspended:
                    refuse_suspended(access.workspace)
                return view(*args, access=access, **found, **kwargs)

            if not isinstance(request, Request):
                # A person without a zone of their own sees times in the workspace's.
                with in_zone("" if request.user.timezone else access.workspace.timezone):
                    return act()
            return idempotency.once(request, act, own_transactions=own_transactions, secret=secret)

        guarded.permission = permission  # type: ignore[attr-defined]
        return cast(View, guarded)

    return mark


def _enter(
    request: Any, kwargs: dict[str, Any], model: type[Model] | None, body: str | None
) -> tuple[Access | None, dict[str, Any]]:
    if model is not None:
        row = model._default_manager.visible_to(request.user).filter(pk=kwargs.pop("id")).first()  # type: ignore[attr-defined]
        return (access_to(request.user, row.workspace_id) if row else None), {"row": row}
    if body is not None:
        _ = request.body  # kept, for whoever wants the bytes after the parser has read them
        return access_to(request.user, _id_in_body(request.data, body)), {}
    if "slug" in kwargs:
        return access_by_slug(request.user, kwargs.pop("slug")), {}
    return access_to(request.user, kwargs.pop("id")), {}


def _id_in_body(data: Any, field: str) -> uuid.UUID:
    value = data.get(field) if isinstance(data, dict) else None
    if value is None:
        raise ValidationError({field: ErrorDetail("This field is required.", code="required")})
    try:
        return uuid.UUID(value)
    except (ValueError, TypeError, AttributeError):
        raise ValidationError({field: ErrorDetail("Not a UUID.", code="invalid")}) from None
