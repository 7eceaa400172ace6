"""Options and summary of every test run, whichever of the project's test folders it names."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that runs at full size whatever the suite keeps small."""
    parser.addoption(
        "--full",
        action="store_true",
        help="run proofs and random lives at their full size, which takes an hour",
    )


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what the proofs found, in figures."""
    for report in terminalreporter.getreports("passed"):
        for name, figure in report.user_properties:
            terminalreporter.write_line(f"{name}: {figure}")
