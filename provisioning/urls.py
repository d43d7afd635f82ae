from django.urls import path

from provisioning import api, gallery_page, progress_page, wizard_page

urlpatterns = [
    path("api/templates", api.TemplatesView.as_view(), name="templates"),
    path("api/campaigns/provision", api.ProvisionsView.as_view(), name="provision"),
    path("api/provisions/<uuid:id>", api.ProvisionView.as_view(), name="provision-state"),
    path(
        "api/provisions/<uuid:id>/steps/<str:step>/retry",
        api.RetryView.as_view(),
        name="provision-retry",
    ),
    path("api/provisions/<uuid:id>/cancel", api.CancelView.as_view(), name="provision-cancel"),
    path("w/<slug:slug>/templates", gallery_page.show, name="template-gallery"),
    path("w/<slug:slug>/new", wizard_page.new, name="new-campaign"),
    path("w/<slug:slug>/new/<uuid:provision_id>", progress_page.progress, name="provision-page"),
]
