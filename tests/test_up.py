"""`manage.py up`, as it is used: it starts, it mends itself, and it leaves nothing behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from orchestrator.keeper import Keeper
from tests import processes
from tests.product import ROOT, Product, ready, start, stop
from tests.sampled import sampled

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")

WORKER, CLOCK = "orchestrator worker --queues celery", "orchestrator worker --queues clock"
BEAT = "-A orchestrator beat"


@pytest.fixture(scope="module")
def run_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all starts of this file: only the first pays for the migrations."""
    return tmp_path_factory.mktemp("up")


@pytest.fixture(scope="module")
def started(run_dir: Path) -> Iterator[list[Product]]:
    """What runs in that folder, if anything does."""
    products: list[Product] = []
    yield products
    for product in products:
        stop(product)


@pytest.fixture
def up(run_dir: Path, started: list[Product]) -> Product:
    """Runs, and all its children are there; a test may end it."""
    if not started or started[0].process.poll() is not None:
        (run_dir / "up.log").unlink(missing_ok=True)
        started[:] = [start(run_dir)]
    settled(started[0])
    return started[0]


@pytest.fixture
def down(run_dir: Path, started: list[Product]) -> Path:
    """The folder, in which nothing runs."""
    for product in started:
        stop(product)
    started.clear()
    (run_dir / "up.log").unlink(missing_ok=True)
    return run_dir


def said(product: Product, words: str) -> bool:
    return words in (product.run_dir / "up.log").read_text()


def settled(product: Product) -> None:
    """All children are there."""
    assert processes.wait_until(lambda: said(product, "Ready in"), 30)
    assert processes.wait_until(lambda: len(pids(product, WORKER)) == 1, 30)
    assert processes.wait_until(lambda: len(pids(product, CLOCK)) == 1, 30)
    assert processes.wait_until(lambda: len(pids(product, "n8n.sandbox")) == 1, 30)


def pids(product: Product, words: str) -> list[int]:
    """Of a child and what it forked."""
    found = processes.of(product.run_dir).items()
    return [pid for pid, command in found if f" {words} " in command and "manage.py" not in command]


def gone(run_dir: Path, seconds: float = 8) -> bool:
    return processes.wait_until(lambda: not processes.of(run_dir), seconds)


