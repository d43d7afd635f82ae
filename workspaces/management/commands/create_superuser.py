import getpass
import os
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

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
        password = os.environ.get("SUPERUSER_PASSWORD") or getpass.getpass("Password: ")
        try:
            validate_password(password)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        services.create_superuser(
            options["email"], password, name=options["name"], actor=command("create_superuser")
        )
        self.stdout.write(f"{options['email']} is a super admin")
