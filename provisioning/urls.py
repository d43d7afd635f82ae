from django.urls import path

from provisioning import (
    api,
    calls_page,
    clone_api,
    gallery_page,
    links_api,
    progress_page,
    template_page,
    templates_api,
    wizard_page,
)

urlpatterns = [
    path("api/templates", templates_api.TemplatesView.as_view(), name="templates"),
    path("api/n8n/clone", clone_api.CloneView.as_view(), name="clone"),
    path(
        "api/workspaces/<uuid:id>/provisions",
        api.WorkspaceProvisionsView.as_view(),
        name="provisions",
    ),
    path("api/campaigns/provision", api.ProvisionsView.as_view(), name="provision"),
    path("api/provisions/<uuid:id>", api.ProvisionView.as_view(), name="provision-state"),
    path(
        "api/provisions/<uuid:id>/steps/<str:step>/retry",
        api.RetryView.as_view(),
        name="provision-retry",
    ),
    path("api/provisions/<uuid:id>/cancel", api.CancelView.as_view(), name="provision-cancel"),
    path(
        "api/provisions/<uuid:id>/take-over",
        api.TakeOverView.as_view(),
        name="provision-take-over",
    ),
    path("api/webhooks/auto-link", links_api.AutoLinkView.as_view(), name="auto-link"),
    path(
        "api/campaigns/<uuid:id>/webhook/rotate",
        links_api.RotateView.as_view(),
        name="webhook-rotate",
    ),
    path("w/<slug:slug>/campaigns/<uuid:id>/calls", calls_page.show, name="hook-calls"),
    path(
        "w/<slug:slug>/campaigns/<uuid:id>/calls/<uuid:call_id>",
        calls_page.again,
        name="hook-call-again",
    ),
    path("w/<slug:slug>/campaigns/<uuid:id>/webhook", calls_page.address, name="webhook-address"),
    path(
        "api/workspaces/<uuid:id>/templates",
        templates_api.OwnTemplatesView.as_view(),
        name="own-templates",
    ),
    path(
        "api/workspaces/<uuid:id>/templates/<uuid:template_id>",
        templates_api.OwnTemplateView.as_view(),
        name="own-template",
    ),
    path("w/<slug:slug>/campaigns/<uuid:id>/template", template_page.save, name="template-save"),
    path(
        "w/<slug:slug>/templates/<uuid:template_id>/withdraw",
        template_page.withdraw,
        name="template-withdraw",
    ),
    path("w/<slug:slug>/templates", gallery_page.show, name="template-gallery"),
    path("w/<slug:slug>/new", wizard_page.new, name="new-campaign"),
    path("w/<slug:slug>/new/<uuid:provision_id>", progress_page.progress, name="provision-page"),
]
