"""The tests' own heartbeat endpoint: it can misbehave, die, and come back on the same port."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

from tests.n8n_server import HEARTBEAT_SECRET

Beat = dict[str, Any]


class Receiver:
    def __init__(self, port: int, folder: Path) -> None:
        self.port = port
        self.folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._log = folder / "requests.jsonl"
        self._log.touch()
        self._before = len(self.all_requests())

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def start(self, **behaviour: Any) -> None:
        self.behave(**behaviour)
        script = Path(__file__).with_name("heartbeat_receiver.py")
        self._process = subprocess.Popen(
            [sys.executable, str(script), str(self.port), str(self.folder)]
        )

    def kill(self) -> None:
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None

    def behave(self, *, secret: str = HEARTBEAT_SECRET, **behaviour: Any) -> None:
        new = self.folder / "behaviour.new"
        new.write_text(json.dumps({"secret": secret, **behaviour}))
        new.rename(self.folder / "behaviour.json")

    def requests(self) -> list[dict[str, Any]]:
        return self.all_requests()[self._before :]

    def all_requests(self) -> list[dict[str, Any]]:
        """Those of earlier receivers at this folder, too."""
        return [json.loads(line) for line in self._log.read_text().splitlines()]

    def taken(self) -> list[Beat]:
        """All heartbeats that were acknowledged."""
        return [
            beat
            for request in self.requests()
            if request["status"] == 202
            for beat in request["heartbeats"]
        ]

    def of(self, workflow_id: str) -> list[Beat]:
        return [beat for beat in self.taken() if beat.get("workflowId") == workflow_id]

    def ends(self, workflow_id: str) -> list[str]:
        return [beat["executionId"] for beat in self.of(workflow_id) if beat["status"] != "running"]


def until(true: Callable[[], Any], *, seconds: float = 45, every: float = 0.02) -> Any:
    end = time.monotonic() + seconds
    while not (value := true()):
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(every)
    return value
