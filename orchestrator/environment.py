"""What the settings are read from: the environment, then `.env`, then what embedded servers left.

Each NAME may be a file's content: NAME_FILE says where, as containers have their secrets.
"""

import os
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
RUN_DIR = Path(os.environ.get("RUN_DIR", BASE_DIR / ".run")).resolve()

env = environ.FileAwareEnv()
for source in (BASE_DIR / ".env", RUN_DIR / "state.env"):
    if source.is_file():
        env.read_env(source)  # only what the environment lacks

DEFAULT_SECRETS = {"secret", "changeme", "change-me", "insecure", "django-insecure", "password"}


def text(name: str) -> str:
    """Without the line's end that a file has."""
    value: str = env.str(name, default="").strip()
    return value


def integer(name: str, default: int, *, least: int, most: int) -> int:
    value = text(name) or str(default)
    if not value.isascii() or not value.isdecimal() or not least <= int(value) <= most:
        raise ImproperlyConfigured(f"{name} is a whole number from {least} to {most:,}.")
    return int(value)


def required(name: str) -> str:
    value = text(name)
    if not value:
        raise ImproperlyConfigured(f"{name} is not set. `make run` sets it; see README.md.")
    return value


def secret(name: str) -> str:
    value = required(name)
    if value.lower() in DEFAULT_SECRETS or len(value) < 32:
        raise ImproperlyConfigured(f"{name} is a default or shorter than 32 characters.")
    return value
