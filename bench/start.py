"""From the command to pages that answer: the first time, later, and what pip costs before that."""

import re
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from bench import product
from bench.product import ROOT
from bench.row import Row, times

LATER = 3
WHEELS_WITHIN = 90.0  # seconds to collect what pip has in its cache
INSTALL_WITHIN = 180.0
_STEP = re.compile(r"(PostgreSQL and Valkey|Database|Static files|Demo)[^\n]*?\(?([\d.]+) s\)?$")


def rows(run_dir: Path, port: int) -> list[Row]:
    product.fresh(run_dir)
    first = product.start(run_dir, port)
    steps = _steps(first.log())
    first.stop()
    later = []
    for _ in range(LATER):
        again = product.start(run_dir, port)
        later.append(again.seconds)
        again.stop()
    floor = statistics.median(_imports(again) for _ in range(LATER))
    usual = statistics.median(later)
    taken = ", ".join(f"{step} {seconds:.1f}" for step, seconds in steps.items())
    return [
        Row(
            what="First start, packages installed",
            load="empty RUN_DIR",
            measured=f"{first.seconds:.1f} s",
            limits=((f"{floor:.1f} s to import the web application", times(first.seconds, floor)),),
            note=f"{taken} s; then web loads",
            raw={"seconds": first.seconds, "steps": steps, "imports": floor},
        ),
        Row(
            what="Later start",
            load=f"nothing changed, median of {LATER}",
            measured=f"{usual:.1f} s",
            limits=((f"{floor:.1f} s to import the web application", times(usual, floor)),),
            raw={"seconds": later, "imports": floor},
        ),
    ]


def installation(folder: Path) -> list[Row]:
    """Into a clean venv, of wheels that are here already: what a network adds is its own affair."""
    product.fresh(folder)
    requirements, wheels, venv = ROOT / "requirements.txt", folder / "wheels", folder / "venv"
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q"]
    got = _run(
        [*pip, "download", "--no-deps", "-d", str(wheels), "-r", str(requirements)], WHEELS_WITHIN
    )
    if got is None:
        return [
            Row(
                "Installation by pip",
                "clean venv",
                "not measured: pip could not collect the wheels",
            )
        ]
    made = _run([sys.executable, "-m", "venv", str(venv)], INSTALL_WITHIN)
    flags = f"install --no-input --no-compile --require-hashes --no-index --find-links {wheels}"
    inside = [str(venv / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "-q"]
    installed = _run([*inside, *flags.split(), "-r", str(requirements)], INSTALL_WITHIN)
    if made is None or installed is None:
        return [Row("Installation by pip", "clean venv", "not measured: it failed")]
    return [
        Row(
            what="Installation by pip",
            load="clean venv, wheels on disk",
            measured=f"{made + installed:.1f} s",
            note=f"venv {made:.1f} s, pip {installed:.1f} s; downloading is not in it",
            raw={"venv": made, "pip": installed, "download": got},
        )
    ]


def _steps(log: str) -> dict[str, float]:
    """What the start says of itself."""
    found = (_STEP.search(line.rstrip()) for line in log.splitlines())
    return {match[1]: float(match[2]) for match in found if match}


def _imports(stopped: product.Product) -> float:
    """Seconds for the interpreter and the imports that no start of the web process can avoid."""
    begun = time.monotonic()
    subprocess.run(
        [sys.executable, "-c", "import orchestrator.asgi, orchestrator.urls"],
        cwd=ROOT,
        env=stopped.environ,
        check=True,
    )
    return time.monotonic() - begun


def _run(argv: list[str], within: float) -> float | None:
    """Its seconds; None if it failed."""
    begun = time.monotonic()
    try:
        done: subprocess.CompletedProcess[Any] = subprocess.run(
            argv, capture_output=True, timeout=within, check=False
        )
    except subprocess.TimeoutExpired:
        return None
    return None if done.returncode else time.monotonic() - begun
