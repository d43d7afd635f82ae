"""A campaign's workflow becomes a template of its workspace, and templates are withdrawn.

n8n is asked first, with no transaction open; what it said is stripped and looked through without
it; a last transaction writes the template down.
"""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns import calls, wall
from campaigns.models import Campaign
from orchestrator import n8n
from orchestrator.crypto import Undecryptable
from orchestrator.events import Actor, acting, emit
from provisioning import asked, fitness, library, offers, stripping, testable
from provisioning.events import TemplateSaved, TemplateWithdrawn
from provisioning.fitness import Unfit
from provisioning.leaks import Kind, looks_secret
from provisioning.models import Provision, Template
from provisioning.offers import Offer
from provisioning.services import TemplateMissing
from provisioning.stripping import Found, Stripped
from provisioning.testable import Trial
from workspaces import quotas
from workspaces.connections import NotConnected, client_of
from workspaces.models import User, Workspace
from workspaces.rules import check_model, refuse

MOST = 200  # templates of a workspace
MOST_TOLD = 200  # places of one kind

Last = Callable[[Template], None]


class NameTaken(Exception):
    """Another template of the workspace is called so."""


class TooMany(Exception):
    """The workspace has as many templates as it may have."""


@dataclass(frozen=True, slots=True)
class Look:
    """A workflow as it would be kept, and what of it would not."""

    campaign: Campaign
    stripped: Stripped
    trial: Trial
    offered: list[Offer]
    draft_left_out: bool  # n8n has changes of it that are not published

    def as_json(self) -> dict[str, Any]:
        return {
            "stripped": told(self.stripped.removed),
            "doubtful": told(self.stripped.doubtful),
            "secretsLeft": told(self.stripped.stuck),
            "probe": self.trial.value,
            "draftLeftOut": self.draft_left_out,
        }


@dataclass(frozen=True, slots=True)
class Wish:
    name: str
    description: str | None = None
    category: str | None = None
    parameters: Sequence[Mapping[str, Any]] = ()
    template_id: uuid.UUID | None = None  # a new version of this one
    accepts_test: bool = False  # that the test runs the workflow for real


def told(found: Sequence[Found]) -> list[dict[str, str]]:
    return [one.as_json() for one in dict.fromkeys(found)][:MOST_TOLD]


def look(campaign: Campaign) -> Look:
    """Asks n8n. Raises wall.TenantMismatch, calls.Away, calls.Refused and Unfit."""
    try:
        with client_of(
            campaign.instance, read_timeout=calls.PATIENCE, deadline=calls.PATIENCE
        ) as client:
            workflow, whole = wall.fetch_whole(client, campaign)
    except (n8n.N8nError, NotConnected, Undecryptable) as error:
        raise calls.judged(error) from error
    stripped, trial = looked_through(whole)
    draft = workflow.active and workflow.version_id != workflow.active_version_id
    return Look(campaign, stripped, trial, offers.offered(stripped, _known(campaign)), draft)


def looked_through(whole: n8n.Whole) -> tuple[Stripped, Trial]:
    """Raises Unfit."""
    running = whole.running
    connections = whole.connections if running.connections is None else running.connections
    settings = whole.settings or {}
    fitness.check(running.nodes, connections, settings)
    fitness.check_start(running.nodes)
    stripped = stripping.strip(running.nodes, connections, settings)
    stripped.removed += [
        Found("", name, Kind.DATA)
        for name, data in (("pinData", whole.pin_data), ("staticData", whole.static_data))
        if data
    ]
    stripped.removed += [
        Found(node["name"], "authentication", Kind.WEBHOOK_AUTH)
        for node in stripped.nodes
        if testable.is_hook(node) and node["parameters"].get("authentication", "none") != "none"
    ]
    trial = testable.prepare(stripped.body)
    stripped.forget_filled()
    return stripped, trial


def save(seen: Look, wish: Wish, *, by: User, actor: Actor, last: Last | None = None) -> Template:
    """Raises Unfit, rules.Invalid, TemplateMissing, NameTaken and TooMany."""
    workspace = seen.campaign.workspace
    check_allowed(seen, wish)
    made = asked.put_in(seen.stripped, seen.offered, wish.parameters)
    check_texts(wish)
    with acting(actor):
        quotas.lock(workspace)
        row = _row(workspace, wish, seen.campaign, by)
        number = row.version + 1 if wish.template_id else 1
        library.add_version(row, seen.stripped.body, made, number)
        row.version = number
        emit(
            TemplateSaved,
            row,
            actor=actor,
            after={"name": row.name, "version": number, "campaignId": str(seen.campaign.pk)},
        )
        if last is not None:
            last(row)
    return row


def withdraw(template: Template, *, actor: Actor) -> None:
    """Nothing more is made of it; what was made of it stays, and so do its versions."""
    with acting(actor):
        left = Template.objects.filter(pk=template.pk, withdrawn_at=None)
        if left.update(withdrawn_at=timezone.now()):
            emit(TemplateWithdrawn, template, actor=actor, after={"name": template.name})


def own(workspace: Workspace, template_id: uuid.UUID) -> Template | None:
    """One that this workspace has made and not withdrawn."""
    rows = Template.objects.filter(workspace=workspace, withdrawn_at=None)
    return rows.filter(pk=template_id).first()


def check_allowed(seen: Look, wish: Wish) -> None:
    """Raises Unfit."""
    if seen.stripped.stuck:
        text = _(
            "Secrets stand in expressions or programs of the workflow. Move them into credentials"
            " of n8n, publish it, and save it then."
        )
        raise Unfit("secrets_left", text, told(seen.stripped.stuck))
    if seen.trial == Trial.REAL and not wish.accepts_test:
        text = _(
            "No question for the test can be put behind this webhook: each new campaign would run"
            " once for real, and do all that it does. Accept that to save it."
        )
        raise Unfit("runs_for_real", text)


def check_texts(wish: Wish) -> None:
    """Raises Invalid."""
    given = {
        name: text
        for name in ("name", "description", "category")
        if (text := getattr(wish, name)) is not None
    }
    check_model(Template(**given), *given)
    if any(looks_secret(text) for text in given.values()):
        refuse("name", _("This looks like a secret."), "looks_secret")


def _row(workspace: Workspace, wish: Wish, campaign: Campaign, by: User) -> Template:
    others = Template.objects.filter(workspace=workspace, withdrawn_at=None)
    if wish.template_id is not None:
        row = others.filter(pk=wish.template_id).first()
        if row is None:
            raise TemplateMissing
        others = others.exclude(pk=row.pk)
    else:
        row = Template(workspace=workspace, created_by=by)
        if others.count() >= MOST:
            raise TooMany
    if others.filter(name__iexact=wish.name).exists():
        raise NameTaken
    row.name = wish.name
    row.n8n_template_id = campaign.n8n_workflow_id
    if wish.description is not None:
        row.description = wish.description
    if wish.category is not None:
        row.category = wish.category
    row.save()
    return row


def _known(campaign: Campaign) -> list[dict[str, Any]]:
    made = Provision.objects.filter(campaign=campaign).select_related("template").first()
    return made.template.parameters if made else []
