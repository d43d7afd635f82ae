"""`webhook`: the campaign's front door leads to the workflow. A schedule has none."""

from orchestrator.n8n.rows import Trigger
from provisioning import doors
from provisioning.job import Failed, Job


def do(job: Job) -> None:
    if job.provision.template.trigger != Trigger.WEBHOOK:
        return
    with job.holding() as provision:
        try:
            doors.link_made(job.campaign, provision.workflow_id, job.purpose.path, actor=job.actor)
        except doors.AlreadyLinked:
            raise Failed("already_linked", "The campaign's address leads to another one.") from None


def undo(job: Job) -> None:
    with job.holding() as provision:
        if provision.campaign is not None:
            doors.revoke(provision.campaign)
