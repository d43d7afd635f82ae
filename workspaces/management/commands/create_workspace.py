from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from orchestrator.events import command
from workspaces import services
from workspaces.models import Role, User, Workspace


class Command(BaseCommand):
    help = "Create a workspace with its first owner."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--owner", required=True, metavar="EMAIL")
        parser.add_argument("--slug", default="")
        parser.add_argument("--timezone", default="UTC")

    def handle(self, *args: Any, **options: Any) -> None:
        owner = User.objects.filter(email__iexact=options["owner"]).first()
        if owner is None:
            raise CommandError(
                f"nobody has the address {options['owner']}:"
                " name yourself, then invite them as owner"
            )
        same = Workspace.objects.filter(
            name=options["name"].strip(),
            memberships__user=owner,
            memberships__role=Role.OWNER,
        ).first()
        if same and not options["slug"]:
            raise CommandError(
                f"{owner.email} has a workspace {same.name} already: /w/{same.slug}/."
                " Say --slug to make another."
            )
        try:
            workspace = services.create_workspace(
                options["name"],
                slug=options["slug"],
                timezone=options["timezone"],
                owner=owner,
                actor=command("create_workspace"),
            )
        except services.Invalid as error:
            raise CommandError(str(error)) from None
        except services.SlugTaken as error:
            raise CommandError(f"the slug {error} is taken") from None
        self.stdout.write(f"{workspace.name}: /w/{workspace.slug}/, tag in n8n: {workspace.tag}")
