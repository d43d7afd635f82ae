"""Breaks a part of a running product, and does what whoever looks after that part would do."""

import math
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests import processes
from tests.line import Line, line_to
from tests.product import Product, start, stop
from tests.storm import LONG, Tenant, tenant

DOWN = 5.0 if LONG else 1.5  # seconds for which a server is away
CHILDREN = {
    "web": "uvicorn",
    "worker": "--queues celery",
    "clock": "--queues clock",
    "making": "--queues making",
    "beat": "orchestrator beat",
    "n8n": "n8n.sandbox",
}


@dataclass
class Place:
    """A product whose n8n, the sandbox, is at the other end of a line."""

    product: Product
    line: Line
    tenants: list[Tenant]

    def point(self, url: str = "") -> None:
        with self.product.db() as db:
            db.execute(
                "UPDATE workspaces_instance SET base_url = %s WHERE id = 'default'",
                [url or self.line.url],
            )

    def pids(self, words: str) -> list[int]:
        found = processes.of(self.product.run_dir).items()
        return [pid for pid, command in found if words in command]


@contextmanager
def opened(run_dir: Path, *names: str, mail: str = "") -> Iterator[Place]:
    product = start(run_dir, EMAIL_URL=mail)
    try:
        with line_to(product.env["SANDBOX_PORT"]) as line:
            place = Place(product, line, [])
            place.point()
            place.tenants = [tenant(product, name) for name in names]
            yield place
    finally:
        stop(product)


def killed(child: str) -> Callable[[Place], None]:
    """The supervisor starts it again."""
    words = CHILDREN[child]

    def kill(place: Place) -> None:
        before = place.pids(words)
        assert before
        for pid in before:
            os.kill(pid, signal.SIGKILL)
        assert processes.wait_until(lambda: not set(before) >= set(place.pids(words)), 20)

    return kill


def all_workers(place: Place) -> None:
    """And beat, one after the other."""
    for child in ("worker", "clock", "making", "beat"):
        killed(child)(place)


def supervisor(place: Place) -> None:
    """With it goes all that it has started; it is started again on the same folder and port."""
    product = place.product
    # Where it was, or the start would take it for another n8n and set all campaigns aside.
    began = time.monotonic()
    place.line.passed_by = (began, math.inf)
    place.point(f"http://127.0.0.1:{product.env['SANDBOX_PORT']}")
    product.process.kill()
    product.process.wait()
    again = start(product.run_dir, port=product.port, N8N_WEBHOOK_SECRET=product.secret)
    product.process = again.process
    place.point()
    place.line.passed_by = (began, time.monotonic() + 1)


def redis(place: Place) -> None:
    """It starts again by itself; for a while it is killed whenever it does."""
    with processes.kept_down(place.product.run_dir, "valkey-server"):
        time.sleep(DOWN)
    assert processes.wait_until(lambda: bool(place.pids("valkey-server")), 20)


def postgres(place: Place) -> None:
    """`immediate`: without a word to anybody and without a checkpoint, as in a loss of power. It
    starts again by itself."""
    pid_file = place.product.run_dir / "postgres/data/postmaster.pid"
    pid = int(pid_file.read_text().split()[0])
    os.kill(pid, signal.SIGQUIT)
    assert processes.wait_until(lambda: not _is_there(pid), 20)
    assert processes.wait_until(lambda: _takes_connections(place.product), 60)


def _is_there(pid: int) -> bool:
    """A zombie, whose parent does not look, is not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def _takes_connections(product: Product) -> bool:
    try:
        product.db().close()
    except psycopg.OperationalError:
        return False
    return True


def network_cut(place: Place) -> None:
    place.line.cut()
    time.sleep(DOWN)
    place.line.mend()


def network_silent(place: Place) -> None:
    """Nobody is told: calls end by their own time."""
    place.line.silent = True
    time.sleep(2 * DOWN)
    place.line.mend()


def network_slow(place: Place) -> None:
    place.line.slow = 0.4
    time.sleep(2 * DOWN)
    place.line.mend()


def clock(jump: str) -> Callable[[Place], None]:
    """Of PostgreSQL, as far as its clock is what stored times are compared with: they move the
    other way. What is named by its time stays: a clock that jumps changes no name."""

    def turn(place: Place) -> None:
        with place.product.db() as db:
            for table, columns in COMPARED.items():
                moved = ", ".join(f"{name} = {name} - interval '{jump}'" for name in columns)
                db.execute(f"UPDATE {table} SET {moved}")  # noqa: S608 -- ours

    return turn


COMPARED = {
    "orchestrator_outbox": ["created_at"],
    "orchestrator_callerrate": ["used_to"],
    "workspaces_instance": ["alive_at", "last_ok_at", "poller_until", "retry_at", "next_call_at"],
    "campaigns_workspaceclock": ["sync_asked_at"],
    "campaigns_campaign": ["next_run_at", "late_at", "expected_at", "settling_until"],
    "provisioning_provision": ["due_at", "held_until"],
    "provisioning_turn": ["at"],
}
