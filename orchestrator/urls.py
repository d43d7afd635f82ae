"""Every address. API paths have no trailing slash; pages have one."""

from allauth.account import views as account
from allauth.headless.account import views as headless
from allauth.headless.base.views import ConfigView
from allauth.headless.constants import Client
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.db.transaction import atomic
from django.urls import include, path, re_path

from campaigns import admin as _campaigns  # noqa: F401 -- enters its pages
from governance import admin as _governance  # noqa: F401 -- likewise
from orchestrator import metrics_page, probes, schema, theme
from provisioning import admin as _provisioning  # noqa: F401 -- likewise
from workspaces import admin as _workspaces  # noqa: F401 -- likewise
from workspaces import factor_forms, second_factor_page
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
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("2fa/", second_factor_page.overview, name="mfa_index"),
    path("2fa/authenticate/", mfa.authenticate, name="mfa_authenticate"),
    path("2fa/reauthenticate/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("2fa/totp/activate/", atomic(totp.activate_totp), name="mfa_activate_totp"),
    path("2fa/totp/deactivate/", atomic(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("2fa/webauthn/", second_factor_page.overview, name="mfa_list_webauthn"),
    path("2fa/webauthn/add/", atomic(webauthn.add_webauthn), name="mfa_add_webauthn"),
    path("2fa/webauthn/login/", webauthn.login_webauthn, name="mfa_login_webauthn"),
    path(
        "2fa/webauthn/reauthenticate/",
        webauthn.reauthenticate_webauthn,
        name="mfa_reauthenticate_webauthn",
    ),
    path(
        "2fa/webauthn/keys/<int:pk>/remove/",
        atomic(webauthn.remove_webauthn),
        name="mfa_remove_webauthn",
    ),
    path(
        "2fa/webauthn/keys/<int:pk>/edit/",
        atomic(webauthn.edit_webauthn),
        name="mfa_edit_webauthn",
    ),
    path("2fa/recovery-codes/", second_factor_page.recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "2fa/recovery-codes/generate/",
        atomic(recovery_codes.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "2fa/recovery-codes/download/",
        recovery_codes.download_recovery_codes,
        name="mfa_download_recovery_codes",
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
    path("auth/reauthenticate", headless.ReauthenticateView.as_api_view(client=Client.APP)),
    path("auth/2fa/authenticate", factor_forms.AppAuthenticate.as_api_view(client=Client.APP)),
    path("auth/2fa/reauthenticate", factor_forms.AppReauthenticate.as_api_view(client=Client.APP)),
    path("auth/signup", where_open(headless.SignupView.as_api_view(client=Client.APP))),
    path("auth/password/request", headless.RequestPasswordResetView.as_api_view(client=Client.APP)),
    path("auth/password/reset", headless.ResetPasswordView.as_api_view(client=Client.APP)),
]

urlpatterns = [
    path("healthz", probes.healthz, name="healthz"),
    path("readyz", probes.readyz, name="readyz"),
    path("metrics", metrics_page.page, name="metrics"),
    path("theme", theme.choose, name="theme"),
    path("api/schema", schema.SchemaView.as_view(), name="schema"),
    path("api/docs", schema.page, name="api-docs"),
    path("accounts/", include(accounts)),
    path("admin/", site.urls),
    path("_allauth/app/v1/", include(app_client)),
    path("", include("workspaces.urls")),
    path("", include("campaigns.urls")),
    path("", include("provisioning.urls")),
    path("", include("rbac.urls")),
]
