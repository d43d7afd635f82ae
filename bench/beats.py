"""Heartbeats as the hooks file sends them, ready to be put on a connection."""

import base64
import hashlib
import hmac
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import msgspec

Beat = dict[str, Any]

_encode = msgspec.json.Encoder().encode


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass
class Source:
    """Both ends of runs, one run after the other over these workflows."""

    workflows: Sequence[str]
    prefix: str = field(default_factory=lambda: secrets.token_hex(5))
    runs: int = 0

    def start(self, run: int) -> Beat:
        at = now()
        return self._beat(run, "running", at)

    def end(self, run: int, status: str = "success") -> Beat:
        at = now()
        execution = f"{int(self.prefix, 16)}{run:07}"[-18:]
        return self._beat(run, status, at) | {"executionId": execution, "stoppedAt": at}

    def single(self, number: int) -> list[Beat]:
        """Start and end in turn."""
        run, second = divmod(number, 2)
        return [self.end(run) if second else self.start(run)]

    def body(self, number: int, size: int) -> list[Beat]:
        """The ends of the runs that the body before began, and the starts of as many more."""
        half = size // 2
        ends = [self.end(run) for run in range(number * half, (number + 1) * half)]
        starts = [self.start(run) for run in range((number + 1) * half, (number + 2) * half)]
        return ends + starts

    def _beat(self, run: int, status: str, at: str) -> Beat:
        return {
            "heartbeatId": f"{self.prefix}:{run}:{status}",
            "workflowId": self.workflows[run % len(self.workflows)],
            "runId": f"{self.prefix}-{run:07}-4a5b-8c6d-7e8f9a0b1c2d",
            "status": status,
            "mode": "webhook",
            "startedAt": at,
            "sentAt": at,
        }


def body_of(beats: Sequence[Beat]) -> bytes:
    return _encode(beats[0] if len(beats) == 1 else {"heartbeats": beats})


@dataclass(frozen=True)
class Post:
    """Makes requests: headers, signature and body in one piece of bytes."""

    port: int
    path: str
    secret: str

    def request(self, body: bytes) -> bytes:
        id, timestamp = secrets.token_hex(8), str(int(time.time()))
        key = base64.b64decode(self.secret.removeprefix("whsec_"))
        mac = hmac.new(key, f"{id}.{timestamp}.".encode() + body, hashlib.sha256).digest()
        head = (
            f"POST {self.path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
            f"webhook-id: {id}\r\nwebhook-timestamp: {timestamp}\r\n"
            f"webhook-signature: v1,{base64.b64encode(mac).decode()}\r\n\r\n"
        )
        return head.encode() + body


class Counts(msgspec.Struct):
    """What a 202 says became of the heartbeats."""

    accepted: int = 0
    stale: int = 0
    duplicates: int = 0
    unknown: int = 0
    rejected: list[Any] = []
