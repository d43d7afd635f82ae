"""Provisions from outside: a program of an owner that begins them and looks how far they are."""

import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from orchestrator.events import command
from provisioning import services
from provisioning.models import Provision, Template, TemplateVersion
from tests import processes
from tests.n8n_proxy import Proxy
from tests.n8n_server import HEARTBEAT_SECRET, N8n
from tests.product import Product, hears_n8n, start, stop
from workspaces.models import User, Workspace

ENDED = ("done", "error", "canceled")
WITHIN = 30  # seconds; one or two where nothing else goes on
EXAMPLES: dict[str, Any] = {
    "text": "Abc", "longtext": "Abc", "number": 5, "url": "https://example.com/x",
    "email": "somebody@example.com", "time": "09:30", "weekday": 1, "boolean": True,
}  # fmt: skip


def values(parameters: list[dict[str, Any]]) -> dict[str, Any]:
    """For what is required and has no default."""
    return {
        one["name"]: _value(one) for one in parameters if one["required"] and "default" not in one
    }


def _value(one: dict[str, Any]) -> Any:
    if one["kind"] == "select":
        return one["options"][0]["value"]
    if one["kind"] == "number":
        return max(EXAMPLES["number"], one.get("minimum", 0))
    return EXAMPLES[one["kind"]]


@dataclass
class Owner:
    """Of Acme."""

    http: httpx.Client
    workspace: str

    @classmethod
    @contextmanager
    def of(
        cls, product: Product, email: str = "owner@acme.test", slug: str = "acme"
    ) -> Iterator["Owner"]:
        with product.client(email) as http:
            yield cls(http, str(product.workspace(slug)))

    def template(self, name: str) -> dict[str, Any]:
        answer = self.http.get("/api/templates", params={"workspaceId": self.workspace})
        found: dict[str, Any] = next(t for t in answer.json()["results"] if t["name"] == name)
        return found

    def wish(self, template: str, **said: Any) -> dict[str, Any]:
        found = self.template(template)
        return {
            "provision_id": str(uuid.uuid4()),
            "workspaceId": self.workspace,
            "templateId": found["id"],
            "name": f"{template} {uuid.uuid4().hex[:6]}",
            "parameters": values(found["parameters"]),
            **said,
        }

    def begin(self, template: str = "Contact form to a channel", **said: Any) -> str:
        wish = self.wish(template, **said)
        answer = self.http.post("/api/campaigns/provision", json=wish)
        assert answer.status_code == 202, answer.text
        return str(wish["provision_id"])

    def state(self, provision: str) -> dict[str, Any]:
        time.sleep(0.1)  # who asks without a pause meets the limit of callers
        answer = self.http.get(f"/api/provisions/{provision}")
        assert answer.status_code == 200, answer.text
        state: dict[str, Any] = answer.json()
        return state

    def post(self, provision: str, verb: str) -> httpx.Response:
        return self.http.post(f"/api/provisions/{provision}/{verb}")

    def wait(self, provision: str, *statuses: str, seconds: float = WITHIN) -> dict[str, Any]:
        """Until it has one of these, or ended."""
        wanted = statuses or ENDED
        processes.wait_until(lambda: self.state(provision)["status"] in wanted, seconds)
        state = self.state(provision)
        assert state["status"] in wanted, state
        return state

    def campaign(self, provision: str) -> dict[str, Any]:
        answer = self.http.get(f"/api/campaigns/{self.state(provision)['campaignId']}")
        found: dict[str, Any] = answer.json()
        return found


def provision_of(workspace: Workspace, creator: User, id: uuid.UUID | None = None) -> Provision:
    """Begun in this process, where no worker is."""
    template = Template.objects.get(slug="contact-form")
    versions = TemplateVersion.objects.filter(template=template)
    asked = values([{"required": False, **one} for one in versions.latest("number").parameters])
    wish = services.Wish(id or uuid.uuid4(), template.pk, "Made", asked)
    return services.begin(workspace, wish, creator=creator, actor=command("test"))[0]


@contextmanager
def product_behind(server: N8n, proxy: Proxy, run_dir: Path) -> Iterator[Product]:
    """The whole product, with this n8n as its default one and something between the two."""
    product = start(
        run_dir,
        port=server.heartbeat_port,
        N8N_BASE_URL=proxy.url,
        N8N_API_KEY=server.api_key,
        N8N_WEBHOOK_SECRET=HEARTBEAT_SECRET,
    )
    try:
        assert processes.wait_until(lambda: hears_n8n(product), 60)
        yield product
    finally:
        stop(product)


def made(server: N8n, provision: str) -> list[str]:
    """How the workflows of this provision are called in n8n, whoever has heard of them."""
    with server.client() as client:
        return [
            workflow.name
            for workflow in client.workflows()
            if {"key": "orchestrator", "value": provision}
            in ((workflow.settings or {}).get("customTelemetryTags") or [])
            or provision.replace("-", "") in workflow.name
        ]
