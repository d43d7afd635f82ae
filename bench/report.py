"""The table: on the terminal, in docs/performance.md, and its samples in bench/results.

A run brings its groups; those of others stay as they were measured, and the table says when.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.machine import ROOT, Machine
from bench.row import Row

DOCUMENT = ROOT / "docs" / "performance.md"
RESULTS = ROOT / "bench" / "results"
BEGIN, END = "<!-- bench: begin -->", "<!-- bench: end -->"

Kept = dict[str, Any]  # a row as it is in the file


def plain(row: Row) -> str:
    """For a terminal, as soon as it is known."""
    lines = [f"{row.what}, {row.load}: {row.measured}"]
    lines += [f"    {ratio:>6} of {limit}" for limit, ratio in row.limits]
    lines += [f"    goal {goal}" for goal in row.goals]
    lines += [f"    {one}: {cost}" for one, cost in row.costs]
    if row.note:
        lines.append(f"    {row.note}")
    return "\n".join(lines)


def keep(name: str, machine: Machine, groups: Mapping[str, Sequence[Row]], seconds: float) -> Path:
    """Beside what the file already has of other groups."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{name}.json"
    kept = _kept(path)
    for group, rows in groups.items():
        kept[group] = {
            "machine": machine.as_dict(),
            "measured": f"{machine}. The run took {seconds:.0f} s.",
            "rows": [_row(row) for row in rows],
        }
    path.write_text(json.dumps({"groups": kept}, separators=(",", ":")) + "\n")
    return path


def write(path: Path, order: Sequence[str]) -> None:
    """Between the two marks, from the file; the words around them are not ours."""
    kept = {name: group for name in order if (group := _kept(path).get(name))}
    rows = [row for group in kept.values() for row in group["rows"]]
    before, _, rest = DOCUMENT.read_text().partition(BEGIN)
    after = rest.partition(END)[2]
    parts = (BEGIN, _runs(kept), "", _table(rows), "", _units(rows), END)
    DOCUMENT.write_text(before + "\n".join(parts) + after)


def _kept(path: Path) -> dict[str, Any]:
    groups: dict[str, Any] = json.loads(path.read_text())["groups"] if path.exists() else {}
    return groups


def _row(row: Row) -> Kept:
    return {
        "what": row.what,
        "load": row.load,
        "measured": row.measured,
        "limits": row.limits,
        "note": row.note,
        "goals": [str(goal) for goal in row.goals],
        "costs": row.costs,
        "raw": row.raw,
    }


def _runs(kept: Mapping[str, Any]) -> str:
    """What was measured when; one line where all of it was one run."""
    runs: dict[str, list[str]] = {}
    for name, group in kept.items():
        runs.setdefault(group["measured"], []).append(name)
    if len(runs) == 1:
        return f"Measured on {next(iter(runs))}"
    return "\n".join(f"- {', '.join(names)}: measured on {run}" for run, names in runs.items())


def _table(rows: Iterable[Kept]) -> str:
    lines = [
        "| What | Load | Measured | Limit in the same run | Ratio | Goal |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for row in rows:
        limits = "<br>".join(limit for limit, _ in row["limits"]) or "—"
        ratios = "<br>".join(ratio for _, ratio in row["limits"]) or "—"
        note = f"<br><small>{row['note']}</small>" if row["note"] else ""
        cells = (row["what"], row["load"], row["measured"] + note, limits, ratios)
        lines.append("| " + " | ".join((*cells, "<br>".join(row["goals"]))) + " |")
    return "\n".join(lines)


def _units(rows: Iterable[Kept]) -> str:
    """What one of each costs, for who plans a machine."""
    lines = ["| One of these | costs |", "| --- | --- |"]
    lines += [f"| {one} | {cost} |" for row in rows for one, cost in row["costs"]]
    return "\n".join(lines)
