"""Processes that hold sockets (`bench.crowd`): started, waited for, and asked what they saw."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.product import ROOT
from bench.row import BenchError

OF_ONE = 500  # sockets that one process holds


@dataclass(frozen=True)
class Crowd:
    process: "subprocess.Popen[str]"
    out: Path

    @property
    def pid(self) -> int:
        return self.process.pid


@contextmanager
def holding(port: int, sockets: list[dict[str, Any]]) -> Iterator[list[Crowd]]:
    """All of them are open, and have what they subscribed to."""
    with ExitStack() as stack:
        parts = range(0, len(sockets), OF_ONE)
        crowds = [stack.enter_context(_crowd(port, sockets[at : at + OF_ONE])) for at in parts]
        for crowd in crowds:
            _until_ready(crowd)
        yield crowds


@contextmanager
def _crowd(port: int, sockets: list[dict[str, Any]]) -> Iterator[Crowd]:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "seen.json"
        process = subprocess.Popen(
            [sys.executable, "-m", "bench.crowd"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            assert process.stdin is not None
            plan = {"port": port, "sockets": sockets, "out": str(out)}
            process.stdin.write(json.dumps(plan) + "\n")
            process.stdin.flush()
            yield Crowd(process, out)
        finally:
            process.kill()
            process.communicate()


def _until_ready(crowd: Crowd) -> None:
    assert crowd.process.stdout is not None
    if crowd.process.stdout.readline() != "ready\n":
        raise BenchError("the sockets could not be opened; what is above says why")


def said(crowd: Crowd) -> dict[str, Any]:
    """Ends it."""
    crowd.process.communicate("\n", timeout=60)
    found: dict[str, Any] = json.loads(crowd.out.read_text())
    return found
