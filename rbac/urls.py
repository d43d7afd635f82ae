from django.urls import path

from rbac import invitation_page, invitations_api, members_api, members_page

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
]
