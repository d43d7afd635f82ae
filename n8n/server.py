"""Installs n8n into a cache folder and boots throw-away instances of it on loopback.

    python -m n8n.server install        install only: 3-4 minutes and 2.5 GB, once
    python -m n8n.server up             boot one; prints N8N_URL=, N8N_API_KEY= and N8N_STATE=
    python -m n8n.server down STATE     stop it and remove its data

Needs Python 3.11, pip, an npm registry and a C++ compiler (for SQLite); Node comes as a wheel.
N8N_CACHE names the cache folder, N8N_PORT the port. `up` hands on every other N8N_*, EXECUTIONS_*,
DB_*, QUEUE_*, GENERIC_* and ORCHESTRATOR_* variable to n8n, with our hooks file unless
EXTERNAL_HOOK_FILES is set.
Standard library only: it runs before anything is installed.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from n8n.install import InstallError, install, node, program, say
from n8n.owner import api_key_of_new_owner, wait_until_ready

HOOKS = Path(__file__).resolve().parent / "hooks.js"
OWNER_EMAIL = "owner@example.test"
OWNER_PASSWORD = "Owner-Passw0rd"
BOOT_SECONDS = 120.0
STOP_SECONDS = 35.0  # n8n allows itself 30 to drain

HANDED_ON = (
    "N8N_",
    "EXECUTIONS_",
    "DB_",
    "QUEUE_",
    "GENERIC_",
    "ORCHESTRATOR_",
    "EXTERNAL_HOOK_FILES",
    "NODE_",
)
NOT_HANDED_ON = {
    "N8N_BASE_URL",
    "N8N_API_KEY",
    "N8N_WEBHOOK_SECRET",
    "N8N_CACHE",
    "N8N_ALLOWED_HOSTS",
}
QUIET = {
    "NODE_ENV": "production",
    "N8N_USE_WORKFLOW_PUBLICATION_SERVICE": "false",  # activate answers when it is done, or why not
    "N8N_EXPRESSION_ENGINE": "legacy",  # a third of the time per execution on two cores
    "N8N_DIAGNOSTICS_ENABLED": "false",
    "N8N_VERSION_NOTIFICATIONS_ENABLED": "false",
    "N8N_DYNAMIC_BANNERS_ENABLED": "false",
    "N8N_TEMPLATES_ENABLED": "false",
    "N8N_PERSONALIZATION_ENABLED": "false",
    "N8N_HIRING_BANNER_ENABLED": "false",
    "N8N_COMMUNITY_PACKAGES_ENABLED": "false",
    "N8N_DISABLED_MODULES": "mcp-registry,instance-ai,agents,chat-hub",  # one calls home
    "N8N_PYTHON_ENABLED": "false",
    "N8N_SECURE_COOKIE": "false",
    "N8N_LOG_LEVEL": "info",
}


class BootError(Exception):
    """n8n did not come up; the text says why, with the end of its log."""


@dataclass(frozen=True)
class Server:
    url: str
    api_key: str
    process: "subprocess.Popen[bytes]"
    data: Path

    @property
    def state(self) -> Path:
        return self.data / "state.env"

    @property
    def log(self) -> Path:
        return self.data / "n8n.log"


def boot(env: Mapping[str, str], *, port: int = 0, stay_behind: bool = False) -> Server:
    """One n8n with an owner and an API key of every scope. `env` is all the settings it gets.

    It dies with the calling process unless `stay_behind`.
    """
    install()
    data = Path(tempfile.mkdtemp(prefix="n8n-"))
    try:
        return _boot(data, env, port, stay_behind)
    except BaseException:
        shutil.rmtree(data, ignore_errors=True)
        raise


def _boot(data: Path, env: Mapping[str, str], port: int, stay_behind: bool) -> Server:
    port, broker_port = _free_ports(port)
    url = f"http://127.0.0.1:{port}"
    process = start(
        data,
        {**env, "N8N_PORT": str(port), "N8N_RUNNERS_BROKER_PORT": str(broker_port)},
        stay_behind,
    )
    try:
        wait_until_ready(url, lambda: process.poll() is None, BOOT_SECONDS)
        key = api_key_of_new_owner(url, OWNER_EMAIL, OWNER_PASSWORD)
    except BaseException as failure:
        stop(process)
        tail = "\n".join((data / "n8n.log").read_text(errors="replace").splitlines()[-30:])
        if isinstance(failure, Exception):
            raise BootError(f"{failure}\n{tail}") from failure
        raise
    server = Server(url, key, process, data)
    server.state.touch(0o600)
    server.state.write_text(
        f"N8N_URL={url}\nN8N_API_KEY={key}\nN8N_PID={process.pid}\nN8N_DATA={data}\n"
    )
    return server


def start(
    data: Path, env: Mapping[str, str], stay_behind: bool = False, command: str = "start"
) -> "subprocess.Popen[bytes]":
    """The bare process, on data that may have been used before; it may not be ready yet."""
    inherited = {k: v for k, v in os.environ.items() if k in ("PATH", "HOME", "LANG", "TMPDIR")}
    own = {"N8N_USER_FOLDER": str(data), "N8N_LISTEN_ADDRESS": "127.0.0.1", "N8N_HOST": "127.0.0.1"}
    setpriv = None if stay_behind else shutil.which("setpriv")  # keeps the pid; only Linux has it
    with (data / "n8n.log").open("ab") as log:
        return subprocess.Popen(
            [
                *([setpriv, "--pdeathsig", "TERM"] if setpriv else []),
                *(node(), program(), command),
            ],
            cwd=data,
            env={**inherited, **QUIET, **env, **own},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def _free_ports(wanted: int) -> tuple[int, int]:
    with socket.socket() as first, socket.socket() as second:
        first.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            first.bind(("127.0.0.1", wanted))
        except OSError as error:
            raise BootError(f"port {wanted} is taken") from error
        second.bind(("127.0.0.1", 0))
        return first.getsockname()[1], second.getsockname()[1]


def stop(process: "subprocess.Popen[bytes]") -> None:
    """SIGTERM, and SIGKILL to the whole group if it does not go. Returns when it is gone."""
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def down(state: Path) -> None:
    """Stops one that another process booted, and removes its data."""
    values = dict(line.split("=", 1) for line in state.read_text().splitlines() if "=" in line)
    pid = int(values["N8N_PID"])
    kill_at = time.monotonic() + STOP_SECONDS
    if _is_n8n(pid):
        os.kill(pid, signal.SIGTERM)
    while _is_n8n(pid):
        if time.monotonic() > kill_at:
            os.killpg(pid, signal.SIGKILL)
        time.sleep(0.05)
    shutil.rmtree(values["N8N_DATA"], ignore_errors=True)


def _is_n8n(pid: int) -> bool:
    """Not a zombie, and not somebody else's process by now."""
    if Path("/proc/self").exists():
        try:
            return b"n8n/bin/n8n" in Path(f"/proc/{pid}/cmdline").read_bytes()
        except (FileNotFoundError, ProcessLookupError):
            return False
    ps = ["ps", "-o", "args=", "-p", str(pid)]
    return "n8n/bin/n8n" in subprocess.run(ps, capture_output=True, text=True, check=False).stdout


def main(arguments: list[str]) -> int:
    try:
        match arguments:
            case ["install"]:
                install()
            case ["up"]:
                env = {
                    k: v
                    for k, v in os.environ.items()
                    if k.startswith(HANDED_ON) and k not in NOT_HANDED_ON
                }
                port = int(env.pop("N8N_PORT", "0"))
                server = boot(
                    {"EXTERNAL_HOOK_FILES": str(HOOKS), **env}, port=port, stay_behind=True
                )
                print(
                    f"N8N_URL={server.url}\nN8N_API_KEY={server.api_key}\nN8N_STATE={server.state}"
                )
            case ["down", state]:
                down(Path(state))
            case _:
                print(__doc__, file=sys.stderr)
                return 2
    except (BootError, InstallError) as error:
        say(str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
