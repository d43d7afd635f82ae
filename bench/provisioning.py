"""From the request to the running, tested workflow, beside n8n's own calls for the same; and many
at once from several workspaces.

On a real n8n where one is installed, else on the sandbox. Started as a module it makes workspaces.
"""

import base64
import http.client
import json
import secrets
import shutil
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bench import cpu, processes, product
from bench.product import HOST, OWNER, Product
from bench.row import BenchError, Row, Spread, number, thinned, times

SAMPLES, WARM = 25, 3
MANY, WORKSPACES = 100, 5
PATIENCE = 300.0  # seconds for all of them
TEMPLATE = "contact-form"
BODY = json.dumps({"test": True})


def rows(folder: Path, port: int) -> list[Row]:
    product.fresh(folder)
    with _product(folder / "product", port) as (running, kind, url, key):
        made = running.manage("bench.provisioning")
        return [_one(running, kind, url, key, made), _many(running, kind, made)]


def _one(running: Product, kind: str, url: str, key: str, made: dict[str, Any]) -> Row:
    """One after the other, each beside the raw calls that make the same workflow."""
    asking = _Asking(running)
    raw: list[float] = []
    whole: list[float] = []
    making = processes.of(running)["making"]
    spent = cpu.Spent(running.web()[0], running.postmaster(), *making)
    for sample in range(WARM + SAMPLES):  # in turn, so that what disturbs one disturbs the other
        bare, before = _raw(url, key, made["body"]), spent.now()
        ours = _provisioned(running, asking, made)
        if sample >= WARM:
            spent.add(before)
            raw.append(bare)
            whole.append(ours)
    spread, limit = Spread.of(whole), Spread.of(raw)
    asking.close()
    return Row(
        what=f"Provisioning, {kind}",
        load="one after the other, from the request to `done`",
        measured=str(spread),
        limits=(
            (
                f"{limit} for n8n's calls alone: create, tag, publish, read, test",
                times(spread.p50, limit.p50),
            ),
        ),
        note="looked up first, renamed after, heard of: its heartbeat came back",
        costs=(("provision", spent.each(SAMPLES)),),
        raw={
            "ms": thinned(whole),
            "raw_ms": thinned(raw),
            "processor_s": [spent.web, spent.postgres, spent.others],
        },
    )


