"""What `up` and the tests remember in RUN_DIR: ports, passwords, keys.

A file of KEY=VALUE lines, readable by its owner alone. The settings read it for what the
environment lacks, so that any other `manage.py` command finds the servers that run.
"""

import os
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable
from pathlib import Path
from secrets import token_bytes, token_urlsafe

FILE = "state.env"


def read(path: Path) -> dict[str, str]:
    """The KEY=VALUE lines of a file, also of `.env`; nothing where it does not exist."""
    try:
        lines = path.read_text().splitlines()
    except FileNotFoundError:
        return {}
    values: dict[str, str] = {}
    for line in lines:
        key, equals, value = line.strip().removeprefix("export ").partition("=")
        if not equals or key.startswith("#"):
            continue
        value = value.strip()
        if value[:1] in {"'", '"'} and value[-1:] == value[:1] and len(value) > 1:
            value = value[1:-1]
        values[key.strip()] = value
    return values


class State:
    def __init__(self, run_dir: Path) -> None:
        self.path = run_dir / FILE
        self.values = read(self.path)

    def keep(self, key: str, make: Callable[[], str] = token_urlsafe) -> str:
        """The value of before, or a new one."""
        if not self.values.get(key):
            self.values[key] = make()
        return self.values[key]

    def save(self) -> None:
        """All or nothing: a kill leaves the file of before."""
        fresh = self.path.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.writelines(f"{key}={value}\n" for key, value in sorted(self.values.items()))
        fresh.replace(self.path)


def secret_key() -> str:
    return token_urlsafe(50)


def encryption_key() -> str:
    """A Fernet key."""
    return urlsafe_b64encode(token_bytes(32)).decode()


def webhook_secret() -> str:
    """In the form of Standard Webhooks."""
    return "whsec_" + b64encode(token_bytes(32)).decode()
