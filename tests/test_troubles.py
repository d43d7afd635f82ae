"""What can be wrong with an n8n, tried on a real one: what API and page say is in docs/n8n.md."""

import json
import re
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from campaigns import services
from campaigns.models import Campaign, SyncRun
from n8n.owner import Editor
from n8n.server import OWNER_EMAIL, OWNER_PASSWORD
from orchestrator import n8n as api
from orchestrator.events import command
from tests.cast import Cast
from tests.http_server import Server, answer, serving
from tests.n8n_proxy import Fault, Proxy, before
from tests.n8n_server import N8n, booted
from tests.own_n8n import connect_own
from tests.workflows import schedule_node, webhook_node
from workspaces.models import Instance, Workspace

pytestmark = pytest.mark.n8n

DOCS = Path(__file__).resolve().parent.parent / "docs" / "n8n.md"
ACTOR = command("test")
SETTLED = 2  # seconds, until n8n has unpublished in its background


@pytest.fixture(scope="module")
def usual_n8n() -> Iterator[N8n]:
    """As it comes: it publishes in the background, and does not say what failed."""
    with booted({"N8N_USE_WORKFLOW_PUBLICATION_SERVICE": "true"}) as server:
        yield N8n(server.url, server.api_key, 0)


@dataclass
class Scene:
    cast: Cast
    n8n: N8n
    proxy: Proxy
    client: api.Client
    settings: Any
    made: list[api.Workflow] = field(default_factory=list)

    def workflow(self, *nodes: dict[str, Any], tags: tuple[str, ...] = ()) -> api.Workflow:
        found = self.client.create_workflow(
            name=f"Trouble {secrets.token_hex(4)}",
            nodes=list(nodes) or [webhook_node(secrets.token_hex(8))],
            connections={},
            settings={},
        )
        tag = self.client.ensure_tag(self.cast.acme.tag)
        others = [self.client.ensure_tag(name) for name in tags]
        self.client.set_workflow_tags(found.id, [tag, *others])
        self.made.append(found)
        return self.client.activate(found.id)

    def key(self, *without: str) -> str:
        """One that may do what is needed, but for this."""
        editor = Editor(self.n8n.url)
        editor.call("/rest/login", {"emailOrLdapLoginId": OWNER_EMAIL, "password": OWNER_PASSWORD})
        scopes = sorted(api.NEEDED - set(without))
        body = {"label": secrets.token_hex(4), "scopes": scopes, "expiresAt": None}
        found: str = editor.call("/rest/api-keys", body)["data"]["rawApiKey"]
        return found

    def call(self, method: str, path: str) -> Any:
        """The workspace's, by its owner."""
        send = getattr(self.cast.client("owner"), method)
        return send(f"/api/workspaces/{self.acme}/{path}", {}, content_type="application/json")

    def sync(self, workspace: Workspace | None = None) -> list[str]:
        """As a person asks for it; the codes of its errors."""
        workspace = workspace or self.cast.acme
        run = SyncRun.objects.create(workspace=workspace, trigger=SyncRun.Trigger.USER)
        services.run_sync(run, actor=ACTOR)
        run.refresh_from_db()
        return [error["code"] for error in run.errors]

    def background(self) -> list[str]:
        instance = Instance.objects.get(pk="default")
        runs = services.sync_in_background(instance, trigger=SyncRun.Trigger.SCHEDULE, actor=ACTOR)
        return [e["code"] for run in runs for e in run.errors if run.workspace_id == self.acme]

    @property
    def acme(self) -> Any:
        return self.cast.acme.pk


@pytest.fixture
def scene(usual_n8n: N8n, cast: Cast, settings: Any) -> Iterator[Scene]:
    Campaign.objects.all().delete()
    cast.acme.tag = f"ork:{secrets.token_hex(6)}"
    cast.acme.save()
    with before(usual_n8n.url) as proxy, usual_n8n.client() as client:
        settings.N8N_BASE_URL, settings.N8N_API_KEY = proxy.url, usual_n8n.api_key
        found = Scene(cast, usual_n8n, proxy, client, settings)
        yield found
        for workflow in found.made:
            with suppress(api.N8nError):
                client.deactivate(workflow.id)


