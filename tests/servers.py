"""Gives the tests real servers, before anything reads the settings.

Loaded with `-p tests.servers`: a conftest comes too late for pytest-django. DATABASE_URL and
REDIS_URL are respected where they are set; nothing about the servers differs from production.
"""

import os
from collections.abc import Generator
from pathlib import Path

import pytest

from orchestrator import embedded

# What a developer has in `.env` must not reach the tests: set to nothing, it is not read there.
OUTSIDE = (
    "DEBUG DEMO_PASSWORD N8N_BASE_URL N8N_API_KEY N8N_WEBHOOK_SECRET N8N_ALLOWED_HOSTS EMAIL_URL"
    " TRUSTED_PROXIES METRICS_TOKEN ALLOW_SIGNUP"
).split()

_servers: embedded.Servers | None = None


@pytest.hookimpl(wrapper=True)  # ahead of pytest-django, which loads the settings here
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None, object, object]:
    global _servers
    asked = early_config.known_args_namespace
    if not (asked.help or asked.version):
        root = Path(__file__).parent.parent
        run_dir = Path(os.environ.setdefault("RUN_DIR", str(root / ".run" / "test")))
        try:
            _servers = embedded.start(run_dir)
        except embedded.NotStarted as error:
            raise pytest.UsageError(str(error)) from None
        os.environ.update(_servers.env)
        (run_dir / "static").mkdir(exist_ok=True)  # whitenoise wants one, even an empty one
        for name in OUTSIDE:
            os.environ.setdefault(name, "")
    return (yield)


def pytest_unconfigure() -> None:
    if _servers:
        _servers.stop()
