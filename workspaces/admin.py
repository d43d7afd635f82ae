"""People, workspaces, memberships, instances and keys at `/admin/`. No secret is shown there."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from workspaces import people, quotas, services, settings
from workspaces.actors import actor_of
from workspaces.administration import Edited, ReadOnly, Refused, flag, site
from workspaces.connections.project import name_project
from workspaces.forms import QUOTA, NewWorkspaceForm, UserForm, WorkspaceForm
from workspaces.models import ApiKey, Instance, Membership, Role, User, Workspace

SHOWN = 100  # memberships on the page of a person


@admin.register(User, site=site)
class UserPages(Edited):
    form = UserForm
    super_admin = flag("is_superuser", _("Super admin"))
    list_display = ["email", "name", "is_active", "super_admin", "last_login"]
    list_filter = ["is_active", "is_superuser"]
    search_fields = ["email", "name"]
    ordering = ["email"]
    fields = [
        "email",
        "name",
        "is_active",
        "is_superuser",
        "workspaces",
        "timezone",
        "language",
        "date_joined",
        "last_login",
    ]
    readonly_fields = ["email", "workspaces", "timezone", "language", "date_joined", "last_login"]

    @admin.display(description=_("Workspaces"))
    def workspaces(self, user: User) -> SafeString | str:
        rows = user.memberships.select_related("workspace").order_by("workspace__name")[:SHOWN]
        lines = [(_page(row.workspace), row.workspace.name, row.get_role_display()) for row in rows]
        return format_html_join(", ", '<a href="{}">{}</a> ({})', lines) or "-"

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        actor, asked = actor_of(request), form.cleaned_data
        try:
            if "name" in form.changed_data:
                people.rename(obj, asked["name"], actor=actor)
            if "is_superuser" in form.changed_data:
                people.set_superuser(obj, asked["is_superuser"], actor=actor)
            if "is_active" in form.changed_data:
                people.set_active(obj, asked["is_active"], actor=actor)
        except people.LastOwner:
            raise Refused(_("A workspace would be left without an active owner.")) from None
        except people.Oneself:
            raise Refused(_("Another super admin has to do this for you.")) from None


WRITABLE = ("name", "timezone", "n8n_project_id", "seen")


@admin.register(Workspace, site=site)
class WorkspacePages(Edited):
    creates = True
    list_display = ["name", "slug", "timezone", "instance", "created_at"]
    list_select_related = ["instance"]
    search_fields = ["name", "slug"]
    ordering = ["name"]
    limits = [QUOTA + name.value for name in quotas.Name]
    readonly_fields = [
        "id",
        "slug",
        "suspended",
        "tag",
        "instance",
        "owners",
        "inside",
        "stale_after_seconds",
        "version",
        "created_at",
    ]

    def get_form(
        self, request: HttpRequest, obj: Workspace | None = None, change: bool = False, **more: Any
    ) -> Any:
        self_form = WorkspaceForm if change else NewWorkspaceForm
        return super().get_form(request, obj, change=change, form=self_form, **more)

    def get_readonly_fields(self, request: HttpRequest, obj: Workspace | None = None) -> list[str]:
        return [] if obj is None else list(self.readonly_fields)

    def get_fieldsets(self, request: HttpRequest, obj: Workspace | None = None) -> Any:
        if obj is None:
            return [(None, {"fields": ["name", "slug", "timezone", "owner"]})]
        return [
            (
                None,
                {"fields": [*WRITABLE, *self.readonly_fields]},
            ),
            (_("Quotas"), {"fields": self.limits}),
        ]

    @admin.display(description=_("Owners"))
    def owners(self, workspace: Workspace) -> SafeString | str:
        rows = workspace.memberships.filter(role=Role.OWNER).select_related("user")
        lines = [(_page(row.user), row.user.email) for row in rows.order_by("user__email")[:SHOWN]]
        return format_html_join(", ", '<a href="{}">{}</a>', lines) or "-"

    @admin.display(description=_("Suspended"))
    def suspended(self, workspace: Workspace) -> str:
        if workspace.suspended_at is None:
            return "-"
        return f"{localtime(workspace.suspended_at):%F %T}: {workspace.suspension_reason}"

    @admin.display(description=_("Inside"))
    def inside(self, workspace: Workspace) -> SafeString:
        lines = [
            (reverse(f"admin:{name}_changelist"), workspace.pk, words)
            for name, words in (
                ("workspaces_membership", _("Members")),
                ("campaigns_campaign", _("Campaigns")),
                ("workspaces_apikey", _("API keys")),
            )
        ]
        inside = format_html_join(", ", '<a href="{}?workspace__id__exact={}">{}</a>', lines)
        ledger = reverse("admin:governance_auditevent_log")
        words = _("Audit ledger")
        return format_html(
            '{}, <a href="{}?workspace={}">{}</a>', inside, ledger, workspace.slug, words
        )

    def save_model(self, request: HttpRequest, obj: Workspace, form: Any, change: bool) -> None:
        try:
            if change:
                self._change(request, obj, form)
            else:
                self._create(request, obj, form.cleaned_data)
        except services.SlugTaken:
            raise Refused(_("Another workspace has this slug.")) from None
        except settings.StaleVersion:
            raise Refused(_("Somebody has changed it meanwhile. Please load it again.")) from None

    def _change(self, request: HttpRequest, workspace: Workspace, form: WorkspaceForm) -> None:
        actor, asked = actor_of(request), form.cleaned_data
        changes: dict[str, Any] = {
            name: asked[name] for name in ("name", "timezone") if name in form.changed_data
        }
        if changes:
            settings.change_workspace(workspace, changes, version=asked["seen"], actor=actor)
        if "n8n_project_id" in form.changed_data:
            name_project(workspace, asked["n8n_project_id"], actor=actor)
        for name, limit in form.changed_limits().items():
            quotas.set_limit(workspace, name, limit, actor=actor)

    def _create(self, request: HttpRequest, workspace: Workspace, asked: dict[str, Any]) -> None:
        made = services.create_workspace(**asked, actor=actor_of(request))
        workspace.pk = made.pk  # Django goes there next


@admin.register(Membership, site=site)
class MembershipPages(ReadOnly):
    list_display = ["user", "workspace", "role", "joined_at"]
    list_select_related = ["user", "workspace"]
    list_filter = ["role"]
    filtered_by = ("workspace__id__exact",)
    search_fields = ["user__email", "workspace__name"]
    ordering = ["workspace__name", "user__email"]
    fields = ["user", "workspace", "role", "version", "joined_at"]


@admin.register(Instance, site=site)
class InstancePages(ReadOnly):
    is_silent, is_sandbox = flag("silent", _("Silent")), flag("sandbox", _("Sandbox"))
    list_display = ["id", "kind", "owner", "base_url", "is_silent", "failure", "alive_at"]
    readonly_fields = ["is_silent", "is_sandbox"]
    list_select_related = ["owner"]
    list_filter = ["kind", "silent"]
    search_fields = ["id", "base_url", "owner__name"]
    ordering = ["id"]
    fields = [
        "id",
        "kind",
        "owner",
        "left_by",
        "base_url",
        "timezone",
        "is_sandbox",
        "capabilities",
        "about",
        "alive_at",
        "is_silent",
        "last_ok_at",
        "failures",
        "failed_at",
        "failure",
        "checked_at",
        "check_failures",
        "check_failure",
        "retry_at",
        "version",
        "created_at",
    ]


@admin.register(ApiKey, site=site)
class ApiKeyPages(ReadOnly):
    list_display = ["name", "prefix", "workspace", "role", "last_used_at", "expires_at"]
    list_select_related = ["workspace"]
    list_filter = ["role"]
    filtered_by = ("workspace__id__exact",)
    search_fields = ["name", "workspace__name"]
    ordering = ["-created_at"]
    fields = [
        "name",
        "prefix",
        "workspace",
        "maker",
        "role",
        "created_at",
        "last_used_at",
        "expires_at",
    ]
    readonly_fields = ["maker"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ApiKey]:
        found: QuerySet[ApiKey] = super().get_queryset(request)
        return found.select_related("workspace", "membership__user")

    @admin.display(description=_("Made by"))
    def maker(self, key: ApiKey) -> str:
        return format_html(
            '<a href="{}">{}</a>', _page(key.membership.user), key.membership.user.email
        )


def _page(row: User | Workspace) -> str:
    return reverse(f"admin:workspaces_{row._meta.model_name}_change", args=[row.pk])
