from django.urls import path

from provisioning import api, template_page, templates_api

urlpatterns = [
    path("api/templates", templates_api.TemplatesView.as_view(), name="templates"),
    path("api/campaigns/provision", api.ProvisionsView.as_view(), name="provision"),
    path("api/provisions/<uuid:id>", api.ProvisionView.as_view(), name="provision-state"),
    path(
        "api/provisions/<uuid:id>/steps/<str:step>/retry",
        api.RetryView.as_view(),
        name="provision-retry",
    ),
    path("api/provisions/<uuid:id>/cancel", api.CancelView.as_view(), name="provision-cancel"),
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
]
