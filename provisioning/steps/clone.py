"""`n8n`: one workflow, marked in the very call that creates it, found again by that mark.

    look for the mark → create → (commit: it is ours) → tag → name → publish

Killed at any arrow, the next try goes on from what n8n has. Only the create call itself survives a
kill before our commit, so the mark is in the name that it sends. A call of somebody who was killed
may still be on its way when another looks: what it leaves is deleted at the end (`remove_twins`).
"""

from dataclasses import dataclass
from typing import Any

import structlog

from campaigns import making
from campaigns.wall import TAG_PREFIX
from orchestrator import n8n
from provisioning import services
from provisioning.cloning import TELEMETRY, Unfilled, clone
from provisioning.job import Failed, Job, Later

log = structlog.get_logger(__name__)

_tags: dict[tuple[str, str], n8n.Tag] = {}  # by instance and name, as they were seen last

NOT_OURS = "The workflow in n8n is not the one that was made here."


@dataclass(frozen=True, slots=True)
class _Found:
    workflow: n8n.Workflow
    body: n8n.Body


def do(job: Job) -> None:
    with job.n8n() as client:
        found = _look(job, client) or _create(job, client)
        if job.provision.workflow_id != found.workflow.id:
            _take(job, found.workflow)
        _tag(job, client, found.workflow)
        _name(job, client, found)
        if not found.workflow.active:
            client.activate(found.workflow.id)


def undo(job: Job) -> None:
    """In n8n, too: it is stopped and deleted, whether or not we had heard of it."""
    with job.n8n() as client:
        if found := _look(job, client):
            _refuse_foreign(job, found.workflow)
            _delete(client, found.workflow)
        remove_twins(job, client)


def remove_twins(job: Job, client: n8n.Client) -> None:
    """Others that carry the mark: of a call that came late."""
    for workflow in _marked(job, client):
        if workflow.id != job.provision.workflow_id:
            log.warning("twin_deleted", provision_id=str(job.provision.pk), id=workflow.id)
            _delete(client, workflow)


def _look(job: Job, client: n8n.Client) -> _Found | None:
    """What an earlier try has made, written down here or not."""
    id = job.provision.workflow_id or next((w.id for w in _marked(job, client)), "")
    if not id:
        return None
    try:
        workflow, body = client.editable(id)
    except n8n.NotFound:
        return None
    tags = body.settings.get("customTelemetryTags") or []
    if {"key": TELEMETRY, "value": str(job.provision.pk)} not in tags:
        raise Failed("not_ours", NOT_OURS)
    return _Found(workflow, body)


def _marked(job: Job, client: n8n.Client) -> list[n8n.Workflow]:
    mark = job.purpose.mark
    found = client.workflows(name=mark)
    return [workflow for workflow in found if mark in workflow.name]


def _create(job: Job, client: n8n.Client) -> _Found:
    version = job.provision.template
    try:
        body = clone(version.body, services.values_of(job.provision), job.purpose)
    except Unfilled as missing:
        raise Failed("template_broken", f"The template asks for “{missing}”.") from None
    project_id = job.provision.workspace.n8n_project_id
    workflow = client.create_workflow(**body, project_id=project_id)
    log.info(
        "workflow_cloned",
        provision_id=str(job.provision.pk),
        template=str(version.template_id),
        version=version.number,
        workflow_id=workflow.id,
    )
    return _Found(workflow, n8n.Body(**body))


def _take(job: Job, workflow: n8n.Workflow) -> None:
    with job.holding() as provision:
        provision.workflow_id = workflow.id
        provision.save(update_fields=["workflow_id"])
        assert provision.campaign is not None
        making.take(provision.campaign, workflow)


def _tag(job: Job, client: n8n.Client, workflow: n8n.Workflow) -> None:
    """On a shared n8n it says whose it is; on an own one it is a label."""
    _refuse_foreign(job, workflow)
    tag = job.provision.workspace.tag
    if tag in workflow.tag_names:
        return
    known = (job.provision.instance_id, tag)
    if known in _tags:
        try:
            client.set_workflow_tags(workflow.id, [*workflow.tags, _tags[known]])
            return
        except (n8n.NotFound, n8n.Refused):  # somebody has deleted it since
            del _tags[known]
    _tags[known] = client.ensure_tag(tag)
    client.set_workflow_tags(workflow.id, [*workflow.tags, _tags[known]])


def _refuse_foreign(job: Job, workflow: n8n.Workflow) -> None:
    tags = {name for name in workflow.tag_names if name.startswith(TAG_PREFIX)}
    if tags - {job.provision.workspace.tag}:
        raise Failed("tenant_mismatch", "The workflow carries the tag of another workspace.")


def _name(job: Job, client: n8n.Client, found: _Found) -> None:
    """The mark leaves the name; in the settings it stays, as proof that survives every renaming."""
    if job.purpose.mark in found.workflow.name:
        body: dict[str, Any] = {
            "nodes": found.body.nodes,
            "connections": found.body.connections,
            "settings": found.body.settings,
        }
        client.update_workflow(found.workflow.id, name=job.provision.name, **body)


def _delete(client: n8n.Client, workflow: n8n.Workflow) -> None:
    if workflow.active:
        client.deactivate(workflow.id)
    try:
        client.delete(workflow.id)
    except n8n.NotFound:
        return
    except n8n.Conflict:  # n8n unpublishes in the background
        raise Later("n8n_unpublishing", "n8n still takes the workflow out of service.") from None
