"""Commands of Django's that would act behind the ledger's back."""

from typing import Any, ClassVar

from django.core.management.base import BaseCommand, CommandError


class Elsewhere(BaseCommand):
    instead: ClassVar[str]  # who or what does it here

    def run_from_argv(self, argv: list[str]) -> None:
        super().run_from_argv(argv[:2])  # Django's arguments are none of ours

    def handle(self, *args: Any, **options: Any) -> None:
        raise CommandError(self.instead)
