"""Gives the tests real servers, before anything reads the settings.

Loaded with `-p tests.servers`: a conftest comes too late for pytest-django. DATABASE_URL and
REDIS_URL are respected where they are set; nothing about the servers differs from production.

Where several processes share the tests (`pytest -n 2`), each has servers and a RUN_DIR of its own:
one database is cheap, and what one test does to Redis is not seen by another.
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

OURS = "TEST_SERVERS"  # what of the environment is ours, for the processes that we start

_servers: embedded.Servers | None = None


@pytest.hookimpl(wrapper=True)  # ahead of pytest-django, which loads the settings here
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None, object, object]:
    global _servers
    asked = early_config.known_args_namespace
    if not (asked.help or asked.version):
        root = Path(__file__).parent.parent
        run_dir = Path(os.environ.setdefault("RUN_DIR", str(root / ".run" / "test")))
        if worker := os.environ.get("PYTEST_XDIST_WORKER"):
            run_dir = run_dir / worker
            os.environ["RUN_DIR"] = str(run_dir)
            for name in os.environ.pop(OURS).split():
                del os.environ[name]
        try:
            _servers = embedded.start(run_dir)
        except embedded.NotStarted as error:
            raise pytest.UsageError(str(error)) from None
        os.environ.update(_servers.env)
        os.environ[OURS] = " ".join(_servers.env)
        (run_dir / "static").mkdir(exist_ok=True)  # whitenoise wants one, even an empty one
        for name in OUTSIDE:
            os.environ.setdefault(name, "")
    return (yield)


def pytest_unconfigure() -> None:
    if _servers:
        _servers.stop()
