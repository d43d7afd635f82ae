"""Very many who look on, some who do not read, and one tenant who wants everything: nobody else
waits for them."""

import os
import statistics
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest

from tests.breaking import Place, opened
from tests.crowd import Plan, crowd, raise_limit
from tests.processes import PATIENCE, wait_until
from tests.product import ROOT, heartbeat
from tests.provisions import status, template_id
from tests.storm import LONG, Storm, Tenant
from tests.storm_work import push

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="counts on its clock")

SOCKETS = 1000 if LONG else 150  # of each of two workspaces
OF_ONE = 10  # sockets of a person
HEARD_WITHIN = 3.0 * PATIENCE  # seconds from the heartbeat to the last of them
MAKE = """
import json, sys, uuid
import django; django.setup()
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from workspaces.models import Membership, User, Workspace
workspace = Workspace.objects.get(slug=sys.argv[1])
for _ in range(int(sys.argv[2])):
    user = User.objects.create(email=f"{uuid.uuid4().hex}@crowd.test", demo=True)
    user.set_unusable_password()
    user.save()
    Membership.objects.create(workspace=workspace, user=user, role="member")
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    print(session.session_key)
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    raise_limit(8192)
    with opened(tmp_path_factory.mktemp("crowd"), "calm", "loud") as place:
        yield place


def people(tenant: Tenant, count: int) -> list[str]:
    """Their tokens."""
    product = tenant.product
    env = {**os.environ, **product.env, "RUN_DIR": str(product.run_dir), "N8N_BASE_URL": ""}
    done = subprocess.run(
        [sys.executable, "-c", MAKE, tenant.slug, str(count)],
        cwd=ROOT,
        env=env | {"DJANGO_SETTINGS_MODULE": "orchestrator.settings"},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout.split()


def plan_of(tenant: Tenant, sockets: int, slow: int) -> Plan:
    tokens = people(tenant, -(-sockets // OF_ONE)) * OF_ONE
    url = f"{tenant.url.replace('http', 'ws')}/ws/workspaces/{tenant.id}/"
    return Plan(url, str(tenant.beating[0][0]), tokens[:sockets], slow)


@pytest.mark.long
def test_all_of_very_many_hear_it_though_some_read_nothing(place: Place) -> None:
    with ExitStack() as stack:
        there = [
            stack.enter_context(crowd(plan_of(tenant, SOCKETS, SOCKETS // 20)))
            for tenant in place.tenants
        ]
        for tenant, eyes in zip(place.tenants, there, strict=True):
            http = stack.enter_context(tenant.http())
            id, workflow = tenant.beating[0]
            for number in range(40):  # changes faster than frames may come
                beat = heartbeat(workflow, ("success", "running")[number % 2])
                beat["executionId"] = str(number // 2 + number % 2)
                began = time.monotonic()
                assert push(http, tenant, beat).status_code == 202
            version = http.get(f"/api/campaigns/{id}").json()["stateVersion"]
            told = eyes.told(version)
            assert told.closed == []
            assert told.heard >= SOCKETS - SOCKETS // 20
            assert told.last_at - began < HEARD_WITHIN
            print(f"\n{told.heard} of {SOCKETS} heard it within {told.last_at - began:.2f} s")


# --- a flood ------------------------------------------------------------------------------------


def waits(tenant: Tenant, times: int) -> dict[str, float]:
    """Seconds that a calm one waits for each thing, as a rule."""
    found: dict[str, list[float]] = {"heartbeat": [], "page": [], "call": []}
    with tenant.http(60) as http:
        for number in range(times):
            _, workflow = tenant.beating[number % len(tenant.beating)]
            beat = heartbeat(workflow, "success", executionId=str(10**14 + time.time_ns()))
            works: dict[str, Callable[[], httpx.Response]] = {
                "heartbeat": lambda beat=beat: push(http, tenant, beat),  # type: ignore[misc]
                "page": lambda: http.get(f"/api/workspaces/{tenant.id}/campaigns"),
                "call": lambda: http.post(tenant.door),
            }
            for kind, work in works.items():
                began = time.monotonic()
                assert work().is_success
                found[kind].append(time.monotonic() - began)
    return {kind: statistics.median(times) for kind, times in found.items()}


def makes(tenant: Tenant) -> float:
    """Seconds that it waits for a campaign."""
    with tenant.http(60) as http:
        began = time.monotonic()
        provision = wanted(http, tenant)
        assert wait_until(lambda: status(tenant.product, provision) == "done", 60)
        return time.monotonic() - began


def wanted(http: httpx.Client, tenant: Tenant) -> str:
    id = str(uuid.uuid4())
    wish: dict[str, Any] = {
        "provision_id": id,
        "workspaceId": str(tenant.id),
        "templateId": template_id(tenant.product, "contact-form"),
        "name": f"Made {id[:6]}",
        "parameters": {"channelUrl": "https://example.com/hook"},
    }
    answer = http.post("/api/campaigns/provision", json=wish)
    assert answer.status_code == 202, answer.text
    return id


def flood(storm: Storm, tenant: Tenant) -> None:
    """Whatever it gets: hundreds of heartbeats at a time, calls, lists."""
    with tenant.http(60) as http:
        while not storm.is_over:
            _, workflow = tenant.beating[0]
            many = [heartbeat(workflow, "success") for _ in range(200)]
            storm.ask("heartbeat", lambda many=many: push(http, tenant, *many))  # type: ignore[misc]
            storm.ask("call", lambda: http.post(tenant.door))
            storm.ask("page", lambda: http.get(f"/api/workspaces/{tenant.id}/campaigns"))


QUEUED = 8  # provisions that the loud one wants before the calm one wants its own
TIMES, MORE = 15, 1.0  # the calm one may wait so many times as long, and so many seconds more


@pytest.mark.long
def test_a_flood_of_one_tenant_does_not_hold_up_another(place: Place) -> None:
    calm, loud = place.tenants
    alone = {"provision": makes(calm)} | waits(calm, 10)
    storm = Storm([loud])
    with storm.blowing([flood] * 4, watching=[]), loud.http() as http:
        provisions = [wanted(http, loud) for _ in range(QUEUED)]
        time.sleep(1)
        beside = {"provision": makes(calm)}
        waiting = sum(not status(loud.product, id) for id in provisions)
        beside |= waits(calm, 10)
        storm.calm()
    for kind, seconds in beside.items():
        print(f"\n{kind}: {alone[kind]:.3f} s alone, {seconds:.3f} s beside the flood", end="")
    assert waiting  # the calm one's went before
    for kind, seconds in beside.items():
        assert seconds < TIMES * alone[kind] + MORE, (kind, seconds, alone[kind])
    assert wait_until(lambda: all(status(loud.product, id) == "done" for id in provisions), 60)
