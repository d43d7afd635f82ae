"""What keeps a production from starting: settings that are missing, defaults or unsafe.

The servers ask when they load (web, workers, beat); commands work all the same, so that what is
wrong can be looked at and mended.
"""

from collections.abc import Iterator
from ipaddress import ip_network
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from campaigns.signatures import key_of
from orchestrator.environment import DEFAULT_SECRETS

LOOPBACK = {"127.0.0.1", "::1", "localhost"}
GUESSED = {"", "postgres", "orchestrator", "admin", "root", "test"}  # as passwords
SHORTEST = 16  # characters or bytes of a secret


def refuse_unsafe() -> None:
    """Raises ImproperlyConfigured, which names each of them."""
    if found := list(unsafe()):
        raise ImproperlyConfigured("Not started: " + " · ".join(found))


def unsafe() -> Iterator[str]:
    """A sentence each, none with a secret in it."""
    yield from _malformed()
    if settings.DEMO:
        return  # on loopback alone; the settings see to it
    if urlsplit(settings.PUBLIC_URL).hostname not in LOOPBACK:
        yield from _exposed()


def _malformed() -> Iterator[str]:
    for proxy in settings.TRUSTED_PROXIES:
        try:
            ip_network(proxy, strict=False)
        except ValueError:
            yield f"TRUSTED_PROXIES has {proxy!r}, which is no address and no network."


def _exposed() -> Iterator[str]:
    """Of one that others than this machine reach."""
    if settings.DEBUG:
        yield "DEBUG is on, and would show the inside to whoever makes it fail."
    if urlsplit(settings.PUBLIC_URL).scheme != "https":
        yield "PUBLIC_URL is not https, and sessions could be read on the way."
    if "*" in settings.ALLOWED_HOSTS:
        yield "ALLOWED_HOSTS has *, and links could be made to lead anywhere."
    if any(proxy.endswith("/0") for proxy in settings.TRUSTED_PROXIES):
        yield "TRUSTED_PROXIES has everybody, who could then say to be somebody else."
    if 0 < len(settings.METRICS_TOKEN) < SHORTEST:
        yield f"METRICS_TOKEN is shorter than {SHORTEST} characters."
    if any(len(key_of(secret)) < SHORTEST for secret in settings.N8N_WEBHOOK_SECRETS):
        yield f"N8N_WEBHOOK_SECRET has one of less than {SHORTEST} bytes."
    if settings.N8N_BASE_URL:
        if not settings.N8N_API_KEY:
            yield "N8N_API_KEY is not set, and N8N_BASE_URL is."
        if not settings.N8N_WEBHOOK_SECRETS:
            yield "N8N_WEBHOOK_SECRET is not set, and N8N_BASE_URL is."
    database = settings.DATABASES["default"]
    if str(database["HOST"]) not in LOOPBACK and _guessed(str(database["PASSWORD"] or "")):
        yield "The password in DATABASE_URL is a default, or none."


def _guessed(password: str) -> bool:
    return password.lower() in GUESSED | DEFAULT_SECRETS
