from django.urls import path

from campaigns import api, views

urlpatterns = [
    path("w/<slug:slug>/", views.campaign_list, name="campaign-list"),
    path("api/workspaces/<uuid:id>/campaigns", api.CampaignsView.as_view(), name="campaigns"),
    path("api/workspaces/<uuid:id>/health", api.HealthView.as_view(), name="health"),
    path("api/campaigns/<uuid:id>", api.CampaignView.as_view(), name="campaign"),
    path("api/sync/trigger", api.SyncTriggerView.as_view(), name="sync-trigger"),
]