Play = Callable[[Scene], list[str]]


def down(scene: Scene) -> list[str]:
    scene.workflow()
    assert scene.sync() == []
    scene.proxy.away = True
    return scene.sync()


def down_for_one_minute(scene: Scene) -> list[str]:
    scene.workflow()
    assert scene.sync() == []
    scene.proxy.away = True
    return scene.background()


def hanging(scene: Scene) -> list[str]:
    scene.workflow()
    assert scene.sync() == []
    scene.proxy.faults["GET"] = Fault.HUNG
    scene.settings.N8N_BASE_URL = scene.proxy.url
    return scene.sync()


def failing(scene: Scene) -> list[str]:
    scene.workflow()
    assert scene.sync() == []
    scene.proxy.faults["GET"] = Fault.FAILED
    return scene.sync()


def wrong_key(scene: Scene) -> list[str]:
    scene.workflow()
    assert scene.sync() == []
    scene.settings.N8N_API_KEY = "not-the-key"
    return scene.sync()


def may_not_list(scene: Scene) -> list[str]:
    scene.workflow()
    assert scene.sync() == []
    scene.settings.N8N_API_KEY = scene.key("workflow:list")
    return scene.sync()


def may_not_deactivate(scene: Scene) -> list[str]:
    scene.workflow()
    scene.settings.N8N_BASE_URL = scene.n8n.url
    scene.settings.N8N_API_KEY = scene.key("workflow:deactivate", "execution:read")
    cache.clear()
    tried = scene.call("post", "connection/test").json()
    assert tried["result"] == "missing_scope"
    assert tried["detail"] == "The API key lacks: execution:read, workflow:deactivate."
    codes = scene.sync()
    campaign = Campaign.objects.get(workspace=scene.cast.acme)
    change = {"version": campaign.version, "enabled": False}
    owner = scene.cast.client("owner")
    paused = owner.patch(f"/api/campaigns/{campaign.pk}", change, content_type="application/json")
    assert (paused.status_code, paused.json()["code"]) == (409, "n8n_refused")
    return codes


def not_n8n(scene: Scene) -> list[str]:
    scene.workflow()
    assert scene.sync() == []
    with serving(Server()) as other:
        other.respond = lambda handler: answer(handler, 200, b'{"status": "ok"}')
        scene.settings.N8N_BASE_URL = other.url
        return scene.sync()


def page_instead(scene: Scene) -> list[str]:
    scene.workflow()
    assert scene.sync() == []
    scene.proxy.faults["GET"] = Fault.PAGE
    return scene.sync()


def upgraded(scene: Scene) -> list[str]:
    scene.workflow()
    assert scene.sync() == []
    alive(scene, "2.41.1")
    scene.proxy.away = True
    assert scene.background() == ["unreachable"]
    scene.proxy.away = False
    alive(scene, "3.0.0")
    assert scene.call("get", "connection").json()["version"] == "3.0.0"
    return scene.background()


def alive(scene: Scene, version: str) -> None:
    """What the door for heartbeats passes on, once the signature is checked."""
    said = json.dumps({"n8nVersion": version, "timezone": "Europe/Berlin"})
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT campaigns_alive('default', %s, clock_timestamp(), %s)",
            [secrets.token_hex(8), said],
        )


def twin(scene: Scene) -> list[str]:
    """Globex brings an n8n of its own that is a copy; what happens to that one is its own."""
    workflow = scene.workflow()
    assert scene.sync() == []
    scene.settings.DEMO = True  # an own n8n may be on this machine
    with before(scene.n8n.url) as other:
        connect_own(scene.cast.globex, other.url, scene.n8n.api_key)
        assert scene.sync(scene.cast.globex) == []
        other.away = True
        assert scene.sync(scene.cast.globex) == ["unreachable"]
    same = Campaign.objects.get(workspace=scene.cast.globex, n8n_workflow_id=workflow.id)
    assert (same.n8n_status, same.reason) == ("unknown", "n8n_unreachable")
    return scene.sync()


