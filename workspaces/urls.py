from django.urls import path

from workspaces import (
    account_page,
    api,
    health_api,
    keys_api,
    keys_page,
    palette,
    second_factor_page,
    settings_api,
    settings_page,
    views,
    workspace_api,
)
from workspaces.connections import api as connections_api

urlpatterns = [
    path("", views.home, name="home"),
    path("palette", palette.palette, name="palette"),
    path("account/", account_page.account, name="account"),
    path("second-factor", second_factor_page.needed, name="second-factor-needed"),
    path("w/<slug:slug>/settings", settings_page.show, name="workspace-settings"),
    path("workspaces/<uuid:id>/settings", settings_page.save, name="workspace-settings-save"),
    path("w/<slug:slug>/keys", keys_page.show_all, name="api-keys"),
    path("w/<slug:slug>/keys/<uuid:key_id>", keys_page.show_one, name="api-key"),
    path("api/me", api.MeView.as_view(), name="me"),
    path("api/workspaces", api.WorkspacesView.as_view(), name="workspaces"),
    path("api/workspaces/<uuid:id>", workspace_api.WorkspaceView.as_view(), name="workspace"),
    path("api/workspaces/<uuid:id>/settings", settings_api.SettingsView.as_view(), name="settings"),
    path(
        "api/workspaces/<uuid:id>/permissions",
        api.PermissionsView.as_view(),
        name="permissions",
    ),
    path("api/workspaces/<uuid:id>/api-keys", keys_api.KeysView.as_view(), name="api_keys"),
    path(
        "api/workspaces/<uuid:id>/api-keys/<uuid:key_id>",
        keys_api.KeyView.as_view(),
        name="api_key",
    ),
    path(
        "api/workspaces/<uuid:id>/api-keys/<uuid:key_id>/rotate",
        keys_api.RotationView.as_view(),
        name="api_key_rotation",
    ),
    path(
        "api/workspaces/<uuid:id>/api-keys/<uuid:key_id>/requests",
        keys_api.RequestsView.as_view(),
        name="api_key_requests",
    ),
    path(
        "api/workspaces/<uuid:id>/connection",
        connections_api.ConnectionView.as_view(),
        name="connection",
    ),
    path(
        "api/workspaces/<uuid:id>/connection/test",
        connections_api.ConnectionTestView.as_view(),
        name="connection_test",
    ),
    path(
        "api/workspaces/<uuid:id>/connection/webhook-secret/rotate",
        connections_api.WebhookSecretView.as_view(),
        name="webhook_secret_rotation",
    ),
    path(
        "api/health/connection",
        health_api.ConnectionHealthView.as_view(),
        name="connection_health",
    ),
]