def manage(product: Product, *args: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Another command, which knows nothing but RUN_DIR."""
    hidden = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "FIELD_ENCRYPTION_KEYS")
    outside = {name: value for name, value in os.environ.items() if name not in hidden}
    return subprocess.run(
        [sys.executable, "manage.py", *args],
        cwd=ROOT,
        env=outside | {"RUN_DIR": str(product.run_dir)} | env,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_last_lines_say_where_to_look_and_who_to_sign_in_as(up: Product) -> None:
    lines = (up.run_dir / "up.log").read_text().splitlines()
    ready = next(n for n, line in enumerate(lines) if "Ready in" in line)
    last = "\n".join(lines[ready : ready + 5])
    assert up.url in last
    assert "owner@acme.test" in last
    assert "super@demo.test" in last
    assert "orchestrate" in last
    with up.client("owner@acme.test") as client:
        assert client.get("/api/me").status_code == 200
    assert httpx.get(up.url).status_code == 200


@pytest.mark.parametrize("number", sampled([signal.SIGINT, signal.SIGTERM], signal.SIGTERM))
def test_a_signal_ends_every_child_in_peace(up: Product, number: signal.Signals) -> None:
    up.process.send_signal(number)
    assert up.process.wait(15) == 0
    assert processes.of(up.run_dir) == {}
    assert not (up.run_dir / "postgres/data/postmaster.pid").exists()


def test_kill_9_of_the_supervisor_leaves_nothing(up: Product) -> None:
    assert len(processes.of(up.run_dir)) > 10
    for pid in pids(up, WORKER):  # one that is busy does not notice that its parent went
        if parent_of(pid) != up.process.pid:
            os.kill(pid, signal.SIGSTOP)
    up.process.kill()
    up.process.wait()
    assert gone(up.run_dir), processes.of(up.run_dir)


def test_a_start_right_after_a_kill_works_and_keeps_the_data(up: Product) -> None:
    with up.db() as db:
        db.execute("UPDATE workspaces_workspace SET name = 'Kept' WHERE slug = 'globex'")
    up.process.kill()
    up.process.wait()
    (up.run_dir / "up.log").unlink()
    second = start(up.run_dir)
    try:
        with second.db() as db:
            row = db.execute("SELECT name FROM workspaces_workspace WHERE slug = 'globex'")
            assert row.fetchone() == ("Kept",)
        assert not said(second, "Database:")
        assert not said(second, "Static files:")
    finally:
        stop(second)


@pytest.mark.long
def test_functions_that_differ_are_installed_though_no_migration_is_due(up: Product) -> None:
    with up.db() as db:
        db.execute("UPDATE orchestrator_installed SET digest = 'older'")
    stop(up)
    again = start(up.run_dir)
    try:
        assert processes.wait_until(lambda: said(again, "functions and triggers:"), 20)
        with again.db() as db:
            row = db.execute("SELECT count(*) FROM orchestrator_installed WHERE digest = 'older'")
            assert row.fetchone() == (0,)
    finally:
        stop(again)


@pytest.mark.parametrize(
    ("name", "words"),
    sampled(
        [
            ("web", "uvicorn"),
            ("worker", WORKER),
            ("clock", CLOCK),
            ("beat", BEAT),
            ("sandbox", "n8n.sandbox"),
        ],
        ("worker", WORKER),
    ),
)
def test_a_child_that_is_killed_comes_back(up: Product, name: str, words: str) -> None:
    before = set(pids(up, words))
    child = next(pid for pid in before if parent_of(pid) == up.process.pid)
    os.kill(child, signal.SIGKILL)
    assert processes.wait_until(lambda: not before & set(pids(up, words)), 30), "its pool stays"
    assert processes.wait_until(lambda: len(pids(up, words)) == len(before), 60)
    assert said(up, f"{name:8} | ended with SIGKILL, starts again")
    assert processes.wait_until(lambda: ready(up), 60)


@pytest.mark.parametrize(
    ("name", "words"),
    sampled(
        [("Postgres", "bin/postgres "), ("Valkey", "valkey-server ")], ("Postgres", "bin/postgres ")
    ),
)
def test_a_server_of_ours_that_is_killed_comes_back_where_it_was(
    up: Product, name: str, words: str
) -> None:
    (child,) = servers(up, words)
    os.kill(child, signal.SIGKILL)
    assert processes.wait_until(lambda: said(up, f"{name} is there again"), 30)
    assert processes.wait_until(lambda: ready(up), 60)
    assert child not in servers(up, words)


def servers(product: Product, words: str) -> list[int]:
    found = processes.of(product.run_dir).items()
    ours = [pid for pid, command in found if words in command]
    return [pid for pid in ours if parent_of(pid) == product.process.pid]


def parent_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def test_daphne_serves_as_well(down: Path) -> None:
    product = start(down, "--server", "daphne")
    try:
        assert len(pids(product, "daphne")) == 1
        assert not pids(product, "uvicorn")
        assert httpx.get(product.url).status_code == 200
        with product.client("viewer@acme.test") as client:
            assert client.get("/api/me").status_code == 200
    finally:
        stop(product)
    assert processes.of(down) == {}


def test_without_the_demo_its_people_cannot_sign_in(up: Product) -> None:
    assert up.token("owner@acme.test")
    stop(up)
    plain = start(up.run_dir, "--no-demo")
    try:
        answer = httpx.post(
            f"{plain.url}/_allauth/app/v1/auth/login",
            json={"email": "owner@acme.test", "password": "orchestrate"},
        )
        assert answer.status_code in {400, 401, 403}
        assert not pids(plain, "n8n.sandbox")
    finally:
        stop(plain)


def test_it_listens_on_loopback_alone(product: Product) -> None:
    tables = [Path(f"/proc/net/{name}").read_text() for name in ("tcp", "tcp6")]
    listening = [
        line.split()[1] for table in tables for line in table.splitlines() if " 0A " in line
    ]
    port = f"{product.port:04X}"
    assert [each for each in listening if each.endswith(f":{port}")] == [f"0100007F:{port}"]


def test_a_taken_port_is_said_at_once(product: Product, tmp_path: Path) -> None:
    begun = time.monotonic()
    second = manage(product, "up", "--port", str(product.port), RUN_DIR=str(tmp_path))
    assert second.returncode == 1
    assert f"Port {product.port} is not free" in second.stderr
    assert time.monotonic() - begun < 5
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({"PORT": "abc"}, "'abc' is no port"),
        ({"PORT": "99999"}, "'99999' is no port"),
        ({"RUN_DIR": "/etc/passwd", "PORT": "0"}, "/etc/passwd cannot be RUN_DIR"),
    ],
)
def test_what_cannot_be_is_said_in_one_line(environ: dict[str, str], said: str) -> None:
    told = subprocess.run(
        [sys.executable, "manage.py", "up"],
        cwd=ROOT, env=os.environ | environ, capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip
    assert told.returncode in {1, 2}
    assert said in told.stderr.splitlines()[-1]
    assert "Traceback" not in told.stderr


def test_a_second_up_on_the_same_folder_is_refused_and_harms_nothing(product: Product) -> None:
    second = manage(product, "up", "--port", "0")
    assert second.returncode == 1
    assert f"in use by process {product.process.pid}" in second.stderr
    assert ready(product)


def test_a_start_that_fails_says_why_and_leaves_nothing(product: Product, tmp_path: Path) -> None:
    failed = manage(product, "up", "--port", "0", RUN_DIR=str(tmp_path), SECRET_KEY="secret")
    assert failed.returncode == 1
    assert failed.stdout.count("SECRET_KEY is a default or shorter") == 1
    assert "Traceback" not in failed.stdout + failed.stderr
    assert "The start failed" in failed.stderr
    assert processes.of(tmp_path) == {}


def test_a_start_without_its_database_says_where_it_looked(tmp_path: Path) -> None:
    away = {"DATABASE_URL": "postgresql://ork:hidden@127.0.0.1:1/ork", "RUN_DIR": str(tmp_path)}
    failed = subprocess.run(
        [sys.executable, "manage.py", "up", "--port", "0"],
        cwd=ROOT, env=os.environ | away, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    told = failed.stdout + failed.stderr
    assert failed.returncode == 1
    (line,) = [line for line in failed.stdout.splitlines() if "DATABASE_URL" in line]
    assert "127.0.0.1" in line
    assert "port 1 " in line
    assert not [word for word in ("hidden", "Traceback", "Postgres started") if word in told]


def test_help_lists_up_and_its_arguments(product: Product) -> None:
    assert "\n    up\n" in manage(product, "help").stdout
    assert "--no-demo" in manage(product, "help", "up").stdout
    assert "--server" in manage(product, "up", "--help").stdout


def test_doctor_finds_the_running_product_well(product: Product) -> None:
    told = manage(product, "doctor")
    assert told.returncode == 0, told.stdout + told.stderr
    assert [line.split()[:2] for line in told.stdout.splitlines()] == [
        [part, "ok"] for part in ("database", "redis", "n8n", "keys", "mail", "work")
    ]


@pytest.mark.parametrize(
    ("part", "broken"),
    [
        ("database", {"DATABASE_URL": "postgresql://nobody:x@127.0.0.1:1/none"}),
        ("redis", {"REDIS_URL": "redis://127.0.0.1:1/0"}),
        ("n8n", {"N8N_BASE_URL": "http://127.0.0.1:1", "N8N_API_KEY": "key"}),
        ("keys", {"FIELD_ENCRYPTION_KEYS": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="}),
        ("mail", {"EMAIL_URL": "smtp://127.0.0.1:1"}),
    ],
)
def test_doctor_names_what_is_wrong(product: Product, part: str, broken: dict[str, str]) -> None:
    told = manage(product, "doctor", **broken)
    assert told.returncode == 1
    lines = {line.split()[0]: line for line in told.stdout.splitlines()}
    assert lines[part].split()[1] == "FAIL"
    assert next(iter(broken)) in lines[part]  # by which setting it looked
    assert "Traceback" not in told.stdout + told.stderr


def test_the_pause_before_the_next_try_grows() -> None:
    keeper = Keeper()
    keeper.keep("broken", "json.tool", "/nowhere", env=os.environ)
    pauses: list[str] = []
    while len(pauses) < 3:
        event = keeper.events.get(timeout=20)
        if event.type == "line" and "starts again in" in str(event.data):
            pauses.append(str(event.data).split()[-2])
    keeper.stop()
    assert pauses == ["0.5", "1", "2"]
