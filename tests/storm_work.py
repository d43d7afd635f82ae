"""What the threads of a storm do, each over and over: n8n, people, programs, callers."""

import json
import secrets
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import httpx
from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect

from tests.product import heartbeat, signed
from tests.provisions import template_id
from tests.storm import NAMED, Storm, Tenant

BEAT_EVERY, EDIT_EVERY, ROLE_EVERY, CALL_EVERY, MAKE_EVERY = 0.03, 0.3, 0.3, 0.1, 1.5  # seconds


def beats(storm: Storm, tenant: Tenant) -> None:
    """Both ends of runs; each is sent until it is acknowledged, as the hooks file does."""
    with tenant.http() as http:
        while not storm.is_over:
            _, workflow = secrets.choice(tenant.beating)
            execution = str(secrets.randbelow(10**15))
            for status in ("running", "success"):
                one = heartbeat(workflow, status, executionId=execution)
                storm.insist("heartbeat", partial(push, http, tenant, one))
                tenant.beats[one["heartbeatId"]] = execution
                storm.pause(BEAT_EVERY)


def push(http: httpx.Client, tenant: Tenant, *beats: dict[str, Any]) -> httpx.Response:
    body = json.dumps({"heartbeats": beats}).encode()
    headers = signed(tenant.product.secret, body)
    return http.post("/api/webhooks/n8n/default/heartbeat", content=body, headers=headers)


def calls(storm: Storm, tenant: Tenant) -> None:
    """Of the front door; none is repeated, each has a name of its own."""
    with httpx.Client(timeout=15) as http:
        while not storm.is_over:
            name = uuid.uuid4().hex
            answer = storm.ask("call", partial(http.post, f"{tenant.door}?call={name}"))
            if answer is not None and answer.is_success:
                tenant.calls.append((time.monotonic(), name))
            storm.pause(CALL_EVERY)


def edits(storm: Storm, tenant: Tenant) -> None:
    """Pause, rename, resume. Who was not answered looks what has become of it, as a page does."""
    with tenant.http() as http:
        number = 0
        while not storm.is_over:
            id = tenant.edited[number % len(tenant.edited)]
            number += 1
            row = storm.ask("page", partial(http.get, f"/api/campaigns/{id}"))
            if row is not None and row.is_success:
                now = row.json()
                key = uuid.uuid4().hex
                wish: dict[str, Any] = {"version": now["version"]}
                wish |= (
                    {"enabled": not now["enabled"]}
                    if number % 3
                    else {"name": f"{NAMED} {key[:6]}"}
                )
                headers = {"Idempotency-Key": key}
                change = partial(http.patch, f"/api/campaigns/{id}", json=wish, headers=headers)
                answer = storm.ask("edit", change)
                tenant.edits += answer is not None and answer.status_code == 200
            storm.pause(EDIT_EVERY)


def roles(storm: Storm, tenant: Tenant) -> None:
    """The second one is owner and admin in turns."""
    path = f"/api/workspaces/{tenant.id}/members"
    with tenant.http() as http:
        while not storm.is_over:
            listed = storm.ask("page", partial(http.get, path))
            if listed is not None and listed.is_success:
                rows = listed.json()["results"]
                row = next(row for row in rows if row["email"] == tenant.second)
                wish = {"version": row["version"], "newRole": "owner"}
                if row["role"] == "owner":
                    wish["newRole"] = "admin"
                change = partial(http.patch, f"{path}/{row['userId']}", json=wish)
                answer = storm.ask("role", change)
                tenant.roles += answer is not None and answer.status_code == 200
            storm.pause(ROLE_EVERY)


def provisions(storm: Storm, tenant: Tenant) -> None:
    template = template_id(tenant.product, "contact-form")
    with tenant.http() as http:
        while not storm.is_over:
            id = str(uuid.uuid4())
            wish = {
                "provision_id": id,
                "workspaceId": str(tenant.id),
                "templateId": template,
                "name": f"Made {id[:6]}",
                "parameters": {"channelUrl": "https://example.com/hook"},
            }
            ask = partial(http.post, "/api/campaigns/provision", json=wish)
            storm.insist("provision", ask)
            if tenant.other:  # as by a page that is not sure whether it was heard
                url = f"{tenant.other}/api/campaigns/provision"
                storm.insist("provision", partial(http.post, url, json=wish))
            tenant.provisions.append(id)
            storm.pause(MAKE_EVERY)


def sockets(storm: Storm, tenant: Tenant) -> None:
    """A page's connection: it comes again when it breaks, and has everything in view."""
    while not storm.is_gone:
        try:
            with looking(tenant) as eyes:
                tenant.eyes = eyes
                while not storm.is_gone:
                    if eyes.hear(0.2):
                        storm.yes["socket"].append(time.monotonic())
        except (OSError, WebSocketException) as error:
            storm.seen["socket"][type(error).__name__] += 1
            time.sleep(0.3)


@dataclass
class Eyes:
    """A socket, and the newest that it was told of each campaign in view."""

    socket: ClientConnection
    rows: dict[str, dict[str, Any]] = field(default_factory=dict)
    health: dict[str, Any] = field(default_factory=dict)
    newest: str = ""  # whom the last frame was about

    def hear(self, seconds: float) -> bool:
        try:
            frame = json.loads(self.socket.recv(seconds))
        except TimeoutError:
            return False
        self.newest = frame.get("subject", "")
        if frame["type"] == "campaign.changed":
            self.rows[frame["subject"]] = frame["data"]
        elif frame["type"] in ("snapshot", "health.changed"):
            self.health = frame["data"]
        return True


@contextmanager
def looking(tenant: Tenant) -> Iterator[Eyes]:
    """At all campaigns of this tenant, at the other web process where there is one."""
    url = (tenant.other or tenant.url).replace("http", "ws") + f"/ws/workspaces/{tenant.id}/"
    headers = {"X-Session-Token": tenant.token}
    with connect(url, additional_headers=headers, open_timeout=5, close_timeout=1) as socket:
        view = [str(id) for id in tenant.campaigns]
        socket.send(json.dumps({"type": "subscribe", "campaigns": view}))
        yield Eyes(socket)
