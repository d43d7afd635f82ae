"""Asks n8n what its workflows are, and writes down what it said.

A list proves what is in it, never what is not: a workflow that is not listed is asked for by its
own id. Nothing is written to a campaign that a person changed since n8n was asked.
"""

import secrets
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta

from django.utils import timezone

from campaigns import making, served
from campaigns.adoption import adopt_many, give_missing_tokens, take_back
from campaigns.seen import Seen, seen
from campaigns.written import Known, is_active_webhook, known_of, write_down
from orchestrator import n8n
from orchestrator.crypto import Undecryptable
from orchestrator.events import Actor
from workspaces.connections import NotConnected, client_of
from workspaces.models import Instance, Workspace

PAGES = (250, 50, 10)  # rows a page: smaller ones where n8n's answer would be too large
ADOPTED = 250  # in one transaction
ASKED = 100  # by their own id in one sync; the others are asked for by the next ones
ASKED_WITHIN = 20.0, 1.0  # seconds; the second where a person waits
SERVED_WITHIN = 3.0, 0.8  # of more webhooks each is asked for in its turn
ERRORS = 50  # told of one sync
FRESH = timedelta(seconds=10)  # n8n publishes in the background: until then nothing may be served

Answers = dict[str, Seen | None]  # by workflow; None: n8n says that there is none


