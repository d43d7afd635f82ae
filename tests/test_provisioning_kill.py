"""Whatever dies on the way, one workflow is made, or none: killed from outside at each call to n8n,
before it arrives and after it is done, and counted by n8n itself."""

import os
import re
import secrets
import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import pytest

from tests import n8n_proxy, processes
from tests.n8n_proxy import Proxy
from tests.n8n_server import HEARTBEAT_SECRET, N8n, sandboxed
from tests.product import Product, start, stop
from tests.provisioned import Owner, made, product_behind

WORKER = "orchestrator worker --queues making"
RECOVERS = 60  # seconds; some ten where nothing else goes on

# What the steps do in n8n, in their order, each killed at both of its moments.
LOOK, CREATE = r"GET /api/v1/workflows", r"POST /api/v1/workflows"
TAG, NAME = r"PUT /api/v1/workflows/\w+/tags", r"PUT /api/v1/workflows/\w+"
PUBLISH, READ = r"POST /api/v1/workflows/\w+/activate", r"GET /api/v1/workflows/\w+"
PROBE = r"POST /webhook/[\w-]+"
RETIRE, DELETE = r"POST /api/v1/workflows/\w+/deactivate", r"DELETE /api/v1/workflows/\w+"
MAKING = {
    "look": LOOK, "create": CREATE, "tag": TAG, "name": NAME, "publish": PUBLISH, "read": READ,
    "probe": PROBE,
}  # fmt: skip
UNMAKING = {"retire": RETIRE, "delete": DELETE}
# Of these every run of the tests has a sample; the others are long.
SAMPLE = {("sandbox", "create", "is done"), ("sandbox", "delete", "arrives")}
ON_N8N = ("create", "name", "publish", "probe", "delete")  # when they are done; the others likewise


def points(names: Iterable[str]) -> list[Any]:
    """Each on the sandbox, at both of its moments; the telling ones on a real n8n as well."""
    cases = [("sandbox", name, moment) for name in names for moment in ("arrives", "is done")]
    real = [("real_n8n", name, "is done") for name in names if name in ON_N8N]
    return [
        pytest.param(*case, marks=marks(case), id="-".join(case).replace(" ", "-"))
        for case in (*cases, *real)
    ]


def marks(case: tuple[str, str, str]) -> list[pytest.MarkDecorator]:
    needed = [pytest.mark.n8n] if case[0] == "real_n8n" else []
    return needed if case in SAMPLE else [*needed, pytest.mark.long]


@dataclass
class Place:
    """An n8n, what stands before it, and a product that knows no other."""

    server: N8n
    proxy: Proxy
    product: Product


@pytest.fixture(scope="module")
def opened_once(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], Place]]:
    """One for each n8n, started by the first test that asks for it."""
    started: dict[str, Place] = {}
    with ExitStack() as stack:

        def by(name: str) -> Place:
            if name not in started:
                server: N8n = request.getfixturevalue(name)
                proxy = stack.enter_context(n8n_proxy.before(server.url))
                run_dir = tmp_path_factory.mktemp("killed")
                product = stack.enter_context(product_behind(server, proxy, run_dir))
                assert processes.wait_until(lambda: bool(workers(product)), 30)
                started[name] = Place(server, proxy, product)
            return started[name]

        yield by


@pytest.fixture
def place(request: pytest.FixtureRequest, opened_once: Callable[[str], Place]) -> Place:
    return opened_once(request.param)


@pytest.fixture
def owner(place: Place) -> Iterator[Owner]:
    with Owner.of(place.product) as made:
        yield made


def workers(product: Product) -> list[int]:
    return [pid for pid, command in processes.of(product.run_dir).items() if WORKER in command]


def kill_worker(product: Product) -> None:
    for pid in workers(product):
        os.kill(pid, signal.SIGKILL)


def killing(place: Place, call: str, moment: str) -> list[str]:
    """Once, at this call; the list has it when it has happened."""
    done: list[str] = []
    place.proxy.seen.clear()

    def watch(seen: str, when: str) -> None:
        if when == moment and not done and re.fullmatch(call, seen):
            done.append(seen)
            kill_worker(place.product)

    place.proxy.watch = watch
    return done


