"""Settings from the environment, then `.env`, then the state that the embedded servers left."""

import logging
from urllib.parse import urlsplit

import structlog
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from orchestrator import crypto, environment, logs
from orchestrator.environment import choice, env, integer, parsed, required, secret, switch, text

BASE_DIR, RUN_DIR = environment.BASE_DIR, environment.RUN_DIR

DEBUG = switch("DEBUG")
DEMO = switch("DEMO")
DEMO_PASSWORD = text("DEMO_PASSWORD") or "orchestrate"
ALLOW_SIGNUP = switch("ALLOW_SIGNUP")
REQUIRE_ADMIN_MFA = switch("REQUIRE_ADMIN_MFA", default=not DEMO)  # of super admins
PORT = integer("PORT", 8000, least=0, most=65_535)
PUBLIC_URL = (text("PUBLIC_URL") or f"http://127.0.0.1:{PORT}").rstrip("/")
SECRET_KEY = secret("SECRET_KEY")
FIELD_ENCRYPTION_KEYS = required("FIELD_ENCRYPTION_KEYS").split()  # newest first
crypto.check_keys(FIELD_ENCRYPTION_KEYS)
# Below 1 would delete what happens now; a century is what dates are still counted back by.
RETENTION_DAYS = integer("RETENTION_DAYS", 90, least=1, most=36_500)
API_RATE_PER_MINUTE = integer(
    "API_RATE_PER_MINUTE", 1200, least=1, most=10_000_000
)  # of one caller

N8N_BASE_URL = text("N8N_BASE_URL").rstrip("/")
N8N_API_KEY = text("N8N_API_KEY")
N8N_WEBHOOK_SECRETS = text("N8N_WEBHOOK_SECRET").split()  # newest first
# Names, addresses and networks where an own n8n may be that is not public or not on https.
N8N_ALLOWED_HOSTS = env.list("N8N_ALLOWED_HOSTS", default=[])

_public = urlsplit(PUBLIC_URL)
_loopback = {"127.0.0.1", "localhost"}
if DEMO and _public.hostname not in _loopback:
    raise ImproperlyConfigured("DEMO is for loopback only, and PUBLIC_URL is not on it.")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[]) or [_public.hostname or "127.0.0.1"]
# Pages and sockets of these origins are ours: that of PUBLIC_URL, in the demo its other name too.
ORIGINS = [f"{_public.scheme}://{_public.netloc}"]
if DEMO:
    ALLOWED_HOSTS = sorted({*ALLOWED_HOSTS, *_loopback})
    ORIGINS += [f"http://{host}:{_public.port}" for host in _loopback]
CSRF_TRUSTED_ORIGINS = ORIGINS
TRUSTED_PROXIES = env.list("TRUSTED_PROXIES", default=[])
METRICS_TOKEN = text("METRICS_TOKEN")  # without one /metrics is for this machine alone

INSTALLED_APPS = [
    "orchestrator",
    "workspaces",
    "campaigns",
    "provisioning",
    "rbac",
    "governance",
    "django.contrib.admin.apps.SimpleAdminConfig",  # orchestrator/urls.py names what is in it
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "channels",
    "rest_framework",
    "guardian",
    "allauth",
    "allauth.account",
    "allauth.headless",
    "allauth.mfa",
    "django_cotton.apps.SimpleAppConfig",
    "drf_spectacular",
    "csp",
    "django_structlog",
]

MIDDLEWARE = [
    "orchestrator.request_log.RequestLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "orchestrator.refusals.ProblemMiddleware",  # before sessions: a bad cookie must not crash them
    "workspaces.key_requests.KeyRequestsMiddleware",
    "django.middleware.gzip.GZipMiddleware",  # pads at random: sizes tell no secret
    "django.middleware.http.ConditionalGetMiddleware",  # ETag of the whole answer, and 304
    "orchestrator.probes.ProbesMiddleware",  # before CommonMiddleware: they have any host
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "workspaces.middleware.PreferencesMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "orchestrator.urls"
ASGI_APPLICATION = "orchestrator.asgi.application"
APPEND_SLASH = False

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "workspaces.context.shell",
            ],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "builtins": ["django_cotton.templatetags.cotton", "django.templatetags.static"],
        },
    }
]

