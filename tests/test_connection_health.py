"""`GET /api/health/connection`: what a page's bar says of live updates, n8n and the session."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import httpx
import pytest
from django.db import connection
from django.utils import timezone

from governance.models import AuditEvent
from orchestrator import crypto
from tests.cast import Cast
from tests.own_n8n import KEY, Answering, answering
from tests.processes import wait_until
from tests.product import Product
from workspaces import connections
from workspaces.models import Instance

# The check is another thread's, which sees what is committed.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("committed")]


@pytest.fixture
def shared(cast: Cast, own_n8n: Answering) -> Answering:
    """Both workspaces' n8n."""
    Instance.objects.filter(pk="default").update(
        base_url=own_n8n.url,
        api_key_encrypted=crypto.encrypt(KEY, owner="shared", field=connections.API_KEY),
    )
    return own_n8n


def ask(cast: Cast, caller: str = "member", **query: Any) -> Any:
    query = query or {"workspaceId": cast.acme.pk}
    return cast.client(caller).get("/api/health/connection", query)


def later(seconds: float = 30) -> None:
    checked = timezone.now() - timedelta(seconds=seconds)
    Instance.objects.update(checked_at=checked)


def test_who_is_signed_out_hears_that_and_nothing_else(cast: Cast, shared: Answering) -> None:
    answer = ask(cast, "nobody")
    assert (answer.status_code, answer.json()) == (200, {"session": "expired"})
    client = cast.client("nobody")
    for header in ({"X-Session-Token": "x" * 32}, {"Authorization": "Bearer ork_none"}):
        answer = client.get("/api/health/connection", headers=header)
        assert (answer.status_code, answer.json()) == (200, {"session": "expired"})
    assert shared.requests == []


def test_all_is_well(cast: Cast, shared: Answering) -> None:
    answer = ask(cast, "viewer")
    assert answer.json() == {"realtime": "ok", "n8n": "ok", "session": "authenticated"}
    assert answer["Cache-Control"] == "no-store"
    rows = Instance.objects.filter(pk="default", capabilities=shared.scopes)
    assert wait_until(rows.exists, 10)  # written by the thread that asked


def test_n8n_is_asked_once_in_thirty_seconds_for_everybody(cast: Cast, shared: Answering) -> None:
    def one(caller: str) -> int:
        try:
            return int(ask(cast, caller).status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as many:
        answers = list(many.map(one, ["owner", "admin", "member", "viewer"] * 4))
    assert set(answers) == {200}
    assert len(shared.requests) == 1
    later(29)
    ask(cast)
    assert len(shared.requests) == 1
    later(30)
    ask(cast)
    assert len(shared.requests) == 2


def test_two_failures_in_a_row_flip_it_and_one_success_back(cast: Cast, shared: Answering) -> None:
    shared.keys = {"another"}
    assert ask(cast).json()["n8n"] == "ok"
    shared.refusing = 502  # what another call would try again
    later()
    assert ask(cast).json() == {
        "realtime": "ok",
        "n8n": "unreachable",
        "session": "authenticated",
        "error": "n8n does not answer as it should.",
    }
    assert len(shared.requests) == 2
    shared.keys, shared.refusing = {KEY}, 0
    later()
    assert ask(cast).json()["n8n"] == "ok"


def test_an_n8n_that_never_worked_is_not_called_well(cast: Cast, shared: Answering) -> None:
    shared.keys = {"another"}
    Instance.objects.update(last_ok_at=None)
    assert ask(cast).json()["n8n"] == "unreachable"


def test_nobody_waits_for_an_n8n_that_hangs(cast: Cast, shared: Answering) -> None:
    enough = threading.Event()
    respond = shared.respond

    def hanging(handler: Any) -> None:
        enough.wait(20)
        respond(handler)

    shared.respond = hanging
    began = time.monotonic()
    assert ask(cast).json()["n8n"] == "ok"  # as far as is known
    assert time.monotonic() - began < 10
    enough.set()
    assert wait_until(lambda: bool(Instance.objects.get(pk="default").capabilities), 10)


def test_what_the_syncs_found_counts(cast: Cast, shared: Answering) -> None:
    Instance.objects.update(failed_at=timezone.now(), failure="unreachable")
    assert ask(cast).json()["n8n"] == "unreachable"


def test_an_n8n_that_asked_for_fewer_calls_is_not_asked(cast: Cast, shared: Answering) -> None:
    Instance.objects.update(retry_at=timezone.now() + timedelta(seconds=60))
    assert ask(cast).json()["n8n"] == "ok"
    assert shared.requests == []


def test_without_a_workspace_superusers_hear_of_the_shared_n8n_and_why(
    cast: Cast, shared: Answering
) -> None:
    with answering() as gone:
        Instance.objects.update(base_url=gone.url)
    ask(cast, "superuser", x=1)
    later()
    answer = ask(cast, "superuser", x=1).json()
    assert (answer["n8n"], answer["reason"]) == ("unreachable", "unreachable")
    assert AuditEvent.objects.filter(action="connection_health_viewed").count() == 2
    assert "reason" not in ask(cast, "owner").json()
    assert ask(cast, "owner", x=1).json()["code"] == "required"
    assert ask(cast, "superuser").status_code == 404
    assert ask(cast, "owner", workspaceId="none").json()["code"] == "invalid"


def test_an_instance_that_nobody_has_connected_is_unreachable(cast: Cast) -> None:
    assert ask(cast).json()["n8n"] == "unreachable"


def test_the_product_says_how_its_connections_are(product: Product) -> None:
    with product.client("viewer@acme.test") as client:
        answer = client.get(f"/api/health/connection?workspaceId={product.workspace()}")
    assert answer.json() == {"realtime": "ok", "n8n": "ok", "session": "authenticated"}
    out = httpx.get(f"{product.url}/api/health/connection")
    assert (out.status_code, out.json()) == (200, {"session": "expired"})
