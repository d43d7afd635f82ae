"""`/w/{slug}/settings`: a workspace's name, address, zone and settings, and its quotas.

It is saved at an address by id, which outlives the slug: what somebody typed is not lost when
somebody else has changed that meanwhile.
"""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import BadRequest, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from workspaces import bar, merging, quotas, rules, services, settings
from workspaces.access import Access
from workspaces.actors import actor_of
from workspaces.door import workspace_view
from workspaces.models import Workspace
from workspaces.page_forms import SettingsForm, put_errors

CHANGE = "workspaces.change_workspace"
QUOTAS = {
    quotas.Name.CAMPAIGNS: gettext_lazy("Campaigns"),
    quotas.Name.MEMBERS: gettext_lazy("Members"),
    quotas.Name.SOCKETS: gettext_lazy("Live connections"),
    quotas.Name.KEYS: gettext_lazy("API keys"),
    quotas.Name.HEARTBEATS: gettext_lazy("Heartbeats per minute"),
    quotas.Name.HOOKS: gettext_lazy("Webhook calls per minute"),
}
NEARLY = 90  # percent


@require_safe
@workspace_view("workspaces.view_settings")
def show(request: HttpRequest, access: Access) -> HttpResponse:
    row = _present(request, access)
    values = settings.values_of(row)
    return _page(request, access, SettingsForm(initial=values), values, row.version)


@require_http_methods(["GET", "HEAD", "POST"])
@workspace_view(CHANGE)
def save(request: HttpRequest, access: Access) -> HttpResponse:
    if request.method != "POST":  # somebody who reloads the answer
        return redirect("workspace-settings", slug=access.workspace.slug)
    form, base, version = _sent(request)
    if form.is_valid():
        # What the page did not send, because it is older than the field, stays.
        mine = {
            name: base[name] if value is None else value
            for name, value in form.cleaned_data.items()
        }
        changes = {name: value for name, value in mine.items() if value != base[name]}
        if not changes:
            messages.info(request, _("Nothing was changed."))
            return redirect("workspace-settings", slug=_present(request, access).slug)
        try:
            row = settings.change(
                access.workspace, changes, version=version, actor=actor_of(request)
            )
        except settings.StaleVersion as error:
            return _conflict(
                request,
                access,
                merging.merged(base, mine, settings.values_of(error.current)),
                error.current,
            )
        except services.SlugTaken:
            form.add_error("slug", _("Another workspace has this slug."))
        except rules.Invalid as error:
            put_errors(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("workspace-settings", slug=row.slug)
    return _page(request, access, form, base, version, status=422)


def _sent(request: HttpRequest) -> tuple[SettingsForm, dict[str, Any], int]:
    """The form, what its page had begun with, and the version of that."""
    data = request.POST.copy()
    for name in SettingsForm.base_fields:
        if data.get(f"use_{name}") == "theirs":
            data[name] = data.get(f"base_{name}", "")
    form = SettingsForm(data)
    try:
        version = int(data.get("version", ""))
    except ValueError:
        raise BadRequest from None
    base = {name: _cleaned(form, name, data.get(f"base_{name}", "")) for name in form.fields}
    return form, base, version


def _cleaned(form: SettingsForm, name: str, raw: str) -> Any:
    try:
        return form.fields[name].clean(raw)
    except ValidationError:
        return raw


def _conflict(
    request: HttpRequest, access: Access, fields: dict[str, merging.Field], row: Workspace
) -> HttpResponse:
    """Theirs is the new beginning; what was typed stays, but where only they changed anything."""
    form = SettingsForm(initial={name: field.value for name, field in fields.items()})
    theirs = {name: field.theirs for name, field in fields.items()}
    return _page(request, access, form, theirs, row.version, status=409, merged=fields)


def _page(
    request: HttpRequest,
    access: Access,
    form: SettingsForm,
    base: dict[str, Any],
    version: int,
    *,
    status: int = 200,
    merged: dict[str, merging.Field] | None = None,
) -> HttpResponse:
    editable = access.can(CHANGE)
    first = next(iter(form.errors), None)
    for name, field in form.fields.items():
        if not editable:
            still = "disabled" if isinstance(field, forms.ChoiceField) else "readonly"
            field.widget.attrs |= {still: True, "aria-describedby": "why-read-only"}
        elif name == first:
            field.widget.attrs["autofocus"] = True
    context = {
        **bar.page_of(access),
        "form": form,
        "rows": [
            {
                "field": form[name],
                "base": base[name],
                "merged": merged[name] if merged else None,
            }
            for name in form.fields
        ],
        "version": version,
        "next_version": version + 1,
        "editable": editable,
        "needs_own": editable and not access.has_second_factor,
        "merged": merged,
        "contested": any(field.contested for field in (merged or {}).values()),
        "quotas": _quotas(access.workspace),
    }
    return render(request, "workspaces/settings.html", context, status=status)


def _quotas(workspace: Workspace) -> list[dict[str, Any]]:
    found = quotas.used(workspace)
    rows = []
    for name, label in QUOTAS.items():
        used, limit = found[name.value]["used"], found[name.value]["limit"]
        percent = min(100, round(100 * used / limit)) if limit else 100
        face = "error" if used >= limit else "syncing" if percent >= NEARLY else "live"
        rows.append(
            {"name": name.value, "label": label, "used": used, "limit": limit}
            | {"percent": percent, "face": face}
        )
    return rows


def _present(request: HttpRequest, access: Access) -> Workspace:
    """As it is in the database now."""
    return Workspace.objects.visible_to(request.user).get(pk=access.workspace.pk)
