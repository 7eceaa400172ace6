"""What all tests share: a quiet environment, and the list of behaviours they show."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import pytest

from behaviour_rows import ROWS

_ROW = re.compile(r"(?:^|_)([sxpe])(\d{1,2})(?=_|$)")
_shown: dict[str, set[str]] = defaultdict(set)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that writes the list of behaviours."""
    parser.addoption(
        "--write-behaviours",
        action="store_true",
        help="write docs/behaviours.md from the tests that passed in this run",
    )


@pytest.fixture(autouse=True)
def _own_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Keep every test away from the home, the settings and the terminal of who runs it."""
    home = tmp_path_factory.getbasetemp() / "home"
    monkeypatch.setenv("TUISYNC_HOME", str(home))
    monkeypatch.setenv("HOME", str(home))
    for name in ("NO_COLOR", "FORCE_COLOR", "SSH_CONNECTION", "TUISYNC_LOAD_PLUGINS"):
        monkeypatch.delenv(name, raising=False)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Note which rows a passed test shows."""
    if report.when != "call" or not report.passed:
        return
    path, _, name = report.nodeid.partition("::")
    function = name.rpartition("::")[2].partition("[")[0]
    for letter, number in _ROW.findall(function):
        _shown[f"{letter.upper()}{int(number):02d}"].add(f"{path}::{function}")


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Write the list, once, in the process that saw every report."""
    if hasattr(session.config, "workerinput") or exitstatus != 0:
        return
    if session.config.getoption("--write-behaviours"):
        target = Path(session.config.rootpath) / "docs" / "behaviours.md"
        target.write_text(_document(), encoding="utf-8")


def _document() -> str:
    lines = [
        "# Behaviours and the tests that show them",
        "",
        "Written by a test run: `make behaviours`. A row without a test is not promised yet.",
        "",
    ]
    for row, title in sorted(ROWS.items(), key=lambda each: ("SEXP".index(each[0][0]), each[0])):
        tests = sorted(_shown.get(row, ()))
        lines += [f"## {row}: {title}", ""]
        lines += [f"- `{test}`" for test in tests] or ["Not shown by a test yet."]
        lines.append("")
    return "\n".join(lines)
