"""What `manage.py up` runs: the servers, then web, worker, clock, beat and the demo's sandbox n8n.

It loads neither Django nor the settings, which need the servers that it starts.
"""

import argparse
import http.client
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from types import FrameType

from honcho.printer import Message

from orchestrator import embedded, state
from orchestrator.embedded.server import free_port
from orchestrator.keeper import Keeper

BASE_DIR = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
PEOPLE = (
    "owner@acme.test owner2@acme.test admin@acme.test member@acme.test viewer@acme.test"
    " owner@globex.test super@demo.test"
).split()
# What other commands need to know of the product that runs: they read it in RUN_DIR/state.env.
SHARED = ("DEMO", "PORT", "PUBLIC_URL", "ALLOWED_HOSTS")


class Stop(BaseException):
    """Somebody asked us to end."""


class Refused(Exception):
    """It cannot start, and the message says why."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--port", type=_port, help="on loopback (default: $PORT, else 8000; 0: any)"
    )
    parser.add_argument("--no-demo", action="store_true", help="without demo people and sandbox")
    parser.add_argument("--server", choices=["uvicorn", "daphne"], default="uvicorn")


def _port(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or int(text) > 65_535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port: 0 to 65535 (--port, or PORT)")
    return int(text)


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="manage.py up",
        description="Starts the servers, web, worker and beat on this machine, until Ctrl-C.",
    )
    add_arguments(parser)
    environ = {**state.read(BASE_DIR / ".env"), **os.environ}
    parser.set_defaults(port=environ.get("PORT") or "8000")
    options = parser.parse_args(argv)
    return run(
        environ, port=options.port or free_port(), demo=not options.no_demo, server=options.server
    )


def run(environ: Mapping[str, str], *, port: int, demo: bool, server: str) -> int:
    begun = time.monotonic()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    run_dir = Path(environ.get("RUN_DIR") or BASE_DIR / ".run").resolve()
    keeper = Keeper()
    servers = None
    try:
        _refuse_taken(port)
        keeper.say(f"Starting in {run_dir}")
        servers = embedded.start(run_dir, environ)
        if started := " and ".join(type(server).__name__ for server in servers.running):
            keeper.say(f"{started} started ({time.monotonic() - begun:.1f} s)")
        threading.Thread(target=servers.keep, args=[keeper.say], daemon=True).start()
        env = environment(environ, servers, run_dir, port=port, demo=demo)
        _serve(keeper, env, server, begun)
        return 1
    except Stop:
        keeper.say("Stopping")
        return 0
    except (Refused, embedded.NotStarted) as refusal:
        print(refusal, file=sys.stderr)
        return 1
    finally:
        try:
            keeper.stop()
        except Stop:
            keeper.say("At once, then")
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        if servers:
            servers.stop()


def environment(
    environ: Mapping[str, str], servers: embedded.Servers, run_dir: Path, *, port: int, demo: bool
) -> dict[str, str]:
    """What the children get; kept for other commands as well."""
    env = {**environ, **servers.env, "RUN_DIR": str(run_dir), "PORT": str(port)}
    env["DEMO"] = env.get("DEMO") or "1" if demo else "0"
    env.setdefault("PUBLIC_URL", f"http://{HOST}:{port}")
    env.setdefault("ALLOWED_HOSTS", f"{HOST},localhost")
    env.setdefault("DJANGO_SETTINGS_MODULE", "orchestrator.settings")
    env["PYTHONUNBUFFERED"] = "1"
    if _demo(env) and not env.get("N8N_BASE_URL"):
        env |= _sandbox(env, servers.state)
    else:
        servers.state.values.pop("SANDBOX_PORT", None)
    for name in SHARED:
        servers.state.values[name] = env[name]
    servers.state.save()
    return env


def _sandbox(env: Mapping[str, str], kept: state.State) -> dict[str, str]:
    """The demo's n8n, for itself and for `connect_default`; the same from start to start."""
    kept.values["SANDBOX_PORT"] = port = _same_port(kept.values.get("SANDBOX_PORT"))
    secrets = env.get("N8N_WEBHOOK_SECRET", "").split()
    if secrets:  # newest first
        kept.values["SANDBOX_SECRET"] = secrets[0]
    secret = kept.keep("SANDBOX_SECRET", state.webhook_secret)
    key = kept.keep("SANDBOX_API_KEY")
    return {
        "SANDBOX_PORT": port,
        "SANDBOX_API_KEY": key,
        "ORCHESTRATOR_URL": f"http://{HOST}:{env['PORT']}",
        "ORCHESTRATOR_INSTANCE": "default",
        "ORCHESTRATOR_SECRET": secret,
        "CONNECT_BASE_URL": f"http://{HOST}:{port}",
        "CONNECT_API_KEY": key,
        "CONNECT_WEBHOOK_SECRET": secret,
        "CONNECT_SANDBOX": "1",
    }


