"""`complete`: delivered means live. A webhook has answered a signed test that went through the
front door, and its heartbeat came back; of a schedule the next run is known."""

import time

from campaigns import making
from campaigns.models import Campaign
from campaigns.seen import seen
from orchestrator import n8n
from orchestrator.n8n.rows import Trigger
from provisioning import doors, probe
from provisioning.job import Failed, Job, Later
from provisioning.steps import clone

HEARD_WITHIN = 8.0  # seconds from n8n's answer to its heartbeat
LOOK_EVERY = 0.02


def do(job: Job) -> None:
    with job.n8n() as client:
        workflow = client.workflow(job.provision.workflow_id)
        clone.remove_twins(job, client)
    if not workflow.active:
        raise Later("not_published", "n8n has not published the workflow yet.")
    if job.provision.template.trigger == Trigger.WEBHOOK:
        _try_webhook(job)
    else:
        _read_schedule(job, workflow)
    with job.holding():
        making.finish(job.campaign, workflow, actor=job.actor)


def undo(job: Job) -> None:
    """What n8n has is the clone's to take back."""


def _try_webhook(job: Job) -> None:
    door = doors.present(job.campaign.pk)
    if door is None:
        raise Failed("no_front_door", "The campaign has no address.")
    before = Campaign.objects.get(pk=job.campaign.pk).last_end_at  # of an earlier try's test
    status = probe.send(door, job.purpose.probe).status
    if status in (404, 502, 503, 504):
        raise Later("not_served", f"n8n does not serve the webhook yet: it answered {status}.")
    if status != 200:
        raise Failed("probe_refused", f"The test request was answered with {status}.")
    end = time.monotonic() + HEARD_WITHIN
    while time.monotonic() < end:
        row = Campaign.objects.get(pk=job.campaign.pk)
        if row.last_end_at not in (None, before):
            if row.last_result != "success":
                raise Failed("probe_failed", "The test request ran and failed in n8n.")
            return
        time.sleep(LOOK_EVERY)
    raise Later("not_heard", "The test request ran, and n8n has not reported it.")


def _read_schedule(job: Job, workflow: n8n.Workflow) -> None:
    found = seen(workflow, job.provision.instance.timezone)
    if found.schedule_problem:
        raise Failed("bad_schedule", found.schedule_problem)
