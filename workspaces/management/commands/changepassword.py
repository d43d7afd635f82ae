from typing import Any

from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = "Not here: people change their password on their pages, which the ledger hears of."

    def run_from_argv(self, argv: list[str]) -> None:
        super().run_from_argv(argv[:2])  # Django's arguments are none of ours

    def handle(self, *args: Any, **options: Any) -> None:
        raise CommandError(
            "people do it themselves, and the ledger hears of it: on their account page, or by the"
            " mail that the page to sign in offers (EMAIL_URL)"
        )