def created(proxy: Proxy) -> int:
    """How often n8n was told to make a workflow: once, or a twin was there for a while."""
    return len([call for call in proxy.seen if re.fullmatch(CREATE, call)])


@pytest.mark.parametrize(("place", "point", "moment"), points(MAKING), indirect=["place"])
def test_killed_while_it_is_made_there_is_one(
    point: str, moment: str, place: Place, owner: Owner
) -> None:
    deaths = killing(place, MAKING[point], moment)
    provision = owner.begin()
    state = owner.wait(provision, seconds=RECOVERS)
    assert deaths
    assert state["status"] == "done", state
    assert made(place.server, provision) == [state["name"]]
    assert created(place.proxy) == 1
    assert owner.campaign(provision)["status"] == "active"


@pytest.mark.parametrize(("place", "point", "moment"), points(UNMAKING), indirect=["place"])
def test_killed_while_it_is_taken_back_there_is_none(
    point: str, moment: str, place: Place, owner: Owner
) -> None:
    deaths = killing(place, UNMAKING[point], moment)
    provision = until_published(owner, place)
    assert owner.post(provision, "cancel").status_code == 200
    state = owner.wait(provision, "canceled", seconds=RECOVERS)
    assert deaths
    assert made(place.server, provision) == []
    assert owner.http.get(f"/api/campaigns/{state['campaignId']}").status_code == 404


def until_published(owner: Owner, place: Place) -> str:
    """A provision whose workflow runs in n8n and whose end does not come."""
    place.proxy.away_from = "/webhook/"
    try:
        provision = owner.begin()

        def published() -> bool:
            steps = {step["step"]: step["status"] for step in owner.state(provision)["steps"]}
            return bool(steps["webhook"] == "done")

        assert processes.wait_until(published, 30)
        assert len(made(place.server, provision)) == 1
        return provision
    finally:
        place.proxy.away_from = "nowhere"


@pytest.mark.long
@pytest.mark.parametrize("place", ["sandbox"], indirect=True)
def test_killed_at_random_every_one_is_made_once(place: Place, owner: Owner) -> None:
    """Several at once, and the worker killed again and again, wherever it is."""
    place.proxy.watch = lambda call, moment: None
    provisions = [owner.begin() for _ in range(4)]
    for _ in range(3):
        assert processes.wait_until(lambda: bool(workers(place.product)), 30)
        processes.wait_until(lambda: False, 0.05 + secrets.randbelow(300) / 1000)
        kill_worker(place.product)
    for provision in provisions:
        state = owner.wait(provision, seconds=2 * RECOVERS)
        assert state["status"] == "done", state
        assert made(place.server, provision) == [state["name"]]


@pytest.mark.long
def test_all_killed_at_once_it_goes_on_when_it_is_started_again(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    run_dir = tmp_path_factory.mktemp("all-killed")
    with (
        sandboxed(tmp_path_factory.mktemp("sandbox")) as sandbox,
        n8n_proxy.before(sandbox.url) as proxy,
    ):
        settings = {
            "N8N_API_KEY": sandbox.api_key,
            "N8N_WEBHOOK_SECRET": HEARTBEAT_SECRET,
        }
        first = start(run_dir, port=sandbox.heartbeat_port, N8N_BASE_URL=proxy.url, **settings)

        def watch(call: str, moment: str) -> None:
            if moment == "is done" and re.fullmatch(CREATE, call):
                first.process.kill()

        proxy.watch = watch
        with Owner.of(first) as owner:
            provision = owner.begin()
        first.process.wait(30)
        proxy.watch = lambda call, moment: None
        again = start(run_dir, port=first.port, N8N_BASE_URL=proxy.url, **settings)
        try:
            with Owner.of(again) as owner:
                state = owner.wait(provision, seconds=RECOVERS)
            assert state["status"] == "done", state
            assert made(sandbox, provision) == [state["name"]]
        finally:
            stop(again)