def _serve(keeper: Keeper, env: dict[str, str], server: str, begun: float) -> None:
    """Until Stop comes, or a refusal."""
    gate, opened = os.pipe()
    keeper.once("prepare", "orchestrator.prepare", env=env)
    _web(keeper, env, server, gate)
    done: set[str] = set()
    while done != {"prepare", "web"}:
        event = keeper.next_event()
        if event.type == "ended" and event.name == "prepare":
            if event.data != 0:
                raise Refused("The start failed; the lines above say why.")
            os.close(opened)
        elif event.type != "answers":
            continue
        done.add(event.name)
    _others(keeper, env)  # not before: they would take the processor from the page
    _welcome(keeper, env, time.monotonic() - begun)
    while True:
        keeper.next_event()


def _web(keeper: Keeper, env: dict[str, str], server: str, gate: int) -> None:
    app, port = "orchestrator.asgi:application", env["PORT"]
    if server == "uvicorn":
        flags = (
            f"--host {HOST} --port {port} --loop uvloop --http httptools"
            " --ws orchestrator.socket_protocol:Protocol"
            " --ws-max-size 1048576 --ws-per-message-deflate false --lifespan auto"
            " --no-access-log --no-proxy-headers"
            " --no-server-header --timeout-graceful-shutdown 2 --log-level warning"
        )
    else:
        flags = f"-b {HOST} -p {port} --no-server-name --verbosity 0"
    env = env | {"PRELOAD": "orchestrator.preload"}
    keeper.keep("web", server, *flags.split(), app, env=env, gate=gate)
    threading.Thread(target=_until_it_answers, args=[keeper, int(port)], daemon=True).start()


def _others(keeper: Keeper, env: dict[str, str]) -> None:
    common = "--loglevel WARNING --without-gossip --without-mingle --without-heartbeat"
    # Threads, as nearly all that they do is wait for an n8n, each for another.
    worker = f"-q -A orchestrator worker --queues celery --pool threads --concurrency 16 {common}"
    clock = f"-q -A orchestrator worker --queues clock --pool solo --hostname clock@%h {common}"
    making = (
        f"-q -A orchestrator worker --queues making --pool threads --concurrency 8"
        f" --hostname making@%h {common}"
    )
    schedule = Path(env["RUN_DIR"]) / "beat"
    beat = f"-q -A orchestrator beat --loglevel WARNING --pidfile= --schedule={schedule}"
    # As root in a container: celery's page of warnings would hide the last lines.
    quiet = (
        env | {"PYTHONWARNINGS": "ignore:You're running the worker"} if os.geteuid() == 0 else env
    )
    keeper.keep("worker", "celery", *worker.split(), env=quiet)
    keeper.keep("clock", "celery", *clock.split(), env=quiet)
    keeper.keep("making", "celery", *making.split(), env=quiet)
    keeper.keep("beat", "celery", *beat.split(), env=env)
    if "SANDBOX_PORT" in env:
        keeper.keep("sandbox", "n8n.sandbox", env=env)


def _until_it_answers(keeper: Keeper, port: int) -> None:
    while True:
        connection = http.client.HTTPConnection(HOST, port, timeout=30)
        try:
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                break
        except (OSError, http.client.HTTPException):
            pass
        finally:
            connection.close()
        time.sleep(0.05)
    keeper.events.put(Message("answers", None, datetime.now().astimezone(), "web", None))


def _welcome(keeper: Keeper, env: Mapping[str, str], seconds: float) -> None:
    keeper.say(f"Ready in {seconds:.1f} s. Ctrl-C stops everything.")
    keeper.say(f"  look at   {env['PUBLIC_URL']}")
    if _demo(env):
        keeper.say(f"  sign in   {' · '.join(PEOPLE[:4])}")
        keeper.say(f"            {' · '.join(PEOPLE[4:])}")
        keeper.say(f"  password  {env.get('DEMO_PASSWORD') or 'orchestrate'}")


def _demo(env: Mapping[str, str]) -> bool:
    return env["DEMO"].lower() in {"1", "true", "yes", "on", "y", "ok"}


def _same_port(before: str | None) -> str:
    """Of last time, if it is still free."""
    if before:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if probe.connect_ex((HOST, int(before))) != 0:
                return before
    return str(free_port())


def _refuse_taken(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise Refused(
                f"Port {port} is not free ({error.strerror}). Stop what listens there,"
                " or choose another: `make run PORT=8001` or `python manage.py up --port 8001`."
            ) from None


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise Stop
