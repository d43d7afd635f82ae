"""The hooks file in a Node process of its own, driven faster than n8n executes workflows."""

import json
import re
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

import pytest

from n8n.install import installed, node
from n8n.server import HOOKS
from tests.n8n_server import ROOT, reporting_to

DRIVER = ROOT / "tests" / "hooks_driver.js"


def spool(home: Path, instance: str = "default") -> Path:
    """Of an n8n whose N8N_USER_FOLDER this is."""
    return home / ".n8n" / "orchestrator-spool" / instance


def segments(home: Path) -> dict[str, str]:
    """What is spooled, by name; files come and go meanwhile."""
    found = {}
    for file in sorted(spool(home).glob("*.jsonl")):
        with suppress(FileNotFoundError):
            found[file.name] = file.read_text()
    return found


class HooksProcess:
    """Whose heartbeats are spooled below `folder`; each run it is told to make has two."""

    def __init__(
        self,
        port: int,
        folder: Path,
        lease_every: float = 0.3,  # s, of 10
        lease_lasts: float = 60,
        **env: str,
    ) -> None:
        if not installed():
            pytest.skip("n8n, and with it Node, is not installed: n8n/n8n.sh install")
        self.log = folder.with_suffix(".log")
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                [node(), str(DRIVER), str(hurried(folder.parent, lease_every, lease_lasts))],
                env={"N8N_USER_FOLDER": str(folder), **reporting_to(port), **env},
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.PIPE,
                text=True,
            )
        self.pid: int = self._answer()["pid"]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def run(self, runs: int, *, since: int = 1) -> None:
        self._tell(runs=runs, **{"from": since})
        assert self._answer() == {"done": runs}

    def run_and_exit(self, runs: int) -> None:
        """By `process.exit`, with nothing awaited after the last hook."""
        self._tell(runs=runs, exit=True, **{"from": 1})
        assert self.process.wait(20) == 0

    def stop(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        assert self.process.wait(20) == 0

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stderr):
            if pipe:
                pipe.close()

    def said(self) -> str:
        return self.log.read_text()

    def _tell(self, **command: Any) -> None:
        assert self.process.stdin
        self.process.stdin.write(json.dumps(command) + "\n")
        self.process.stdin.flush()

    def _answer(self) -> dict[str, Any]:
        assert self.process.stderr
        for line in self.process.stderr:
            if line.startswith("{"):  # and not a warning of Node
                answer: dict[str, Any] = json.loads(line)
                return answer
        raise AssertionError(f"the driver ended: {self.said()}")


def hurried(folder: Path, lease_every: float, lease_lasts: float) -> Path:
    """The hooks file with less patience, so that nobody here needs more."""
    text = HOOKS.read_text()
    for name, seconds in (("LEASE_EVERY", lease_every), ("LEASE_LASTS", lease_lasts)):
        new = f"const {name} = {seconds * 1000:.0f};"
        text, found = re.subn(rf"^const {name} = .*;$", new, text, flags=re.M)
        assert found == 1
    copy = folder / "hooks.js"
    copy.write_text(text)
    return copy
