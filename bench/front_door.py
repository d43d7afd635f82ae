"""Calls through the front door beside the same calls sent to n8n itself, in turn.

On the sandbox, on a real n8n where one is installed, and on a server that answers at once, which
shows what the door alone can take. Started as a module it links the address.
"""

import asyncio
import json
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bench import cpu, product
from bench.product import HOST, OWNER, Product, ask
from bench.row import BenchError, Row, Spread, number, thinned, times
from bench.sync import connect, real_or_sandbox

CALLERS = (1, 50)
SECONDS = 3.0
ROUNDS = 2  # in turn, so that what disturbs one disturbs the other
MODULE = "bench.front_door"
BODY = json.dumps({"email": "ada@example.com", "name": "Ada", "note": "x" * 200})
PATH = "front-door-bench"
WEBHOOK = {
    "id": "1d1b9d2e-6f0e-4d38-8f5e-0a3c5d2d7c11",
    "name": "Webhook",
    "type": "n8n-nodes-base.webhook",
    "typeVersion": 2,
    "position": [0, 0],
    "webhookId": "front-door-bench",
    "parameters": {"path": PATH, "httpMethod": "POST", "responseMode": "onReceived", "options": {}},
}


def rows(folder: Path, port: int) -> list[Row]:
    found: list[Row] = []
    product.fresh(folder)
    with real_or_sandbox() as (kind, url, key), product.running(folder / "product", port) as runs:
        with at_once() as instant:
            found += _of(
                runs, "a server that answers at once", instant, runs.manage(MODULE, instant)
            )
        sandbox = f"http://{product.HOST}:{runs.environ['SANDBOX_PORT']}"
        found += _on_n8n(runs, "sandbox", sandbox, runs.environ["SANDBOX_API_KEY"])
        if url:
            connect(runs, url, key)
            found += _on_n8n(runs, kind, url, key)
    return found


def _on_n8n(running: Product, kind: str, url: str, key: str) -> list[Row]:
    from orchestrator.n8n import TRUSTED, Client  # noqa: PLC0415 -- the child needs no n8n

    with Client(url, key, policy=TRUSTED) as n8n:
        made = n8n.create_workflow(name="Front door", nodes=[WEBHOOK], connections={}, settings={})
        n8n.set_workflow_tags(made.id, [n8n.ensure_tag("ork:acme")])
        n8n.activate(made.id)
    direct = f"{url}/webhook/{PATH}"
    _until_served(direct)
    return _of(running, kind, direct, running.manage(MODULE, "", made.id))


def _of(running: Product, kind: str, direct: str, made: dict[str, str]) -> list[Row]:
    door = f"http://{HOST}:{running.port}{made['path']}"
    return [_measured(running, kind, callers, direct, door) for callers in CALLERS]


def _measured(running: Product, kind: str, callers: int, direct: str, door: str) -> Row:
    taken: dict[str, list[float]] = {direct: [], door: []}
    spent = cpu.Spent(running.web()[0], running.postmaster())
    answered = 0
    for _ in range(ROUNDS):
        for url in taken:
            plan = {"url": url, "callers": callers, "seconds": SECONDS, "body": BODY}
            before = spent.now()
            said = product.child("bench.callers", plan)
            if url == door:
                spent.add(before)
                answered += said["answered"]
            if set(said["statuses"]) != {"200"}:
                raise BenchError(f"{kind}: {url.partition('/hook')[0]} answers {said['statuses']}")
            taken[url] += said["ms"]
    bare, spread = Spread.of(taken[direct]), Spread.of(taken[door])
    seconds = SECONDS * ROUNDS
    through, past = len(taken[door]) / seconds, len(taken[direct]) / seconds
    more = number(max(0.0, spread.p50 - bare.p50)), number(max(0.0, spread.p99 - bare.p99))
    return Row(
        what=f"Front door, {kind}",
        load=f"{callers} caller{'s' if callers > 1 else ''}, {len(BODY)} bytes, its own process",
        measured=f"{spread}, {number(through)} calls/s",
        limits=(
            (f"{bare}, {number(past)} calls/s sent there itself", times(spread.p50, bare.p50)),
        ),
        note=f"{more[0]} ms more at p50, {more[1]} ms at p99; each call looked up, counted, noted",
        costs=((f"call of a front door ({kind}, {callers})", spent.each(answered)),),
        raw={
            "ms": thinned(taken[door], 200),
            "direct_ms": thinned(taken[direct], 200),
            "processor_s": [spent.web, spent.postgres],
            "answered": answered,
        },
    )


def _until_served(url: str) -> None:
    parts = urlsplit(url)
    end = time.monotonic() + 20
    kind = {"Content-Type": "application/json"}
    while ask(parts.port or 80, "POST", parts.path, BODY, kind)[0] != 200:
        if time.monotonic() > end:
            raise BenchError("n8n does not serve the webhook")
        time.sleep(0.2)


@contextmanager
def at_once() -> Iterator[str]:
    """The address of a server that answers before it has read."""
    loop = asyncio.new_event_loop()
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"

    class Answering(asyncio.Protocol):
        def connection_made(self, transport: Any) -> None:
            self.transport = transport
            self.left = b""

        def data_received(self, data: bytes) -> None:
            self.left += data
            _head, found, body = self.left.partition(b"\r\n\r\n")
            if found and len(body) >= len(BODY):
                self.left = b""
                self.transport.write(answer)

    server = loop.run_until_complete(loop.create_server(Answering, HOST, 0))
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield f"http://{HOST}:{server.sockets[0].getsockname()[1]}/webhook/{PATH}"
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def main() -> None:
    """A campaign of the workflow, or of a server of this address; the path of its front door."""
    import django  # noqa: PLC0415 -- only this part needs it

    django.setup()
    from campaigns.models import Campaign  # noqa: PLC0415 -- need django.setup()
    from campaigns.serializers import webhook_url  # noqa: PLC0415
    from orchestrator.events import command  # noqa: PLC0415
    from provisioning import doors  # noqa: PLC0415
    from workspaces import quotas, services  # noqa: PLC0415
    from workspaces.models import Instance, User, Workspace  # noqa: PLC0415

    actor = command("bench")
    url, workflow = sys.argv[1], (sys.argv[2:] or ["at-once"])[0]
    if url:
        owner = User.objects.get(email=OWNER)
        workspace = services.create_workspace("At once", owner=owner, actor=actor)
        instance = Instance.objects.create(
            pk="at-once", kind="own", owner=workspace, base_url=url.partition("/webhook")[0]
        )
    else:
        workspace = Workspace.objects.get(slug="acme")
        instance = workspace.instance
    quotas.set_limit(workspace, quotas.Name.HOOKS, quotas.LARGEST, actor=actor)
    campaign, _ = Campaign.objects.get_or_create(
        instance=instance,
        n8n_workflow_id=workflow,
        defaults={"workspace": workspace, "name": "Front door"},
    )
    Campaign.objects.filter(pk=campaign.pk).update(enabled=True, webhook_path=PATH)
    linked = doors.link(campaign, workflow, actor=actor)
    print(json.dumps({"path": "/hook/" + str(webhook_url(linked)).rpartition("/")[2]}))


if __name__ == "__main__":
    main()
