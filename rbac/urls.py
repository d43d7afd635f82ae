from django.urls import path

from rbac import (
    audit_api,
    audit_csv,
    audit_page,
    invitation_page,
    invitations_api,
    members_api,
    members_page,
    suspension_api,
    suspension_page,
    watch_api,
    watch_page,
)

WORKSPACE = "api/workspaces/<uuid:id>"

urlpatterns = [
    path("w/<slug:slug>/members", members_page.show, name="members"),
    path("invitations/<str:token>", invitation_page.show, name="invitation"),
    path(f"{WORKSPACE}/members", members_api.MembersView.as_view(), name="api-members"),
    path(f"{WORKSPACE}/members/bulk", members_api.BulkView.as_view(), name="api-members-bulk"),
    path(
        f"{WORKSPACE}/members/<uuid:user_id>", members_api.MemberView.as_view(), name="api-member"
    ),
    path(
        f"{WORKSPACE}/invitations",
        invitations_api.InvitationsView.as_view(),
        name="api-invitations",
    ),
    path(
        f"{WORKSPACE}/invitations/<uuid:invitation_id>",
        invitations_api.InvitationView.as_view(),
        name="api-invitation",
    ),
    path(
        f"{WORKSPACE}/invitations/<uuid:invitation_id>/resend",
        invitations_api.ResendView.as_view(),
        name="api-invitation-resend",
    ),
    path(
        f"{WORKSPACE}/ownership-transfer",
        invitations_api.OfferView.as_view(),
        name="api-ownership",
    ),
    path(
        f"{WORKSPACE}/ownership-transfer/accept",
        invitations_api.OfferAcceptanceView.as_view(),
        name="api-ownership-acceptance",
    ),
    path(
        "api/invitations/<str:token>",
        invitations_api.OpenedView.as_view(),
        name="api-opened-invitation",
    ),
    path(
        "api/invitations/<str:token>/accept",
        invitations_api.AcceptanceView.as_view(),
        name="api-acceptance",
    ),
    path("watch/", watch_page.of_all, name="watch"),
    path("watch/workspaces/<uuid:id>", watch_page.of_one, name="watch-workspace"),
    path("watch/workspaces/<uuid:id>/suspension", suspension_page.page, name="watch-suspension"),
    path("w/<slug:slug>/role-audit", audit_page.of_workspace, name="role-audit"),
    path("w/<slug:slug>/role-audit.csv", audit_csv.of_workspace, name="role-audit-csv"),
    path("watch/role-audit", audit_page.of_all, name="all-role-audits"),
    path("watch/role-audit.csv", audit_csv.of_all, name="all-role-audits-csv"),
    path(f"{WORKSPACE}/role-audit", audit_api.RoleAuditView.as_view(), name="role_audit"),
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
