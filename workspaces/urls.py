from django.urls import path

from workspaces import api, views

urlpatterns = [
    path("", views.home, name="home"),
    path("api/me", api.MeView.as_view(), name="me"),
    path("api/workspaces", api.WorkspacesView.as_view(), name="workspaces"),
    path(
        "api/workspaces/<uuid:id>/permissions",
        api.PermissionsView.as_view(),
        name="permissions",
    ),
]