def _many(running: Product, kind: str, made: dict[str, Any]) -> Row:
    """All asked for as fast as one program can, a workspace's all before the next one's."""
    asking = _Asking(running)
    ids: dict[str, list[str]] = {}
    begun = time.perf_counter()
    for workspace in made["workspaces"]:
        ids[workspace] = [
            asking.begin(workspace, made, str(uuid.uuid4())) for _ in range(MANY // WORKSPACES)
        ]
    _until_done(running, [id for some in ids.values() for id in some])
    seconds = time.perf_counter() - begun
    asking.close()
    with running.db() as db:
        taken = {
            workspace: [
                float(ms)
                for (ms,) in db.execute(
                    "SELECT extract(epoch FROM ended_at - created_at) * 1000"
                    " FROM provisioning_provision WHERE id = ANY (%s)",
                    [[uuid.UUID(id) for id in some]],
                )
            ]
            for workspace, some in ids.items()
        }
    last = [max(some) / 1000 for some in taken.values()]
    medians = [Spread.of(some).p50 / 1000 for some in taken.values()]
    return Row(
        what=f"Provisioning, {kind}",
        load=f"{MANY} from {WORKSPACES} workspaces at once",
        measured=f"{number(MANY / seconds)} a second, {number(seconds)} s in all",
        limits=(
            (
                f"medians of the workspaces {number(min(medians))} to {number(max(medians))} s",
                times(max(medians), min(medians)),
            ),
            (
                f"last of each workspace after {number(min(last))} to {number(max(last))} s",
                times(max(last), min(last)),
            ),
        ),
        note="the first workspace asked for all of its own before the second began",
        raw={"ms": {workspace: thinned(some) for workspace, some in taken.items()}},
    )


class _Asking:
    """An owner's program."""

    def __init__(self, running: Product) -> None:
        self._connection = http.client.HTTPConnection(HOST, running.port, timeout=30)
        self._headers = {
            "content-type": "application/json",
            "x-session-token": running.sign_in(),
        }

    def begin(self, workspace: str, made: dict[str, Any], id: str) -> str:
        wish = {
            "provision_id": id,
            "workspaceId": workspace,
            "templateId": made["template"],
            "name": f"Bench {id[:8]}",
            "parameters": made["parameters"],
        }
        self._connection.close()  # the server may have done so, where nothing was asked for long
        self._connection.request(
            "POST", "/api/campaigns/provision", json.dumps(wish), self._headers
        )
        answer = self._connection.getresponse()
        said = answer.read()
        if answer.status != 202:
            raise BenchError(f"the provision answers {answer.status}: {said[:300]!r}")
        return id

    def close(self) -> None:
        self._connection.close()


def _provisioned(running: Product, asking: _Asking, made: dict[str, Any]) -> float:
    begun = time.perf_counter()
    id = asking.begin(made["workspaces"][0], made, str(uuid.uuid4()))
    _until_done(running, [id])
    return (time.perf_counter() - begun) * 1000


def _until_done(running: Product, ids: list[str]) -> None:
    end = time.perf_counter() + PATIENCE
    with running.db() as db:
        while time.perf_counter() < end:
            rows = db.execute(
                "SELECT count(*) FILTER (WHERE ended = 'done'),"
                " count(*) FILTER (WHERE ended = '' AND due_at IS NULL)"
                " FROM provisioning_provision WHERE id = ANY (%s)",
                [[uuid.UUID(id) for id in ids]],
            ).fetchone()
            done, failed = rows or (0, 0)
            if failed:
                raise BenchError("a provision failed")
            if done == len(ids):
                return
            time.sleep(0.003 if len(ids) == 1 else 0.05)
    raise BenchError(f"{done} of {len(ids)} provisions were done in time")


def _raw(url: str, key: str, body: dict[str, Any]) -> float:
    """The milliseconds of the bare calls, over one connection, until the webhook has answered."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
    path, probe = secrets.token_hex(12), secrets.token_hex(12)
    text = json.dumps({**body, "name": f"Raw {path}"}).replace("[[path]]", path)
    text = text.replace("[[probe]]", probe)

    def call(method: str, target: str, content: str | None = None, **more: str) -> Any:
        headers = {"X-N8N-API-KEY": key, "Content-Type": "application/json", **more}
        connection.request(method, target, content, headers)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read() or b"null")

    (tag,) = [t for t in call("GET", "/api/v1/tags?limit=250")[1]["data"] if t["name"] == TAG]
    begun = time.perf_counter()
    _, workflow = call("POST", "/api/v1/workflows", text)
    own = f"/api/v1/workflows/{workflow['id']}"
    call("PUT", f"{own}/tags", json.dumps([{"id": tag["id"]}]))
    call("POST", f"{own}/activate")
    call("GET", own)
    while call("POST", f"/webhook/{path}", BODY, **{"X-Orchestrator-Probe": probe})[0] != 200:
        if time.perf_counter() - begun > 20:
            raise BenchError("n8n does not serve the webhook")
    taken = (time.perf_counter() - begun) * 1000
    connection.close()
    return taken


TAG = "ork:bench-raw"


@contextmanager
def _product(run_dir: Path, port: int) -> Iterator[tuple[Product, str, str, str]]:
    """With a real n8n that reports to it; a sandbox beside would have runs of the same ids."""
    from n8n.install import installed  # noqa: PLC0415 -- the child needs no n8n
    from n8n.server import HOOKS, boot, stop  # noqa: PLC0415

    if not installed():
        with product.running(run_dir, port) as running:
            url = f"http://{HOST}:{running.environ['SANDBOX_PORT']}"
            key = running.environ["SANDBOX_API_KEY"]
            _tag(url, key)
            yield running, "sandbox", url, key
        return
    secret = "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode()
    server = boot(
        {
            "EXTERNAL_HOOK_FILES": str(HOOKS),
            "ORCHESTRATOR_URL": f"http://{HOST}:{port}",
            "ORCHESTRATOR_SECRET": secret,
        }
    )
    known = {
        "N8N_BASE_URL": server.url,
        "N8N_API_KEY": server.api_key,
        "N8N_WEBHOOK_SECRET": secret,
    }
    try:
        with product.running(run_dir, port, **known) as running:
            _tag(server.url, server.api_key)
            yield running, "real n8n", server.url, server.api_key
    finally:
        stop(server.process)
        shutil.rmtree(server.data, ignore_errors=True)


def _tag(url: str, key: str) -> None:
    """Of the raw calls."""
    from orchestrator.n8n import TRUSTED, Client  # noqa: PLC0415

    with Client(url, key, policy=TRUSTED) as client:
        client.ensure_tag(TAG)


def main() -> None:
    import django  # noqa: PLC0415 -- only this part needs it

    django.setup()
    from orchestrator.events import command  # noqa: PLC0415 -- need django.setup()
    from provisioning import cloning, parameters  # noqa: PLC0415
    from provisioning.models import Template, TemplateVersion  # noqa: PLC0415
    from workspaces import services  # noqa: PLC0415
    from workspaces.models import User  # noqa: PLC0415

    owner = User.objects.get(email=OWNER)
    made = [
        services.create_workspace(
            f"Provision {n}", slug=f"provision-{n}", owner=owner, actor=command("bench")
        )
        for n in range(WORKSPACES)
    ]
    template = Template.objects.get(slug=TEMPLATE)
    version = TemplateVersion.objects.get(template=template, number=template.version)
    asked = {
        one["name"]: one["options"][0]["value"]
        if one["kind"] == "select"
        else EXAMPLES[one["kind"]]
        for one in version.parameters
        if one.get("required") and "default" not in one
    }
    values = parameters.checked(parameters.read(version.parameters), asked)
    purpose = cloning.Purpose(uuid.uuid4(), "Raw", "[[path]]", "[[probe]]", "UTC")
    body = cloning.clone(version.body, values, purpose)
    for node in body["nodes"]:
        node.pop("id"), node.pop("webhookId", None)
    found = {
        "workspaces": [str(workspace.pk) for workspace in made],
        "template": str(template.pk),
        "parameters": asked,
        "body": body,
    }
    print(json.dumps(found))


EXAMPLES = {"text": "Abc", "url": "https://example.com/x", "email": "ada@example.com"}

if __name__ == "__main__":
    main()
