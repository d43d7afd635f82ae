from django.urls import path

from rbac import (
    audit_api,
    audit_csv,
    audit_page,
    suspension_api,
    suspension_page,
    watch_api,
    watch_page,
)

urlpatterns = [
    path("watch/", watch_page.of_all, name="watch"),
    path("watch/workspaces/<uuid:id>", watch_page.of_one, name="watch-workspace"),
    path("watch/workspaces/<uuid:id>/suspension", suspension_page.page, name="watch-suspension"),
    path("w/<slug:slug>/role-audit", audit_page.of_workspace, name="role-audit"),
    path("w/<slug:slug>/role-audit.csv", audit_csv.of_workspace, name="role-audit-csv"),
    path("watch/role-audit", audit_page.of_all, name="all-role-audits"),
    path("watch/role-audit.csv", audit_csv.of_all, name="all-role-audits-csv"),
    path(
        "api/workspaces/<uuid:id>/role-audit", audit_api.RoleAuditView.as_view(), name="role_audit"
    ),
    path("api/admin/role-audit", audit_api.AllRoleAuditsView.as_view(), name="all_role_audits"),
    path("api/admin/all-workspaces", watch_api.AllWorkspacesView.as_view(), name="all_workspaces"),
    path(
        "api/admin/workspaces/<uuid:id>/members",
        watch_api.InspectedMembersView.as_view(),
        name="workspace_members_inspected",
    ),
    path(
        "api/admin/workspaces/<uuid:id>/suspend",
        suspension_api.SuspendView.as_view(),
        name="suspend_workspace",
    ),
    path(
        "api/admin/workspaces/<uuid:id>/resume",
        suspension_api.ResumeView.as_view(),
        name="resume_workspace",
    ),
]
