from django.urls import path

from campaigns import (
    api,
    campaign_page,
    connect_hooks,
    connect_page,
    history,
    how_page,
    list_page,
    writes_api,
)

urlpatterns = [
    path("w/<slug:slug>/", list_page.campaign_list, name="campaign-list"),
    path("w/<slug:slug>/campaigns/<uuid:id>", campaign_page.show, name="campaign-page"),
    path("w/<slug:slug>/campaigns/<uuid:id>/how", how_page.show, name="campaign-how"),
    path("w/<slug:slug>/connect", connect_page.connect, name="connect"),
    path("hooks.js", connect_hooks.hooks_file, name="hooks-file"),
    path("api/workspaces/<uuid:id>/campaigns", api.CampaignsView.as_view(), name="campaigns"),
    path("api/workspaces/<uuid:id>/health", api.HealthView.as_view(), name="health"),
    path("api/campaigns/<uuid:id>", writes_api.CampaignView.as_view(), name="campaign"),
    path(
        "api/campaigns/<uuid:id>/restore",
        writes_api.RestoreView.as_view(),
        name="campaign-restore",
    ),
    path("api/campaigns/<uuid:id>/history", history.HistoryView.as_view(), name="history"),
    path("api/workspaces/<uuid:id>/syncs", history.SyncsView.as_view(), name="syncs"),
    path("api/sync/trigger", api.SyncTriggerView.as_view(), name="sync-trigger"),
]
