from django.urls import path

from rbac import audit_api

urlpatterns = [
    path(
        "api/workspaces/<uuid:id>/role-audit", audit_api.RoleAuditView.as_view(), name="role_audit"
    ),
    path("api/admin/role-audit", audit_api.AllRoleAuditsView.as_view(), name="all_role_audits"),
]
