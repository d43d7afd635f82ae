"""The fixed cast: the demo's people, made by the services, in a transaction that is rolled back."""

from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from campaigns.models import Campaign
from orchestrator.events import command
from workspaces import services
from workspaces.models import Role, User, Workspace

CALLERS = ("owner", "admin", "member", "viewer", "stranger", "nobody", "superuser")


@dataclass(frozen=True)
class Cast:
    acme: Workspace
    globex: Workspace
    people: dict[str, User]
    campaign: Campaign  # of acme
    foreign: Campaign  # of globex

    def client(self, caller: str) -> Client:
        """A browser of this person; `nobody` is signed out."""
        client = Client(raise_request_exception=False)
        if caller != "nobody":
            client.force_login(self.people[caller], backend="workspaces.identity.Backend")
        return client


@pytest.fixture
def cast(db: None) -> Cast:
    actor = command("test")

    def person(email: str, **fields: Any) -> User:
        return User.objects.create_user(email, None, name=email.split("@")[0], **fields)

    people = {role: person(f"{role}@acme.test") for role in ("owner", "admin", "member", "viewer")}
    people["stranger"] = person("owner@globex.test")
    people["superuser"] = person("super@demo.test", is_superuser=True, is_staff=True)
    acme = services.create_workspace("Acme", owner=people["owner"], actor=actor)
    for role in ("admin", "member", "viewer"):
        services.add_member(acme, people[role], Role(role), actor=actor)
    globex = services.create_workspace("Globex", owner=people["stranger"], actor=actor)
    return Cast(acme, globex, people, campaign_of(acme, "Drip"), campaign_of(globex, "Secret"))


def campaign_of(workspace: Workspace, name: str, **fields: Any) -> Campaign:
    values: dict[str, Any] = {"reported": "active", "trigger": "webhook", **fields}
    return Campaign.objects.create(
        workspace=workspace,
        instance=workspace.instance,
        n8n_workflow_id=values.pop("n8n_workflow_id", f"wf-{workspace.slug}-{name}"),
        name=name,
        **values,
    )
