"""A production: it starts with its secrets in files, and not with settings that are missing,
defaults or unsafe; the composition says what it promises."""

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

import pytest
import yaml

from orchestrator import supervisor
from orchestrator.celery import app as celery
from tests.n8n_server import HEARTBEAT_SECRET, free_port
from tests.processes import wait_until

ROOT = Path(__file__).resolve().parent.parent
OURS = ("web", "worker", "clock", "making", "beat", "migrate")

Environment = dict[str, str]


@pytest.fixture
def production() -> Environment:
    """One that is as it should be."""
    kept = ("PATH", "DATABASE_URL", "REDIS_URL", "SECRET_KEY", "FIELD_ENCRYPTION_KEYS", "RUN_DIR")
    return {
        **{name: os.environ[name] for name in kept},
        "DJANGO_SETTINGS_MODULE": "orchestrator.settings",
        "DEBUG": "",
        "DEMO": "",
        "PUBLIC_URL": "https://orchestrator.example.com",
        "ALLOWED_HOSTS": "",
        "TRUSTED_PROXIES": "10.0.0.0/8",
        "EMAIL_URL": "smtp://mail.example.com:25",
        "METRICS_TOKEN": "a-token-of-enough-characters",
        "N8N_BASE_URL": "http://n8n:5678",
        "N8N_API_KEY": "key",
        "N8N_WEBHOOK_SECRET": HEARTBEAT_SECRET,
    }


def load(environment: Environment, what: str = "orchestrator.asgi") -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-c", f"import {what}"],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    return done.returncode, done.stderr, done.stdout.strip()


def test_as_it_should_be_it_loads(production: Environment) -> None:
    assert load(production) == (0, "", "")


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("SECRET_KEY", "", "SECRET_KEY is not set"),
        ("SECRET_KEY", "changeme", "SECRET_KEY is a default"),
        ("FIELD_ENCRYPTION_KEYS", "", "FIELD_ENCRYPTION_KEYS is not set"),
        ("FIELD_ENCRYPTION_KEYS", "short", "FIELD_ENCRYPTION_KEYS"),
        ("DATABASE_URL", "", "DATABASE_URL is not set"),
        ("DATABASE_URL", "postgresql://ork:postgres@db/ork", "DATABASE_URL is a default"),
        ("DATABASE_URL", "postgresql://ork@db/ork", "DATABASE_URL is a default, or none"),
        ("REDIS_URL", "", "REDIS_URL is not set"),
        ("PUBLIC_URL", "http://orchestrator.example.com", "PUBLIC_URL is not https"),
        ("DEBUG", "1", "DEBUG is on"),
        ("DEMO", "1", "DEMO is for loopback only"),
        ("ALLOWED_HOSTS", "*", "ALLOWED_HOSTS has *"),
        ("TRUSTED_PROXIES", "somewhere", "TRUSTED_PROXIES has 'somewhere'"),
        ("TRUSTED_PROXIES", "10.0.0.1,0.0.0.0/0", "TRUSTED_PROXIES has everybody"),
        ("METRICS_TOKEN", "short", "METRICS_TOKEN is shorter"),
        ("N8N_API_KEY", "", "N8N_API_KEY is not set"),
        ("N8N_WEBHOOK_SECRET", "", "N8N_WEBHOOK_SECRET is not set"),
        (
            "N8N_WEBHOOK_SECRET",
            f"{HEARTBEAT_SECRET} whsec_MTIz",
            "N8N_WEBHOOK_SECRET has one of less",
        ),
        ("N8N_WEBHOOK_SECRET", "secret", "N8N_WEBHOOK_SECRET has one of less"),
        ("SECRET_KEY_FILE", "/nowhere/at/all", "SECRET_KEY_FILE cannot be read"),
        ("DATABASE_URL", "foo://bar", "DATABASE_URL is a URL like postgresql://"),
        ("DATABASE_URL", "postgresql://u:half-a/password@db/ork", "DATABASE_URL is a URL like"),
        ("EMAIL_URL", "nonsense", "EMAIL_URL is a URL like smtp+tls://"),
        ("PORT", "99999", "PORT is a whole number from 0 to 65,535"),
        ("TIME_ZONE", "Mars", "TIME_ZONE is a name as Europe/Berlin"),
        ("LOG_LEVEL", "loud", "LOG_LEVEL is one of DEBUG, INFO"),
        ("DEBUG", "maybe", "DEBUG is 1 or 0"),
        ("RETENTION_DAYS", "0", "RETENTION_DAYS is a whole number from 1"),
        ("RETENTION_DAYS", "-5", "RETENTION_DAYS is a whole number from 1"),
        ("RETENTION_DAYS", "for ever", "RETENTION_DAYS is a whole number from 1"),
    ],
)
def test_it_refuses_and_says_which(
    production: Environment, name: str, value: str, said: str
) -> None:
    code, told, _ = load(production | {name: value})
    last = told.strip().splitlines()[-1]
    assert code == 1
    assert said in last
    assert "half-a" not in last
    secrets = [value, *production.values()]
    assert not [one for one in secrets if len(one) > 24 and one in last and "://" not in one]


