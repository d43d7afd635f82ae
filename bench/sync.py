"""A sync that a person asks for, from the press to the answer, beside n8n's own list calls.

On a real n8n where one is installed (python -m n8n.server install), else on the sandbox, which
answers faster than n8n does; the row says which. Started as a module it makes the workspaces.
"""

import http.client
import json
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from bench import product
from bench.product import OWNER, ROOT, Product
from bench.row import BenchError, Row, Spread, number, thinned, times

SIZES = (10, 100, 250, 1000)
ACTIVE = 250  # up to this size the workflows are active, and webhooks are asked whether they go
SAMPLES = 7
PAGE = 250
PATIENCE = 60.0  # seconds for a sync that does not answer within 3
EXAMPLE = ROOT / "n8n" / "workflows" / "lead-intake.json"


def rows(folder: Path, port: int) -> list[Row]:
    product.fresh(folder)
    with (
        real_or_sandbox() as (kind, url, key),
        product.running(folder / "product", port) as running,
    ):
        if not url:
            url = f"http://{product.HOST}:{running.environ['SANDBOX_PORT']}"
            key = running.environ["SANDBOX_API_KEY"]
        else:
            connect(running, url, key)
        workspaces = running.manage("bench.sync")
        _fill(url, key, {size: workspaces[str(size)]["tag"] for size in SIZES})
        return [_measured(running, kind, url, key, size, workspaces[str(size)]) for size in SIZES]


def _measured(
    running: Product, kind: str, url: str, key: str, size: int, workspace: dict[str, str]
) -> Row:
    token = running.sign_in()
    first = _sync(running, token, workspace["id"], size)
    raw, synced = [], []
    for _ in range(SAMPLES):  # in turn, so that what disturbs one disturbs the other
        raw.append(_listed(url, key, workspace["tag"], size))
        synced.append(_sync(running, token, workspace["id"], size))
    limit, spread = Spread.of(raw), Spread.of(synced)
    kept = "active webhooks" if size <= ACTIVE else "inactive"
    return Row(
        what=f"Sync by hand, {kind}",
        load=f"{size:,} workflows, {kept}",
        measured=str(spread),
        limits=((f"{limit} for n8n's list alone", times(spread.p50, limit.p50)),),
        note=f"the first, which adopts them: {number(first)} ms",
        raw={"ms": thinned(synced), "list_ms": thinned(raw), "first_ms": first},
    )


def _sync(running: Product, token: str, workspace: str, size: int) -> float:
    """Milliseconds from the request until the sync is over."""
    with running.db() as db:  # once in 30 s is the product's rule
        db.execute(
            "UPDATE campaigns_workspaceclock SET sync_asked_at = NULL WHERE workspace_id = %s",
            [workspace],
        )
        headers = {"content-type": "application/json", "X-Session-Token": token}
        begun = time.perf_counter()
        body = json.dumps({"workspaceId": workspace})
        status, answer = product.ask(running.port, "POST", "/api/sync/trigger", body, headers)
        said = json.loads(answer)
        taken = (time.perf_counter() - begun) * 1000
        if status == 202:
            return taken + _rest(db, said["syncId"], size)
    if status != 200 or said["synced"] != size or said.get("errors"):
        raise BenchError(f"the sync answers {status}: {answer[:300]!r}")
    return taken


def _rest(db: Any, sync_id: str, size: int) -> float:
    begun = time.perf_counter()
    while time.perf_counter() - begun < PATIENCE:
        row = db.execute(
            "SELECT synced FROM campaigns_syncrun WHERE id = %s AND ended_at IS NOT NULL", [sync_id]
        ).fetchone()
        if row is not None:
            if row[0] != size:
                raise BenchError(f"{row[0]} workflows were synced, not {size}")
            return (time.perf_counter() - begun) * 1000
        time.sleep(0.005)
    raise BenchError("the sync does not end")


def _listed(url: str, key: str, tag: str, size: int) -> float:
    """The milliseconds of the bare calls, over one connection, nothing decoded but the cursor."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
    query = {"limit": PAGE, "excludePinnedData": "true", "tags": tag}
    cursor: str | None = ""
    found = 0
    begun = time.perf_counter()
    while cursor is not None:
        given = urlencode(query | ({"cursor": cursor} if cursor else {}))
        connection.request("GET", f"/api/v1/workflows?{given}", headers={"X-N8N-API-KEY": key})
        page = json.loads(connection.getresponse().read())
        found, cursor = found + len(page["data"]), page["nextCursor"]
    taken = (time.perf_counter() - begun) * 1000
    connection.close()
    if found != size:
        raise BenchError(f"n8n lists {found} workflows, not {size}")
    return taken


def _fill(url: str, key: str, tags: dict[int, str]) -> None:
    from orchestrator.n8n import TRUSTED, Client  # noqa: PLC0415 -- the child needs no n8n

    body = json.loads(EXAMPLE.read_text())
    with Client(url, key, policy=TRUSTED) as n8n:
        for size, name in tags.items():
            tag = n8n.ensure_tag(name)
            for count in range(size):
                body["nodes"][0]["parameters"]["path"] = secrets.token_hex(8)
                made = n8n.create_workflow(**{**body, "name": f"Campaign {count:04}"})
                n8n.set_workflow_tags(made.id, [tag])
                if size <= ACTIVE:
                    n8n.activate(made.id)


@contextmanager
def real_or_sandbox() -> Iterator[tuple[str, str, str]]:
    from n8n.install import installed  # noqa: PLC0415
    from n8n.server import boot, stop  # noqa: PLC0415

    if not installed():
        yield "sandbox", "", ""
        return
    server = boot({})
    try:
        yield "real n8n", server.url, server.api_key
    finally:
        stop(server.process)
        shutil.rmtree(server.data, ignore_errors=True)


def connect(running: Product, url: str, key: str) -> None:
    given = {
        "CONNECT_BASE_URL": url,
        "CONNECT_API_KEY": key,
        "CONNECT_WEBHOOK_SECRET": running.secret,
    }
    done = subprocess.run(
        [sys.executable, "manage.py", "connect_default"],
        cwd=ROOT,
        env=running.environ | given,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    if done.returncode:
        raise BenchError(f"the product could not be connected: {done.stderr[-1000:]}")


def main() -> None:
    import django  # noqa: PLC0415 -- only this part needs it

    django.setup()
    from orchestrator.events import command  # noqa: PLC0415 -- need django.setup()
    from workspaces import services  # noqa: PLC0415
    from workspaces.models import User  # noqa: PLC0415

    owner = User.objects.get(email=OWNER)
    made = {
        size: services.create_workspace(
            f"Sync {size}", slug=f"sync-{size}", owner=owner, actor=command("bench")
        )
        for size in SIZES
    }
    print(json.dumps({size: {"id": str(w.pk), "tag": w.tag} for size, w in made.items()}))


if __name__ == "__main__":
    main()
