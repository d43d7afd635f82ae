from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from orchestrator.events import command
from workspaces import factors
from workspaces.models import User


class Command(BaseCommand):
    help = "Take the second factors of somebody who has lost them, recovery codes included."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(email__iexact=options["email"]).first()
        if user is None:
            raise CommandError(f"nobody has the address {options['email']}")
        if not factors.reset(user, actor=command("reset_second_factor")):
            raise CommandError(f"{user.email} has no second factor")
        self.stdout.write(f"{user.email} is signed out, and signs in with the password alone")
