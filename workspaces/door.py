"""The door of a workspace: the permission written on it, and all that is asked before it opens."""

import uuid
from collections.abc import Callable, Collection, Mapping
from functools import wraps
from typing import Any, TypeVar, cast

from django.contrib.auth.views import redirect_to_login
from django.db.models import Model
from django.http import Http404, HttpRequest
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request

from orchestrator import idempotency, rate_limit
from workspaces import reauthentication, second_factor
from workspaces.access import Access, access_by_slug, access_to
from workspaces.suspended import SAFE, refuse_suspended
from workspaces.zones import in_zone

View = TypeVar("View", bound=Callable[..., Any])


def workspace_view(
    permission: str,
    model: type[Model] | None = None,
    *,
    body: str | None = None,
    query: str | None = None,
    inside: Callable[..., object] | None = None,
    own_transactions: bool = False,
    secret: Collection[str] = (),
    reauthenticated: bool = False,
    while_suspended: bool = False,
) -> Callable[[View], View]:
    """The permission, written on the door: of a page, or of a method of an API view.

    Finds the workspace (by `slug`, by `id`, by the body's or the query's field, or that of the
    `model`'s row with this `id`, which the body may name as well), lets members in (else 404), with
    a second factor where the owners require it (else 403 `mfa_required`), asks for the permission
    (else 403) and calls the view with `access`, and with `row` where a model is named. The mark is
    read by the test that walks all URLs.

    `inside`: called with the workspace and what else the address names; where nothing of it is
    there, 404 comes before any 403.

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
            if query is not None:
                kwargs["id"] = _id_in(request.query_params, query)
            access, found = _enter(request, kwargs, model, body)
            if access is None or (inside and not inside(access.workspace, **kwargs)):
                raise Http404
            if access.lacks_second_factor and not isinstance(request, Request):
                return second_factor.lead_to_setup(request, workspace=access.workspace.slug)
            request.access = access  # a page that refuses says of which workspace, and as what
            _let_in(request, access, permission)
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


def _let_in(request: Any, access: Access, permission: str) -> None:
    if access.lacks_second_factor:
        raise second_factor.mfa_required()
    if isinstance(request, Request):
        rate_limit.spend(request.user)
    if not request.user.has_perm(permission, access.workspace):
        raise access.refusal(permission)


def _enter(
    request: Any, kwargs: dict[str, Any], model: type[Model] | None, body: str | None
) -> tuple[Access | None, dict[str, Any]]:
    named = _named(request, body) if body is not None else None
    if model is not None:
        rows = model._default_manager.visible_to(request.user)  # type: ignore[attr-defined]
        row = rows.filter(pk=named or kwargs.pop("id")).first()
        return (access_to(request.user, row.workspace_id) if row else None), {"row": row}
    if named is not None:
        return access_to(request.user, named), {}
    if "slug" in kwargs:
        return access_by_slug(request.user, kwargs.pop("slug")), {}
    return access_to(request.user, kwargs.pop("id")), {}


def _named(request: Any, field: str) -> uuid.UUID:
    _ = request.body  # kept, for whoever wants the bytes after the parser has read them
    return _id_in(request.data if isinstance(request.data, dict) else {}, field)


def _id_in(data: Mapping[str, Any], field: str) -> uuid.UUID:
    value = data.get(field)
    if value is None:
        raise ValidationError({field: ErrorDetail("This field is required.", code="required")})
    try:
        return uuid.UUID(value)
    except (ValueError, TypeError, AttributeError):
        raise ValidationError({field: ErrorDetail("Not a UUID.", code="invalid")}) from None
