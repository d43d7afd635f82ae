"""A server process of ours: it hears no Ctrl-C of the terminal, and dies with us."""

import os
import shutil
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from orchestrator.state import State

PATIENCE = 20.0  # seconds for a server to start, or to stop
LOG_LIMIT = 10_000_000


class NotStarted(Exception):
    """A server could not be started; the message says why."""


class Server:
    stop_signal = signal.SIGTERM

    def __init__(self, folder: Path, state: State) -> None:
        self.folder = folder
        self.state = state
        self.log = folder / "log"
        self.port = 0  # the same from its first start on: clients have it in their URL
        self.process: subprocess.Popen[bytes] | None = None
        self._log_before = 0
        self._guard: subprocess.Popen[bytes] | None = None

    def start(self) -> str:
        """Its URL. Raises NotStarted."""
        raise NotImplementedError

    def is_down(self) -> bool:
        """It has died, or did not come up when it was last started."""
        return self.process is None or self.process.poll() is not None

    def spawn(self, argv: list[str], stdin: bytes = b"") -> None:
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".old"))
        with self.log.open("ab") as log:
            self._log_before = log.tell()
            self.process = subprocess.Popen(
                argv,
                cwd=self.folder,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,
                env=plain_environment(),
            )
        if self.process.stdin:
            # Broken: it has died already, and whoever waits for it will see.
            with suppress(BrokenPipeError), self.process.stdin as pipe:
                pipe.write(stdin)
        if not setpriv():
            self._guard = _guard(self.process.pid, self.stop_signal)

    def dying_with_us(self) -> list[str]:
        """What to put before a command; the wish survives exec. Elsewhere a guard does it."""
        wrapper = setpriv()
        return [wrapper, "--pdeathsig", self.stop_signal.name[3:], "--"] if wrapper else []

    def last_words(self) -> str | None:
        """What a server wrote before it ended; None while it runs."""
        if self.process is None or self.process.poll() is None:
            return None
        with self.log.open("rb") as log:
            log.seek(self._log_before)
            return log.read()[-4000:].decode(errors="replace").strip()

    def stop(self) -> None:
        if self._guard:
            self._guard.kill()
            self._guard.wait()
            self._guard = None
        if self.process is None:
            return
        for number in (self.stop_signal, signal.SIGQUIT, signal.SIGKILL):
            self.process.send_signal(number)
            try:
                self.process.wait(PATIENCE)
                break
            except subprocess.TimeoutExpired:
                continue
        self.process = None


def _guard(pid: int, number: signal.Signals) -> subprocess.Popen[bytes]:
    """Waits for the end of a pipe that only we can write to; our death brings it."""
    return subprocess.Popen(
        ["/bin/sh", "-c", f'read -r _; kill -{number.value} "$1"', "guard", str(pid)],
        stdin=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


@cache
def setpriv() -> str | None:
    return shutil.which("setpriv") if sys.platform == "linux" else None


def plain_environment() -> dict[str, str]:
    """Without the PG* variables and the locale of the outside."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


def package(name: str) -> Path:
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise NotStarted(
            f"The package {name} is not installed. Install it, or set DATABASE_URL and REDIS_URL."
        )
    return Path(spec.origin).parent


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def lines(path: Path) -> list[str]:
    try:
        return path.read_text().splitlines()
    except FileNotFoundError:
        return []


def is_running(pid: int, *words: str) -> bool:
    """Whether a process lives whose command line has all these words."""
    if sys.platform == "linux":
        try:
            command = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
        except (FileNotFoundError, ProcessLookupError):
            return False
    else:
        ps = ["ps", "-ww", "-o", "command=", "-p", str(pid)]
        command = subprocess.run(ps, capture_output=True, text=True, check=False).stdout
    return bool(command) and all(word in command for word in words)
