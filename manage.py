#!/usr/bin/env python
"""Orchestrator's commands. `up` starts the servers that the settings need, so it goes first."""

import importlib.util
import os
import sys
from pathlib import Path

VENV = Path(__file__).resolve().parent / ".venv"


def main() -> None:
    if importlib.util.find_spec("django") is None:
        with_what_make_installed()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "orchestrator.settings")
    if sys.argv[1:2] == ["up"]:
        from orchestrator.supervisor import main as up  # noqa: PLC0415 -- before Django's settings

        sys.exit(up(sys.argv[2:]))
    from django.core.management import execute_from_command_line  # noqa: PLC0415

    from orchestrator import wrongly_set_up  # noqa: PLC0415

    with wrongly_set_up.said("manage.py: "):
        execute_from_command_line(sys.argv)


def with_what_make_installed() -> None:
    """So that `python manage.py …` does, whichever Python that is."""
    python = VENV / "bin/python"
    if not python.exists() or Path(sys.prefix) == VENV:
        sys.exit("Django is not installed here. `make run` installs all that is needed, in .venv.")
    os.execv(python, [str(python), *sys.argv])  # noqa: S606 -- ours, by its path


if __name__ == "__main__":
    main()
