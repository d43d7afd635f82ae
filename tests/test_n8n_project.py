"""The real wall: what is made for a workspace is made in its own project of a real n8n, where none
but its user and the owner see anything."""

import secrets
import uuid
from collections.abc import Iterator

import httpx
import pytest

from n8n.owner import api_key_of_invited
from orchestrator.n8n import TRUSTED, Client
from tests import n8n_proxy
from tests.n8n_server import N8n
from tests.product import Product
from tests.provisioned import Owner, made, product_behind
from tests.workflows import webhook_node

pytestmark = pytest.mark.n8n

WEBHOOK = "Contact form to a channel"


@pytest.fixture(scope="module")
def whole(real_n8n: N8n, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with n8n_proxy.before(real_n8n.url) as proxy:
        with product_behind(real_n8n, proxy, tmp_path_factory.mktemp("project")) as product:
            yield product


def user_of(server: N8n) -> tuple[Client, str]:
    """Somebody with a key of their own, and their project."""
    email = f"{secrets.token_hex(4)}@client.test"
    answer = httpx.post(
        f"{server.url}/api/v1/users",
        headers={"X-N8N-API-KEY": server.api_key},
        json=[{"email": email, "role": "global:member"}],
        timeout=30,
    )
    assert answer.status_code in (200, 201), answer.text
    invitation = answer.json()[0]["user"]["inviteAcceptUrl"]
    key = api_key_of_invited(server.url, invitation, "Correct-horse-9-battery")
    client = Client(server.url, key, policy=TRUSTED)
    nodes = [webhook_node(secrets.token_hex(6))]
    mine = client.create_workflow(name="Mine", nodes=nodes, connections={}, settings={})
    raw = httpx.get(
        f"{server.url}/api/v1/workflows/{mine.id}", headers={"X-N8N-API-KEY": key}, timeout=30
    ).json()
    client.delete(mine.id)
    return client, str(raw["shared"][0]["projectId"])


def named(product: Product, project_id: str) -> None:
    with product.db() as db:
        db.execute(
            "UPDATE workspaces_workspace SET n8n_project_id = %s WHERE slug = 'acme'", [project_id]
        )


@pytest.mark.long
def test_it_is_made_in_the_project_where_only_its_user_sees_it(
    whole: Product, real_n8n: N8n
) -> None:
    user, project_id = user_of(real_n8n)
    other, _ = user_of(real_n8n)
    with user, other, Owner.of(whole) as owner:
        outside = owner.begin(WEBHOOK)
        assert owner.wait(outside)["status"] == "done"
        named(whole, project_id)
        inside = owner.begin(WEBHOOK)
        state = owner.wait(inside)
        assert state["status"] == "done", state
        assert [workflow.name for workflow in user.workflows()] == [state["name"]]
        assert list(other.workflows()) == []
        assert made(real_n8n, outside) != []  # in the key's own project, as without one


@pytest.mark.long
def test_a_project_that_is_not_there_is_said(whole: Product, real_n8n: N8n) -> None:
    named(whole, "nowhere")
    with Owner.of(whole) as owner:
        provision = owner.begin(WEBHOOK, provision_id=str(uuid.uuid4()))
        state = owner.wait(provision, "error")
    (failed,) = [step for step in state["steps"] if step["status"] == "error"]
    assert failed["step"] == "n8n"
    assert failed["error"]["code"].startswith("n8n_")
    assert made(real_n8n, provision) == []
    named(whole, "")
