"""What a pending intention needs of n8n: done there, and undone where only half of it went."""

from collections.abc import Callable
from dataclasses import dataclass

from campaigns import intentions, wall
from campaigns.intentions import Pending
from campaigns.models import Campaign
from orchestrator import n8n
from orchestrator.crypto import Undecryptable
from workspaces.connections import NotConnected, client_of

PATIENCE = 8.0  # seconds for which n8n has to do all that is asked of it
LOOK_AGAIN = 3.0  # seconds for which it is asked how it ended

REFUSALS = (n8n.Refused, n8n.Conflict, n8n.Forbidden, n8n.Unauthorized, n8n.NotFound)
AGAIN_AFTER = 30  # seconds, where n8n does not say


class DraftPending(Exception):
    """The workflow's draft is not what runs: renaming would publish somebody's unfinished work."""


class Refused(Exception):
    """n8n will not do it; the message is its reason."""


class Away(Exception):
    """n8n could not be asked, or did not answer. `known`: nothing was changed there."""

    def __init__(self, code: str, message: str, retry_after: float | None, *, known: bool) -> None:
        super().__init__(message)
        self.code = code
        self.retry_after = max(1, round(retry_after or AGAIN_AFTER))
        self.known = known


@dataclass(frozen=True)
class _Step:
    do: Callable[[n8n.Client], n8n.Workflow]
    undo: Callable[[n8n.Client], n8n.Workflow]


def carry_out(pending: Pending) -> n8n.Workflow | None:
    """Does it, and gives what n8n then says. TenantMismatch, DraftPending, Refused and an Away that
    is `known` mean that n8n is as it was."""
    campaign = pending.campaign
    done: list[_Step] = []
    try:
        with client_of(campaign.instance, read_timeout=PATIENCE, deadline=PATIENCE) as client:
            try:
                said, body = wall.fetch(client, campaign)
            except wall.TenantMismatch as mismatch:
                if pending.target.archived and not (mismatch.workflow and mismatch.workflow.active):
                    return mismatch.workflow  # nothing to be done there
                raise
            except n8n.N8nError as error:
                raise judged(error) from error
            steps = _steps(pending, said, body)
            if said.active and (pending.target.archived or pending.target.enabled is False):
                intentions.note(pending, said.active_version_id or "")
            for step in steps:
                said = step.do(client)
                done.append(step)
            if said.active and said.active_version is None:
                said = client.workflow(said.id)  # not all answers tell what runs
            return said
    except (NotConnected, Undecryptable) as error:
        raise judged(error) from error
    except n8n.N8nError as error:
        return _how_it_ended(pending, done, error)


def _steps(pending: Pending, workflow: n8n.Workflow, body: n8n.Body) -> list[_Step]:
    """In an order in which renaming publishes nothing that did not run."""
    target, id = pending.target, workflow.id
    runs = workflow.active_version_id

    def renamed(name: str) -> Callable[[n8n.Client], n8n.Workflow]:
        return lambda client: client.update_workflow(
            id,
            name=name,
            nodes=body.nodes,
            connections=body.connections,
            settings=body.settings,
        )

    rename = _Step(renamed(target.name or ""), renamed(workflow.name))
    start = _Step(
        lambda client: client.activate(id, _resumed_version(pending.campaign)),
        lambda client: client.deactivate(id),
    )
    stop = _Step(lambda client: client.deactivate(id), lambda client: client.activate(id, runs))
    unarchive = _Step(lambda client: client.unarchive(id), lambda client: client.archive(id))

    steps = []
    if workflow.active and (target.archived or target.enabled is False):
        steps.append(stop)
    if target.name is not None and target.name != workflow.name:
        if workflow.active and not steps and workflow.version_id != runs:
            raise DraftPending
        steps.append(rename)
    if target.enabled and not workflow.active:
        steps.append(start)
    if target.archived is False and workflow.is_archived:
        steps.append(unarchive)
    return steps


def _resumed_version(campaign: Campaign) -> str | None:
    """What ran last, whatever was drafted since; None, of one that never ran: its draft."""
    return campaign.paused_version_id or campaign.active_version_id or None


def _how_it_ended(pending: Pending, done: list[_Step], error: n8n.N8nError) -> n8n.Workflow:
    """After a call that may have been carried out, whatever became of its answer."""
    unknown = Away(error.code, str(error), error.retry_after, known=False)
    try:
        with client_of(pending.campaign.instance, deadline=LOOK_AGAIN) as client:
            said = client.workflow(pending.campaign.n8n_workflow_id)
            if pending.target.reached(said):
                return said
            if isinstance(error, n8n.Timeout):
                raise unknown  # n8n may still be at it
            for step in reversed(done):
                step.undo(client)
    except n8n.NotFound:
        raise wall.TenantMismatch("workflow_missing") from None
    except n8n.N8nError:
        raise unknown from error
    raise judged(error) from error


def judged(error: Exception) -> Exception:
    """What an error of n8n, or of the way to it, means where nothing was done there."""
    match error:
        case n8n.N8nError() if isinstance(error, REFUSALS):
            return Refused(str(error))
        case n8n.N8nError():
            return Away(error.code, str(error), error.retry_after, known=True)
        case NotConnected():
            return Away("not_connected", "No n8n is connected yet.", None, known=True)
        case _:
            return Away("wrong_keys", "The key of this n8n does not open here.", None, known=True)