def switched_off(scene: Scene) -> list[str]:
    workflow = scene.workflow()
    assert scene.sync() == []
    scene.client.deactivate(workflow.id)
    codes = scene.sync()
    a_minute_later()
    return codes


def a_minute_later() -> None:
    Campaign.objects.update(differs_since=timezone.now() - timedelta(seconds=61))


def deleted(scene: Scene) -> list[str]:
    workflow = scene.workflow()
    assert scene.sync() == []
    scene.client.deactivate(workflow.id)
    until(lambda: gone(scene.client, workflow.id))
    return scene.sync()


def archived(scene: Scene) -> list[str]:
    workflow = scene.workflow()
    assert scene.sync() == []
    scene.client.archive(workflow.id)
    codes = scene.sync()
    a_minute_later()
    return codes


def bad_cron(scene: Scene) -> list[str]:
    node = schedule_node(field="cronExpression", expression="99 * * * *")
    assert scene.workflow(node).active  # says n8n
    return scene.sync()


def tag_taken(scene: Scene) -> list[str]:
    workflow = scene.workflow()
    assert scene.sync() == []
    scene.client.set_workflow_tags(workflow.id, [])
    return scene.sync()


def two_tags(scene: Scene) -> list[str]:
    workflow = scene.workflow()
    assert scene.sync() == []
    tags = [scene.client.ensure_tag(t) for t in (scene.cast.acme.tag, "ork:somebody")]
    scene.client.set_workflow_tags(workflow.id, tags)
    return scene.sync()


def retagged(scene: Scene) -> list[str]:
    workflow = scene.workflow()
    assert scene.sync() == []
    scene.client.set_workflow_tags(workflow.id, [scene.client.ensure_tag("ork:somebody")])
    return scene.sync()


# n8nStatus, syncStatus, reason, codes of the sync, drift
TROUBLES: dict[str, tuple[Play, str, str, str, list[str], bool]] = {
    "n8n does not answer, and a person asked": (
        down, "unknown", "stale", "n8n_unreachable", ["unreachable"], False,
    ),
    "n8n does not answer one background sync": (
        down_for_one_minute, "active", "live", "", ["unreachable"], False,
    ),
    "n8n hangs": (hanging, "unknown", "stale", "n8n_unreachable", ["slow"], False),
    "n8n answers 500": (failing, "unknown", "stale", "n8n_unreachable", ["server_error"], False),
    "the key is wrong or expired": (
        wrong_key, "unknown", "stale", "n8n_wrong_key", ["wrong_key"], False,
    ),
    "the key may not list workflows": (
        may_not_list, "unknown", "stale", "n8n_missing_scope", ["missing_scope"], False,
    ),
    "the key lacks another scope": (may_not_deactivate, "active", "live", "", [], False),
    "something else answers there": (
        not_n8n, "unknown", "stale", "n8n_not_n8n", ["not_n8n"], False,
    ),
    "a proxy answers with a page to sign in": (
        page_instead, "unknown", "stale", "n8n_not_n8n", ["not_n8n"], False,
    ),
    "n8n was stopped, upgraded and started": (upgraded, "active", "live", "", [], False),
    "another workspace's n8n has the same workflow ids": (twin, "active", "live", "", [], False),
    "a workflow was switched off in n8n": (switched_off, "inactive", "live", "", [], True),
    "a workflow was deleted in n8n": (deleted, "unknown", "stale", "workflow_missing", [], False),
    "a workflow was archived in n8n": (archived, "inactive", "live", "", [], True),
    "n8n calls a schedule active that cannot fire": (
        bad_cron, "error", "error", "bad_schedule", [], False,
    ),
    "its tag was taken away": (tag_taken, "active", "live", "tag_missing", [], False),
    "it got a second workspace's tag": (
        two_tags, "unknown", "stale", "tag_conflict", ["tag_conflict"], False,
    ),
    "it got another workspace's tag instead": (
        retagged, "unknown", "stale", "tag_missing", ["tenant_mismatch"], False,
    ),
}  # fmt: skip


