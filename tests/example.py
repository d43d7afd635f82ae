"""The rows that the examples of the OpenAPI document name."""

import hashlib
import uuid
from datetime import timedelta

from django.utils.timezone import now

from campaigns.models import Campaign
from orchestrator.events import command
from orchestrator.schema_page import EXAMPLE_ID
from provisioning import library, log
from provisioning.models import Step, StepStatus, Template
from rbac import ownership
from rbac.models import Invitation
from tests.cast import Cast
from tests.provisioned import provision_of
from tests.workflows import webhook_node
from workspaces import actors, keys, services
from workspaces.models import ApiKey, Role, User, Workspace


def make(cast: Cast) -> Workspace:
    """A workspace, a campaign, a key, a member, a template and an invitation."""
    actor = command("test")
    owner = cast.people["owner"]
    User.objects.filter(pk=owner.pk).update(timezone="Asia/Kolkata")  # which no answer shows
    workspace = Workspace.objects.create(
        id=uuid.UUID(EXAMPLE_ID),
        name="Example",
        slug="example",
        tag="ork:example",
        instance=cast.acme.instance,
    )
    services.add_member(workspace, owner, Role.OWNER, actor=actor)
    made = keys.create(workspace, owner, name="Dashboard", role=Role.VIEWER, actor=actor)
    ApiKey.objects.filter(pk=made.row.pk).update(id=EXAMPLE_ID)
    Campaign.objects.create(
        id=uuid.UUID(EXAMPLE_ID),
        workspace=workspace,
        instance=workspace.instance,
        name="Drip",
        n8n_workflow_id="example",
        reported="active",
        trigger="webhook",
        webhook_path="drip",
    )
    somebody = User.objects.create_user("ada@example.test", None, id=uuid.UUID(EXAMPLE_ID))
    services.add_member(workspace, somebody, Role.VIEWER, actor=actor)
    template = Template.objects.create(
        id=EXAMPLE_ID, workspace=workspace, name="Ours", category="Leads"
    )
    body = {"nodes": [webhook_node("[[path]]")], "connections": {}, "settings": {}}
    library.add_version(template, body, [], 1)
    Invitation.objects.create(
        id=EXAMPLE_ID,
        workspace=workspace,
        email=cast.people["stranger"].email,
        role=Role.VIEWER,
        inviter=owner,
        digest=hashlib.sha256(EXAMPLE_ID.encode()).hexdigest(),
        asked_at=now() - timedelta(hours=1),
        expires_at=now() + timedelta(days=1),
    )
    return workspace


def offered(stage: Cast) -> None:
    """To somebody who is a member."""
    workspace, receiver = Workspace.objects.get(pk=EXAMPLE_ID), stage.people["stranger"]
    services.add_member(workspace, receiver, Role.MEMBER, actor=command("test"))
    ownership.offer(
        workspace, receiver.pk, by=stage.people["owner"], actor=actors.oneself(receiver)
    )


def failed(stage: Cast) -> None:
    """A provision that waits for somebody to try it again."""
    workspace = Workspace.objects.get(pk=EXAMPLE_ID)
    row = provision_of(workspace, stage.people["owner"], uuid.UUID(EXAMPLE_ID))
    log.write(row, Step.N8N, StepStatus.ERROR, code="n8n_unreachable", message="n8n is away.")
