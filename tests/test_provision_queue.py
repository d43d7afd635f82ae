"""Whose turn it is: fair between workspaces, two at once on one n8n, and nobody's twice."""

import uuid
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils.timezone import now

from provisioning import job, log, queue
from provisioning.models import Provision, ProvisioningStatus, Step, StepStatus
from provisioning.progress import Progress
from tests.cast import Cast
from tests.provisioned import provision_of
from workspaces.models import Instance

pytestmark = pytest.mark.django_db


def begun(cast: Cast, acme: int, globex: int) -> None:
    """First all of acme's."""
    for _ in range(acme):
        provision_of(cast.acme, cast.people["owner"])
    for _ in range(globex):
        provision_of(cast.globex, cast.people["stranger"])
    for number, row in enumerate(Provision.objects.order_by("created_at")):
        at = now() - timedelta(hours=1) + timedelta(seconds=number)
        Provision.objects.filter(pk=row.pk).update(created_at=at, due_at=at)


def turns(times: int) -> list[str]:
    """Whose provisions are claimed one after the other, each finished before the next."""
    found = []
    for _ in range(times):
        claimed = queue.claim()
        assert claimed is not None
        row = Provision.objects.select_related("workspace").get(pk=claimed[0])
        found.append(row.workspace.slug)
        Provision.objects.filter(pk=row.pk).update(held_until=None, due_at=None)
    return found


def test_five_hundred_of_one_workspace_do_not_hold_up_anothers_one(cast: Cast) -> None:
    begun(cast, acme=40, globex=1)
    template = Provision.objects.first()
    assert template is not None
    rows = [
        Provision(**{**_copied(template), "id": uuid.uuid4(), "campaign": None}) for _ in range(460)
    ]
    Provision.objects.bulk_create(rows)
    assert "globex" in turns(2)


def _copied(row: Provision) -> dict[str, Any]:
    return {
        field.attname: getattr(row, field.attname)
        for field in Provision._meta.concrete_fields
        if field.name not in ("id", "campaign")
    }


def test_they_take_turns(cast: Cast) -> None:
    begun(cast, acme=6, globex=3)
    assert Counter(turns(6)) == {"acme": 3, "globex": 3}


def test_at_most_two_at_once_on_one_n8n(cast: Cast) -> None:
    begun(cast, acme=3, globex=1)
    first, second = queue.claim(), queue.claim()
    assert first is not None
    assert second is not None
    held = Provision.objects.filter(held_until__gt=now()).select_related("workspace")
    assert {row.workspace.slug for row in held} == {"acme", "globex"}  # one each
    assert queue.claim() is None


def test_another_n8n_has_its_own_two(cast: Cast) -> None:
    begun(cast, acme=2, globex=1)
    other = Instance.objects.create(id="other", kind=Instance.Kind.OWN, owner=cast.globex)
    Provision.objects.filter(workspace=cast.globex).update(instance=other)
    assert [queue.claim() is not None for _ in range(4)] == [True, True, True, False]


def test_what_is_held_is_nobody_elses_until_the_lease_is_over(cast: Cast) -> None:
    begun(cast, acme=1, globex=0)
    first = queue.claim()
    assert first is not None
    assert queue.claim() is None
    Provision.objects.update(held_until=now() - timedelta(seconds=1))
    second = queue.claim()
    assert second is not None
    assert (second[0], second[1] == first[1]) == (first[0], False)
    late = job.Job(Provision.objects.select_related(*job.WHOLE).get(), first[1], {})
    with pytest.raises(job.Lost), late.holding():
        pass  # who comes back from a long sleep writes nothing


def test_what_is_due_later_waits(cast: Cast) -> None:
    begun(cast, acme=1, globex=0)
    Provision.objects.update(due_at=now() + timedelta(seconds=30))
    assert queue.claim() is None
    assert not queue.is_anything_due()


# --- the log, and what it says ------------------------------------------------------------------

Event = tuple[str, str, bool]  # step, status, undoing


def progress(events: Sequence[Event]) -> Progress:
    return Progress.of(
        ProvisioningStatus(step=step, status=status, undoing=undoing, created_at=now())
        for step, status, undoing in events
    )


BEGUN = [("db", "running", False), ("db", "done", False)]
MADE = [*BEGUN, ("n8n", "running", False), ("n8n", "done", False), ("webhook", "running", False)]
FAILED = [*BEGUN, ("n8n", "running", False), ("n8n", "error", False)]
TAKEN_BACK = [("n8n", "running", True), ("n8n", "pending", True), ("db", "pending", True)]


@pytest.mark.parametrize(
    ("events", "status", "next_step", "last_done"),
    [
        (BEGUN, "queued", Step.N8N, Step.DB),
        ([*BEGUN, ("n8n", "running", False)], "running", Step.N8N, Step.N8N),
        (MADE, "running", Step.WEBHOOK, Step.WEBHOOK),
        (FAILED, "error", Step.N8N, Step.N8N),
        # To be tried again: what the first try may have made is still to be taken back.
        ([*FAILED, ("n8n", "pending", False)], "queued", Step.N8N, Step.N8N),
        ([*FAILED, ("n8n", "running", True)], "canceling", Step.N8N, Step.N8N),
        ([*FAILED, ("n8n", "error", True)], "error", Step.N8N, Step.N8N),
        ([*FAILED, *TAKEN_BACK], "canceled", Step.DB, None),
        (
            [*MADE, ("webhook", "done", False), ("complete", "done", False)],
            "done",
            None,
            Step.COMPLETE,
        ),
    ],
    ids=[
        "begun", "at-n8n", "at-webhook", "failed", "again", "undoing", "not-undone", "canceled",
        "done",
    ],
)  # fmt: skip
def test_where_it_stands_follows_from_its_events(
    events: list[Event], status: str, next_step: Step | None, last_done: Step | None
) -> None:
    found = progress(events)
    assert (found.status, found.next_step, found.last_done) == (status, next_step, last_done)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE provisioning_status SET status = 'done'",
        "DELETE FROM provisioning_status",
        "TRUNCATE provisioning_status",
    ],
)
def test_nobody_changes_what_happened(change: str, cast: Cast) -> None:
    provision_of(cast.acme, cast.people["owner"])
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


def test_each_event_has_the_next_number(cast: Cast) -> None:
    row = provision_of(cast.acme, cast.people["owner"])
    log.write(row, Step.N8N, StepStatus.RUNNING)
    numbers = [event.number for event in log.events(row.pk)]
    assert numbers == [2, 3, 4]
    assert row.version == 4
