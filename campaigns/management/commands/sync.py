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
            told = [f"{run.synced} synced, {run.changed} changed"]
            told += [f"{error['code']}: {error['message']}" for error in run.errors]
            self.stdout.write(f"{run.workspace.slug}: {'; '.join(told)}")
        if away := [run.workspace.slug for run in runs if not _was_asked(run)]:
            raise CommandError(f"n8n could not be asked for {', '.join(away)}")


def _was_asked(run: SyncRun) -> bool:
    """What is wrong with single workflows only n8n's answer can tell."""
    return services.PARTIAL.issuperset(error["code"] for error in run.errors)
