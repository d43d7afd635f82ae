"""What the settings are read from: the environment, then `.env`, then what embedded servers left.

Each NAME may be a file's content: NAME_FILE says where, as containers have their secrets.
"""

import os
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
RUN_DIR = Path(os.environ.get("RUN_DIR", BASE_DIR / ".run")).resolve()

env = environ.FileAwareEnv()
for source in (BASE_DIR / ".env", RUN_DIR / "state.env"):
    if source.is_file():
        try:
            env.read_env(source)  # only what the environment lacks
        except OSError as error:
            files = [name for name, path in os.environ.items() if path == error.filename]
            named = " ".join(files) or source
            raise ImproperlyConfigured(f"{named} cannot be read: {error.strerror}") from None

DEFAULT_SECRETS = {"secret", "changeme", "change-me", "insecure", "django-insecure", "password"}
ON, OFF = {"1", "true", "yes", "on", "y", "ok"}, {"0", "false", "no", "off", "n"}


def text(name: str) -> str:
    """Without the line's end that a file has."""
    try:
        value: str = env.str(name, default="").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ImproperlyConfigured(f"{name}_FILE cannot be read: {error}") from None
    return value


def switch(name: str, *, default: bool = False) -> bool:
    value = text(name).lower()
    if value and value not in ON | OFF:
        raise ImproperlyConfigured(f"{name} is 1 or 0, true or false, yes or no, on or off.")
    return value in ON if value else default


def choice(name: str, default: str, *, of: Collection[str]) -> str:
    value = text(name).upper() or default
    if value not in of:
        raise ImproperlyConfigured(f"{name} is one of {', '.join(of)}.")
    return value


def time_zone(name: str, default: str) -> str:
    value = text(name) or default
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ImproperlyConfigured(f"{name} is a name as Europe/Berlin, or UTC.") from None
    return value


def parsed(name: str, value: str, parse: Callable[[str], Any], like: str) -> dict[str, Any]:
    """The URL's parts. What the parser says of a wrong one may hold half of a password."""
    try:
        found: dict[str, Any] = parse(value)
    except (ImproperlyConfigured, ValueError, KeyError):
        found = {}
    if not found:
        raise ImproperlyConfigured(
            f"{name} is a URL like {like}; what is special in a password is %-encoded."
        )
    return found


def postgres(url: str) -> dict[str, Any]:
    """Nothing for a URL of something else."""
    if urlsplit(url).scheme not in env.POSTGRES_FAMILY:
        return {}
    found: dict[str, Any] = env.db_url_config(url)
    return found


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
