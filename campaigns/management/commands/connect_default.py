import os
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from campaigns import services
from orchestrator import n8n
from orchestrator.events import acting, command
from workspaces import connections
from workspaces.services import default_instance


class Command(BaseCommand):
    help = (
        "Point the demo's instance at an n8n: CONNECT_BASE_URL, CONNECT_API_KEY and"
        " CONNECT_WEBHOOK_SECRET say which (CONNECT_SANDBOX=1 for the sandbox)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--revert", action="store_true", help="back to the sandbox")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("outside the demo N8N_BASE_URL and N8N_API_KEY name the instance")
        if settings.N8N_BASE_URL:
            raise CommandError("N8N_BASE_URL names the instance; unset it to use another")
        try:
            url, key, secret, sandbox = self._sandbox() if options["revert"] else self._given()
        except KeyError as missing:
            raise CommandError(f"{missing.args[0]} is not set") from None
        actor = command("connect_default")
        try:
            url = n8n.normalised(url)
            with acting(actor):
                if default_instance().base_url not in ("", url):
                    services.set_aside(default_instance(), actor=actor)
                connections.connect(url, key, secret.split(), sandbox=sandbox, actor=actor)
        except n8n.BadAddress as error:
            raise CommandError(str(error)) from None
        except connections.InstanceTaken:
            raise CommandError(f"{url} is connected as a workspace's own n8n") from None
        self.stdout.write(f"connected to {url}")

    def _given(self) -> tuple[str, str, str, bool]:
        return (
            os.environ["CONNECT_BASE_URL"],
            os.environ["CONNECT_API_KEY"],
            os.environ["CONNECT_WEBHOOK_SECRET"],
            os.environ.get("CONNECT_SANDBOX") == "1",
        )

    def _sandbox(self) -> tuple[str, str, str, bool]:
        return (
            f"http://127.0.0.1:{os.environ['SANDBOX_PORT']}",
            os.environ["SANDBOX_API_KEY"],
            os.environ["SANDBOX_SECRET"],
            True,
        )
