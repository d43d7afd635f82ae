"""The product as `make run` has it, in a folder of its own: started, timed, used, stopped."""

import http.client
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from bench.row import BenchError
from orchestrator import state

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
OWNER, PASSWORD = "owner@acme.test", "orchestrate"
PATIENCE = 90.0  # seconds for a start
# Whatever the shell or `.env` says of another product is not meant for this one.
HIDDEN = (
    "DATABASE_URL REDIS_URL SECRET_KEY FIELD_ENCRYPTION_KEYS N8N_BASE_URL N8N_API_KEY"
    " N8N_WEBHOOK_SECRET N8N_ALLOWED_HOSTS DEMO DEMO_PASSWORD EMAIL_URL TRUSTED_PROXIES CI"
).split()
# Unbuffered, Python drops what a pipe does not take at once, of a line as long as ours.
BUFFERED = {"PYTHONUNBUFFERED": ""}
PLAIN = {
    "DJANGO_SETTINGS_MODULE": "orchestrator.settings",
    "DEBUG": "0",
    "LOG_LEVEL": "INFO",
    "TIME_ZONE": "UTC",
    "ALLOWED_HOSTS": HOST,
    "API_RATE_PER_MINUTE": "10000000",  # what is measured is not the limit
}


@dataclass
class Product:
    run_dir: Path
    port: int
    process: "subprocess.Popen[bytes]"
    seconds: float  # until it was ready and the sign-in page was served

    @property
    def environ(self) -> dict[str, str]:
        """For a process that uses its database."""
        kept = state.read(self.run_dir / state.FILE)
        return {**_clean(self.port), **kept, "RUN_DIR": str(self.run_dir)}

    @property
    def secret(self) -> str:
        """Of the instance `default`, which is the sandbox."""
        return self.environ["SANDBOX_SECRET"]

    @property
    def heartbeat_path(self) -> str:
        return "/api/webhooks/n8n/default/heartbeat"

    def db(self) -> "psycopg.Connection[Any]":
        return psycopg.connect(self.environ["DATABASE_URL"], autocommit=True)

    def web(self) -> tuple[int, list[str]]:
        """The web process and its command line, from `uvicorn` on."""
        listing = subprocess.check_output(["ps", "-axwwo", "pid=,args="], text=True)
        for line in listing.splitlines():
            pid, _, args = line.strip().partition(" ")
            words = args.split()
            if "orchestrator.asgi:application" in words and str(self.port) in words:
                return int(pid), words[words.index("uvicorn") :]
        raise BenchError("no web process was found")

    def postmaster(self) -> int:
        pid_file = self.run_dir / "postgres" / "data" / "postmaster.pid"
        return int(pid_file.read_text().split()[0])

    def log(self) -> str:
        return (self.run_dir / "up.log").read_text(errors="replace")

    def sign_in(self, email: str = OWNER) -> str:
        """The key of a session, as the headless client and a browser's cookie have it."""
        body = json.dumps({"email": email, "password": PASSWORD})
        status, answer = ask(
            self.port,
            "POST",
            "/_allauth/app/v1/auth/login",
            body,
            {"content-type": "application/json"},
        )
        if status != 200:
            raise BenchError(f"{email} could not sign in: {status} {answer[:200]!r}")
        token: str = json.loads(answer)["meta"]["session_token"]
        return token

    def manage(self, module: str, *args: str, timeout: float = 300) -> dict[str, Any]:
        """A module of this package that needs Django, in a process of its own; its JSON."""
        return child(module, args=args, env=self.environ, timeout=timeout)

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


def child(
    module: str,
    given: Any = None,
    *,
    args: tuple[str, ...] = (),
    env: dict[str, str] | None = None,
    timeout: float = 120,
) -> dict[str, Any]:
    """`python -m module`, with JSON in and out, and an end."""
    done = subprocess.run(
        [sys.executable, "-m", module, *args],
        input=json.dumps(given).encode(),
        capture_output=True,
        cwd=ROOT,
        env={**(env or os.environ), **BUFFERED},
        timeout=timeout,
        check=False,
    )
    if done.returncode:
        raise BenchError(f"{module} failed:\n{done.stderr.decode(errors='replace')[-3000:]}")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def start(run_dir: Path, port: int, **extra: str) -> Product:
    """Timed from the command to the pages that say that it is there."""
    run_dir.mkdir(parents=True, exist_ok=True)
    with (run_dir / "up.log").open("ab") as log:
        begun = time.monotonic()
        process = subprocess.Popen(
            [sys.executable, "manage.py", "up", "--port", str(port)],
            cwd=ROOT,
            env={**_clean(port), "RUN_DIR": str(run_dir), **extra},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    product = Product(run_dir, port, process, 0.0)
    try:
        for path in ("/readyz", "/accounts/login/"):
            _until_200(product, path, begun + PATIENCE)
        product.seconds = time.monotonic() - begun
    except BaseException:
        product.stop()
        raise
    return product


@contextmanager
def running(run_dir: Path, port: int, **extra: str) -> Iterator[Product]:
    product = start(run_dir, port, **extra)
    try:
        yield product
    finally:
        product.stop()


def fresh(run_dir: Path) -> Path:
    shutil.rmtree(run_dir, ignore_errors=True)
    run_dir.mkdir(parents=True)
    return run_dir


def ask(
    port: int,
    method: str,
    path: str,
    body: str | None = None,
    headers: dict[str, str] | None = None,
) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection(HOST, port, timeout=15)
    try:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def _until_200(product: Product, path: str, deadline: float) -> None:
    while True:
        with suppress(OSError, http.client.HTTPException):
            if ask(product.port, "GET", path)[0] == 200:
                return
        if product.process.poll() is not None or time.monotonic() > deadline:
            raise BenchError(f"the product does not answer {path}:\n{product.log()[-3000:]}")
        time.sleep(0.02)


def _clean(port: int) -> dict[str, str]:
    hidden = dict.fromkeys(HIDDEN, "")
    return {**os.environ, **hidden, **PLAIN, "PUBLIC_URL": f"http://{HOST}:{port}"}
