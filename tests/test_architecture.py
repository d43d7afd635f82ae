"""The whole house: what holds for every file, and what the documents must name."""

import ast
import re
import subprocess
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import get_commands

from campaigns import tasks as _tasks  # noqa: F401 -- facts of all apps are known
from orchestrator.events import Fact

ROOT = Path(__file__).resolve().parent.parent
OURS = ("orchestrator", "workspaces", "campaigns", "rbac", "governance", "provisioning", "vault")
CODE = [
    path
    for app in (*OURS, "n8n", "bench", "tests")
    for path in (ROOT / app).rglob("*.py")
    if "migrations" not in path.parts
]
TOP = set(
    "manage.py orchestrator workspaces campaigns provisioning rbac vault governance templates tests"
    " requirements.txt docker-compose.yml README.md ARCHITECTURE.md CHANGELOG.md pyproject.toml"
    " Makefile Dockerfile .ci docs n8n bench locale .gitignore .dockerignore .gitattributes".split()
)
BANNED_NAMES = {"utils", "helpers", "common", "misc", "util", "helper"}
LINES = 300


def text(name: str) -> str:
    return (ROOT / name).read_text()


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True)
    return [path for name in listed.stdout.decode().splitlines() if (path := ROOT / name).is_file()]


def test_the_top_level_is_as_agreed() -> None:
    found = {path.name for path in ROOT.iterdir()}
    local = {name for name in found if name.startswith(".") or name in {"test-results"}}
    assert found - local - TOP == set()


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_has_one_idea(path: Path) -> None:
    source = path.read_text()
    assert path.stem not in BANNED_NAMES
    assert len(source.splitlines()) <= LINES or "tests" in path.parts, "split it into a package"
    plates = {"__init__.py", "__main__.py", "urls.py", "routing.py", "apps.py", "management"}
    if source.strip() and not plates & set(path.parts):
        assert ast.get_docstring(ast.parse(source)), "says what it is for in its first line"


def test_architecture_names_every_app_event_command_and_file_of_sql() -> None:
    page = text("ARCHITECTURE.md")
    for app in OURS:
        assert re.search(rf"\b{app}\b", page), app
    for name, fact in Fact.registry.items():
        if fact.__module__.split(".")[0] in OURS:
            assert f"`{name}`" in page, name
    ours = {config.name for config in apps.get_app_configs() if config.name in OURS}
    for command, app in get_commands().items():
        if app in ours:
            assert f"`{command}`" in page, command
    for path in ROOT.glob("[a-z]*/sql/*.sql"):
        assert f"`{path.relative_to(ROOT)}`" in page, path


def test_the_readme_names_every_setting() -> None:
    page = text("README.md")
    named = re.compile(r'(?<!\.get)(?<!\.setdefault)\(\s*"([A-Z][A-Z0-9_]+)"')
    asked = set(named.findall(text("orchestrator/settings.py")))
    assert {name for name in asked if f"`{name}`" not in page} == set()


def test_writes_are_services_alone() -> None:
    """Doors read and call; they neither save nor open transactions."""
    banned = re.compile(r"\.save\(|\.create\(|\.update\(|\.delete\(|bulk_create|atomic\(")
    for app in OURS:
        for door in ("views.py", "api.py", "consumers.py"):
            path = ROOT / app / door
            if path.exists():
                assert not banned.search(path.read_text()), path


def test_doors_read_through_the_tenant() -> None:
    """In views, api and consumers nothing but `visible_to`, `mine` and `of`."""
    for app in OURS:
        for door in ("views.py", "api.py"):
            path = ROOT / app / door
            if not path.exists():
                continue
            for used in re.findall(r"(\w+)\.objects\.(\w+)", path.read_text()):
                assert used[1] in {"visible_to", "mine", "of"} or used[0] == "SyncRun", (path, used)


def test_nothing_speaks_of_the_place_it_was_made_in() -> None:
    places = re.compile(r"(?<![\w/.])/(?:work|root)/\w|/tmp/[a-z]\w*/|index-url|extra-index")
    for path in tracked():
        readable = path.suffix in {".py", ".md", ".toml", ".sh", ".js", ".html", ".css", ".txt"}
        if readable and path != Path(__file__):
            assert not places.search(path.read_text()), path


def test_the_seed_writes_no_run_heartbeat_or_health_row() -> None:
    source = text("orchestrator/demo.py")
    assert not re.search(
        r"\b(Run|Campaign|Health|heartbeat_key|ingest)\b", source.split('"""', 2)[2]
    )


def test_requirements_are_pinned_with_hashes() -> None:
    for name in ("requirements.txt", "tests/requirements.txt"):
        lines = [line for line in text(name).splitlines() if line and not line.startswith("#")]
        packages = [line for line in lines if not line.startswith(" ")]
        assert packages
        assert all("==" in package for package in packages)
        assert sum("--hash=sha256:" in line for line in lines) >= len(packages)


def test_no_binary_and_no_foreign_code_is_in_the_repo() -> None:
    allowed = {".png", ".jpg", ".mo", ".svg", ".ico"}
    for path in tracked():
        data = path.read_bytes()
        assert b"\0" not in data or path.suffix in allowed, path
        assert len(data) < 400_000 or path.name == "package-lock.json", path
        assert not {"node_modules", "vendor", "third_party"} & set(path.parts), path