def test_all_that_is_wrong_is_said_at_once(production: Environment) -> None:
    _, told, _ = load(production | {"DEBUG": "1", "METRICS_TOKEN": "short", "ALLOWED_HOSTS": "*"})
    last = told.splitlines()[-1]
    assert all(name in last for name in ("DEBUG", "METRICS_TOKEN", "ALLOWED_HOSTS"))


def test_without_a_mail_server_no_link_goes_to_the_log(production: Environment) -> None:
    asked = "orchestrator.asgi; from django.conf import settings; print(settings.EMAIL_BACKEND)"
    for where, backend in (
        ("https://orchestrator.example.com", "dummy"),
        ("http://127.0.0.1:8000", "console"),
    ):
        told = load(production | {"EMAIL_URL": "", "PUBLIC_URL": where}, asked)
        assert told == (0, "", f"django.core.mail.backends.{backend}.EmailBackend")


@pytest.mark.parametrize("command", ["worker --pool solo --queues none", "beat --pidfile="])
def test_so_do_the_workers_and_beat(production: Environment, command: str, tmp_path: Path) -> None:
    schedule = ["--schedule", str(tmp_path / "beat")] if command.startswith("beat") else []
    done = subprocess.run(
        [sys.executable, "-m", "celery", "-q", "-A", "orchestrator", *command.split(), *schedule],
        cwd=ROOT, env=production | {"DEBUG": "1"}, capture_output=True, text=True, timeout=60,
        check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "DEBUG is on" in done.stderr


def test_on_this_machine_alone_less_is_enough(production: Environment) -> None:
    """`make run --no-demo`: no mail, no https."""
    here = {"PUBLIC_URL": "http://127.0.0.1:8000", "EMAIL_URL": "", "METRICS_TOKEN": "short"}
    assert load(production | here) == (0, "", "")


def test_it_serves_with_its_secrets_in_files(
    production: Environment, tmp_path: Path, db: None
) -> None:
    """A line's end, as editors leave it, does no harm."""
    secret = (
        "DATABASE_URL REDIS_URL SECRET_KEY FIELD_ENCRYPTION_KEYS METRICS_TOKEN N8N_API_KEY"
        " N8N_WEBHOOK_SECRET EMAIL_URL"
    ).split()
    for name in secret:
        (tmp_path / name.lower()).write_text(production.pop(name) + "\n")
        production[f"{name}_FILE"] = str(tmp_path / name.lower())
    port = free_port()
    command = [str(port) if word == "8000" else word for word in image_command()]
    command[command.index("--host") + 1] = "127.0.0.1"
    with (tmp_path / "log").open("wb") as log:
        web = subprocess.Popen(
            [sys.executable, "-m", *command], cwd=ROOT, env=production, stderr=log
        )
    try:
        assert wait_until(lambda: answers(port, "healthz"), 30), (tmp_path / "log").read_text()
        assert answers(port, "accounts/login/")
        assert answers(port, "accounts/login/", "other.example.com") is False  # no host of ours
        assert answers(port, "healthz", "127.0.0.1")  # as the image's HEALTHCHECK calls it
    finally:
        web.terminate()
        assert web.wait(30) in (0, -signal.SIGTERM)  # uvicorn passes it on when it has ended


def answers(port: int, path: str, host: str = "orchestrator.example.com") -> bool:
    request = urllib.request.Request(f"http://127.0.0.1:{port}/{path}", headers={"Host": host})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


# --- the image and the composition ----------------------------------------------------------------


def image_command() -> list[str]:
    found = re.search(r"^CMD (\[.*?\])$", (ROOT / "Dockerfile").read_text(), re.DOTALL | re.M)
    assert found
    command: list[str] = yaml.safe_load(found[1].replace("\\\n", " "))
    return command


@pytest.fixture(scope="module")
def composition() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return found


def test_the_image_s_web_is_that_of_make_run(monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[str] = []

    class Keeper:
        def keep(self, name: str, module: str, *args: str, **_: Any) -> None:
            kept.extend((module, *args))

    monkeypatch.setattr("threading.Thread.start", lambda thread: None)  # nobody to wait for
    supervisor._web(Keeper(), {"PORT": "8000"}, "uvicorn", 0)  # type: ignore[arg-type]
    own = ("--host", "--timeout-graceful-shutdown", "--lifespan")  # of the two places
    strip = re.compile(rf" ({'|'.join(own)}) \S+")
    here, there = strip.sub("", " ".join(kept)), strip.sub("", shlex.join(image_command()))
    assert set(here.split()) == set(there.split())


def test_every_queue_has_a_worker(composition: dict[str, Any]) -> None:
    commands = [str(service.get("command", "")) for service in composition["services"].values()]
    served = set(re.findall(r"--queues (\w+)", " ".join(commands)))
    routed = {route["queue"] for route in celery.conf.task_routes.values()}
    assert served == routed | {"celery"}


@pytest.mark.parametrize("name", OURS)
def test_ours_are_read_only_without_rights_and_without_secrets(
    composition: dict[str, Any], name: str
) -> None:
    service = composition["services"][name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    environment = service["environment"]
    for variable in ("SECRET_KEY", "DATABASE_URL", "N8N_API_KEY", "METRICS_TOKEN"):
        assert variable not in environment
        path = environment[f"{variable}_FILE"]
        assert path.removeprefix("/run/secrets/") in service["secrets"]


def test_all_that_serves_is_looked_after(composition: dict[str, Any]) -> None:
    image_looks = {"web"}  # HEALTHCHECK of the image
    for name, service in composition["services"].items():
        assert "healthcheck" in service or name in image_looks
        assert service["restart"] in ("unless-stopped", "on-failure")


def test_nothing_but_loopback_is_opened(composition: dict[str, Any]) -> None:
    ports = [p for s in composition["services"].values() for p in s.get("ports", [])]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_every_process_of_n8n_reports(composition: dict[str, Any]) -> None:
    for name in ("n8n", "n8n-worker"):
        service = composition["services"][name]
        assert service["environment"]["EXTERNAL_HOOK_FILES"] == "/opt/orchestrator/hooks.js"
        assert "./n8n/hooks.js:/opt/orchestrator/hooks.js:ro" in service["volumes"]
        assert service["environment"]["EXECUTIONS_MODE"] == "queue"


def test_the_image_runs_as_nobody_in_particular() -> None:
    users = re.findall(r"^USER (\d+)$", (ROOT / "Dockerfile").read_text(), re.M)
    assert users
    assert "0" not in users


def test_secrets_are_in_no_repository() -> None:
    assert "/secrets/" in (ROOT / ".gitignore").read_text().split()


def has_compose() -> bool:
    if shutil.which("docker") is None:
        return False
    asked = subprocess.run(["docker", "compose", "version"], capture_output=True, check=False)
    return asked.returncode == 0


@pytest.mark.skipif(not has_compose(), reason="no client of docker compose")
def test_docker_takes_the_composition() -> None:
    needed = {"PUBLIC_URL": "https://o.example.com", "DEFAULT_FROM_EMAIL": "o@example.com"}
    done = subprocess.run(
        ["docker", "compose", "config", "--quiet"], cwd=ROOT, env=os.environ | needed,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