@pytest.mark.parametrize("trouble", TROUBLES)
def test_a_trouble_of_n8n_is_named(trouble: str, scene: Scene) -> None:
    play, n8n_status, sync_status, reason, codes, drift = TROUBLES[trouble]
    assert play(scene) == codes
    (campaign,) = Campaign.objects.filter(workspace=scene.cast.acme)
    owner = scene.cast.client("owner")
    row = owner.get(f"/api/campaigns/{campaign.pk}").json()
    told = (row["n8nStatus"], row["syncStatus"], row.get("reason", ""), row["drift"])
    assert told == (n8n_status, sync_status, reason, drift)
    page = owner.get("/w/acme/").content.decode()
    said = re.findall(r"data-why[^>]*>([^<]+)<", page)
    assert len(said) == 1
    result = ", ".join(f"`{code}`" for code in codes) or "ok"
    shown = [n8n_status, sync_status, f"`{reason or 'none'}`", "yes" if drift else "no"]
    line = " | ".join([f"| {trouble}", result, *shown, f"{unescape(said[0])} |"])
    assert line in DOCS.read_text().splitlines(), line


def gone(client: api.Client, id: str) -> bool:
    with suppress(api.Conflict):  # it is still being unpublished
        client.delete(id)
        return True
    return False


def until(happened: Callable[[], bool], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end
        time.sleep(0.2)


def race(scene: Scene, path: str) -> list[str]:
    """The ids of two workflows that claim this path, activated in the same moment."""
    ids = []
    for _ in range(2):
        found = scene.client.create_workflow(
            name=f"Race {secrets.token_hex(4)}",
            nodes=[webhook_node(path)],
            connections={},
            settings={},
        )
        scene.client.set_workflow_tags(found.id, [scene.client.ensure_tag(scene.cast.acme.tag)])
        scene.made.append(found)
        ids.append(found.id)
    both = threading.Barrier(2)

    def activate(id: str) -> None:
        with scene.n8n.client() as client, suppress(api.N8nError):
            both.wait()
            client.activate(id)

    threads = [threading.Thread(target=activate, args=[id]) for id in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ids


def served(scene: Scene, path: str) -> bool:
    answer = httpx.post(f"{scene.n8n.url}/webhook/{path}", json={}, timeout=30)
    return answer.status_code == 200


def is_shown_as_it_is(scene: Scene, path: str, workflow_id: str) -> bool:
    scene.background()
    left = Campaign.objects.get(n8n_workflow_id=workflow_id)
    expected = ("active", "") if served(scene, path) else ("error", "not_served")
    return (left.n8n_status, left.reason) == expected


def test_workflows_that_race_for_a_path_are_named_and_one_that_lost_is_not_served(
    scene: Scene,
) -> None:
    scene.settings.N8N_BASE_URL = scene.n8n.url  # the proxy keeps few headers
    for _ in range(20):
        path = secrets.token_hex(8)
        first, second = race(scene, path)
        if not scene.client.workflow(first).active or not scene.client.workflow(second).active:
            continue  # n8n noticed
        assert scene.background() == []
        claims = Campaign.objects.filter(n8n_workflow_id__in=[first, second])
        assert set(claims.values_list("reason", flat=True)) == {"path_contested"}
        scene.client.deactivate(first)
        time.sleep(SETTLED)
        until(partial(is_shown_as_it_is, scene, path, second))
        if not served(scene, path):
            return
    pytest.fail("n8n served every loser of every race")
