"""`n8n`: one workflow, marked in the very call that creates it, found again by that mark.

    look for the mark → create → (commit: it is ours) → tag → name → publish

Killed at any arrow, the next try goes on from what n8n has. Only the create call itself survives a
kill before our commit, so the mark is in the name that it sends.
"""

import structlog

from campaigns import making
from orchestrator import n8n
from provisioning import services
from provisioning.cloning import TELEMETRY, Unfilled, clone
from provisioning.job import Failed, Job
from workspaces.models import Instance

log = structlog.get_logger(__name__)


def do(job: Job) -> None:
    with job.n8n() as client:
        workflow = _known(job, client) or _found(job, client) or _create(job, client)
        if job.provision.workflow_id != workflow.id:
            _take(job, workflow)
        _tag(job, client, workflow)
        workflow = _name(job, client)
        if not workflow.active:
            client.activate(workflow.id)


def undo(job: Job) -> None:
    """In n8n, too: it is stopped and deleted, whether or not we had heard of it."""
    with job.n8n() as client:
        workflow = _known(job, client) or _found(job, client)
        if workflow is None:
            return
        if workflow.active:
            client.deactivate(workflow.id)
        try:
            client.delete(workflow.id)
        except n8n.NotFound:
            return


def _known(job: Job, client: n8n.Client) -> n8n.Workflow | None:
    if not job.provision.workflow_id:
        return None
    try:
        return client.workflow(job.provision.workflow_id)
    except n8n.NotFound:
        return None


def _found(job: Job, client: n8n.Client) -> n8n.Workflow | None:
    """What an earlier try has made and nobody had written down."""
    mark = job.purpose.mark
    for workflow in client.workflows(name=mark, page=2):
        if mark in workflow.name and not workflow.is_archived:
            return workflow
    return None


def _create(job: Job, client: n8n.Client) -> n8n.Workflow:
    version = job.provision.template
    try:
        body = clone(version.body, services.values_of(job.provision), job.purpose)
    except Unfilled as missing:
        raise Failed("template_broken", f"The template asks for “{missing}”.") from None
    workflow = client.create_workflow(**body)
    log.info(
        "workflow_cloned",
        provision_id=str(job.provision.pk),
        template=str(version.template_id),
        version=version.number,
        workflow_id=workflow.id,
    )
    return workflow


def _take(job: Job, workflow: n8n.Workflow) -> None:
    with job.holding() as provision:
        provision.workflow_id = workflow.id
        provision.save(update_fields=["workflow_id"])
        assert provision.campaign is not None
        making.take(provision.campaign, workflow)


def _tag(job: Job, client: n8n.Client, workflow: n8n.Workflow) -> None:
    """On a shared n8n it says whose it is; on an own one it is a label."""
    tag = job.provision.workspace.tag
    if tag in workflow.tag_names and job.provision.instance.kind == Instance.Kind.SHARED:
        return
    client.set_workflow_tags(workflow.id, [client.ensure_tag(tag)])


def _name(job: Job, client: n8n.Client) -> n8n.Workflow:
    """The mark leaves the name; in the settings it stays, as proof that survives every renaming."""
    workflow, body = client.editable(job.provision.workflow_id)
    tags = body.settings.get("customTelemetryTags") or []
    if {"key": TELEMETRY, "value": str(job.provision.pk)} not in tags:
        raise Failed("not_ours", "The workflow in n8n is not the one that was made here.")
    if job.purpose.mark not in workflow.name:
        return workflow
    return client.update_workflow(
        workflow.id,
        name=job.provision.name,
        nodes=body.nodes,
        connections=body.connections,
        settings=body.settings,
    )
