"""Stands before an n8n and breaks the line to it, at the call and in the way that a test names."""

import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Fault(Enum):
    LOST = "the call never arrives, and the line breaks"
    UNANSWERED = "n8n does it, and the line breaks before it says so"
    HELD = "n8n does it, and the answer waits until the test lets it go"
    HUNG = "the call never arrives, and no answer comes"
    FAILED = "n8n answers 500"
    PAGE = "a page to sign in comes instead"
    LIMITED = "what stands before n8n asks for fewer calls"


@dataclass
class Proxy:
    target: str
    faults: dict[str, Fault] = field(default_factory=dict)  # by method, or method and end of path
    away: bool = False  # every line breaks
    away_from: str = "nowhere"  # every line to what begins so
    seen: list[str] = field(default_factory=list)
    arrived: threading.Event = field(default_factory=threading.Event)  # a call with a fault
    let_go: threading.Event = field(default_factory=threading.Event)
    port: int = 0
    # Hears of each call twice: as it arrives, and when n8n has done it and nobody knows yet.
    watch: Callable[[str, str], None] = field(default=lambda call, moment: None)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def writes(self) -> list[str]:
        return [call for call in self.seen if not call.startswith("GET")]

    def fault(self, method: str, path: str) -> Fault | None:
        return self.faults.get(f"{method} {path.rsplit('/', 1)[-1]}") or self.faults.get(method)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    proxy: Proxy

    def handle_error(self, request: object, client_address: object) -> None:
        """Who asked has been killed, or has given up."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def handle_any(self) -> None:
        proxy = self.server.proxy
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        path = self.path.split("?")[0]
        call = f"{self.command} {path}"
        proxy.seen.append(call)
        proxy.watch(call, "arrives")
        fault = proxy.fault(self.command, path)
        if fault is not None:
            proxy.arrived.set()
        if proxy.away or path.startswith(proxy.away_from) or fault is Fault.LOST:
            self.break_off()
        elif fault is Fault.HUNG:
            proxy.let_go.wait(60)
            self.break_off()
        elif fault is Fault.LIMITED:
            self.say(429, b"", headers={"Retry-After": "1"})
        elif fault is Fault.FAILED:
            self.say(500, b"")
        elif fault is Fault.PAGE:
            self.say(200, b"<!doctype html><title>Sign in</title>", "text/html; charset=utf-8")
        else:
            self.pass_on(call, body, fault)

    do_GET = do_POST = do_PUT = do_DELETE = do_OPTIONS = handle_any

    def pass_on(self, call: str, body: bytes, fault: Fault | None) -> None:
        status, content = self.ask(body)
        self.server.proxy.watch(call, "is done")
        if fault is Fault.HELD:
            self.server.proxy.let_go.wait(60)
        if fault is Fault.UNANSWERED:
            self.break_off()
        else:
            self.say(status, content)

    def ask(self, body: bytes) -> tuple[int, bytes]:
        kept = ("X-N8N-API-KEY", "Content-Type", "Accept", "X-Orchestrator-Probe")
        headers = {name: self.headers[name] for name in kept if name in self.headers}
        url = self.server.proxy.target + self.path
        request = urllib.request.Request(
            url, data=body or None, headers=headers, method=self.command
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as refusal:
            return refusal.code, refusal.read()

    def say(
        self,
        status: int,
        content: bytes,
        kind: str = "application/json",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def break_off(self) -> None:
        self.close_connection = True
        self.connection.close()

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def before(target: str) -> Iterator[Proxy]:
    with _Server(("127.0.0.1", 0), _Handler) as server:
        proxy = server.proxy = Proxy(target, port=server.server_port)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield proxy
        finally:
            proxy.let_go.set()
            server.shutdown()
            thread.join()
