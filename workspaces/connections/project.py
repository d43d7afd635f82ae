"""The project of n8n in which a workspace's workflows are made: where each workspace has a user of
its own there, n8n itself keeps them apart, and the tag stays as a label."""

from django.db.models import F

from orchestrator.events import Actor, acting, emit
from workspaces.events import ConnectionChanged
from workspaces.models import Workspace


def name_project(workspace: Workspace, project_id: str, *, actor: Actor) -> None:
    """Empty: none. What is there already stays where it is."""
    with acting(actor):
        row = Workspace.objects.select_for_update(no_key=True).get(pk=workspace.pk)
        before = row.n8n_project_id
        if before == project_id:
            return
        Workspace.objects.filter(pk=row.pk).update(
            n8n_project_id=project_id, version=F("version") + 1
        )
        emit(
            ConnectionChanged,
            row,
            actor=actor,
            before={"projectId": before},
            after={"projectId": project_id},
            instance_id=row.instance_id,
        )


def project_of(workspace: Workspace) -> str:
    rows = Workspace.objects.filter(pk=workspace.pk)
    return rows.values_list("n8n_project_id", flat=True).get()
