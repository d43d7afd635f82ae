"""The embedded servers: nothing is lost, nothing stays behind, nothing listens beyond loopback."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from orchestrator import embedded, state
from orchestrator.embedded import postgres, valkey
from tests import processes

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")

# Starts the servers, leaves a row, says so, and waits to be killed.
STARTER = """
import os, sys, time, psycopg
from pathlib import Path
from orchestrator import embedded
from orchestrator.embedded import server
if "without-setpriv" in sys.argv:
    server.setpriv = lambda: None
if "without-guard" in sys.argv:
    server._guard = lambda *_: None
servers = embedded.start(Path(sys.argv[1]), {})
with psycopg.connect(servers.env["DATABASE_URL"]) as connection:
    connection.execute("INSERT INTO kept VALUES (%s)", [os.getpid()])
print("started", flush=True)
time.sleep(60)
"""


@pytest.fixture(scope="module")
def run_dir(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder whose database has a table `kept`; no server runs on it between tests."""
    folder = tmp_path_factory.mktemp("run")
    servers = embedded.start(folder, {})
    with psycopg.connect(servers.env["DATABASE_URL"]) as connection:
        connection.execute("CREATE TABLE kept (number int)")
    servers.stop()
    yield folder
    assert processes.of(folder) == {}


@pytest.fixture
def servers(run_dir: Path) -> Iterator[embedded.Servers]:
    started = embedded.start(run_dir, {})
    yield started
    started.stop()


def start_and_kill(run_dir: Path, *flags: str) -> int:
    starter = subprocess.Popen(
        [sys.executable, "-c", STARTER, str(run_dir), *flags], stdout=subprocess.PIPE, text=True
    )
    with starter:
        assert starter.stdout
        assert starter.stdout.readline() == "started\n"
        starter.send_signal(signal.SIGKILL)
    return starter.pid


def kept(run_dir: Path) -> list[int]:
    servers = embedded.start(run_dir, {})
    try:
        with psycopg.connect(servers.env["DATABASE_URL"]) as connection:
            return [row[0] for row in connection.execute("SELECT number FROM kept")]
    finally:
        servers.stop()


def setting(connection: psycopg.Connection, name: str) -> str:
    row = connection.execute("SELECT current_setting(%s)", [name]).fetchone()
    assert row
    return str(row[0])


