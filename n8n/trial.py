"""A real n8n for the product that `make run` runs: boots one with the hooks file, puts our example
workflows into it, connects the demo to it, and takes it all back at Ctrl-C."""

import base64
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from types import FrameType

from n8n.install import InstallError, say
from n8n.server import HOOKS, OWNER_EMAIL, OWNER_PASSWORD, BootError, Server, boot, stop
from orchestrator import state
from orchestrator.n8n import TRUSTED, Client

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "n8n" / "workflows"
TAG = "ork:acme"
USUAL_PORT = 5678


def main() -> int:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)
    orchestrator = orchestrator_url()
    if not answers(f"{orchestrator}/healthz"):
        say(f"Orchestrator does not run on {orchestrator}. Start it first, in another terminal:")
        say("  make run")
        return 1
    secret = "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
    try:
        server = booted(orchestrator, secret)
    except (BootError, InstallError) as error:
        say(str(error))
        return 1
    except KeyboardInterrupt:
        return 0
    connected = False
    try:
        add_examples(server)
        connected = connect(server, secret)
        if connected:
            welcome(orchestrator, server)
            say(f"ended with {server.process.wait()}; its log: {server.log.read_text()[-2000:]}")
        return 1
    except KeyboardInterrupt:
        return 0
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        say("stopping")
        stop(server.process)
        if connected:
            manage("connect_default", "--revert")
        shutil.rmtree(server.data, ignore_errors=True)


def orchestrator_url() -> str:
    """Where the running product is: as the environment says, else as it wrote down itself."""
    if port := os.environ.get("PORT"):
        return f"http://127.0.0.1:{port}"
    run_dir = Path(os.environ.get("RUN_DIR") or ROOT / ".run")
    for values in (os.environ, state.read(ROOT / ".env"), state.read(run_dir / state.FILE)):
        if url := values.get("PUBLIC_URL"):
            return url.rstrip("/")
    return "http://127.0.0.1:8000"


def answers(url: str) -> bool:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=5):
            return True
    except (urllib.error.URLError, OSError):
        return False


def booted(orchestrator: str, secret: str) -> Server:
    env = {
        "EXTERNAL_HOOK_FILES": str(HOOKS),
        "ORCHESTRATOR_URL": orchestrator,
        "ORCHESTRATOR_SECRET": secret,
    }
    say("booting (10-25 s)")
    if port := os.environ.get("N8N_PORT"):
        return boot(env, port=int(port))
    try:
        return boot(env, port=USUAL_PORT)
    except BootError as error:
        if "taken" not in str(error):
            raise
        return boot(env)


def add_examples(server: Server) -> None:
    with Client(server.url, server.api_key, policy=TRUSTED) as n8n:
        tag = n8n.ensure_tag(TAG)
        for file in sorted(EXAMPLES.glob("*.json")):
            workflow = n8n.create_workflow(**json.loads(file.read_text()))
            n8n.set_workflow_tags(workflow.id, [tag])
            n8n.activate(workflow.id)


def connect(server: Server, secret: str) -> bool:
    return manage(
        "connect_default",
        CONNECT_BASE_URL=server.url,
        CONNECT_API_KEY=server.api_key,
        CONNECT_WEBHOOK_SECRET=secret,
    )


def manage(*arguments: str, **env: str) -> bool:
    command = [sys.executable, str(ROOT / "manage.py"), *arguments]
    return subprocess.run(command, env={**os.environ, **env}, check=False).returncode == 0


def welcome(orchestrator: str, server: Server) -> None:
    say(f"ready, and connected to {orchestrator}. Ctrl-C stops it and brings the sandbox back.")
    say(f"  look at   {orchestrator}/w/acme/  (owner@acme.test: sync, then watch)")
    say(f"  editor    {server.url}  ({OWNER_EMAIL} / {OWNER_PASSWORD})")
    say(f"  succeeds  curl -X POST {server.url}/webhook/lead-intake")
    say(f"  fails     curl -X POST {server.url}/webhook/crm-handover")
    say(f"  waits     curl -X POST {server.url}/webhook/content-approval")


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
