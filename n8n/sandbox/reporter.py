"""Signed heartbeats to Orchestrator, queued and repeated by the rules of `n8n/hooks.js`."""

import base64
import hashlib
import hmac
import json
import random
import sys
import threading
import time
import uuid
from collections.abc import Callable

import requests

from n8n.sandbox.store import Row, now

ALIVE_EVERY = 30.0
GATHER = 0.01
BATCH = 500
BODY_LIMIT = 900 * 1024
KEPT = 5000
ANSWER_WITHIN = 10.0
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
KEEP = {401, 408, 429}

ABOUT = {
    "hooksVersion": "1.0.0",
    "n8nVersion": "sandbox",
    "mode": "regular",
    "timezone": "UTC",
    "publicationService": False,
}


class Reporter:
    """One daemon thread sends; `told` hears there which heartbeats need no more care."""

    def __init__(self, url: str, instance: str, secret: str, told: Callable[[list[Row]], None]):
        self._url = f"{url.rstrip('/')}/api/webhooks/n8n/{instance}/heartbeat"
        self._instance = instance
        self._key = base64.b64decode(secret.split()[0].removeprefix("whsec_"))
        self._told = told
        self._beats: dict[str, Row] = {}
        self._changed = threading.Condition()
        self._session = requests.Session()
        self._session.trust_env = False
        self._limit = BATCH
        self._failures = 0
        self._dropped = 0
        self._alive_at = 0.0

    def start(self) -> None:
        threading.Thread(target=self._run, name="reporter", daemon=True).start()

    def add(self, beat: Row) -> None:
        with self._changed:
            self._beats.setdefault(beat["heartbeatId"], beat)
            if len(self._beats) > KEPT:
                del self._beats[next(iter(self._beats))]
                self._dropped += 1
            self._changed.notify()

    def flush(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while self._beats and time.monotonic() < end:
            time.sleep(GATHER)

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(
                    lambda: self._beats, timeout=self._alive_at - time.monotonic()
                )
            time.sleep(GATHER)
            try:
                pause = self._deliver()
            except (requests.RequestException, ValueError, KeyError, TypeError) as error:
                pause = self._failed(type(error).__name__)
            time.sleep(pause)

    def _deliver(self) -> float:
        batch = self._batch()
        body = json.dumps({"heartbeats": batch}).encode()
        answer = self._session.post(
            self._url,
            data=body,
            headers=self._signed(body),
            timeout=ANSWER_WITHIN,
            allow_redirects=False,
        )
        if answer.status_code == 202:
            rejected = answer.json()["rejected"]
            self._dropped += sum(1 for item in rejected if "kind" not in batch[item["index"]])
            self._done(batch)
            self._limit = min(BATCH, self._limit + 25)
            if self._failures:
                print("sandbox: delivers again", file=sys.stderr)
            self._failures = 0
            return 0.0
        if answer.status_code == 413 and len(batch) > 1:
            self._limit = -(-len(batch) // 2)
            return 0.0
        if 400 <= answer.status_code < 500 and answer.status_code not in KEEP:
            self._dropped += sum(1 for beat in batch if "kind" not in beat)
            self._done(batch)
            return 0.0
        pause = self._failed(f"the answer is {answer.status_code}")
        retry_after = answer.headers.get("Retry-After", "")
        return max(pause, min(float(retry_after), 300.0)) if retry_after.isdecimal() else pause

    def _batch(self) -> list[Row]:
        """An alive one is made anew for each try, so that it never tells of the past."""
        batch: list[Row] = []
        if time.monotonic() >= self._alive_at:
            sent_at = now()
            id_ = f"{self._instance}:alive:{uuid.uuid4()}"
            alive = {"heartbeatId": id_, "kind": "alive", "sentAt": sent_at, **ABOUT}
            batch.append(alive | {"dropped": self._dropped})
        size = 0
        with self._changed:
            for beat in self._beats.values():
                size += len(json.dumps(beat)) + 2
                if len(batch) >= self._limit or size > BODY_LIMIT:
                    break
                batch.append(beat)
        return batch

    def _done(self, batch: list[Row]) -> None:
        with self._changed:
            for beat in batch:
                self._beats.pop(beat["heartbeatId"], None)
        if any("kind" in beat for beat in batch):
            self._alive_at = time.monotonic() + ALIVE_EVERY
        self._told(batch)

    def _failed(self, reason: str) -> float:
        if not self._failures:
            print(f"sandbox: cannot deliver ({reason}), keeps trying", file=sys.stderr)
        pause = min(FIRST_PAUSE * 2.0**self._failures, LONGEST_PAUSE)
        self._failures = min(self._failures + 1, 16)
        return pause * random.uniform(0.5, 1.0)  # noqa: S311 -- jitter

    def _signed(self, body: bytes) -> dict[str, str]:
        id_, timestamp = f"msg_{uuid.uuid4()}", int(time.time())
        message = f"{id_}.{timestamp}.".encode() + body
        signature = base64.b64encode(hmac.new(self._key, message, hashlib.sha256).digest())
        return {
            "Content-Type": "application/json",
            "webhook-id": id_,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": f"v1,{signature.decode()}",
        }