def test_the_application_is_no_superuser_and_cannot_bypass_row_security(
    servers: embedded.Servers,
) -> None:
    with psycopg.connect(servers.env["DATABASE_URL"]) as connection:
        rights = connection.execute(
            "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb"
            " FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
    assert rights == (False, False, False, True)


def test_the_database_is_as_durable_as_in_production(
    servers: embedded.Servers,
) -> None:
    with psycopg.connect(servers.env["DATABASE_URL"]) as connection:
        assert setting(connection, "fsync") == "on"
        assert setting(connection, "synchronous_commit") == "on"
        assert setting(connection, "full_page_writes") == "on"
        assert setting(connection, "data_checksums") == "on"
        assert setting(connection, "server_encoding") == "UTF8"


def test_both_servers_listen_on_loopback_and_on_no_socket_file(
    servers: embedded.Servers, run_dir: Path
) -> None:
    listening = {
        line.split()[9]: line.split()[1] for line in tables("tcp", "tcp6") if " 0A " in line
    }
    ours = {
        listening[inode]
        for pid in processes.of(run_dir)
        for inode in sockets(pid)
        if inode in listening
    }
    assert len(ours) == 2
    assert {address.partition(":")[0] for address in ours} == {"0100007F"}
    files = {line.split()[6] for line in tables("unix") if len(line.split()) > 7}
    assert not any(inode in files for pid in processes.of(run_dir) for inode in sockets(pid))


def tables(*names: str) -> list[str]:
    return [
        line for name in names for line in Path(f"/proc/net/{name}").read_text().splitlines()[1:]
    ]


def sockets(pid: int) -> list[str]:
    links = [os.readlink(link) for link in Path(f"/proc/{pid}/fd").iterdir()]
    return [link.removeprefix("socket:[").rstrip("]") for link in links if "socket:" in link]


def test_both_servers_want_their_password(servers: embedded.Servers) -> None:
    database, broker = servers.env["DATABASE_URL"], servers.env["REDIS_URL"]
    password = state.read(servers.state.path)["POSTGRES_APP_PASSWORD"]
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(database.replace(password, "guess"))
    with redis.Redis.from_url(broker) as client:
        assert client.ping()
    port = int(broker.rpartition(":")[2].removesuffix("/0"))
    with redis.Redis(port=port, retry=Retry(NoBackoff(), 0)) as client:
        with pytest.raises(redis.AuthenticationError):
            client.ping()


def test_no_password_is_among_the_arguments_and_the_state_is_for_its_owner_alone(
    servers: embedded.Servers, run_dir: Path
) -> None:
    kept_values = state.read(servers.state.path)
    commands = " ".join(processes.of(run_dir).values())
    assert "postgres" in commands
    assert "valkey" in commands
    for name, value in kept_values.items():
        if "PASSWORD" in name or "KEY" in name:
            assert value not in commands
    assert stat.S_IMODE(servers.state.path.stat().st_mode) == 0o600


def test_a_second_start_in_the_same_folder_is_refused_and_names_the_holder(
    servers: embedded.Servers, run_dir: Path
) -> None:
    with pytest.raises(embedded.InUse, match=f"in use by process {os.getpid()}"):
        embedded.start(run_dir, {})
    with psycopg.connect(servers.env["DATABASE_URL"]) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_secrets_stay_the_same_from_start_to_start(run_dir: Path) -> None:
    first = embedded.start(run_dir, {})
    first.stop()
    second = embedded.start(run_dir, {})
    second.stop()
    for name in ("SECRET_KEY", "FIELD_ENCRYPTION_KEYS"):
        assert first.env[name] == second.env[name]
    assert not second.fresh


def test_what_the_environment_names_is_neither_started_nor_overruled(tmp_path: Path) -> None:
    outside = {"DATABASE_URL": "postgresql://db/x", "REDIS_URL": "redis://r", "SECRET_KEY": "mine"}
    servers = embedded.start(tmp_path, outside)
    assert servers.env.keys() == {"FIELD_ENCRYPTION_KEYS"}
    assert processes.of(tmp_path) == {}
    servers.stop()


def test_kill_9_of_the_starter_leaves_no_server_and_loses_no_row(run_dir: Path) -> None:
    number = start_and_kill(run_dir)
    assert processes.wait_until(lambda: not processes.of(run_dir), 5), processes.of(run_dir)
    assert number in kept(run_dir)


def test_where_there_is_no_setpriv_a_guard_ends_the_servers(run_dir: Path) -> None:
    number = start_and_kill(run_dir, "without-setpriv")
    assert processes.wait_until(lambda: not processes.of(run_dir), 5), processes.of(run_dir)
    assert number in kept(run_dir)


def test_orphaned_servers_are_ended_by_the_next_start(run_dir: Path) -> None:
    number = start_and_kill(run_dir, "without-setpriv", "without-guard")
    orphans = processes.of(run_dir)
    assert any("postgres -D" in command for command in orphans.values())
    assert any("valkey-server" in command for command in orphans.values())
    assert number in kept(run_dir)
    assert processes.of(run_dir) == {}


def test_kill_9_of_postgres_itself_is_survived(run_dir: Path) -> None:
    servers = embedded.start(run_dir, {})
    with psycopg.connect(servers.env["DATABASE_URL"]) as connection:
        connection.execute("INSERT INTO kept VALUES (-9)")
    database = servers.running[0].process
    assert database
    database.kill()
    servers.stop()
    assert (run_dir / "postgres/data/postmaster.pid").exists()
    assert -9 in kept(run_dir)


def test_a_pid_file_that_names_another_process_harms_nobody(run_dir: Path) -> None:
    bystander = subprocess.Popen(["sleep", "60"])
    (run_dir / "postgres/data/postmaster.pid").write_text(f"{bystander.pid}\n")
    (run_dir / "valkey/pid").write_text(f"{bystander.pid}\n")
    assert kept(run_dir)
    assert bystander.poll() is None
    bystander.kill()
    bystander.wait()


def test_a_lost_state_file_costs_the_secrets_and_not_the_data(run_dir: Path) -> None:
    before = state.read(run_dir / state.FILE)
    (run_dir / state.FILE).unlink()
    assert kept(run_dir)
    assert state.read(run_dir / state.FILE)["POSTGRES_PASSWORD"] != before["POSTGRES_PASSWORD"]


def test_a_database_that_was_half_made_is_made_anew(tmp_path: Path) -> None:
    half = tmp_path / "postgres" / "data.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    servers = embedded.start(tmp_path, {"REDIS_URL": "redis://elsewhere"})
    try:
        assert servers.fresh
        with psycopg.connect(servers.env["DATABASE_URL"]) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    finally:
        servers.stop()


def test_data_of_another_version_is_refused_by_name(run_dir: Path) -> None:
    version = run_dir / "postgres/data/PG_VERSION"
    version.write_text("17\n")
    try:
        with pytest.raises(embedded.NotStarted, match="was made by PostgreSQL 17"):
            embedded.start(run_dir, {})
    finally:
        version.write_text("18\n")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root needs another user")
def test_root_without_user_namespaces_runs_postgres_as_another_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "user_namespaces", lambda: False)
    tmp_path.chmod(0o700)
    servers = embedded.start(tmp_path, {"REDIS_URL": "redis://elsewhere"})
    process = servers.running[0].process
    assert process
    status = Path(f"/proc/{process.pid}/status").read_text()
    servers.stop()
    assert f"Uid:\t{postgres.NOBODY}" in status
    monkeypatch.undo()
    # Once made so, it stays that user's, also where user namespaces are allowed again.
    again = embedded.start(tmp_path, {"REDIS_URL": "redis://elsewhere"})
    assert not again.fresh
    again.stop()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another")