DATABASES = {
    "default": parsed(
        "DATABASE_URL",
        required("DATABASE_URL"),
        environment.postgres,
        "postgresql://user:password@host:5432/name",
    )
}
DATABASES["default"]["ENGINE"] = "django.db.backends.postgresql"
DATABASES["default"]["CONN_MAX_AGE"] = 0  # a request has a thread of its own: the pool keeps them
DATABASES["default"].setdefault("OPTIONS", {})["pool"] = {
    "min_size": 1,
    "max_size": 20,
    "timeout": 10,
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Rate limits and their like are kept where nothing is lost when Redis is away.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "orchestrator_cache",
        # At 300, the default, strangers could push each other's limits out of it.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

REDIS_URL = required("REDIS_URL")
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [{"address": REDIS_URL, "socket_connect_timeout": 1}]},
    }
}
CELERY_BROKER_URL = REDIS_URL

AUTH_USER_MODEL = "workspaces.User"
AUTHENTICATION_BACKENDS = [
    "rbac.backends.WorkspaceBackend",  # answers has_perm, signs nobody in
    "workspaces.identity.Backend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ANONYMOUS_USER_NAME = None  # guardian: nobody is nobody, not a row
SILENCED_SYSTEM_CHECKS = ["guardian.W001"]  # its backend would say yes to any superuser

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "workspaces.identity.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # nobody else's mailbox hears of a try
ACCOUNT_EMAIL_SUBJECT_PREFIX = "[Orchestrator] "
ACCOUNT_EMAIL_NOTIFICATIONS = True  # a mail says that the password was changed
# Five wrong passwords for one address, ten from one place; `workspaces.identity` says how long.
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key"}
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600  # seconds; workspaces/reauthentication.py asks
MFA_ADAPTER = "workspaces.factors.Adapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_FORMS = {
    "add_webauthn": "workspaces.factor_forms.AddPasskey",
    "authenticate": "workspaces.factor_forms.Authenticate",
    "reauthenticate": "workspaces.factor_forms.Reauthenticate",
}
MFA_TOTP_TOLERANCE = 1  # a clock that is half a minute off, and somebody who types slowly
MFA_ALLOW_UNVERIFIED_EMAIL = True  # nobody's is verified: who is here was added or invited
HEADLESS_CLIENTS = ("app",)

SESSION_ENGINE = "workspaces.session_store"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _public.scheme == "https"
CSRF_FAILURE_VIEW = "orchestrator.problems.csrf_failure"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_REFERRER_POLICY = "same-origin"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "workspaces.authentication.KeyAuthentication",
        "workspaces.authentication.HeadlessSessionAuthentication",
        "workspaces.authentication.CookieSessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_THROTTLE_CLASSES": ["orchestrator.rate_limit.CallerLimit"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["orchestrator.json_body.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_PAGINATION_CLASS": "orchestrator.paging.PageNumbers",
    "EXCEPTION_HANDLER": "orchestrator.problems.exception_handler",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "URL_FORMAT_OVERRIDE": None,
    "DEFAULT_METADATA_CLASS": None,  # OPTIONS says nothing about what lies behind the wall
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Orchestrator",
    "DESCRIPTION": "The control plane for everyone who runs n8n for many clients.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/",
    "POSTPROCESSING_HOOKS": ["orchestrator.schema.by_hand"],
}

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("de", _("German"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = environment.time_zone("TIME_ZONE", "UTC")
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = RUN_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "orchestrator.static_storage.HashedStorage"},
}

WHITENOISE_KEEP_ONLY_HASHED_FILES = True  # nothing asks for the others; half the compressing

# Mails have links that sign in: the console is for this machine alone, elsewhere none is sent.
_no_mail = "consolemail://" if _public.hostname in _loopback else "dummymail://"
_mail = parsed(
    "EMAIL_URL",
    text("EMAIL_URL") or _no_mail,
    env.email_url_config,
    "smtp+tls://user:password@host:587",
)
EMAIL_BACKEND = _mail["EMAIL_BACKEND"]
EMAIL_FILE_PATH = _mail.get("EMAIL_FILE_PATH") or None  # of filemail:////folder
EMAIL_HOST = _mail.get("EMAIL_HOST") or "localhost"
EMAIL_PORT = _mail.get("EMAIL_PORT") or 25
EMAIL_HOST_USER = _mail.get("EMAIL_HOST_USER") or ""
EMAIL_HOST_PASSWORD = _mail.get("EMAIL_HOST_PASSWORD") or ""
EMAIL_USE_TLS = bool(_mail.get("EMAIL_USE_TLS"))
EMAIL_USE_SSL = bool(_mail.get("EMAIL_USE_SSL"))
EMAIL_TIMEOUT = 10  # seconds; somebody waits for the answer
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="orchestrator@localhost")

LOGGING = logs.configuration(choice("LOG_LEVEL", "INFO", of=logs.LEVELS))
DJANGO_STRUCTLOG_CELERY_ENABLED = False
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG  # the line at the end says it all
structlog.configure(**logs.structlog_configuration())
