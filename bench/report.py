"""The table: on the terminal, in docs/performance.md, and its samples in bench/results."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.machine import ROOT, Machine
from bench.row import Row

DOCUMENT = ROOT / "docs" / "performance.md"
RESULTS = ROOT / "bench" / "results"
BEGIN, END = "<!-- bench: begin -->", "<!-- bench: end -->"


def table(rows: Sequence[Row]) -> str:
    lines = [
        "| What | Load | Measured | Limit in the same run | Ratio | Goal |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for row in rows:
        limits = "<br>".join(limit for limit, _ in row.limits) or "—"
        ratios = "<br>".join(ratio for _, ratio in row.limits) or "—"
        measured = row.measured + (f"<br><small>{row.note}</small>" if row.note else "")
        goals = "<br>".join(map(str, row.goals))
        lines.append(f"| {row.what} | {row.load} | {measured} | {limits} | {ratios} | {goals} |")
    return "\n".join(lines)


def units(rows: Sequence[Row]) -> str:
    """What one of each costs, for who plans a machine."""
    lines = ["| One of these | costs |", "| --- | --- |"]
    lines += [f"| {one} | {cost} |" for row in rows for one, cost in row.costs]
    return "\n".join(lines)


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
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{name}.json"
    kept = {
        "machine": machine.as_dict(),
        "seconds": round(seconds, 1),
        "rows": [
            {"group": group, "what": row.what, "load": row.load, "measured": row.measured}
            | {"limits": row.limits, "note": row.note, "raw": row.raw}
            | {"goals": [str(goal) for goal in row.goals], "costs": row.costs}
            for group, rows in groups.items()
            for row in rows
        ],
    }
    path.write_text(json.dumps(kept, separators=(",", ":")) + "\n")
    return path


def write(machine: Machine, rows: Sequence[Row], seconds: float) -> None:
    """Between the two marks; the words around them are not ours."""
    before, _, rest = DOCUMENT.read_text().partition(BEGIN)
    after = rest.partition(END)[2]
    made = f"Measured on {machine}. The run took {seconds:.0f} s."
    DOCUMENT.write_text(f"{before}{BEGIN}\n{made}\n\n{table(rows)}\n\n{units(rows)}\n{END}{after}")
