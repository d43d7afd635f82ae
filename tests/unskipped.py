"""In CI the real parts are there: a test marked `n8n` or `browser` that is skipped is a failure."""

import os

import pytest

REAL = {"n8n", "browser"}

_skipped: list[str] = []


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.skipped and not hasattr(report, "wasxfail") and REAL & report.keywords.keys():
        _skipped.append(report.nodeid)


def pytest_collectreport(report: pytest.CollectReport) -> None:
    if report.skipped:  # a whole module; nobody knows what was in it
        _skipped.append(report.nodeid)


@pytest.hookimpl(tryfirst=True)  # before the terminal's summary
def pytest_sessionfinish(session: pytest.Session) -> None:
    if os.environ.get("CI") and _skipped and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if os.environ.get("CI") and _skipped:
        terminalreporter.section("skipped, but must run in CI", red=True)
        for nodeid in _skipped:
            terminalreporter.line(nodeid)
