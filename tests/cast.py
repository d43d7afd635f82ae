"""The fixed cast: the demo's people, made by the services, in a transaction that is rolled back."""

import time
from dataclasses import dataclass
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.utils.timezone import now

from campaigns.models import Campaign, WorkspaceClock
from orchestrator.events import command
from workspaces import keys, services
from workspaces.models import Instance, Role, User, Workspace

# `bare` is a superuser without the second factor that is required of them.
CALLERS = ("owner", "admin", "member", "viewer", "stranger", "nobody", "superuser", "bare")
KEYS = ("owner_key", "viewer_key")  # API keys that acme's owner made, each with this role


@dataclass(frozen=True)
class Cast:
    acme: Workspace
    globex: Workspace
    people: dict[str, User]
    campaign: Campaign  # of acme
    foreign: Campaign  # of globex

    def client(self, caller: str) -> Client:
        """A browser of this person; `nobody` is signed out. Of a key, a program that has it."""
        if caller in KEYS:
            token = self.key(Role(caller.removesuffix("_key"))).token
            return Client(
                raise_request_exception=False, headers={"Authorization": f"Bearer {token}"}
            )
        client = Client(raise_request_exception=False)
        if caller != "nobody":
            client.force_login(self.people[caller], backend="workspaces.identity.Backend")
            signed_in_now(client, self.people[caller])
        return client

    def key(self, role: Role = Role.OWNER, maker: str = "owner", **fields: Any) -> keys.Shown:
        person = self.people[maker]
        actor = command("test")
        return keys.create(self.acme, person, name="A key", role=role, actor=actor, **fields)


def factor(user: User, type: str = "totp") -> None:
    """A second factor, as far as anybody asks who only wants to know whether there is one."""
    Authenticator.objects.create(user=user, type=type, data={})


def signed_in_now(client: Client, user: User, ago: float = 0) -> None:
    """What allauth notes at a sign-in, and `force_login` does not; so many seconds ago."""
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time() - ago}]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()


@pytest.fixture
def cast(db: None) -> Cast:
    actor = command("test")

    def person(email: str, **fields: Any) -> User:
        return User.objects.create_user(email, None, name=email.split("@")[0], **fields)

    people = {role: person(f"{role}@acme.test") for role in ("owner", "admin", "member", "viewer")}
    people["stranger"] = person("owner@globex.test")
    people["superuser"] = person("super@demo.test", is_superuser=True, is_staff=True)
    factor(people["superuser"])
    people["bare"] = person("bare@demo.test", is_superuser=True, is_staff=True)
    acme = services.create_workspace("Acme", owner=people["owner"], actor=actor)
    for role in ("admin", "member", "viewer"):
        services.add_member(acme, people[role], Role(role), actor=actor)
    globex = services.create_workspace("Globex", owner=people["stranger"], actor=actor)
    # Their n8n answers, as it usually does.
    Instance.objects.update(last_ok_at=now(), silent=False)
    WorkspaceClock.objects.update(silent=False)
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
