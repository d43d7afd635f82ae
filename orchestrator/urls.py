"""Every address. API paths have no trailing slash; pages have one."""

from allauth.account import views as account
from allauth.headless.account import views as headless
from allauth.headless.base.views import ConfigView
from allauth.headless.constants import Client
from django.urls import include, path, re_path

from campaigns import admin as _campaigns  # noqa: F401 -- enters its pages
from governance import admin as _governance  # noqa: F401 -- likewise
from orchestrator import probes, schema, theme
from workspaces import admin as _workspaces  # noqa: F401 -- likewise
from workspaces.administration import site
from workspaces.signup import where_open

handler400 = "orchestrator.problems.bad_request"
handler403 = "orchestrator.problems.permission_denied"
handler404 = "orchestrator.problems.not_found"
handler429 = "orchestrator.problems.too_many"  # allauth asks for it
handler500 = "orchestrator.problems.server_error"

# Of allauth only what is built here: what it has besides is no address of ours.
accounts = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("signup/", where_open(account.signup), name="account_signup"),
    path("password/reset/", account.password_reset, name="account_reset_password"),
    path("password/reset/done/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
]
app_client = [
    path("config", ConfigView.as_api_view(client=Client.APP)),
    path("auth/session", headless.SessionView.as_api_view(client=Client.APP)),
    path("auth/login", headless.LoginView.as_api_view(client=Client.APP)),
    path("auth/signup", where_open(headless.SignupView.as_api_view(client=Client.APP))),
    path("auth/password/request", headless.RequestPasswordResetView.as_api_view(client=Client.APP)),
    path("auth/password/reset", headless.ResetPasswordView.as_api_view(client=Client.APP)),
]

urlpatterns = [
    path("healthz", probes.healthz, name="healthz"),
    path("readyz", probes.readyz, name="readyz"),
    path("theme", theme.choose, name="theme"),
    path("api/schema", schema.SchemaView.as_view(), name="schema"),
    path("api/docs", schema.page, name="api-docs"),
    path("accounts/", include(accounts)),
    path("admin/", site.urls),
    path("_allauth/app/v1/", include(app_client)),
    path("", include("workspaces.urls")),
    path("", include("campaigns.urls")),
    path("", include("rbac.urls")),
]
