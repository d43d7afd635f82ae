from typing import Any

from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = "Not here: use create_superuser, which the ledger hears of."

    def run_from_argv(self, argv: list[str]) -> None:
        super().run_from_argv(argv[:2])  # Django's arguments are none of ours

    def handle(self, *args: Any, **options: Any) -> None:
        raise CommandError(
            "use `manage.py create_superuser EMAIL`, which says in the ledger that it did"
        )
