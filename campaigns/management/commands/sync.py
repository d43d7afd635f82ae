from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from campaigns import services
from campaigns.models import SyncRun
from orchestrator.events import command
from workspaces.models import Instance, Workspace


class Command(BaseCommand):
    help = "Ask n8n for the state of its workflows now."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--workspace", metavar="SLUG", help="only this one")

    def handle(self, *args: Any, **options: Any) -> None:
        runs: list[SyncRun] = []
        slug = options["workspace"]
        actor = command("sync")
        if slug:
            workspace = Workspace.objects.filter(slug=slug).first()
            if workspace is None:
                raise CommandError(f"no workspace has the slug {slug}")
            runs.append(services.sync_by_command(workspace, actor=actor))
        else:
            for instance in Instance.objects.filter(workspaces__isnull=False).distinct():
                runs += services.sync_in_background(
                    instance, trigger=SyncRun.Trigger.COMMAND, actor=actor
                )
        for run in runs:
            problems = "; ".join(f"{e['code']}: {e['message']}" for e in run.errors)
            self.stdout.write(
                f"{run.workspace.slug}: {run.synced} synced, {run.changed} changed {problems}"
            )
        if any(run.errors and not run.synced for run in runs):
            raise CommandError("n8n could not be asked for all of them")