class SyncFailed(Exception):
    """n8n could not be asked. `code`: of orchestrator.n8n, or not_connected, wrong_keys."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass
class Outcome:
    """Of one workspace."""

    synced: int = 0
    changed: set[uuid.UUID] = field(default_factory=set)
    adopted: set[uuid.UUID] = field(default_factory=set)  # or taken back: new in the list
    errors: list[dict[str, str]] = field(default_factory=list)

    def fails(self, code: str, message: str) -> None:
        if len(self.errors) < ERRORS:
            self.errors.append({"code": code, "message": message})


def sync_instance(
    instance: Instance,
    workspaces: Iterable[Workspace],
    *,
    actor: Actor,
    read_timeout: float = 10.0,
    hurry: bool = False,
) -> dict[uuid.UUID, Outcome]:
    """The outcome for each of these workspaces of the instance; all or SyncFailed."""
    asking = _Asking(instance, {w.pk: w for w in workspaces}, known_of(instance), hurry)
    try:
        with client_of(instance, read_timeout=read_timeout) as client:
            answers, serving = asking.ask(client)
    except n8n.NotFound:
        raise SyncFailed("not_n8n", "n8n's API is not there; it may be switched off.") from None
    except n8n.N8nError as error:
        raise SyncFailed(error.code, str(error)) from error
    except NotConnected:
        raise SyncFailed("not_connected", "No n8n is connected yet.") from None
    except Undecryptable:
        raise SyncFailed("wrong_keys", "The stored API key does not open.") from None
    outcomes = {id: Outcome() for id in asking.workspaces}
    at = timezone.now()
    for workspace in asking.workspaces.values():
        give_missing_tokens(workspace)
        _judge(asking, workspace, answers, outcomes[workspace.pk], actor)
    known = {id: c for id, c in asking.known.items() if c.workspace_id in outcomes}
    for campaign, changed in write_down(
        known,
        answers,
        serving,
        at,
        tag_problem=asking.tag_problem,
        contested=asking.contest(answers),
        actor=actor,
    ):
        outcome = outcomes[campaign.workspace_id]
        outcome.synced += 1
        if changed and campaign.id not in outcome.adopted:
            outcome.changed.add(campaign.id)
    return outcomes


@dataclass
class _Asking:
    instance: Instance
    workspaces: dict[uuid.UUID, Workspace]
    known: dict[str, Known]  # of the whole instance, as it was before n8n was asked
    hurry: bool

    @property
    def own(self) -> bool:
        return self.instance.kind == Instance.Kind.OWN

    def ask(self, client: n8n.Client) -> tuple[Answers, dict[str, bool | None]]:
        answers: Answers = {}
        for page in PAGES:
            try:
                answers = {s.workflow.id: s for s in self._listed(client, page)}
                break
            except n8n.TooLarge:
                if page == PAGES[-1]:
                    raise
        self._ask_singly(client, answers)
        return answers, self._served(client, answers)

    def is_mine(self, found: Seen, workspace_id: uuid.UUID) -> bool:
        if self.own:
            return workspace_id == self.instance.owner_id
        return self.workspaces[workspace_id].tag in found.tags

    def tag_problem(self, found: Seen, workspace_id: uuid.UUID) -> str:
        if self.own:
            return ""
        if len(found.tags) > 1:
            return "tag_conflict"
        if self.is_mine(found, workspace_id):
            return ""
        return "tag_foreign" if found.tags else "tag_missing"

    def waits_aside(self, id: str, workspace_id: uuid.UUID) -> bool:
        known = self.known.get(id)
        return known is not None and known.set_aside and known.workspace_id == workspace_id

    def contest(self, answers: Answers) -> Callable[[str], bool | None]:
        """Whether another active workflow claims the same webhook: n8n serves only one of them,
        and publishing in the background tells nobody. None: not known, as not all were listed."""
        of = {
            id: set(served.webhooks(found.workflow) or ())
            for id, found in answers.items()
            if found is not None and is_active_webhook(found.workflow)
        }
        claims = Counter(webhook for claimed in of.values() for webhook in claimed)
        whole = self.own or len(self.workspaces) == self.instance.workspaces.count()

        def contested(id: str) -> bool | None:
            if any(claims[webhook] > 1 for webhook in of.get(id, ())):
                return True
            return False if whole or id not in of else None

        return contested

    def _listed(self, client: n8n.Client, page: int) -> Iterator[Seen]:
        # One workspace is asked for by its tag; of many, all workflows come in fewer calls.
        single = len(self.workspaces) == 1 and not self.own
        tags = [w.tag for w in self.workspaces.values()] if single else []
        for workflow in client.workflows(tags=tags, page=page):
            found = seen(workflow, self.instance.timezone)
            known = self.known.get(workflow.id)
            if (known is not None and known.workspace_id in self.workspaces) or any(
                self.is_mine(found, id) for id in self.workspaces
            ):
                yield found

    def _ask_singly(self, client: n8n.Client, answers: Answers) -> None:
        """For what is a campaign and was not listed; what waits longest goes first."""
        absent = [
            (known, id)
            for id, known in self.known.items()
            if known.workspace_id in self.workspaces and id not in answers and not known.archived
        ]
        absent.sort(key=lambda pair: (pair[0].synced_at is not None, pair[0].synced_at))
        end = time.monotonic() + ASKED_WITHIN[self.hurry]
        for _, id in absent[:ASKED]:
            if time.monotonic() > end:
                return
            try:
                answers[id] = seen(client.workflow(id), self.instance.timezone)
            except n8n.NotFound:
                answers[id] = None
            except (n8n.Forbidden, n8n.TooLarge):  # of this one alone; it says nothing of it
                continue

    def _served(self, client: n8n.Client, answers: Answers) -> dict[str, bool | None]:
        """Whether its webhook is served, of those that can be asked now."""
        now = timezone.now()
        due: list[tuple[bool, int, n8n.Workflow]] = []
        for id, found in answers.items():
            if found is None or not is_active_webhook(found.workflow):
                continue
            known, workflow = self.known.get(id), found.workflow
            same = known is not None and known.active_version_id == workflow.active_version_id
            if same or now - workflow.updated_at > FRESH:
                # What was served comes last, and in no order: where time is short, each in turn.
                settled = known is not None and known.served is True
                due.append((settled, secrets.randbits(32), workflow))
        due.sort(key=lambda row: row[:2])
        workflows = [workflow for _, _, workflow in due]
        return served.ask_all(client, workflows, SERVED_WITHIN[self.hurry])


def _judge(
    asking: _Asking, workspace: Workspace, answers: Answers, outcome: Outcome, actor: Actor
) -> None:
    """Adopts what is the workspace's and no campaign yet, and names what is nobody's. What was its
    campaign before goes first."""
    new: list[n8n.Workflow] = []
    back: list[str] = []
    for id, found in answers.items():
        if found is None:
            continue
        if code := _refusal(asking, workspace, id, found):
            foreign = id in asking.known and asking.known[id].workspace_id != workspace.pk
            # A foreign one's name is not for this workspace.
            outcome.fails(code, id if foreign else f"{found.workflow.name} ({id})")
        elif id in asking.known or found.workflow.is_archived:
            if asking.waits_aside(id, workspace.pk):
                back.append(id)
        elif asking.is_mine(found, workspace.pk) and not making.is_being_made(found.workflow):
            new.append(found.workflow)
    left_out = 0
    for start in range(0, len(back), ADOPTED):
        of = {id: asking.known[id] for id in back[start : start + ADOPTED]}
        versions = {known.id: known.version for known in of.values()}
        returned, more = take_back(asking.instance, workspace, versions, actor=actor)
        left_out += more
        asking.known |= {
            id: replace(known, set_aside=False) for id, known in of.items() if known.id in returned
        }
        outcome.adopted |= returned
    for start in range(0, len(new), ADOPTED):
        some = new[start : start + ADOPTED]
        adopted, more = adopt_many(asking.instance, workspace, some, actor=actor)
        left_out += more
        asking.known |= {c.n8n_workflow_id: Known.of(c) for c in adopted}
        outcome.adopted |= {campaign.pk for campaign in adopted}
    if left_out:
        message = f"{left_out} more workflows were found than the workspace may have campaigns."
        outcome.errors.append({"code": "quota_exceeded", "message": message})


def _refusal(asking: _Asking, workspace: Workspace, id: str, found: Seen) -> str:
    """Why it cannot be the workspace's campaign, though a tag or a campaign of it says so."""
    known = asking.known.get(id)
    ours = known is not None and known.workspace_id == workspace.pk
    mine = asking.is_mine(found, workspace.pk)
    if not (mine or ours) or (ours and known is not None and known.archived):
        return ""
    if len(found.tags) > 1 and not asking.own:
        return "tag_conflict"
    if known is not None and (not ours or (not mine and (asking.own or bool(found.tags)))):
        return "tenant_mismatch"
    return ""
