from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from orchestrator import demo


class Command(BaseCommand):
    help = "Make the demo's people and workspaces, where DEMO is on."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("DEMO is not on")
        demo.seed()
