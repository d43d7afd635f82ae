"""The help of `up`, and the same door for `call_command`. `manage.py` itself calls the supervisor
before the settings are loaded, because they need the servers that it starts."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from orchestrator import supervisor


class Command(BaseCommand):
    help = "Starts the servers, web, worker and beat on this machine, until Ctrl-C."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        supervisor.add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        flags = ["--server", options["server"]]
        flags += ["--port", str(options["port"])] if options["port"] is not None else []
        flags += ["--no-demo"] if options["no_demo"] else []
        raise SystemExit(supervisor.main(flags))
