"""docs/security.md names a test for each threat: each of them is there."""

import re
from pathlib import Path

TESTS = Path(__file__).resolve().parent
PAGE = TESTS.parent / "docs/security.md"


def test_each_test_that_is_named_exists() -> None:
    there = {
        name
        for file in TESTS.glob("test_*.py")
        for name in re.findall(r"^(?:async )?def (test_\w+)", file.read_text(), re.M)
    }
    named = re.findall(r"`(test_\w+)`", PAGE.read_text())
    assert len(named) > 40
    assert [name for name in named if name not in there] == []


def test_each_threat_has_an_answer_and_a_test() -> None:
    rows = [line for line in PAGE.read_text().splitlines() if line.startswith("| ")][2:]
    for row in rows:
        threat, answer, tests = (cell.strip() for cell in row.strip().strip("|").split(" |", 2))
        if not threat.startswith("**"):
            assert answer, threat
            assert "`test_" in tests, threat
