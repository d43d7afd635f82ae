"""A real n8n, booted once per session, and the sandbox, each as a process of its own."""

import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from n8n.install import installed
from n8n.server import HOOKS, Server, boot, stop
from orchestrator.n8n import TRUSTED, Client

ROOT = Path(__file__).resolve().parent.parent
HEARTBEAT_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@dataclass(frozen=True)
class N8n:
    """One that answers n8n's API: the real one or the sandbox."""

    url: str
    api_key: str
    heartbeat_port: int  # where it reports to; nothing listens there unless a test does

    def client(self) -> Client:
        return Client(self.url, self.api_key, policy=TRUSTED)


def free_port() -> int:
    """Below what the kernel gives to whoever asks for any, and apart from other test processes':
    it stays free until somebody listens on it."""
    first = 12_000 + 2_000 * int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:])
    while True:
        port = first + secrets.randbelow(2_000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


@contextmanager
def booted(env: dict[str, str]) -> Iterator[Server]:
    """A real n8n with these settings; skips where none is installed, and installs one in CI."""
    if not installed() and not os.environ.get("CI"):
        pytest.skip("n8n is not installed: python -m n8n.server install")
    server = boot(env)
    try:
        yield server
    finally:
        stop(server.process)
        shutil.rmtree(server.data, ignore_errors=True)


def reporting_to(port: int) -> dict[str, str]:
    return {
        "EXTERNAL_HOOK_FILES": str(HOOKS),
        "ORCHESTRATOR_URL": f"http://127.0.0.1:{port}",
        "ORCHESTRATOR_SECRET": HEARTBEAT_SECRET,
    }


@pytest.fixture(scope="session")
def real_n8n() -> Iterator[N8n]:
    port = free_port()
    with booted(reporting_to(port)) as server:
        yield N8n(server.url, server.api_key, port)


@contextmanager
def sandboxed(run_dir: Path) -> Iterator[N8n]:
    port, heartbeat_port, key = free_port(), free_port(), secrets.token_urlsafe(24)
    env = {
        **os.environ,
        "SANDBOX_PORT": str(port),
        "SANDBOX_API_KEY": key,
        "ORCHESTRATOR_URL": f"http://127.0.0.1:{heartbeat_port}",
        "ORCHESTRATOR_SECRET": HEARTBEAT_SECRET,
        "RUN_DIR": str(run_dir),
    }
    process = subprocess.Popen([sys.executable, "-m", "n8n.sandbox"], cwd=ROOT, env=env)
    try:
        wait_for(f"http://127.0.0.1:{port}/healthz/readiness", process)
        yield N8n(f"http://127.0.0.1:{port}", key, heartbeat_port)
    finally:
        process.terminate()
        process.wait(timeout=10)


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[N8n]:
    with sandboxed(tmp_path_factory.mktemp("sandbox")) as server:
        yield server


def wait_for(url: str, process: "subprocess.Popen[bytes]", seconds: float = 15) -> None:
    end = time.monotonic() + seconds
    while True:
        assert process.poll() is None, f"ended with {process.returncode}"
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except (urllib.error.URLError, OSError):
            assert time.monotonic() < end, f"{url} does not answer"
        time.sleep(0.05)


@pytest.fixture(params=[pytest.param("real_n8n", marks=pytest.mark.n8n, id="n8n"), "sandbox"])
def n8n(request: pytest.FixtureRequest) -> N8n:
    server: N8n = request.getfixturevalue(request.param)
    return server
