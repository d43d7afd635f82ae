"""How much processor time processes have used; nothing where there is no /proc."""

import os
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")


def used(pid: int, *, with_children: bool = False) -> float:
    """Seconds, user and system; 0 for a process that is gone or on a system without /proc."""
    return sum(_of(each) for each in [pid, *(_children(pid) if with_children else [])])


def _of(pid: int) -> float:
    fields = _stat(pid)
    # utime, stime, and those of children that were waited for
    return sum(int(field) for field in fields[11:15]) / TICK if fields else 0.0


def _children(parent: int) -> list[int]:
    proc = Path("/proc")
    pids = [int(entry.name) for entry in proc.glob("[0-9]*")] if proc.is_dir() else []
    return [pid for pid in pids if (fields := _stat(pid)) and int(fields[1]) == parent]


def _stat(pid: int) -> list[str]:
    """The fields behind the command's name: state, parent, …"""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
