#!/usr/bin/env python
"""Orchestrator's commands. `up` starts the servers that the settings need, so it goes first."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "orchestrator.settings")
    if sys.argv[1:2] == ["up"]:
        from orchestrator.supervisor import main as up  # noqa: PLC0415 -- before Django's settings

        sys.exit(up(sys.argv[2:]))
    from django.core.management import execute_from_command_line  # noqa: PLC0415

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
