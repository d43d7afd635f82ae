"""The processes of a second machine beside a running product: its web, workers and beat once more,
on the same PostgreSQL and Redis."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests import processes
from tests.breaking import CHILDREN, Place
from tests.n8n_server import free_port
from tests.product import ROOT

TWICE = ("web", "worker", "clock", "making", "beat")


@contextmanager
def beside(place: Place, folder: Path) -> Iterator[str]:
    """The address of its web process."""
    port, started = free_port(), []
    for name in TWICE:
        (pid,) = place.pids(CHILDREN[name])
        command, env = (_of(pid, file) for file in ("cmdline", "environ"))
        # python -m orchestrator.child PARENT MODULE ARGUMENTS
        module, *arguments = command[4:]
        settings = dict(each.partition("=")[::2] for each in env)
        with (folder / f"{name}.log").open("ab") as log:
            started.append(
                subprocess.Popen(
                    [
                        *(sys.executable, "-m", "orchestrator.child", str(os.getpid()), module),
                        *(_other(each, place.product.port, port, folder) for each in arguments),
                    ],
                    cwd=ROOT,
                    env={**settings, "RUN_DIR": str(folder)},  # so that nobody counts it as its own
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                )
            )
    url = f"http://127.0.0.1:{port}"
    try:
        assert processes.wait_until(lambda: _answers(url), 60), (folder / "web.log").read_text()
        yield url
    finally:
        for process in started:
            process.terminate()
        for process in started:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _of(pid: int, file: str) -> list[str]:
    return Path(f"/proc/{pid}/{file}").read_bytes().decode().split("\0")[:-1]


def _other(argument: str, port: int, other: int, folder: Path) -> str:
    if argument == str(port):
        return str(other)
    if argument.startswith("--schedule="):
        return f"--schedule={folder / 'beat'}"
    return argument.replace("@%h", "-second@%h")


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/readyz", timeout=5).status_code == 200
    except httpx.HTTPError:
        return False
