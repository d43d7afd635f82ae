import getpass
import sys
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from orchestrator.environment import env
from orchestrator.events import command
from workspaces import services
from workspaces.models import User


class Command(BaseCommand):
    help = "Make a super admin. The password is asked for, or read from SUPERUSER_PASSWORD."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--name", default="")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            services.check_person(options["email"], options["name"])
        except services.Invalid as error:
            raise CommandError(str(error)) from None
        if User.objects.filter(email__iexact=options["email"]).exists():
            raise CommandError(f"{options['email']} has an account already")
        try:  # as it is: of a password nothing is stripped but the line's end of a file
            password = env.ENVIRON.get("SUPERUSER_PASSWORD", "").rstrip("\r\n") or _asked()
        except OSError as error:
            raise CommandError(f"SUPERUSER_PASSWORD_FILE: {error}") from None
        try:
            validate_password(password)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        services.create_superuser(
            options["email"], password, name=options["name"], actor=command("create_superuser")
        )
        self.stdout.write(f"{options['email']} is a super admin")


def _asked() -> str:
    if not sys.stdin.isatty():
        raise CommandError(
            "there is no terminal to ask for a password: set SUPERUSER_PASSWORD, or"
            " SUPERUSER_PASSWORD_FILE"
        )
    try:
        password = getpass.getpass("Password: ")
        again = getpass.getpass("Once more: ")
    except (KeyboardInterrupt, EOFError):
        raise CommandError("nobody was made") from None
    if password != again:
        raise CommandError("the two passwords differ")
    return password
