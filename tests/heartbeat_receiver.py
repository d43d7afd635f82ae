"""A small heartbeat endpoint of the tests' own, as a process: `heartbeat_receiver.py PORT FOLDER`.

Checks signatures by the text of the Standard Webhooks specification, without our code. Does what
FOLDER/behaviour.json says, and adds a line per request to FOLDER/requests.jsonl before it answers.
"""

import base64
import hashlib
import hmac
import json
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

FOLDER = Path(sys.argv[2])


def properly_signed(headers: Any, body: bytes, secret: str, now: float) -> bool:
    message = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    expected = "v1," + base64.b64encode(hmac.new(key, message, hashlib.sha256).digest()).decode()
    recent = abs(now - int(headers["webhook-timestamp"])) < 300
    return recent and hmac.compare_digest(expected, headers["webhook-signature"])


class Receiver(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        behaviour = json.loads((FOLDER / "behaviour.json").read_text())
        items = json.loads(body)["heartbeats"]
        self.now = time.time() + behaviour.get("clock", 0)
        signed = properly_signed(self.headers, body, behaviour["secret"], self.now)
        status = behaviour.get("status", 202) if signed else 401
        if status == 202 and len(items) > behaviour.get("most", 500):
            status = 413
        request = {
            "at": time.time(),
            "timestamp": int(self.headers["webhook-timestamp"]),
            "path": self.path,
            "id": self.headers["webhook-id"],
            "signed": signed,
            "status": status,
            "size": len(body),
            "heartbeats": items,
        }
        with (FOLDER / "requests.jsonl").open("a") as log:
            log.write(json.dumps(request) + "\n")
        if behaviour.get("hang"):
            time.sleep(3600)
        rejected = [
            {"index": index, "code": "invalid"}
            for index, item in enumerate(items)
            if item.get("workflowId") == behaviour.get("reject")
        ]
        answer: dict[str, Any] = {"code": "no"}
        if status == 202:
            answer = {
                "accepted": len(items) - len(rejected),
                "duplicates": 0,
                "stale": 0,
                "unknown": 0,
            }
            answer["rejected"] = rejected
        content = json.dumps(answer).encode()
        self.send_response(status)
        if "retryAfter" in behaviour:
            self.send_header("Retry-After", str(behaviour["retryAfter"]))
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def date_time_string(self, timestamp: float | None = None) -> str:
        return super().date_time_string(self.now if timestamp is None else timestamp)

    def log_message(self, format: str, *args: Any) -> None:
        pass


if __name__ == "__main__":
    ThreadingHTTPServer.allow_reuse_address = True
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Receiver).serve_forever()
