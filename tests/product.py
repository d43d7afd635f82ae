"""The whole product as its users have it: `manage.py up` on its own RUN_DIR, once per session."""

import base64
import hashlib
import hmac
import json
import os
import secrets
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from orchestrator import state
from orchestrator.n8n import TRUSTED, Client
from tests import processes
from tests.n8n_server import free_port
from tests.workflows import webhook_node

ROOT = Path(__file__).resolve().parent.parent
PASSWORD = "orchestrate"
START = 60  # seconds; ten where nothing else goes on


@dataclass
class Product:
    """Black box: an address, people with a password, a webhook secret, and its database."""

    run_dir: Path
    port: int
    process: "subprocess.Popen[bytes]"
    secret: str

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def env(self) -> dict[str, str]:
        return state.read(self.run_dir / state.FILE)

    def db(self) -> "psycopg.Connection[Any]":
        return psycopg.connect(self.env["DATABASE_URL"], autocommit=True)

    def token(self, email: str) -> str:
        """A session of the headless app client."""
        answer = httpx.post(
            f"{self.url}/_allauth/app/v1/auth/login", json={"email": email, "password": PASSWORD}
        )
        assert answer.status_code == 200, answer.text
        token: str = answer.json()["meta"]["session_token"]
        return token

    def client(self, email: str) -> httpx.Client:
        return httpx.Client(
            base_url=self.url, headers={"X-Session-Token": self.token(email)}, timeout=10
        )

    def workspace(self, slug: str = "acme") -> uuid.UUID:
        with self.db() as db:
            row = db.execute("SELECT id FROM workspaces_workspace WHERE slug = %s", [slug])
            found = row.fetchone()
        assert found is not None
        id: uuid.UUID = found[0]
        return id

    def n8n(self) -> Client:
        """Of the sandbox that it runs with."""
        url = f"http://127.0.0.1:{self.env['SANDBOX_PORT']}"
        return Client(url, self.env["SANDBOX_API_KEY"], policy=TRUSTED)

    def campaign(
        self, name: str, slug: str = "acme", *, starts: dict[str, Any] | None = None
    ) -> tuple[uuid.UUID, str]:
        """One of a test's own: its id and its workflow's, which n8n has, tagged and active.

        `starts`: the node that starts it, a webhook unless said.
        """
        starts = starts or webhook_node(f"test-{secrets.token_hex(6)}")
        with self.n8n() as n8n, self.db() as db:
            workflow = n8n.create_workflow(name=name, nodes=[starts], connections={}, settings={})
            n8n.set_workflow_tags(workflow.id, [n8n.ensure_tag(f"ork:{slug}")])
            n8n.activate(workflow.id)
            row = db.execute(
                "INSERT INTO campaigns_campaign (id, workspace_id, instance_id, n8n_workflow_id,"
                " name, trigger, enabled, set_aside, created_at, version, state_version, reported,"
                " running, waiting, last_result, counted_result, n8n_status, sync_status, reason)"
                " VALUES (gen_random_uuid(), %s, 'default', %s, %s, 'webhook', true, false, now(),"
                " 1, 1, 'active', 0, 0, '', '', '', '', '') ON CONFLICT (instance_id,"
                " n8n_workflow_id) DO UPDATE SET name = excluded.name RETURNING id",
                [self.workspace(slug), workflow.id, name],
            ).fetchone()
        assert row is not None
        return row[0], workflow.id

    def beat(self, *beats: dict[str, Any], instance: str = "default") -> httpx.Response:
        """Sent as the hooks file sends them, signed by an implementation of the test's own."""
        body = json.dumps(beats[0] if len(beats) == 1 else {"heartbeats": beats}).encode()
        return httpx.post(
            f"{self.url}/api/webhooks/n8n/{instance}/heartbeat",
            content=body,
            headers=signed(self.secret, body),
            timeout=10,
        )


def signed(secret: str, body: bytes, *, id: str = "", at: int | None = None) -> dict[str, str]:
    id = id or f"msg_{secrets.token_hex(8)}"
    timestamp = str(int(time.time()) if at is None else at)
    key = base64.b64decode(secret.removeprefix("whsec_"))
    mac = hmac.new(key, f"{id}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return {
        "content-type": "application/json",
        "webhook-id": id,
        "webhook-timestamp": timestamp,
        "webhook-signature": "v1," + base64.b64encode(mac).decode(),
    }


def heartbeat(workflow: str, status: str, **fields: Any) -> dict[str, Any]:
    return {
        "heartbeatId": secrets.token_hex(12),
        "workflowId": workflow,
        "status": status,
        "mode": "webhook",
        **fields,
    }


def start(run_dir: Path, *args: str, port: int = 0, **extra: str) -> Product:
    run_dir.mkdir(parents=True, exist_ok=True)
    port = port or free_port()
    secret = extra.setdefault(
        "N8N_WEBHOOK_SECRET", "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode()
    )
    # Nothing of the test's own servers: the product brings its own.
    hidden = (
        "DATABASE_URL",
        "REDIS_URL",
        "SECRET_KEY",
        "FIELD_ENCRYPTION_KEYS",
        "PUBLIC_URL",
        "CI",
    )
    env = {k: v for k, v in os.environ.items() if k not in hidden} | {"RUN_DIR": str(run_dir)}
    with (run_dir / "up.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "up", "--port", str(port), *args],
            cwd=ROOT,
            env=env | extra,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    product = Product(run_dir, port, process, secret.split()[0])
    if not processes.wait_until(lambda: ready(product), START):
        stop(product)  # nothing of it stays behind
        raise AssertionError((run_dir / "up.log").read_text()[-4000:])
    return product


def ready(product: Product) -> bool:
    if product.process.poll() is not None:
        return False
    sandbox = f"http://127.0.0.1:{product.env.get('SANDBOX_PORT', product.port)}/healthz"
    try:
        return all(
            httpx.get(url, timeout=2).status_code == 200
            for url in (f"{product.url}/readyz", sandbox)
        ) and ("SANDBOX_PORT" not in product.env or hears_n8n(product))
    except (httpx.HTTPError, psycopg.OperationalError):  # its database may just come back
        return False


def hears_n8n(product: Product) -> bool:
    """Whether the clock knows that the default n8n lives: until then all of it is `unknown`."""
    with product.db() as db:
        return bool(db.execute("SELECT 1 FROM workspaces_instance WHERE NOT silent").fetchone())


def stop(product: Product) -> None:
    product.process.send_signal(signal.SIGINT)
    try:
        product.process.wait(20)
    except subprocess.TimeoutExpired:
        product.process.kill()


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """With the sandbox n8n, as `make run` has it."""
    started = start(tmp_path_factory.mktemp("product"))
    yield started
    stop(started)
