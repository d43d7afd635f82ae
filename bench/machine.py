"""On what machine, and of which commit."""

import os
import platform
import subprocess
import tempfile
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Machine:
    cores: int
    processor: str
    memory_gb: float
    kernel: str
    python: str
    fdatasync_ms: float
    load_before: float  # processes that wanted a core while nothing was measured yet
    date: str
    commit: str

    @classmethod
    def here(cls, folder: Path) -> "Machine":
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        return cls(
            cores=len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else _cores(),
            processor=_processor(),
            memory_gb=round(memory / 2**30, 1),
            kernel=f"{platform.system()} {platform.release()}",
            python=platform.python_version(),
            fdatasync_ms=round(fdatasync(folder) * 1000, 3),
            load_before=round(os.getloadavg()[0], 2),
            date=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
            commit=_commit(),
        )

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    def __str__(self) -> str:
        return (
            f"{self.cores} cores ({self.processor}), {self.memory_gb} GB, {self.kernel},"
            f" Python {self.python}; fdatasync {self.fdatasync_ms} ms; load average"
            f" {self.load_before} before the run; {self.date}; commit {self.commit}"
        )


def fdatasync(folder: Path, times: int = 100) -> float:
    """Seconds, the median, for what a commit waits for."""
    flush = getattr(os, "fdatasync", os.fsync)
    taken = []
    with tempfile.TemporaryFile(dir=folder) as file:
        for _ in range(times):
            file.write(b"x" * 8192)
            file.flush()
            begun = time.perf_counter()
            flush(file.fileno())
            taken.append(time.perf_counter() - begun)
    return sorted(taken)[times // 2]


def _cores() -> int:
    return os.cpu_count() or 1


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def _commit() -> str:
    def git(*args: str) -> str:
        return subprocess.run(
            ["git", "-C", str(ROOT), *args], capture_output=True, text=True, check=False
        ).stdout.strip()

    # What a run itself writes changes nothing that was measured.
    changed = git("status", "--porcelain", "--", ".", ":!docs", ":!bench/results")
    return (git("rev-parse", "--short", "HEAD") or "none") + (" with changes" if changed else "")