def test_an_ordinary_user_needs_neither_wrapper_nor_rights(tmp_path_factory: object) -> None:
    """As another user, in a folder of theirs; the code is read through a copy they can reach."""
    folder = Path("/var/tmp") / f"orchestrator-test-{os.getpid()}"  # noqa: S108 -- others reach it
    try:
        (folder / "code").mkdir(parents=True)
        shutil.copytree(Path(embedded.__file__).parent, folder / "code/orchestrator/embedded")
        shutil.copy(state.__file__, folder / "code/orchestrator/state.py")
        shutil.chown(folder, postgres.NOBODY, postgres.NOBODY)
        site = Path(psycopg.__file__).parent.parent
        script = (
            "from orchestrator import embedded; from pathlib import Path; import psycopg;"
            "s = embedded.start(Path('run'), {});"
            "print(psycopg.connect(s.env['DATABASE_URL']).execute('SELECT 41 + 1').fetchone());"
            "s.stop()"
        )
        other = [f"--reuid={postgres.NOBODY}", f"--regid={postgres.NOBODY}", "--clear-groups"]
        python = ["setpriv", *other, str(Path(sys.executable).resolve()), "-c"]
        env = {"PYTHONPATH": f"{folder}/code:{site}", "PATH": os.environ["PATH"]}
        if subprocess.run([*python, "import psycopg"], env=env, cwd=folder, check=False).returncode:
            pytest.skip("this Python is closed to other users")
        done = subprocess.run(
            [*python, script], cwd=folder, env=env, capture_output=True, text=True, check=False
        )
        assert done.stdout == "(42,)\n", done.stderr
    finally:
        shutil.rmtree(folder)


def test_one_that_dies_whenever_it_starts_is_started_again_until_it_lives(
    servers: embedded.Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    threading.Thread(target=servers.keep, args=[said.append], daemon=True).start()
    (server,) = [one for one in servers.running if isinstance(one, valkey.Valkey)]
    binary = valkey._binary()
    monkeypatch.setattr(valkey, "_binary", lambda: Path("/bin/false"))
    assert server.process is not None
    server.process.kill()
    assert processes.wait_until(lambda: any("did not start" in words for words in said), 20)
    monkeypatch.setattr(valkey, "_binary", lambda: binary)
    assert processes.wait_until(lambda: said[-1:] == ["Valkey is there again"], 20), said
    assert redis.Redis.from_url(servers.env["REDIS_URL"]).ping()


def test_one_whose_folder_is_away_is_started_again_when_it_is_back(
    servers: embedded.Servers, run_dir: Path
) -> None:
    said: list[str] = []
    threading.Thread(target=servers.keep, args=[said.append], daemon=True).start()
    (server,) = [one for one in servers.running if isinstance(one, postgres.Postgres)]
    away = server.folder.rename(run_dir / "away")
    try:
        assert server.process is not None
        server.process.kill()
        assert processes.wait_until(lambda: any("No such file" in words for words in said), 20)
    finally:
        away.rename(server.folder)
    assert processes.wait_until(lambda: said[-1:] == ["Postgres is there again"], 20), said
    with psycopg.connect(servers.env["DATABASE_URL"]) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
