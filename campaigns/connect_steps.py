"""How far a workspace has come with its n8n, in four steps.

No step is ever stored: each is derived of what is so, and true whenever and wherever one looks.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from orchestrator.crypto import Undecryptable
from workspaces.access import Access
from workspaces.connections import NotConnected, connection_to
from workspaces.models import Instance, Workspace

MANAGE = "workspaces.manage_keys"
ALIVE_WITHIN = timedelta(seconds=90)


class State(StrEnum):
    DONE = "done"
    TODO = "todo"  # somebody has something to do
    WAITING = "waiting"  # it comes by itself
    LATER = "later"  # after a step before it


@dataclass(frozen=True, slots=True)
class Step:
    name: str
    title: Promise
    state: State
    said: Promise  # how it stands, in one line
    face: str  # of that line


@dataclass(frozen=True, slots=True)
class Facts:
    instance: Instance
    trouble: str  # why n8n cannot be asked; empty: it can, or nobody has tried
    found: bool  # a campaign of this n8n
    active: bool  # one that n8n runs
    seen: bool  # a run of one of them, also by asking n8n
    heard: bool  # a run that was told of
    otherwise: bool  # not by a hooks file, but by the workflow's own report
    looking: bool = False  # a sync is under way

    @property
    def own(self) -> bool:
        return self.instance.kind == Instance.Kind.OWN

    @property
    def connected(self) -> bool:
        return self.trouble != "not_connected"

    @property
    def reporting(self) -> bool:
        """Its hooks file has been heard since it was connected."""
        return self.instance.alive_at is not None

    @property
    def silent(self) -> bool:
        at = self.instance.alive_at
        return at is not None and timezone.now() - at > ALIVE_WITHIN

    @property
    def complete(self) -> bool:
        return self.heard and (self.reporting or self.otherwise)


# The n8n by its name and not by a join: the planner knows how many rows it has. After a report,
# polling is what sees the runs that do not come to its node; `otherwise` is asked only where it
# matters: where a hooks file tells of all runs, every row would be looked at. So they would for
# each of these where none is of this n8n: that is asked first.
TOLD = ("found", "active", "seen", "heard", "otherwise")
_OF_IT = """
EXISTS (SELECT FROM campaigns_campaign c WHERE c.workspace_id = %(workspace)s
    AND c.instance_id = %(instance)s AND NOT c.set_aside"""
_ANY = f"(SELECT yes FROM anything) AND {_OF_IT}"  # noqa: S608 -- of constants
_FACTS = f"""
WITH anything AS MATERIALIZED (SELECT {_OF_IT}) AS yes)
SELECT i.*,
    {_ANY} AND c.archived_at IS NULL) AS found,
    {_ANY} AND c.archived_at IS NULL AND c.reported = 'active') AS active,
    {_ANY} AND c.observed_at IS NOT NULL) AS seen,
    {_ANY} AND c.heard_at IS NOT NULL) AS heard,
    i.alive_at IS NULL AND {_ANY} AND c.heard_at IS NOT NULL
        AND c.observed_source IN ('report', 'poll')) AS otherwise
FROM workspaces_instance i WHERE i.id = %(instance)s
"""  # noqa: S608 -- of constants


@dataclass(frozen=True, slots=True)
class Progress:
    facts: Facts
    steps: list[Step] = field(default_factory=list)

    @property
    def done(self) -> int:
        return sum(step.state is State.DONE for step in self.steps)

    @property
    def complete(self) -> bool:
        return self.facts.complete

    @property
    def next(self) -> Step | None:
        return next((step for step in self.steps if step.state is not State.DONE), None)

    @property
    def waits(self) -> bool:
        """Something may come by itself."""
        return self.facts.connected and self.done < len(self.steps)


def checklist_of(access: Access) -> Progress | None:
    """For the page of the campaigns: nothing for whoever cannot go on, and nothing once all is
    done. One query, which then finds its answer at once."""
    if not access.can(MANAGE):
        return None
    facts = facts_of(access.workspace)
    return None if facts.complete else Progress(facts, steps_of(facts))


def facts_of(workspace: Workspace, **more: Any) -> Facts:
    """Of the n8n that the workspace had when it was read."""
    names = {"workspace": workspace.pk, "instance": workspace.instance_id}
    (instance,) = Instance.objects.raw(_FACTS, names)
    told = {name: getattr(instance, name) for name in TOLD}
    return Facts(instance, trouble_of(instance), **told, **more)


def trouble_of(instance: Instance) -> str:
    try:
        connection_to(instance)
    except NotConnected:
        return "not_connected"
    except Undecryptable:
        return "wrong_keys"
    # A single sync that fails says nothing yet, but of an n8n that never worked.
    failed = instance.failed_at is not None or instance.last_ok_at is None
    return instance.failure if failed else ""


def steps_of(facts: Facts) -> list[Step]:
    return [_connect(facts), _workflows(facts), _hooks(facts), _heartbeat(facts)]


def _connect(facts: Facts) -> Step:
    title = _("Connect n8n")
    if not facts.connected:
        return Step("n8n", title, State.TODO, _("Say where your n8n is."), "unknown")
    if facts.trouble:
        return Step("n8n", title, State.TODO, _("Connected, but it cannot be asked."), "error")
    return Step("n8n", title, State.DONE, _("Connected"), "live")


def _workflows(facts: Facts) -> Step:
    title = _("Choose the workflows")
    if not facts.connected:
        return Step("workflows", title, State.LATER, _("After step 1."), "unknown")
    if facts.looking or (facts.own and facts.instance.last_ok_at is None and not facts.trouble):
        state = State.DONE if facts.found else State.WAITING
        return Step("workflows", title, state, _("Looking into n8n…"), "syncing")
    if facts.found:
        return Step("workflows", title, State.DONE, _("Found"), "live")
    said = _("None found yet.") if facts.own else _("None carries your tag yet.")
    return Step("workflows", title, State.TODO, said, "unknown")


def _hooks(facts: Facts) -> Step:
    title = _("Let n8n report its runs")
    if not facts.connected:
        return Step("hooks", title, State.LATER, _("After step 1."), "unknown")
    if facts.silent:
        return Step("hooks", title, State.DONE, _("n8n has fallen silent."), "stale")
    if facts.reporting:
        return Step("hooks", title, State.DONE, _("n8n reports by itself"), "live")
    if facts.complete:
        return Step("hooks", title, State.DONE, _("Its workflows do it themselves."), "stale")
    late = _("Waiting for n8n. Until then runs show late.")
    said = late if facts.seen else _("Waiting for n8n…")
    return Step("hooks", title, State.WAITING, said, "unknown")


def _heartbeat(facts: Facts) -> Step:
    title = _("See the first heartbeat")
    if facts.heard and facts.connected:
        return Step("heartbeat", title, State.DONE, _("Heard"), "live")
    if not facts.found or not facts.connected:
        return Step("heartbeat", title, State.LATER, _("After step 2."), "unknown")
    if not facts.active:
        return Step("heartbeat", title, State.TODO, _("No workflow is active yet."), "unknown")
    said = _("Waiting for the first heartbeat…")
    return Step("heartbeat", title, State.WAITING, said, "unknown")


def again_at(asked_at: datetime | None, every: timedelta) -> datetime | None:
    """When n8n may be asked again; None: now."""
    at = asked_at + every if asked_at else None
    return at if at and at > timezone.now() else None
