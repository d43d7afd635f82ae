from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from orchestrator.events import command
from workspaces import quotas, services
from workspaces.models import Role, User, Workspace


class Command(BaseCommand):
    help = "Add somebody who has an account to a workspace."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("email")
        parser.add_argument("--role", choices=Role.values, default=Role.MEMBER)

    def handle(self, *args: Any, **options: Any) -> None:
        workspace = Workspace.objects.filter(slug=options["slug"]).first()
        if workspace is None:
            raise CommandError(f"no workspace has the slug {options['slug']}")
        user = User.objects.filter(email__iexact=options["email"]).first()
        if user is None:
            raise CommandError(f"nobody has the address {options['email']}")
        try:
            services.add_member(workspace, user, Role(options["role"]), actor=command("add_member"))
        except services.AlreadyMember:
            raise CommandError(f"{user.email} is in {workspace.name} already") from None
        except quotas.Exceeded as error:
            raise CommandError(f"{workspace.name} has {error.extra['limit']} members") from None
        self.stdout.write(f"{user.email} is {options['role']} of {workspace.name}")
