"""`complete`: delivered means live. A webhook has answered a signed test that went through the
front door, and its heartbeat came back; of a schedule the next run is known."""

import time
from dataclasses import dataclass
from datetime import datetime

from campaigns import making
from campaigns.models import Campaign
from campaigns.seen import seen
from orchestrator import n8n
from orchestrator.n8n.rows import Trigger
from provisioning import doors, probe
from provisioning.job import Failed, Job, Later
from provisioning.models import Step
from provisioning.steps import clone

HEARD_WITHIN = 8.0  # seconds from n8n's answer to its heartbeat
LOOK_EVERY = 0.02


def do(job: Job) -> None:
    tested = _test(job) if job.provision.template.trigger == Trigger.WEBHOOK else None
    with job.n8n() as client:  # meanwhile the heartbeat is on its way
        workflow = client.workflow(job.provision.workflow_id)
        if job.tries[Step.N8N] > 1:  # of the first one n8n was told but once
            clone.remove_twins(job, client)
    if not workflow.active:
        raise Later("not_published", "n8n has not published the workflow yet.")
    if tested is None:
        _read_schedule(job, workflow)
    else:
        _wait_until_heard(job, tested)
    with job.holding():
        making.finish(job.campaign, workflow, actor=job.actor)


def undo(job: Job) -> None:
    """What n8n has is the clone's to take back."""


@dataclass(frozen=True, slots=True)
class _Tested:
    status: int  # of the answer
    before: datetime | None  # when the last end before it was heard: that of an earlier try's test


def _test(job: Job) -> _Tested:
    door = doors.present(job.campaign.pk)
    if door is None:
        raise Failed("no_front_door", "The campaign has no address.")
    before = Campaign.objects.get(pk=job.campaign.pk).last_end_at
    return _Tested(probe.send(door, job.purpose.probe).status, before)


def _wait_until_heard(job: Job, test: _Tested) -> None:
    status = test.status
    if status in (404, 502, 503, 504):
        raise Later("not_served", f"n8n does not serve the webhook yet: it answered {status}.")
    if status != 200:
        raise Failed("probe_refused", f"The test request was answered with {status}.")
    end = time.monotonic() + HEARD_WITHIN
    while time.monotonic() < end:
        row = Campaign.objects.get(pk=job.campaign.pk)
        if row.last_end_at not in (None, test.before):
            if row.last_result != "success":
                raise Failed("probe_failed", "The test request ran and failed in n8n.")
            return
        time.sleep(LOOK_EVERY)
    raise Later("not_heard", "The test request ran, and n8n has not reported it.")


def _read_schedule(job: Job, workflow: n8n.Workflow) -> None:
    found = seen(workflow, job.provision.instance.timezone)
    if found.schedule_problem:
        raise Failed("bad_schedule", found.schedule_problem)
